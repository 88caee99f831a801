"""How a command becomes one: its options from its signature, its client, its event loop and its failures."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, TypeAlias, get_args, get_type_hints

import anyio
import typer

from flowroute_async.cli.account import Account, open_client
from flowroute_async.cli.failures import failures_reported
from flowroute_async.cli.flags import FlagCommand, FlagGroup
from flowroute_async.cli.options import options_of
from flowroute_async.cli.output import Form, Output
from flowroute_async.cli.values import choice
from flowroute_async.client import FlowrouteClient

Command: TypeAlias = Callable[..., Awaitable[None]]

_OUTPUT: TypeAlias = Annotated[
    Form,
    choice(
        tuple(Form),
        "--output",
        "-o",
        text="table for people; json, jsonl and csv for programs, see `flowroute --help`.",
    ),
]


def group(name: str, text: str, *, no_args_is_help: bool = True) -> typer.Typer:
    """Return a group of commands."""
    return typer.Typer(name=name, cls=FlagGroup, help=text, no_args_is_help=no_args_is_help)


def command(
    app: typer.Typer, name: str, *, descriptions: Mapping[str, str] | None = None
) -> Callable[[Command], Command]:
    """Register a command.

    The command is a coroutine function that takes a `FlowrouteClient`, or only the `Account`, and an `Output`; each
    further argument is an option or an argument of typer's. If it ends with `**keys: Unpack[SomeTypedDict]`, each key
    of that one is an option too.

    Args:
        app: The group that it belongs to.
        name: Its name.
        descriptions: The help texts of those keys.
    """

    def register(function: Command) -> Command:
        def run(context: typer.Context, form: Form, **arguments: object) -> None:
            with failures_reported(names_of(context)):
                anyio.run(partial(_run, function, context.find_object(Account) or Account(), Output(form), arguments))

        run.__doc__ = function.__doc__
        _sign(run, function, descriptions or {})
        app.command(name, cls=FlagCommand)(run)
        return function

    return register


async def _run(function: Command, account: Account, output: Output, arguments: Mapping[str, object]) -> None:
    if FlowrouteClient not in get_type_hints(function).values():
        await function(account, output, **arguments)
        return
    async with open_client(account) as client:
        await function(client, output, **arguments)


def _sign(run: Callable[..., None], function: Command, descriptions: Mapping[str, str]) -> None:
    """Give the function that typer sees the signature that typer is to see."""
    hints = get_type_hints(function, include_extras=True)
    options: list[inspect.Parameter] = []
    for parameter in inspect.signature(function).parameters.values():
        hint = hints[parameter.name]
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (keys,) = get_args(hint)
            options = [*options_of(keys, descriptions), *options]
        elif hint not in {FlowrouteClient, Account, Output}:
            options.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hint))
    parameters = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *options,
        inspect.Parameter("form", inspect.Parameter.KEYWORD_ONLY, annotation=_OUTPUT, default=Form.TABLE),
    ]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    vars(run)["__signature__"] = inspect.Signature(parameters)


def names_of(context: typer.Context) -> dict[str, str]:
    """Tell what the command's user calls each of its arguments."""
    return {
        parameter.name: max(parameter.opts, key=len)
        if parameter.param_type_name == "option"
        else (parameter.metavar or parameter.name.upper()).strip("[].")
        for parameter in context.command.params
        if parameter.name
    }

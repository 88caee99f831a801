"""How a command becomes one: its options from its signature, its client, its event loop and its failures."""

from __future__ import annotations

import inspect
import logging
import shlex
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from types import FrameType
from typing import TypeAlias, get_args, get_type_hints

import anyio
import typer

from flowroute_async.cli.account import Account, open_client
from flowroute_async.cli.common import Form, Option, common_options, take_common, with_signature
from flowroute_async.cli.failures import failures_reported
from flowroute_async.cli.flags import FlagCommand, FlagGroup
from flowroute_async.cli.groups import GROUPS
from flowroute_async.cli.options import options_of
from flowroute_async.cli.output import Output
from flowroute_async.hooks import logger

_WIDEST_EXAMPLE = 76

Command: TypeAlias = Callable[..., Awaitable[None] | None]


class _Client:
    """Stands for `FlowrouteClient` in the signatures of commands, whose modules import it for type checkers only."""


def group(name: str, more: str = "", *, no_args_is_help: bool = True) -> typer.Typer:
    """Return a group of commands.

    Args:
        name: Its name, one of `GROUPS`.
        more: What its own help says after the text that stands there.
        no_args_is_help: Whether it shows its help where no command follows.
    """
    text = "\n\n".join(filter(None, (GROUPS[name].text, more)))
    return typer.Typer(
        name=name,
        cls=FlagGroup,
        help=text,
        no_args_is_help=no_args_is_help,
        rich_markup_mode=None,
        add_completion=False,
    )


def subgroup(parent: typer.Typer, name: str, text: str) -> typer.Typer:
    """Return a group of commands within a group."""
    made = typer.Typer(
        name=name, cls=FlagGroup, help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    parent.add_typer(made)
    return made


def command(
    app: typer.Typer,
    name: str,
    *,
    descriptions: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    examples: str = "",
) -> Callable[[Command], Command]:
    """Register a command.

    The command is a coroutine function, or a plain one that runs an event loop of its own. It takes `client`, a
    `FlowrouteClient`, or only `account`, the `Account`, and `output`, an `Output`; each further argument is an option
    or an argument of typer's. If it ends with `**keys: Unpack[SomeTypedDict]`, each key of that one is an option too.
    It imports what it needs when it runs, so that no help waits for a client or a model.

    Args:
        app: The group that it belongs to.
        name: Its name.
        descriptions: The help texts of those keys.
        without: Those of the keys that are no options, since the command has a better one.
        examples: Lines that the help ends with, each a command as it is typed after `flowroute`.
    """

    def register(function: Command) -> Command:
        def run(context: typer.Context, **arguments: object) -> None:
            account = take_common(context, arguments)
            shown = _requests_shown() if account.verbose else nullcontext()
            with failures_reported(names_of(context)), shown, _terminated_as_interrupted():
                output = Output(Form(account.output or Form.TABLE))
                if inspect.iscoroutinefunction(function):
                    anyio.run(partial(_run, function, account, output, arguments))
                else:
                    function(account, output, **arguments)

        run.__doc__ = function.__doc__
        signed = with_signature(
            run, [*_options(function, descriptions or {}, without), *common_options(after_command=True)]
        )
        app.command(name, cls=FlagCommand, epilog=epilog_of(examples) if examples else None)(signed)
        return function

    return register


def epilog_of(examples: str) -> str:
    """Return what a help ends with: each example as it is typed, in more than one line where it is long."""
    lines = [line for example in examples.strip().splitlines() for line in _typed(f"flowroute {example.strip()}")]
    return "\n".join(["\b", "Examples:", *lines])


def _typed(example: str) -> list[str]:
    """Return an example in lines, each but the last with a backslash; an option stays with its value."""
    parts: list[str] = []
    for word in shlex.split(example, posix=False):
        if parts and not word.startswith("-") and parts[-1].startswith("-") and " " not in parts[-1]:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    lines = ["  " + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) >= _WIDEST_EXAMPLE:
            lines[-1] += " \\"
            lines.append("     ")
        lines[-1] += f" {part}"
    return lines


async def _run(
    function: Callable[..., Awaitable[None]], account: Account, output: Output, arguments: Mapping[str, object]
) -> None:
    if "client" not in inspect.signature(function).parameters:
        await function(account, output, **arguments)
        return
    async with open_client(account) as client:
        await function(client, output, **arguments)


@contextmanager
def _terminated_as_interrupted() -> Generator[None]:
    """Have SIGTERM end a command as Ctrl-C does: what is under way is answered, and what is done is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _requests_shown() -> Generator[None]:
    handler, level = logging.StreamHandler(sys.stderr), logger.level
    logger.setLevel(logging.DEBUG)
    if not any(isinstance(one, logging.StreamHandler) for one in logger.handlers):  # as FLOWROUTE_LOG adds one
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _options(function: Command, descriptions: Mapping[str, str], without: Collection[str]) -> list[Option]:
    """Return the options and arguments that a command's signature means."""
    hints = get_type_hints(function, localns={"FlowrouteClient": _Client}, include_extras=True)
    options: list[Option] = []
    for parameter in inspect.signature(function).parameters.values():
        hint = hints[parameter.name]
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (keys,) = get_args(hint)
            options = [*(one for one in options_of(keys, descriptions) if one.name not in without), *options]
        elif hint not in {_Client, Account, Output}:
            options.append(Option(parameter.name, hint, parameter.default))
    return options


def names_of(context: typer.Context) -> dict[str, str]:
    """Return the option or argument name that a user types for each parameter."""
    return {
        parameter.name: max(parameter.opts, key=len)
        if parameter.param_type_name == "option"
        else (parameter.metavar or parameter.name.upper()).strip("[].")
        for parameter in context.command.params
        if parameter.name
    }

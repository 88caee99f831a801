"""The options that every command takes, before it or after it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple, get_args

import typer

from flowroute_async.cli.account import Account
from flowroute_async.cli.values import choice, number, whole
from flowroute_async.config import MessagesVersion, Options


class Form(StrEnum):
    """The forms of output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Option(NamedTuple):
    """A parameter of the function that typer calls for a command."""

    name: str
    annotation: object
    default: object = None


_SHORTEST_DEADLINE = 0.001
_MOST_RETRIES = 100


def common_options(*, after_command: bool) -> list[Option]:
    """Return the options that every command takes, each None where it is not given.

    Args:
        after_command: Whether they follow the command; its help shows `--output` alone then.
    """
    hidden = after_command
    profile = typer.Option(
        metavar="NAME",
        envvar=None if after_command else "FR_PROFILE",
        help="Use this profile's keys; see `flowroute config --help`.",
        hidden=hidden,
    )
    base_url = typer.Option(
        metavar="URL", help="The address of the API, such as a sandbox's; or else FR_BASE_URL.", hidden=hidden
    )
    sandbox = typer.Option(
        "--sandbox", help="Try the command on a sandbox in this process: no account, no cost.", hidden=hidden
    )
    sandbox_state = typer.Option(
        metavar="FILE",
        dir_okay=False,
        help="Use a sandbox, and keep it in this file between commands.",
        hidden=hidden,
    )
    deadline = typer.Option(
        parser=number(_SHORTEST_DEADLINE),
        metavar="SECONDS",
        help=f"The time for a whole call: pauses, pacing and all attempts; {Options.deadline:g} by default.",
        hidden=hidden,
    )
    max_retries = typer.Option(
        parser=whole(0, _MOST_RETRIES),
        metavar="N",
        help=f"How often a call may be sent again, {Options.max_retries} by default. What must not be repeated never "
        "is.",
        hidden=hidden,
    )
    messages_version = choice(
        get_args(MessagesVersion),
        "--messages-version",
        text="Which version of the API messages go by: 2.1 by default; 2.2 says what each costs.",
        hidden=hidden,
    )
    verbose = typer.Option(
        "--verbose", "-v", help="Show each request on stderr: operation, status, time.", hidden=hidden
    )
    output = choice(tuple(Form), "--output", "-o", text="table for people; json, jsonl and csv for programs.")
    return [
        Option("profile", Annotated[str | None, profile]),
        Option("base_url", Annotated[str | None, base_url]),
        Option("sandbox", Annotated[bool | None, sandbox]),
        Option("sandbox_state", Annotated[Path | None, sandbox_state]),
        Option("deadline", Annotated[float | None, deadline]),
        Option("max_retries", Annotated[int | None, max_retries]),
        Option("messages_version", Annotated[str | None, messages_version]),
        Option("verbose", Annotated[bool | None, verbose]),
        Option("output", Annotated[Form | None, output]),
    ]


def take_common(context: typer.Context, options: dict[str, object], names: Iterable[str] = ()) -> Account:
    """Separate the common options from what a command was given, and return the account that they name.

    Args:
        context: The command's context.
        options: The values of its parameters; the common ones are removed.
        names: Which are common, by default all.

    Raises:
        typer.BadParameter: If one stands before the command and after it, or two exclude each other.
    """
    names = tuple(names) or tuple(option.name for option in common_options(after_command=True))
    given = {name: value for name in names if (value := options.pop(name)) is not None}
    account = context.find_object(Account) or Account()
    if given.get("profile") == "":
        context.fail("--profile is empty; without it, the keys are those that are used when nothing else is said.")
    for name in given:
        if name in account.given:
            context.fail(f"--{name.replace('_', '-')} stands before the command and after it; once is enough.")
    typed = {name for name in given if _is_typed(context, name)}
    account = account.updated(given, typed)
    if account.base_url is not None and account.sandbox:
        context.fail("--base-url and a sandbox in this process exclude each other.")
    return account


def _is_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def with_signature(function: Callable[..., None], options: Iterable[Option]) -> Callable[..., None]:
    """Return a function that takes the context and any keywords the signature that typer is to see."""
    parameters = [Option("context", typer.Context, inspect.Parameter.empty), *options]
    function.__annotations__ = {option.name: option.annotation for option in parameters}
    vars(function)["__signature__"] = inspect.Signature(
        [
            inspect.Parameter(
                option.name, inspect.Parameter.KEYWORD_ONLY, annotation=option.annotation, default=option.default
            )
            for option in parameters
        ]
    )
    return function

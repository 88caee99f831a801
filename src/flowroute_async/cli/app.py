"""The whole of the command line: the options before the command, and the groups of commands."""

from __future__ import annotations

import logging
import os
import sys
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from flowroute_async.cli.common import Option, common_options, take_common, with_signature
from flowroute_async.cli.flags import FlagGroup
from flowroute_async.cli.groups import GROUPS
from flowroute_async.hooks import logger
from flowroute_async.version import __version__

if TYPE_CHECKING:
    from typer._click.core import Command, Context

_EPILOG = """\b
Examples:
  flowroute --sandbox numbers search --state WA --max-items 3
  flowroute numbers list --output csv > numbers.csv
  flowroute --profile work messages list --start-date 2026-01-01

The options above stand before the command or after it.

--output: json is whole or not at all, jsonl gives a line for each item as it comes, and csv guards texts that a
spreadsheet would take for formulas with an apostrophe. Fields have the API's names; amounts of money are strings, to
stay exact.

Exit codes: 0 done, 1 refused by the server or another failure, 2 a wrong option or argument or nobody to ask, 3 keys or
configuration, 4 not found, 5 outcome unknown: look before you repeat, 130 interrupted.
"""


class _Groups(FlagGroup):
    """The groups, of which only the one that is used is imported."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the name in the library
        """Return the names of all groups."""
        return list(GROUPS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 - likewise
        """Return what the help and the completion need of a group: its name and its text."""
        if cmd_name not in GROUPS:
            return None
        return FlagGroup(name=cmd_name, help=GROUPS[cmd_name].text, rich_markup_mode=None)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the group that is used, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, _group(name) if name is not None and command is not None else None, rest


@cache
def _group(name: str) -> Command:
    first, *_ = [import_module(f"flowroute_async.cli.{module}") for module in GROUPS[name].modules]
    command = get_command(first.app)
    command.name = name
    return command


app: typer.Typer = typer.Typer(
    name="flowroute",
    cls=_Groups,
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
]


def flowroute(context: typer.Context, **options: object) -> None:
    """Numbers, routes, messages, E911 addresses and caller names at Flowroute."""
    options.pop("version")
    context.obj = take_common(context, options)


app.callback()(with_signature(flowroute, [*common_options(after_command=False), Option("version", _Version, False)]))


def run() -> None:
    """Run the command line."""
    logger.addHandler(logging.NullHandler())  # what fails is told once, in words
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a sign that the terminal cannot show must not end it
    app(prog_name="flowroute")


def _open_what_is_closed() -> None:
    """Replace streams that the shell has closed, as by `>&-`: nothing is read there, and nothing shown."""
    streams = {"stdin": "r", "stdout": "w", "stderr": "w"}
    for name in (name for name in streams if getattr(sys, name) is None):
        setattr(sys, name, open(os.devnull, streams[name], encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end

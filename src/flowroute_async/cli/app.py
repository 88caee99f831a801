"""The whole of the command line: the options before the command, and the groups of commands."""

import logging
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from flowroute_async.cli import (
    bulk_search,
    cnam,
    config,
    e911,
    messages,
    numbers,
    purchase_many,
    routes,
    sandbox,
    webhooks,
)
from flowroute_async.cli.account import Account
from flowroute_async.cli.flags import FlagGroup
from flowroute_async.cli.values import number, whole
from flowroute_async.config import Options
from flowroute_async.hooks import logger
from flowroute_async.version import __version__

_EPILOG = (
    "--output: json is whole or not at all, jsonl gives a line for each item as it comes, and csv guards texts that a "
    "spreadsheet would take for formulas with an apostrophe. Fields are those of the Python objects; amounts of money "
    "are strings, to stay exact.\n\n"
    "Exit codes: 0 done · 1 refused by the server, or another failure · 2 a wrong option or argument, or nobody to "
    "ask · 3 keys or configuration · 4 not found · 5 outcome unknown: look before you repeat · 130 interrupted"
)

_SHORTEST_DEADLINE = 0.001
_MOST_RETRIES = 100

app: typer.Typer = typer.Typer(
    name="flowroute",
    cls=FlagGroup,
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _commands in (bulk_search.app, purchase_many.app):
    numbers.app.add_typer(_commands)
for _group in (numbers.app, routes.app, messages.app, e911.app, cnam.app, webhooks.app, sandbox.app, config.app):
    app.add_typer(_group)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def flowroute(
    context: typer.Context,
    *,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", envvar="FR_PROFILE", help="Use this profile's keys; see `flowroute config --help`."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The address of the API, such as a sandbox's; or else FR_BASE_URL."),
    ] = None,
    in_sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Try the command on a sandbox in this process: no account, no cost.")
    ] = False,
    sandbox_state: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Use a sandbox, and keep it in this file between commands."),
    ] = None,
    deadline: Annotated[
        float,
        typer.Option(
            parser=number(_SHORTEST_DEADLINE),
            metavar="SECONDS",
            help="The time for a whole call: pauses, pacing and all attempts.",
        ),
    ] = Options.deadline,
    max_retries: Annotated[
        int,
        typer.Option(
            parser=whole(0, _MOST_RETRIES),
            metavar="N",
            help="How often a call may be sent again. What must not be repeated never is.",
        ),
    ] = Options.max_retries,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Numbers, routes, messages, E911 addresses and caller names at Flowroute."""
    if base_url is not None and (in_sandbox or sandbox_state is not None):
        raise typer.BadParameter("--base-url and a sandbox in this process exclude each other")
    context.obj = Account(
        profile=profile,
        base_url=base_url,
        sandbox=in_sandbox or sandbox_state is not None,
        sandbox_state=sandbox_state,
        deadline=deadline,
        max_retries=max_retries,
    )


def run() -> None:
    """Run the command line."""
    logger.addHandler(logging.NullHandler())  # what fails is told once, in words
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a sign that the terminal cannot show must not end it
    app(prog_name="flowroute")


def _open_what_is_closed() -> None:
    """Let nothing be read and nothing be shown where the shell has closed a stream, as by `>&-`."""
    streams = {"stdin": "r", "stdout": "w", "stderr": "w"}
    for name in (name for name in streams if getattr(sys, name) is None):
        setattr(sys, name, open(os.devnull, streams[name], encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end

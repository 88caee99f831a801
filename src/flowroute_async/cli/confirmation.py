"""Asks before something costs money or reaches a person."""

import signal
import sys

import typer

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal

_YES = frozenset({"y", "yes"})


def ask(sentence: str, *, yes: bool) -> None:
    """Show what will be done, and go on only if that is confirmed.

    Args:
        sentence: What will be done.
        yes: Whether it is wanted anyway.

    Raises:
        typer.Abort: If it is not wanted.
        Refusal: If there is nobody to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refusal(Failure(f"{sentence} Nobody is here to say yes.", "Add --yes to do it.", ExitCode.USAGE))
    # The event loop's own handler would wait for the end of the input, which waits for the person.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        typer.echo(f"{sentence} Go on? [y/N] ", err=True, nl=False)
        answer = sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)
    if answer.strip().lower() not in _YES:
        raise typer.Abort

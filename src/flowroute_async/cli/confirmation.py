"""Asks before something costs money or reaches a person, and for secrets."""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from getpass import getpass

import typer

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.terminal_text import one_line

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
    with _interruptible():
        typer.echo(f"{one_line(sentence)} Go on? [y/N] ", err=True, nl=False)
        answer = sys.stdin.readline()
    if answer.strip().lower() not in _YES:
        raise typer.Abort


def ask_secret(title: str) -> str:
    """Ask for a secret, which is not shown; without a terminal, read the next line of the input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    with _interruptible():
        return getpass(f"{title}: ").strip()


@contextmanager
def _interruptible() -> Generator[None]:
    """Have Ctrl-C end a question; the event loop's own handler would wait for the answer first."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

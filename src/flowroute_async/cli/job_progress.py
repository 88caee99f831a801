"""A bar on the terminal that shows how far a job has come, and what is said when it is interrupted or has ended."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal

if TYPE_CHECKING:
    from rich.progress import Progress as Display

    from flowroute_async.cli.output import Output
    from flowroute_async.errors import FlowrouteError
    from flowroute_async.jobs import JobProgress


class JobBar:
    """What `job_bar` gives: a job's `progress=`."""

    def __init__(self, display: Display) -> None:
        """Show that nothing was done yet.

        Args:
            display: Where it is shown.
        """
        self._display = display
        self._task = display.add_task("", total=None)
        self.done: int = 0

    def __call__(self, now: JobProgress) -> None:
        """Show how far the job has come by now."""
        self.done = now.done
        self._display.update(self._task, completed=now.done, total=now.total, description=str(now))

    def stop(self) -> None:
        """Remove the bar, before the end of its `with`."""
        self._display.stop()


@contextmanager
def job_bar(output: Output, file: Path | None, *, hidden: bool = False) -> Generator[JobBar]:
    """Show a bar on stderr while a job runs; where it is interrupted, say how to go on.

    Args:
        output: Where it is said.
        file: What keeps the job's state, or None.
        hidden: Whether to show nothing.
    """
    from rich.progress import BarColumn, TextColumn

    from flowroute_async.cli.progress import work_shown

    with work_shown(BarColumn(bar_width=20), TextColumn("{task.description}"), hidden=hidden) as display:
        bar = JobBar(display)
        try:
            yield bar
        except anyio.get_cancelled_exc_class():
            bar.stop()
            kept = f"{bar.done} are kept in {file}. Run the same command again to go on."
            output.say("Nothing is kept; a file would have kept it." if file is None else kept)
            raise


def say_report(output: Output, report: object) -> None:
    """Describe what a job did."""
    for line in str(report).splitlines():
        output.say(line)


def end_with(unknown: Iterable[object], stopped_by: FlowrouteError | None, sentence: str, hint: str) -> None:
    """End with a code that tells a script what the report tells a person.

    Args:
        unknown: What may have been done.
        stopped_by: What ended the run before its time, or None.
        sentence: What is said where something is unknown.
        hint: What to do about it.
    """
    if any(True for _ in unknown):
        raise Refusal(Failure(sentence, hint, ExitCode.OUTCOME_UNKNOWN))
    if stopped_by is not None:
        raise stopped_by

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
        self._last: JobProgress | None = None

    def __call__(self, now: JobProgress) -> None:
        """Show how far the job has come by now."""
        self._last = now
        self._display.update(self._task, completed=now.done, total=now.total, description=str(now))

    @property
    def done(self) -> str:
        """How far it has come, in words."""
        if self._last is None:
            return "Nothing"
        known = "?" if self._last.total is None else f"{self._last.total:,}"
        done = f"{self._last.done:,} of {known} {self._last.unit}"
        return f"{self._last.records:,} records ({done})" if self._last.unit == "windows" else done

    def stop(self) -> None:
        """Take the bar away, before the end of its `with`."""
        self._display.stop()


@contextmanager
def job_bar(
    output: Output, file: Path | None, *, option: str | None = "--journal", hidden: bool = False
) -> Generator[JobBar]:
    """Show a bar on stderr while a job runs; where it is interrupted, say what is done and how to go on.

    Args:
        output: Where it is said.
        file: What keeps the job's state, or None.
        option: The option that names such a file; None where the job has none.
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
            if file is not None:
                output.say(f"{bar.done} are kept in {file}. Run the same command again to go on.")
            elif option is not None:
                output.say(f"{bar.done} are done, and no file keeps which: with {option} FILE, a command can go on.")
            else:
                output.say(f"{bar.done} were read. Run the same command again to begin anew.")
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

"""A bar on the terminal that shows how far a bulk search has come."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Display

from flowroute_async.cli.progress import work_shown
from flowroute_async.jobs import Progress

__all__ = ["ProgressBar", "progress_bar"]


class ProgressBar:
    """What `progress_bar` gives: a bulk search's `progress=`."""

    def __init__(self, display: Display) -> None:
        """Show that nothing was done yet.

        Args:
            display: Where it is shown.
        """
        self._display = display
        self._task = display.add_task("0 numbers", total=None, known="?")

    def __call__(self, now: Progress) -> None:
        """Show how far the search has come by now."""
        left = "" if now.eta is None else f", about {now.eta:.0f} s left"
        self._display.update(
            self._task,
            completed=now.queries_done,
            total=now.queries_known,
            known="?" if now.queries_known is None else now.queries_known,
            description=f"{now.numbers:,} numbers, {now.rate:,.0f} a second{left}",
        )

    def stop(self) -> None:
        """Remove the bar, before the end of its `with`."""
        self._display.stop()


@contextmanager
def progress_bar(*, hidden: bool = False) -> Generator[ProgressBar]:
    """Show a bar on stderr while a bulk search runs; it goes away at the end. Needs the extra `cli`.

    Where stderr is no terminal, nothing is shown. What else is written to the terminal meanwhile disturbs the bar.

    Args:
        hidden: Whether to show nothing.

    Yields:
        What `bulk_search` takes as `progress=`.
    """
    text = TextColumn("{task.completed} of {task.fields[known]} queries, {task.description}")
    with work_shown(BarColumn(bar_width=20), text, hidden=hidden) as display:
        yield ProgressBar(display)

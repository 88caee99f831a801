"""Signs of life on long work: on stderr, and only where that is a terminal."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def counting(*, hidden: bool = False) -> Generator[Callable[[], None]]:
    """Show how many items have come, and give a function that counts one more.

    Args:
        hidden: Whether to show nothing, as where the items themselves appear on the terminal.
    """
    with work_shown(TextColumn("{task.completed} so far"), hidden=hidden) as bar:
        task = bar.add_task("", total=None)
        yield lambda: bar.advance(task)


@contextmanager
def work_shown(*columns: ProgressColumn, hidden: bool = False) -> Generator[Progress]:
    """Show a line that goes away when the work is over.

    Args:
        *columns: What it says.
        hidden: Whether to show nothing.
    """
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,  # else rich would put the output where it shows the progress
        redirect_stderr=False,
        disable=hidden or not console.is_terminal or console.is_dumb_terminal,
    ) as bar:
        yield bar

"""Tables for people. No id, number or other word is ever broken: each can be copied as it stands."""

from collections.abc import Mapping, Sequence

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flowroute_async.cli.terminal_text import one_line

_GAP = 2
_NARROWEST_TEXT = 20


def print_table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    """Write a list: as a table, or one record below the other where the terminal is too narrow for that.

    Args:
        rows: The cells of each row.
        columns: The fields' names.
    """
    if not rows:
        typer.echo("Nothing found.", err=True)
        return
    console = _console()
    cells = [[one_line(cell) for cell in row] for row in rows]
    titles = [_title(name) for name in columns]
    space = console.width - _GAP * (len(columns) - 1) if console.is_terminal else None
    widths = _widths([list(column) for column in zip(*cells, strict=True)], titles, space)
    if widths is None:
        for number, row in enumerate(cells):
            if number:
                console.print()
            _print_record({name: cell for name, cell in zip(titles, row, strict=True) if cell}, console)
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for title, width in zip(titles, widths, strict=True):
        table.add_column(title, width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    console.width = sum(widths) + _GAP * len(widths)
    console.print(table)


def print_fields(fields: Mapping[str, str]) -> None:
    """Write the fields of one item.

    Args:
        fields: Their values, by their names.
    """
    _print_record({_title(name): one_line(value) for name, value in fields.items()}, _console())


def _print_record(fields: Mapping[str, str], console: Console) -> None:
    indent = max(map(len, fields), default=0) + _GAP
    for title, value in fields.items():
        fits = not console.is_terminal or indent + cell_len(value) <= console.width
        place = " " * (indent - len(title)) if fits else "\n" + " " * _GAP
        # The terminal itself goes on in its next line, which does not break what is copied.
        console.print(Text.assemble((title, "bold"), place, value), soft_wrap=True)


def _widths(columns: Sequence[Sequence[str]], titles: Sequence[str], space: int | None) -> list[int] | None:
    """Return the widths: what each column needs, and for texts what is left; None if there is too little."""
    whole = [max(map(cell_len, [title, *cells])) for title, cells in zip(titles, columns, strict=True)]
    if space is None or sum(whole) <= space:
        return whole
    widths = [_least(cells, title) for title, cells in zip(titles, columns, strict=True)]
    left = space - sum(widths)
    if left < 0:
        return None
    for place, width in enumerate(widths):
        widths[place] += min(left, whole[place] - width)
        left -= widths[place] - width
    return widths


def _least(cells: Sequence[str], title: str) -> int:
    words = [word for text in [title, *cells] for word in text.split()]
    longest = max(map(cell_len, cells))
    return max(
        [min(longest, _NARROWEST_TEXT) if any(" " in cell for cell in cells) else longest, *map(cell_len, words)]
    )


def _title(name: str) -> str:
    return name.strip("_").replace("_", " ")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the place that handles all failures."""
        raise BrokenPipeError


def _console() -> Console:
    return _Console(highlight=False, markup=False, emoji=False)

"""Lines of CSV that are read back as they were written, and that no spreadsheet runs as formulas."""

import csv
import unicodedata
from collections.abc import Callable, Collection

_FORMULA_SIGNS = ("=", "+", "-", "@")
_BREAKS = ("\t", "\r", "\n")
_LINE_END = "\r\n"


def csv_writer(write: Callable[[str], object], columns: Collection[str]) -> "csv.DictWriter[str]":
    """Return a writer of rows that ends lines as text files do, and write the header.

    Args:
        write: Called with each line.
        columns: The names of the columns.
    """
    writer = csv.DictWriter(_Lines(write), columns)
    writer.writeheader()
    return writer


def escape_formula(value: object) -> object:
    """Return a value of a row, with an apostrophe before a text that a spreadsheet would run.

    What a spreadsheet drops when it reads a text does not hide a formula: spaces, escapes and other control characters.
    Nor does another width: some take a full-width sign for the sign.
    """
    if not isinstance(value, str):
        return value
    first = next((sign for sign in value if sign.isprintable() and not sign.isspace()), "")
    is_formula = unicodedata.normalize("NFKC", first).startswith(_FORMULA_SIGNS)
    return f"'{value}" if is_formula or value.startswith(_BREAKS) else value


class _Lines:
    """The target of a CSV writer.

    The writer quotes a carriage return only where its own lines end with one, so the end is changed behind it.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def write(self, line: str) -> None:
        self._write(f"{line.removesuffix(_LINE_END)}\n")

"""Writes what a job found from its checkpoint to a file, as CSV, JSON lines or Parquet, or gives it as rows."""

import os
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from sqlite3 import Connection
from typing import IO, Literal, TypeAlias

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.extras import require_extra
from flowroute_async.jobs import job_file
from flowroute_async.jobs.columns import Columns
from flowroute_async.jobs.csv_lines import csv_writer, escape_formula
from flowroute_async.jobs.job_file import PathLike
from flowroute_openapi.models import AvailableNumber, Message, Model

Format: TypeAlias = Literal["csv", "jsonl", "parquet"]
Rows: TypeAlias = Iterator[Sequence[str]]
"""The records as JSON objects, some thousands at a time."""

_MODELS: Mapping[job_file.Kind, type[Model]] = {job_file.SEARCH: AvailableNumber, job_file.HISTORY: Message}
_ROWS_AT_ONCE = 5000


def export(job: PathLike, path: PathLike, format: Format | None = None) -> int:  # noqa: A002 - the word that pandas and pyarrow use for it
    """Write the numbers of a search, or the messages of a history, to a file, in the order in which they were found.

    The file is written beside `path` and takes its place when it is whole; memory stays flat. It blocks: within an
    event loop, call it in a thread.

    Args:
        job: The checkpoint of a job that is not running.
        path: The file to write; one that exists is replaced.
        format: "csv" (with a header; an apostrophe stands before a text that a spreadsheet would run, and what is no
            single value is JSON), "jsonl" (an object on each line) or "parquet" (money as decimals, times in UTC; needs
            the extra `parquet`). By default, what the path ends in: `.csv`, `.jsonl` or `.parquet`.

    Returns:
        How many records were written.

    Raises:
        InvalidArgumentError: If the format is none of these, nothing is given and the path does not end in one, or the
            job file is none, or is in use.
        ImportError: If the extra is not installed.
        OSError: If the file cannot be written.
        sqlite3.Error: If the job file cannot be read.
    """
    given = Path(path).suffix.removeprefix(".").lower() if format is None else format
    write = _WRITERS.get(given)
    if write is None:
        allowed = f"{_ONE_OF}, or left out where path ends in one of them"
        raise InvalidArgumentError("format", allowed, given=repr(given), consequence="nothing was written")
    with _opened(job) as (file, model), replaced(Path(path)) as target:
        found = file.execute("SELECT record FROM records ORDER BY place")
        with closing(found):
            rows = iter(lambda: [record for (record,) in found.fetchmany(_ROWS_AT_ONCE)], [])
            return write(target, rows, Columns(model))


def rows(job: PathLike) -> Generator[dict[str, object]]:
    """Yield the records of a job as plain rows, in the order in which they were found.

    `pandas.DataFrame(rows("june.db"))` makes a table of them.

    Values are Python's own: money is `Decimal`, times are aware, and what is no single value is JSON text. The file is
    held only while some thousand rows are read, so that it is free wherever the iteration is left.

    Args:
        job: The checkpoint of a job that is not running.

    Raises:
        InvalidArgumentError: If the job file is none, or is in use.
        sqlite3.Error: If it cannot be read.
    """
    place = 0
    while True:
        with _opened(job) as (file, model):
            found = file.execute(
                "SELECT place, record FROM records WHERE place > ? ORDER BY place LIMIT ?", [place, _ROWS_AT_ONCE]
            ).fetchall()
        if not found:
            return
        place = found[-1][0]
        columns = Columns(model)
        for _, record in found:
            yield columns.values(record)


@contextmanager
def _opened(job: PathLike) -> Generator[tuple[Connection, type[Model]]]:
    """Open the checkpoint of whichever kind it is."""
    file, kind = job_file.open_any(job, tuple(_MODELS), "job")
    with closing(file):
        yield file, _MODELS[kind]


@contextmanager
def replaced(path: Path) -> Generator[IO[bytes]]:
    """Return a file to write that takes the place of another once it is whole and on the disk."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
        try:
            yield target
            target.flush()
            os.fsync(target.fileno())
            Path(target.name).replace(path)
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise


def _write_csv(target: IO[bytes], rows: Rows, columns: Columns) -> int:
    count = 0
    writer = csv_writer(lambda line: target.write(line.encode()), columns.names)
    for some in rows:
        writer.writerows({name: escape_formula(value) for name, value in columns.texts(row).items()} for row in some)
        count += len(some)
    return count


def _write_json_lines(target: IO[bytes], rows: Rows, columns: Columns) -> int:
    count = 0
    for some in rows:
        target.write("".join(f"{columns.line(row)}\n" for row in some).encode())
        count += len(some)
    return count


def _write_parquet(target: IO[bytes], rows: Rows, columns: Columns) -> int:
    return write_parquet(target, rows, columns=columns)


def write_parquet(
    target: IO[bytes], rows: Rows, metadata: Mapping[str, str] | None = None, *, columns: Columns | None = None
) -> int:
    """Write records, and what is to be kept beside them, as Parquet; return how many there were.

    Args:
        target: Where to write.
        rows: The records.
        metadata: What is kept beside them.
        columns: Their columns; by default those of numbers for sale.

    Raises:
        ImportError: If the extra is not installed.
    """
    with require_extra("parquet"):
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = columns or Columns(AvailableNumber)
    schema = arrow.schema(columns.arrow_types(arrow))
    count = 0
    with parquet.ParquetWriter(target, schema) as writer:
        for some in rows:
            writer.write_table(arrow.Table.from_pylist([columns.values(row) for row in some], schema))
            count += len(some)
        writer.add_key_value_metadata(dict(metadata or {}))
    return count


_WRITERS: dict[str, Callable[[IO[bytes], Rows, Columns], int]] = {
    "csv": _write_csv,
    "jsonl": _write_json_lines,
    "parquet": _write_parquet,
}

_ONE_OF = ", ".join(f'"{name}"' for name in _WRITERS)

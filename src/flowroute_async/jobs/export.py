"""Writes what a bulk search found from its checkpoint to a file: CSV, JSON lines or Parquet."""

import json
import os
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import IO, Literal, TypeAlias, get_args

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.extras import require_extra
from flowroute_async.jobs import job_file
from flowroute_async.jobs.csv_lines import csv_writer, escape_formula
from flowroute_async.jobs.job_file import PathLike
from flowroute_openapi.models import AvailableNumber

Format: TypeAlias = Literal["csv", "jsonl", "parquet"]
Rows: TypeAlias = Iterator[Sequence[str]]
"""The numbers as JSON objects, some thousands at a time."""

COLUMNS = tuple(AvailableNumber.model_fields)

_ROWS_AT_ONCE = 5000
_MONEY_DIGITS, _MONEY_DECIMALS = 38, 9


def export(job: PathLike, path: PathLike, format: Format | None = None) -> int:  # noqa: A002 - the word that pandas and pyarrow use for it
    """Write the numbers of a job to a file, in the order in which they were found.

    The file is written beside `path` and takes its place when it is whole; memory stays flat. It blocks: within an
    event loop, call it in a thread.

    Args:
        job: The checkpoint of a bulk search that is not running.
        path: The file to write; one that exists is replaced.
        format: "csv" (with a header; an apostrophe stands before a text that a spreadsheet would run), "jsonl" (an
            object on each line) or "parquet" (money as decimals; needs the extra `parquet`). By default, what the
            path ends in: `.csv`, `.jsonl` or `.parquet`.

    Returns:
        How many numbers were written.

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
    with closing(job_file.open_job(job, job_file.SEARCH, "job", new=False)) as file, replaced(Path(path)) as target:
        numbers = file.execute("SELECT record FROM records ORDER BY place")
        rows = iter(lambda: [number for (number,) in numbers.fetchmany(_ROWS_AT_ONCE)], [])
        return write(target, rows)


@contextmanager
def replaced(path: Path) -> Generator[IO[bytes]]:
    """Give a file to write that takes the place of another once it is whole and on the disk."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
        try:
            yield target
            target.flush()
            os.fsync(target.fileno())
            Path(target.name).replace(path)
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise


def _write_csv(target: IO[bytes], rows: Rows) -> int:
    count = 0
    writer = csv_writer(lambda line: target.write(line.encode()), COLUMNS)
    for some in rows:
        writer.writerows({name: escape_formula(value) for name, value in json.loads(row).items()} for row in some)
        count += len(some)
    return count


def _write_json_lines(target: IO[bytes], rows: Rows) -> int:
    count = 0
    for some in rows:
        target.write("".join(f"{row}\n" for row in some).encode())
        count += len(some)
    return count


def write_parquet(target: IO[bytes], rows: Rows, metadata: Mapping[str, str] | None = None) -> int:
    """Write numbers, and what is to be kept beside them, as Parquet; give how many there were.

    Raises:
        ImportError: If the extra is not installed.
    """
    with require_extra("parquet"):
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    money = arrow.decimal128(_MONEY_DIGITS, _MONEY_DECIMALS)
    fields = AvailableNumber.model_fields
    schema = arrow.schema(
        [(name, money if _is_money(field.annotation) else arrow.string()) for name, field in fields.items()]
    )
    count = 0
    with parquet.ParquetWriter(target, schema) as writer:
        for some in rows:
            numbers = [dict(AvailableNumber.model_validate_json(row)) for row in some]
            writer.write_table(arrow.Table.from_pylist(numbers, schema))
            count += len(some)
        writer.add_key_value_metadata(dict(metadata or {}))
    return count


def _is_money(annotation: object) -> bool:
    return annotation is Decimal or Decimal in get_args(annotation)


_WRITERS: dict[str, Callable[[IO[bytes], Rows], int]] = {
    "csv": _write_csv,
    "jsonl": _write_json_lines,
    "parquet": write_parquet,
}

_ONE_OF = ", ".join(f'"{name}"' for name in _WRITERS)

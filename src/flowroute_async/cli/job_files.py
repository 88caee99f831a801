"""Rows of a job from a file: CSV with a header, or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias, cast

import typer

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal

RowsFile: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", exists=True, dir_okay=False, help="A CSV file with a header, or JSON lines (.jsonl)."
    ),
]
Journal: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        dir_okay=False,
        help="Keep what was done in this file: after a crash, the same command goes on and does nothing twice.",
    ),
]


def read_rows(file: Path) -> Sequence[Mapping[str, object]]:
    """Read the rows of a file; empty cells of a CSV file are left out.

    Raises:
        Refusal: If it cannot be read.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            if file.suffix.lower() == ".jsonl":
                rows: list[object] = [json.loads(line) for line in lines if line.strip()]
            else:
                rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(lines)]
    except (OSError, ValueError, csv.Error) as error:
        raise Refusal(Failure(f"{file} cannot be read: {type(error).__name__}.", code=ExitCode.USAGE)) from None
    if not all(isinstance(row, dict) for row in rows):
        raise Refusal(Failure(f"{file} must hold an object on each line.", code=ExitCode.USAGE))
    return cast("list[dict[str, object]]", rows)

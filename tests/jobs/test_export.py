"""Files made from the checkpoint of a bulk search."""

import csv
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest
from pyarrow import parquet  # type: ignore[import-untyped] # it has no types

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs import export
from tests.jobs.fake_inventory import FakeInventory, numbers_in

NUMBERS = numbers_in([str(code) for code in range(201, 211)], 700)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("export") / "job.db"

    async def search() -> None:
        async with FakeInventory(NUMBERS).bulk().bulk_search(checkpoint=file, ordered=True) as found:
            async for _ in found:
                pass

    anyio.run(search)
    return file


def test_csv_has_a_header_and_a_line_for_each_number(job: Path, tmp_path: Path) -> None:
    assert export(job, tmp_path / "numbers.csv") == len(NUMBERS)
    with (tmp_path / "numbers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == NUMBERS
    assert (rows[0]["setup_cost"], rows[0]["monthly_cost"], rows[0]["tier"]) == ("1", "1.25", "")


def test_csv_is_read_back_whatever_a_text_holds_and_no_spreadsheet_runs_it(job: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(job, tmp_path / "job.db"))
    centers = ["a\rb", "a\nb", 'a"b,c', "=1+1", "-1", "\t=1", "se\u00e1ttle"]
    with closing(sqlite3.connect(copy)) as file:
        row: str = file.execute("SELECT record FROM records WHERE place = 1").fetchone()[0]
        file.executemany(
            "UPDATE records SET record = ? WHERE place = ?",
            [(json.dumps(json.loads(row) | {"rate_center": text}), place) for place, text in enumerate(centers, 1)],
        )
        file.commit()
    export(copy, tmp_path / "numbers.csv")
    with (tmp_path / "numbers.csv").open(newline="", encoding="utf-8") as lines:
        read = [row["rate_center"] for row in csv.DictReader(lines)]
    assert read[: len(centers)] == ["a\rb", "a\nb", 'a"b,c', "'=1+1", "'-1", "'\t=1", "se\u00e1ttle"]
    assert len(read) == len(NUMBERS)
    assert b"\r\n" not in (tmp_path / "numbers.csv").read_bytes()


def test_json_lines_hold_an_object_each(job: Path, tmp_path: Path) -> None:
    assert export(job, tmp_path / "numbers.jsonl") == len(NUMBERS)
    rows = [json.loads(line) for line in (tmp_path / "numbers.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == NUMBERS
    assert rows[0]["monthly_cost"] == "1.25"


def test_parquet_keeps_money_as_decimals(job: Path, tmp_path: Path) -> None:
    assert export(job, tmp_path / "numbers.parquet", "parquet") == len(NUMBERS)
    table: Any = parquet.read_table(tmp_path / "numbers.parquet")
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == NUMBERS
    assert rows[0]["monthly_cost"] == Decimal("1.25")
    assert rows[0]["tier"] is None


def test_parquet_without_its_extra_says_what_to_install(
    job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"flowroute-async\[parquet\]"):
        export(job, tmp_path / "numbers.parquet", "parquet")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_file_that_was_there(
    job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "numbers.csv"
    target.write_text("before")

    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(csv.DictWriter, "writerows", broken)
    with pytest.raises(OSError, match="no space left"):
        export(job, target)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_what_cannot_be_exported_is_refused(job: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="csv"):
        export(job, tmp_path / "x", "excel")  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(InvalidArgumentError, match=r"format must be .* nothing was written"):
        export(job, tmp_path / "x.xlsx")
    with pytest.raises(InvalidArgumentError, match="exists"):
        export(tmp_path / "missing.db", tmp_path / "x", "csv")
    (tmp_path / "text").write_text("no job")
    with pytest.raises(InvalidArgumentError, match="another file"):
        export(tmp_path / "text", tmp_path / "x", "csv")
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "missing.db").exists()

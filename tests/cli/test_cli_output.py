"""The forms of output: whole, escaped, and with the fields of the models."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from flowroute_async.cli.common import Form
from flowroute_async.cli.output import Output
from flowroute_async.sandbox import Sandbox
from flowroute_openapi.models import AccountNumber, AvailableNumber, Route

SEARCH = ("numbers", "search", "--state", "WA", "--max-items", "3", "--output")
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a,"b"\nc', "\x1b[31mred", "[bold]b[/bold]", ":smile:"]


async def routes(*aliases: str) -> AsyncIterator[Route]:
    for alias in aliases:
        yield Route(id="1", alias=alias)


def test_json_is_one_valid_list_with_the_fields_of_the_model(flowroute: Any, sandbox: Sandbox) -> None:
    items = json.loads(flowroute(*SEARCH, "json").out)
    assert len(items) == 3
    assert all([*item] == [*AvailableNumber.model_fields] for item in items)


def test_jsonl_and_csv_hold_the_same_as_json(flowroute: Any, sandbox: Sandbox) -> None:
    items = json.loads(flowroute(*SEARCH, "json").out)
    assert [json.loads(line) for line in flowroute(*SEARCH, "jsonl").out.splitlines()] == items
    rows = [*csv.DictReader(io.StringIO(flowroute(*SEARCH, "csv").out))]
    assert rows == [{name: "" if value is None else value for name, value in item.items()} for item in items]


def test_jsonl_comes_before_the_list_has_ended(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("search_available_numbers", delay=0)
    sandbox.control.add_fault("search_available_numbers", status=400)
    ended = flowroute("numbers", "search", "--page-size", "5", "--max-items", "10", "--output", "jsonl")
    assert ended.code == 1
    assert len(ended.out.splitlines()) == 5


def test_an_empty_list_is_still_whole(flowroute: Any, sandbox: Sandbox) -> None:
    empty = ("numbers", "list", "--output")
    assert json.loads(flowroute(*empty, "json").out) == []
    assert flowroute(*empty, "jsonl").out == ""
    assert flowroute(*empty, "csv").out.strip() == ",".join(AccountNumber.model_fields)
    ended = flowroute(*empty, "table")
    assert (ended.out, ended.err) == ("", "Nothing found.\n")


def test_a_single_item_is_an_object(flowroute: Any, number: str) -> None:
    assert json.loads(flowroute("numbers", "get", number, "-o", "json").out)["id"] == number
    assert json.loads(flowroute("numbers", "get", number, "-o", "jsonl").out)["id"] == number
    (row,) = csv.DictReader(io.StringIO(flowroute("numbers", "get", number, "-o", "csv").out))
    assert row["id"] == number
    assert json.loads(row["relationships"])["primary_route"]["data"]["id"] == "0"


def test_csv_disarms_formulas_and_quotes_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(lambda: Output(Form.CSV).items(routes(*HOSTILE), Route, ()))
    read = [row["alias"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))]
    assert read == [f"'{alias}" if alias[0] in "=+-@\t\r" else alias for alias in HOSTILE]


def test_json_keeps_texts_exactly_and_in_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(lambda: Output(Form.JSONL).items(routes(*HOSTILE, "é😀"), Route, ()))
    out = capsys.readouterr().out
    assert [json.loads(line)["alias"] for line in out.split("\n")[:-1]] == [*HOSTILE, "é😀"]
    assert out.isascii()


def test_a_table_shows_texts_as_they_are_and_obeys_none(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(lambda: Output(Form.TABLE).items(routes(*HOSTILE, "x" * 300), Route, ("id", "alias")))
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["id", "alias"]
    assert len(lines) == len(HOSTILE) + 1
    assert "[bold]b[/bold]" in lines[8]
    assert ":smile:" in lines[9]
    assert "x" * 300 in lines[10]
    assert not any("\x1b" in line for line in lines)

"""The forms of output: whole, escaped, and with the fields of the models."""

import csv
import io
import json
import re
import sys
from collections.abc import AsyncIterator
from typing import Any, get_args, get_origin

import anyio
import pytest

from flowroute_async.cli.common import Form
from flowroute_async.cli.output import Output
from flowroute_async.sandbox import Sandbox
from flowroute_openapi import models
from flowroute_openapi.models import AccountNumber, AvailableNumber, Model, Route

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


SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b"]
HIDDEN = [
    "",
    " ",
    "\xa0",
    "\u3000",
    "\x00",
    "\x1b",
    "\x1b\x1b",
    "\x7f",
    "\x9b",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\x0b",
    " \x1b \x00",
    "\t",
    "\r",
    "\n",
]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_nothing_before_a_formula_hides_it_from_csv(capsys: pytest.CaptureFixture[str], hidden: str) -> None:
    texts = [f"{hidden}{sign}1+1" for sign in SIGNS]
    anyio.run(lambda: Output(Form.CSV).items(routes(*texts), Route, ()))
    read = [row["alias"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))]
    assert read == [f"'{text}" for text in texts]


@pytest.mark.parametrize("text", ["", "a=1", "1-1", "'=1", '"=1', "[=1]", "née @ work", "\x1b[31mred"])
def test_what_is_no_formula_stays_as_it_is(capsys: pytest.CaptureFixture[str], text: str) -> None:
    anyio.run(lambda: Output(Form.CSV).items(routes(text), Route, ()))
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    assert row["alias"] == text


OBEYED = "a\x1b]0;title\x07b\x1b[2Jc\x9b31md\x08\x7fe\u202ef\rg\nh\u2028i"
"""What a terminal obeys: sequences of both kinds, a backspace, a direction mark, and ends of lines."""


def hostile(kind: type[Model]) -> Model:
    """Return an object with that text in each field that can have a text, and in each object in it."""

    def value(annotation: Any) -> Any:
        kinds = get_args(annotation) or (annotation,)
        if get_origin(annotation) is tuple:
            return (value(kinds[0]),)
        for one in kinds:
            if isinstance(one, type) and issubclass(one, Model):
                return hostile(one)
        found = (value(one) for one in kinds if get_origin(one) is tuple)
        return OBEYED if str in kinds else next(found, None)

    return kind.model_construct(**{name: value(field.annotation) for name, field in kind.model_fields.items()})


SHOWN = [
    kind for kind in vars(models).values() if isinstance(kind, type) and issubclass(kind, Model) and kind is not Model
]


@pytest.mark.parametrize("form", list(Form))
def test_a_terminal_obeys_no_text_of_any_field_in_any_form(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    for kind in SHOWN:
        Output(form).item(hostile(kind))
        out = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)  # bold titles
        assert [sign for sign in out if not sign.isprintable() and sign != "\n"] == [], kind


def test_nested_fields_have_the_names_of_the_api(flowroute: Any, number: str, sandbox: Sandbox) -> None:
    sandbox.control.receive_message(from_="12065550100", to=number, body="hi")
    listed = flowroute("call", "list_messages", "--start-date", "2020-01-01", "--limit", "1", "--output", "json").out
    document = json.loads(listed)
    assert document["data"][0]["from"] == "12065550100"
    assert "self" in json.loads(flowroute("call", "list_numbers", "--output", "json").out)["links"]
    assert '_":' not in listed


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

"""`flowroute cdr`, over a socket: exports are asked for, waited for and fetched."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox


@pytest.fixture
def export(flowroute: Any, sandbox: Sandbox) -> str:
    ended = flowroute("cdr", "create", "2024-01-01", "2024-01-31", "--output", "json")
    assert ended.code == 0, ended.err
    sandbox.control.advance(3600)
    return str(json.loads(ended.out)["id"])


def test_an_export_is_asked_for_listed_shown_and_fetched(flowroute: Any, export: str, tmp_path: Path) -> None:
    listed = json.loads(flowroute("cdr", "list", "--status", "completed", "--output", "json").out)
    assert [one["id"] for one in listed] == [export]
    assert json.loads(flowroute("cdr", "get", export, "--output", "json").out)["status"] == "completed"
    ended = flowroute("cdr", "download", export, str(tmp_path / "calls.csv"))
    assert ended.code == 0, ended.err
    assert (tmp_path / "calls.csv").read_text().startswith("direction,start_time,")
    assert flowroute("cdr", "download", export, str(tmp_path / "calls.csv.gz")).code == 0
    assert gzip.decompress((tmp_path / "calls.csv.gz").read_bytes()) == (tmp_path / "calls.csv").read_bytes()


def test_a_file_that_is_there_is_replaced_only_where_that_is_said(flowroute: Any, export: str, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("mine")

    ended = flowroute("cdr", "download", export, str(tmp_path / "calls.csv"))

    assert (ended.code, (tmp_path / "calls.csv").read_text()) == (2, "mine")
    assert flowroute("cdr", "download", export, str(tmp_path / "calls.csv"), "--overwrite").code == 0


@pytest.mark.parametrize("times", [("2024-01-31", "2024-01-01"), ("2023-01-01", "2024-01-01"), ("yesterday", "today")])
def test_a_span_that_cannot_be_exported_is_refused(flowroute: Any, sandbox: Sandbox, times: tuple[str, str]) -> None:
    before = len(sandbox.control.requests())

    ended = flowroute("cdr", "create", *times)

    assert (ended.code, ended.out) == (2, "")
    assert len(sandbox.control.requests()) == before


def test_every_filter_of_an_export_is_an_option(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(
        *("cdr", "create", "2024-01-01", "2024-01-02T12:00:00Z", "--number-aliases", "office"),
        *("--number-aliases", "home", "--number-aliases-contains", "of", "--destination-numbers", "206-555-0100"),
        *("--callerid-numbers", "12065550101", "--custom-x-tags", "campaign", "--caller-ip", "192.0.2.1"),
        *("--duration-greater-than", "60"),
    )
    assert ended.code == 0, ended.err
    sent = json.loads(sandbox.control.requests()[-1].body)
    assert sent["data"]["attributes"]["filter_parameters"] == {
        "start_call_start_time": "2024-01-01 00:00:00",
        "start_call_end_time": "2024-01-02 12:00:00",
        "number_aliases": ["office", "home"],
        "number_aliases_contains": ["of"],
        "destination_numbers": ["12065550100"],
        "callerid_numbers": ["12065550101"],
        "custom_x_tags": ["campaign"],
        "caller_ip": "192.0.2.1",
        "duration_greater_than": 60,
    }

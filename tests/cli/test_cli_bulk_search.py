"""`flowroute numbers bulk-search`: finds what single searches find, can be stopped, and goes on."""

import csv
import json
import os
import pty
import signal
from pathlib import Path
from typing import Any

import pytest

from flowroute_async import FlowrouteClient, Rates
from flowroute_async.sandbox import Sandbox
from tests.patience import HANGS_AFTER

BULK = ("numbers", "bulk-search")
WHERE = ("206", "253", "--contains", "77")


def ids(lines: str) -> list[str]:
    return [json.loads(line)["id"] for line in lines.splitlines()]


def searched(flowroute: Any) -> list[str]:
    """Find the same by single searches."""
    search = ("numbers", "search", "--contains", "77", "--output", "jsonl", "--starts-with")
    return [one for code in ("1206", "1253") for one in ids(flowroute(*search, code).out)]


def test_it_finds_what_single_searches_find(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(*BULK, *WHERE, "--output", "jsonl")
    assert ended.code == 0
    assert sorted(ids(ended.out)) == sorted(searched(flowroute))
    assert "2 of 2 queries" in ended.err


def test_states_and_all_area_codes_can_be_searched(flowroute: Any, sandbox: Sandbox) -> None:
    states = flowroute(*BULK, "--state-codes", "WA", "--state-codes", "OR", "--max-items", "40", "--output", "json")
    assert {one["state"].upper() for one in json.loads(states.out)} <= {"WA", "OR"}
    everywhere = flowroute(*BULK, "--max-items", "25", "--output", "csv")
    assert len(everywhere.out.splitlines()) == 26


@pytest.mark.parametrize(("options", "rate"), [((), None), (("--rate", "400"), 400.0)])
def test_requests_are_paced_at_a_rate_that_is_given(
    flowroute: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], rate: float | None
) -> None:
    given: list[Rates] = []

    def client(*, rates: Rates, **more: Any) -> FlowrouteClient:
        given.append(rates)
        return FlowrouteClient(rates=rates, **more)

    monkeypatch.setattr("flowroute_async.client.FlowrouteClient", client)
    ended = flowroute(*BULK, *WHERE, *options, "--output", "jsonl")
    assert (ended.code, given) == (0, [Rates(api=rate)])
    assert sorted(ids(ended.out)) == sorted(ids(flowroute(*BULK, *WHERE, "--output", "jsonl").out))


@pytest.mark.parametrize("rate", ["0", "-1", "many"])
def test_a_rate_that_is_none_is_refused(flowroute: Any, sandbox: Sandbox, rate: str) -> None:
    ended = flowroute(*BULK, *WHERE, "--rate", rate)
    assert ended.code == 2
    assert "--rate" in ended.err
    assert sandbox.control.requests() == []


def test_a_checkpoint_is_replayed_and_exported(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    job, table = tmp_path / "job.db", tmp_path / "numbers.csv"
    kept = (*BULK, *WHERE, "--checkpoint", str(job))
    found = ids(flowroute(*kept, "--output", "jsonl").out)
    assert found
    assert flowroute(*kept, "--output", "jsonl").out == ""
    assert sorted(ids(flowroute(*kept, "--replay", "--output", "jsonl").out)) == sorted(found)
    exported = flowroute(*kept, "--export", str(table))
    assert (exported.code, exported.out) == (0, "")
    with table.open(newline="") as rows:
        assert sorted(row["id"] for row in csv.DictReader(rows)) == sorted(found)


def test_ctrl_c_keeps_the_checkpoint_and_says_how_to_go_on(
    start: Any, flowroute: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    job, lines = str(tmp_path / "job.db"), tmp_path / "numbers.jsonl"
    kept = [*BULK, *WHERE, "--concurrency", "1", "--checkpoint", job]
    sandbox.control.add_fault("search_available_numbers", delay=0)
    sandbox.control.add_fault("search_available_numbers", delay=30)
    process = start([*kept, "--output", "jsonl"])
    assert json.loads(process.stdout.readline())["id"]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == 130
    assert f"kept in {job}. Run the same command again" in err
    assert "Traceback" not in err
    sandbox.control.clear_faults()
    assert flowroute(*kept, "--export", str(lines)).code == 0
    assert sorted(ids(lines.read_text())) == sorted(searched(flowroute))


def test_ctrl_c_without_a_checkpoint_says_that_nothing_is_kept(start: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("search_available_numbers", delay=0)
    sandbox.control.add_fault("search_available_numbers", delay=30)
    process = start([*BULK, *WHERE, "--concurrency", "1", "--output", "jsonl"])
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == 130
    assert "--checkpoint" in err


def test_failed_queries_are_reported_and_end_with_1(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("search_available_numbers", status=400)
    ended = flowroute(*BULK, *WHERE, "--output", "json")
    assert ended.code == 1
    assert json.loads(ended.out)
    assert "1 queries failed" in ended.err


def test_an_export_needs_a_known_ending_and_a_checkpoint(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    for arguments in (("--export", "x.txt", "--checkpoint", str(tmp_path / "job.db")), ("--export", "x.csv")):
        ended = flowroute(*BULK, "206", *arguments)
        assert ended.code == 2
        assert "--export must be" in ended.err
    assert sandbox.control.requests() == []


def test_another_jobs_checkpoint_is_refused(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    job = ("--checkpoint", str(tmp_path / "job.db"))
    assert flowroute(*BULK, "206", "--max-items", "5", *job).code == 0
    ended = flowroute(*BULK, "253", *job)
    assert ended.code == 2
    assert "--checkpoint must be" in ended.err


def test_progress_is_shown_on_a_terminal_only(start: Any, sandbox: Sandbox) -> None:
    person, program = pty.openpty()
    process = start([*BULK, *WHERE, "--output", "json"], stderr=program, TERM="xterm")
    out, _ = process.communicate(timeout=HANGS_AFTER)
    os.close(program)
    shown = os.read(person, 100_000).decode()
    os.close(person)
    assert json.loads(out)
    assert "queries" in shown
    assert "so far" not in shown

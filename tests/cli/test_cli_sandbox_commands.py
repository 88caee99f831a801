"""`flowroute sandbox COMMAND`: what it does to a sandbox that runs."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox
from tests.cli.conftest import Flowroute
from tests.patience import HANGS_AFTER


def test_a_message_arrives_and_its_webhook_is_due(flowroute: Flowroute, sandbox: Sandbox, number: str) -> None:
    own = f"+{number[0]} ({number[1:4]}) {number[4:7]}-{number[7:]}"
    ended = flowroute("sandbox", "receive", "--from", "206-555-0100", "--to", own, "--body", "hi", "--output", "json")
    (message,) = sandbox.control.snapshot().messages
    assert json.loads(ended.out) == {"id": message.id, "to": own}
    assert (message.sender, message.recipient, message.body) == ("12065550100", number, "hi")


def test_the_recipient_may_stay_away_where_there_is_one_number_only(
    flowroute: Flowroute, sandbox: Sandbox, number: str
) -> None:
    media = ("--media-url", "https://files.example.com/a.png", "--media-url", "https://files.example.com/b.png")
    assert flowroute("sandbox", "receive", "--from", "12065550100", *media).code == 0
    (message,) = sandbox.control.snapshot().messages
    assert (message.recipient, len(message.media)) == (number, 2)
    flowroute("numbers", "purchase", str(int(number) + 1), "--yes")
    sandbox.control.reset()
    ended = flowroute("sandbox", "receive", "--from", "12065550100", "--body", "hi")
    assert (ended.code, ended.err.splitlines()[0]) == (2, "--to: the account has no number yet; say which.")


def test_a_message_of_the_past_arrives(flowroute: Flowroute, sandbox: Sandbox, number: str) -> None:
    old = ("sandbox", "receive", "--from", "12065550100", "--to", number, "--body", "hi", "--at")
    assert flowroute(*old, "2023-05-01T12:00:00Z").code == 0
    (message,) = sandbox.control.snapshot().messages
    assert message.at == 1_682_942_400
    ended = flowroute(*old, "soon")
    assert (ended.code, "soon" in ended.err) == (1, True)


@pytest.mark.parametrize("by", ["id", "value"])
def test_a_name_is_approved_or_rejected_by_its_id_or_as_it_reads(
    flowroute: Flowroute, sandbox: Sandbox, by: str
) -> None:
    created = json.loads(flowroute("cnam", "create", "Acme", "--yes", "--output", "json").out)
    assert flowroute("sandbox", "approve", created[by].lower()).err.endswith("is approved.\n")
    assert sandbox.control.snapshot().names[0].is_approved
    assert flowroute("sandbox", "reject", created[by], "--reason", "no proof").code == 0
    assert sandbox.control.snapshot().names[0].rejection_reason == "no proof"
    ended = flowroute("sandbox", "approve", "nobody")
    assert (ended.code, ended.err.splitlines()[0]) == (4, "RECORD: 'nobody' is none of the account's CNAM records.")


def test_a_fault_is_switched_on_shown_and_switched_off(flowroute: Flowroute, sandbox: Sandbox) -> None:
    fault = ("sandbox", "fault", "list_routes", "--status", "503", "--times", "2", "--retry-after", "1")
    assert flowroute(*fault, "--delay", "0.5", "--after-effect").err == "The fault waits for list_routes, 2 times.\n"
    flowroute("sandbox", "fault", "--drop", "after")
    (first, second) = sandbox.control.faults()
    assert (first.operation, first.status, first.times, first.retry_after) == ("list_routes", 503, 2, "1")
    assert (first.delay, first.after_effect, second.operation, second.drop) == (0.5, True, "*", "after")
    shown = json.loads(flowroute("sandbox", "fault", "--output", "json").out)
    assert [one["operation"] for one in shown] == ["list_routes", "*"]
    assert flowroute("sandbox", "fault", "--clear").code == 0
    assert sandbox.control.faults() == []
    ended = flowroute("sandbox", "fault", "make_tea", "--status", "500")
    assert (ended.code, ended.err) == (1, "There is no operation make_tea.\n")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("30s", 30), ("5m", 300), ("48h", 172_800), ("1.5d", 129_600)]
)
def test_the_clock_moves_by_times_as_people_write_them(
    flowroute: Flowroute, sandbox: Sandbox, text: str, seconds: float
) -> None:
    before = sandbox.clock.offset
    ended = flowroute("sandbox", "advance", text)
    assert sandbox.clock.offset - before == timedelta(seconds=seconds).total_seconds()
    assert ended.err.startswith("The sandbox's clock says 20")


@pytest.mark.parametrize("text", ["", "soon", "-5", "5 weeks", "1e9", "nan"])
def test_what_is_no_time_is_refused(flowroute: Flowroute, text: str) -> None:
    assert flowroute("sandbox", "advance", "--", text).code == 2


def test_requests_are_shown_searched_and_forgotten(flowroute: Flowroute, sandbox: Sandbox) -> None:
    flowroute("routes", "list")
    flowroute("cnam", "create", "Acme", "--yes")
    flowroute("cnam", "get", "99999")
    shown = flowroute("sandbox", "requests").out
    assert [word in shown for word in ("/v2/routes", "create_cnam_record", "404")] == [True] * 3
    found = json.loads(flowroute("sandbox", "requests", "--search", "acme", "--output", "json").out)
    assert [one["operation"] for one in found] == ["create_cnam_record"]
    assert json.loads(found[0]["body"])
    assert "authorization" not in found[0]["headers"]
    assert found[0]["inferred"] == ""
    unlimited = json.loads(flowroute("sandbox", "requests", "--output", "json").out)
    assert any(one["inferred"] for one in unlimited) == any(one.inferred for one in sandbox.control.requests())
    failed = flowroute("sandbox", "requests", "--failed", "--output", "csv").out.splitlines()
    assert len(failed) == 2
    latest = json.loads(flowroute("sandbox", "requests", "--max-items", "1", "--output", "json").out)
    assert latest[0]["status"] == 404
    assert flowroute("sandbox", "requests", "--clear").code == 0
    assert sandbox.control.requests() == []


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (("--base-url", "http://127.0.0.1:9"), "No sandbox answers at http://127.0.0.1:9."),
        (("--sandbox",), "The command is for a sandbox that runs on its own, not for one in this process."),
    ],
)
def test_where_no_sandbox_runs_it_is_said_how_to_start_or_name_one(
    flowroute: Flowroute, before: tuple[str, ...], sentence: str
) -> None:
    ended = flowroute(*before, "sandbox", "advance", "1m")
    assert ended.code in {1, 2}
    assert ended.err.splitlines()[0] == sentence
    assert "flowroute sandbox --port 8900" in ended.err


def test_the_module_prints_what_the_command_prints(start: Any) -> None:
    command: subprocess.Popen[str] = start(["sandbox", "--numbers", "400"])
    module = subprocess.Popen(
        [sys.executable, "-m", "flowroute_async.sandbox", "--numbers", "400"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    printed: list[list[str]] = []
    for process in (command, module):
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        hints = [process.stderr.readline() for _ in range(2)]
        printed.append([line.replace(url, "URL") for line in hints])
        process.terminate()
        out, err = process.communicate(timeout=HANGS_AFTER)
        assert (out, err, process.returncode) == ("", "", 0)
    assert printed[0] == printed[1]
    assert printed[0] == [
        "Look at it: URL/_sandbox/\n",
        "Use it: FR_ACCESS_KEY=sandbox FR_SECRET_KEY=sandbox FR_BASE_URL=URL flowroute ...\n",
    ]

"""Ctrl-C and SIGTERM: what is done is kept, the command says how to go on, and the same command completes it."""

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox
from tests.patience import HANGS_AFTER

ADDRESS = {"first_name": "Ada", "last_name": "Lovelace", "street_number": "1", "street_name": "3rd Ave"}
COUNT = 8


@dataclass(frozen=True)
class Job:
    """A command that does a job.

    Attributes:
        arguments: The command, from the account's numbers and a folder.
        operation: The call that it makes again and again.
        done: How often each of its effects is there.
        expected: The effects that there must be in the end, from the account's numbers.
        answered: Whether the call that is under way is waited for.
    """

    arguments: Callable[[Sequence[str], Path], Sequence[object]]
    operation: str
    done: Callable[[Sandbox, str], Sequence[str]]
    expected: Callable[[Sequence[str]], Sequence[str]]
    answered: bool = True


def rows(folder: Path, rows: Sequence[dict[str, object]]) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def bodies(sandbox: Sandbox, _: str) -> list[str]:
    return sorted(one.body or "" for one in sandbox._account.messages if one.direction == "outbound")


JOBS = {
    "send-many": Job(
        lambda own, folder: (
            *("messages", "send-many", "--yes", "--journal", folder / "job.db"),
            rows(folder, [{"from": own[0], "to": f"1206555{n:04}", "body": f"text {n}"} for n in range(COUNT)]),
        ),
        "send_message",
        bodies,
        lambda _: [f"text {n}" for n in range(COUNT)],
    ),
    "purchase-many": Job(
        lambda _, folder: (
            *("numbers", "purchase-many", "--yes", "--journal", folder / "job.db"),
            *("--count", COUNT, "--max-cost", 100, "--state-codes", "OR"),
        ),
        "purchase_number",
        lambda sandbox, _: [one.id for one in sandbox._account.numbers if one.state.upper() == "OR"],
        lambda _: [""] * COUNT,
    ),
    "create-many": Job(
        lambda own, folder: (
            *("e911", "create-many", "--yes", "--journal", folder / "job.db"),
            rows(
                folder,
                [
                    {**ADDRESS, "label": f"Office {n}", "city": "Seattle", "state": "WA", "zip": "98104", "number": one}
                    for n, one in enumerate(own)
                ],
            ),
        ),
        "create_e911_address",
        lambda sandbox, _: sorted(one.label for one in sandbox._account.addresses),
        lambda _: [f"Office {n}" for n in range(COUNT)],
    ),
    "update-many": Job(
        lambda own, folder: (
            *("numbers", "update-many", "--yes", "--journal", folder / "job.db"),
            rows(folder, [{"number": one, "alias": f"desk {one}"} for one in own]),
        ),
        "update_number",
        lambda sandbox, _: sorted(one.alias or "" for one in sandbox._account.numbers),
        lambda own: [f"desk {one}" for one in own],
    ),
    "release-many": Job(
        lambda own, folder: ("numbers", "release-many", "--yes", "--journal", folder / "job.db", *own),
        "release_number",
        lambda sandbox, _: [one.id for one in sandbox._account.numbers],
        lambda _: [],
    ),
    "history": Job(
        lambda _, folder: (
            *("messages", "history", "2026-01-01", "2026-01-04", "--checkpoint", folder / "job.db"),
            *("--export", folder / "all.jsonl"),
        ),
        "list_messages",
        lambda _, folder: [json.loads(line)["body"] for line in (Path(folder) / "all.jsonl").read_text().splitlines()],
        lambda _: [f"message {n}" for n in range(COUNT)],
        answered=False,
    ),
    "get-many": Job(
        lambda own, folder: ("numbers", "get-many", *own),
        "get_number",
        lambda sandbox, _: [],
        lambda _: [],
        answered=False,
    ),
}


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, (signal.SIGINT, signal.SIGTERM)[place % 2]) for place, name in enumerate(JOBS)]
    + [("send-many", signal.SIGTERM)],
)
def test_what_is_done_is_kept_and_the_same_command_completes_it(
    start: Any, flowroute: Any, sandbox: Sandbox, tmp_path: Path, *, name: str, number: int
) -> None:
    job = JOBS[name]
    buy = ("numbers", "purchase-many", "--state-codes", "WA", "--count", str(COUNT), "--max-cost", "99", "--yes")
    own = [one["number"] for one in json.loads(flowroute(*buy, "--output", "json").out)]
    assert flowroute("messages", "enable", *own, "--yes").code == 0
    for place in range(COUNT):
        moment = f"2026-01-0{place % 4 + 1}T0{place}:00:00"
        sandbox.control.receive_message(from_="12065550100", to=own[0], body=f"message {place}", at=moment)
    arguments = [str(one) for one in job.arguments(own, tmp_path)]
    sandbox.control.add_fault(job.operation, times=3)
    sandbox.control.add_fault(job.operation, times=20, delay=1 if job.answered else 60)

    before = len(sandbox.control.effects().get(job.operation, {}))

    process: subprocess.Popen[str] = start(arguments)
    tick = threading.Event()
    while len(sandbox.control.faults()) > 1 or sandbox.control.faults()[0].times == 20:
        assert process.poll() is None
        tick.wait(0.002)
    process.send_signal(number)
    _, err = process.communicate(timeout=HANGS_AFTER)

    assert process.returncode == 130, err
    *_, how, last = err.splitlines()
    assert last == "Interrupted."
    assert ("Run the same command again to begin anew" if name == "get-many" else "again to go on.") in how
    assert "Traceback" not in err
    if job.answered:
        assert how.startswith(f"{len(sandbox.control.effects()[job.operation]) - before} of {COUNT} ")
    sandbox.control.clear_faults()
    for _ in range(2):
        ended = flowroute(*arguments)
        assert ended.code == 0, ended.err
    done = sorted(job.done(sandbox, str(tmp_path)))
    expected = job.expected(own)
    assert len(done) == len(expected) == len(set(done))
    assert name == "purchase-many" or done == sorted(expected)

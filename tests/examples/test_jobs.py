"""The four applications of examples/jobs run against the sandbox, are killed, and go on."""

import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from tests.patience import HANGS_AFTER


@dataclass
class Machine:
    """Runs an example, and may kill it after a request or two."""

    sandbox: Sandbox
    url: str
    project: Path
    environment: dict[str, str]

    def command(self, name: str, *arguments: object) -> Sequence[str]:
        return [sys.executable, str(self.project / "examples/jobs" / name), *map(str, arguments)]

    def run(self, name: str, *arguments: object) -> str:
        done = subprocess.run(
            self.command(name, *arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=HANGS_AFTER,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self, name: str, *arguments: object, after: int) -> None:
        """Begin it, and kill it (SIGKILL) once it has sent so many requests more."""
        before = len(self.sandbox.control.requests())
        with subprocess.Popen(
            self.command(name, *arguments), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            tick = threading.Event()
            while process.poll() is None and len(self.sandbox.control.requests()) < before + after:
                tick.wait(0.002)
            process.kill()


@pytest.fixture
def machine(project: Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    with _machine(project, getattr(request, "param", SandboxClock())) as one:
        yield one


@contextmanager
def _machine(project: Path, clock: SandboxClock) -> Iterator[Machine]:
    sandbox = Sandbox(numbers=3000, latency=0.01, sms_rate=None, provisioning_delay=0, clock=clock)
    with running(sandbox) as url:
        keys = {"FR_ACCESS_KEY": "sandbox", "FR_SECRET_KEY": "sandbox", "FR_BASE_URL": url, "WEBHOOK_SECRET": "s" * 32}
        yield Machine(sandbox, url, project, {**os.environ, **keys})
    sandbox.close()


def bought(machine: Machine) -> str:
    api = httpx.Client(base_url=machine.url, auth=("sandbox", "sandbox"), timeout=HANGS_AFTER)
    number = str(api.get("/v2/numbers/available", params={"limit": 1}).json()["data"][0]["id"])
    assert api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True}).status_code == 201
    api.close()
    return number


@pytest.mark.parametrize("machine", [SandboxClock.frozen(datetime(2026, 6, 1, tzinfo=UTC))], indirect=True)
def test_the_nightly_export_has_each_message_of_the_day_once(machine: Machine, tmp_path: Path) -> None:
    number = bought(machine)
    for place in range(300):
        machine.sandbox.control.receive_message(from_="12065550100", to=number, body=f"message {place}")
        machine.sandbox.control.advance(600)  # half of them come after the day
    for after in (1, 6):
        machine.kill("nightly_export.py", tmp_path, "2026-06-01", after=after)
    output = machine.run("nightly_export.py", tmp_path, "2026-06-01")
    with (tmp_path / "messages-2026-06-01.csv").open(newline="") as file:
        bodies = [row["body"] for row in csv.DictReader(file)]
    assert sorted(bodies) == sorted(f"message {place}" for place in range(144))
    assert f"in all: {144 * 0.004:.4f} dollars" in output
    sent = len(machine.sandbox.control.requests())
    assert machine.run("nightly_export.py", tmp_path, "2026-06-01") == output
    assert len(machine.sandbox.control.requests()) == sent


def test_the_watcher_tells_what_is_new_and_what_is_gone(machine: Machine, tmp_path: Path) -> None:
    arguments = (tmp_path, "7", "WA", "OR", "CA")
    for after in (1, 3):
        machine.kill("inventory_watcher.py", *arguments, after=after)
    first = machine.run("inventory_watcher.py", *arguments).splitlines()
    known = json.loads((tmp_path / "known.json").read_text())
    assert first == [f"+ {number}" for number in known]
    assert len(known) > 10
    api = httpx.Client(base_url=machine.url, auth=("sandbox", "sandbox"), timeout=HANGS_AFTER)
    assert api.post(f"/v2/numbers/{known[3]}").status_code == 201
    api.close()
    assert machine.run("inventory_watcher.py", *arguments).splitlines() == [f"- {known[3]}"]
    assert machine.run("inventory_watcher.py", *arguments) == ""


def test_provisioning_gives_each_office_one_number_a_route_and_an_address(machine: Machine, tmp_path: Path) -> None:
    api = httpx.Client(base_url=machine.url, auth=("sandbox", "sandbox"), timeout=HANGS_AFTER)
    offers = api.get("/v2/numbers/available", params={"limit": 200}).json()["data"]
    places = sorted({(one["attributes"]["state"], one["attributes"]["rate_center"]) for one in offers} - {("", "")})[:5]
    offices = [
        {
            "label": f"Office {place}",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "street_number": str(place + 1),
            "street_name": "Main St",
            "city": "Springfield",
            "state": state.upper(),
            "zip": "98104",
            "rate_center": center,
            "host": f"sip{place % 2}.example.com",
        }
        for place, (state, center) in enumerate(places)
        if state and center
    ]
    with (tmp_path / "offices.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, offices[0])
        writer.writeheader()
        writer.writerows(offices)
    arguments = (tmp_path / "offices.csv", tmp_path, "100")
    random = Random(3)  # noqa: S311 - moments, not secrets
    for _ in range(4):
        machine.kill("provisioning.py", *arguments, after=random.randrange(2, 40))
    machine.run("provisioning.py", *arguments)
    numbers = api.get("/v2/numbers", params={"limit": 100}).json()["data"]
    assert len(numbers) == len(offices)
    details = [api.get(f"/v2/numbers/{one['id']}").json()["data"]["relationships"] for one in numbers]
    assert all(one["primary_route"]["data"] and one["e911_address"]["data"] for one in details)
    assert len(api.get("/v2/e911s", params={"limit": 100}).json()["data"]) == len(offices)
    assert sum(
        sum(times.values()) for name, times in machine.sandbox.control.effects().items() if name == "purchase_number"
    ) == len(offices)
    api.close()


def test_the_inbox_misses_nothing_and_answers_each_message_once(machine: Machine, tmp_path: Path) -> None:
    number = bought(machine)
    for place in range(12):
        machine.sandbox.control.receive_message(from_=f"1206555{place:04}", to=number, body=f"question {place}")
    assert machine.run("two_way_inbox.py", "catch-up", tmp_path) == "12 messages were missed\n"
    assert machine.run("two_way_inbox.py", "catch-up", tmp_path) == "0 messages were missed\n"
    for after in (1, 4):
        machine.sandbox.control.add_fault("send_message", drop="after")
        machine.kill("two_way_inbox.py", "answer", tmp_path, after=after)
    machine.sandbox.control.clear_faults()
    machine.run("two_way_inbox.py", "answer", tmp_path)
    answers = [one.body for one in machine.sandbox._account.messages if one.direction == "outbound"]
    assert len(answers) == len(set(answers))
    assert len(answers) >= 12 - 2  # what a kill has caught on the way may not have left, and is not sent again


def test_the_inbox_takes_in_webhooks_and_their_repeats_once(machine: Machine, tmp_path: Path) -> None:
    sys.path.insert(0, str(machine.project / "examples/jobs"))
    try:
        from two_way_inbox import Inbox, application  # noqa: PLC0415 - an example
    finally:
        sys.path.pop(0)
    from starlette.testclient import TestClient  # noqa: PLC0415 - with the example only

    inbox = Inbox(tmp_path)
    message = {"body": "hi", "to": "12065550100", "from": "12065550101", "id": "mdr2-1"}
    with TestClient(application(inbox, "secret")) as client:
        for _ in range(3):
            assert client.post("/flowroute/secret", json=message).status_code == 200
        assert client.post("/flowroute/secret", content=b"{").status_code == 400
        assert client.post("/flowroute/other", json=message).status_code == 404
    assert [answer["to"] for answer in inbox.answers()] == ["12065550101"]

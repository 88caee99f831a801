"""Runs a job in a process of its own, kills it at random moments, and looks whether anything was lost or doubled."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from random import Random
from signal import SIGKILL
from sqlite3 import connect
from typing import Any

import anyio

from flowroute_async.jobs import rows
from flowroute_async.sandbox import Sandbox, SandboxClock, running
from tests.jobs import job_process
from tests.jobs.job_process import JOBS, OFFICES, PERIOD, STATES, TEXTS, client_of
from tests.patience import HANGS_AFTER

FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "purchase": ("purchase_number", {"drop": "after"}),
    "groups": ("purchase_number", {"drop": "after"}),
    "send": ("send_message", {"drop": "after"}),
    "addresses": ("create_e911_address", {"drop": "after"}),
    "update": ("update_number", {"drop": "after"}),
    "release": ("release_number", {"drop": "after"}),
}
"""What befalls one call of each run: its answer is lost. Another one is refused with 429."""
SETTLED_AFTER = 301.0
_MOST_EVENTS: Mapping[str, int] = {
    "search": 80,
    "purchase": 40,
    "groups": 90,
    "history": 70,
    "send": 50,
    "addresses": 40,
    "update": 50,
    "release": 50,
}
"""How many requests and answers a run may have before it is killed."""
MESSAGES = 900

_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(  # what every job needs is imported once, also what is otherwise imported late
    [job_process.__name__, "anyio._backends._asyncio", "flowroute_async.jobs", "httpcore"]
)


def run_and_kill(job: str, url: str, file: Path, random: Random) -> bool:
    """Run a job, and kill it (SIGKILL) about one of its requests or answers; say whether it came to its end before.

    The moment is an event and no time: a busy machine has as much done by then as an idle one.
    """
    exit_code = _killed_at(job_process.run, job, url, file, random.randint(1, _MOST_EVENTS[job]))
    assert exit_code in {0, -SIGKILL}
    return exit_code == 0


def run_and_kill_while_it_waits(job: str, url: str, file: Path, why: str) -> None:
    """Run a job, and kill it (SIGKILL) when it does nothing but wait: for the limiter, or since all was refused."""
    assert _killed_at(job_process.run_until_it_waits, job, url, file, why) == -SIGKILL


def _killed_at(run: Callable[..., None], job: str, url: str, file: Path, moment: int | str) -> int | None:
    """Run a job in a process, and kill it when it announces the moment; return its exit code."""
    receiver, sender = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=run, args=(job, url, str(file), sender, moment))
    process.start()
    sender.close()
    with receiver:
        assert wait([receiver, process.sentinel], timeout=HANGS_AFTER)
    process.kill()
    process.join()
    return process.exitcode


@dataclass
class Campaign:
    """What came of a job that was killed again and again.

    Attributes:
        kills: How often it was killed.
        steps: How far it had come at each kill.
        report: What its last run says.
        effects: How often each of its effects is there.
        expected: The effects that there must be, once each; None where only their number is known.
    """

    kills: int = 0
    steps: list[int] = field(default_factory=list)
    report: Any = None
    effects: Counter[str] = field(default_factory=Counter)
    expected: set[str] | None = None

    @property
    def doubled(self) -> int:
        """How many effects are there more than once."""
        return sum(count - 1 for count in self.effects.values())

    @property
    def lost(self) -> int:
        """How many effects are missing."""
        return 0 if self.expected is None else len(self.expected - set(self.effects))


def campaign(job: str, kills: int, folder: Path, random: Random) -> Campaign:
    """Run a job until it was killed so often or has come to its end; then complete it, and count.

    A job that comes to its end is begun again with a new file and a new account.
    """
    result = Campaign()
    for attempt in count():
        found = _until_done(job, kills - result.kills, folder / f"{job}{attempt}.db", random)
        result.kills += found.kills
        result.steps += found.steps
        found.kills, found.steps = result.kills, result.steps
        if found.doubled or found.lost or result.kills >= kills:
            return found
    raise AssertionError


def _until_done(job: str, kills: int, file: Path, random: Random) -> Campaign:
    result = Campaign()
    clock = SandboxClock.frozen() if job == "history" else SandboxClock()
    sandbox = Sandbox(numbers=4000, latency=0.003, sms_rate=None, provisioning_delay=0, clock=clock)
    number = _prepare(sandbox, job)
    with running(sandbox) as url:
        while result.kills < kills:
            if job in FAULTS:
                operation, fault = FAULTS[job]
                sandbox.control.add_fault(operation, **fault)
                sandbox.control.add_fault(operation, status=429, retry_after="1", times=random.randint(1, 2))
            if run_and_kill(job, url, file, random):
                break
            result.kills += 1
            result.steps.append(_progress(file))
        sandbox.control.clear_faults()
        for ahead in (0.0, SETTLED_AFTER, SETTLED_AFTER):
            result.report = anyio.run(_finish, job, url, str(file), ahead)
        _count(job, sandbox, number, file, result)
    sandbox.close()
    return result


def killed_while_it_waits(job: str, why: str, file: Path) -> tuple[Sequence[str], Campaign]:
    """Kill a job that waits and has nothing under way; then complete it at once, and count.

    Returns:
        What the file said of each row when it was killed, and what came of the job.
    """
    result = Campaign(kills=1)
    sandbox = Sandbox(numbers=4000, sms_rate=None, provisioning_delay=0)
    number = _prepare(sandbox, job)
    with running(sandbox) as url:
        if why == "refused":
            sandbox.control.add_fault(FAULTS[job][0], status=429, retry_after="30", times=1000)
        run_and_kill_while_it_waits(job, url, file, why)
        outcomes = _outcomes(file)
        sandbox.control.clear_faults()
        result.report = anyio.run(_finish, job, url, str(file), 0.0)
        _count(job, sandbox, number, file, result)
    sandbox.close()
    return outcomes, result


async def _finish(job: str, url: str, file: str, ahead: float) -> Any:
    async with client_of(url, ahead) as client:
        return await JOBS[job](client, file)


def _prepare(sandbox: Sandbox, job: str) -> str:
    async def buy() -> str:
        from flowroute_async.testing import client_of as in_process  # noqa: PLC0415 - for the beginning only

        client = in_process(sandbox)
        wanted = 40 if job in {"update", "release"} else 1
        offers = [one async for one in client.numbers.search(max_items=wanted)]
        first, *_ = [(await client.numbers.purchase(one, messaging_enabled=True)).id for one in offers]
        return first

    number = anyio.run(buy)
    if job == "history":
        span = (PERIOD[1] - PERIOD[0]).total_seconds()
        for place in range(MESSAGES):
            sandbox.control.receive_message(from_="12065550100", to=number, body=f"message {place}")
            sandbox.control.advance(span / MESSAGES)
    return number


def _progress(file: Path) -> int:
    """Return how many rows a job's file has."""
    return len(_outcomes(file))


def _outcomes(file: Path) -> Sequence[str]:
    """Return what a job's file says of each row, from a copy of what the disk holds."""
    copy = file.with_name("copy.db")
    for suffix in ("", "-wal"):
        source = file.with_name(file.name + suffix)
        target = copy.with_name(copy.name + suffix)
        target.unlink(missing_ok=True)
        if source.exists():
            target.write_bytes(source.read_bytes())
    if not copy.exists():
        return ()
    with closing(connect(copy)) as job:
        tables = {name for (name,) in job.execute("SELECT name FROM sqlite_master")}
        columns = {"records": "id", "rows": "outcome", "purchases": "outcome"}
        return [
            str(value)
            for table, column in columns.items()
            if table in tables
            for (value,) in job.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - ours
        ]


def _count(job: str, sandbox: Sandbox, number: str, file: Path, result: Campaign) -> None:
    effects = sandbox.control.effects()
    match job:
        case "history":
            result.effects = Counter(str(row["body"]) for row in rows(file))
            result.expected = {f"message {place}" for place in range(MESSAGES)}
        case "search":
            result.effects = Counter(str(row["id"]) for row in rows(file))
        case "send":
            sent = [one for one in sandbox._account.messages if one.direction == "outbound"]
            result.effects = Counter(one.body or "" for one in sent)
            result.expected = {str(one.message["body"]) for one in result.report.sent}
            assert len(result.report.results) == TEXTS
        case "addresses":
            result.effects = Counter(one.label for one in sandbox._account.addresses)
            result.expected = {f"Office {place}" for place in range(OFFICES)}
        case "update":
            aliases = [one.alias or "" for one in sandbox._account.numbers]
            result.effects = Counter(alias for alias in aliases if alias)
            result.expected = {f"desk {one.number}" for one in result.report.done}
            assert len(result.expected) == 40
        case "release":
            left = [one.id for one in sandbox._account.numbers]
            assert left == []
            result.effects = Counter(one.number for one in result.report.done)
            result.expected = set(effects["purchase_number"])
        case _:
            result.effects = Counter(effects["purchase_number"])
            del result.effects[number]
            result.expected = {one.number for one in result.report.bought}
            wanted = 3 * len(STATES) if job == "groups" else job_process.COUNT
            assert len(result.expected) == wanted

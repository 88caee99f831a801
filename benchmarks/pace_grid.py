"""How a client paces itself, over a grid of demands, allowances, clients, stray refusals and Retry-After.

    python benchmarks/pace_grid.py [--seconds 300] [--write]

Whole clients, on a virtual clock, against a server that counts as servers do and refuses with 429 what goes
beyond its allowance; `--write` puts the table into RESULTS.md. Nothing here depends on the speed of the machine.
"""

import argparse
import asyncio
import logging
import math
import selectors
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random, seed
from typing import Protocol

import anyio
import httpx

from flowroute_async import FlowrouteClient, FlowrouteError, Rates
from flowroute_openapi.api.numbers import list_available_area_codes

WARM_UP = 60.0
"""Seconds before the share is measured: a client has met its first refusals by then."""


class Limit(Protocol):
    """How a server counts."""

    def admit(self, now: float) -> bool:
        """Whether one more request is within the allowance."""
        ...


class SlidingWindow:
    """So many within any second."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._past: deque[float] = deque()

    def admit(self, now: float) -> bool:
        """Count it, if it is within."""
        while self._past and self._past[0] <= now - 1:
            self._past.popleft()
        if len(self._past) >= self.rate:
            return False
        self._past.append(now)
        return True


class FixedWindow:
    """So many in each second of the server's clock."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._counts: Counter[int] = Counter()

    def admit(self, now: float) -> bool:
        """Count it, if it is within."""
        if self._counts[int(now)] >= self.rate:
            return False
        self._counts[int(now)] += 1
        return True


class Bucket:
    """Tokens that come evenly, up to a second's worth."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._tokens, self._since = rate, 0.0

    def admit(self, now: float) -> bool:
        """Take a token, if there is one."""
        self._tokens = min(self.rate, self._tokens + (now - self._since) * self.rate)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Unlimited:
    """No limit."""

    rate = math.inf

    def admit(self, now: float) -> bool:
        """Always."""
        del now
        return True


LIMITS: Mapping[str, Callable[[float], Limit]] = {
    "sliding window": SlidingWindow,
    "fixed window": FixedWindow,
    "bucket": Bucket,
}


@dataclass
class Server:
    """Answers after 50 ms, more or less, and refuses what is beyond its limit, and one request now and then.

    Attributes:
        limit: How it counts.
        retry_after: The header of a refusal, or None.
        stray: Seconds from one refusal without a reason to the next, or None.
        random: Whether these seconds are a mean, and the refusals come at random.
    """

    limit: Limit
    retry_after: str | None = None
    stray: float | None = None
    random: bool = False
    _chance: Random = field(default_factory=lambda: Random(7), repr=False)  # noqa: S311 - no secret
    _stray_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Set the time of the first refusal without a reason."""
        self._stray_at = self._pause() / 2

    def _pause(self) -> float:
        if self.stray is None:
            return math.inf
        return self._chance.expovariate(1 / self.stray) if self.random else self.stray

    async def answer(self) -> bool:
        """Take a request; say whether it was admitted."""
        await anyio.sleep(self._chance.uniform(0.022, 0.03))
        now = _now()
        admitted = self.limit.admit(now)
        if admitted and now >= self._stray_at:
            admitted = False
            self._stray_at = max(self._stray_at + self._pause(), now)
        await anyio.sleep(self._chance.uniform(0.022, 0.03))
        return admitted


class _Connection(httpx.AsyncBaseTransport):
    """What one client sends, and what became of it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.admitted: list[float] = []
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        sent_at = _now()
        if await self._server.answer():
            self.admitted.append(sent_at)
            return httpx.Response(200, json={"data": []})
        self.refused += 1
        retry_after = self._server.retry_after
        return httpx.Response(429, headers={} if retry_after is None else {"retry-after": retry_after})


@dataclass(frozen=True)
class Demand:
    """What the tasks of one client want.

    Attributes:
        tasks: How many there are.
        period: Seconds from the start of a task's call to that of its next one; 0 for one after the other.
        together: Whether all tasks call at the same moment, and not spread over the period.
        rates: The rates that the client is told, if it is.
        deadline: Seconds for a call.
    """

    tasks: int
    period: float = 0.0
    together: bool = False
    rates: Rates | None = None
    deadline: float = 120.0

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.tasks / self.period if self.period else math.inf


@dataclass(frozen=True)
class Outcome:
    """What became of one client's calls after the warm-up.

    Attributes:
        rate: Admitted calls a second.
        refused: Refusals in the whole run.
        failed: Calls that failed.
        longest: Seconds that the slowest call took.
    """

    rate: float
    refused: int
    failed: int
    longest: float


def simulate(server: Server, demands: Sequence[Demand], seconds: float) -> list[Outcome]:
    """Run the clients for that long, and return what became of each one's calls; the same each time."""
    seed(7)  # the clients' jitter
    with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
        return runner.run(_simulate(server, demands, seconds))


async def _simulate(server: Server, demands: Sequence[Demand], seconds: float) -> list[Outcome]:
    connections = [_Connection(server) for _ in demands]
    failed: Counter[int] = Counter()
    longest: Counter[int] = Counter()
    began = _now()

    async def work(place: int, client: FlowrouteClient, demand: Demand, task: int) -> None:
        at = began if demand.together else began + demand.period * task / demand.tasks
        while True:
            await anyio.sleep_until(at)
            asked_at = _now()
            try:
                await client.send_raw(list_available_area_codes())
            except FlowrouteError:
                failed[place] += 1
            longest[place] = max(longest[place], _now() - asked_at)  # type: ignore[assignment] # seconds
            # A task that is late calls at once, but does not make up for calls that it could not make.
            at = max(at + demand.period, _now())

    with anyio.move_on_after(seconds):
        async with anyio.create_task_group() as group:
            for place, (demand, connection) in enumerate(zip(demands, connections, strict=True)):
                client = FlowrouteClient(
                    access_key="key",
                    secret_key="secret",
                    base_url="http://127.0.0.1",
                    http_transport=connection,
                    clock=_LoopClock(),
                    rates=demand.rates,
                    deadline=demand.deadline,
                )
                for task in range(demand.tasks):
                    group.start_soon(work, place, client, demand, task)
    since = began + min(WARM_UP, seconds / 2)
    return [
        Outcome(
            sum(at >= since for at in connection.admitted) / (began + seconds - since),
            connection.refused,
            failed[place],
            longest[place],
        )
        for place, connection in enumerate(connections)
    ]


class _JumpingSelector(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not timeout:
            return super().select(timeout)
        self.now += timeout
        return super().select(0)


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    """asyncio's loop on a clock that jumps to the next timer; tasks run in the same order each time."""

    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def _now() -> float:
    return asyncio.get_running_loop().time()  # anyio would first find out on which loop it runs


class _LoopClock:
    def time(self) -> float:
        return _now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(_now(), UTC)

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


@dataclass(frozen=True)
class Row:
    """A point of the grid.

    Attributes:
        what: What it is about.
        demands: What the clients want; the share is that of the first one.
        allowance: Calls a second that the server allows, to all clients together, or None for any number.
        stray: Seconds from one refusal without a reason to the next, or None.
        random: Whether these are a mean.
        retry_after: The header of a refusal, or None.
        at_least: The share that is promised, or None.
    """

    what: str
    demands: Sequence[Demand]
    allowance: float | None = None
    stray: float | None = None
    random: bool = False
    retry_after: str | None = None
    at_least: float | None = None

    def fair_rate(self) -> float:
        """Return what the first client should get: its demand, or its part of the allowance if that is less."""
        return min(self.demands[0].rate, (self.allowance or math.inf) / len(self.demands))


_SPREAD = Demand(6, 2.0)
_TOGETHER = Demand(6, 2.0, together=True)
_KNOWN = Demand(6, 2.0, rates=Rates(api=20))
_SLOW = Demand(2, 2.0)
_GREEDY = Demand(20)

MODEST = [
    Row(what, [demand], stray=stray, random=random, retry_after=retry_after, at_least=0.95)
    for what, demand in (
        ("6 tasks, each every 2 s", _SPREAD),
        ("the same, all at the same moment", _TOGETHER),
        ("the same, rate known (20)", _KNOWN),
        ("2 tasks, each every 2 s", _SLOW),
    )
    for stray, random in ((15.0, False), (15.0, True), (5.0, False), (60.0, False))
    for retry_after in (None, "1")
]
BESIDE = [
    Row(what, [demand, _GREEDY], allowance=allowance, retry_after=retry_after, at_least=0.6)
    for what, demand in (
        ("6 tasks, each every 2 s, beside a greedy client", _SPREAD),
        ("the same, all at the same moment", _TOGETHER),
        ("2 tasks, each every 2 s, beside a greedy client", _SLOW),
    )
    for allowance in (10.0, 20.0)
    for retry_after in (None, "1")
]
GREEDY = [
    Row("20 tasks without a pause", [_GREEDY], allowance=3.0, at_least=0.8),
    Row("20 tasks without a pause", [_GREEDY], allowance=20.0, at_least=0.85),
    Row("20 tasks without a pause", [_GREEDY], allowance=20.0, retry_after="1", at_least=0.85),
    Row("the same, rate known (20)", [Demand(20, rates=Rates(api=20))], allowance=20.0, at_least=0.97),
    Row("the same, rate told as 20", [Demand(20, rates=Rates(api=20))], allowance=10.0, at_least=0.85),
    Row("20 tasks without a pause", [_GREEDY], allowance=20.0, stray=15.0, at_least=0.75),
    Row("6 tasks, each every 2 s", [_SPREAD], allowance=2.0, at_least=0.6),
    Row("two greedy clients", [_GREEDY, _GREEDY], allowance=10.0, at_least=0.25),
    Row("four greedy clients", [_GREEDY] * 4, allowance=20.0, at_least=0.2),
]


def shares(row: Row, seconds: float) -> list[tuple[str, list[Outcome], float]]:
    """Simulate a row, with each way of counting; return the way, the outcomes and the first client's share."""
    ways = {"none": lambda _: Unlimited()} if row.allowance is None else LIMITS
    results = []
    for way, limit in ways.items():
        server = Server(limit(row.allowance or math.inf), row.retry_after, row.stray, row.random)
        outcomes = simulate(server, row.demands, seconds)
        results.append((way, outcomes, outcomes[0].rate / row.fair_rate()))
    return results


_HEADS = "| clients | allowance | stray refusals | Retry-After | share | all clients | refused | failed |"
_BEGIN, _END = "<!-- pace grid: begin -->", "<!-- pace grid: end -->"


def table(rows: Sequence[Row], seconds: float) -> list[str]:
    """Simulate rows, and return them as lines of a Markdown table."""
    lines = [_HEADS, "|---" * _HEADS.count(" | ") + "|---|"]
    for row in rows:
        results = shares(row, seconds)
        found = [share for _, _, share in results]
        share = f"{found[0]:.2f}" if len(found) == 1 else f"{min(found):.2f} to {max(found):.2f}"
        totals = [sum(one.rate for one in outcomes) for _, outcomes, _ in results]
        used = "" if row.allowance is None else f"{sum(totals) / len(totals) / row.allowance:.2f}"
        refused = max(outcomes[0].refused for _, outcomes, _ in results)
        failed = max(outcomes[0].failed for _, outcomes, _ in results)
        stray = "" if row.stray is None else f"every {row.stray:g} s{' on average' if row.random else ''}"
        cells = [row.what, f"{row.allowance or 'none'}", stray, row.retry_after or "", share, used, refused, failed]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def report(seconds: float) -> str:
    """Simulate the grid, and return the section of RESULTS.md."""
    parts = [
        "## `python benchmarks/pace_grid.py`",
        "",
        f"Whole clients on a virtual clock, for {seconds:g} s; the first {WARM_UP:g} s do not count. Where there is an",
        "allowance, a row has three runs: with a sliding window, a fixed window and a bucket of tokens.",
        "Share: of its demand or, if that is less, of its fair part of the allowance; of the first client.",
        "All clients: what they got together, of the allowance. Refused, failed: calls of the first client, at most.",
    ]
    for title, rows in (
        ("A client that asks for less than it may, and meets refusals without a reason", MODEST),
        ("The same beside a client that takes what it can get", BESIDE),
        ("Clients that ask for more than they may", GREEDY),
    ):
        parts += ["", f"### {title}", "", *table(rows, seconds)]
    return "\n".join(parts)


def main() -> None:
    """Simulate, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--write", action="store_true", help="put the table into RESULTS.md")
    options = parser.parse_args()
    logging.getLogger("flowroute_async").setLevel(logging.ERROR)
    found = report(options.seconds)
    if not options.write:
        print(found)
        return
    file = Path(__file__).with_name("RESULTS.md")
    text = file.read_text(encoding="utf-8").replace(section(file), "")
    file.write_text(f"{text}{_BEGIN}\n\n{found}\n\n{_END}\n", encoding="utf-8")


def section(file: Path) -> str:
    """Return what a file has between the marks of the grid, marks included, or nothing."""
    _, begin, rest = file.read_text(encoding="utf-8").partition(_BEGIN)
    inside, end, _ = rest.partition(_END)
    return f"{begin}{inside}{end}\n" if end else ""


if __name__ == "__main__":
    main()

"""How a client paces itself, over a grid of demands, allowances, clients, stray refusals and Retry-After.

    python benchmarks/pace_grid.py [--seconds 300] [--write]

Whole clients, on the virtual clock of trio, against a server that counts as servers do and refuses with 429 what goes
beyond its allowance; `--write` puts the table into RESULTS.md. Nothing here depends on the speed of the machine.
"""

import argparse
import math
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

import anyio
import httpx
import trio
import trio.testing

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
    _chance: Random = field(default_factory=lambda: Random(7), repr=False)
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
        now = anyio.current_time()
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
        sent_at = anyio.current_time()
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
    """Let the clients call for that long, and return what became of each one's calls."""
    return trio.run(
        lambda: _simulate(server, demands, seconds), clock=trio.testing.MockClock(autojump_threshold=0)
    )


async def _simulate(server: Server, demands: Sequence[Demand], seconds: float) -> list[Outcome]:
    connections = [_Connection(server) for _ in demands]
    failed: Counter[int] = Counter()
    longest: Counter[int] = Counter()
    began = anyio.current_time()

    async def work(place: int, client: FlowrouteClient, demand: Demand, task: int) -> None:
        at = began if demand.together else began + demand.period * task / demand.tasks
        while True:
            await anyio.sleep_until(at)
            asked_at = anyio.current_time()
            try:
                await client.send_raw(list_available_area_codes())
            except FlowrouteError:
                failed[place] += 1
            longest[place] = max(longest[place], anyio.current_time() - asked_at)  # type: ignore[assignment] # seconds
            # A task that is late calls at once, but does not make up for calls that it could not make.
            at = max(at + demand.period, anyio.current_time())

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


class _LoopClock:
    def time(self) -> float:
        return anyio.current_time()

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

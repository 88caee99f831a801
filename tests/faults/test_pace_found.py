"""The whole client under a clock of its own, against servers with limits: it finds their rate, and holds it."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

import anyio
import httpx
import pytest
import trio
import trio.testing

from flowroute_async import FlowrouteClient, FlowrouteError, Rates
from flowroute_openapi import list_available_area_codes, send_message
from flowroute_openapi.models import NewMessage
from tests.virtual_time import LoopClock


def in_virtual_time(main: Callable[[], Awaitable[None]]) -> None:
    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))


class Limit(Protocol):
    """How a server counts."""

    rate: float

    def take(self, now: float) -> bool: ...


class SlidingWindow:
    """So many within any second."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._past: deque[float] = deque()

    def take(self, now: float) -> bool:
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

    def take(self, now: float) -> bool:
        if self._counts[int(now)] >= self.rate:
            return False
        self._counts[int(now)] += 1
        return True


class Bucket:
    """Tokens that come evenly, up to a second's worth."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._tokens, self._since = rate, 0.0

    def take(self, now: float) -> bool:
        self._tokens = min(self.rate, self._tokens + (now - self._since) * self.rate)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Server(httpx.AsyncBaseTransport):
    """Answers after 50 ms, more or less, and refuses what goes beyond its limit."""

    def __init__(self, limit: Limit, retry_after: str | None = None) -> None:
        self.limit = limit
        self._headers = {} if retry_after is None else {"retry-after": retry_after}
        self._chance = Random(7)  # noqa: S311 - how late an answer is is no secret
        self.arrivals: list[float] = []
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await anyio.sleep(self._chance.uniform(0.022, 0.03))
        allowed = self.limit.take(anyio.current_time())
        if allowed:
            self.arrivals.append(anyio.current_time())
        else:
            self.refused += 1
        await anyio.sleep(self._chance.uniform(0.022, 0.03))
        return httpx.Response(200 if allowed else 429, headers=None if allowed else self._headers, json={"data": []})


@dataclass
class Run:
    """What became of a run of calls."""

    share: float
    refused: int
    lost: int
    most_attempts: int


async def run(server: Server, *, calls: int, lanes: int, workers: int, rates: Rates | None = None) -> Run:
    client = _client(server, lanes, rates)
    left, lost, most = calls, 0, 0
    began = anyio.current_time()

    async def work() -> None:
        nonlocal left, lost, most
        while left > 0:
            left -= 1
            try:
                most = max(most, (await client.send_raw(list_available_area_codes())).attempts)
            except FlowrouteError:
                lost += 1

    async with anyio.create_task_group() as group:
        for _ in range(workers):
            group.start_soon(work)
    seconds = anyio.current_time() - began
    return Run(len(server.arrivals) / seconds / server.limit.rate, server.refused, lost, most)


def _client(server: Server, lanes: int, rates: Rates | None = None) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="key",
        secret_key="secret",
        base_url="http://127.0.0.1",
        http_transport=server,
        clock=LoopClock(),
        max_concurrency=lanes,
        rates=rates,
        deadline=600,
    )


@pytest.mark.parametrize(("lanes", "workers"), [(20, 20), (50, 50), (20, 200)])
@pytest.mark.parametrize("retry_after", [None, "1", "0.05", "0"])
@pytest.mark.parametrize("limit", [SlidingWindow, FixedWindow, Bucket])
def test_an_unknown_rate_is_found_and_held_and_nothing_is_lost(
    limit: Callable[[float], Limit], retry_after: str | None, lanes: int, workers: int
) -> None:
    async def main() -> None:
        found = await run(Server(limit(20), retry_after), calls=350, lanes=lanes, workers=workers)
        assert found.lost == 0
        assert found.share >= 0.85
        assert found.refused <= max(workers, lanes) + 30
        assert found.most_attempts <= 4

    in_virtual_time(main)


@pytest.mark.parametrize("limit", [SlidingWindow, FixedWindow, Bucket])
def test_a_rate_that_changes_is_found_again(limit: Callable[[float], Limit]) -> None:
    async def main() -> None:
        server = Server(limit(20), "1")
        await run(server, calls=350, lanes=20, workers=20)
        for rate in (8, 16):
            server.limit, server.arrivals = limit(rate), []
            found = await run(server, calls=1000, lanes=20, workers=20)
            assert found.lost == 0
            assert found.share >= 0.75

    in_virtual_time(main)


def test_a_known_rate_is_used_to_the_full_and_meets_no_refusal() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(20))
        found = await run(server, calls=350, lanes=20, workers=20, rates=Rates(api=20))
        assert found.share >= 0.97
        assert found.refused == 0

    in_virtual_time(main)


def test_a_known_rate_is_spaced_evenly() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(1000))
        await run(server, calls=60, lanes=20, workers=20, rates=Rates(api=20))
        gaps = [later - earlier for earlier, later in zip(server.arrivals, server.arrivals[1:], strict=False)]
        assert min(gaps) > 0.05 - 0.01
        assert max(gaps) < 0.05 + 0.011

    in_virtual_time(main)


def test_a_known_rate_that_is_refused_all_the_same_slows_down_and_recovers() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(10), "1")
        found = await run(server, calls=300, lanes=20, workers=20, rates=Rates(api=20))
        assert found.lost == 0
        assert found.share >= 0.75
        server.limit, server.arrivals = SlidingWindow(20), []
        found = await run(server, calls=2000, lanes=20, workers=20)
        assert found.share >= 0.85

    in_virtual_time(main)


def test_one_refusal_holds_every_task_and_the_pace_lets_them_go_one_by_one() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(20), "2")
        await run(server, calls=100, lanes=50, workers=50)
        burst_ends = 0.2
        after = [at for at in server.arrivals if at > burst_ends]
        assert min(after) >= 2.0
        assert len([at for at in after if at < min(after) + 0.5]) <= 12

    in_virtual_time(main)


def test_a_bulk_search_does_not_starve_a_single_call() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(1000))
        client = _client(server, 20)
        waits: list[float] = []

        async def bulk() -> None:
            while True:
                await client.send_raw(list_available_area_codes())

        async with anyio.create_task_group() as group:
            for _ in range(200):
                group.start_soon(bulk)
            for _ in range(20):
                await anyio.sleep(0.1)
                began = anyio.current_time()
                await client.send_raw(list_available_area_codes())
                waits.append(anyio.current_time() - began)
            group.cancel_scope.cancel()
        # 200 before it on 20 lanes: ten rounds and its own, and not one more.
        assert max(waits) <= 12 * 0.06

    in_virtual_time(main)


def test_paced_messages_do_not_hold_up_other_calls() -> None:
    async def main() -> None:
        server = Server(SlidingWindow(1000))
        client = _client(server, 2)
        message = NewMessage(from_="12065550100", to="12065550101", media_urls=("https://example.com/a.png",))
        async with anyio.create_task_group() as group:
            for _ in range(30):
                group.start_soon(client.send_raw, send_message(message))
            await anyio.sleep(3)
            began = anyio.current_time()
            await client.send_raw(list_available_area_codes())
            assert anyio.current_time() - began < 0.2
            group.cancel_scope.cancel()

    in_virtual_time(main)


def test_a_call_whose_turn_comes_after_its_deadline_fails_at_once() -> None:
    async def main() -> None:
        client = _client(Server(SlidingWindow(1000)), 20, Rates(api=0.1)).with_options(deadline=5)
        await client.send_raw(list_available_area_codes())
        began = anyio.current_time()
        with pytest.raises(FlowrouteError, match="its turn would come after the deadline"):
            await client.send_raw(list_available_area_codes())
        assert anyio.current_time() == began

    in_virtual_time(main)

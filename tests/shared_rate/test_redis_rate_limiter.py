"""The shared rate limiter against a real redis-server: turns, deadlines, pauses, and what it shows."""

import logging
import subprocess
import sys
import time

import anyio
import httpx
import pytest

from flowroute_async import ConfigurationError, DeadlineExceededError, FlowrouteClient, Rates
from flowroute_async.sandbox import Sandbox
from flowroute_async.shared_rate import OnUnavailable, RedisRateLimiter
from flowroute_async.throttle import Group
from tests.patience import HANGS_AFTER
from tests.shared_rate.redis_server import RedisServer

pytestmark = pytest.mark.anyio

INTERVAL = 1 / (50 * 0.98)
RARE = 1 / 98  # a place every 100 seconds


def places(server: RedisServer) -> list[int]:
    """Return the claimed places, each a whole number of intervals, as Redis holds them."""
    with server.connection() as redis:
        keys: list[bytes] = redis.keys()
    return sorted(int(key.split(b"/")[2]) for key in keys)


async def turns(limiter: RedisRateLimiter, count: int, rate: float | None = 50) -> list[float]:
    times: list[float] = []

    async def one() -> None:
        assert await limiter.acquire("api", rate, HANGS_AFTER)
        times.append(time.monotonic())

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one)
    return times


async def test_turns_come_one_by_one_and_never_above_the_rate(server: RedisServer) -> None:
    async with RedisRateLimiter(server.url, name="a") as one, RedisRateLimiter(server.url, name="a") as other:
        times: list[float] = []

        async def some(limiter: RedisRateLimiter) -> None:
            times.extend(await turns(limiter, 10))

        began = time.monotonic()
        async with anyio.create_task_group() as group:
            group.start_soon(some, one)
            group.start_soon(some, other)
    # A busy machine may be late, but never early.
    assert all(at >= began + place * INTERVAL for place, at in enumerate(sorted(times)))
    assert len(times) == 20


async def test_names_and_kinds_of_calls_do_not_share(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with RedisRateLimiter(server.url, name="a") as one, RedisRateLimiter(server.url, name="b") as other:
        for limiter in (one, other):
            monkeypatch.setattr(limiter._redis, "time", lambda: (1_000_000, 0))  # all ask at the same moment
        asking: list[tuple[RedisRateLimiter, Group]] = [(one, "mms"), (one, "api"), (one, "sms"), (other, "api")]
        for limiter, group in asking:
            assert await limiter.acquire(group, 2, HANGS_AFTER)
        assert places(server) == [1_960_001] * 4
        assert await one.acquire("api", 2, HANGS_AFTER)
        assert places(server) == [1_960_001] * 4 + [1_960_002]


async def test_an_unknown_rate_claims_no_places(server: RedisServer) -> None:
    async with RedisRateLimiter(server.url, name="a") as limiter:
        await turns(limiter, 20, rate=None)
        with server.connection() as redis:
            assert redis.keys() == []


async def test_a_wait_beyond_the_deadline_ends_at_once_and_claims_nothing(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RedisRateLimiter(server.url, name="a") as limiter:
        monkeypatch.setattr(limiter._redis, "time", lambda: (99_999, 999_000))  # a place comes in a millisecond
        assert await limiter.acquire("api", RARE, HANGS_AFTER)
        assert places(server) == [1000]
        began = time.monotonic()
        assert not await limiter.acquire("api", RARE, 90)
        assert time.monotonic() - began < 60
        assert places(server) == [1000]


async def test_a_call_whose_turn_is_too_late_is_not_sent(server: RedisServer) -> None:
    sandbox = Sandbox(numbers=1000)
    async with (
        RedisRateLimiter(server.url, name="a") as limiter,
        client_of(sandbox, limiter, Rates(api=0.1), deadline=0.5) as client,
    ):
        with pytest.raises(DeadlineExceededError):
            await two_pages(client)
    assert len(sandbox.control.requests()) <= 1


async def test_whoever_is_cancelled_holds_nobody_up(server: RedisServer) -> None:
    async with RedisRateLimiter(server.url, name="a") as limiter:
        for seconds in (0.0, 0.001, 0.005, 0.02, 0.05):
            with anyio.move_on_after(seconds):
                await turns(limiter, 5)
        began = time.monotonic()
        await turns(limiter, 1)
        assert time.monotonic() - began < 60


async def test_a_refusal_makes_the_other_clients_wait(server: RedisServer) -> None:
    refusing, willing = Sandbox(numbers=1000), Sandbox(numbers=1000)
    refusing.control.add_fault("search_available_numbers", status=429, retry_after="1")
    async with (
        RedisRateLimiter(server.url, name="a") as one,
        RedisRateLimiter(server.url, name="a") as other,
        client_of(refusing, one, max_retries=1) as refused,
        client_of(willing, other) as waiting,
        anyio.create_task_group() as group,
    ):
        began = time.monotonic()
        group.start_soon(first_page, refused)
        with server.connection() as redis:
            while not redis.exists("flowroute-async:a:cool-down"):  # noqa: ASYNC110 - Redis sets no event
                await anyio.sleep(0.005)
        await waiting.numbers.search(page_size=1)
        assert time.monotonic() - began >= 0.9
    assert [request.status for request in refusing.control.requests()] == [429, 200]


async def test_a_shorter_pause_does_not_end_a_longer_one(server: RedisServer) -> None:
    async with RedisRateLimiter(server.url, name="a") as limiter:
        await limiter.cool_down(30, 5)
        await limiter.cool_down(1, 5)
        assert not await limiter.acquire("api", None, 5)


async def test_what_stands_in_redis_names_no_key_and_expires(server: RedisServer) -> None:
    sandbox = Sandbox(numbers=1000, access_key="marked", secret_key="marked")
    async with (
        RedisRateLimiter(server.url, name="main account") as limiter,
        client_of(sandbox, limiter, Rates(api=50), key="marked") as client,
    ):
        await client.numbers.search(page_size=1)
        await limiter.cool_down(30, 5)
    with server.connection() as redis:
        keys: list[bytes] = redis.keys()
        assert len(keys) == 2
        for key in keys:
            assert key.startswith(b"flowroute-async:main account:")
            assert b"marked" not in key
            assert 0 < redis.ttl(key) <= 120


async def test_the_password_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RedisServer(password="marked-password") as server:
        async with RedisRateLimiter(server.url, name="a") as limiter:
            await turns(limiter, 1)
            shown = repr(limiter)
        async with RedisRateLimiter(server.url.replace("marked-", "marked-wrong-"), name="a") as limiter:
            with pytest.raises(ConnectionError) as refused:
                await turns_of_one(limiter)
    shown += caplog.text + str(refused.value) + repr(refused.value.__context__)
    assert "marked" not in shown
    with pytest.raises(TypeError):
        limiter.__reduce__()


@pytest.mark.parametrize(
    ("url", "name", "on_unavailable", "processes"),
    [
        ("redis://", "", "refuse", None),
        ("redis://", "two\nlines", "refuse", None),
        ("redis://", "a", "neither", None),
        ("redis://", "a", "local", None),
        ("redis://", "a", "local", 0),
        ("http://:marked@host", "a", "refuse", None),
        ("redis://:marked@host:port", "a", "refuse", None),
    ],
)
async def test_options_that_cannot_be_used_are_refused(
    url: str, name: str, on_unavailable: OnUnavailable, processes: int | None
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        RedisRateLimiter(url, name=name, on_unavailable=on_unavailable, processes=processes)
    assert "marked" not in str(refused.value)


def test_without_the_extra_the_error_names_it() -> None:
    program = "import sys; sys.modules['limits'] = None; import flowroute_async.shared_rate"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=HANGS_AFTER, check=False
    )
    assert ran.stderr.endswith('this needs the extra "redis": pip install "flowroute-async[redis]"\n')


def client_of(
    sandbox: Sandbox,
    limiter: RedisRateLimiter,
    rates: Rates | None = None,
    *,
    key: str = "sandbox",
    deadline: float = 10.0,
    max_retries: int = 0,
) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=key,
        secret_key=key,
        base_url="http://127.0.0.1",
        http_transport=httpx.ASGITransport(app=sandbox.app),
        rates=rates,
        limiter=limiter,
        deadline=deadline,
        max_retries=max_retries,
    )


async def first_page(client: FlowrouteClient) -> None:
    await client.numbers.search(page_size=1)


async def two_pages(client: FlowrouteClient) -> None:
    await first_page(client)
    await first_page(client)


async def turns_of_one(limiter: RedisRateLimiter) -> None:
    await limiter.acquire("api", 50, 5)

"""While Redis does not answer, the shared rate limiter does what the user chose, and says so once."""

import logging
import time
from contextlib import suppress

import anyio
import httpx
import pytest

from flowroute_async import DeadlineExceededError, FlowrouteClient, RateLimiterUnavailableError, Rates, shared_rate
from flowroute_async.sandbox import Sandbox
from flowroute_async.shared_rate import RedisRateLimiter
from tests.shared_rate.redis_server import RedisServer

pytestmark = pytest.mark.anyio

RATE = 50


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_rate, "_PAUSE", 0.05)
    monkeypatch.setattr(shared_rate, "_TIMEOUT", 0.3)


def client_of(sandbox: Sandbox, limiter: RedisRateLimiter) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url="http://127.0.0.1",
        http_transport=httpx.ASGITransport(app=sandbox.app),
        rates=Rates(api=RATE),
        limiter=limiter,
    )


def levels(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.levelname for record in caplog.records if "the shared rate" in record.getMessage()]


async def test_calls_are_refused_unsent_and_go_again_when_redis_is_back(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "flowroute_async")
    sandbox = Sandbox(numbers=1000)
    async with RedisRateLimiter(server.url, name="a") as limiter, client_of(sandbox, limiter) as client:
        await client.numbers.search(page_size=1)
        server.kill()
        for _ in range(3):
            with pytest.raises(RateLimiterUnavailableError, match="not sent"):
                await client.numbers.search(page_size=1)
        assert len(sandbox.control.requests()) == 1
        assert levels(caplog) == ["WARNING"]
        server.start()
        await anyio.sleep(0.06)
        await client.numbers.search(page_size=1)
    assert len(sandbox.control.requests()) == 2
    assert levels(caplog) == ["WARNING", "INFO"]


async def test_each_process_keeps_to_its_share_and_shares_again_when_redis_is_back(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "flowroute_async")
    limiters = [RedisRateLimiter(server.url, name="a", on_unavailable="local", processes=2) for _ in range(2)]
    times: list[float] = []

    async def keep_going(limiter: RedisRateLimiter, count: int) -> None:
        for _ in range(count):
            assert await limiter.acquire("api", RATE, 10)
            times.append(time.monotonic())

    async def all_keep_going(count: int) -> float:
        """Return the seconds until the last turn."""
        times.clear()
        began = time.monotonic()
        async with anyio.create_task_group() as group:
            for limiter in limiters:
                group.start_soon(keep_going, limiter, count)
        return max(times) - began

    server.kill()
    assert await all_keep_going(10) >= 10 * 2 / RATE  # each by itself: half the rate
    assert levels(caplog) == ["WARNING", "WARNING"]
    server.start()
    await anyio.sleep(0.06)
    assert await all_keep_going(10) >= 19 / RATE
    assert levels(caplog) == ["WARNING", "WARNING", "INFO", "INFO"]
    with server.connection() as redis:
        assert len(redis.keys()) == 20
    for limiter in limiters:
        await limiter.aclose()


async def test_a_server_that_dies_between_calls_loses_none_with_local_limits(server: RedisServer) -> None:
    sandbox = Sandbox(numbers=1000)
    async with (
        RedisRateLimiter(server.url, name="a", on_unavailable="local", processes=1) as limiter,
        client_of(sandbox, limiter) as client,
        anyio.create_task_group() as group,
    ):

        async def search() -> None:
            await client.numbers.search(page_size=1)

        for _ in range(20):
            group.start_soon(search)
        await anyio.sleep(0.1)
        server.kill()
    assert [request.status for request in sandbox.control.requests()] == [200] * 20


async def test_a_server_that_hangs_keeps_no_call_beyond_its_deadline(
    server: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_rate, "_TIMEOUT", 1.0)  # after which a call raises
    async with RedisRateLimiter(server.url, name="a") as limiter:
        assert await limiter.acquire("api", RATE, 5)
        server.hang()
        assert not await limiter.acquire("api", RATE, 0.1)
        with pytest.raises(ConnectionError):
            await limiter.acquire("api", RATE, 5)
        await limiter.cool_down(1, 0.1)
        assert levels(caplog) == ["WARNING"]


@pytest.mark.parametrize(
    "answer",
    [
        b"$abc\r\n",
        b":x\r\n",
        b"*1\r\n" * 6000,
        b"*-5\r\n*99999999999\r\n",
        b"+OK\r\n" * 50,
        b"\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"$3\r\n\xff\xfe\xfd\r\n" * 20,
        b"-ERR what\r\n" * 20,
        b"*0\r\n" * 20,
        b":99999999999999999999999\r\n" * 20,
    ],
)
async def test_a_redis_that_answers_nonsense_is_one_that_does_not_answer(answer: bytes) -> None:
    async def talk(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while await stream.receive():
                    await stream.send(answer)

    sandbox = Sandbox(numbers=1000)
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no query
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, talk)
        url = f"redis://127.0.0.1:{port}"
        async with RedisRateLimiter(url, name="a") as limiter, client_of(sandbox, limiter) as client:
            for _ in range(2):
                with pytest.raises((RateLimiterUnavailableError, DeadlineExceededError)):
                    await client.with_options(deadline=2).numbers.search(page_size=1)
            await limiter.cool_down(1.0, 1.0)
        group.cancel_scope.cancel()
    assert not sandbox.control.requests()


async def test_a_redis_that_answers_byte_by_byte_is_one_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_rate, "_LONGEST_ASKING", 0.3)

    async def talk(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                await stream.receive()
                while True:
                    await stream.send(b":")
                    await anyio.sleep(0.02)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no query
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, talk)
        async with RedisRateLimiter(f"redis://127.0.0.1:{port}", name="a") as limiter:
            with pytest.raises(ConnectionError):
                await limiter.acquire("api", RATE, 60)
        group.cancel_scope.cancel()

"""Calls that cannot have reached the server are told as such, repeated, and leave nothing open."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import anyio
import pytest

from flowroute_async import DeadlineExceededError, FlowrouteClient, NotSentError
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, CALLS, SECRET_KEY
from tests.faults.fault_runner import ALLOWANCE, SkippingClock

PURCHASE, GET = BY_NAME["purchase_number"].operation, BY_NAME["get_number"].operation
_TLS = ssl.create_default_context()  # made once: it takes longer than an attempt may on a busy machine


class Doorkeeper:
    """Accepts connections and does one thing with each before any request of ours can pass."""

    def __init__(self, behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
        self._behave = behave
        self.port = 0
        self.accepted = 0
        self.open = 0
        self.received = b""
        self.changed = threading.Condition()

    @contextmanager
    def running(self) -> Iterator["Doorkeeper"]:
        loop, ready = asyncio.new_event_loop(), threading.Event()
        stop = asyncio.Event()

        async def serve() -> None:
            async with await asyncio.start_server(self._handle, "127.0.0.1", 0) as server:
                self.port = server.sockets[0].getsockname()[1]
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(10)
            loop.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self.changed:
            self.accepted += 1
            self.open += 1
        try:
            await self._behave(reader, writer)
            while data := await reader.read(65536):
                self.received += data
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()
            with self.changed:
                self.open -= 1
                self.changed.notify_all()

    def emptied(self) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.open == 0, timeout=5)


async def say_nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def say_nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"this is no TLS\r\n\r\n")


async def refuse_the_tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


async def drop_the_tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


async def open_the_tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")


def client(base_url: str, *, proxy: str | None = None, timeout: float = 0.3) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        base_url=base_url,
        proxy=proxy,
        ssl_context=_TLS,
        timeout=timeout,
        max_retries=1,
        clock=SkippingClock(),
    )


@pytest.mark.anyio
@pytest.mark.parametrize("name", [call.operation.name for call in CALLS])
async def test_a_refused_connection_is_told_as_not_sent_whatever_the_call(name: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        async with client(f"http://127.0.0.1:{port}") as ours:
            with pytest.raises(NotSentError, match="2 attempts") as caught:
                await ours.send(BY_NAME[name].operation)
    assert caught.value.attempts == 2
    assert "nothing was sent" in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize("operation", [GET, PURCHASE], ids=["get", "purchase"])
@pytest.mark.parametrize(
    ("behave", "through_proxy"),
    [
        (say_nothing, False),
        (say_nonsense, False),
        (say_nothing, True),
        (say_nonsense, True),
        (refuse_the_tunnel, True),
        (drop_the_tunnel, True),
        (open_the_tunnel, True),
    ],
    ids=["tls-stall", "tls-nonsense", "proxy-stall", "proxy-nonsense", "proxy-407", "proxy-drop", "tunnel-tls-stall"],
)
async def test_what_breaks_before_the_request_is_told_as_not_sent_and_leaves_nothing_open(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    through_proxy: bool,  # noqa: FBT001 - a parameter of the test
    operation: object,
) -> None:
    with Doorkeeper(behave).running() as door:
        here = f"127.0.0.1:{door.port}"
        base_url = "https://api.flowroute.invalid" if through_proxy else f"https://{here}"
        async with client(base_url, proxy=f"http://{here}" if through_proxy else None) as ours:
            with pytest.raises(NotSentError) as caught:
                await ours.send(operation)  # type: ignore[arg-type] # the parameter is one of two operations
        assert caught.value.attempts == door.accepted == 2
        assert door.emptied(), "a connection was left open"
        assert b"Authorization" not in door.received


@pytest.mark.anyio
async def test_a_call_cancelled_in_the_tls_handshake_leaves_nothing_open() -> None:
    with Doorkeeper(say_nothing).running() as door:
        async with client(f"https://127.0.0.1:{door.port}", timeout=30) as ours:
            with anyio.move_on_after(0.1) as scope:
                await ours.send(PURCHASE)
            assert scope.cancelled_caught
        assert door.emptied(), "a connection was left open"


@pytest.mark.anyio
async def test_a_stalled_handshake_does_not_outlive_the_deadline() -> None:
    with Doorkeeper(say_nothing).running() as door:
        async with client(f"https://127.0.0.1:{door.port}", timeout=30).with_options(deadline=1) as ours:
            began = anyio.current_time()
            with pytest.raises(DeadlineExceededError):
                await ours.send(PURCHASE)
            assert anyio.current_time() - began <= 1 * 1.1 + ALLOWANCE
        assert door.emptied()

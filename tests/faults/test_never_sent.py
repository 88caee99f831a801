"""Calls that cannot have reached the server are told as such, repeated, and leave nothing open."""

import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from flowroute_async import DeadlineExceededError, FlowrouteClient, NotSentError
from flowroute_openapi.types import Operation
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, CALLS, SECRET_KEY
from tests.faults.fault_peer import Peer, serving
from tests.virtual_time import LoopClock

PURCHASE, GET = BY_NAME["purchase_number"].operation, BY_NAME["get_number"].operation
_TLS = ssl.create_default_context()  # made once: it takes long


class Doorkeeper:
    """Accepts connections and does one thing with each before any request of ours can pass."""

    def __init__(self, behave: Callable[[Peer], Awaitable[None]]) -> None:
        self._behave = behave
        self.port = 0
        self.accepted = 0
        self.open = 0
        self.received = b""

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["Doorkeeper"]:
        async with serving(self._handle) as self.port:
            yield self

    async def _handle(self, peer: Peer) -> None:
        self.accepted += 1
        self.open += 1
        try:
            await self._behave(peer)
            while data := await peer.receive():
                self.received += data
        finally:
            self.open -= 1

    async def emptied(self) -> bool:
        await anyio.sleep(1)
        return self.open == 0


async def say_nothing(_peer: Peer) -> None:
    return


async def say_nonsense(peer: Peer) -> None:
    await peer.send(b"this is no TLS\r\n\r\n")


def refuse_the_tunnel(status: int) -> Callable[[Peer], Awaitable[None]]:
    async def refuse(peer: Peer) -> None:
        await peer.read_until(b"\r\n\r\n")
        await peer.send(f"HTTP/1.1 {status} {SECRET_KEY} refuses\r\nContent-Length: 0\r\n\r\n".encode())

    return refuse


async def drop_the_tunnel(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    peer.reset()


async def open_the_tunnel(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    await peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")


def client(base_url: str, *, proxy: str | None = None, timeout: float = 5) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        base_url=base_url,
        proxy=proxy,
        ssl_context=_TLS,
        timeout=timeout,
        max_retries=1,
        clock=LoopClock(),
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
    assert str(caught.value).startswith(f"{name}: no connection (ConnectError, ")
    assert "nothing was sent" in str(caught.value)


@pytest.mark.anyio
async def test_a_unix_socket_on_which_nobody_listens_is_told_as_not_sent(tmp_path: Path) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(tmp_path / "nobody"))
    async with FlowrouteClient(
        access_key=ACCESS_KEY, secret_key=SECRET_KEY, http_transport=transport, max_retries=1, clock=LoopClock()
    ) as ours:
        with pytest.raises(NotSentError, match="nothing was sent") as caught:
            await ours.send(PURCHASE)
    assert caught.value.attempts == 2


@pytest.mark.anyio
@pytest.mark.parametrize("operation", [GET, PURCHASE], ids=["get", "purchase"])
@pytest.mark.parametrize(
    ("behave", "through_proxy"),
    [
        (say_nothing, False),
        (say_nonsense, False),
        (say_nothing, True),
        (say_nonsense, True),
        (refuse_the_tunnel(503), True),
        (drop_the_tunnel, True),
        (open_the_tunnel, True),
    ],
    ids=["tls-stall", "tls-nonsense", "proxy-stall", "proxy-nonsense", "proxy-503", "proxy-drop", "tunnel-tls-stall"],
)
async def test_what_breaks_before_the_request_is_told_as_not_sent_and_leaves_nothing_open(
    behave: Callable[[Peer], Awaitable[None]],
    through_proxy: bool,  # noqa: FBT001 - a parameter of the test
    operation: object,
) -> None:
    async with Doorkeeper(behave).serving() as door:
        here = f"127.0.0.1:{door.port}"
        base_url = "https://api.flowroute.invalid" if through_proxy else f"https://{here}"
        async with client(base_url, proxy=f"http://{here}" if through_proxy else None) as ours:
            with pytest.raises(NotSentError) as caught:
                await ours.send(operation)  # type: ignore[arg-type] # the parameter is one of two operations
        assert caught.value.attempts == door.accepted == 2
        assert await door.emptied(), "a connection was left open"
        assert b"Authorization" not in door.received


@pytest.mark.anyio
@pytest.mark.parametrize("operation", [GET, PURCHASE], ids=["get", "purchase"])
@pytest.mark.parametrize(
    ("status", "attempts"),
    [(401, 1), (403, 1), (407, 1), (405, 1), (408, 2), (429, 2), (302, 2), (502, 2), (503, 2), (504, 2)],
)
async def test_a_proxy_that_refuses_the_tunnel_is_named_by_its_status_and_asked_again_only_where_that_can_help(
    status: int, attempts: int, operation: Operation[object]
) -> None:
    async with Doorkeeper(refuse_the_tunnel(status)).serving() as door:
        through = f"http://clerk:{SECRET_KEY}@127.0.0.1:{door.port}"
        async with client("https://api.flowroute.invalid", proxy=through) as ours:
            with pytest.raises(NotSentError, match=rf"the proxy refused the connection \(HTTP {status}\)") as caught:
                await ours.send(operation)
        assert caught.value.attempts == door.accepted == attempts
    assert "nothing was sent" in str(caught.value)
    assert ("user name and a password" in str(caught.value)) == (status in {401, 407})
    assert SECRET_KEY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.anyio
async def test_a_call_cancelled_in_the_tls_handshake_leaves_nothing_open() -> None:
    async with Doorkeeper(say_nothing).serving() as door:
        async with client(f"https://127.0.0.1:{door.port}", timeout=30) as ours:
            with anyio.move_on_after(0.1) as scope:
                await ours.send(PURCHASE)
            assert scope.cancelled_caught
        assert await door.emptied(), "a connection was left open"


@pytest.mark.anyio
async def test_a_stalled_handshake_does_not_outlive_the_deadline() -> None:
    async with Doorkeeper(say_nothing).serving() as door:
        async with client(f"https://127.0.0.1:{door.port}", timeout=30) as ours:
            began = anyio.current_time()
            with pytest.raises(DeadlineExceededError):
                await ours.with_options(deadline=1).send(PURCHASE)
            assert anyio.current_time() - began == pytest.approx(1)
        assert await door.emptied()

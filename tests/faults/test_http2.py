"""Over HTTP/2, which a transport of the user's own can speak: nothing twice, nothing untrue."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

from flowroute_async import FlowrouteClient, FlowrouteError, Rates
from tests.faults.fault_calls import BY_NAME, CALLS, Call
from tests.faults.fault_peer import Peer, serving
from tests.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

Failing = Callable[[Peer, "H2Server", int], Awaitable[None]]


class H2Server:
    """Carries out each request, and answers the first ones of each path by `fail`."""

    def __init__(self, fail: Failing | None, times: int = 100) -> None:
        self._fail = fail
        self._times = times
        self.protocol = H2Connection(H2Configuration(client_side=False))
        self.effects: list[str] = []
        self.requests = 0
        self.connections = 0

    async def __call__(self, peer: Peer) -> None:
        self.connections += 1
        protocol = self.protocol = H2Connection(H2Configuration(client_side=False))
        protocol.initiate_connection()
        await peer.send(protocol.data_to_send())
        paths: dict[int, str] = {}
        while data := await peer.receive():
            for event in protocol.receive_data(data):
                if isinstance(event, RequestReceived) and event.stream_id and event.headers:
                    headers = {bytes(name).decode(): bytes(value).decode() for name, value in event.headers}
                    paths[event.stream_id] = f"{headers[':method']} {headers[':path']}"
                elif isinstance(event, DataReceived) and event.stream_id:
                    protocol.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
                elif isinstance(event, StreamEnded) and event.stream_id:
                    self.requests += 1
                    self.effects.append(paths[event.stream_id])
                    if self._fail is not None and self.requests <= self._times:
                        await self._fail(peer, self, event.stream_id)
                    else:
                        answer(protocol, event.stream_id, _call_of(paths[event.stream_id]))
            await peer.send(protocol.data_to_send())


def _call_of(line: str) -> Call:
    method, _, target = line.partition(" ")
    path = target.partition("?")[0]
    return next(call for call in CALLS if (call.operation.method, call.operation.path) == (method, path))


def answer(protocol: H2Connection, stream: int, call: Call) -> None:
    respond(protocol, stream, call.status, call.body)


def respond(protocol: H2Connection, stream: int, status: int, body: bytes, **headers: str) -> None:
    more: list[Any] = [(name.replace("_", "-"), value) for name, value in headers.items()]
    protocol.send_headers(stream, [(":status", str(status)), ("content-type", "application/json"), *more])
    protocol.send_data(stream, body, end_stream=True)


async def reset(peer: Peer, _server: H2Server, _stream: int) -> None:
    peer.reset()


async def hang_up(peer: Peer, _server: H2Server, _stream: int) -> None:
    peer.end()


async def reset_the_stream(_peer: Peer, server: H2Server, stream: int) -> None:
    server.protocol.reset_stream(stream, error_code=2)


async def refuse_the_stream(_peer: Peer, server: H2Server, stream: int) -> None:
    server.protocol.reset_stream(stream, error_code=7)  # REFUSED_STREAM, by a server that has acted all the same


async def go_away(peer: Peer, server: H2Server, _stream: int) -> None:
    server.protocol.close_connection(error_code=0, last_stream_id=0)
    await peer.send(server.protocol.data_to_send())
    raise ConnectionAbortedError


async def stall(peer: Peer, _server: H2Server, _stream: int) -> None:
    await peer.stall()


async def say_503(_peer: Peer, server: H2Server, stream: int) -> None:
    respond(server.protocol, stream, 503, b"{}", retry_after="1")


async def say_429(_peer: Peer, server: H2Server, stream: int) -> None:
    server.effects.pop()
    respond(server.protocol, stream, 429, b"{}", retry_after="1")


async def half_a_body(_peer: Peer, server: H2Server, stream: int) -> None:
    server.protocol.send_headers(stream, [(":status", "200")])
    server.protocol.send_data(stream, b"{")
    server.protocol.reset_stream(stream, error_code=2)


def client_at(port: int) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=f"http://127.0.0.1:{port}",
        http_transport=httpx.AsyncHTTPTransport(http1=False, http2=True),
        rates=Rates(sms=None, mms=None),
        timeout=5,
        clock=LoopClock(),
    )


async def _outcome(client: FlowrouteClient, call: Call) -> str:
    try:
        await client.send(call.operation)
    except FlowrouteError as error:
        return type(error).__name__
    return "value"


@pytest.mark.parametrize("name", [call.operation.name for call in CALLS if not call.operation.repeatable])
@pytest.mark.parametrize(
    "fail", [reset, hang_up, reset_the_stream, refuse_the_stream, go_away, stall, say_503, half_a_body]
)
async def test_what_must_not_be_repeated_is_sent_once(name: str, fail: Failing) -> None:
    served = H2Server(fail)
    async with serving(served) as port, client_at(port) as client:
        outcome = await _outcome(client, BY_NAME[name])
    assert len(served.effects) == 1
    if fail is half_a_body:
        assert outcome == "value" if BY_NAME[name].operation.response is type(None) else "InvalidResponseError"
    else:
        assert outcome == "OutcomeUnknownError"


@pytest.mark.parametrize("fail", [reset, hang_up, reset_the_stream, go_away, say_503, say_429, half_a_body, None])
async def test_what_may_be_repeated_comes_through(fail: Failing | None) -> None:
    served = H2Server(fail, times=1)
    async with serving(served) as port, client_at(port) as client:
        for name in ("get_number", "list_routes", "list_messages"):
            assert await _outcome(client, BY_NAME[name]) == "value"


async def test_a_refusal_is_repeated_and_one_connection_serves_all() -> None:
    served = H2Server(say_429, times=1)
    async with serving(served) as port, client_at(port) as client:
        for name in ("purchase_number", "send_message", "get_number"):
            assert await _outcome(client, BY_NAME[name]) == "value"
    assert len(served.effects) == 3
    assert served.connections == 1


async def test_a_refused_connection_is_not_sent() -> None:
    async with serving(H2Server(None)) as port:
        pass
    async with client_at(port) as client:
        assert await _outcome(client, BY_NAME["purchase_number"]) == "NotSentError"


async def _go_away_from_the_second(peer: Peer, server: H2Server, stream: int) -> None:
    """Act on the second request, and say that it was not even looked at."""
    if stream == 1:
        answer(server.protocol, stream, BY_NAME["list_routes"])
        return
    server.protocol.close_connection(error_code=0, last_stream_id=1)
    await peer.send(server.protocol.data_to_send())
    raise ConnectionAbortedError


@pytest.mark.parametrize("call", CALLS, ids=[call.operation.name for call in CALLS])
async def test_the_http_library_sends_nothing_again_on_the_word_of_a_server_that_goes_away(call: Call) -> None:
    served = H2Server(_go_away_from_the_second, times=2)
    async with serving(served) as port, client_at(port) as client:
        assert await _outcome(client, BY_NAME["list_routes"]) == "value"
        outcome = await _outcome(client, call)
    assert outcome == ("value" if call.operation.repeatable else "OutcomeUnknownError")
    assert len(served.effects) == (3 if call.operation.repeatable else 2)

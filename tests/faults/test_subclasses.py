"""A transport of the user's own shows nothing of what it does; the plain class is believed while it connects."""

import socket
from collections.abc import Iterator
from unittest import mock

import httpx
import pytest

from flowroute_async import FlowrouteClient, NotSentError, OutcomeUnknownError
from flowroute_async.testing import InstantClock
from tests.faults.fault_calls import BY_NAME, CALLS, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Server

pytestmark = pytest.mark.anyio

PURCHASE = BY_NAME["purchase_number"].operation


@pytest.fixture
def nobody() -> Iterator[str]:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def client_at(url: str, http_transport: httpx.AsyncBaseTransport | None = None) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a", secret_key="b", base_url=url, http_transport=http_transport, clock=InstantClock()
    )


class Subclass(httpx.AsyncHTTPTransport):
    """Does nothing of its own, which nobody can tell from outside."""


@pytest.mark.parametrize("make", [None, httpx.AsyncHTTPTransport])
async def test_a_connection_that_fails_is_believed_of_our_own_and_of_the_plain_class(
    nobody: str, make: type[httpx.AsyncHTTPTransport] | None
) -> None:
    async with client_at(nobody, None if make is None else make()) as client:
        with pytest.raises(NotSentError, match="nothing was sent") as caught:
            await client.send(PURCHASE)
    assert caught.value.attempts == 5
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


async def test_a_connection_that_fails_is_not_believed_of_a_subclass(nobody: str) -> None:
    async with client_at(nobody, Subclass()) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.send(PURCHASE)
    assert caught.value.attempts == 1


async def test_an_answer_lost_after_a_connection_that_failed_may_have_been_sent(nobody: str) -> None:
    real = httpx.AsyncHTTPTransport.handle_async_request
    sent: list[str] = []

    async def try_again(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        try:
            return await real(transport, request)
        except httpx.ConnectError:  # a second host takes it, and its answer is lost
            sent.append(request.method)
            raise httpx.ReadError("lost") from None

    with mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", try_again):
        async with client_at(nobody) as client:
            with pytest.raises(OutcomeUnknownError):
                await client.send(PURCHASE)
    assert sent == ["POST"]


class Retrying(httpx.AsyncBaseTransport):
    """Sends again whatever fails, as transports that people add for retries do."""

    def __init__(self, *, by_status: bool) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._by_status = by_status

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(3):
            try:
                response = await self._inner.handle_async_request(request)
            except httpx.TransportError:
                continue
            if self._by_status and response.is_error:
                await response.aclose()
                continue
            return response
        raise httpx.ReadError("given up")

    async def aclose(self) -> None:
        await self._inner.aclose()


class Signing(httpx.AsyncBaseTransport):
    """Reads the body before it is sent."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        content = b"".join([part async for part in request.stream])
        request.headers["x-signature"] = str(len(content))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.mark.parametrize("call", CALLS, ids=[call.operation.name for call in CALLS])
@pytest.mark.parametrize("fault", ["reset after the effect", "500 after the effect"])
async def test_a_transport_that_retries_sends_nothing_twice_that_must_not_be(
    server: Server, call: Call, fault: str
) -> None:
    (found,) = [one for one in FAULTS if one.name == fault]
    case = server.case(call, found, 1)
    async with client_for(server, case, http_transport=Retrying(by_status=fault.startswith("5"))) as client:
        if call.operation.repeatable:
            await client.send_raw(call.operation)
        else:
            with pytest.raises(OutcomeUnknownError):
                await client.send_raw(call.operation)
    assert case.requests == case.effects == (2 if call.operation.repeatable else 1)


async def test_a_transport_may_read_a_body_before_it_sends_it(server: Server) -> None:
    for call in CALLS:
        case = server.case(call)
        async with client_for(server, case, http_transport=Signing()) as client:
            await client.send_raw(call.operation)
        assert case.effects == 1

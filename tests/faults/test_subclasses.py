"""A transport of the user's own shows nothing of what it does; the plain class is believed while it connects."""

import socket
from collections.abc import Iterator
from unittest import mock

import httpx
import pytest

from flowroute_async import FlowrouteClient, NotSentError, OutcomeUnknownError
from flowroute_async.testing import InstantClock
from tests.faults.fault_calls import BY_NAME

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

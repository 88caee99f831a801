"""Whoever reads "nothing was sent" can believe it: an earlier attempt that may have arrived is not forgotten."""

import httpx
import pytest

from flowroute_async import FlowrouteClient, NoAnswerError, NotSentError
from flowroute_async.testing import InstantClock


class HangsUpThenIsGone(httpx.AsyncHTTPTransport):
    """Takes the first requests without an answer, and cannot be reached afterwards."""

    def __init__(self, *, taken: int) -> None:
        super().__init__()
        self._left = taken

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._left == 0:
            raise httpx.ConnectError("gone")
        self._left -= 1
        await request.extensions["trace"]("http11.send_request_headers.started", {"request": request})
        raise httpx.ReadError("hung up")


def client_over(transport: httpx.AsyncBaseTransport) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a", secret_key="b", http_transport=transport, clock=InstantClock(), max_retries=2
    )


@pytest.mark.anyio
async def test_a_lost_answer_and_then_no_connection_is_no_answer() -> None:
    client = client_over(HangsUpThenIsGone(taken=1))
    with pytest.raises(NoAnswerError) as caught:
        await client.e911.delete("20155")
    assert "nothing was sent" not in str(caught.value)
    assert caught.value.attempts == 3


@pytest.mark.anyio
async def test_no_connection_at_all_is_not_sent() -> None:
    client = client_over(HangsUpThenIsGone(taken=0))
    with pytest.raises(NotSentError, match="nothing was sent"):
        await client.e911.delete("20155")

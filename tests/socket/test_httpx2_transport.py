"""The extra `httpx2`: its transports are taken as httpx's are, and nothing is believed of them that was not shown."""

from collections.abc import Iterator

import httpx2
import pytest

from flowroute_async import ConfigurationError, FlowrouteClient, NoAnswerError, NotFoundError, OutcomeUnknownError
from flowroute_async.foreign_transport import AsyncTransport
from flowroute_async.sandbox import Sandbox, running


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(numbers=4_000, provisioning_delay=0)


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with running(sandbox) as address:
        yield address


def client_over(transport: AsyncTransport, url: str) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="sandbox", secret_key="sandbox", base_url=url, http_transport=transport, max_retries=1
    )


@pytest.mark.anyio
async def test_calls_lists_errors_and_lost_answers_are_as_ever(sandbox: Sandbox, url: str) -> None:
    async with client_over(httpx2.AsyncHTTPTransport(), url) as client:
        found = [number async for number in client.numbers.search(state="WA", page_size=20, prefetch=3)]
        number = await client.numbers.purchase(found[0], messaging_enabled=True)
        with pytest.raises(NotFoundError):
            await client.numbers.get("12065550100")
        sandbox.control.add_fault("send_message", drop="after")
        with pytest.raises(OutcomeUnknownError):
            await client.messages.send(from_=number, to="12065550100", body="hello")
        sandbox.control.add_fault("get_number", drop="before")
        assert (await client.numbers.get(number)).id == number.id
    assert len({one.id for one in found}) == len(found) > 20
    assert sandbox.control.effects()["send_message"] == {"12065550100": 1}


class Mock(httpx2.AsyncBaseTransport):
    """Fails as it is told, and counts."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure
        self.requests: list[httpx2.Request] = []
        self.closed = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        raise self.failure

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.anyio
@pytest.mark.parametrize(
    "failure", [httpx2.ReadTimeout("late"), httpx2.ConnectError("no"), httpx2.PoolTimeout("no"), OSError("no")]
)
async def test_no_failure_of_such_a_transport_is_taken_for_not_sent(failure: Exception) -> None:
    transport = Mock(failure)
    async with client_over(transport, "http://127.0.0.1:9") as client:
        with pytest.raises(OutcomeUnknownError):
            await client.messages.send(from_="12065550100", to="12065550101", body="hello")
        assert len(transport.requests) == 1
        with pytest.raises(NoAnswerError):
            await client.numbers.list()
    assert transport.closed
    (sent, *_) = transport.requests
    assert (sent.method, sent.url.path) == ("POST", "/v2.1/messages")
    assert await sent.aread()


def test_what_is_no_asynchronous_transport_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match="must be an AsyncBaseTransport of httpx or httpx2, and is of the type"
    ):
        client_over(httpx2.HTTPTransport(), "http://127.0.0.1:9")  # type: ignore[arg-type]  # which is what is tested

"""Under the mocks that users of httpx reach for, what must not be repeated is sent once, whatever they raise."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest import mock

import httpx
import pytest
import respx
from pytest_httpx import HTTPXMock

from flowroute_async import CallError, FlowrouteClient, NoAnswerError, OutcomeUnknownError, Rates
from flowroute_async.testing import InstantClock
from tests.faults.fault_calls import CALLS, NUMBER, Call

pytestmark = pytest.mark.anyio

ONCE_ONLY = [call for call in CALLS if not call.operation.repeatable]
URL = "https://api.flowroute.com"


def _circle() -> Exception:
    """Make an error whose causes go round in a circle, as a transport that raises it again can."""
    first, second = httpx.ReadError("first"), RuntimeError("second")
    first.__cause__, second.__context__ = second, first
    return first


def _own_cause() -> Exception:
    error = httpx.ConnectError("itself")
    error.__context__ = error
    return error


RAISED: dict[str, Callable[[], Exception]] = {
    "ReadTimeout": lambda: httpx.ReadTimeout("x"),
    "ReadError": lambda: httpx.ReadError("x"),
    "RemoteProtocolError": lambda: httpx.RemoteProtocolError("x"),
    "WriteError": lambda: httpx.WriteError("x"),
    "ConnectError": lambda: httpx.ConnectError("x"),
    "ConnectTimeout": lambda: httpx.ConnectTimeout("x"),
    "PoolTimeout": lambda: httpx.PoolTimeout("x"),
    "ProxyError": lambda: httpx.ProxyError("x"),
    "UnsupportedProtocol": lambda: httpx.UnsupportedProtocol("x"),
    "OSError": lambda: OSError("x"),
    "a circle": _circle,
    "its own cause": _own_cause,
    "a group": lambda: ExceptionGroup("x", [httpx.ConnectError("y"), ExceptionGroup("z", [_circle()])]),
}


def client(http_transport: httpx.AsyncBaseTransport | None = None) -> FlowrouteClient:
    rates = Rates(sms=None, mms=None)
    return FlowrouteClient(
        access_key="a", secret_key="b", rates=rates, clock=InstantClock(), http_transport=http_transport
    )


class Mocked:
    """Raises the same for every request, and counts them."""

    def __init__(self, make: Callable[[], Exception]) -> None:
        self.make = make
        self.sent: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.method)
        raise self.make()


@contextmanager
def with_respx(mocked: Mocked) -> Iterator[FlowrouteClient]:
    with respx.mock(base_url=URL) as router:
        router.route().mock(side_effect=mocked)
        yield client()


@contextmanager
def with_respx_on_a_plain_transport(mocked: Mocked) -> Iterator[FlowrouteClient]:
    with respx.mock(base_url=URL) as router:
        router.route().mock(side_effect=mocked)
        yield client(httpx.AsyncHTTPTransport())


@contextmanager
def with_mock_transport(mocked: Mocked) -> Iterator[FlowrouteClient]:
    yield client(httpx.MockTransport(mocked))


@contextmanager
def with_a_patched_class(mocked: Mocked) -> Iterator[FlowrouteClient]:
    async def handle(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return mocked(request)

    with mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", handle):
        yield client()


MOCKS = (with_respx, with_respx_on_a_plain_transport, with_mock_transport, with_a_patched_class)


async def _sent_once(ours: FlowrouteClient, mocked: Mocked, call: Call) -> None:
    mocked.sent.clear()
    with pytest.raises(OutcomeUnknownError) as caught:
        await ours.send(call.operation)
    assert len(mocked.sent) == caught.value.attempts == 1


@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("mocking", MOCKS)
async def test_whatever_a_mock_raises_is_no_evidence_that_nothing_was_sent(
    mocking: Callable[[Mocked], AbstractContextManager[FlowrouteClient]], raised: str
) -> None:
    mocked = Mocked(RAISED[raised])
    with mocking(mocked) as ours:
        async with ours:
            for call in ONCE_ONLY:
                await _sent_once(ours, mocked, call)


@pytest.mark.parametrize("raised", RAISED)
async def test_whatever_pytest_httpx_raises_is_no_evidence_that_nothing_was_sent(
    httpx_mock: HTTPXMock, raised: str
) -> None:
    mocked = Mocked(RAISED[raised])
    httpx_mock.add_callback(mocked, is_reusable=True)
    async with client() as ours:
        for call in ONCE_ONLY:
            await _sent_once(ours, mocked, call)


async def test_a_purchase_is_asked_for_once_and_looked_up_under_a_mock() -> None:
    with respx.mock(base_url=URL) as router:
        bought = router.post(f"/v2/numbers/{NUMBER}").mock(side_effect=httpx.ReadTimeout)
        looked_up = router.get(f"/v2/numbers/{NUMBER}").mock(side_effect=httpx.ReadTimeout)
        async with client() as ours:
            with pytest.raises(OutcomeUnknownError) as caught:
                await ours.numbers.purchase(NUMBER)
    assert (bought.call_count, looked_up.call_count) == (1, 5)
    assert "could not be told" in "".join(caught.value.__notes__)


async def test_reads_are_repeated_under_a_mock() -> None:
    with respx.mock(base_url=URL) as router:
        router.route().mock(side_effect=[httpx.ReadTimeout, httpx.ConnectError, httpx.Response(200, json={"data": []})])
        async with client() as ours:
            assert (await ours.routes.list()).items == ()
            router.route().mock(side_effect=httpx.ConnectError)
            with pytest.raises(NoAnswerError) as caught:
                await ours.routes.list()
    assert caught.value.attempts == 5
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


async def test_a_transport_that_raises_what_is_no_exception_lets_it_through_and_stays_usable() -> None:
    class Stops(BaseException):
        pass

    stops = iter([Stops(), KeyboardInterrupt()])

    def handle(_: httpx.Request) -> httpx.Response:
        for stop in stops:
            raise stop
        return httpx.Response(200, json={"data": []})

    async with client(httpx.MockTransport(handle)) as ours:
        for kind in (Stops, KeyboardInterrupt):
            with pytest.raises(kind):
                await ours.routes.list()
        assert (await ours.routes.list()).items == ()


class RaisesOnClosing(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"data": []}'

    async def aclose(self) -> None:
        raise OSError("too late")


async def test_an_answer_that_cannot_be_closed_is_an_answer_all_the_same() -> None:
    class Transport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=RaisesOnClosing(), request=request)

        async def aclose(self) -> None:
            raise ExceptionGroup("closing", [OSError("too late")])

    async with client(Transport()) as ours:
        assert (await ours.routes.list()).items == ()


async def test_the_kind_of_error_is_named_with_what_lies_beneath() -> None:
    error = httpx.ReadError("secret words")
    error.__cause__ = OSError("more of them")
    async with client(httpx.MockTransport(Mocked(lambda: error))) as ours:
        with pytest.raises(CallError, match=r"ReadError, OSError") as caught:
            await ours.routes.list()
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None  # its text may quote what was answered

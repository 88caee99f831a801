"""A transport that answers from a cache tells nothing of now: its answers are refused, and none is taken for a look."""

from collections.abc import Callable

import httpx
import pytest

from flowroute_async import FlowrouteClient, NoAnswerError, NotFoundError, OutcomeUnknownError
from flowroute_async.testing import InstantClock
from tests.faults.fault_calls import BY_NAME, CALLS, NUMBER

pytestmark = pytest.mark.anyio

# In the words of hishel 2, of hishel 1, and of hishel 0 and httpx-caching.
WORDS: dict[str, Callable[[bool, bool], dict[str, object]]] = {
    "hishel 2": lambda cached, checked: {"caching": {"from_cache": cached, "revalidated": checked, "stored": False}},
    "hishel 1": lambda cached, checked: {"hishel_from_cache": cached, "hishel_revalidated": checked},
    "hishel 0": lambda cached, checked: {"from_cache": cached, "revalidated": checked},
}


class Caching(httpx.AsyncBaseTransport):
    """Answers by the method from what it keeps, and loses the answers to the others."""

    def __init__(
        self, kept: dict[str, tuple[int, bytes]], said: dict[str, object], headers: dict[str, str] | None = None
    ) -> None:
        self.asked: list[httpx.Request] = []
        self._kept = kept
        self._said = said
        self._headers = headers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.method not in self._kept:
            raise httpx.ReadTimeout("lost")
        status, content = self._kept[request.method]
        return httpx.Response(status, headers=self._headers, content=content, extensions=self._said)


def client_on(transport: httpx.AsyncBaseTransport) -> FlowrouteClient:
    return FlowrouteClient(access_key="a", secret_key="b", http_transport=transport, clock=InstantClock())


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("status", [200, 404, 429, 503])
async def test_an_answer_from_a_cache_is_no_answer(words: str, status: int) -> None:
    transport = Caching({"GET": (status, BY_NAME["get_number"].body)}, WORDS[words](True, False))
    async with client_on(transport) as client:
        with pytest.raises(NoAnswerError, match=": the answer came from a cache of http_transport"):
            await client.numbers.get(NUMBER)
    assert len(transport.asked) == 1


@pytest.mark.parametrize("words", WORDS)
async def test_an_answer_that_the_server_has_confirmed_counts(words: str) -> None:
    transport = Caching({"GET": (200, BY_NAME["get_number"].body)}, WORDS[words](True, True))
    async with client_on(transport) as client:
        assert (await client.numbers.get(NUMBER)).id == NUMBER


@pytest.mark.parametrize("words", WORDS)
async def test_a_lost_purchase_is_not_settled_by_what_a_cache_keeps(words: str) -> None:
    transport = Caching({"GET": (200, BY_NAME["get_number"].body)}, WORDS[words](True, False))
    async with client_on(transport) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.numbers.purchase(NUMBER)
    assert "could not be told" in "".join(caught.value.__notes__)
    assert [request.method for request in transport.asked] == ["POST", "GET"]


async def test_a_message_is_not_settled_by_what_a_cache_keeps() -> None:
    transport = Caching({"GET": (200, b'{"data": []}')}, WORDS["hishel 2"](True, False))
    async with client_on(transport) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.messages.send(from_="12065550100", to="12065550101", body="hello")
        with pytest.raises(NoAnswerError, match="from a cache"):
            await client.messages.settle(caught.value, wait=600)


async def test_what_must_not_be_repeated_is_unknown_where_a_cache_answers_it() -> None:
    calls = [call for call in CALLS if not call.operation.repeatable]
    for call in calls:
        transport = Caching({call.operation.method: (call.status, call.body)}, WORDS["hishel 2"](True, False))
        async with client_on(transport) as client:
            with pytest.raises(OutcomeUnknownError, match="from a cache"):
                await client.send(call.operation)
        assert len(transport.asked) == 1


async def test_every_cache_on_the_way_is_told_to_ask_the_server() -> None:
    transport = Caching({"GET": (404, b"{}")}, {})
    async with client_on(transport) as client:
        with pytest.raises(NotFoundError):
            await client.numbers.get(NUMBER)
    assert transport.asked[0].headers["cache-control"] == "no-cache"


async def test_a_purchase_is_not_settled_by_an_answer_that_is_older_than_it() -> None:
    transport = Caching({"GET": (200, BY_NAME["get_number"].body)}, {}, {"Age": "30"})
    async with client_on(transport) as client:
        assert (await client.numbers.get(NUMBER)).id == NUMBER  # a cache of the vendor's own may be right for reading
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.numbers.purchase(NUMBER)
        with pytest.raises(NoAnswerError, match=": the answer came from a cache, and is older than a call whose"):
            await client.numbers.get(NUMBER)
        await client.clock.sleep(31)
        assert (await client.numbers.get(NUMBER)).id == NUMBER
    assert "could not be told" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("age", ["0", "", "-5", "soon", "9" * 5000])
async def test_an_age_that_shows_nothing_is_passed_over(age: str) -> None:
    transport = Caching({"GET": (200, BY_NAME["get_number"].body)}, {}, {"Age": age})
    async with client_on(transport) as client:
        assert (await client.numbers.purchase(NUMBER)).id == NUMBER

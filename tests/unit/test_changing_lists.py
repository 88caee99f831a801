"""Lists that change while they are walked: every record once, and a server that does not page is told from growth."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import InvalidArgumentError, PaginationError, Paginator
from flowroute_async.decoding import decoded
from flowroute_async.errors import InvalidRecordError
from flowroute_async.resources.messages import Messages
from flowroute_async.resources.numbers import Numbers
from flowroute_async.response import RawResponse
from flowroute_async.testing import InstantClock
from flowroute_openapi.models import Message
from flowroute_openapi.types import Operation
from tests.stand_in import StandIn

T = TypeVar("T")
START = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class GrowingServer(StandIn):
    """Messages, the newest first, to which some are added after each page that is asked for.

    Attributes:
        count: How many there are at first.
        arrivals: How many arrive after each of the first pages.
        heeds_end: Whether it leaves out what came after `end_date`.
        heeds_offset: Whether it pages at all.
        unreadable: The numbers of messages whose time is fine, and whose sender is not.
    """

    count: int
    arrivals: list[int]
    heeds_end: bool = True
    heeds_offset: bool = True
    max_page: int = 1000
    unreadable: frozenset[int] = frozenset()
    asked: list[dict[str, str]] = field(default_factory=list)
    clock: InstantClock = field(default_factory=lambda: InstantClock(now=lambda: START))

    def __post_init__(self) -> None:
        self.times = [START - timedelta(hours=1)] * self.count

    async def send(self, operation: Operation[T], /) -> T:
        return decoded(await self.send_raw(operation))

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        await anyio.lowlevel.checkpoint()
        query = dict(operation.query)
        self.asked.append(query)
        offset, limit = int(query["offset"]) if self.heeds_offset else 0, min(int(query["limit"]), self.max_page)
        end = datetime.fromisoformat(query["end_date"]) if self.heeds_end else datetime.max.replace(tzinfo=UTC)
        shown = [index for index, at in enumerate(self.times) if at <= end][::-1]
        page = [self._record(index) for index in shown[offset : offset + limit]]
        links = {"next": "there"} if offset + limit < len(shown) or not self.heeds_offset else {}
        for _ in range(self.arrivals.pop(0) if self.arrivals else 0):
            self.times.append(START + timedelta(minutes=5, seconds=len(self.asked)))
        return RawResponse(operation, 200, {}, json.dumps({"data": page, "links": links}).encode(), 0.0, 1)

    def _record(self, index: int) -> dict[str, object]:
        sender = None if index in self.unreadable else "12065550100"
        attributes = {
            "body": "hi",
            "from": sender,
            "to": "12065550101",
            "direction": "outbound",
            "timestamp": "2026-05-31T23:00:00.00Z",
            "amount_nanodollars": 4000000,
            "amount_display": "$0.0040",
            "is_mms": False,
        }
        return {"type": "message", "id": f"mdr2-{index:032x}", "attributes": attributes}


def ids(count: int) -> list[str]:
    return [f"mdr2-{index:032x}" for index in reversed(range(count))]


def listing(
    server: GrowingServer, page_size: int, prefetch: int = 0, max_items: int | None = None
) -> Paginator[Message]:
    return Messages(server).list(
        start_date=START - timedelta(days=1), page_size=page_size, prefetch=prefetch, max_items=max_items
    )


counts = st.integers(0, 60)
pages = st.integers(1, 25)
bursts = st.lists(st.integers(0, 30), max_size=6)


@given(counts, bursts, pages, st.integers(0, 3))
def test_what_arrives_after_the_walk_began_is_no_part_of_it(
    count: int, arrivals: list[int], page_size: int, prefetch: int
) -> None:
    server = GrowingServer(count, arrivals)

    async def main() -> None:
        assert [one.id async for one in listing(server, page_size, prefetch)] == ids(count)

    anyio.run(main)
    assert len({query["end_date"] for query in server.asked}) == 1


@given(counts, st.lists(st.integers(0, 8), max_size=12), pages, st.integers(0, 2), st.integers(1, 25))
def test_each_record_comes_once_where_the_server_does_not_heed_the_end(
    count: int, arrivals: list[int], page_size: int, prefetch: int, max_page: int
) -> None:
    """Arrivals at the beginning move records to later pages; where they outrun the reader, it asks for more at once."""
    most = max(arrivals, default=0)
    server = GrowingServer(count, arrivals, heeds_end=False, max_page=max_page)
    found: list[str] = []

    async def main() -> None:
        async for one in listing(server, page_size, prefetch):
            found.append(one.id)  # noqa: PERF401 - what came before an error counts

    try:
        anyio.run(main)
    except PaginationError:
        assert min(page_size, max_page) <= most  # only where the list grows by a page and more with each page
        return
    assert len(found) == len(set(found))
    assert [one for one in found if one in ids(count)] == ids(count)


@given(st.integers(1, 60), st.integers(0, 40), pages)
def test_a_page_as_large_as_the_arrivals_is_no_fault_of_the_server(count: int, stop: int, page_size: int) -> None:
    server = GrowingServer(count, [page_size] * min(stop, 3), heeds_end=False)

    async def main() -> None:
        found = [one.id async for one in listing(server, page_size)]
        assert len(found) == len(set(found))
        assert set(ids(count)) <= set(found)

    anyio.run(main)


@given(st.integers(1, 60), pages, st.data(), st.integers(0, 3))
def test_a_server_that_ignores_the_offset_is_recognised_while_the_list_grows(
    count: int, page_size: int, data: st.DataObject, prefetch: int
) -> None:
    arrivals = data.draw(st.lists(st.integers(0, page_size - 1), max_size=40))
    server = GrowingServer(count, arrivals, heeds_end=False, heeds_offset=False)
    found: list[str] = []

    async def main() -> None:
        async for one in listing(server, page_size, prefetch):
            found.append(one.id)  # noqa: PERF401 - what came before an error counts

    with pytest.raises(PaginationError):
        anyio.run(main)
    assert len(found) == len(set(found))
    assert len(server.asked) <= 12 * (prefetch + 1)


@given(counts, bursts, pages, st.data())
def test_a_walk_that_is_resumed_keeps_its_end_and_repeats_nothing(
    count: int, arrivals: list[int], page_size: int, data: st.DataObject
) -> None:
    server = GrowingServer(count, arrivals)
    stop = data.draw(st.integers(1, 5))
    found: list[str] = []

    async def main() -> None:
        token = None
        async for page in listing(server, page_size).pages():
            found.extend(one.id for one in page.items)
            token = page.resume_token
            stopped = data.draw(st.booleans()) or len(server.asked) >= stop
            if stopped:
                break
        server.clock = InstantClock(now=lambda: START + timedelta(days=1))
        if token is not None:
            async for page in listing(server, page_size).pages(resume=token):
                found.extend(one.id for one in page.items)

    anyio.run(main)
    assert found == ids(count)


@pytest.mark.anyio
async def test_a_resumed_walk_does_not_give_the_last_record_again_where_the_list_has_grown() -> None:
    server = GrowingServer(30, [], heeds_end=False)
    first = await listing(server, 10)
    server.times += [START] * 4
    found = [one.id async for page in listing(server, 10).pages(resume=first.resume_token) for one in page.items]
    assert [one.id for one in first.items] + found == ids(30)


@given(counts, pages, st.frozensets(st.integers(0, 60), max_size=5), st.integers(0, 3))
def test_a_record_that_cannot_be_read_breaks_the_walk_there_and_the_token_leads_behind_it(
    count: int, page_size: int, unreadable: frozenset[int], prefetch: int
) -> None:
    server = GrowingServer(count, [], unreadable=unreadable)
    found: list[str] = []
    broken: list[InvalidRecordError] = []

    async def main() -> None:
        token: str | None = None
        while True:
            try:
                async for page in listing(server, page_size, prefetch).pages(resume=token):
                    found.extend(one.id for one in page.items)
            except InvalidRecordError as error:
                broken.append(error)
                token = error.resume_token
            else:
                return

    anyio.run(main)
    bad = {index for index in unreadable if index < count}
    assert found == [one for one in ids(count) if int(one[5:], 16) not in bad]
    assert [int(str(error.record["id"])[5:], 16) for error in broken] == sorted(bad, reverse=True)  # type: ignore[index,call-overload] # an object


@pytest.mark.anyio
async def test_awaiting_a_page_with_an_unreadable_record_raises_with_those_before_it() -> None:
    server = GrowingServer(5, [], unreadable=frozenset({2}))
    with pytest.raises(InvalidRecordError) as caught:
        await listing(server, 10)
    assert len(caught.value.records) == 2
    rest = [one.id async for page in listing(server, 10).pages(resume=caught.value.resume_token) for one in page.items]
    assert rest == ids(2)


@pytest.mark.parametrize(
    "other",
    [
        lambda numbers: numbers.search(state="OR"),
        lambda numbers: numbers.search(state="WA", contains="77"),
        lambda numbers: numbers.search(),
        lambda numbers: numbers.list(),
    ],
)
def test_a_token_belongs_to_its_filters(other: Callable[[Numbers], object]) -> None:
    numbers = Numbers(StandIn())
    token = numbers.search(state="WA")._list.start().after(200).token
    numbers.search(state="wa", page_size=10).pages(resume=token)
    with pytest.raises(InvalidArgumentError, match="resume must be a resume token of"):
        other(numbers).pages(resume=token)  # type: ignore[attr-defined] # a Paginator

"""Paging arithmetic: every item once and in order, from any server, however it pages."""

import gc
from collections.abc import AsyncIterable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import (
    InvalidArgumentError,
    NoAnswerError,
    PaginationError,
    Paginator,
)
from flowroute_async.position import Position, list_key
from flowroute_openapi import list_available_area_codes, list_numbers
from flowroute_openapi.models import AvailableCode
from tests.unit.listing_server import FOREIGN, ListingServer, numbered

CODES = list_key(list_available_area_codes())

totals = st.integers(0, 60)
sizes = st.integers(1, 25)
limits = st.none() | st.integers(0, 70)
windows = st.integers(0, 5)
loops = st.sampled_from(["asyncio", "trio"])


@dataclass(frozen=True)
class Walk:
    """A list, the server's way of paging it, and the caller's."""

    total: int
    page_size: int
    largest_page: int
    max_items: int | None
    prefetch: int
    loop: str

    def server(self, fails_at: int | None = None) -> ListingServer:
        return ListingServer(self.total, self.largest_page, fails_at=fails_at)

    def codes(self, server: ListingServer) -> Paginator[AvailableCode]:
        return server.codes(self.page_size, self.max_items, self.prefetch)

    @property
    def expected(self) -> list[int]:
        return list(range(self.total if self.max_items is None else min(self.total, self.max_items)))


walks = st.builds(Walk, totals, sizes, sizes, limits, windows, loops)


async def collect(found: list[int], codes: AsyncIterable[AvailableCode]) -> None:
    """Record every item as it comes: what came before an error counts."""
    async for code in codes:
        found.append(int(code.id))  # noqa: PERF401 - one by one, so that an error leaves those before it


def on(loop: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    anyio.run(main, backend=loop)


@given(walks)
def test_every_item_comes_once_and_in_order(walk: Walk) -> None:
    server, found = walk.server(), list[int]()
    on(walk.loop, lambda: collect(found, walk.codes(server)))
    assert found == walk.expected
    assert all(1 <= limit <= walk.page_size for _, limit in server.asked)
    assert server.most_in_flight <= walk.prefetch + 1


@given(walks, st.integers(0, 70))
def test_walking_the_pages_again_from_any_token_goes_on_exactly_there(walk: Walk, stop_after: int) -> None:
    server, found = walk.server(), list[int]()

    async def main() -> None:
        token: str | None = None
        async for page in walk.codes(server).pages():
            found.extend(numbered(page))
            token = page.resume_token
            if len(found) >= stop_after:
                break
        if token is not None:
            other_size = server.codes(max(1, walk.page_size // 2), walk.max_items, walk.prefetch)
            async for page in other_size.pages(resume=token):
                found.extend(numbered(page))

    on(walk.loop, main)
    assert found == walk.expected


@given(walks, st.data())
def test_a_failure_gives_the_items_before_it_first_and_a_token_that_goes_on(walk: Walk, data: st.DataObject) -> None:
    fails_at = data.draw(st.integers(0, max(0, walk.total - 1)))
    server, found = walk.server(fails_at), list[int]()

    async def main() -> None:
        pages, failure = walk.codes(server).pages(), None
        try:
            async for page in pages:
                found.extend(numbered(page))
        except NoAnswerError as error:
            failure = error
        if failure is None:
            return
        assert found == list(range(len(found)))
        assert len(found) <= fails_at
        assert [page async for page in pages] == []
        async for page in walk.codes(server).pages(resume=failure.resume_token):
            found.extend(numbered(page))

    on(walk.loop, main)
    assert found == walk.expected


@given(totals, sizes, limits)
def test_awaiting_gives_the_first_page(total: int, page_size: int, max_items: int | None) -> None:
    server = ListingServer(total)

    async def main() -> None:
        page = await server.codes(page_size, max_items)
        expected = min(total, page_size, total if max_items is None else max_items)
        assert numbered(page) == list(range(expected))
        assert page.has_more == (expected < total and bool(expected))
        assert (page.resume_token is not None) == page.has_more

    on("asyncio", main)
    assert len(server.asked) == (0 if max_items == 0 else 1)


@given(totals, sizes, sizes, limits, windows)
def test_a_server_that_ignores_the_limit_loses_and_doubles_nothing(
    total: int, page_size: int, their_size: int, max_items: int | None, prefetch: int
) -> None:
    server = ListingServer(total, limit_of=lambda _: their_size)

    async def main() -> None:
        found = [int(code.id) async for code in server.codes(page_size, max_items, prefetch)]
        assert found == list(range(total if max_items is None else min(total, max_items)))

    on("asyncio", main)


@given(totals, sizes, limits, windows)
def test_a_server_that_gives_everything_at_once_is_read_once(
    total: int, page_size: int, max_items: int | None, prefetch: int
) -> None:
    server = ListingServer(total, limit_of=lambda _: 1000)

    async def main() -> None:
        found = [int(code.id) async for code in server.codes(page_size, max_items, prefetch)]
        assert found == list(range(total if max_items is None else min(total, max_items)))

    on("asyncio", main)
    assert len(server.asked) <= 1


@given(st.integers(1, 60), sizes, windows)
def test_a_next_link_for_ever_ends_at_the_first_empty_page(total: int, page_size: int, prefetch: int) -> None:
    server = ListingServer(total, next_link=lambda _: FOREIGN)

    async def main() -> None:
        assert [int(code.id) async for code in server.codes(page_size, None, prefetch)] == list(range(total))

    on("asyncio", main)
    assert len(server.asked) <= total // page_size + 1 + 2 * (1 + prefetch)


@given(st.integers(1, 60), sizes, windows, loops)
def test_a_server_that_ignores_the_offset_is_refused_after_its_first_page(
    total: int, page_size: int, prefetch: int, loop: str
) -> None:
    server = ListingServer(total, offset_of=lambda _: 0, next_link=lambda _: FOREIGN)
    found: list[int] = []

    async def main() -> None:
        with pytest.raises(PaginationError) as caught:
            await collect(found, server.codes(page_size, None, prefetch))
        assert caught.value.resume_token is not None

    on(loop, main)
    assert found == list(range(min(total, page_size)))
    assert len(server.asked) <= 3 + 2 * prefetch  # the page, its repetition, and the list's beginning, which tells


@pytest.mark.anyio
async def test_a_server_that_goes_round_in_circles_is_refused() -> None:
    server = ListingServer(30, offset_of=lambda offset: offset % 20, next_link=lambda _: FOREIGN)
    found: list[int] = []
    with pytest.raises(PaginationError, match="a page that it had given before"):
        await collect(found, server.codes(10))
    assert found == list(range(20))


@pytest.mark.anyio
async def test_an_empty_page_with_a_next_link_ends_the_list() -> None:
    server = ListingServer(0, next_link=lambda _: FOREIGN)
    page = await server.codes()
    assert (page.items, page.has_more, page.resume_token) == ((), False, None)
    assert [code async for code in server.codes()] == []
    assert server.asked == [(0, 400), (0, 400)]


@pytest.mark.anyio
async def test_the_servers_own_page_size_is_kept_once_it_is_known() -> None:
    server = ListingServer(35, largest_page=10)
    assert len([code async for code in server.codes(20, prefetch=1)]) == 35
    assert server.asked[0] == (0, 20)
    assert all(limit == 10 for _, limit in server.asked[1:])


@pytest.mark.anyio
async def test_nothing_is_fetched_ahead_of_the_first_page() -> None:
    server = ListingServer(50)
    pages = server.codes(10, prefetch=3).pages()
    await anext(pages)
    assert server.asked == [(0, 10)]
    await anext(pages)
    assert sorted(server.asked) == [(0, 10), (10, 10), (20, 10), (30, 10), (40, 10)]
    assert server.most_in_flight == 4


@pytest.mark.anyio
async def test_the_last_page_asks_only_for_what_is_still_wanted() -> None:
    server = ListingServer(100)
    assert len([code async for code in server.codes(10, max_items=25, prefetch=5)]) == 25
    assert sorted(server.asked) == [(0, 10), (10, 10), (20, 5)]


@pytest.mark.anyio
async def test_building_a_list_and_wanting_nothing_of_it_sends_nothing() -> None:
    server = ListingServer(100)
    server.codes()
    assert [code async for code in server.codes(max_items=0)] == []
    assert not (await server.codes(max_items=0)).items
    assert server.asked == []


@pytest.mark.anyio
async def test_iterating_again_starts_from_the_beginning() -> None:
    server = ListingServer(7)
    codes = server.codes(3)
    assert [code.id async for code in codes] == [code.id async for code in codes]


@pytest.mark.anyio
@pytest.mark.parametrize("prefetch", [0, 3])
async def test_leaving_a_loop_leaves_nothing_behind(prefetch: int) -> None:
    server = ListingServer(50)
    tasks = len(anyio.get_running_tasks())
    async for code in server.codes(5, prefetch=prefetch):
        if code.id == "12":
            break
    gc.collect()  # an iterator that must be closed would be reported here
    await anyio.lowlevel.checkpoint()
    assert len(anyio.get_running_tasks()) == tasks
    assert server.in_flight == 0


@pytest.mark.anyio
async def test_an_exception_in_the_loops_body_leaves_nothing_behind() -> None:
    server = ListingServer(50)
    tasks = len(anyio.get_running_tasks())

    async def break_out() -> None:
        async for code in server.codes(5, prefetch=2):
            if code.id == "7":
                raise KeyError(code.id)

    with pytest.raises(KeyError):
        await break_out()
    gc.collect()
    assert len(anyio.get_running_tasks()) == tasks


@pytest.mark.anyio
async def test_cancelling_a_fetch_cancels_all_that_were_fetched_with_it() -> None:
    server = ListingServer(50)
    pages = server.codes(5, prefetch=4).pages()
    await anext(pages)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anext(pages)
    assert scope.cancelled_caught
    assert server.in_flight == 0


@pytest.mark.anyio
async def test_the_error_of_an_awaited_page_can_be_resumed_from() -> None:
    server = ListingServer(10, fails_at=0)
    with pytest.raises(NoAnswerError) as caught:
        await server.codes(5)
    found = [page async for page in server.codes(5).pages(resume=caught.value.resume_token)]
    assert sum(len(page.items) for page in found) == 10


tokens = st.text(max_size=40) | st.binary(max_size=40).map(lambda data: data.decode("latin-1"))


@given(tokens)
def test_a_token_that_is_none_of_ours_is_refused_before_anything_is_sent(token: str) -> None:
    server = ListingServer(10)
    with pytest.raises(InvalidArgumentError, match="resume must be a resume token of list_available_area_codes"):
        server.codes().pages(resume=token)
    assert server.asked == []


@pytest.mark.parametrize(
    "token",
    [
        Position(list_key(list_numbers()), 5, 5).token,
        Position(CODES, -1, 0).token,
        Position(CODES, 0, -1).token,
    ],
)
def test_a_token_of_another_list_or_of_nowhere_is_refused(token: str) -> None:
    with pytest.raises(InvalidArgumentError):
        ListingServer(10).codes().pages(resume=token)


@given(st.integers(0), st.integers(0))
def test_a_token_holds_its_position(offset: int, given_so_far: int) -> None:
    position = Position(CODES, offset, given_so_far)
    assert Position.from_token(position.token, CODES) == position


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"page_size": 0}, "page_size"),
        ({"page_size": 401}, "page_size"),
        ({"page_size": True}, "page_size"),
        ({"page_size": 2.5}, "page_size"),
        ({"max_items": -1}, "max_items"),
        ({"max_items": "5"}, "max_items"),
        ({"prefetch": -1}, "prefetch"),
        ({"prefetch": 65}, "prefetch"),
    ],
)
def test_a_paging_argument_out_of_its_range_is_refused_before_anything_is_sent(
    arguments: dict[str, Any], name: str
) -> None:
    server = ListingServer(10)
    with pytest.raises(InvalidArgumentError, match=f"^{name} must be .*; nothing was sent$"):
        server.codes(**arguments)
    assert server.asked == []


@pytest.mark.anyio
async def test_a_page_counts_and_gives_its_items_and_a_paginator_says_how_it_is_read() -> None:
    server = ListingServer(5, 200)
    codes = server.codes(3, None, 0)
    assert repr(codes) == ("<Paginator of list_available_area_codes: await it for a page, or read it with async for>")
    page = await codes
    assert len(page) == 3
    assert list(page) == list(page.items)

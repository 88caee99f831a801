"""Lists that change while they are walked, on a grid: what comes, what is passed over, and that the walk ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar, cast

import anyio
import pytest

from flowroute_async import Paginator
from flowroute_async.jobs.details import DetailedList
from flowroute_async.jobs.sources import each_until_exhausted
from flowroute_async.resources.numbers import Numbers
from flowroute_openapi import Operation
from flowroute_openapi.models import AvailableCode, AvailableCodeListDocument, PageLinks
from tests.jobs.fake_inventory import failure
from tests.stand_in import StandIn

T = TypeVar("T")

SIZES = (1, 2, 3, 5, 8, 40)
PREFETCH = (0, 1, 3)


@dataclass
class ChangingServer(StandIn):
    """Codes, of which some come and go right before a request of some place is answered.

    Attributes:
        codes: What is there.
        changes: What happens, by the place of the request.
        holes: Offsets at which a page is empty although more follow.
    """

    codes: list[str]
    changes: dict[int, Callable[[list[str]], None]] = field(default_factory=dict)
    holes: frozenset[int] = frozenset()
    asked: int = 0

    async def send(self, operation: Operation[T], /) -> T:
        await anyio.lowlevel.checkpoint()
        query = dict(operation.query)
        if change := self.changes.get(self.asked):
            change(self.codes)
        self.asked += 1
        assert self.asked < 500, "the walk does not end"
        offset, limit = int(query["offset"]), int(query["limit"])
        page = [] if offset in self.holes else self.codes[offset : offset + limit]
        data = tuple(AvailableCode(id=code, type="areacode") for code in page)
        links = PageLinks(next="there" if offset + limit < len(self.codes) else None)
        return cast("T", AvailableCodeListDocument(data=data, links=links))

    def listed(self, page_size: int, prefetch: int = 0) -> Paginator[AvailableCode]:
        return Numbers(self).area_codes(page_size=page_size, prefetch=prefetch)


def names(count: int) -> list[str]:
    return [str(place) for place in range(count)]


def walked(paginator: Paginator[AvailableCode]) -> list[str]:
    async def walk() -> list[str]:
        return [one.id async for one in paginator]

    return anyio.run(walk)


def removals(first: int, count: int) -> Callable[[list[str]], None]:
    def change(codes: list[str]) -> None:
        del codes[first : first + count]

    return change


def additions(at: int, count: int) -> Callable[[list[str]], None]:
    def change(codes: list[str]) -> None:
        codes[at:at] = [f"new {len(codes)} {place}" for place in range(count)]

    return change


def grid() -> Iterator[tuple[int, int, int, int, int]]:
    """Total, page size, pages ahead, the request before which something happens, and where."""
    yield from product((1, 7, 24), SIZES, PREFETCH, (1, 2, 5), (0, 3, 6, 20))


def test_what_leaves_passes_over_as_many_at_the_most_and_nothing_comes_twice() -> None:
    for total, page_size, prefetch, when, where in grid():
        for count in (1, 4, 30):
            server = ChangingServer(names(total), {when: removals(where, count)})
            found = walked(server.listed(page_size, prefetch))
            case = (total, page_size, prefetch, when, where, count)
            assert len(found) == len(set(found)), case
            assert found == sorted(found, key=int), case
            stayed = set(names(total)[:where] + names(total)[where + count :])
            assert len(stayed - set(found)) <= min(count, total), case


def test_where_records_leave_behind_the_place_of_the_walk_all_that_stay_come() -> None:
    for total, page_size, when in product((7, 24), SIZES, (1, 2, 5)):
        where = when * page_size  # the first that has not come
        server = ChangingServer(names(total), {when: removals(where, 4)})
        assert walked(server.listed(page_size)) == [code for code in names(total) if not where <= int(code) < where + 4]


def test_where_records_are_added_all_that_were_there_come() -> None:
    for total, page_size, prefetch, when, where in grid():
        for count in (1, 2):
            server = ChangingServer(names(total), {when: additions(min(where, total), count)})
            found = walked(server.listed(page_size, prefetch))
            case = (total, page_size, prefetch, when, where, count)
            assert len(found) == len(set(found)), case
            assert [one for one in found if not one.startswith("new")] == names(total), case


def test_an_empty_page_is_not_the_end_where_the_page_behind_it_is_not_empty() -> None:
    for page_size, prefetch in product((1, 2, 3, 5, 8), PREFETCH):
        for hole in range(page_size, 24, page_size):
            server = ChangingServer(names(24), holes=frozenset({hole}))
            expected = [code for code in names(24) if not hole <= int(code) < hole + page_size]
            assert walked(server.listed(page_size, prefetch)) == expected, (page_size, prefetch, hole)


def test_a_token_leads_on_behind_an_empty_page() -> None:
    async def main() -> list[str]:
        server = ChangingServer(names(12), holes=frozenset({4}))
        found: list[str] = []
        async for page in server.listed(4).pages():
            found += [one.id for one in page]
            token = page.resume_token
            break
        async for page in server.listed(4).pages(resume=token):
            found += [one.id for one in page]
        return found

    assert anyio.run(main) == [*names(4), *names(12)[8:]]


def test_a_source_whose_records_leave_as_they_are_worked_off_is_worked_off_whole() -> None:
    for total, page_size, prefetch, keeps in product((1, 7, 24), SIZES, PREFETCH, (0, 3)):
        server = ChangingServer(names(total))
        done: list[str] = []

        async def work_off(server: ChangingServer = server, done: list[str] = done) -> None:
            async for one in each_until_exhausted(server.listed(page_size, prefetch)):  # noqa: B023 - run at once
                done.append(one.id)
                if int(one.id) >= keeps:  # noqa: B023 - as above
                    server.codes.remove(one.id)

        anyio.run(work_off)
        assert sorted(done, key=int) == names(total), (total, page_size, prefetch, keeps)


def test_a_source_gives_no_more_than_its_paginator_is_told_to() -> None:
    async def main() -> None:
        server = ChangingServer(names(24))
        listed = Numbers(server).area_codes(page_size=4, max_items=9)
        done: list[str] = []
        async for one in each_until_exhausted(listed):
            done.append(one.id)
            server.codes.remove(one.id)
        assert len(done) == len(set(done)) == 9

    anyio.run(main)


@pytest.mark.parametrize("page_size", SIZES)
@pytest.mark.parametrize("prefetch", PREFETCH)
def test_details_of_all_that_stay_come_whatever_is_released_before_it_is_looked_at(
    page_size: int, prefetch: int
) -> None:
    for first, count in product(range(0, 24, 3), (1, page_size, 2 * page_size, 24)):
        server = ChangingServer(names(24))
        gone = set(names(24)[first : first + count])

        async def get(code: str, server: ChangingServer = server, gone: set[str] = gone) -> AvailableCode:
            await anyio.lowlevel.checkpoint()
            if code in gone:
                if code in server.codes:
                    server.codes.remove(code)
                raise failure(404)
            return AvailableCode(id=code, type="areacode")

        detailed = Numbers(DetailedList(server, get)).area_codes(page_size=page_size, prefetch=prefetch)
        found = walked(detailed)
        stayed = [code for code in names(24) if code not in gone]
        if prefetch:  # pages that are fetched at once are of one moment
            assert len(found) == len(set(found))
            assert len(set(stayed) - set(found)) <= len(gone)
        else:
            assert found == stayed, (first, count)


def test_a_page_whose_details_never_come_though_it_is_listed_does_not_hold_up_the_walk() -> None:
    async def get(code: str) -> AvailableCode:
        await anyio.lowlevel.checkpoint()
        if 4 <= int(code) < 8:
            raise failure(404)
        return AvailableCode(id=code, type="areacode")

    server = ChangingServer(names(24))
    found = walked(Numbers(DetailedList(server, get)).area_codes(page_size=4))
    assert found == [*names(4), *names(24)[8:]]

"""The pages of one query: which are asked for, and in which order they are given."""

import json

from flowroute_async.errors import PaginationError
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.query_pager import Answer, Fetch, Part, QueryPager
from flowroute_async.jobs.schedule import Schedule
from flowroute_async.pager import PageRequest
from flowroute_async.position import Position
from flowroute_async.response import RawResponse
from flowroute_openapi.models import AvailableNumber
from tests.jobs.fake_inventory import failure, item, numbers_of

NUMBERS = numbers_of("206", 1000)


class ReadAtOnce(QueryPager[AvailableNumber]):
    """A pager whose reader takes every page as soon as it can be given."""

    def __init__(self, page_size: int) -> None:
        super().__init__(0, NumberQuery(), Position(NumberQuery().list_key), page_size)
        self.parts: list[Part[AvailableNumber]] = []

    def arrived(self, page: PageRequest, answer: Answer[AvailableNumber]) -> None:
        super().arrived(page, answer)
        while self.can_give:
            self.parts.append(self.give())


def walk(page_size: int = 10) -> ReadAtOnce:
    return ReadAtOnce(page_size)


def page(offset: int, count: int, *, more: bool = True) -> Answer[AvailableNumber]:
    data = [item(number) for number in NUMBERS[offset : offset + count]]
    content = json.dumps({"data": data, "links": {"next": "there"} if more else {}}).encode()
    return RawResponse(NumberQuery().operation(count or 1, offset), 200, {}, content, 0.0, 1)


def asked(of: QueryPager[AvailableNumber]) -> list[Fetch[AvailableNumber]]:
    """Ask for all that may be asked for now."""
    found: list[Fetch[AvailableNumber]] = []
    while (fetch := of.needed() or of.ahead()) is not None:
        found.append(fetch)
    return found


def two_under_way(of: ReadAtOnce) -> list[Fetch[AvailableNumber]]:
    """Answer two pages, so that the next two are asked for."""
    for offset in (0, 10):
        (fetch,) = asked(of)
        of.arrived(fetch.page, page(offset, 10))
    return asked(of)


def given(of: ReadAtOnce) -> list[str]:
    ids = [number.id for part in of.parts for number in part.records]
    of.parts.clear()
    return ids


def test_the_first_page_is_asked_for_alone() -> None:
    assert [(fetch.page.offset, fetch.page.limit) for fetch in asked(walk())] == [(0, 10)]


def test_no_more_pages_are_under_way_than_have_come() -> None:
    one = walk()
    in_flight = asked(one)
    for came in range(1, 8):
        fetch = in_flight.pop(0)
        one.arrived(fetch.page, page(fetch.page.offset, 10))
        in_flight += asked(one)
        assert len(in_flight) == came


def test_pages_are_given_in_their_order_whatever_the_order_they_come_in() -> None:
    one = walk()
    second, third = two_under_way(one)
    one.arrived(third.page, page(30, 10))
    assert given(one) == NUMBERS[:20]
    one.arrived(second.page, page(20, 10))
    assert given(one) == NUMBERS[20:40]


def test_nothing_is_asked_for_beyond_an_end_that_is_in_sight() -> None:
    one = walk()
    second, third = two_under_way(one)
    one.arrived(third.page, page(30, 3, more=False))
    assert asked(one) == []
    one.arrived(second.page, page(20, 10))
    assert given(one) == NUMBERS[:33]
    assert one.over


def test_where_the_server_keeps_to_a_smaller_page_nothing_is_left_out() -> None:
    one = walk()
    second, third = two_under_way(one)
    one.arrived(third.page, page(30, 4))
    one.arrived(second.page, page(20, 4))
    assert given(one) == NUMBERS[:24]
    fourth, *_ = asked(one)
    assert (fourth.page.offset, fourth.page.limit) == (24, 10)  # one short page may be an accident
    one.arrived(third.page, page(30, 4))  # comes too late, and does not fit any more
    one.arrived(fourth.page, page(24, 4))
    fifth, *_ = asked(one)
    assert (fifth.page.offset, fifth.page.limit) == (28, 4)  # two are not
    one.arrived(fifth.page, page(28, 2, more=False))
    assert given(one) == NUMBERS[24:30]
    assert one.over


def test_a_single_short_page_does_not_make_all_others_short() -> None:
    one = walk()
    second, _ = two_under_way(one)
    one.arrived(second.page, page(20, 1))
    offset, requests = 21, 0
    while (fetches := asked(one)) and offset < len(NUMBERS) - 10:
        for fetch in fetches:
            one.arrived(fetch.page, page(fetch.page.offset, 10))
            offset, requests = fetch.page.offset + 10, requests + 1
    assert given(one)[:21] == NUMBERS[:21]
    assert requests <= offset // 10


def test_a_server_that_goes_round_in_circles_is_left() -> None:
    one = walk()
    (first,) = asked(one)
    one.arrived(first.page, page(0, 10))
    second = asked(one)[0]
    one.arrived(second.page, page(0, 10))
    (probe,) = asked(one)
    assert (probe.page.offset, probe.page.is_probe) == (0, True)
    one.arrived(probe.page, page(0, 10))
    assert one.over
    assert isinstance(one.parts[-1].failure, PaginationError)


def test_a_failure_counts_where_its_page_stands_after_those_before_it() -> None:
    one = walk()
    second, third = two_under_way(one)
    error = failure()
    one.arrived(third.page, error)
    assert not one.over
    one.arrived(second.page, page(20, 10))
    assert one.over
    assert [part.failure for part in one.parts] == [None, None, None, error]
    assert error.resume_token == one.parts[-1].end.token
    assert one.parts[-1].end.offset == 30


def test_a_failure_beyond_the_end_does_no_harm() -> None:
    one = walk()
    second, third = two_under_way(one)
    one.arrived(third.page, failure())
    one.arrived(second.page, page(20, 5, more=False))
    assert one.over
    assert given(one) == NUMBERS[:25]
    assert all(part.failure is None for part in one.parts)


def test_an_empty_page_ends_it() -> None:
    one = walk()
    (first,) = asked(one)
    one.arrived(first.page, page(0, 0))
    assert one.over
    assert given(one) == []


def test_pages_that_came_early_are_not_decoded_before_their_turn() -> None:
    one = QueryPager(0, NumberQuery(), Position(NumberQuery().list_key), 10)
    for offset in (0, 10):
        (fetch,) = asked(one)
        one.arrived(fetch.page, page(offset, 10))
        one.give()
    second, third = asked(one)
    broken = RawResponse(NumberQuery().operation(10, 30), 200, {}, b"no JSON", 0.0, 1)
    one.arrived(third.page, broken)
    assert not one.can_give
    one.arrived(second.page, page(20, 10))
    assert one.give().failure is None
    assert one.can_give
    assert one.give().failure is not None


def test_a_page_that_does_not_fit_any_more_is_not_taken_for_the_one_asked_for_since() -> None:
    one = walk()
    second, third = two_under_way(one)
    one.arrived(second.page, page(20, 5))  # short: what was asked for behind it does not fit
    (fourth,) = asked(one)[:1]
    assert fourth.page.offset == 25
    one.arrived(fourth.page, page(25, 5))
    again = asked(one)[0]
    assert again.page.offset == third.page.offset == 30
    one.arrived(third.page, page(30, 10))
    assert given(one) == NUMBERS[:30]
    one.arrived(again.page, page(30, again.page.limit))
    assert given(one) == NUMBERS[30 : 30 + again.page.limit]


def test_the_query_that_began_first_is_served_first() -> None:
    schedule: Schedule[AvailableNumber] = Schedule(concurrency=3, ordered=False)
    pagers = [QueryPager(place, NumberQuery(), Position(NumberQuery().list_key), 10) for place in range(3)]
    for pager in pagers:
        schedule.add(pager)
    schedule.source_ended = True
    fetches = [schedule.next() for _ in range(3)]
    for fetch in reversed(fetches):
        assert fetch is not None
        schedule.arrived(fetch, page(0, 10))
    for _ in range(3):
        assert schedule.take() is not None
    asked_next = [schedule.next() for _ in range(3)]
    assert [fetch.pager for fetch in asked_next if fetch is not None] == pagers

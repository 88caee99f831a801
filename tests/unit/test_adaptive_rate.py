"""The rate of calls, told the time: even where it is known, found where it is not, lowered on evidence only."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async.adaptive_rate import MARGIN, AdaptiveRate


def call(rate: AdaptiveRate, now: float, *, waited: bool = False) -> None:
    """One call that is answered at once."""
    rate.started(now, waited=waited)
    rate.answered(now)


def busy(rate: AdaptiveRate, since: float, until: float, each: float) -> float:
    """Calls that all wait, from one time to another, that far apart; return the time of the last one."""
    call(rate, since)
    at = since
    while at + each < until:
        at += each
        call(rate, at, waited=True)
    return at


def refuse(rate: AdaptiveRate, at: float, times: int = 1, *, release: float | None = None) -> None:
    """A burst of refusals, and the release after it."""
    for number in range(times):
        rate.refused(at, first=number == 0)
    rate.reserve(at + 1 if release is None else release)


def test_places_of_a_known_rate_are_evenly_spaced_and_never_above_it() -> None:
    rate = AdaptiveRate(10)
    places = [rate.reserve(0.0) for _ in range(50)]
    gaps = [later - earlier for earlier, later in pairwise(places)]
    assert places[0] == 0.0
    assert min(gaps) == pytest.approx(max(gaps))
    assert 0.1 <= min(gaps) <= 0.1 / 0.97


def test_time_that_was_not_used_gives_no_burst() -> None:
    rate = AdaptiveRate(10)
    rate.reserve(0.0)
    assert rate.reserve(100.0) == 100.0
    assert rate.reserve(100.0) > 100.09


def test_a_place_that_is_given_back_goes_to_the_next_one() -> None:
    rate = AdaptiveRate(10)
    rate.reserve(0.0)
    at = rate.reserve(0.0)
    rate.give_back(at)
    assert rate.reserve(0.0) == at


def test_places_of_calls_that_were_cancelled_are_taken_by_the_next_ones() -> None:
    rate = AdaptiveRate(2.0)
    places = [rate.reserve(10.0) for _ in range(20)]
    for place in places[1:]:  # in any order; the first call has gone
        rate.give_back(place)
    again = [rate.reserve(10.1) for _ in range(25)]
    assert again[:19] == places[1:]
    assert again[0] - places[0] == pytest.approx(1 / (2.0 * MARGIN))
    assert all(b - a == pytest.approx(1 / (2.0 * MARGIN)) for a, b in pairwise(again))


def test_a_returned_place_that_has_passed_is_not_taken_late() -> None:
    rate = AdaptiveRate(2.0)
    first, second, third = (rate.reserve(10.0) for _ in range(3))
    rate.give_back(second)
    assert rate.reserve(second + 0.1) == pytest.approx(third + 1 / (2.0 * MARGIN))
    assert first < second


def test_places_that_were_returned_before_a_refusal_are_void_after_it() -> None:
    rate = AdaptiveRate(2.0)
    places = [rate.reserve(10.0) for _ in range(20)]
    for place in places[5:]:
        rate.give_back(place)
    rate.refused(10.1, first=True)
    again = [rate.reserve(11.5) for _ in range(5)]
    assert again[0] == 11.5
    assert all(b - a == pytest.approx(1 / (2.0 * MARGIN)) for a, b in pairwise(again))


def test_an_unknown_rate_is_no_limit_until_the_server_refuses() -> None:
    rate = AdaptiveRate(None)
    assert [rate.reserve(1.0) for _ in range(100)] == [1.0] * 100
    assert rate.rate is None
    assert rate.interval == 0


def test_where_most_calls_are_refused_the_limit_is_what_was_answered_in_the_busiest_second() -> None:
    rate = AdaptiveRate(None)
    for place in range(200):
        call(rate, place / 20)
    refuse(rate, 10.0, times=15)
    assert rate.rate == pytest.approx(20 * 0.9, rel=0.06)
    assert rate.interval == pytest.approx(1 / 18, rel=0.06)


def test_one_refusal_among_answers_to_calls_in_flight_is_no_limit() -> None:
    rate = AdaptiveRate(None)
    for place in range(60):
        call(rate, place / 6)
    rate.refused(10.0, first=True)
    for _ in range(5):
        rate.answered(10.01)
    rate.refused(10.02, first=False)
    rate.reserve(11.0)
    assert rate.rate is not None
    assert rate.rate >= 2 * 6


@pytest.mark.parametrize("known", [None, 20.0])
def test_a_stray_refusal_leaves_a_modest_client_room_for_what_it_asks_for(known: float | None) -> None:
    rate, at = AdaptiveRate(known), 0.0
    for _ in range(40):  # three calls a second, and one refusal in fifteen seconds, for ten minutes
        for _ in range(45):
            at += 1 / 3
            call(rate, at)
        refuse(rate, at)
        at += 1
        assert rate.rate is not None
        assert rate.rate >= 2 * 3


@pytest.mark.parametrize("seconds", [3.5, 5.0, 15.0, 30.0])
def test_a_busy_client_keeps_its_rate_where_refusals_do_not_depend_on_it(seconds: float) -> None:
    rate, at = AdaptiveRate(None), 0.0
    for place in range(200):
        call(rate, place / 20)
    refuse(rate, 10.0, times=15, release=11.0)
    at = 11.0
    while at < 300:
        at = busy(rate, at, at + seconds, rate.interval) if at == 11.0 else _go_on(rate, at, seconds)
        refuse(rate, at)
        at += 1
        assert rate.rate is not None
        assert rate.rate >= 0.75 * 18


def _go_on(rate: AdaptiveRate, since: float, seconds: float) -> float:
    at = since
    while at < since + seconds:
        call(rate, at, waited=True)
        at += rate.interval
    return at


def test_a_rate_in_full_use_that_is_refused_at_its_limit_falls_by_a_tenth_and_comes_back_to_it() -> None:
    rate = AdaptiveRate(10)
    at = busy(rate, 0.0, 20.0, rate.interval)
    before = rate.rate
    assert before is not None
    refuse(rate, at)
    assert rate.rate == pytest.approx(0.9 * before, rel=0.01)
    _go_on(rate, at + 1, 26.0)
    assert rate.rate == pytest.approx(before, rel=0.01)


def test_a_rate_that_the_server_never_answered_falls_to_what_it_did_answer() -> None:
    rate, at, refusals = AdaptiveRate(20), 0.0, 0
    call(rate, at)
    while at < 40:  # eight calls in any second are answered
        for _ in range(8):
            at += rate.interval
            call(rate, at, waited=True)
        if 8 * rate.interval < 1:
            refuse(rate, at + rate.interval)
            refusals += 1
            at += rate.interval + 1
    assert rate.rate is not None
    assert 0.8 * 8 < rate.rate <= 8
    assert refusals < 12


def test_refusals_before_anything_was_answered_say_nothing_about_the_rate() -> None:
    rate = AdaptiveRate(20)
    busy(rate, 0.0, 20.0, 0.05)
    refuse(rate, 20.1)
    lowered = rate.rate
    for place in range(30):  # the server refuses everything for a minute
        rate.started(21.1 + 2 * place, waited=True)
        refuse(rate, 21.2 + 2 * place, times=3)
    assert rate.rate == lowered


def test_a_client_that_was_idle_does_not_crawl_after_its_first_refusal() -> None:
    rate = AdaptiveRate(None)
    rate.started(100.0, waited=False)
    refuse(rate, 100.1)
    assert rate.rate == 1.0
    _go_on(rate, 101.1, 5.0)
    assert rate.rate > 20


def test_the_search_for_a_limit_does_not_go_on_while_nobody_waits() -> None:
    rate = AdaptiveRate(None)
    call(rate, 0.0)
    refuse(rate, 1.0)
    before = rate.rate
    for place in range(100):
        call(rate, 2.0 + place)
    assert rate.rate == before


def test_an_idle_hour_does_not_raise_the_rate() -> None:
    rate = AdaptiveRate(None)
    for place in range(20):
        call(rate, place / 20)
    refuse(rate, 1.0, times=20)
    slow = rate.rate
    rate.reserve(3602.0)
    assert rate.rate == slow


@given(
    known=st.none() | st.floats(0.01, 1000),
    events=st.lists(
        st.tuples(st.sampled_from(["reserve", "started", "waited", "answered", "refused", "again"]), st.floats(0, 5)),
        max_size=80,
    ),
)
def test_the_rate_stays_positive_finite_and_below_what_is_known(
    known: float | None, events: list[tuple[str, float]]
) -> None:
    rate, now = AdaptiveRate(known), 0.0
    for event, later in events:
        now += later
        match event:
            case "reserve":
                assert rate.reserve(now) >= now
            case "started" | "waited":
                rate.started(now, waited=event == "waited")
            case "answered":
                rate.answered(now)
            case _:
                rate.refused(now, first=event == "refused")
        if rate.rate is not None:
            assert 0 < rate.rate < math.inf
            assert known is None or rate.rate <= known


@given(
    demand=st.floats(0.2, 50),
    strays=st.lists(st.floats(4, 120), min_size=1, max_size=30),
    known=st.booleans(),
)
def test_no_row_of_stray_refusals_takes_a_client_that_never_waits_below_its_demand(
    *, demand: float, strays: list[float], known: bool
) -> None:
    rate, at = AdaptiveRate(2 * demand if known else None), 0.0
    for stray in strays:
        until = at + max(stray, 2 / demand)
        while at < until:
            call(rate, at)
            at += 1 / demand
        refuse(rate, at)
        at += 1
        assert rate.rate is not None
        assert rate.rate >= demand * MARGIN

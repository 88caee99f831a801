"""The rhythm of calls, told the time: even where the rate is known, found where it is not."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import Rates
from flowroute_async.testing import InstantClock
from flowroute_async.throttle import MARGIN, Pace, Throttle
from flowroute_openapi.api.messages import send_message
from flowroute_openapi.api.numbers import get_number, list_numbers
from flowroute_openapi.models import NewMessage


def test_places_of_a_known_rate_are_evenly_spaced_and_never_above_it() -> None:
    pace = Pace(10)
    places = [pace.reserve(0.0) for _ in range(50)]
    gaps = [later - earlier for earlier, later in pairwise(places)]
    assert places[0] == 0.0
    assert min(gaps) == pytest.approx(max(gaps))
    assert 0.1 <= min(gaps) <= 0.1 / 0.97


def test_time_that_was_not_used_gives_no_burst() -> None:
    pace = Pace(10)
    pace.reserve(0.0)
    assert pace.reserve(100.0) == 100.0
    assert pace.reserve(100.0) > 100.09


def test_a_place_that_is_given_back_goes_to_the_next_one() -> None:
    pace = Pace(10)
    pace.reserve(0.0)
    at = pace.reserve(0.0)
    pace.give_back(at)
    assert pace.reserve(0.0) == at


def test_an_unknown_rate_is_no_limit_until_the_server_refuses() -> None:
    pace = Pace(None)
    assert [pace.reserve(1.0) for _ in range(100)] == [1.0] * 100
    assert pace.rate is None


def test_after_a_refusal_the_pace_starts_from_what_was_answered_in_the_last_second() -> None:
    pace = Pace(None)
    for place in range(200):
        pace.answered(place / 20)
    pace.refused(10.0)
    assert pace.reserve(11.0) == 11.0
    assert pace.rate == pytest.approx(20 * 0.9, rel=0.06)
    assert pace.reserve(11.0) == pytest.approx(11 + 1 / 18, rel=0.01)


def test_a_client_that_was_idle_does_not_crawl_after_its_first_refusal() -> None:
    pace = Pace(None)
    pace.refused(100.0)
    pace.reserve(101.0)
    assert pace.rate is not None
    assert pace.rate >= 0.4


def test_an_idle_hour_does_not_raise_the_rate() -> None:
    pace = Pace(None)
    for place in range(20):
        pace.answered(place / 20)
    pace.refused(1.0)
    pace.reserve(2.0)
    slow = pace.rate
    pace.reserve(3602.0)
    assert pace.rate == slow


@given(
    known=st.none() | st.floats(0.01, 1000),
    events=st.lists(st.tuples(st.sampled_from(["reserve", "answered", "refused"]), st.floats(0, 5)), max_size=60),
)
def test_the_rate_stays_positive_finite_and_below_what_is_known(
    known: float | None, events: list[tuple[str, float]]
) -> None:
    pace, now, last = Pace(known), 0.0, -math.inf
    for event, later in events:
        now += later
        match event:
            case "reserve":
                at = pace.reserve(now)
                assert at >= now
                last = max(last, at)
            case "answered":
                pace.answered(now)
            case _:
                pace.refused(now)
        if pace.rate is not None:
            assert 0 < pace.rate < math.inf
            assert known is None or pace.rate <= known


def test_messages_count_towards_their_own_limits() -> None:
    text = NewMessage(from_="12065550100", to="12065550101", body="hello")
    assert get_number("12065550100").rate_group == "api"
    assert send_message(text).rate_group == "sms"
    assert send_message(text.model_copy(update={"is_mms": True})).rate_group == "mms"
    assert send_message(text.model_copy(update={"media_urls": ("https://example.com/a.png",)})).rate_group == "mms"


def test_places_of_calls_that_were_cancelled_are_taken_by_the_next_ones() -> None:
    pace = Pace(2.0)
    places = [pace.reserve(10.0) for _ in range(20)]
    for place in places[1:]:  # in any order; the first call has gone
        pace.give_back(place)
    again = [pace.reserve(10.1) for _ in range(25)]
    assert again[:19] == places[1:]
    assert again[0] - places[0] == pytest.approx(1 / (2.0 * MARGIN))
    assert all(b - a == pytest.approx(1 / (2.0 * MARGIN)) for a, b in pairwise(again))


def test_a_returned_place_that_has_passed_is_not_taken_late() -> None:
    pace = Pace(2.0)
    first, second, third = (pace.reserve(10.0) for _ in range(3))
    pace.give_back(second)
    assert pace.reserve(second + 0.1) == pytest.approx(third + 1 / (2.0 * MARGIN))
    assert first < second


@pytest.mark.anyio
async def test_a_call_after_a_crowd_that_was_cancelled_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=2.0), clock)
    operation = list_numbers()
    assert await throttle.turn(operation, 100)

    async def stopped(_seconds: float) -> None:
        raise TimeoutError

    with monkeypatch.context() as stopping:  # every waiter is stopped while it waits
        stopping.setattr(clock, "sleep", stopped)
        for _ in range(20):
            with pytest.raises(TimeoutError):
                await throttle.turn(operation, 100)
    assert await throttle.turn(operation, 100)
    assert clock.time() <= 1 / (2.0 * MARGIN) + 1e-9

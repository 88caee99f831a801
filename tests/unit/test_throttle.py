"""Turns: in the order of asking, after everybody's cool-down, in no more than the time that is left."""

import anyio
import pytest

from flowroute_async import Rates
from flowroute_async.adaptive_rate import MARGIN, AdaptiveRate
from flowroute_async.testing import InstantClock
from flowroute_async.throttle import Group, Throttle
from flowroute_openapi import get_number, list_numbers, send_message
from flowroute_openapi.models import NewMessage


def test_messages_count_towards_their_own_limits() -> None:
    text = NewMessage(from_="12065550100", to="12065550101", body="hello")
    assert get_number("12065550100").rate_group == "api"
    assert send_message(text).rate_group == "sms"
    assert send_message(text.model_copy(update={"is_mms": True})).rate_group == "mms"
    assert send_message(text.model_copy(update={"media_urls": ("https://example.com/a.png",)})).rate_group == "mms"


@pytest.mark.anyio
async def test_a_call_after_a_crowd_that_was_cancelled_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=2.0), clock)
    operation = list_numbers()
    assert await throttle.acquire(operation, 100)

    async def stopped(_seconds: float) -> None:
        raise TimeoutError

    with monkeypatch.context() as stopping:  # every waiter is stopped while it waits
        stopping.setattr(clock, "sleep", stopped)
        for _ in range(20):
            with pytest.raises(TimeoutError):
                await throttle.acquire(operation, 100)
    assert await throttle.acquire(operation, 100)
    assert clock.time() <= 1 / (2.0 * MARGIN) + 1e-9


@pytest.mark.anyio
async def test_during_a_cool_down_a_call_with_less_time_fails_at_once() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(), clock)
    await throttle.refused(list_numbers(), 0.0, 5.0, 100)
    assert not await throttle.acquire(list_numbers(), 1.0)
    assert clock.time() == 0
    assert await throttle.acquire(list_numbers(), 6.0)
    assert clock.time() == 5


@pytest.mark.anyio
async def test_a_shorter_wait_that_is_asked_for_later_does_not_shorten_a_longer_one() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(), clock)
    await throttle.refused(list_numbers(), 0.0, 30.0, 100)
    await clock.sleep(1)
    await throttle.refused(list_numbers(), 0.0, 2.0, 100)
    assert throttle.cool_down() == 29
    await throttle.refused(list_numbers(), 0.0, 40.0, 100)
    assert throttle.cool_down() == 40


@pytest.mark.anyio
@pytest.mark.parametrize(("asked", "held"), [(0.0, 1.0), (0.05, 1.0), (20.0, 20.0), (90.0, 60.0), (1e9, 60.0)])
async def test_a_cool_down_lasts_a_second_at_the_least_and_a_minute_at_the_most(asked: float, held: float) -> None:
    throttle = Throttle(Rates(), InstantClock())
    await throttle.refused(list_numbers(), 0.0, asked, 100)
    assert throttle.cool_down() == held


@pytest.mark.anyio
async def test_the_refusals_of_one_burst_slow_down_once() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=20), clock)
    for _ in range(200):
        assert await throttle.acquire(list_numbers(), 100)
        throttle.answered(list_numbers())
    sent_at = clock.time()
    for _ in range(3):  # one call each of three that were in flight, a little later each time
        await throttle.refused(list_numbers(), sent_at, 1.0, 100)
        await clock.sleep(0.01)
    assert throttle.bursts == 1
    assert await throttle.acquire(list_numbers(), 100)
    assert throttle.rate(list_numbers()) == pytest.approx(20 * MARGIN * 0.9)
    # The answer to a call of that burst that took long: it is not a new one.
    await throttle.refused(list_numbers(), sent_at, 1.0, 100)
    assert throttle.bursts == 1
    assert await throttle.acquire(list_numbers(), 100)
    assert throttle.rate(list_numbers()) == pytest.approx(20 * MARGIN * 0.9)


@pytest.mark.anyio
async def test_messages_and_other_calls_have_rates_of_their_own_and_one_cool_down() -> None:
    throttle = Throttle(Rates(api=20), InstantClock())
    message = send_message(NewMessage(from_="12065550100", to="12065550101", body="hello"))
    await throttle.refused(message, 0.0, 5.0, 100)
    assert not await throttle.acquire(list_numbers(), 1.0)
    assert throttle.rate(list_numbers()) == 20 * MARGIN
    assert throttle.rate(message) == 5 * MARGIN


async def turn_held_by_a_refusal(throttle: Throttle, clock: InstantClock, *, sent_at: float) -> float:
    """Return when a call has its turn that waits for it while another one is told to wait for ten seconds."""
    times: list[float] = []

    async def waiting() -> None:
        assert await throttle.acquire(list_numbers(), 100)
        times.append(clock.time())

    async with anyio.create_task_group() as group:
        group.start_soon(waiting)
        await anyio.lowlevel.checkpoint()
        await throttle.refused(list_numbers(), sent_at, 10.0, 100)
    return times[0]


@pytest.mark.anyio
async def test_a_turn_that_was_given_before_a_refusal_is_waited_for_again() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=1), clock)
    assert await throttle.acquire(list_numbers(), 100)
    assert await turn_held_by_a_refusal(throttle, clock, sent_at=clock.time()) >= 10


class Limiter:
    """Keeps the rates together with nobody, takes so many seconds for it, and keeps what it is asked."""

    def __init__(self, clock: InstantClock, seconds: float = 0.0, *, comes_in_time: bool = True) -> None:
        self._clock, self._seconds, self._comes_in_time = clock, seconds, comes_in_time
        self.asked: list[tuple[Group, float | None, float]] = []

    async def acquire(self, group: Group, rate: float | None, time_left: float) -> bool:
        self.asked.append((group, rate, time_left))
        if self._seconds:
            await self._clock.sleep(self._seconds)
        return self._comes_in_time

    async def cool_down(self, seconds: float, time_left: float) -> None:
        """Do nothing: nobody else is held."""


@pytest.mark.anyio
async def test_a_shared_limiter_is_asked_for_the_rate_that_is_known_within_the_time_that_is_left() -> None:
    clock = InstantClock()
    limiter = Limiter(clock)
    throttle = Throttle(Rates(api=20), clock, limiter)
    await throttle.refused(list_numbers(), 0.0, 5.0, 100)
    assert await throttle.acquire(list_numbers(), 8.0)
    assert limiter.asked == [("api", 20, 3.0)]


@pytest.mark.anyio
async def test_a_turn_that_does_not_come_to_all_who_share_a_limiter_in_time_is_none() -> None:
    clock = InstantClock()
    assert not await Throttle(Rates(), clock, Limiter(clock, comes_in_time=False)).acquire(list_numbers(), 8.0)


@pytest.mark.anyio
async def test_a_turn_that_would_come_at_the_deadline_comes_too_late_and_is_not_waited_for() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=2), clock)
    assert await throttle.acquire(list_numbers(), 100)
    assert not await throttle.acquire(list_numbers(), 1 / (2 * MARGIN))
    await throttle.refused(list_numbers(), 0.0, 5.0, 100)
    assert not await throttle.acquire(list_numbers(), 5.0)
    assert clock.pauses == []


@pytest.mark.anyio
async def test_a_call_of_a_new_burst_may_leave_as_soon_as_the_cool_down_ends() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(), clock)
    await throttle.refused(list_numbers(), 0.0, 5.0, 100)
    await throttle.refused(list_numbers(), 4.9, 5.0, 100)
    assert throttle.bursts == 1
    await clock.sleep(5)
    await throttle.refused(list_numbers(), 5.0, 5.0, 100)
    assert throttle.bursts == 2


@pytest.mark.anyio
async def test_a_turn_is_waited_for_again_where_a_late_refusal_of_an_old_burst_holds_everybody() -> None:
    clock = InstantClock()
    throttle = Throttle(Rates(api=1), clock)
    await throttle.refused(list_numbers(), 0.0, 1.0, 100)
    assert await throttle.acquire(list_numbers(), 100)
    assert await turn_held_by_a_refusal(throttle, clock, sent_at=0.5) >= 11
    assert throttle.bursts == 1


@pytest.mark.anyio
async def test_only_a_call_that_had_to_wait_counts_as_one_that_did(monkeypatch: pytest.MonkeyPatch) -> None:
    """By that the rate is known to be in full use: for its turn, a cool-down, or for others who share the limiter."""
    started = list[bool]()

    def noted(_: AdaptiveRate, _now: float, *, waited: bool) -> None:
        started.append(waited)

    monkeypatch.setattr(AdaptiveRate, "started", noted)
    clock, interval = InstantClock(), 1 / (2 * MARGIN)
    throttle = Throttle(Rates(api=2), clock)
    await throttle.acquire(list_numbers(), 100)
    await throttle.acquire(list_numbers(), 100)
    await clock.sleep(10)
    await throttle.acquire(list_numbers(), 100)
    assert started == [False, True, False]
    started.clear()
    for rate in (2, None):
        throttle = Throttle(Rates(api=rate), clock)
        await throttle.refused(list_numbers(), clock.time(), 1.0, 100)
        await throttle.acquire(list_numbers(), 100)
    assert started == [True, True]
    started.clear()
    for seconds in (interval / 2, interval, interval * 1.5):
        clock = InstantClock()
        await Throttle(Rates(api=2), clock, Limiter(clock, seconds)).acquire(list_numbers(), 100)
    assert started == [False, False, True]
    clock.advance(10)
    throttle = Throttle(Rates(api=2), clock, Limiter(clock))
    for _ in range(3):
        await throttle.acquire(list_numbers(), 100)
    assert started == [False, False, True, False, True, True]

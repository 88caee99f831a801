"""How fast a client may go: one rhythm for each kind of call, shared by all tasks of the client.

With a known rate, calls are paced evenly. With an unknown one, they go as they come until the server refuses one; the
pace then starts from what the server did answer, decreases by a factor with each refusal, and grows in between. A
refusal makes every task wait, and the pace lets them go again one by one.
"""

import math
from collections import deque
from heapq import heappop, heappush
from typing import Protocol, TypeAlias

from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_openapi.types import Operation, RateGroup

__all__ = ["Group", "RateLimiter"]

Group: TypeAlias = RateGroup

SHORTEST_COOL_DOWN = 1.0
"""Seconds: however briefly the server asks to wait; most limits count by the second."""
LONGEST_COOL_DOWN = 60.0
"""Seconds: however long the server asks to wait, the client tries again after this."""

MARGIN = 0.98
"""A known rate is kept that much below: requests leave and arrive some milliseconds late, and then closer together."""

_DECREASE = 0.9
# Seconds of full use from a refusal until the rate is back where it was refused. The first estimate is rough.
_FIRST_LINGER, _LINGER = 12.0, 25.0
# Seconds of answers that an estimate is made from, and the fewest that it can be made from.
_MEASURE = 1.0
_SHORTEST_MEASURE = 0.5
# Calls a second: however often the server refuses, the ceiling does not fall below this.
_LOWEST_RATE = 0.5


class Pace:
    """The rhythm of one kind of call. Pure: it is told the time."""

    __slots__ = (
        "_age",
        "_answers",
        "_ceiling",
        "_highest",
        "_linger",
        "_next_at",
        "_refused_at",
        "_released_at",
        "_returned",
        "rate",
    )

    def __init__(self, rate: float | None) -> None:
        self.rate = None if rate is None else rate * MARGIN
        """Calls a second at present, or None for as fast as they come."""
        self._highest = self.rate
        self._next_at = -math.inf
        self._answers: deque[float] = deque()
        self._ceiling = 0.0
        self._age = 0.0
        self._linger = _LINGER
        self._refused_at: float | None = None
        self._released_at = -math.inf
        self._returned: list[float] = []

    def reserve(self, earliest: float) -> float:
        """Take the next place in the rhythm; give the time at which it comes."""
        if self._refused_at is not None:
            self._slow_down(self._refused_at, earliest)
            self._refused_at = None
        while self._returned:
            at = heappop(self._returned)
            if at >= earliest:  # one that has passed is too near to the next
                return at
        at = max(earliest, self._next_at)
        if self.rate is not None:
            self._next_at = at + 1 / self.rate
        return at

    def give_back(self, at: float) -> None:
        """Return a place that was not used: the next call takes it."""
        if self.rate is not None:
            heappush(self._returned, at)

    def answered(self, now: float) -> None:
        """Note an answer that is no refusal."""
        if self._highest is None:
            answers = self._answers
            answers.append(now)
            while answers[0] < now - 2 * _MEASURE:
                answers.popleft()
        if self.rate is not None and self._ceiling:
            # Time counts only as far as the rate was used: an idle hour proves nothing about what is allowed.
            self._age += 1 / self.rate
            self.rate = min(_grown(self._ceiling, self._age / self._linger), self._highest or math.inf)

    def refused(self, now: float) -> None:
        """Note a refusal, the first of a burst: the places taken are void."""
        self._next_at = now
        self._refused_at = now
        self._returned.clear()

    def _slow_down(self, refused_at: float, now: float) -> None:
        """Set the rate after a refusal, once all may go again: by then the answers to what was under way are in."""
        since = max(refused_at - _MEASURE, self._released_at)
        rate, self._linger = (math.inf, _FIRST_LINGER) if self.rate is None else (self.rate, _LINGER)
        # So soon after a release, a measure would say nothing.
        if self._highest is None and refused_at - since >= _SHORTEST_MEASURE:
            rate = min(rate, sum(at > since for at in self._answers) / (refused_at - since))
        self._ceiling = max(rate, min(_LOWEST_RATE, self._highest or math.inf))
        self.rate = self._ceiling * _DECREASE
        self._age = 0.0
        self._released_at = now


def _grown(ceiling: float, progress: float) -> float:
    """Give the rate some time after a refusal: it nears the last ceiling, lingers there, then looks for a higher one.

    A cubic, as in the congestion control of RFC 9438, in place of a straight line: the higher the allowance lies above
    the last ceiling, the sooner it is found, and the nearer, the longer the rate stays.
    """
    return ceiling * (1 - (1 - _DECREASE) * (1 - progress) ** 3)


class RateLimiter(Protocol):
    """Keeps the rates together with others, such as clients in other processes."""

    async def acquire(self, group: Group, rate: float | None, time_left: float) -> bool:
        """Wait for the turn of a call of one kind, of which so many a second are allowed.

        Returns:
            False, as soon as it shows that the turn would come after `time_left` seconds.

        Raises:
            ConnectionError: If it cannot say, and the call is not to be sent.
        """
        ...

    async def cool_down(self, seconds: float, time_left: float) -> None:
        """Have everyone else wait that long, since the server refused a call; take no longer than `time_left`."""
        ...


class Throttle:
    """The rhythms of a client, and the cool-down that holds all of them."""

    def __init__(self, rates: Rates, clock: Clock, limiter: RateLimiter | None = None) -> None:
        self._clock = clock
        self._limiter = limiter
        self._rates: dict[Group, float | None] = {"api": rates.api, "sms": rates.sms, "mms": rates.mms}
        self._paces: dict[Group, Pace] = {group: Pace(rate) for group, rate in self._rates.items()}
        self._cool_until = -math.inf
        self.bursts: int = 0
        """How many bursts of refusals there were. A turn is void once another one came."""

    async def turn(self, operation: Operation[object], time_left: float) -> bool:
        """Wait for a call's turn: first among the client's own, then among those of all who share its limiter.

        Returns:
            False, as soon as it shows that the turn would come after `time_left` seconds.

        Raises:
            ConnectionError: If the limiter cannot say.
        """
        group, limiter = operation.rate_group, self._limiter
        until = self._clock.time() + time_left
        while await self._own_turn(self._paces[group], until):
            if limiter is None:
                return True
            bursts = self.bursts
            if not await limiter.acquire(group, self._rates[group], until - self._clock.time()):
                return False
            if bursts == self.bursts:
                return True
        return False

    async def _own_turn(self, pace: Pace, until: float) -> bool:
        now = self._clock.time()
        while True:
            if now < self._cool_until:
                if self._cool_until >= until:
                    return False
                await self._clock.sleep(self._cool_until - now)
                now = self._clock.time()
                continue
            at = pace.reserve(now)
            if at >= until:
                pace.give_back(at)
                return False
            if at <= now:
                return True
            bursts = self.bursts
            try:
                await self._clock.sleep(at - now)
            except BaseException:
                pace.give_back(at)
                raise
            now = self._clock.time()
            if bursts == self.bursts and now >= self._cool_until:
                return True

    def answered(self, operation: Operation[object]) -> None:
        """Note an answer that is no refusal."""
        self._paces[operation.rate_group].answered(self._clock.time())

    async def refused(self, operation: Operation[object], sent_at: float, wait: float, time_left: float) -> None:
        """Note a refusal: every call waits that long, within limits, and the client's calls of its kind slow down.

        The refusals of calls that were sent before the last cool-down are of the same burst, and slow down only once.
        """
        now = self._clock.time()
        if sent_at >= self._cool_until:
            self.bursts += 1
            self._paces[operation.rate_group].refused(now)
        pause = min(max(wait, SHORTEST_COOL_DOWN), LONGEST_COOL_DOWN)
        self._cool_until = max(self._cool_until, now + pause)
        if self._limiter is not None:
            await self._limiter.cool_down(pause, time_left)

"""How fast a client may go: one rate for each kind of call, shared by all tasks of the client.

With a known rate, calls are spaced evenly. With an unknown one, they go as they come until the server refuses one. A
refusal makes every task wait; then the rate lets them go again one by one.
"""

import math
from typing import Protocol, TypeAlias

from flowroute_async.adaptive_rate import AdaptiveRate
from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_openapi.types import Operation, RateGroup

__all__ = ["Group", "RateLimiter"]

Group: TypeAlias = RateGroup

SHORTEST_COOL_DOWN = 1.0
"""Seconds: however briefly the server asks to wait; most limits count by the second."""
LONGEST_COOL_DOWN = 60.0
"""Seconds: however long the server asks to wait, the client tries again after this."""


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
        """Make everyone else wait that long, since the server refused a call; return within `time_left`."""
        ...


class Throttle:
    """The rates of a client, and the cool-down that holds all of its calls."""

    def __init__(self, rates: Rates, clock: Clock, limiter: RateLimiter | None = None) -> None:
        self._clock = clock
        self._limiter = limiter
        self._known: dict[Group, float | None] = {"api": rates.api, "sms": rates.sms, "mms": rates.mms}
        self._rates: dict[Group, AdaptiveRate] = {group: AdaptiveRate(rate) for group, rate in self._known.items()}
        self._cool_until = -math.inf
        self.bursts: int = 0
        """How many bursts of refusals there were. A turn is void once another one came."""

    def rate(self, operation: Operation[object]) -> float | None:
        """Return how many calls of this kind may go in a second at present, or None for as fast as they come."""
        return self._rates[operation.rate_group].rate

    def cool_down(self) -> float:
        """Return for how many seconds all calls are still held, 0 for none."""
        return max(self._cool_until - self._clock.time(), 0.0)

    async def acquire(self, operation: Operation[object], time_left: float) -> bool:
        """Wait for a call's turn: first among the client's own, then among those of all who share its limiter.

        Returns:
            False, as soon as it shows that the turn would come after `time_left` seconds.

        Raises:
            ConnectionError: If the limiter cannot say.
        """
        group = operation.rate_group
        rate = self._rates[group]
        until = self._clock.time() + time_left
        waited = False
        while True:
            while pause := self.cool_down():
                if self._cool_until >= until:
                    return False
                waited = True
                await self._clock.sleep(pause)
            bursts = self.bursts
            now = self._clock.time()
            at = rate.reserve(now)
            if at >= until:
                rate.give_back(at)
                return False
            if at > now:
                waited = True
                try:
                    await self._clock.sleep(at - now)
                except BaseException:
                    rate.give_back(at)
                    raise
            if self._limiter is not None and self._holds(bursts):
                asked_at = self._clock.time()
                if not await self._limiter.acquire(group, self._known[group], until - asked_at):
                    return False
                waited = waited or self._clock.time() - asked_at > rate.interval
            if self._holds(bursts):
                rate.started(self._clock.time(), waited=waited)
                return True

    def _holds(self, bursts: int) -> bool:
        """Whether a turn still counts that was given after that many bursts of refusals."""
        return bursts == self.bursts and not self.cool_down()

    def answered(self, operation: Operation[object]) -> None:
        """Record an answer that is no refusal."""
        self._rates[operation.rate_group].answered(self._clock.time())

    async def refused(self, operation: Operation[object], sent_at: float, wait: float, time_left: float) -> None:
        """Record a refusal: every call waits that long, within limits, and the client's calls of its kind may slow.

        The refusals of calls that were sent before the last cool-down are of the same burst, and slow down only once.
        """
        now = self._clock.time()
        is_first = sent_at >= self._cool_until
        self.bursts += is_first
        self._rates[operation.rate_group].refused(now, first=is_first)
        pause = min(max(wait, SHORTEST_COOL_DOWN), LONGEST_COOL_DOWN)
        self._cool_until = max(self._cool_until, now + pause)
        if self._limiter is not None:
            await self._limiter.cool_down(pause, time_left)

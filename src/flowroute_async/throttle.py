"""How fast a client may go: one rhythm for each kind of call, shared by all tasks of the client.

With a known rate, calls are paced evenly. With an unknown one, they go as they come until the server refuses one; the
pace then follows additive increase and multiplicative decrease. A refusal makes every task wait, and the pace lets
them go again one by one.
"""

from typing import Literal, TypeAlias

from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_openapi.models import NewMessage
from flowroute_openapi.types import Operation

Group: TypeAlias = Literal["api", "sms", "mms"]

LONGEST_COOL_DOWN = 60.0
"""Seconds: however long the server asks to wait, the client tries again after this."""

_DECREASE = 0.9
_INCREASE_A_SECOND = 0.01
_SHORTEST_MEASURE = 1.0
_LOWEST_RATE = 0.2


def group_of(operation: Operation[object]) -> Group:
    """Say which of the vendor's rate limits a call counts towards."""
    if operation.name != "send_message":
        return "api"
    body = operation.body
    return "mms" if isinstance(body, NewMessage) and (body.is_mms or body.media_urls) else "sms"


class Pace:
    """The rhythm of one kind of call. Pure: it is told the time."""

    __slots__ = ("_answered", "_known", "_measured_since", "_next_at", "_peak", "rate")

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        """Calls a second at present, or None for as fast as they come."""
        self._known = rate is not None
        self._next_at = 0.0
        self._measured_since: float | None = None
        self._answered = 0
        self._peak = 0.0

    def reserve(self, earliest: float) -> float:
        """Take the next place in the rhythm; give the time at which it comes."""
        at = max(earliest, self._next_at)
        if self.rate is not None:
            self._next_at = at + 1 / self.rate
        return at

    def give_back(self, at: float) -> None:
        """Return a place that was not used, if it is still the last one."""
        if self.rate is not None and self._next_at == at + 1 / self.rate:
            self._next_at = at

    def answered(self, now: float) -> None:
        """Note an answer that is no refusal."""
        if self._known:
            return
        if self._measured_since is None:
            self._measured_since = now
        self._answered += 1
        if self.rate is not None:
            self.rate += self._peak * _INCREASE_A_SECOND / self.rate

    def refused(self, now: float, until: float) -> None:
        """Note a refusal, the first of a burst: nobody goes until then, and everybody more slowly after."""
        self._next_at = max(self._next_at, until)
        if self._known:
            return
        if self.rate is None:
            since = now if self._measured_since is None else self._measured_since
            self.rate = self._answered / max(now - since, _SHORTEST_MEASURE)
        self._peak = max(self.rate, _LOWEST_RATE)
        self.rate = max(self.rate * _DECREASE, _LOWEST_RATE)


class Throttle:
    """The rhythms of a client, and the cool-down that holds all of them."""

    def __init__(self, rates: Rates, clock: Clock) -> None:
        self._clock = clock
        self._paces: dict[Group, Pace] = {"api": Pace(rates.api), "sms": Pace(rates.sms), "mms": Pace(rates.mms)}
        self._cool_until = 0.0

    async def turn(self, operation: Operation[object], time_left: float) -> bool:
        """Wait for a call's turn.

        Returns:
            False, at once, where the turn would come after `time_left` seconds.
        """
        pace, now = self._paces[group_of(operation)], self._clock.time()
        until = now + time_left
        while True:
            at = pace.reserve(max(now, self._cool_until))
            if at >= until:
                pace.give_back(at)
                return False
            if at <= now:
                return True
            try:
                await self._clock.sleep(at - now)
            except BaseException:
                pace.give_back(at)
                raise
            now = self._clock.time()
            if now >= self._cool_until:  # no refusal came while this call waited for its place
                return True

    def answered(self, operation: Operation[object]) -> None:
        """Note an answer that is no refusal."""
        self._paces[group_of(operation)].answered(self._clock.time())

    def refused(self, operation: Operation[object], wait: float) -> None:
        """Note a refusal: every call of the client waits that long, to the limit, and calls of its kind slow down."""
        now = self._clock.time()
        same_burst = now < self._cool_until
        self._cool_until = max(self._cool_until, now + min(wait, LONGEST_COOL_DOWN))
        if not same_burst:
            self._paces[group_of(operation)].refused(now, self._cool_until)

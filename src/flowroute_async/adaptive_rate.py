"""The rate of one kind of call: kept where it is known, found where it is not. Pure: it is told the time.

What a client asks for is not what it is allowed. So a refusal (429) lowers the rate only as far as there is evidence
that more was asked for than is allowed, and `AdaptiveRate` tells the cases apart:

- Most calls in flight were refused: the limit is what was answered in the busiest second before.
- Calls went out without waiting in the last seconds: the rate was not in full use, and stays.
- It was in full use, and the server never answered as many calls in a second: the limit is what it did answer.
- It was in full use at the highest rate that is known to work: that is the limit.
- It was in full use below that: the refusal may be chance. Where refusals follow each other closely, the rate falls in
  a few steps; otherwise it stays. Where lowering it did not end the refusals, it is not lowered further.

With a limit, the rate falls a tenth below it. In between it grows as far as it is used: doubling each second until a
limit has shown, and then as in the congestion control of RFC 9438 (CUBIC): it nears the limit, lingers, and looks for
a higher one. `benchmarks/pace_grid.py` simulates the outcome.
"""

import math
from collections import deque
from heapq import heappop, heappush

MARGIN = 0.98
"""A known rate is kept that much below: requests leave and arrive some milliseconds late, and then closer together."""

_DECREASE = 0.9
# Seconds of full use from a refusal until the rate is back at its limit. The first estimate is rough.
_FIRST_LINGER, _LINGER = 12.0, 25.0
# Seconds: most limits count by the second, so what was answered in one is what they allow.
_SECOND = 1.0
# Seconds of answers that are remembered.
_MEMORY = 10.0
# The rate is in full use once every call has waited for so many seconds. The calls that a cool-down held up are gone
# before, unless there are always more.
_FULL_USE = 8.0
# The search for a limit starts at the busiest second times this, so that what a cool-down held up can go, and no lower
# than so many calls a second.
_HEADROOM, _LOWEST_START = 2.0, 1.0
# Calls a second: no limit is believed to be lower.
_LOWEST_LIMIT = 0.5
# The rate is at its limit from this part of it on.
_NEAR = 0.97
# Refusals that may be chance lower the rate only within so many seconds of the last one, ...
_CLOSE = 3.0
# ... so many times, until there was none for so many seconds, ...
_MOST_CUTS, _QUIET = 4, 20.0
# ... at once no further than to this part of it, and to this multiple of what was answered a second on average.
_DEEPEST_CUT, _ABOVE_AVERAGE = 0.6, 1.2
# After so many refusals that the rate did not explain, one at the limit is not taken for a sign of it.
_MOST_UNEXPLAINED = 2


class AdaptiveRate:
    """How many calls of one kind may go in a second, and when the next one may."""

    __slots__ = (
        "_age",
        "_answers",
        "_answers_in_burst",
        "_answers_since_release",
        "_cuts",
        "_highest",
        "_last_waited",
        "_limit",
        "_linger",
        "_next_at",
        "_refusals",
        "_refused_at",
        "_released_at",
        "_returned",
        "_unexplained",
        "_waiting_since",
        "_was_close",
        "rate",
    )

    def __init__(self, rate: float | None) -> None:
        self.rate = None if rate is None else rate * MARGIN
        """Calls a second at present, or None for as fast as they come."""
        self._highest = math.inf if self.rate is None else self.rate
        self._limit: float | None = None
        self._age = 0.0
        self._linger = _FIRST_LINGER
        self._next_at = -math.inf
        self._returned: list[float] = []
        # When calls began to wait, each of them; whether the last one did.
        self._waiting_since = math.inf
        self._last_waited = False
        self._answers: deque[float] = deque()
        self._released_at = -math.inf
        self._answers_since_release = 0
        # The burst of refusals under way.
        self._refused_at: float | None = None
        self._refusals = 0
        self._answers_in_burst = 0
        # What came of the bursts before.
        self._was_close = False
        self._cuts = 0
        self._unexplained = 0

    @property
    def interval(self) -> float:
        """Seconds from one call to the next, 0 for as fast as they come."""
        return 0.0 if self.rate is None else 1 / self.rate

    def reserve(self, earliest: float) -> float:
        """Reserve the next place; return the time at which it comes."""
        if self._refused_at is not None:
            self._slow_down(self._refused_at, earliest)
        while self._returned:
            at = heappop(self._returned)
            if at >= earliest:  # one that has passed is too near to the next
                return at
        at = max(earliest, self._next_at)
        self._next_at = at + self.interval
        return at

    def give_back(self, at: float) -> None:
        """Return a place that was not used: the next call takes it."""
        if self.rate is not None:
            heappush(self._returned, at)

    def started(self, now: float, *, waited: bool) -> None:
        """Record that a call goes out, and whether it had to wait, for the rate or after a refusal."""
        self._last_waited = waited
        if not waited:
            self._waiting_since = now

    def answered(self, now: float) -> None:
        """Record an answer that is no refusal."""
        answers = self._answers
        answers.append(now)
        while answers[0] < now - _MEMORY:
            answers.popleft()
        self._answers_since_release += 1
        if self._refused_at is not None:
            self._answers_in_burst += 1
        elif self.rate is None:
            return
        elif self._limit is not None:
            # Time counts only as far as the rate was used: an idle hour proves nothing about what is allowed.
            self._age += 1 / self.rate
            self.rate = min(_grown(self._limit, self._age / self._linger), self._highest)
        elif self._highest == math.inf and self._last_waited:
            self.rate += 1 / _SECOND

    def refused(self, now: float, *, first: bool) -> None:
        """Record a refusal; the first of a burst voids the places that were taken."""
        if first:
            self._refused_at = now
            self._refusals = self._answers_in_burst = 0
            self._next_at = now
            self._returned.clear()
        self._refusals += 1

    def _slow_down(self, refused_at: float, now: float) -> None:
        """Set the rate after a burst, once calls may go again: by then the answers to what was under way are in."""
        limit = self._limit_shown(refused_at)
        if limit is not None:
            self._linger = _FIRST_LINGER if self.rate is None else _LINGER
            self._limit = max(limit, min(_LOWEST_LIMIT, self._highest))
            self.rate = self._limit * _DECREASE
            self._age = 0.0
        elif self._limit is None and self._highest == math.inf:
            start = max(_LOWEST_START, _HEADROOM * self._busiest_second())
            self.rate = start if self.rate is None else min(self.rate, start)
        self._was_close = refused_at - self._released_at < _CLOSE
        self._refused_at = None
        self._released_at = now
        self._answers_since_release = 0

    def _limit_shown(self, refused_at: float) -> float | None:
        """Return the limit that a burst of refusals is evidence of, or None."""
        seconds = refused_at - self._released_at
        if seconds >= _QUIET:
            self._cuts = self._unexplained = 0
        if not self._answers_since_release:
            return None
        rate = math.inf if self.rate is None else self.rate
        seen = self._busiest_second()
        if self._refusals > max(1, self._answers_in_burst):
            return min(rate, seen)
        if self.rate is None or refused_at - self._waiting_since < _FULL_USE:
            return None
        return self._limit_in_full_use(self.rate, seen, seconds)

    def _limit_in_full_use(self, rate: float, seen: int, seconds: float) -> float | None:
        """Return the limit that a refusal is evidence of, so many seconds after a release, or None."""
        least = max(_DEEPEST_CUT * rate, _ABOVE_AVERAGE * len(self._answers) / _MEMORY)
        if seen < rate * _DECREASE:
            return min(rate, max(least, seen))
        if (self._limit is None or rate >= self._limit * _NEAR) and self._unexplained < _MOST_UNEXPLAINED:
            self._unexplained = 0
            return max(rate, self._limit or 0.0)
        if seconds < _CLOSE and self._cuts < _MOST_CUTS:
            self._cuts += 1
            self._unexplained = 0
            answered = self._answers_since_release / max(seconds, _SECOND) if self._was_close else rate
            return min(rate, max(least, answered))
        self._unexplained += 1
        return None

    def _busiest_second(self) -> int:
        """Return how many answers came in the busiest of the last seconds."""
        most, first = 0, 0
        answers = list(self._answers)
        for last, at in enumerate(answers):
            while answers[first] <= at - _SECOND:
                first += 1
            most = max(most, last - first + 1)
        return most


def _grown(limit: float, progress: float) -> float:
    """Return the rate some time after a refusal: it nears the limit, lingers there, then looks for a higher one."""
    return limit * (1 - (1 - _DECREASE) * (1 - progress) ** 3)

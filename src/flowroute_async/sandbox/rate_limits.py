"""Rate limits by the sandbox's clock."""

from collections import defaultdict, deque
from datetime import datetime

from flowroute_async.sandbox.errors import too_many_requests


class RateLimits:
    """Counts what happened within the last second; a limit below one a second widens the window instead."""

    def __init__(self) -> None:
        self._past: defaultdict[str, deque[float]] = defaultdict(deque)

    def spend(self, kind: str, per_second: float | None, now: datetime) -> None:
        """Count one of a kind.

        Args:
            kind: What is counted.
            per_second: How many are allowed; None for any number.
            now: The moment by the sandbox's clock.

        Raises:
            ApiError: If it would be one too many; it is not counted.
        """
        if per_second is None:
            return
        if per_second <= 0:
            raise too_many_requests()
        past = self._past[kind]
        at = now.timestamp()
        allowed, window = (int(per_second), 1.0) if per_second >= 1 else (1, 1 / per_second)
        while past and past[0] <= at - window:
            past.popleft()
        if len(past) >= allowed:
            raise too_many_requests()
        past.append(at)

    def clear(self) -> None:
        """Forget the past."""
        self._past.clear()

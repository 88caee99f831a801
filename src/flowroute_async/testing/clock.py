"""Time that passes only when somebody waits for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from anyio.lowlevel import checkpoint

_START = datetime(2024, 1, 1, tzinfo=UTC)
# Where a frozen sandbox stands too, unless it is told otherwise.


class InstantClock:
    """A client's clock on which every pause is over at once.

    Pauses that begin together end together, as they would in real time.
    """

    def __init__(
        self, passed: Callable[[float], None] | None = None, *, now: Callable[[], datetime] | None = None
    ) -> None:
        """Start at 0 seconds.

        Args:
            passed: Called with the number of seconds that have passed, whenever some have.
            now: Returns the date and time, aware, such as that of a sandbox; by default they begin with 2024, as on a
                sandbox whose clock is frozen, and pass with the seconds.
        """
        self._now = 0.0
        self._passed = passed
        self._calendar = now
        self.pauses: list[float] = []
        """The seconds of each pause, in the order in which they began."""

    def time(self) -> float:
        """Return the seconds since the start."""
        return self._now

    def now(self) -> datetime:
        """Return the date and time, aware, in UTC."""
        if self._calendar is not None:
            return self._calendar().astimezone(UTC)
        return _START + timedelta(seconds=self._now)

    def advance(self, seconds: float) -> None:
        """Advance the time.

        Raises:
            ValueError: If it would run backwards.
        """
        if not seconds >= 0:
            raise ValueError("time does not run backwards")
        self._now += seconds
        if self._passed is not None and seconds:
            self._passed(seconds)

    async def sleep(self, seconds: float) -> None:
        """Advance the time by a pause at once, after other tasks have had their turn."""
        ends = self._now + max(seconds, 0.0)
        self.pauses.append(seconds)
        await checkpoint()
        self.advance(max(ends - self._now, 0.0))

"""Time that passes only when somebody waits for it."""

from collections.abc import Callable

from anyio.lowlevel import checkpoint


class InstantClock:
    """A client's clock on which every pause is over at once.

    Pauses that begin together end together, as they would in real time.
    """

    def __init__(self, passed: Callable[[float], None] | None = None) -> None:
        """Start at 0.

        Args:
            passed: Told how many seconds have passed, whenever some have.
        """
        self._now = 0.0
        self._passed = passed
        self.pauses: list[float] = []
        """The seconds of each pause, in the order in which they began."""

    def time(self) -> float:
        """Give the seconds since the start."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            ValueError: If it would run backwards.
        """
        if not seconds >= 0:
            raise ValueError("time does not run backwards")
        self._now += seconds
        if self._passed is not None and seconds:
            self._passed(seconds)

    async def sleep(self, seconds: float) -> None:
        """Let the time of a pause pass at once, after other tasks have had their turn."""
        ends = self._now + max(seconds, 0.0)
        self.pauses.append(seconds)
        await checkpoint()
        self.advance(max(ends - self._now, 0.0))

"""Time as the client sees it, so that tests can put their own in its place."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import anyio

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Where pauses, deadlines and points in time come from."""

    def time(self) -> float:
        """Return seconds that only ever grow; the starting point means nothing."""
        ...

    def now(self) -> datetime:
        """Return the date and time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        ...


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The machine's own time."""

    def __init__(self, *, now: Callable[[], datetime] = _utc_now) -> None:
        """Use the machine's time.

        Args:
            now: Returns the date and time, aware; by default the machine's. For a server whose calendar is another.
        """
        self._now = now

    def time(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the date and time, aware, in UTC."""
        return self._now().astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await anyio.sleep(seconds)

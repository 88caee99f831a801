"""Event loops whose clock jumps to the next timer when nothing is under way, so that tests which wait take no time.

Whatever talks has to be in the loop, servers too: nobody waits for another thread. Data that was written to loopback
is there at once, or soon.
"""

import asyncio
import os
import selectors
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import anyio
import trio.testing


def _grace() -> float:
    """Return the real seconds without an event before the clock jumps: more on a machine that is busy.

    The kernel may hand on what was written to loopback only when it comes to it.
    """
    return 0.001 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._grace = _grace()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        events = super().select(self._grace)
        if not events:
            self.now += timeout
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """asyncio's loop on a clock that starts at 0."""

    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


class LoopClock:
    """The event loop's time, virtual or not, as the clock of a client."""

    def time(self) -> float:
        return anyio.current_time()

    def now(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=anyio.current_time())

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


VIRTUAL_TIME: Mapping[str, Callable[[], dict[str, object]]] = {
    "asyncio": lambda: {"loop_factory": VirtualTimeLoop},
    "trio": lambda: {"clock": trio.testing.MockClock(autojump_threshold=_grace())},
}
"""For each event loop what makes the options that let anyio run it in virtual time."""

"""A signal that wakes the one task waiting for a change."""

import anyio


class Signal:
    """A signal that comes while nobody waits is kept, and any number of them count as one."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def set(self) -> None:
        """Wake whoever waits, or the next one who will."""
        self._event.set()

    async def wait(self) -> None:
        """Wait for a signal; whoever is woken looks again at what has changed."""
        await self._event.wait()
        self._event = anyio.Event()

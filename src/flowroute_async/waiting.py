"""Waiting for what the vendor does in its own time: it is looked up until it has ended, within a number of seconds."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from flowroute_async import arguments
from flowroute_async.clock import Clock
from flowroute_async.errors import InvalidArgumentError

_LONGEST_PAUSE = 5.0
_UNDER_WAY = frozenset({"processing", None})


class HasStatus(Protocol):
    """What tells how far it is."""

    @property
    def status(self) -> str | None:
        """The vendor's word; "processing" until it has ended, None where it cannot be read."""
        ...


StateT = TypeVar("StateT", bound=HasStatus)


def checked_seconds(argument: str, value: object) -> float:
    """Return how long to wait.

    Raises:
        InvalidArgumentError: If it is no number of seconds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise InvalidArgumentError(argument, "a number of seconds, 0 or more", given=arguments.kind(value))
    return float(value)


async def wait_until_ended(
    clock: Clock,
    look: Callable[[], Awaitable[StateT]],
    seconds: float,
    progress: Callable[[StateT], None] | None = None,
) -> StateT:
    """Look something up until it is no longer under way: at once, after one second, and then ever later, up to 5.

    Args:
        clock: Where the pauses come from.
        look: Looks it up.
        seconds: How long to wait at the most.
        progress: Called with it each time that it was looked up.

    Returns:
        It as it was seen last, under way or not.
    """
    until, pause = clock.time() + seconds, 1.0
    while True:
        found = await look()
        if progress is not None:
            progress(found)
        left = until - clock.time()
        if found.status not in _UNDER_WAY or left <= 0:
            return found
        await clock.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)

"""Write-ahead records of calls: written right before each attempt can leave, and withdrawn if it was not carried out.

A job sets the record for the calls of its task; the transport awaits it, since only the transport knows when bytes can
leave, after pacing and queueing, and which attempts are shown not to have been carried out.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from flowroute_openapi.types import Operation


class Intent(Protocol):
    """The write-ahead record of calls that change something."""

    async def write(self) -> None:
        """Record that a call may be carried out from now on; awaited right before each attempt leaves.

        What it raises ends the call, and nothing is sent.
        """
        ...

    async def withdraw(self) -> None:
        """Withdraw the last `write`: its attempt was not carried out, since it never left or was answered with 429."""
        ...


_current: ContextVar[Intent | None] = ContextVar("intent", default=None)


@contextmanager
def on_record(intent: Intent) -> Generator[None]:
    """Record with an intent the calls that are made within, by this task and those that it starts."""
    token = _current.set(intent)
    try:
        yield
    finally:
        _current.reset(token)


def intent_of(operation: Operation[object]) -> Intent | None:
    """Return what records a call's attempts; None for a call that only reads, or that no job makes."""
    return None if operation.method == "GET" else _current.get()

"""How a job learns when its call can leave: what it writes down is written right before each attempt, and taken back.

The transport tells it, after pacing and queueing: only it knows when bytes may leave, and what is shown not to have
been carried out.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from flowroute_openapi.types import Operation


class Intent(Protocol):
    """What is written down about calls that change something."""

    async def write(self) -> None:
        """Write down that a call may be carried out from now on; awaited right before each attempt leaves.

        What it raises ends the call, and nothing is sent.
        """
        ...

    async def withdraw(self) -> None:
        """Take back the last `write`: its attempt was not carried out, since it never left or was answered with 429."""
        ...


_current: ContextVar[Intent | None] = ContextVar("intent", default=None)


@contextmanager
def on_record(intent: Intent) -> Generator[None]:
    """Write down with an intent the calls that are made within, by this task and those that it starts."""
    token = _current.set(intent)
    try:
        yield
    finally:
        _current.reset(token)


def intent_of(operation: Operation[object]) -> Intent | None:
    """Return what is to be told of a call's attempts; None for a call that only reads, or that nobody writes down."""
    return None if operation.method == "GET" else _current.get()

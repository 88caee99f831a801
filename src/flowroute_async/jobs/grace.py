"""A grace period for calls that are under way when their job is cancelled."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from anyio.lowlevel import checkpoint_if_cancelled

T = TypeVar("T")

GRACE = 10.0
"""Seconds: where a job is cancelled, calls that are under way have that long to be answered, and nothing new leaves."""


async def to_its_end(work: Callable[[anyio.CancelScope], Awaitable[T]]) -> T:
    """Await work; where the caller is cancelled while it is under way, it has `GRACE` seconds to come to its end first.

    It is done in a task of its own: a shield does not hold off asyncio's own cancellation of the caller's task.

    Args:
        work: Does it. It gets its scope, whose `shield` it sets while it is under way; where that is not set, it is
            cancelled with the caller.
    """
    results: list[T] = []
    failures: list[Exception] = []
    scope = anyio.CancelScope()
    ended = anyio.Event()

    async def do() -> None:
        try:
            await checkpoint_if_cancelled()  # what was not begun by then is not begun
            with scope:
                results.append(await work(scope))
        except Exception as error:  # noqa: BLE001 - raised to the caller, without a group around it
            failures.append(error)
        finally:
            ended.set()

    async with anyio.create_task_group() as group:
        group.start_soon(do)
        try:
            await ended.wait()
        except anyio.get_cancelled_exc_class():
            scope.deadline = anyio.current_time() + GRACE
            raise
    if failures:
        raise failures[0]
    return results[0]

"""A call that is under way when its job is cancelled is answered first; one that was not begun is not begun."""

import asyncio

import anyio
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async.jobs.grace import to_its_end

pytestmark = pytest.mark.anyio


class Call:
    """A call that is answered when the test says so."""

    def __init__(self) -> None:
        self.begun, self.answered = anyio.Event(), anyio.Event()
        self.effects = list[str]()

    async def __call__(self, scope: anyio.CancelScope) -> str:
        scope.shield = True
        self.begun.set()
        await self.answered.wait()
        for _ in range(3):  # it takes its time
            await checkpoint()
        self.effects.append("done")
        return "done"


async def test_a_call_under_way_is_answered_before_its_job_ends() -> None:
    call = Call()
    after = list[str]()

    async def job() -> None:
        after.append(await to_its_end(call))

    async with anyio.create_task_group() as group:
        group.start_soon(job)
        await call.begun.wait()
        group.cancel_scope.cancel()
        call.answered.set()
    assert (call.effects, after) == (["done"], [])


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_loops_own_cancellation_waits_for_it_as_well(anyio_backend: str) -> None:
    assert anyio_backend == "asyncio"
    call = Call()
    job = asyncio.create_task(to_its_end(call))
    await call.begun.wait()
    job.cancel()
    call.answered.set()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert call.effects == ["done"]


async def test_what_was_not_begun_is_not_begun() -> None:
    call = Call()
    call.answered.set()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await to_its_end(call)
    assert call.effects == []


async def test_what_it_returns_and_raises_comes_as_it_is() -> None:
    async def broken(_: anyio.CancelScope) -> None:
        raise LookupError("as it is")

    call = Call()
    call.answered.set()
    assert await to_its_end(call) == "done"
    with pytest.raises(LookupError, match="as it is"):
        await to_its_end(broken)

"""Paid work on a task queue that you have anyway, here taskiq on Redis: `taskiq worker tasks:broker`.

The queue delivers a task again where a worker dies, at the next task that comes; so that one comes, each worker puts
an empty one on it now and then. The journal makes that harmless: it is a file for each task, in a
folder that all workers see, and knows what was sent and bought. Two workers that get the same task take turns, since
the file belongs to one process at a time. All workers share the account's rate through the same Redis.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from taskiq import TaskiqEvents, TaskiqState
from taskiq_redis import RedisStreamBroker

from flowroute_async import FlowrouteClient, InvalidArgumentError, Rates
from flowroute_async.shared_rate import RedisRateLimiter

REDIS = os.environ["REDIS_URL"]
JOURNALS = Path(os.environ["JOURNALS"])
SECONDS_UNTIL_AGAIN = float(os.environ.get("SECONDS_UNTIL_AGAIN", "60"))
"""A task that no worker has finished after this is delivered to another one as well."""

broker = RedisStreamBroker(
    REDIS,
    idle_timeout=int(SECONDS_UNTIL_AGAIN * 1000),
    unacknowledged_lock_timeout=SECONDS_UNTIL_AGAIN,  # else a worker that dies with the lock keeps it for ever
    xread_block=500,
)


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def begin(state: TaskiqState) -> None:
    """Begin to put an empty task on the queue now and then."""
    state.looking = asyncio.create_task(keep_looking())


async def keep_looking() -> None:
    """Make workers look for the tasks of those that died, which they do whenever a task comes."""
    while True:
        await asyncio.sleep(SECONDS_UNTIL_AGAIN)
        await look_again.kiq()


@broker.task
async def look_again() -> None:
    """Do nothing."""


@broker.task
async def send(name: str, messages: list[dict[str, str]]) -> str:
    """Send messages; the name is that of the journal."""
    async with connected() as client:
        return await alone(lambda: client.messages.send_many(messages, journal=JOURNALS / f"{name}.db"))


@broker.task
async def purchase(name: str, state: str, count: int, max_cost: str) -> str:
    """Buy numbers; the name is that of the journal."""
    budget = Decimal(max_cost)
    async with connected() as client:
        return await alone(
            lambda: client.numbers.purchase_many(
                client.numbers.search(state=state), count=count, max_cost=budget, journal=JOURNALS / f"{name}.db"
            )
        )


@asynccontextmanager
async def connected() -> AsyncIterator[FlowrouteClient]:
    """Open a client; its keys are in the environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`)."""
    async with (
        RedisRateLimiter(REDIS, name="main") as limiter,
        FlowrouteClient(rates=Rates(api=20), limiter=limiter) as client,
    ):
        yield client


async def alone(job: Callable[[], Awaitable[object]]) -> str:
    """Do a job once no other process has its journal; return its report."""
    while True:
        try:
            return str(await job())
        except InvalidArgumentError as error:
            if error.argument != "journal" or error.given != "one in use":
                raise
            await asyncio.sleep(1)

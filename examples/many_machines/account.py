"""The account's client, for every process that uses it: all of them share one rate through Redis."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flowroute_async import FlowrouteClient, Rates
from flowroute_async.shared_rate import RedisRateLimiter


@asynccontextmanager
async def connect() -> AsyncIterator[FlowrouteClient]:
    """Return a client; its keys are in the environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`)."""
    async with (
        RedisRateLimiter(os.environ["REDIS_URL"], name="main") as limiter,
        FlowrouteClient(rates=Rates(api=20), limiter=limiter) as client,
    ):
        yield client

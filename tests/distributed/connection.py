"""How a worker of the tests gets its client: everything comes from its environment."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flowroute_async import FlowrouteClient, Rates
from flowroute_async.shared_rate import RedisRateLimiter

RATE = 40


@asynccontextmanager
async def connect() -> AsyncIterator[FlowrouteClient]:
    async with (
        RedisRateLimiter(os.environ["TEST_REDIS"], name="cluster") as limiter,
        FlowrouteClient(rates=Rates(api=RATE), limiter=limiter) as client,
    ):
        yield client


def connect_with_a_wrong_key() -> FlowrouteClient:
    return FlowrouteClient(secret_key="wrong")

"""A process that calls a sandbox at a shared rate: `python calling_process.py LOOP REDIS SANDBOX RATE CALLS`."""

import json
import sys
import time

import anyio

from flowroute_async import FlowrouteClient, Hooks, Rates
from flowroute_async.shared_rate import RedisRateLimiter
from flowroute_openapi import search_available_numbers

IN_FLIGHT = 8
TICK = 0.01


async def note_what_the_machine_delays(late: list[float]) -> None:
    """Add up how much later than asked this process goes on each time that it sleeps."""
    while True:
        began = time.monotonic()
        await anyio.sleep(TICK)
        late.append(time.monotonic() - began - TICK)


async def main(redis: str, url: str, rate: float, calls: int) -> None:
    left = iter(range(calls))
    sent_at: list[float] = []
    late: list[float] = []

    async with (
        RedisRateLimiter(redis, name="shared") as limiter,
        FlowrouteClient(
            access_key="sandbox",
            secret_key="sandbox",
            base_url=url,
            rates=Rates(api=rate),
            limiter=limiter,
            hooks=Hooks(on_request=lambda _: sent_at.append(time.monotonic())),
        ) as client,
    ):

        async def keep_calling() -> None:
            for _ in left:
                await client.send(search_available_numbers(limit=1))

        await client.send(search_available_numbers(limit=1))  # what is done once is done
        print("ready", flush=True)  # noqa: T201 - what the test waits for
        sys.stdin.readline()
        sent_at.clear()
        async with anyio.create_task_group() as clock:
            clock.start_soon(note_what_the_machine_delays, late)
            async with anyio.create_task_group() as group:
                for _ in range(IN_FLIGHT):
                    group.start_soon(keep_calling)
            clock.cancel_scope.cancel()
    print(json.dumps({"sent_at": sent_at, "late": sum(late)}))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    _, loop, at_redis, at_sandbox, allowed, number = sys.argv
    anyio.run(main, at_redis, at_sandbox, float(allowed), int(number), backend=loop)

"""A job for a process of its own, which a test can kill."""

from decimal import Decimal
from multiprocessing.synchronize import Event

import anyio

from flowroute_async import FlowrouteClient

CODES = [str(code) for code in range(201, 260)]
COUNT = 30
BUDGET = Decimal(200)


def run(job: str, url: str, file: str, begun: Event) -> None:
    """Search or purchase with a file; tell when it begins."""
    anyio.run(_run, job, url, file, begun)


async def _run(job: str, url: str, file: str, begun: Event) -> None:
    async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, max_concurrency=3) as client:
        numbers = client.numbers
        await numbers.search(max_items=1)  # all that is done once is done before the test looks at the clock
        begun.set()
        if job == "search":
            async with numbers.bulk_search(area_codes=CODES, checkpoint=file) as search:
                async for _ in search:
                    pass
        else:
            await numbers.purchase_many(numbers.search(prefetch=1), max_cost=BUDGET, count=COUNT, journal=file)

"""A job in a process of its own, which a test can kill: `python job_process.py search|purchase URL FILE`."""

import sys
from decimal import Decimal

import anyio

from flowroute_async import FlowrouteClient

CODES = [str(code) for code in range(201, 260)]
COUNT = 30
BUDGET = Decimal(200)


async def main(job: str, url: str, file: str) -> None:
    async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, max_concurrency=3) as client:
        numbers = client.numbers
        await numbers.search(max_items=1)  # all that is done once is done before the test looks at the clock
        print("begun", flush=True)  # noqa: T201 - what the test waits for
        if job == "search":
            async with numbers.bulk_search(area_codes=CODES, checkpoint=file) as search:
                async for _ in search:
                    pass
        else:
            await numbers.purchase_many(numbers.search(prefetch=1), max_cost=BUDGET, count=COUNT, journal=file)


if __name__ == "__main__":
    _, chosen_job, chosen_url, chosen_file = sys.argv
    anyio.run(main, chosen_job, chosen_url, chosen_file)

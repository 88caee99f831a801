"""The main job, on the sandbox: search every area code at once, show what there is, and resume what was interrupted.

    python scripts/demo.py

Starts a sandbox on a free loopback port and needs no account. With DEMO_LIVE=1, FR_ACCESS_KEY and FR_SECRET_KEY it does
the same on the real API; it only reads. The search keeps a checkpoint: it is first broken off on purpose, and then goes
on from there.
"""

import os
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from heapq import nsmallest
from pathlib import Path

import anyio
from rich.console import Console
from rich.table import Table

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_async.cli.bulk_progress import progress_bar
from flowroute_async.jobs import SearchReport
from flowroute_async.sandbox import Sandbox, running
from flowroute_openapi.models import AvailableNumber

LATENCY = 0.02
"""Seconds: what a request to the sandbox takes, as one to a server nearby would."""
BROKEN_OFF_AFTER = 20_000
"""Numbers after which the first run is broken off."""
CHEAPEST = 10
COLUMNS = 6


async def search(
    client: FlowrouteClient, checkpoint: Path, *, stop_after: int | None = None
) -> tuple[list[AvailableNumber], SearchReport]:
    """Search all area codes at once, from where the checkpoint stands; give all its numbers and the report."""
    found: list[AvailableNumber] = []
    with progress_bar() as bar:
        bulk = client.numbers.bulk_search(
            area_codes=client.numbers.area_codes(), checkpoint=checkpoint, replay=True, progress=bar
        )
        async with bulk as numbers:
            async for number in numbers:
                found.append(number)
                if stop_after is not None and len(found) >= stop_after:
                    break
        return found, numbers.report


async def main() -> None:
    """Run the demo."""
    console = Console()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if os.environ.get("DEMO_LIVE") == "1":
            client = FlowrouteClient()
        else:
            url = stack.enter_context(running(Sandbox(latency=LATENCY)))
            console.print(f"A sandbox runs at {url} and takes {LATENCY * 1000:.0f} ms for a request.")
            client = FlowrouteClient(
                access_key="sandbox",
                secret_key="sandbox",  # noqa: S106 - the sandbox's own
                base_url=url,
            )
        await stack.enter_async_context(client)
        checkpoint = folder / "job.db"
        found, _ = await search(client, checkpoint, stop_after=BROKEN_OFF_AFTER)
        console.print(
            f"Broken off on purpose after {len(found):,} numbers. The same call with the same checkpoint goes on:"
        )
        found, report = await search(client, checkpoint)
    show(console, found)
    console.print(f"The second run:\n{report}", highlight=False)
    console.print(
        f"{report.requests / report.seconds:,.0f} requests a second, and {len({one.id for one in found}):,} different "
        f"numbers among the {len(found):,} of both runs."
    )


def show(console: Console, found: list[AvailableNumber]) -> None:
    """Print the numbers by state, and the ten cheapest."""
    states = Counter((number.state or "none").upper() for number in found)
    by_state = Table(title="Numbers for sale, by state or province", show_header=False, box=None, padding=(0, 2))
    rows = sorted(states.items())
    for start in range(0, len(rows), COLUMNS):
        by_state.add_row(*(f"{state} {count:>6,}" for state, count in rows[start : start + COLUMNS]))
    console.print(by_state)
    cheapest = Table(title="The ten cheapest")
    for heading in ("number", "state", "rate center", "setup $", "monthly $"):
        cheapest.add_column(heading)
    for number in nsmallest(CHEAPEST, found, key=lambda one: (one.setup_cost + one.monthly_cost, one.id)):
        cheapest.add_row(
            number.id,
            (number.state or "").upper(),
            number.rate_center,
            f"{number.setup_cost:.2f}",
            f"{number.monthly_cost:.2f}",
        )
    console.print(cheapest)


if __name__ == "__main__":
    try:
        anyio.run(main)
    except FlowrouteError as error:
        sys.exit(str(error))

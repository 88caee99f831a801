"""The main job, on the sandbox: search every area code at once and show what there is.

    python scripts/demo.py

Starts a sandbox on a free loopback port and needs no account. With DEMO_LIVE=1, FR_ACCESS_KEY and FR_SECRET_KEY it does
the same on the real API; it only reads.
"""

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from heapq import nsmallest

import anyio
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from flowroute_async import FlowrouteClient, FlowrouteError, Hooks, RequestView
from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.server import running
from flowroute_openapi.models import AvailableNumber

LATENCY = 0.02
"""Seconds: what a request to the sandbox takes, as one to a server nearby would."""


async def search_everything(client: FlowrouteClient, console: Console) -> list[AvailableNumber]:
    """Search each area code in a task of its own; the client queues what exceeds its connections."""
    found: list[AvailableNumber] = []
    codes = [code.id async for code in client.numbers.area_codes()]
    bar = Progress(
        TextColumn("searching"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("area codes"),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        done = bar.add_task("search", total=len(codes))

        async def search(code: str) -> None:
            found.extend([number async for number in client.numbers.search(starts_with=code)])
            bar.advance(done)

        async with anyio.create_task_group() as group:
            for code in codes:
                group.start_soon(search, code)
    return found


async def main() -> None:
    """Run the demo."""
    console = Console()
    requests: Counter[str] = Counter()

    def count(view: RequestView) -> None:
        requests[view.operation] += 1

    with ExitStack() as stack:
        if os.environ.get("DEMO_LIVE") == "1":
            client = FlowrouteClient(hooks=Hooks(on_request=count))
        else:
            url = stack.enter_context(running(Sandbox(latency=LATENCY)))
            console.print(f"sandbox at {url}, {LATENCY * 1000:.0f} ms a request")
            client = FlowrouteClient(
                access_key="sandbox",
                secret_key="sandbox",  # noqa: S106 - the sandbox's own
                base_url=url,
                hooks=Hooks(on_request=count),
            )
        async with client:
            began = time.perf_counter()
            found = await search_everything(client, console)
            seconds = time.perf_counter() - began
    show(console, found, sum(requests.values()), seconds)


def show(console: Console, found: list[AvailableNumber], requests: int, seconds: float) -> None:
    """Print the numbers by state, the pace, and the ten cheapest."""
    states = Counter((number.state or "none").upper() for number in found)
    by_state = Table(title="Numbers for sale, by state or province", show_header=False, box=None, padding=(0, 2))
    rows = sorted(states.items())
    columns = 6
    for start in range(0, len(rows), columns):
        by_state.add_row(*(f"{state} {count:>6,}" for state, count in rows[start : start + columns]))
    console.print(by_state)
    cheapest = Table(title="The ten cheapest")
    for heading in ("number", "state", "rate center", "setup $", "monthly $"):
        cheapest.add_column(heading)
    for number in nsmallest(10, found, key=lambda one: (one.setup_cost + one.monthly_cost, one.id)):
        cheapest.add_row(
            number.id,
            (number.state or "").upper(),
            number.rate_center,
            f"{number.setup_cost:.2f}",
            f"{number.monthly_cost:.2f}",
        )
    console.print(cheapest)
    console.print(
        f"{len(found):,} numbers, {requests:,} requests in {seconds:.1f} s: "
        f"{requests / seconds:,.0f} requests and {len(found) / seconds:,.0f} numbers a second"
    )


if __name__ == "__main__":
    try:
        anyio.run(main)
    except FlowrouteError as error:
        sys.exit(str(error))

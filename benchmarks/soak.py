"""50 000 calls with faults: memory and open sockets stay flat, and every connection works afterwards.

    python benchmarks/soak.py [--calls 50000]

Against the sandbox in a process of its own, which drops connections, cuts bodies, stalls, refuses and fails on demand;
a tenth of the calls are cancelled on the way.
"""

import argparse
import gc
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import IO, cast

import anyio
import httpx

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_async.testing import InstantClock

WORKERS = 40
LANES = 20
FAULTS: tuple[dict[str, object], ...] = (
    {"drop": "before"},
    {"drop": "after"},
    {"truncate": True},
    {"status": 503},
    {"status": 500, "after_effect": True},
    {"status": 429, "retry_after": 1},
    {"status": 200, "body": "<html>"},
    {"delay": 0.5},
)


def resident() -> float:
    """Return the process's resident memory, in MB (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def sockets() -> int:
    """Count the open sockets of the process (Linux)."""
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            count += str(entry.readlink()).startswith("socket:")
        except OSError:  # it was the listing's own
            continue
    return count


async def soak(url: str, calls: int) -> None:
    """Make the calls; print how memory and sockets stand on the way."""
    chance = random.Random(1)  # noqa: S311 - the same faults each time
    outcomes: Counter[str] = Counter()
    left = iter(range(calls))
    client = FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url=url,
        max_concurrency=LANES,
        timeout=0.3,
        deadline=100_000,
        clock=InstantClock(),  # pauses take no time
    )
    async with client, httpx.AsyncClient(base_url=f"{url}/_sandbox/api/") as control:

        async def work() -> None:
            for place in left:
                if place % 10 == 0:
                    (await control.post("faults", json=chance.choice(FAULTS))).raise_for_status()
                try:
                    with anyio.move_on_after(0.001 if place % 10 == 5 else 60) as scope:  # noqa: PLR2004 - a tenth
                        await client.numbers.search(state="WA", page_size=20)
                        outcomes["answered"] += 1
                    outcomes["cancelled"] += scope.cancelled_caught
                except FlowrouteError as error:
                    outcomes[type(error).__name__] += 1
                if place in {calls // 5, calls // 2}:
                    print(f"after {place:,} calls: {resident():.1f} MB, {sockets()} sockets")

        async with anyio.create_task_group() as tasks:
            for _ in range(WORKERS):
                tasks.start_soon(work)
        (await control.delete("faults")).raise_for_status()
        began = time.perf_counter()

        async def check() -> None:
            await client.numbers.area_codes(page_size=1)

        async with anyio.create_task_group() as tasks:
            for _ in range(LANES):
                tasks.start_soon(check)
        print(f"every connection works: {LANES} calls at once in {time.perf_counter() - began:.2f} s")
    print(f"after {calls:,} calls: {resident():.1f} MB, {sockets()} sockets open once it is closed")
    print(", ".join(f"{name} {count:,}" for name, count in outcomes.most_common()))


def main() -> None:
    """Run the soak."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=50_000)
    calls = parser.parse_args().calls
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--numbers", "20000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            anyio.run(soak, cast("IO[str]", process.stdout).readline().strip(), calls)
        finally:
            process.kill()


if __name__ == "__main__":
    main()

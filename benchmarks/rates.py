"""How much of an allowed rate a bulk search uses, where the client knows it and where it does not.

    python benchmarks/rates.py [--rounds 5]

350 area codes, one page each, 50 ms latency, against the sandbox in a process of its own, which allows 20 requests a
second and answers 429 beyond. Share: answered requests a second, divided by the allowance.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import anyio

from flowroute_async import FlowrouteClient, Hooks, Rates, ResponseView

ALLOWED = 20.0
QUERIES = 350
REFUSED = 429
TARGETS = {"known": 0.97, "unknown": 0.85}


@contextmanager
def sandbox() -> Iterator[str]:
    """Run a sandbox with a rate limit; give its URL."""
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--numbers", "60000", "--latency", "0.05"]
    with subprocess.Popen([*command, "--rate", str(ALLOWED)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield cast("IO[str]", process.stdout).readline().strip()
        finally:
            process.kill()


async def search(url: str, *, known: bool) -> tuple[float, int]:
    """Search; give the share of the allowance that was used, and how many requests were refused."""
    refused = 0

    def count(view: ResponseView) -> None:
        nonlocal refused
        refused += view.status_code == REFUSED

    client = FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url=url,
        rates=Rates(api=ALLOWED) if known else None,
        hooks=Hooks(on_response=count),
        deadline=600,
    )
    async with client:
        codes = [code.id async for code in client.numbers.area_codes(max_items=QUERIES)]
        refused = 0
        await anyio.sleep(1.5)  # the allowance of the second before is not ours
        began = time.perf_counter()
        async with client.numbers.bulk_search(area_codes=codes) as bulk:
            async for _ in bulk:
                pass
        seconds = time.perf_counter() - began
        if bulk.report.failed or bulk.report.queries_done != QUERIES:
            raise RuntimeError("queries were lost")
        return bulk.report.pages / seconds / ALLOWED, refused


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    results: dict[str, list[tuple[float, int]]] = {"known": [], "unknown": []}
    for _ in range(rounds):
        for kind, measured in results.items():
            with sandbox() as url:
                measured.append(anyio.run(lambda: search(url, known=kind == "known")))  # noqa: B023 - run at once
    for kind, measured in results.items():
        shares = [share for share, _ in measured]
        refused = [count for _, count in measured]
        print(
            f"{kind}: {statistics.median(shares):.3f} of the allowance ({min(shares):.3f} to {max(shares):.3f}; "
            f"target {TARGETS[kind]}), refused {refused}"
        )


if __name__ == "__main__":
    main()

"""Measure pages a second and CPU for each request, ours and the peers', in one run; write RESULTS.md and a plot.

    python benchmarks/run.py [--rounds 5] [--quick]

Contenders take turns within each round, so that a slow moment of the machine meets all of them. A figure is the median
of the rounds, with its range; what counts are the ratios.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import contenders
import pace_grid
import page_server
import plot

FOLDER = Path(__file__).parent
IN_FLIGHT = (1, 10, 50, 200)
PAGES: Mapping[int, int] = {1: 200, 10: 300, 50: 300, 200: 400}
BASE = "bare httpx + json.loads"
TUNED = "tuned httpx + json.loads"
OURS = "flowroute-async, typed"
SEARCH = "flowroute-async, `await numbers.search()`"
ITERATING = "flowroute-async, `async for`, as many connections as requests"
HTTPX2 = "bare httpx2 + json.loads"
AIOHTTP = "flowroute-async over aiohttp, typed"
STOCK = "stock openapi-python-client, typed"
TELNYX = "telnyx SDK, typed"
TELNYX_AT_BEST = "telnyx SDK, typed, every field optional"

CONTENDERS: Mapping[str, contenders.Contender] = {
    OURS: contenders.ours,
    SEARCH: contenders.ours_by_search,
    ITERATING: contenders.ours_by_iterating,
    AIOHTTP: contenders.ours_over_aiohttp,
    BASE: contenders.bare_httpx,
    TUNED: contenders.tuned_httpx,
    HTTPX2: contenders.bare_httpx2,
    STOCK: contenders.stock_generated,
    TELNYX: contenders.telnyx_sdk,
    TELNYX_AT_BEST: contenders.telnyx_at_its_best,
}
SLOW = {STOCK, TELNYX, TELNYX_AT_BEST}
PROGRAMS = (
    "bulk_search.py",
    "history.py",
    "rates.py",
    "start_up.py",
    "stalls.py",
    "sandbox_pages.py --rounds 1",
    "soak.py",
)
_ENDINGS = (0, 1)  # some end with 1 where a target is missed, which their output says
TARGETS: Mapping[str, tuple[float, ...]] = {
    BASE: (0.9, 1.0, 5, 15),
    TUNED: (0.9, 1.0, 2, 2),
    HTTPX2: (0, 0, 0, 0),
    STOCK: (1.5, 2, 6, 15),
    TELNYX: (0, 10, 0, 0),
    TELNYX_AT_BEST: (0, 0, 0, 0),
}


@dataclass
class Series:
    """What one contender did at one number of requests in flight, round by round."""

    pages_a_second: list[float] = field(default_factory=list)
    cpu_microseconds: list[float] = field(default_factory=list)


async def measure(contender: contenders.Contender, url: str, in_flight: int, pages: int) -> tuple[float, float]:
    """Fetch that many pages with that many tasks; return pages a second and CPU microseconds a page."""
    async with contender(url, in_flight) as fetch:

        async def work(count: int) -> None:
            for _ in range(count):
                await fetch()

        await asyncio.gather(*(work(1) for _ in range(in_flight)))  # connections are opened, models built
        share, rest = divmod(pages, in_flight)
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work(share + (place < rest)) for place in range(in_flight)))
        return pages / (time.perf_counter() - began), (time.process_time() - cpu) / pages * 1e6


def throughput(rounds: int, pages: Mapping[int, int]) -> dict[tuple[str, int], Series]:
    """Run all rounds."""
    series = {(name, in_flight): Series() for name in CONTENDERS for in_flight in IN_FLIGHT}
    with page_server.running() as url:
        for round_ in range(rounds):
            for in_flight in IN_FLIGHT:
                for name, contender in CONTENDERS.items():
                    few = name in SLOW or (name == BASE and in_flight == IN_FLIGHT[-1])
                    count = max(in_flight, pages[in_flight] // (4 if few else 1))
                    speed, cpu = asyncio.run(measure(contender, url, in_flight, count))
                    series[name, in_flight].pages_a_second.append(speed)
                    series[name, in_flight].cpu_microseconds.append(cpu)
            print(f"round {round_ + 1} of {rounds}", file=sys.stderr)
    return series


def decoding(rounds: int) -> tuple[list[float], list[float]]:
    """Time json.loads and ours on the bytes of one page, taking turns; microseconds."""
    from flowroute_openapi.models import AvailableNumberListDocument  # noqa: PLC0415 - imported when it is measured

    body = page_server.page()
    loads: list[float] = []
    typed: list[float] = []

    def timed(decode: Callable[[bytes], object]) -> float:
        began = time.perf_counter()
        for _ in range(20):
            decode(body)
        return (time.perf_counter() - began) / 20 * 1e6

    for _ in range(rounds * 20):
        loads.append(timed(json.loads))
        typed.append(timed(AvailableNumberListDocument.model_validate_json))
    return loads, typed


CLIENT = "flowroute_async.FlowrouteClient(access_key='a', secret_key='b')"
IMPORTS = {
    "import of httpx and of pydantic's BaseModel": "import httpx; from pydantic import BaseModel",
    "import and first client": f"import flowroute_async; {CLIENT}",
    "import, first client and its `numbers`": f"import flowroute_async; {CLIENT}.numbers",
}


def import_times(rounds: int) -> Mapping[str, float]:
    """Time imports in fresh processes, taking turns; medians in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(rounds * 2):
        for name, statement in IMPORTS.items():
            program = f"import time; began = time.perf_counter(); {statement}; print(time.perf_counter() - began)"
            run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            times[name].append(float(run.stdout) * 1000)
    return {name: statistics.median(some) for name, some in times.items()}


def spread(values: list[float]) -> str:
    """Format a median with its range."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def report(
    series: dict[tuple[str, int], Series],
    decoded: tuple[list[float], list[float]],
    imported: Mapping[str, float],
    rounds: int,
) -> str:
    """Write the results as Markdown."""
    median = {key: statistics.median(one.pages_a_second) for key, one in series.items()}
    cpu = {key: statistics.median(one.cpu_microseconds) for key, one in series.items()}
    heads = " | ".join(f"{count} in flight" for count in IN_FLIGHT)
    lines = [
        "# Results",
        "",
        f"By `make benchmark`: medians of {rounds} interleaved rounds, with their range.",
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
        f"A page is 200 numbers ({len(page_server.page()):,} bytes); the server is a bare one in its own process.",
        "Absolute figures are this machine's; the ratios are what counts.",
        "",
        "![Pages a second and CPU for each request, against requests in flight](results.svg)",
        "",
        "## Pages a second",
        "",
        f"| | {heads} |",
        f"|---|{'---|' * len(IN_FLIGHT)}",
        *(
            f"| {name} | {' | '.join(spread(series[name, count].pages_a_second) for count in IN_FLIGHT)} |"
            for name in CONTENDERS
        ),
        "",
        "## Ours, as a multiple of",
        "",
        f"| | {heads} |",
        f"|---|{'---|' * len(IN_FLIGHT)}",
    ]
    for name, targets in TARGETS.items():
        cells = []
        for count, target in zip(IN_FLIGHT, targets, strict=True):
            ratio = median[OURS, count] / median[name, count]
            cells.append(f"{ratio:.2f}" + (f" (target {target:g})" if target else ""))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    loads, typed = decoded
    (peers, bare), (first, whole), (second, used) = imported.items()
    lines += [
        "",
        "As users call it, against `client.send` of a ready operation:",
        "",
        f"| | {heads} |",
        f"|---|{'---|' * len(IN_FLIGHT)}",
        *(
            f"| {name} | {' | '.join(f'{median[name, count] / median[OURS, count]:.2f}' for count in IN_FLIGHT)} |"
            for name in (SEARCH, ITERATING)
        ),
        "",
        "## CPU for each request, microseconds",
        "",
        f"| | {heads} |",
        f"|---|{'---|' * len(IN_FLIGHT)}",
        *(
            f"| {name} | {' | '.join(spread(series[name, count].cpu_microseconds) for count in IN_FLIGHT)} |"
            for name in CONTENDERS
        ),
        "",
        "## Ratios",
        "",
        "| what | against | ratio | target |",
        "|---|---|---|---|",
        _ratio("CPU for each request at 200 in flight", "at 1", cpu[OURS, 200] / cpu[OURS, 1], "at most 1.15"),
        _ratio("over aiohttp, 50 in flight", "ours without it", median[AIOHTTP, 50] / median[OURS, 50], "at least 1.3"),
        _ratio(
            f"bytes to 200 typed numbers, {statistics.median(typed):.0f} us",
            f"`json.loads` of the same bytes, {statistics.median(loads):.0f} us",
            statistics.median(typed) / statistics.median(loads),
            "at most 1.5",
        ),
        _ratio(f"{first}, {whole:.0f} ms", f"{peers}, {bare:.0f} ms", whole / bare, "at most 1.25"),
        _ratio(f"{second}, {used:.0f} ms", "the same", used / bare, "none"),
        "",
    ]
    return "\n".join(lines)


def _program(name: str) -> str:
    """Run another benchmark, and return its output as a section."""
    file, *options = name.split()
    run = subprocess.run([sys.executable, str(FOLDER / file), *options], capture_output=True, text=True, check=False)
    if run.returncode not in _ENDINGS or not run.stdout:
        raise RuntimeError(f"{name} failed: {run.stderr[-1000:]}")
    print(f"{name} is done", file=sys.stderr)
    return f"## `python benchmarks/{name}`\n\n```text\n{run.stdout}```\n"


def _ratio(what: str, against: str, ratio: float, target: str) -> str:
    return f"| {what} | {against} | {ratio:.2f} | {target} |"


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a fifth of the pages, to try the benchmark itself")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder that gets RESULTS.md and results.svg")
    chosen = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))
    pages = {count: max(count, total // (5 if chosen.quick else 1)) for count, total in PAGES.items()}
    with tempfile.TemporaryDirectory() as scratch:
        contenders.generate_stock(Path(scratch))
        series = throughput(chosen.rounds, pages)
    programs = PROGRAMS if not chosen.quick else ()
    text = report(series, decoding(chosen.rounds), import_times(chosen.rounds), chosen.rounds)
    text += "".join(f"\n{_program(name)}" for name in programs)
    text += "\n" + (FOLDER / "remarks.md").read_text(encoding="utf-8")
    results = chosen.into / "RESULTS.md"
    text += pace_grid.section(FOLDER / "RESULTS.md")  # simulated, so a run measures nothing new
    results.write_text(text, encoding="utf-8")
    plot.draw(
        {
            name: [
                (count, statistics.median(series[name, count].pages_a_second),
                 statistics.median(series[name, count].cpu_microseconds))
                for count in IN_FLIGHT
            ]
            for name in CONTENDERS
        },
        chosen.into / "results.svg",
    )  # fmt: skip
    print(text)


if __name__ == "__main__":
    main()

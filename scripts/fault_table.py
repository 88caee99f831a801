"""Runs every operation against every fault on both event loops, and prints the summary; `--write` puts it into docs."""

import argparse
import logging
import sys
import time
from pathlib import Path

import anyio

from regeneration.page_tables import RETRIES, with_table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / RETRIES

sys.path.insert(0, str(ROOT))

from tests.faults.fault_runner import Result, run_table, summary  # noqa: E402 - the tests' folder is put on the path first
from tests.faults.fault_server import Server  # noqa: E402 - as above
from tests.virtual_time import VIRTUAL_TIME  # noqa: E402 - as above


def main() -> int:
    """Run the table; give 1 where a promise was broken, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the summary into docs/retries.md")
    write: bool = parser.parse_args().write
    logging.getLogger("flowroute_async").setLevel(logging.CRITICAL)
    results: dict[str, list[Result]] = {}
    problems: list[str] = []
    began = time.monotonic()
    for loop, options in VIRTUAL_TIME.items():
        results[loop], left_open = anyio.run(_run, backend=loop, backend_options=options())
        problems += [problem for result in results[loop] for problem in result.problems]
        if left_open:
            problems.append(f"{loop}: {left_open} connections were left open")
    text = summary(results)
    print(text)
    print(f"\n{time.monotonic() - began:.0f} seconds, {len(problems)} broken promises")
    for problem in problems:
        print(f"  {problem}")
    if write and not problems:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), "fault table", text), encoding="utf-8")
    return int(bool(problems))


async def _run() -> tuple[list[Result], int]:
    """Return the results, and how many connections the clients left open."""
    async with Server().serving() as server:
        results = await run_table(server)
        await server.settled()
        return results, server.open_connections


if __name__ == "__main__":
    sys.exit(main())

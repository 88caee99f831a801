"""The longest time for which the event loop stands still while an answer is read and decoded.

    python benchmarks/stalls.py [--rounds 20]

Another task asks for its turn again and again; what it waits for at the longest is the stall. The answers come from a
transport in the same process, in pieces of 64 KiB, so that reading counts too. Median and worst of the rounds.
"""

import argparse
import gzip
import json
import logging
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import anyio
import anyio.lowlevel
import httpx

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_openapi import search_available_numbers
from flowroute_openapi.types import Operation

_MIB = 1024 * 1024
_PIECE = 65536


class _Body(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self._content), _PIECE):
            await anyio.lowlevel.checkpoint()
            yield self._content[at : at + _PIECE]


def page(count: int, odd: int = 0) -> bytes:
    """Return a page of numbers for sale, the first of them with a field that cannot be read."""
    record = {
        "id": "12065550100",
        "type": "number",
        "attributes": {
            "value": "12065550100",
            "rate_center": "seattle",
            "state": "wa",
            "number_type": "standard",
            "setup_cost": 1,
            "monthly_cost": 1.25,
        },
        "links": {"related": "https://api.flowroute.com/v2/numbers/12065550100"},
    }
    strange = {**record, "attributes": {**record["attributes"], "state": ["wa"]}}  # type: ignore[dict-item] # a dict
    return json.dumps({"data": [strange] * odd + [record] * (count - odd), "links": {}}).encode()


async def stall(status: int, content: bytes, *, compressed: bool, bound: int | None) -> float:
    """Send one call; return the longest wait of another task, in seconds."""
    headers = {"content-encoding": "gzip"} if compressed else {}

    class Server(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            del request
            return httpx.Response(status, headers=headers, stream=_Body(content))

    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await anyio.lowlevel.checkpoint()
            longest = max(longest, time.perf_counter() - began)

    operation: Operation[object] = search_available_numbers(limit=200)
    client = FlowrouteClient(
        access_key="a", secret_key="b", http_transport=Server(), max_retries=0, max_response_bytes=bound
    )
    async with client, anyio.create_task_group() as group:
        group.start_soon(watch)
        with suppress(FlowrouteError):
            await client.send(operation)
        await anyio.sleep(0.001)  # so that the other task sees what came last
        group.cancel_scope.cancel()
    return longest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    logging.getLogger("flowroute_async").setLevel(logging.ERROR)
    one = len(page(1))
    most = _MIB // one
    bomb = gzip.compress(b'{"errors": [' + b" " * 11 * _MIB)
    cases = {
        "a page of 200 numbers": (200, page(200), False, None),
        "the largest page that is accepted, 1 MiB": (200, page(most), False, None),
        "the same, one record with an odd field": (200, page(most, odd=1), False, None),
        "the largest of any operation, 8 MiB": (200, page(8 * _MIB // one), False, 8 * _MIB),
        "a refusal of 11 MB in 11 KB of gzip": (404, bomb, True, None),
    }
    for name, (status, content, compressed, bound) in cases.items():
        found = [
            anyio.run(lambda: stall(status, content, compressed=compressed, bound=bound))  # noqa: B023 - run at once
            for _ in range(rounds if len(content) < _MIB else max(rounds // 4, 1))
        ]
        median, worst = statistics.median(found) * 1e3, max(found) * 1e3
        print(f"{name} ({len(content):,} bytes): {median:.1f} ms (at worst {worst:.1f})")


if __name__ == "__main__":
    main()

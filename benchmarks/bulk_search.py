"""How near a bulk search comes to the limit of the wire, and what a million numbers cost in memory.

    python benchmarks/bulk_search.py

Time: 350 area codes, one page of 200 numbers each, from a bare server in a process of its own that answers after 50 ms.
The ideal is latency x requests / connections. The CPU time of a page shows what stands between the two.
Memory: a million numbers, scattered over all area codes, from pages made in process: what the process
holds against what it held after the first 10 000.
"""

import asyncio
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import anyio
import anyio.lowlevel

from flowroute_async import FlowrouteClient, Hooks, Rates
from flowroute_async.clock import SystemClock
from flowroute_async.resources.numbers import Numbers
from flowroute_async.response import RawResponse
from flowroute_openapi.types import Operation

T = TypeVar("T")

CODES = [str(code) for code in range(201, 551)]
LATENCY = 0.05
ROUNDS = 7
TARGETS = {20: 1.15, 50: 1.6}
PAGE = 200
MILLION, FIRST = 1_000_000, 10_000
SPACING = 2600


def page(area_code: str, offset: int, *, more: bool) -> bytes:
    """Return a page as the vendor sends it."""
    numbers = [f"1{area_code}{2_000_000 + place * SPACING}" for place in range(offset, offset + PAGE)]
    costs = {"monthly_cost": 1.25, "setup_cost": 1}
    kind = {"rate_center": "nwyrcyzn01", "state": "ny", "number_type": "standard"}
    data = [{"attributes": {"value": id_, **kind, **costs}, "type": "number", "id": id_} for id_ in numbers]
    return json.dumps({"data": data, "links": {"next": "there"} if more else {}}).encode()


class Server(asyncio.Protocol):
    """Answers each request of a connection with the one page of its area code, after a while."""

    pages: dict[str, bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request; none has a body."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            code = parse_qs(urlsplit(head.split()[1].decode()).query)["starts_with"][0][1:]
            content = self.pages[code]
            answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(content), content)
            asyncio.get_running_loop().call_later(LATENCY, self._transport.write, answer)


async def serve() -> None:
    """Serve until killed; the first line of output is the URL."""
    Server.pages = {code: page(code, 0, more=False) for code in CODES}
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a process of its own; give its URL."""
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield cast("IO[str]", process.stdout).readline().strip()
        finally:
            process.kill()


async def search(url: str, connections: int) -> tuple[float, float]:
    """Search all area codes with warm connections; give the multiple of the ideal, and CPU seconds a page."""
    async with FlowrouteClient(access_key="x", secret_key="x", base_url=url, max_concurrency=connections) as client:
        async with client.numbers.bulk_search(area_codes=CODES[:connections]) as warm_up:
            async for _ in warm_up:
                pass
        cpu, began = time.process_time(), time.perf_counter()
        async with client.numbers.bulk_search(area_codes=CODES) as bulk:
            async for _ in bulk:
                pass
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        requests = bulk.report.requests
        if bulk.report.numbers != PAGE * len(CODES):
            raise RuntimeError("numbers are missing")
        return seconds / (LATENCY * requests / connections), cpu / requests


class Made:
    """Sends nothing, and answers with pages made in process."""

    clock = SystemClock()
    max_concurrency = 20
    rates = Rates()
    hooks = Hooks()
    account = "none"

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        """Make a page."""
        await anyio.lowlevel.checkpoint()
        query = dict(operation.query)
        offset = int(query["offset"])
        more = (offset + PAGE) * len(CODES) < MILLION
        return RawResponse(operation, 200, {}, page(query["starts_with"][1:], offset, more=more), 0.0, 1)

    async def send(self, operation: Operation[T], /) -> T:
        """Make a page and decode it."""
        return operation.decode((await self.send_raw(operation)).content)


def resident() -> float:
    """Return the process's resident memory, in MB (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def million() -> None:
    """Read a million numbers; print what the process grew since the first 10 000, in MB."""
    before = 0.0
    async with Numbers(Made()).bulk_search(area_codes=CODES) as bulk:
        count = 0
        async for _ in bulk:
            count += 1
            if count == FIRST:
                before = resident()
    print(f"{count} {resident() - before:.1f}")


def main() -> None:
    """Measure and print."""
    with serving() as url:
        rounds = [{connections: anyio.run(search, url, connections) for connections in TARGETS} for _ in range(ROUNDS)]
    for connections, target in TARGETS.items():
        multiples = [one[connections][0] for one in rounds]
        cpu = statistics.median(one[connections][1] for one in rounds)
        print(
            f"{connections} in flight: {statistics.median(multiples):.2f} times the ideal "
            f"({min(multiples):.2f} to {max(multiples):.2f}; target {target}), {cpu * 1000:.2f} ms of CPU a page"
        )
    measured = subprocess.run([sys.executable, __file__, "million"], stdout=subprocess.PIPE, text=True, check=True)
    count, growth = measured.stdout.split()
    print(f"{count} numbers: {growth} MB more than after {FIRST} (target 10)")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            anyio.run(serve)
        case ["million"]:
            anyio.run(million)
        case _:
            main()

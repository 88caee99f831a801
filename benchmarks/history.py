"""How much faster `messages.history` reads a period than a loop over the pages of `messages.list`.

    python benchmarks/history.py [--messages 200000]

A bare server in a process of its own holds the messages of 30 days, evenly spread, and answers after 50 ms. The loop
reads `messages.list` with its default page; the history writes a checkpoint. Memory is what the process has grown by
since its first 20 000 messages.
"""

import argparse
import asyncio
import bisect
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, cast
from urllib.parse import parse_qs, urlsplit

from flowroute_async import FlowrouteClient
from flowroute_async.jobs import rows
from flowroute_openapi.models import Message

LATENCY = 0.05
START = datetime(2026, 6, 1, tzinfo=UTC)
END = START + timedelta(days=30)
FIRST = 20_000
TARGET = 3.0


class Server(asyncio.Protocol):
    """Answers each request of a connection with a page of messages, the newest first, after a while."""

    times: list[float]
    records: list[bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request; none has a body."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            query = parse_qs(urlsplit(head.split()[1].decode()).query)
            start, end = (_seconds(query[name][0]) for name in ("start_date", "end_date"))
            first, last = bisect.bisect_left(self.times, start), bisect.bisect_right(self.times, end)
            newest = max(first, last - int(query["offset"][0]))
            oldest = max(first, newest - int(query["limit"][0]))
            links = b'{"next": "there"}' if oldest > first else b"{}"
            content = b'{"data": [%b], "links": %b}' % (b",".join(self.records[oldest:newest][::-1]), links)
            answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(content), content)
            asyncio.get_running_loop().call_later(LATENCY, self._transport.write, answer)


def _seconds(text: str) -> float:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


async def serve(count: int) -> None:
    """Serve until killed; the first line of output is the URL."""
    step = (END - START) / count
    moments = [START + place * step for place in range(count)]
    Server.times = [moment.timestamp() for moment in moments]
    Server.records = [_record(place, moment) for place, moment in enumerate(moments)]
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def _record(place: int, at: datetime) -> bytes:
    moment = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 10_000:02}Z"
    receipt: dict[str, object] = {"status": "message buffered", "status_code": 1003, "timestamp": moment, "level": 2}
    receipt["status_code_description"] = "Message accepted by Carrier"
    attributes: dict[str, object] = {
        "body": f"Your code is {place:06}",
        "status": "message buffered",
        "direction": "outbound",
    }
    attributes |= {"amount_nanodollars": 4000000, "to": "12061232634", "message_encoding": 0, "timestamp": moment}
    attributes |= {"delivery_receipts": [receipt, receipt], "amount_display": "$0.0040", "from": "12012673227"}
    attributes |= {"is_mms": False, "message_type": "longcode"}
    return json.dumps({"attributes": attributes, "type": "message", "id": f"mdr2-{place:032x}"}).encode()


@contextmanager
def serving(count: int) -> Iterator[str]:
    """Run the server in a process of its own; yield its URL."""
    command = [sys.executable, __file__, "--serve", "--messages", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield cast("IO[str]", process.stdout).readline().strip()
        finally:
            process.kill()


def resident() -> float:
    """Return the memory that the process holds, in MB (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def read(messages: AsyncIterator[Message]) -> tuple[int, int, float]:
    """Read all messages; return how many there were, what they cost, and by how many MB the process has grown."""
    count, nanodollars, before = 0, 0, 0.0
    async for message in messages:
        count += 1
        nanodollars += message.amount_nanodollars or 0
        if count == FIRST:
            before = resident()
    return count, nanodollars, resident() - before


async def measure(url: str, count: int, folder: Path) -> float:
    """Measure both; return how many times faster the history is."""
    async with FlowrouteClient(access_key="x", secret_key="x", base_url=url) as client:
        began, cpu = time.perf_counter(), time.process_time()
        async with client.messages.history(START, END, checkpoint=folder / "history.db") as history:
            found, cost, grown = await read(history)
        fast, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(history.report)
        print(f"history: {found} messages, {cost / 1e9:.2f} dollars, {_used(fast, cpu, grown)}", flush=True)
        in_file = sum(1 for _ in rows(folder / "history.db"))
        began, cpu = time.perf_counter(), time.process_time()
        listed, listed_cost, grown = await read(aiter(client.messages.list(start_date=START, end_date=END)))
        slow, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(f"list:    {listed} messages, {listed_cost / 1e9:.2f} dollars, {_used(slow, cpu, grown)}")
    if not found == listed == in_file == count or cost != listed_cost:
        raise RuntimeError("messages are missing, or came twice")
    return slow / fast


def _used(seconds: float, cpu: float, grown: float) -> str:
    return f"{seconds:.1f} s, {cpu:.1f} s of CPU, {grown:.0f} MB more"


def main() -> None:
    """Measure, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.messages))
        return
    with serving(given.messages) as url, tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(measure(url, given.messages, Path(folder)))
    print(f"{times:.1f} times as fast as a loop over pages (target: {TARGET:.0f})")


if __name__ == "__main__":
    main()

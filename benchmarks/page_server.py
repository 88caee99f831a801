"""A bare server in a process of its own: answers every request at once with one page of 200 numbers."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ITEMS = 200


def page() -> bytes:
    """Return a page as the vendor sends it, the same every time."""
    chance = random.Random(1)  # noqa: S311 - a page needs repeatable numbers, not secret ones
    numbers = [f"1646{3_000_000 + place}" for place in range(ITEMS)]
    document = {
        "data": [
            {
                "attributes": {
                    "rate_center": "nwyrcyzn01",
                    "value": number,
                    "monthly_cost": 1.25,
                    "state": "ny",
                    "number_type": "standard",
                    "setup_cost": chance.choice([1, 3.99]),
                },
                "type": "number",
                "id": number,
                "links": {"related": f"https://api.flowroute.com/v2/numbers/{number}"},
            }
            for number in numbers
        ],
        "links": {"self": "https://api.flowroute.com/v2/numbers/available?state=NY&limit=200&offset=0"},
    }
    return json.dumps(document).encode()


class Answering(asyncio.Protocol):
    """Answers each request of a connection; requests have no body."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            _, _, self._received = self._received.partition(b"\r\n\r\n")
            if isinstance(self._transport, asyncio.WriteTransport):
                self._transport.write(self.answer)


async def serve() -> None:
    """Serve until killed; the first line of output is the port."""
    body = page()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.api+json\r\ncontent-length: {len(body)}\r\n\r\n"
    Answering.answer = head.encode() + body
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running() -> Iterator[str]:
    """Start the server; give its URL."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve())

"""A server that speaks HTTP by hand, misbehaves at a chosen moment, and counts what it carried out."""

import asyncio
import itertools
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.fault_calls import Call


@dataclass
class Case:
    """What the server does for one client, which is known by the first part of its paths, and what it saw."""

    prefix: str
    call: Call
    fault: "Fault | None" = None
    times: int = 0
    requests: int = 0
    effects: int = 0
    authorized: int = 0
    carried_out: Counter[str] = field(default_factory=Counter[str])
    """How often it did each thing: the requests' first lines, without the version."""


@dataclass
class Peer:
    """One connection from a client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    stale: bool = False
    stays: bool = False
    target: str = ""

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reset(self) -> None:
        """Hang up with a RST, so that the client sees the connection break."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def stall(self) -> None:
        """Say nothing until the client hangs up."""
        while await self.reader.read(65536):
            pass

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.stays = True
        await self.send(head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/vnd.api+json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Behaviour = Callable[[Peer, Case], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A way to misbehave.

    Attributes:
        name: What it does.
        behave: Does it.
        carried_out: Whether the server did what the request asks for before.
        once: What the caller must get where it happens once: for calls that may be repeated, and for others.
        always: The same where it happens each time.
        slow: Whether the client finds out by its timeout only.
        idle: Whether it happens to a connection that was used before.
    """

    name: str
    behave: Behaviour = field(repr=False)
    carried_out: bool
    once: tuple[str, str]
    always: tuple[str, str]
    slow: bool = False
    idle: bool = False


class Server:
    """Runs in a thread of its own, with an event loop of its own."""

    def __init__(self) -> None:
        self.port = 0
        self.cases: dict[str, Case] = {}
        self._numbers = itertools.count()
        self._open: set[int] = set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._main: asyncio.Task[None] | None = None

    def case(self, call: Call, fault: Fault | None = None, times: int = 0) -> Case:
        prefix = f"case{next(self._numbers)}"
        case = self.cases[prefix] = Case(prefix, call, fault, times)
        return case

    def url(self, case: Case, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{case.prefix}"

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def settled(self, seconds: float = 5.0) -> bool:
        """Wait until every client has hung up."""
        ends = time.monotonic() + seconds
        while self._open and time.monotonic() < ends:
            threading.Event().wait(0.005)
        return not self._open

    @contextmanager
    def running(self) -> Iterator["Server"]:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the fault server did not start")
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._stop)
            thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    def _stop(self) -> None:
        if self._main is not None:
            self._main.cancel()

    async def _serve(self) -> None:
        self._main = asyncio.current_task()
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0, backlog=2048, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        mark = id(peer)
        self._open.add(mark)
        try:
            while await self._exchange(peer):
                pass
            if not writer.transport.is_closing():
                # A client that forgot this connection is found out: it never hangs up.
                writer.write_eof()
                await peer.stall()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(mark)
            writer.transport.abort()

    async def _exchange(self, peer: Peer) -> bool:
        """Serve one request; tell whether the connection stays."""
        if peer.stale:
            if not await peer.reader.read(1):
                return False
            await peer.reset()
            return False
        lines = (await peer.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        peer.target = lines[0].split(" ")[1]
        case = self.cases[peer.target.split("/")[1].split("?")[0]]
        await peer.reader.readexactly(int(headers.get("content-length", 0)))
        case.requests += 1
        case.authorized += "authorization" in headers
        if case.fault is not None and case.requests <= case.times:
            case.effects += case.fault.carried_out
            peer.stays = False
            await case.fault.behave(peer, case)
            return peer.stays
        case.effects += 1
        case.carried_out[lines[0].rpartition(" ")[0]] += 1
        await peer.answer(case.call.status, case.call.body)
        return True

"""A server that speaks HTTP by hand, misbehaves at a chosen moment, and counts what it carried out."""

import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio

from tests.faults.fault_calls import Call
from tests.faults.fault_peer import Peer, serving


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
    """Runs in the event loop of the client."""

    def __init__(self) -> None:
        self.port = 0
        self.cases: dict[str, Case] = {}
        self.open_connections = 0
        self._numbers = itertools.count()

    def case(self, call: Call, fault: Fault | None = None, times: int = 0) -> Case:
        prefix = f"case{next(self._numbers)}"
        case = self.cases[prefix] = Case(prefix, call, fault, times)
        return case

    def url(self, case: Case, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{case.prefix}"

    async def settled(self) -> bool:
        """Return whether every client has hung up, as soon as that had time to arrive."""
        await anyio.sleep(1)
        return not self.open_connections

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["Server"]:
        async with serving(self._handle) as self.port:
            yield self

    async def _handle(self, peer: Peer) -> None:
        self.open_connections += 1
        try:
            while await self._exchange(peer):
                pass
            # A client that forgot this connection is found out: it never hangs up.
            peer.end()
            await peer.stall()
        finally:
            self.open_connections -= 1

    async def _exchange(self, peer: Peer) -> bool:
        """Serve one request; tell whether the connection stays."""
        if peer.stale:
            await peer.receive()
            peer.reset()
            return False
        lines = (await peer.read_until(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        peer.target = lines[0].split(" ")[1]
        case = self.cases[peer.target.split("/")[1].split("?")[0]]
        await peer.read(int(headers.get("content-length", 0)))
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

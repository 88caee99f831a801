"""Connections of a server in the test's own event loop, with the socket at hand, so that they can break in any way."""

import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import anyio


class Peer:
    """One connection from a client."""

    def __init__(self, sock: socket.socket) -> None:
        self.stale = False
        self.stays = False
        self.target = ""
        self.port: int = sock.getsockname()[1]
        self._sock = sock
        self._received = bytearray()
        sock.setblocking(False)
        # Else the second of two small writes would wait for the client's system to acknowledge the first, in real time.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def receive(self) -> bytes:
        """Wait for bytes; none came where the client has hung up."""
        while True:
            try:
                return self._sock.recv(65536)
            except BlockingIOError:
                await anyio.wait_readable(self._sock)

    async def read(self, size: int) -> bytes:
        while len(self._received) < size:
            await self._read_on()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    async def read_until(self, end: bytes) -> bytes:
        while end not in self._received:
            await self._read_on()
        return await self.read(self._received.index(end) + len(end))

    async def _read_on(self) -> None:
        data = await self.receive()
        if not data:
            raise ConnectionAbortedError
        self._received += data

    async def send(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            await anyio.wait_writable(self._sock)
            with suppress(BlockingIOError):
                left = left[self._sock.send(left) :]

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.stays = True
        await self.send(head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)

    async def stall(self) -> None:
        """Send nothing until the client hangs up."""
        while await self.receive():
            pass

    def end(self) -> None:
        """Send no more."""
        self._sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Hang up with a RST, so that the client sees the connection break."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/vnd.api+json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@asynccontextmanager
async def serving(handle: Callable[[Peer], Awaitable[None]]) -> AsyncGenerator[int]:
    """Accept connections on a port of loopback and handle each, until it breaks or `handle` is done with it."""

    async def hold(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            await handle(Peer(sock))

    async def accept(listener: socket.socket) -> None:
        while True:
            await anyio.wait_readable(listener)
            group.start_soon(hold, listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        async with anyio.create_task_group() as group:
            group.start_soon(accept, listener)
            yield listener.getsockname()[1]
            group.cancel_scope.cancel()

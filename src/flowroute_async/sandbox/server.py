"""Serves a sandbox over HTTP with uvicorn: in the foreground until it is told to stop, or in a thread."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import ClassVar, Literal

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from flowroute_async.sandbox.connection import TRANSPORT
from flowroute_async.sandbox.sandbox import Sandbox

_START_TIMEOUT = 30.0
_LAST_PORT = 65535
HttpImplementation = Literal["auto", "h11", "httptools"]


def serve(
    sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, announce: Callable[[str], None] | None = None
) -> None:
    """Serve a sandbox until SIGINT or SIGTERM, then close it.

    Args:
        sandbox: What to serve.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.
        announce: Called with the URL as soon as it accepts connections.

    Raises:
        OSError: If the address cannot be listened on.
        ValueError: If there is no such port.
    """
    with closing(sandbox):
        server, listener = _server(sandbox, host, port, "auto", announce or _ignore)
        with stopped_by_signals(server):
            server.run(sockets=[listener])


@contextmanager
def stopped_by_signals(server: uvicorn.Server) -> Generator[None]:
    """Stop a server at SIGINT and SIGTERM, which uvicorn raises again when all is closed: they end no process here."""

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def running(
    sandbox: Sandbox | None = None, *, host: str = "127.0.0.1", port: int = 0, http: HttpImplementation = "auto"
) -> Generator[str]:
    """Serve a sandbox in a thread, for as long as the context lasts.

    Args:
        sandbox: What to serve; it stays open. By default a new one.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.
        http: uvicorn's implementation of HTTP.

    Yields:
        The URL.

    Raises:
        OSError: If the address cannot be listened on.
        ValueError: If there is no such port.
        RuntimeError: If the server did not start.
    """
    ready = Event()
    server, listener = _server(sandbox or Sandbox(), host, port, http, lambda _url: ready.set())
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="flowroute-sandbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(_START_TIMEOUT):
            raise RuntimeError("the sandbox did not start")
        yield _url(listener)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _server(
    sandbox: Sandbox, host: str, port: int, http: HttpImplementation, announce: Callable[[str], None]
) -> tuple[uvicorn.Server, socket.socket]:
    listener = _listener(host, port)
    transports: dict[object, asyncio.BaseTransport] = {}
    config = uvicorn.Config(
        _with_transports(sandbox.app, transports),
        http=http,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    config.load()
    config.http_protocol_class = type(
        "RememberedProtocol", (_Remembers, config.http_protocol_class), {"transports": transports}
    )
    return _AnnouncedServer(config, lambda: announce(_url(listener))), listener


def _listener(host: str, port: int) -> socket.socket:
    family, address = (socket.AF_INET6, f"[{host}]:{port}") if ":" in host else (socket.AF_INET, f"{host}:{port}")
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(f"the port must be from 0 to {_LAST_PORT}")
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # A name that cannot be resolved has a negative number, which is none of the system's errors.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "there is no such address"
        raise OSError(error.errno, f"{address} cannot be listened on: {reason}") from None


class _AnnouncedServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


class _Remembers(asyncio.Protocol):
    """Remembers each connection's transport by its peer, whichever implementation of HTTP it is mixed into."""

    transports: ClassVar[dict[object, asyncio.BaseTransport]]
    _peer: object = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._peer = tuple(transport.get_extra_info("peername")[:2])
        self.transports[self._peer] = transport
        # asyncio sets it only on sockets made with a protocol number, which accepted ones do not have; without it, the
        # second packet of an answer waits some 40 ms for the first one to be acknowledged.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transports.pop(self._peer, None)
        super().connection_lost(exc)


def _with_transports(app: ASGIApp, transports: dict[object, asyncio.BaseTransport]) -> ASGIApp:
    async def with_transports(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            extensions = {**scope.get("extensions", {}), TRANSPORT: transports.get(scope["client"])}
            scope = {**scope, "extensions": extensions}
        await app(scope, receive, send)

    return with_transports


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _ignore(_url: str) -> None:
    pass

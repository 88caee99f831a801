"""The connection pools: one connection for each request in flight, and a pool for each event loop.

httpx's own pool slows down as connections grow, since each request walks all of them, and cancelled waiters can leave
it refusing later requests. So requests queue here, and each connection is an httpx transport of its own.
"""

import asyncio
import os
import ssl
import threading
from asyncio import AbstractEventLoop
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import anyio
import anyio.lowlevel
import httpx

from flowroute_async.errors import ConfigurationError, FlowrouteError
from flowroute_async.exchange import Answer, Exchange, NoResponse, SendStatus, drop
from flowroute_async.foreign_transport import AsyncTransport, as_httpx_transport
from flowroute_async.leftovers import ReceiveBuffers
from flowroute_async.proxies import proxy_for

if TYPE_CHECKING:
    from socket import socket

    from trio.lowlevel import TrioToken

KEEP_ALIVE = 5.0
"""Seconds: how long an idle connection is kept."""
# Seconds: a connection that was in use so recently is still there.
_WARM = 1.0
# Seconds: what is cancelled ends at once, unless a transport of the user's own is slow to.
_LONGEST_ENDING = 5.0


_TASKS = set["asyncio.Task[None]"]()


class ConnectionsElsewhereError(FlowrouteError):
    """The connections belong to another event loop that runs at this moment, or to the parent process."""


@dataclass(slots=True)
class _Idle:
    """A connection that waits for its next request."""

    transport: httpx.AsyncBaseTransport
    buffers: ReceiveBuffers
    since: float


class ConnectionPool:
    """As many connections as requests may be in flight, opened as they are needed, all of one event loop."""

    def __init__(
        self,
        count: int,
        open_connection: Callable[[], httpx.AsyncBaseTransport],
        shared: httpx.AsyncBaseTransport | None,
        *,
        closed: bool,
    ) -> None:
        """Open nothing yet.

        Args:
            count: How many requests may be in flight.
            open_connection: Makes the transport of a connection.
            shared: A transport that all requests use instead, which is neither renewed nor replaced.
            closed: Whether the client was closed before, on another event loop.
        """
        self.closed: bool = closed
        """Whether the client was closed."""
        self.leaving: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)
        """By kind of call: held while a call that a job records waits for its turn and is recorded."""
        self._free = anyio.Semaphore(count)
        self._open_connection = open_connection
        self._shared = shared
        self._idle: list[_Idle] = []
        self._waiting: set[anyio.CancelScope] = set()
        self._in_flight: dict[Exchange, anyio.CancelScope] = {}
        self._generation = 0
        self._call_off_sweep: Callable[[], object] | None = None
        self._ended = anyio.Event()
        self._loop = anyio.lowlevel.current_token().native_token
        self._process = os.getpid()

    def is_here(self) -> bool:
        """Whether the pool belongs to the event loop that runs here."""
        return self._loop is anyio.lowlevel.current_token().native_token and not self.is_inherited()

    def is_inherited(self) -> bool:
        """Whether the pool belongs to the parent of this process, which was forked."""
        return self._process != os.getpid()

    def is_elsewhere(self) -> bool:
        """Whether the pool belongs to another event loop of this process, which runs at this moment."""
        if self.is_inherited():
            return False
        if isinstance(self._loop, AbstractEventLoop):
            return self._loop.is_running()
        try:
            cast("TrioToken", self._loop).run_sync_soon(_nothing)
        except RuntimeError:  # trio.RunFinishedError
            return False
        return True

    def abandon(self) -> None:
        """Close the connections of a pool whose event loop has ended or rests, or belongs to the parent process.

        Nothing is sent on them: in a forked child they are the parent's as well.
        """
        self.closed = True
        idle, self._idle = self._idle, []
        if isinstance(self._loop, AbstractEventLoop) and not self._loop.is_closed() and not self.is_inherited():
            self._loop.call_soon_threadsafe(_close_on, self._loop, idle)  # it closes them when it runs again
            return
        for one in idle:
            with suppress(Exception):
                # Both asyncio and trio wrap the socket, and both wrappers need their event loop to close it.
                sock: object = one.buffers.socket
                cast("socket", getattr(sock, "_sock", sock)).close()

    @property
    def is_shared(self) -> bool:
        """Whether all requests use one transport of the user's, which does not tell when bytes leave."""
        return self._shared is not None

    async def acquire(self, time_left: float) -> bool:
        """Wait for a free connection, in the order of asking; `release` must follow where it is True.

        Returns:
            False where none became free within `time_left` seconds.
        """
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            return await in_time(self._free.acquire, time_left)
        return True

    def release(self) -> None:
        """Free the connection for the next request."""
        self._free.release()

    @contextmanager
    def interruptible(self) -> Generator[None]:
        """End whatever is awaited within as soon as the pool is closed."""
        with anyio.CancelScope() as scope:
            if self.closed:
                scope.cancel()
            self._waiting.add(scope)
            try:
                yield
            finally:
                self._waiting.discard(scope)

    async def send(self, exchange: Exchange, *, seconds: float, limit: float, fresh: bool) -> Answer | NoResponse:
        """Send a request on a connection that was acquired, and read the whole answer.

        Args:
            exchange: What to send; its `status` says how far it came, also where this is cancelled.
            seconds: How long it may take, from connecting to the last byte.
            limit: The limit that was set, which the error names: the attempt's or the whole call's.
            fresh: Use a new connection. On one that was idle the server may just have hung up, and then nobody could
                say whether it read the request; what must not be repeated is not sent that way.
        """
        if seconds <= 0:
            return NoResponse(SendStatus.NOT_SENT, "no time was left")
        if self.closed:
            return NoResponse(SendStatus.NOT_SENT, "the client was closed")
        with anyio.move_on_after(seconds) as scope:
            self._in_flight[exchange] = scope
            try:
                return await self._on_a_connection(exchange, fresh=fresh)
            finally:
                del self._in_flight[exchange]
                self._ended.set()
        in_time = anyio.current_time() < scope.deadline
        return exchange.interrupted("the client was closed" if in_time else f"no answer within {limit:.3g} seconds")

    async def _on_a_connection(self, exchange: Exchange, *, fresh: bool) -> Answer | NoResponse:
        if self._shared is not None:
            return await exchange.run(self._shared, own=False, watch=True)
        idle = await self._take_idle()
        if fresh and idle is not None:
            await drop(idle.transport)
            idle = None
        # One that was in use a moment ago is still open, and needs no watching while it opens.
        watch = idle is None or anyio.current_time() - idle.since > _WARM
        transport = self._open_connection() if idle is None else idle.transport
        generation = self._generation
        try:
            return await exchange.run(transport, own=True, watch=watch)
        finally:
            if exchange.buffers is not None and not self.closed and generation == self._generation:
                self._idle.append(_Idle(transport, exchange.buffers, anyio.current_time()))
                self._sweep_later(KEEP_ALIVE)
            else:
                await drop(transport)

    async def _take_idle(self) -> _Idle | None:
        """Return the connection that was in use last, if nothing came on it in the meantime, not even its end."""
        while self._idle:
            idle = self._idle.pop()
            if idle.buffers.are_empty():
                return idle
            await drop(idle.transport)
        return None

    async def renew(self) -> None:
        """Use no connection again that was opened before: what came on one of them was not what was asked for."""
        self._generation += 1
        while self._idle:
            await drop(self._idle.pop().transport)

    async def _close_expired(self) -> None:
        """Close what has been idle for too long; the server has closed most of that already."""
        self._call_off_sweep = None
        expired = anyio.current_time() - KEEP_ALIVE
        while self._idle and self._idle[0].since <= expired:
            await drop(self._idle.pop(0).transport)
        if self._idle:
            self._sweep_later(self._idle[0].since - expired)

    def _sweep_later(self, seconds: float) -> None:
        if self._call_off_sweep is None and not self.closed:
            self._call_off_sweep = _call_later(seconds, self._close_expired)

    async def aclose(self) -> None:
        """Close every connection; nothing leaves after this returns.

        What waits is ended. What is under way is ended too, but for requests that are written whole: they get their
        answers.
        """
        self.closed = True
        for scope in self._waiting:
            scope.cancel()
        if self._call_off_sweep is not None:
            self._call_off_sweep()
        with anyio.move_on_after(_LONGEST_ENDING, shield=True):
            while unwritten := [one for one in self._in_flight if self._shared is not None or not one.is_written]:
                for exchange in unwritten:
                    self._in_flight[exchange].cancel()
                if self._ended.is_set():  # or else others close as well, and wait for it
                    self._ended = anyio.Event()
                await self._ended.wait()
        while self._idle:
            await drop(self._idle.pop().transport)
        if self._shared is not None:
            await drop(self._shared)


async def in_time(acquire: Callable[[], Awaitable[None]], time_left: float) -> bool:
    """Acquire something; return whether that was done within `time_left` seconds."""
    with anyio.move_on_after(time_left):
        await acquire()
        return True
    return False


class Connections:
    """The connections of a client: a pool for the event loop that uses it, one after the other."""

    def __init__(
        self,
        count: int,
        open_connection: Callable[[], httpx.AsyncBaseTransport],
        shared: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            count: How many requests may be in flight.
            open_connection: Makes the transport of a connection.
            shared: A transport of the user's own, which all requests use and which is closed with the client.
        """
        self.closed: bool = False
        """Whether `aclose` was called."""
        self._count, self._open_connection, self._shared = count, open_connection, shared
        self._pool: ConnectionPool | None = None
        self._binding = threading.Lock()

    @property
    def is_left_open(self) -> bool:
        """Whether connections of its own were used, and nobody has closed them."""
        return self._pool is not None and self._shared is None and not self.closed

    def pool(self) -> ConnectionPool:
        """Return the pool of the event loop that runs here.

        Connections of a loop that has ended, or of the parent process, are closed at once.

        Raises:
            ConnectionsElsewhereError: If another loop that still runs uses them, or they are those of a transport of
                the user's that the parent process has used.
        """
        pool = self._pool
        if pool is not None and pool.is_here():
            return pool
        with self._binding:
            if self._is_inherited():
                raise ConnectionsElsewhereError(
                    "http_transport was in use before this process was forked, and its connections are the parent's: "
                    "build a client and a transport in each process"
                )
            if self._pool is not None and self._pool.is_elsewhere():
                raise ConnectionsElsewhereError(
                    "this client is in use on another event loop, to which its connections belong: build one client "
                    "for each event loop"
                )
            if self._pool is not None:
                self._pool.abandon()
            self._pool = ConnectionPool(self._count, self._open_connection, self._shared, closed=self.closed)
            return self._pool

    def _is_inherited(self) -> bool:
        """Whether two processes would use one connection: answers would come to whichever reads first."""
        return self._shared is not None and self._pool is not None and self._pool.is_inherited()

    async def aclose(self) -> None:
        """Close every connection, and refuse further calls; nothing leaves after this returns.

        Raises:
            ConnectionsElsewhereError: If another loop that still runs uses them.
        """
        if (self._pool is None and self._shared is None) or self._is_inherited():  # the parent closes its own
            self.closed = True
            return
        pool = self.pool()
        self.closed = True
        await pool.aclose()


def _close_on(loop: AbstractEventLoop, idle: list[_Idle]) -> None:
    async def close() -> None:
        for one in idle:
            await drop(one.transport)

    _keep(loop.create_task(close()))


def _keep(task: "asyncio.Task[None]") -> None:
    """Keep a task alive until it is done, which asyncio does not."""
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


def _call_later(seconds: float, run: Callable[[], Coroutine[object, object, None]]) -> Callable[[], object]:
    """Run something later without holding up the end of the event loop; return what calls it off."""
    loop = anyio.lowlevel.current_token().native_token
    if isinstance(loop, AbstractEventLoop):
        return loop.call_later(seconds, lambda: _keep(loop.create_task(run()))).cancel

    import trio  # noqa: PLC0415 - it runs here, so it is there; with asyncio it need not be

    async def wait() -> None:
        with scope:
            await anyio.sleep(seconds)
            await run()

    scope = anyio.CancelScope()
    trio.lowlevel.spawn_system_task(wait)
    return scope.cancel


def _nothing() -> None:
    pass


def open_connections(
    count: int,
    base_url: str,
    *,
    http_transport: AsyncTransport | None,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
) -> Connections:
    """Set up the connections of a client.

    Raises:
        ConfigurationError: If an address cannot be used, TLS is set up not to verify the server, or `http_transport`
            is no transport or comes with what it brings itself.
    """
    try:
        httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url is not a URL") from None
    if http_transport is not None:
        transport = as_httpx_transport(http_transport)
        if transport is None:
            raise ConfigurationError(
                "http_transport must be an AsyncBaseTransport of httpx or httpx2, and is of the type "
                f"{type(http_transport).__name__}"
            )
        if proxy is not None or ssl_context is not None:
            raise ConfigurationError("http_transport brings its own proxy and TLS: pass proxy= and ssl_context= to it")
        return Connections(count, lambda: transport, transport)
    if ssl_context is not None and (ssl_context.verify_mode is ssl.CERT_NONE or not ssl_context.check_hostname):
        raise ConfigurationError(
            "ssl_context does not verify the server, so anybody could read the keys; for a private root, "
            "load it into ssl.create_default_context()"
        )
    through = proxy_for(base_url, proxy)
    context = ssl_context

    def open_connection() -> httpx.AsyncBaseTransport:
        nonlocal context
        if context is None:
            try:
                context = httpx.create_ssl_context()
            except OSError:
                raise ConfigurationError("the root certificates cannot be read; see SSL_CERT_FILE") from None
        return httpx.AsyncHTTPTransport(verify=context, proxy=through)

    return Connections(count, open_connection)

"""The connection pool: one connection for each request in flight. The HTTP library is used here only.

httpx's own pool slows down as connections grow, since each request walks all of them, and cancelled waiters can leave
it refusing later requests. So requests queue here, and each connection is an httpx transport of its own.
"""

import importlib.util
import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import anyio
import httpx

from flowroute_async.errors import ConfigurationError, InvalidArgumentError
from flowroute_async.privacy import discreetly

if TYPE_CHECKING:
    import httpcore

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_ACCEPTED_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
_ANY_ZLIB_HEADER = zlib.MAX_WBITS | 32
_WITHOUT_BODY = frozenset({204, 304})
# Seconds: a connection that was in use so recently is still there.
_WARM = 1.0
_NO_TIMEOUTS = {"connect": None, "read": None, "write": None, "pool": None}


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire: everything of it may be secret or personal, so its repr shows nothing."""

    method: str = field(repr=False)
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `too_large` where the body was cut at the limit."""

    status_code: int
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    too_large: bool = False


class SendStatus(Enum):
    """How far a request came that has no answer."""

    NOT_SENT = "not sent"
    MAYBE_SENT = "maybe sent"


@dataclass(frozen=True, slots=True)
class NoResponse:
    """No whole answer came."""

    status: SendStatus
    problem: str
    cause: Exception | None = field(default=None, repr=False)


class ConnectionPool:
    """As many connections as requests may be in flight, opened as they are needed."""

    def __init__(self, count: int, open_connection: Callable[[], httpx.AsyncBaseTransport], *, shared: bool) -> None:
        """Open nothing yet.

        Args:
            count: How many requests may be in flight.
            open_connection: Makes the transport of a connection.
            shared: Whether all requests use one transport, which then is neither renewed nor replaced.
        """
        self._free = anyio.Semaphore(count, max_value=count, fast_acquire=True)
        self._open_connection = open_connection
        self._shared = open_connection() if shared else None
        self._idle: list[tuple[httpx.AsyncBaseTransport, float]] = []
        self.closed: bool = False
        """Whether `aclose` was called."""

    async def acquire(self, time_left: float) -> bool:
        """Wait for a free connection, in the order of asking; `release` must follow where it is True.

        Returns:
            False where none became free within `time_left` seconds.
        """
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(time_left):
                await self._free.acquire()
                return True
            return False
        return True

    def release(self) -> None:
        """Free the connection for the next request."""
        self._free.release()

    async def send(self, request: Request, *, seconds: float, max_bytes: int, fresh: bool) -> Answer | NoResponse:
        """Send a request on a connection that was acquired, and read the whole answer.

        Args:
            request: What to send.
            seconds: How long it may take, from connecting to the last byte.
            max_bytes: The largest body to accept.
            fresh: Use a new connection. On one that was idle the server may just have hung up, and then nobody could
                say whether it read the request; what must not be repeated is not sent that way.

        Raises:
            InvalidArgumentError: If the request is too long for a URL.
        """
        exchange = _Exchange(request, max_bytes)
        with anyio.move_on_after(seconds):
            return await self._on_a_connection(exchange, fresh=fresh)
        return NoResponse(exchange.status, f"no answer within {max(seconds, 0.0):.3g} seconds")

    async def _on_a_connection(self, exchange: "_Exchange", *, fresh: bool) -> Answer | NoResponse:
        if self._shared is not None:
            return await exchange.run(self._shared, watch=True)
        connection, used_at = self._idle.pop() if self._idle else (None, 0.0)
        if fresh and connection is not None:
            await _drop(connection)
            connection = None
        # One that was in use a moment ago is still open, and needs no watching while it opens.
        watch = connection is None or anyio.current_time() - used_at > _WARM
        connection = connection or self._open_connection()
        sound = False
        try:
            answer = await exchange.run(connection, watch=watch)
            sound = isinstance(answer, Answer) and not answer.too_large
            return answer
        finally:
            if sound and not self.closed:
                self._idle.append((connection, anyio.current_time()))
            else:
                await _drop(connection)

    async def aclose(self) -> None:
        """Close every idle connection; those in use close when their request ends."""
        self.closed = True
        while self._idle:
            await _drop(self._idle.pop()[0])
        if self._shared is not None:
            await _drop(self._shared)


async def _drop(closable: "httpx.AsyncBaseTransport | httpcore.AsyncNetworkStream") -> None:
    # Nothing that goes wrong here matters any more, such as a connection whose event loop has ended.
    with anyio.CancelScope(shield=True), suppress(Exception):
        await closable.aclose()


class _Body(httpx.AsyncByteStream):
    """A request's body; unlike httpx's own, no generator that is left half-read where the server hangs up."""

    def __init__(self, content: bytes) -> None:
        self._parts = iter((content,))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        for part in self._parts:
            return part
        raise StopAsyncIteration


class _Exchange:
    """One request and its answer, and how far it came."""

    def __init__(self, request: Request, max_bytes: int) -> None:
        self.status = SendStatus.MAYBE_SENT
        self._max_bytes = max_bytes
        self._opened: httpcore.AsyncNetworkStream | None = None
        self._watchable = False
        try:
            self._request = httpx.Request(
                request.method,
                request.url,
                headers=request.headers,
                content=request.content,
                extensions={"timeout": _NO_TIMEOUTS},
            )
        except httpx.InvalidURL:
            raise InvalidArgumentError("the query", "short enough for a URL, 64 KiB") from None
        if request.content is not None:
            self._request.stream = _Body(request.content)

    async def _trace(self, event: str, info: Mapping[str, object]) -> None:
        match event:
            case "connection.connect_tcp.complete":
                self._opened = cast("httpcore.AsyncNetworkStream", info["return_value"])
            case "http11.send_request_headers.started":
                # To a proxy, CONNECT goes first, and does nothing.
                if cast("httpcore.Request", info["request"]).method != b"CONNECT":
                    self.status = SendStatus.MAYBE_SENT
            case _:
                pass

    async def run(self, connection: httpx.AsyncBaseTransport, *, watch: bool) -> Answer | NoResponse:
        """Send and read; `watch` how far it comes, which a transport of the user's own does not say."""
        self._watchable = isinstance(connection, httpx.AsyncHTTPTransport)
        if watch and self._watchable:
            self.status = SendStatus.NOT_SENT
            self._request.extensions["trace"] = self._trace
        try:
            with discreetly():
                return await self._read(await connection.handle_async_request(self._request))
        except _NEVER_SENT as error:
            # Transports of others also call it a failed connection where the server hangs up on a request that it has.
            if not self._watchable:
                return NoResponse(self.status, f"the connection broke ({_kinds(error)})", error)
            self.status = SendStatus.NOT_SENT
            return NoResponse(self.status, f"no connection ({_kinds(error)})", error)
        except Exception as error:  # noqa: BLE001 - httpx lets bare errors of h11, ssl and anyio through: all mean the same
            return NoResponse(self.status, f"the connection broke ({_kinds(error)})")
        finally:
            if self.status is SendStatus.NOT_SENT and self._opened is not None:
                await _drop(self._opened)  # httpcore forgets a connection that is cancelled during the TLS handshake

    async def _read(self, response: httpx.Response) -> Answer:
        chunks = aiter(cast("AsyncIterable[bytes]", response.stream))
        whole = False
        try:
            answer = await self._body(response, chunks)
            whole = not answer.too_large
            return answer
        finally:
            await response.aclose()
            if not whole:
                await self._give_up(chunks)

    async def _give_up(self, chunks: AsyncIterator[bytes]) -> None:
        """End the generators of a body that is not read to its end, which would trouble the event loop."""
        with suppress(Exception):
            if self._watchable:
                async for _ in chunks:  # the connection is closed, so this ends at once, and ends the inner ones too
                    pass
            elif isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def _body(self, response: httpx.Response, chunks: AsyncIterator[bytes]) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in _ACCEPTED_ENCODINGS:
            raise zlib.error("a content-encoding that was not asked for")
        inflater = None if encoding in {"", "identity"} else zlib.decompressobj(_ANY_ZLIB_HEADER)
        body = bytearray()
        async for chunk in chunks:
            if inflater is None:
                body += chunk
            elif chunk:
                if inflater.eof:
                    raise zlib.error("data after the end of the compressed body")
                # A limit on each step keeps a bomb from growing past the bound before it is seen.
                body += inflater.decompress(chunk, self._max_bytes + 1 - len(body))
            if len(body) > self._max_bytes:
                return Answer(response.status_code, headers, bytes(body[: self._max_bytes]), too_large=True)
        if inflater is not None and not inflater.eof and response.status_code not in _WITHOUT_BODY:
            raise zlib.error("the compressed body ends too early")
        return Answer(response.status_code, headers, bytes(body))


def _kinds(error: BaseException) -> str:
    """Name what failed and what lies beneath; the texts may quote what was sent or answered."""
    kinds: list[str] = []
    beneath: BaseException | None = error
    while beneath is not None:
        if type(beneath).__name__ not in kinds:
            kinds.append(type(beneath).__name__)
        beneath = beneath.__cause__ or beneath.__context__
    return ", ".join(kinds)


def open_pool(
    count: int,
    base_url: str,
    *,
    http_transport: httpx.AsyncBaseTransport | None,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
) -> ConnectionPool:
    """Set up the connection pool of a client.

    Raises:
        ConfigurationError: If the proxy's address cannot be used, or TLS is set up not to verify the server.
    """
    if http_transport is not None:
        if proxy is not None or ssl_context is not None:
            raise ConfigurationError("http_transport brings its own proxy and TLS: pass proxy= and ssl_context= to it")
        return ConnectionPool(count, lambda: http_transport, shared=True)
    if ssl_context is not None and (ssl_context.verify_mode is ssl.CERT_NONE or not ssl_context.check_hostname):
        raise ConfigurationError(
            "ssl_context does not verify the server, so anybody could read the keys; for a private root, "
            "load it into ssl.create_default_context()"
        )
    try:
        httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ConfigurationError("base_url is not a URL") from None
    through = _proxy(base_url, proxy)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    context = ssl_context

    def open_connection() -> httpx.AsyncBaseTransport:
        nonlocal context
        if context is None:
            try:
                context = httpx.create_ssl_context()
            except OSError:
                raise ConfigurationError("the root certificates cannot be read; see SSL_CERT_FILE") from None
        return httpx.AsyncHTTPTransport(verify=context, limits=limits, proxy=through)

    return ConnectionPool(count, open_connection, shared=False)


def _proxy(base_url: str, proxy: str | None) -> httpx.Proxy | None:
    parts = urlsplit(base_url)
    if proxy is None:
        # Plain http is for loopback only: it must not leave the machine by way of a proxy, keys and all.
        if parts.scheme == "http" or proxy_bypass(parts.netloc):
            return None
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all")
        if proxy is None:
            return None
        proxy = proxy if "://" in proxy else f"http://{proxy}"
    if proxy.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ConfigurationError("a socks proxy needs the package socksio: pip install httpx[socks]")
    try:
        return httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL):
        # Neither the address nor the library's text: a proxy's address often holds a password.
        raise ConfigurationError("proxy must be an http://, https:// or socks5:// address") from None

"""The connections: one lane for each request in flight, each lane one connection. The HTTP library is used here only.

httpx's own pool slows down as connections grow, since each request walks all of them, and cancelled waiters can leave
it refusing later requests. So requests queue here, and a lane is an httpx transport with a single connection.
"""

import ssl
import zlib
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import anyio
import httpx

from flowroute_async.errors import ConfigurationError

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_ACCEPTED_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
_ANY_ZLIB_HEADER = zlib.MAX_WBITS | 32
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


class Fate(Enum):
    """How far a request came that has no answer."""

    NOT_SENT = "not sent"
    MAYBE_SENT = "maybe sent"


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer came."""

    fate: Fate
    problem: str
    cause: Exception | None = field(default=None, repr=False)


class Lanes:
    """As many connections as requests may be in flight, opened as they are needed."""

    def __init__(self, count: int, open_lane: Callable[[], httpx.AsyncBaseTransport], *, shared: bool) -> None:
        """Open nothing yet.

        Args:
            count: How many requests may be in flight.
            open_lane: Makes the transport of a lane.
            shared: Whether all lanes use one transport, which then is neither renewed nor replaced.
        """
        self._free = anyio.Semaphore(count, max_value=count, fast_acquire=True)
        self._open_lane = open_lane
        self._shared = open_lane() if shared else None
        self._idle: list[httpx.AsyncBaseTransport] = []
        self._closed = False

    async def exchange(
        self, request: Request, *, at_most: float, time_left: float, max_bytes: int, fresh: bool
    ) -> Answer | Lost:
        """Send a request on a free lane and read the whole answer.

        Args:
            request: What to send.
            at_most: Seconds for the exchange, once a lane is free.
            time_left: Seconds for the exchange and the wait for a lane.
            max_bytes: The largest body to accept.
            fresh: Use a new connection. On one that was idle the server may just have hung up, and then nobody could
                say whether it read the request; what must not be repeated is not sent that way.
        """
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            began = anyio.current_time()
            with anyio.move_on_after(time_left) as waiting:
                await self._free.acquire()
            if waiting.cancelled_caught:
                return Lost(Fate.NOT_SENT, "no free connection in time")
            time_left -= anyio.current_time() - began
        seconds = min(at_most, time_left)
        exchange = _Exchange(request, max_bytes, watch=fresh)
        try:
            with anyio.move_on_after(seconds):
                return await self._on_a_lane(exchange, fresh=fresh)
        finally:
            self._free.release()
        return Lost(exchange.fate, f"no answer within {seconds:.3g} seconds")

    async def _on_a_lane(self, exchange: "_Exchange", *, fresh: bool) -> Answer | Lost:
        lane = self._shared or (self._idle.pop() if self._idle else self._open_lane())
        if fresh and self._shared is None:
            await self._drop(lane)
            lane = self._open_lane()
        sound = False
        try:
            answer = await exchange.run(lane)
            sound = isinstance(answer, Answer) and not answer.too_large
            return answer
        finally:
            if self._shared is None:
                if sound and not self._closed:
                    self._idle.append(lane)
                else:
                    await self._drop(lane)

    async def _drop(self, lane: httpx.AsyncBaseTransport) -> None:
        with anyio.CancelScope(shield=True):
            await lane.aclose()

    async def aclose(self) -> None:
        """Close every idle connection; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._drop(self._idle.pop())
        if self._shared is not None:
            await self._drop(self._shared)


class _Exchange:
    """One request and its answer, and how far it came."""

    def __init__(self, request: Request, max_bytes: int, *, watch: bool) -> None:
        self.fate = Fate.NOT_SENT if watch else Fate.MAYBE_SENT
        self._max_bytes = max_bytes
        extensions: dict[str, object] = {"timeout": _NO_TIMEOUTS}
        if watch:
            extensions["trace"] = self._trace
        self._request = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.content, extensions=extensions
        )

    async def _trace(self, event: str, _info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            self.fate = Fate.MAYBE_SENT

    async def run(self, lane: httpx.AsyncBaseTransport) -> Answer | Lost:
        if not isinstance(lane, httpx.AsyncHTTPTransport):
            self.fate = Fate.MAYBE_SENT  # a transport of the user's own does not say how far it came
        try:
            response = await lane.handle_async_request(self._request)
            self.fate = Fate.MAYBE_SENT
            try:
                return await self._read(response)
            finally:
                await response.aclose()
        except _NEVER_SENT as error:
            return Lost(Fate.NOT_SENT, f"no connection ({type(error).__name__})", error)
        except (httpx.TransportError, zlib.error, OSError) as error:
            return Lost(self.fate, f"the connection broke ({type(error).__name__})", error)

    async def _read(self, response: httpx.Response) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in _ACCEPTED_ENCODINGS:
            raise zlib.error(f"content-encoding {encoding!r} was not asked for")
        inflater = None if encoding in {"", "identity"} else zlib.decompressobj(_ANY_ZLIB_HEADER)
        body = bytearray()
        async for chunk in cast("AsyncIterable[bytes]", response.stream):
            room = self._max_bytes + 1 - len(body)
            # A limit on each step keeps a bomb from growing past the bound before it is seen.
            body += chunk[:room] if inflater is None else inflater.decompress(chunk, room)
            if len(body) > self._max_bytes:
                return Answer(response.status_code, headers, bytes(body[: self._max_bytes]), too_large=True)
        if inflater is not None and body and not inflater.eof:
            raise zlib.error("the compressed body ends too early")
        return Answer(response.status_code, headers, bytes(body))


def open_lanes(
    count: int,
    base_url: str,
    *,
    http_transport: httpx.AsyncBaseTransport | None,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
) -> Lanes:
    """Set up the lanes of a client.

    Raises:
        ConfigurationError: If the proxy's address cannot be used, or TLS is set up not to verify the server.
    """
    if http_transport is not None:
        if proxy is not None or ssl_context is not None:
            raise ConfigurationError("http_transport brings its own proxy and TLS: pass proxy= and ssl_context= to it")
        return Lanes(count, lambda: http_transport, shared=True)
    if ssl_context is not None and (ssl_context.verify_mode is ssl.CERT_NONE or not ssl_context.check_hostname):
        raise ConfigurationError(
            "ssl_context does not verify the server, so anybody could read the keys; for a private root, "
            "load it into ssl.create_default_context()"
        )
    through = _proxy(base_url, proxy)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    context = ssl_context

    def open_lane() -> httpx.AsyncBaseTransport:
        nonlocal context
        if context is None:
            context = httpx.create_ssl_context()
        return httpx.AsyncHTTPTransport(verify=context, limits=limits, proxy=through)

    return Lanes(count, open_lane, shared=False)


def _proxy(base_url: str, proxy: str | None) -> httpx.Proxy | None:
    parts = urlsplit(base_url)
    if proxy is None:
        proxies = getproxies()
        if proxy_bypass(parts.netloc.rpartition("@")[2]):
            return None
        proxy = proxies.get(parts.scheme) or proxies.get("all")
        if proxy is None:
            return None
        proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        return httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL):
        # Neither the address nor the library's text: a proxy's address often holds a password.
        raise ConfigurationError("proxy must be an http://, https:// or socks5:// address") from None

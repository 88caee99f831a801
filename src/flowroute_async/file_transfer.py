"""Files on other hosts, at addresses that the API gives: fetched and sent without credentials, within a size.

Such an address holds its own permission, so it is as secret as a key: no text shows it, and nothing follows a redirect
away from it. It is not part of the API: no rate limit, no retry; whoever was refused asks the API for a new address.
"""

import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import cast
from urllib.parse import urlsplit

import anyio
import httpx

from flowroute_async.config import is_loopback
from flowroute_async.errors import ConfigurationError, FileTransferError
from flowroute_async.foreign_transport import AsyncTransport, as_httpx_transport
from flowroute_async.privacy import forget_frames, redact_library_logs
from flowroute_async.proxies import proxy_for
from flowroute_async.version import __version__

OK = range(200, 300)
_REDIRECTS = range(300, 400)
_ANY_ZLIB_HEADER = zlib.MAX_WBITS | 32
_PIECE = 1 << 16
_SLICE = 1 << 12


class FileTransfer:
    """Fetches and sends files for a client."""

    def __init__(
        self,
        *,
        http_transport: AsyncTransport | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        timeout: float = 30.0,
        allows_loopback: bool = False,
    ) -> None:
        """Open nothing yet.

        Args:
            http_transport: A transport of the user's own, which is not closed here.
            proxy: The address of a proxy; by default that of the environment.
            ssl_context: TLS settings.
            timeout: Seconds to connect, and from one piece of the file to the next.
            allows_loopback: Whether a file may come from this machine by http: only for an API that is there too.
        """
        self._own = None if http_transport is None else as_httpx_transport(http_transport)
        self._proxy = proxy
        self._ssl_context = ssl_context
        self._timeout = timeout
        self._allows_loopback = allows_loopback

    async def pieces(self, url: str, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """Fetch a file piece by piece, as it is stored.

        Args:
            url: Where it is.
            max_bytes: The largest file that is accepted.

        Raises:
            FileTransferError: If it cannot be fetched, or is larger.
        """
        async with self._answer("GET", url) as response:
            came = 0
            async with aclosing(_body(response)) as body:
                async for piece in body:
                    came += len(piece)
                    if came > max_bytes:
                        raise FileTransferError(f"the file is larger than {max_bytes} bytes", host=_host(url))
                    yield piece

    async def unpacked(self, url: str, *, max_bytes: int, as_stored: bool = False) -> AsyncGenerator[bytes]:
        """Fetch a file piece by piece, and decompress it if it is of gzip.

        Args:
            url: Where it is.
            max_bytes: The largest file that is accepted, decompressed.
            as_stored: Whether the pieces come as they are, once it is known that they can be decompressed.

        Raises:
            FileTransferError: If it cannot be fetched, is damaged, or is larger; and if it comes as it is stored and is
                not compressed.
        """
        host, size = _host(url), 0
        unpacker: _Gzip | _Plain | None = None
        # Compressed, a file can be a little larger, and have members that hold nothing.
        most = max_bytes + max_bytes // 1000 + _PIECE
        async with aclosing(self.pieces(url, max_bytes=most)) as raw, aclosing(_with_whole_start(raw)) as pieces:
            async for piece in pieces:
                unpacker = unpacker or (_Gzip(host) if piece.startswith(_GZIP) else _Plain(host, is_refused=as_stored))
                for part in unpacker.parts(piece):
                    size += len(part)
                    if size > max_bytes:
                        raise FileTransferError(f"the file is larger than {max_bytes} bytes", host=host)
                    if not as_stored:
                        yield part
                if as_stored:
                    yield piece
        if unpacker is not None and not unpacker.is_whole:
            raise FileTransferError("the file ends in the midst of its data", host=host)

    async def save(self, pieces: AsyncGenerator[bytes], path: Path) -> int:
        """Write pieces to a path, which holds the whole file or what it held before.

        Until all have come they stand beside it, in a file that is hidden, and removed where they do not come.

        Returns:
            How many bytes were written.

        Raises:
            FileTransferError: If they cannot be had.
            OSError: If they cannot be written.
        """
        part = anyio.Path(path.with_name(f".{token_hex(8)}.part"))
        written = 0
        try:
            async with aclosing(pieces), await part.open("xb") as file:
                async for piece in pieces:
                    written += await file.write(piece)
            await part.replace(path)
        finally:
            with anyio.CancelScope(shield=True):
                await part.unlink(missing_ok=True)
        return written

    async def send(self, url: str, content: bytes) -> None:
        """Send a file to an address that takes it by PUT.

        Raises:
            FileTransferError: If it is not taken.
        """
        async with self._answer("PUT", url, content):
            pass

    @asynccontextmanager
    async def _answer(self, method: str, url: str, content: bytes | None = None) -> AsyncGenerator[httpx.Response]:
        self._check(url)
        transport = self._own or self._open(url)
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        headers = {"user-agent": f"flowroute-async/{__version__}", "accept-encoding": "identity"}
        request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": timeouts})
        response: httpx.Response | None = None
        try:
            with redact_library_logs():
                response = await transport.handle_async_request(request)
            if response.status_code not in OK:
                status = response.status_code
                reason = "redirects are not followed" if status in _REDIRECTS else "the address may have expired"
                raise FileTransferError(f"HTTP {status}; {reason}", host=_host(url), status_code=status)
            yield response
        except httpx.HTTPError as error:
            # Neither the library's text nor its request: both may hold the address.
            forget_frames(error, None)
            raise FileTransferError(f"the connection failed ({type(error).__name__})", host=_host(url)) from None
        finally:
            with anyio.CancelScope(shield=True):
                if response is not None:
                    await response.aclose()
                if self._own is None:
                    await transport.aclose()

    def _check(self, url: str) -> None:
        try:
            parts, host = urlsplit(url), httpx.URL(url).host
        except (ValueError, httpx.InvalidURL):
            raise FileTransferError("its address is not a URL", host="") from None
        if parts.scheme != "https" and not (parts.scheme == "http" and self._allows_loopback and is_loopback(host)):
            raise FileTransferError("its address does not begin with https://", host=_host(url))
        if not host or parts.username is not None:
            raise FileTransferError("its address is not that of a host alone", host=_host(url))

    def _open(self, url: str) -> httpx.AsyncBaseTransport:
        try:
            verify = self._ssl_context or httpx.create_ssl_context()
        except OSError:
            raise ConfigurationError("the root certificates cannot be read; see SSL_CERT_FILE") from None
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
        return httpx.AsyncHTTPTransport(verify=verify, limits=limits, proxy=proxy_for(url, self._proxy))


_GZIP = b"\x1f\x8b"


async def _with_whole_start(pieces: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """Yield pieces of which the first holds what tells the kind of the file, if there is so much."""
    start, is_known = b"", False
    async for piece in pieces:
        start += piece
        if is_known or len(start) >= len(_GZIP):
            is_known = True
            yield start
            start = b""
    if start:
        yield start


class _Plain:
    """Data that are not compressed."""

    is_whole = True

    def __init__(self, host: str, *, is_refused: bool) -> None:
        if is_refused:
            raise FileTransferError("the file is not compressed, and was to be kept compressed", host=host)

    def parts(self, data: bytes) -> Iterator[bytes]:
        """Yield the data."""
        yield data


class _Gzip:
    """Decompresses data of gzip, one member after the other, in bounded parts; zeros after a member are padding."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._member = zlib.decompressobj(_ANY_ZLIB_HEADER)

    @property
    def is_whole(self) -> bool:
        """Whether the last member has ended."""
        return self._member.eof

    def parts(self, data: bytes) -> Iterator[bytes]:
        """Yield what comes of some data.

        Raises:
            FileTransferError: If they are damaged.
        """
        for place in range(0, len(data), _SLICE):  # what is left after a member is copied, and a member may be tiny
            yield from self._parts(data[place : place + _SLICE])

    def _parts(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._member = zlib.decompressobj(_ANY_ZLIB_HEADER)
            try:
                part = self._member.decompress(data, _PIECE)
            except zlib.error:
                raise FileTransferError("its data are damaged", host=self._host) from None
            if part:
                yield part
            data = self._member.unconsumed_tail or self._member.unused_data


async def _body(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Return the body as it comes; what the library opens for that is closed with this, also when left early."""
    pieces = aiter(cast("AsyncIterable[bytes]", response.stream))
    try:
        async for piece in pieces:
            yield piece
    finally:
        with anyio.CancelScope(shield=True), suppress(Exception):
            await response.aclose()
            async for _ in pieces:  # ends at once, and ends the library's own generators too
                pass


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""

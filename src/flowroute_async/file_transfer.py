"""Files on other hosts, at addresses that the API gives: fetched and sent without credentials, within a size.

Such an address holds its own permission, so it is as secret as a key: no text shows it, and nothing follows a redirect
away from it. It is not part of the API: no rate limit, no retry; whoever was refused asks the API for a new address.
"""

import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
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
_ANY_ZLIB_HEADER = zlib.MAX_WBITS | 32
_PIECE = 1 << 16


class FileTransfer:
    """Fetches and sends files for a client."""

    def __init__(
        self,
        *,
        http_transport: AsyncTransport | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Open nothing yet.

        Args:
            http_transport: A transport of the user's own, which is not closed here.
            proxy: The address of a proxy; by default that of the environment.
            ssl_context: TLS settings.
            timeout: Seconds to connect, and from one piece of the file to the next.
        """
        self._own = None if http_transport is None else as_httpx_transport(http_transport)
        self._proxy = proxy
        self._ssl_context = ssl_context
        self._timeout = timeout

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

    async def unpacked(self, url: str, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """Fetch a file piece by piece, and decompress it if it is of gzip; the size counts decompressed as well.

        Raises:
            FileTransferError: If it cannot be fetched, is damaged, or is larger.
        """
        unpacker: _Gzip | None = None
        size = 0
        first = b""
        async with aclosing(self.pieces(url, max_bytes=max_bytes)) as pieces:
            async for raw in pieces:
                piece = first + raw
                if unpacker is None and size == 0 and len(piece) < len(_GZIP):
                    first = piece
                    continue
                if unpacker is None and size == 0 and piece.startswith(_GZIP):
                    unpacker = _Gzip()
                first = b""
                for part in unpacker.parts(piece, _host(url)) if unpacker else (piece,):
                    size += len(part)
                    if size > max_bytes:
                        raise FileTransferError(f"the file is larger than {max_bytes} bytes", host=_host(url))
                    yield part
        if first:
            yield first
        if unpacker is not None and not unpacker.is_whole:
            raise FileTransferError("the file ends in the midst of its data", host=_host(url))

    async def save(self, url: str, path: Path, *, max_bytes: int) -> int:
        """Fetch a file to a path, which holds the whole file or what it held before.

        Compressed data are kept as they are where the path ends with `.gz`, and decompressed elsewhere.

        Returns:
            How many bytes were written.

        Raises:
            FileTransferError: If it cannot be fetched, is damaged, or is larger.
            OSError: If it cannot be written.
        """
        source = self.pieces if path.suffix == ".gz" else self.unpacked
        part = anyio.Path(path.with_name(f".{path.name}.part"))
        written = 0
        try:
            async with aclosing(source(url, max_bytes=max_bytes)) as pieces, await part.open("wb") as file:
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
        _check(url)
        transport = self._own or self._open(url)
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        headers = {"user-agent": f"flowroute-async/{__version__}", "accept-encoding": "identity"}
        request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": timeouts})
        response: httpx.Response | None = None
        try:
            with redact_library_logs():
                response = await transport.handle_async_request(request)
            if response.status_code not in OK:
                raise FileTransferError(
                    f"HTTP {response.status_code}; the address may have expired",
                    host=_host(url),
                    status_code=response.status_code,
                )
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

    def _open(self, url: str) -> httpx.AsyncBaseTransport:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise FileTransferError("its address does not begin with https://", host=_host(url))
        try:
            verify = self._ssl_context or httpx.create_ssl_context()
        except OSError:
            raise ConfigurationError("the root certificates cannot be read; see SSL_CERT_FILE") from None
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
        return httpx.AsyncHTTPTransport(verify=verify, limits=limits, proxy=proxy_for(url, self._proxy))


def _check(url: str) -> None:
    try:
        httpx.URL(url)
        urlsplit(url)
    except (ValueError, httpx.InvalidURL):
        raise FileTransferError("its address is not a URL", host="") from None


_GZIP = b"\x1f\x8b"


class _Gzip:
    """Decompresses data of gzip, one member after the other, in bounded parts."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_ANY_ZLIB_HEADER)

    @property
    def is_whole(self) -> bool:
        """Whether the last member has ended."""
        return self._member.eof

    def parts(self, data: bytes, host: str) -> Iterator[bytes]:
        """Return what comes of some data.

        Raises:
            FileTransferError: If they are damaged.
        """
        while data:
            if self._member.eof:
                self._member = zlib.decompressobj(_ANY_ZLIB_HEADER)
            try:
                yield self._member.decompress(data, _PIECE)
            except zlib.error:
                raise FileTransferError("its data are damaged", host=host) from None
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

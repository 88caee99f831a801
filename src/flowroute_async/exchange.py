"""One request and its answer: how far the request came, and what came back.

"Not sent" is shown, never assumed. The only evidence is the HTTP library's own trace of a connection that failed before
the first byte of the request was written; where there is no such trace, as with a transport of the user's own or a
mock, the request may have been sent.
"""

import sys
import zlib
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, cast

import anyio
import httpx
from anyio.lowlevel import checkpoint

from flowroute_async.body_limits import LARGEST_ERROR_DOCUMENT
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.foreign_transport import is_from_cache
from flowroute_async.leftovers import ReceiveBuffers, connection_of, has_surplus
from flowroute_async.privacy import chain, forget_frames, redact_library_logs
from flowroute_async.proxies import tunnel_refusal
from flowroute_async.send_trace import SendTrace, SentAgainError

if TYPE_CHECKING:
    import httpcore

_NO_ENCODING, _ACCEPTED_ENCODINGS = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip", "deflate"})
_ANY_ZLIB_HEADER = zlib.MAX_WBITS | 32
_NO_CONTENT = 204
_NO_TIMEOUTS = {"connect": None, "read": None, "write": None, "pool": None}
_MOST_KINDS = 8
# Bytes: under a millisecond.
_INFLATED_AT_ONCE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire: everything of it may be secret or personal, so its repr shows nothing."""

    method: str = field(repr=False)
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole unless it says otherwise.

    Attributes:
        status_code: The HTTP status, which counts even where the body is damaged.
        headers: The headers; names are in lower case.
        content: The body, decompressed, as far as it came.
        too_large: Whether the body was cut at the limit.
        damage: What is wrong with the body, such as a connection that broke in the midst of it, or None.
        from_cache: Whether a caching transport gave it without asking the server.
    """

    status_code: int
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    too_large: bool = False
    damage: str | None = None
    from_cache: bool = False


class SendStatus(Enum):
    """How far a request came."""

    NOT_SENT = "not sent"
    MAYBE_SENT = "maybe sent"


@dataclass(frozen=True, slots=True)
class NoResponse:
    """No answer came, not even its status.

    Attributes:
        status: How far the request came.
        problem: What happened, in words.
        cause: The HTTP library's error, where its text is harmless.
        is_final: Whether the next attempt is bound to end in the same way.
    """

    status: SendStatus
    problem: str
    cause: Exception | None = field(default=None, repr=False)
    is_final: bool = False


class _Body(httpx.ByteStream):
    """A request's body; unlike httpx's own, no generator that is left half-read where the server hangs up.

    A transport of the user's own may read it several times.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._content = content
        self._parts: Iterator[bytes] = iter(())
        self.is_written = False
        """Whether all of it was taken and written, and the head before it."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._parts = iter((self._content,))
        return self

    async def __anext__(self) -> bytes:
        for part in self._parts:
            return part
        self.is_written = True
        raise StopAsyncIteration


class Exchange:
    """One request and its answer, and how far it came."""

    def __init__(
        self,
        request: Request,
        max_bytes: int,
        *,
        once: bool,
        before_sending: Callable[[], Awaitable[None]] | None,
    ) -> None:
        """Prepare a request; nothing is sent yet.

        Args:
            request: What to send.
            max_bytes: The largest body to accept.
            once: Whether it must not be sent twice, not by the transport either, as far as that tells.
            before_sending: Awaited right before the first byte can leave, as far as the transport tells, and else
                before it is used. What it raises comes out of `run`, and nothing is sent.

        Raises:
            InvalidArgumentError: If the request is too long for a URL.
        """
        self.status: SendStatus = SendStatus.NOT_SENT
        """How far the request came, at any time."""
        self.buffers: ReceiveBuffers | None = None
        """Those of the connection, where the next request can go over it; None where it cannot."""
        self._max_bytes = max_bytes
        self._trace = SendTrace(once=once, before_sending=before_sending)
        self._answer: _PartialAnswer | None = None
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
        self._request.stream = self._body = _Body(request.content or b"")

    @property
    def is_written(self) -> bool:
        """Whether every byte of the request has left."""
        return self._body.is_written

    async def run(self, transport: httpx.AsyncBaseTransport, *, own: bool, watch: bool) -> Answer | NoResponse:
        """Send and read.

        Args:
            transport: What to send it by.
            own: Whether the transport is a connection of our own, for this request alone.
            watch: Whether to trace how far it comes; without, the request may have been sent.
        """
        # A subclass is somebody else's work.
        self._trace.is_evidence = type(transport) is httpx.AsyncHTTPTransport
        if watch:
            self._request.extensions["trace"] = self._trace.note
        if not (watch and self._trace.is_evidence):
            await self._trace.announce()
        self.status = SendStatus.MAYBE_SENT
        handled = sys.exception()
        try:
            with redact_library_logs():
                return await self._read(await transport.handle_async_request(self._request), own=own)
        except BaseException as error:
            self._look_at_trace(error)
            forget_frames(error, handled)
            if error is self._trace.refusal or not isinstance(error, Exception):
                raise
            if self._answer is not None:
                return self._answer.damaged(str(error) if isinstance(error, zlib.error) else _kinds(error))
            # What a proxy answers stands in the text of its error.
            cause = error if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)) else None
            if isinstance(error, httpx.ProxyError) and self._is_shown_not_sent():
                refusal, is_final = tunnel_refusal(error)
                return NoResponse(self.status, refusal, is_final=is_final)
            problem = "no connection" if self._is_shown_not_sent() else _what_broke(error)
            return NoResponse(self.status, f"{problem} ({_kinds(error)})", cause)
        finally:
            if self._is_shown_not_sent() and self._trace.opened is not None:
                await drop(self._trace.opened)  # httpcore forgets a connection that is cancelled in the TLS handshake

    def _is_shown_not_sent(self) -> bool:
        return self.status is SendStatus.NOT_SENT

    def interrupted(self, problem: str) -> Answer | NoResponse:
        """Return what is known of an exchange that was ended from outside."""
        if self._answer is not None:
            return self._answer.damaged(problem)
        return NoResponse(self.status, problem)

    def _look_at_trace(self, error: BaseException) -> None:
        if error is self._trace.refusal or self._trace.shows_not_sent(error):
            self.status = SendStatus.NOT_SENT

    async def _read(self, response: httpx.Response, *, own: bool) -> Answer:
        self._answer = _PartialAnswer(
            response.status_code, _joined(response.headers.raw), from_cache=is_from_cache(response)
        )
        chunks = aiter(cast("AsyncIterable[bytes]", response.stream))
        whole: bool = False
        try:
            # A refusal needs little, and is not worth more.
            at_most = self._max_bytes if response.is_success else min(self._max_bytes, LARGEST_ERROR_DOCUMENT)
            await self._answer.read(chunks, at_most)
            whole = not self._answer.too_large
        finally:
            with suppress(Exception):  # the answer is here: nothing that goes wrong afterwards takes it back
                connection = connection_of(response)
                is_clean = not whole or connection is None or self._look_behind(response, connection, own=own)
                await response.aclose()
                if connection is not None and not is_clean:
                    await drop(connection)  # so that no pool uses it again
            await _give_up(chunks, is_closed=self._trace.is_evidence or connection_of(response) is not None)
        return self._answer.finished()

    def _look_behind(
        self, response: httpx.Response, connection: "httpcore.AsyncConnectionInterface", *, own: bool
    ) -> bool:
        """Check that nothing came after the answer, so that the connection can be used again."""
        stream = cast("httpcore.AsyncNetworkStream | None", response.extensions.get("network_stream"))
        if stream is None or has_surplus(connection):
            return False
        buffers = ReceiveBuffers(stream)
        if own:
            self.buffers = buffers  # looked into when it is used again
            return True
        return buffers.are_empty()


def _joined(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by their names in lower case; the values of those that came several times, with commas."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


class _PartialAnswer:
    """An answer while it is read."""

    def __init__(self, status_code: int, headers: dict[str, str], *, from_cache: bool) -> None:
        self.too_large = False
        self._from_cache = from_cache
        self._status_code = status_code
        self._headers = headers
        self._body = bytearray()

    async def read(self, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        """Read the body, decompressed, to its end or its limit."""
        named = [one.strip().lower() for one in self._headers.get("content-encoding", "").split(",")]
        encodings = [one for one in named if one not in _NO_ENCODING]
        if len(encodings) > 1 or not _ACCEPTED_ENCODINGS.issuperset(encodings):
            raise zlib.error("a content-encoding that was not asked for")
        inflater = zlib.decompressobj(_ANY_ZLIB_HEADER) if encodings else None
        body = self._body
        async for chunk in chunks:
            if inflater is None:
                body += chunk
            elif chunk:
                await self._inflate(inflater, chunk, max_bytes)
                if inflater.unused_data:
                    raise zlib.error("data after the end of the compressed body")
            if len(body) > max_bytes:
                del body[max_bytes:]
                self.too_large = True
                return
        if inflater is not None and not inflater.eof and self._status_code != _NO_CONTENT:
            raise zlib.error("the compressed body ends too early")

    async def _inflate(self, inflater: "zlib._Decompress", chunk: bytes, max_bytes: int) -> None:  # pyright: ignore[reportPrivateUsage]  # its only name
        """Decompress in steps, up to the one past the bound: a bomb stops neither the event loop nor the deadline."""
        while len(self._body) <= max_bytes:
            part = inflater.decompress(chunk, _INFLATED_AT_ONCE)
            self._body += part
            chunk = inflater.unconsumed_tail
            if len(part) < _INFLATED_AT_ONCE:
                return
            await checkpoint()

    def finished(self) -> Answer:
        """Return the whole answer."""
        return self._answer()

    def damaged(self, problem: str) -> Answer:
        """Return what came before the problem."""
        return self._answer(problem)

    def _answer(self, damage: str | None = None) -> Answer:
        body, too_large = bytes(self._body), self.too_large and damage is None
        return Answer(self._status_code, self._headers, body, too_large, damage, self._from_cache)


async def _give_up(chunks: AsyncIterator[bytes], *, is_closed: bool) -> None:
    """End the generators of a body that may not be read to its end, which would trouble the event loop."""
    with suppress(Exception):
        if is_closed:
            async for _ in chunks:  # ends at once, and ends the inner ones too
                pass
        elif isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


async def drop(
    closable: "httpx.AsyncBaseTransport | httpcore.AsyncConnectionInterface | httpcore.AsyncNetworkStream",
) -> None:
    """Close what is not needed any more."""
    # Nothing that goes wrong here matters, such as a connection that broke before.
    with anyio.CancelScope(shield=True), suppress(Exception):
        await closable.aclose()


def _what_broke(error: BaseException) -> str:
    if any(isinstance(one, SentAgainError) for one in chain(error)):
        return "the transport was about to send it a second time"
    is_of_network = isinstance(error, OSError) or any(kind.__name__ == "HTTPError" for kind in type(error).__mro__)
    return "the connection broke" if is_of_network else "the transport failed"


def _kinds(error: BaseException) -> str:
    """Name what failed and what lies beneath; the texts may quote what was sent or answered."""
    kinds = dict.fromkeys(type(beneath).__name__ for beneath in chain(error))
    return ", ".join(list(kinds)[:_MOST_KINDS])

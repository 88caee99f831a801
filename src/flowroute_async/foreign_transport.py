"""Transports of the user's own: httpx2's, taken for httpx's, and those that answer from a cache."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import TYPE_CHECKING, Never, Protocol, cast

import httpx

if TYPE_CHECKING:
    import httpx2


class AsyncTransport(Protocol):
    """A transport of httpx or of httpx2: an `AsyncBaseTransport` of either."""

    def handle_async_request(self, request: Never, /) -> Awaitable[object]:
        """Send a request, and return the response."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


def as_httpx_transport(transport: AsyncTransport) -> httpx.AsyncBaseTransport | None:
    """Return a transport that takes httpx's requests, or None where it is neither httpx's nor httpx2's."""
    if isinstance(transport, httpx.AsyncBaseTransport):
        return transport
    try:
        import httpx2  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return None
    return _Httpx2Transport(transport) if isinstance(transport, httpx2.AsyncBaseTransport) else None


def is_from_cache(response: httpx.Response) -> bool:
    """Whether a caching transport says that it has answered without asking the server.

    The words are those of hishel, by its versions, and of httpx-caching.
    """
    said: Mapping[str, object] = response.extensions
    nested = said.get("caching")
    if isinstance(nested, Mapping):
        said = cast("Mapping[str, object]", nested)
    return any(
        bool(said.get(f"{prefix}from_cache")) and not said.get(f"{prefix}revalidated") for prefix in ("", "hishel_")
    )


class _Httpx2Transport(httpx.AsyncBaseTransport):
    """Sends httpx's requests by a transport of httpx2."""

    def __init__(self, transport: "httpx2.AsyncBaseTransport") -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        import httpx2  # noqa: PLC0415 - an extra

        content = b"".join([part async for part in cast("httpx.AsyncByteStream", request.stream)])
        response = await self._transport.handle_async_request(
            httpx2.Request(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=content or None,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status_code,
            headers=response.headers.raw,
            stream=_Stream(cast("httpx2.AsyncByteStream", response.stream)),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Stream(httpx.AsyncByteStream):
    """A response's body."""

    def __init__(self, stream: "httpx2.AsyncByteStream") -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        await self._stream.aclose()

"""Bodies that cannot be read whole: what is wrong is told in words, and nothing of them is left behind."""

import gc
import gzip
import sys
import zlib
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from flowroute_async import CallError, FlowrouteClient, FlowrouteError, InvalidResponseError, ResponseTooLargeError
from flowroute_openapi import list_routes
from tests.faults.fault_peer import Peer, head, serving

pytestmark = pytest.mark.anyio

PLAIN = b'{"data": []}'
PACKED = gzip.compress(PLAIN)


class Answering(httpx.AsyncBaseTransport):
    """Answers with chunks; counts the bodies that have ended or were given up."""

    def __init__(self, *chunks: bytes, encoding: str = "") -> None:
        self._chunks, self._encoding = chunks, encoding
        self.ended = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(200, headers={"content-encoding": self._encoding}, stream=_Stream(self._body()))

    async def _body(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self._chunks:
                yield chunk
        finally:
            self.ended += 1


class _Stream(httpx.AsyncByteStream):
    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._body


def client_of(transport: httpx.AsyncBaseTransport | None, **options: Any) -> FlowrouteClient:
    return FlowrouteClient(access_key="a", secret_key="b", http_transport=transport, max_retries=0, **options)


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "x-gzip", "GZIP", "identity, gzip", "deflate"])
async def test_a_body_is_read_in_each_encoding_that_may_come(encoding: str) -> None:
    packed = {"": PLAIN, "identity": PLAIN, "deflate": zlib.compress(PLAIN)}.get(encoding, PACKED)
    raw = await client_of(Answering(packed[:7], b"", packed[7:], encoding=encoding)).send_raw(list_routes())
    assert raw.content == PLAIN


@pytest.mark.parametrize(
    ("chunks", "encoding", "damage"),
    [
        ((PLAIN,), "br", "a content-encoding that was not asked for"),
        ((gzip.compress(PACKED),), "gzip, gzip", "a content-encoding that was not asked for"),
        ((gzip.compress(zlib.compress(PLAIN)),), "deflate, gzip", "a content-encoding that was not asked for"),
        ((PACKED + b"more",), "gzip", "data after the end of the compressed body"),
        ((PACKED, b"more"), "gzip", "data after the end of the compressed body"),
        ((PACKED[:-1],), "gzip", "the compressed body ends too early"),
        ((), "gzip", "the compressed body ends too early"),
        ((PLAIN,), "gzip", "Error -3 while decompressing data: incorrect header check"),
    ],
)
async def test_what_is_wrong_with_a_body_is_told(chunks: tuple[bytes, ...], encoding: str, damage: str) -> None:
    with pytest.raises(InvalidResponseError) as caught:
        await client_of(Answering(*chunks, encoding=encoding)).send(list_routes())
    reported = "list_routes: the server reported success (HTTP 200)"
    assert str(caught.value) == f"{reported}, but the answer is damaged: {damage}"


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_the_largest_body_that_is_accepted_is_accepted_and_one_byte_more_is_not(encoding: str) -> None:
    transport = Answering(PACKED if encoding else PLAIN, encoding=encoding)
    assert (await client_of(transport, max_response_bytes=len(PLAIN)).send(list_routes())).data == ()
    with pytest.raises(ResponseTooLargeError):
        await client_of(transport, max_response_bytes=len(PLAIN) - 1).send(list_routes())


@contextmanager
def generators_left_behind() -> Generator[list[str]]:
    """Collect the generators that are left half-read to garbage collection: event loops complain of it."""
    left: list[str] = []
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=lambda one: left.append(repr(one)))
    try:
        yield left
        gc.collect()
    finally:
        sys.set_asyncgen_hooks(*before)


@pytest.mark.parametrize(
    ("encoding", "kind"), [("", ResponseTooLargeError), ("gzip", InvalidResponseError)], ids=["too large", "damaged"]
)
async def test_a_body_that_is_not_read_to_its_end_is_given_up(encoding: str, kind: type[FlowrouteError]) -> None:
    transport = Answering(b"x" * 20, b"y" * 20, encoding=encoding)
    with generators_left_behind() as left:
        with pytest.raises(kind):
            await client_of(transport, max_response_bytes=10).send(list_routes())
        assert transport.ended == 1
    assert left == []


class Subclass(httpx.AsyncHTTPTransport):
    """A transport of the user's own that sends by httpx."""


@pytest.mark.parametrize("make", [None, httpx.AsyncHTTPTransport, Subclass], ids=["own", "plain", "subclass"])
@pytest.mark.parametrize(
    ("length", "encoding", "kind"),
    [(500, "identity", ResponseTooLargeError), (500, "gzip", InvalidResponseError), (20, "gzip", InvalidResponseError)],
    ids=["too large", "damaged", "damaged at its end"],
)
async def test_what_carried_a_body_that_is_not_read_to_its_end_is_given_up_too(
    make: type[httpx.AsyncHTTPTransport] | None, length: int, encoding: str, kind: type[FlowrouteError]
) -> None:
    async def behave(peer: Peer) -> None:
        await peer.read_until(b"\r\n\r\n")
        await peer.send(head(200, {"Content-Length": str(length), "Content-Encoding": encoding}) + b"x" * 20)
        await peer.stall()

    async with serving(behave) as port:
        with generators_left_behind() as left:
            async with client_of(
                make() if make else None, base_url=f"http://127.0.0.1:{port}", max_response_bytes=10
            ) as client:
                with pytest.raises(kind):
                    await client.send(list_routes())
        assert left == []


@pytest.mark.parametrize("status", [200, 404])
async def test_a_connection_is_not_used_again_after_an_answer_that_was_damaged(status: int) -> None:
    connections = 0

    async def behave(peer: Peer) -> None:
        nonlocal connections
        connections += 1
        while True:
            await peer.read_until(b"\r\n\r\n")
            await peer.answer(status, PACKED[:-1], {"Content-Encoding": "gzip"})

    async with serving(behave) as port, client_of(None, base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            with pytest.raises(CallError):
                await client.send(list_routes())
    assert connections == 3

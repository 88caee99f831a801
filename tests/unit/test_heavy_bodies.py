"""Heavy bodies: bounded by operation, read in steps, and over by the deadline."""

import gzip
import json
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from flowroute_async import (
    DeadlineExceededError,
    FlowrouteClient,
    InvalidResponseError,
    NotFoundError,
    ResponseTooLargeError,
    ValidationFailedError,
    decoding,
)
from flowroute_async.body_limits import LARGE, LARGEST_ERROR_DOCUMENT, largest_body
from flowroute_openapi import get_number, list_numbers, purchase_number, search_available_numbers
from flowroute_openapi.types import Operation

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024


def client_of(status: int, content: bytes, *, compressed: bool = False, **options: int) -> FlowrouteClient:
    headers = {"content-encoding": "gzip"} if compressed else {}

    class _Chunks(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for at in range(0, len(content), 65536):
                yield content[at : at + 65536]

    class _Server(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            del request
            return httpx.Response(status, headers=headers, stream=_Chunks())

    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        http_transport=_Server(),
        max_retries=0,
        **options,  # type: ignore[arg-type] # one option
    )


def _page(count: int) -> bytes:
    attributes = {
        "value": "12065550100",
        "number_type": "standard",
        "setup_cost": 1,
        "monthly_cost": 1.25,
        "rate_center": "seattle",
        "state": "wa",
    }
    record = {"id": "12065550100", "type": "number", "attributes": attributes}
    return json.dumps({"data": [record] * count, "links": {}}).encode()


@pytest.mark.parametrize(
    ("operation", "bound"),
    [
        (get_number("12065550100"), MIB),
        (list_numbers(), MIB),
        (list_numbers(limit=1000), 1000 * 4096),
        (search_available_numbers(limit=200), MIB),
        (Operation("x", "GET", "/", "/", type(None), repeatable=True, query=(("limit", "100000"),)), 8 * MIB),
        (Operation("x", "GET", "/", "/", type(None), repeatable=True, query=(("limit", "9" * 5000),)), MIB),
    ],
)
def test_the_bound_of_a_body_is_near_what_the_page_needs(operation: Operation[object], bound: int) -> None:
    assert largest_body(operation) == bound
    assert bound > 15 * len(_page(200))


async def test_a_page_past_the_bound_of_its_operation_is_refused_and_ones_own_bound_counts() -> None:
    page = _page(200) + b" " * 2 * MIB
    with pytest.raises(ResponseTooLargeError, match="larger than 1048576 bytes"):
        await client_of(200, page).send(search_available_numbers(limit=200))
    document = await client_of(200, page, max_response_bytes=4 * MIB).send(search_available_numbers(limit=200))
    assert len(document.data or ()) == 200
    with pytest.raises(ResponseTooLargeError, match="larger than 5000 bytes"):
        await client_of(200, page, max_response_bytes=5000).send(search_available_numbers(limit=200))


@pytest.mark.parametrize("compressed", [False, True])
async def test_of_a_refusal_a_bounded_prefix_is_read_and_its_status_decides(compressed: bool) -> None:  # noqa: FBT001 - pytest's
    text = b'{"errors": [' + b'{"detail": "' + b"x" * 30 * MIB
    content = gzip.compress(text) if compressed else text
    client = client_of(404, content, compressed=compressed)
    tracemalloc.start()
    try:
        with pytest.raises(NotFoundError) as caught:
            await client.send(get_number("12065550100"))
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
    assert len(caught.value.raw.content) == LARGEST_ERROR_DOCUMENT


@pytest.mark.parametrize(
    "content",
    [
        b'{"errors": [{"detail": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}]}",
        b'{"errors": [{"detail": ' + b"[" * 6000 + b"]" * 6000 + b"}]}",
        b'{"errors": [' + b",".join([b"{}"] * 5000) + b"]}",
        b'{"errors": [' + b",".join([b'{"status": []}'] * 1000) + b"]}",
        b'{"errors": [{"detail": {' + b",".join(b'"f%d": ["a", "b"]' % n for n in range(800)) + b"}}]}",
    ],
    ids=["deep objects", "deep lists", "many errors", "many odd errors", "many fields"],
)
async def test_a_costly_error_document_costs_little(content: bytes) -> None:
    client = client_of(422, content)
    began = time.process_time()
    with pytest.raises(ValidationFailedError) as caught:
        await client.send(get_number("12065550100"))
    assert len(str(caught.value)) < 2000
    assert time.process_time() - began < 2


async def test_a_bomb_is_expanded_in_steps_between_which_others_run() -> None:
    client = client_of(200, gzip.compress(b"[" + b" " * 40 * MIB), compressed=True, max_response_bytes=32 * MIB)
    steps = 0

    async def others() -> None:
        nonlocal steps
        while True:
            await anyio.lowlevel.checkpoint()
            steps += 1

    async with anyio.create_task_group() as group:
        group.start_soon(others)
        with pytest.raises(ResponseTooLargeError):
            await client.send(list_numbers())
        group.cancel_scope.cancel()
    assert steps >= 64


async def test_a_compressed_page_is_the_same_as_a_plain_one() -> None:
    page = _page(4000)
    plain = await client_of(200, page, max_response_bytes=4 * MIB).send(list_numbers())
    packed = await client_of(200, gzip.compress(page), compressed=True, max_response_bytes=4 * MIB).send(list_numbers())
    assert len(page) > LARGE
    assert plain == packed
    assert len(plain.data or ()) == 4000


async def test_decoding_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    page, ended = _page(4000), threading.Event()

    def slow(raw: object) -> None:  # in a thread, which nobody waits for
        del raw
        ended.wait()

    monkeypatch.setattr(decoding, "decoded", slow)
    client = client_of(200, page, max_response_bytes=4 * MIB).with_options(deadline=0.2)
    try:
        with pytest.raises(DeadlineExceededError, match="not decoded before the deadline"):
            await client.send(list_numbers())
        with pytest.raises(InvalidResponseError, match="most likely took effect"):
            await client.send(purchase_number("12065550100"))
    finally:
        ended.set()

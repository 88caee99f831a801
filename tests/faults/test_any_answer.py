"""Whatever bytes come as an answer or as its body: a value or a typed error, and a connection that works."""

import gzip
import json
from functools import partial

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowroute_async import FlowrouteError
from tests.faults.fault_calls import BY_NAME, CALLS, MARKS
from tests.faults.fault_peer import Peer
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Case, Fault, Server
from tests.virtual_time import VIRTUAL_TIME

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
_NAMES = st.sampled_from(["Content-Length", "Content-Encoding", "Transfer-Encoding", "Retry-After", "Connection", "X"])
_VALUES = st.sampled_from(
    ["0", "5", "-1", "99999999999999999999999", "gzip", "chunked", "gzip, gzip", "close", "keep-alive, close", "\x7f"]
) | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=12)
_HEAD = st.builds(
    lambda version, status, headers: (
        f"{version} {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    ).encode("latin-1"),
    st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2", "http/1.1", "ICY"]),
    st.sampled_from(
        [0, 1, 99, 100, 101, 103, 199, 200, 201, 204, 206, 299, 304, 400, 404, 408, 429, 500, 503, 599, 999]
    )
    | st.integers(0, 10_000),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=4),
)
_BODY = (
    st.binary(max_size=60)
    | _JSON.map(lambda value: json.dumps(value).encode())
    | _JSON.map(lambda value: json.dumps({"data": value, "errors": value, "included": value}).encode())
    | _JSON.map(lambda value: json.dumps({"errors": [{"detail": value, "id": value, "title": value}]}).encode())
    | st.binary(max_size=40).map(gzip.compress)
)
_NO_PROMISE = ("", "")


async def _ask(name: str, answer: bytes, *, whole: bool, status: int = 200) -> None:
    async with Server().serving() as server:
        await _answered(server, name, answer, whole=whole, status=status)
        assert await server.settled()


async def _answered(server: Server, name: str, answer: bytes, *, whole: bool, status: int) -> None:
    async def behave(peer: Peer, _case: Case) -> None:
        if whole:
            await peer.answer(status, answer)
        else:
            await peer.send(answer)

    case = server.case(BY_NAME[name])
    case.fault = Fault("any answer", behave, carried_out=True, once=_NO_PROMISE, always=_NO_PROMISE)
    case.times = 100
    async with client_for(server, case, timeout=5, max_retries=1) as client:
        try:
            await client.send(BY_NAME[name].operation)
        except FlowrouteError as error:
            texts = f"{error} {error!r}"
            assert not any(mark in texts for mark in MARKS)
        assert case.requests == 1 or BY_NAME[name].operation.repeatable or status == 429 or b" 429 " in answer[:20]
        case.fault = None
        again = client.with_options(max_retries=3)
        assert (await again.send_raw(BY_NAME["list_routes"].operation)).status_code == case.call.status


@pytest.mark.parametrize("loop", VIRTUAL_TIME)
@pytest.mark.parametrize("name", ["get_number", "purchase_number"])
def test_any_bytes_as_an_answer_give_a_value_or_a_typed_error(name: str, loop: str) -> None:
    @settings(max_examples=60)
    @given(answer=st.binary(max_size=200) | st.builds(lambda head, body: head + body, _HEAD, _BODY))
    def check(answer: bytes) -> None:
        anyio.run(partial(_ask, name, answer, whole=False), backend=loop, backend_options=VIRTUAL_TIME[loop]())

    check()


@pytest.mark.parametrize("name", {call.operation.response: call.operation.name for call in CALLS}.values())
def test_any_bytes_as_a_body_give_a_value_or_a_typed_error(name: str) -> None:
    @settings(max_examples=25)
    @given(body=_BODY, status=st.sampled_from([200, 201, 207, 400, 422, 429]))
    def check(body: bytes, status: int) -> None:
        anyio.run(partial(_ask, name, body, whole=True, status=status), backend_options=VIRTUAL_TIME["asyncio"]())

    check()

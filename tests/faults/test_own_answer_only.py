"""An answer counts for its own request only: by its connection, and by what it is about."""

import json
from collections.abc import Awaitable, Callable, Mapping

import anyio
import httpx
import pytest

from flowroute_async import FlowrouteClient, InvalidResponseError, NotSentError, OutcomeUnknownError
from flowroute_async.send_trace import SendTrace
from tests.faults.fault_calls import BY_NAME, NUMBER, OTHER_NUMBER
from tests.faults.fault_peer import Peer, head, serving
from tests.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

Answering = Callable[[Peer, str, int], Awaitable[None]]


class Scripted:
    """Serves connections; `answer` gets each request's first line, and how many came before."""

    def __init__(self, answer: Answering, on_open: bytes = b"") -> None:
        self._answer = answer
        self._on_open = on_open
        self.requests: list[str] = []
        self.connections = 0

    async def __call__(self, peer: Peer) -> None:
        self.connections += 1
        if self._on_open:
            await peer.send(self._on_open)
        while True:
            lines = (await peer.read_until(b"\r\n\r\n")).decode().split("\r\n")
            length = next((line for line in lines if line.lower().startswith("content-length")), ": 0")
            await peer.read(int(length.partition(":")[2]))
            self.requests.append(lines[0].rpartition(" ")[0])
            await self._answer(peer, self.requests[-1], len(self.requests) - 1)


def number(value: str, *, id: str | None = None) -> bytes:  # noqa: A002 - its name in the answer
    body = json.loads(BY_NAME["get_number"].body)
    body["data"]["id"] = value if id is None else id
    body["data"]["attributes"]["value"] = value
    return json.dumps(body).encode()


def answer(status: int, body: bytes) -> bytes:
    return head(status, {"Content-Length": str(len(body))}) + body


def client_at(port: int, http_transport: httpx.AsyncBaseTransport | None = None) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=f"http://127.0.0.1:{port}",
        clock=LoopClock(),
        timeout=5,
        http_transport=http_transport,
    )


async def test_a_connection_is_kept_where_nothing_is_left_over() -> None:
    async def behave(peer: Peer, _line: str, _count: int) -> None:
        await peer.send(answer(200, number(NUMBER)))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        for _ in range(5):
            await client.numbers.get(NUMBER)
    assert (len(served.requests), served.connections) == (5, 1)


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("size", [2_000, 65_535, 65_536, 65_537, 131_072, 200_000, 262_144])
async def test_a_second_answer_is_given_to_no_other_request(size: int, *, is_own: bool) -> None:
    async def behave(peer: Peer, line: str, _count: int) -> None:
        # The surplus begins anywhere in a buffer, or in the next one.
        body = number(line.rpartition("/")[2])
        whole = answer(200, body.ljust(size - len(answer(200, body.ljust(size))) + size))
        assert len(whole) == size
        await peer.send(whole + answer(200, number(OTHER_NUMBER)))

    served = Scripted(behave)
    transport = None if is_own else httpx.AsyncHTTPTransport()
    async with serving(served) as port, client_at(port, transport) as client:
        for wanted in (NUMBER, "12065550100", "12065550101"):
            assert (await client.numbers.get(wanted)).id == wanted
    assert served.connections == 3


@pytest.mark.parametrize("is_own", [True, False])
async def test_a_second_answer_right_behind_the_first_is_given_to_no_other_request(*, is_own: bool) -> None:
    async def behave(peer: Peer, line: str, _count: int) -> None:
        await peer.send(answer(200, number(line.rpartition("/")[2])) + answer(200, number(OTHER_NUMBER)))

    served = Scripted(behave)
    transport = None if is_own else httpx.AsyncHTTPTransport()
    async with serving(served) as port, client_at(port, transport) as client:
        for wanted in (NUMBER, "12065550100", "12065550101"):
            assert (await client.numbers.get(wanted)).id == wanted
    assert served.connections == 3


async def test_a_second_answer_that_comes_later_is_given_to_no_other_request() -> None:
    async def behave(peer: Peer, line: str, _count: int) -> None:
        await peer.send(answer(200, number(line.rpartition("/")[2])))
        await anyio.sleep(0.01)
        await peer.send(answer(200, number(OTHER_NUMBER)))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        for wanted in (NUMBER, "12065550100", "12065550101"):
            assert (await client.numbers.get(wanted)).id == wanted
            await anyio.sleep(0.1)
    assert served.connections == 3


async def test_a_deletion_returns_only_when_the_server_has_read_it() -> None:
    async def behave(peer: Peer, _line: str, count: int) -> None:
        surplus = head(204, {}) if count == 0 else b""
        await peer.send(answer(200, number(NUMBER)) + surplus if count == 0 else head(204, {}))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        await client.numbers.get(NUMBER)
        await client.e911.delete("20930")
        assert served.requests == [f"GET /v2/numbers/{NUMBER}", "DELETE /v2/e911s/20930"]


async def test_a_server_that_answers_before_it_is_asked_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    note = SendTrace.note

    async def slowly(trace: SendTrace, event: str, info: Mapping[str, object]) -> None:
        await note(trace, event, info)
        if event.endswith("connect_tcp.complete"):
            await anyio.sleep(0.01)  # what the server says has come

    async def behave(peer: Peer, _line: str, _count: int) -> None:
        await peer.send(answer(201, number(NUMBER)))

    monkeypatch.setattr(SendTrace, "note", slowly)
    served = Scripted(behave, on_open=answer(201, number(NUMBER)))
    async with serving(served) as port, client_at(port) as client:
        with pytest.raises(NotSentError, match="UnaskedDataError") as caught:
            await client.send(BY_NAME["purchase_number"].operation)
    assert (served.requests, served.connections, caught.value.attempts) == ([], 5, 5)


async def test_a_purchase_is_settled_on_a_connection_of_its_own() -> None:
    poisoned = number(OTHER_NUMBER)

    async def behave(peer: Peer, line: str, _count: int) -> None:
        if line.startswith("POST"):
            peer.reset()
        elif line.endswith(OTHER_NUMBER):
            await peer.send(answer(200, poisoned))
            await anyio.sleep(0.01)
            await peer.send(answer(200, number(NUMBER)))  # as if the purchase had been carried out
        else:
            await peer.send(answer(404, b'{"errors": []}'))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        await client.numbers.get(OTHER_NUMBER)
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.numbers.purchase(NUMBER)
    assert "not on the account when asked afterwards" in "".join(caught.value.__notes__)
    assert served.connections == 3


async def test_what_is_looked_up_after_an_unknown_outcome_goes_over_a_new_connection() -> None:
    opened: list[int] = []

    async def behave(peer: Peer, line: str, _count: int) -> None:
        if line.startswith("POST"):
            peer.reset()
            return
        opened.append(served.connections)
        await anyio.sleep(0.01)
        await peer.send(answer(200, number(line.rpartition("/")[2])))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(client.numbers.get, OTHER_NUMBER)
        assert served.connections == 3
        assert (await client.numbers.purchase(NUMBER)).id == NUMBER
    assert served.connections == 5, "one for the purchase, and one to ask what became of it"


async def test_a_connection_in_use_while_another_answer_is_lost_is_not_used_again() -> None:
    async def behave(peer: Peer, line: str, _count: int) -> None:
        if line.startswith("POST"):
            peer.reset()
            return
        await anyio.sleep(1)
        await peer.send(answer(200, number(line.rpartition("/")[2])))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        for _ in range(3):
            async with anyio.create_task_group() as group:
                group.start_soon(client.numbers.get, OTHER_NUMBER)
                await anyio.sleep(0.5)
                with pytest.raises(OutcomeUnknownError):
                    await client.send(BY_NAME["purchase_number"].operation)
    assert served.connections == 6


@pytest.mark.parametrize("told", [number(OTHER_NUMBER), number(OTHER_NUMBER, id="77")])
async def test_an_answer_about_another_resource_is_refused(told: bytes) -> None:
    async def behave(peer: Peer, _line: str, _count: int) -> None:
        await peer.send(answer(200, told))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        with pytest.raises(
            InvalidResponseError, match=r"but the answer is about another resource than the one asked for$"
        ) as caught:
            await client.numbers.get(NUMBER)
        assert caught.value.raw.content == told
        with pytest.raises(OutcomeUnknownError) as unknown:
            await client.send(BY_NAME["purchase_number"].operation)
        assert unknown.value.raw is not None
        assert OTHER_NUMBER not in f"{caught.value}{unknown.value}"
    assert served.requests.count(f"POST /v2/numbers/{NUMBER}") == 1
    assert served.connections == 2, "a connection that has answered for another is used again"


async def test_a_connection_that_has_answered_for_another_resource_is_not_used_again() -> None:
    async def behave(peer: Peer, _line: str, count: int) -> None:
        await peer.send(answer(200, number(NUMBER if count else OTHER_NUMBER)))

    served = Scripted(behave)
    async with serving(served) as port, client_at(port) as client:
        with pytest.raises(InvalidResponseError):
            await client.numbers.get(NUMBER)
        for _ in range(2):
            assert (await client.numbers.get(NUMBER)).id == NUMBER
    assert served.connections == 2


async def test_an_internal_id_beside_the_number_is_the_vendors_way() -> None:
    async def behave(peer: Peer, _line: str, _count: int) -> None:
        await peer.send(answer(200, number(NUMBER, id="5f3a")))

    async with serving(Scripted(behave)) as port, client_at(port) as client:
        assert (await client.numbers.get(NUMBER)).id == "5f3a"
        assert (await client.numbers.purchase(NUMBER)).id == "5f3a"


async def test_a_byte_order_mark_before_an_answer_does_no_harm() -> None:
    async def behave(peer: Peer, _line: str, _count: int) -> None:
        await peer.send(answer(200, b"\xef\xbb\xbf" + number(NUMBER)))

    async with serving(Scripted(behave)) as port, client_at(port) as client:
        assert (await client.numbers.get(NUMBER)).id == NUMBER

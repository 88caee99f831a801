"""Nothing leaves after `aclose` has returned; whoever is cancelled learns whether the request had left."""

import ssl
from collections.abc import Callable, Coroutine, Mapping

import anyio
import httpx
import pytest
import trio

from flowroute_async import (
    CallError,
    FlowrouteClient,
    Hooks,
    NoAnswerError,
    NotSentError,
    OutcomeUnknownError,
    Rates,
    ResponseView,
    connections,
)
from flowroute_async.intent import on_record
from flowroute_async.send_trace import SendTrace
from tests.faults.fault_calls import BY_NAME, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_peer import Peer, serving
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Case, Fault, Server
from tests.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

PURCHASE = Call(BY_NAME["purchase_number"].operation, 201, b"{}")
GET = BY_NAME["list_routes"]
_TLS = ssl.create_default_context()


async def _slowly(peer: Peer, case: Case) -> None:
    await anyio.sleep(1)
    case.effects += 1
    await peer.answer(case.call.status, case.call.body)


SLOW = Fault("slow", _slowly, carried_out=False, once=("", ""), always=("", ""))
LOST = next(fault for fault in FAULTS if fault.name == "reset before reading")


async def _outcome(client: FlowrouteClient, call: Call, outcomes: list[str]) -> None:
    try:
        await client.send_raw(call.operation)
        outcomes.append("value")
    except CallError as error:
        outcomes.append(type(error).__name__)


async def test_what_waits_for_a_connection_is_not_sent_after_closing(server: Server) -> None:
    case = server.case(PURCHASE, SLOW, 100)
    client = client_for(server, case, max_concurrency=2)
    outcomes: list[str] = []
    async with anyio.create_task_group() as group:
        for _ in range(7):
            group.start_soon(_outcome, client, PURCHASE, outcomes)
        await anyio.sleep(0.5)
        began = anyio.current_time()
        await client.aclose()
        assert anyio.current_time() - began < 0.01
        sent = case.requests
        await anyio.sleep(0.01)
        assert outcomes == ["NotSentError"] * 5, "what waits is told at once"
    assert case.requests == sent == 2
    assert sorted(outcomes) == ["NotSentError"] * 5 + ["value"] * 2, "what has left gets its answer"
    assert case.effects == 2


async def test_what_waits_for_its_turn_is_told_at_once(server: Server) -> None:
    case = server.case(PURCHASE)
    client = client_for(server, case)
    client = FlowrouteClient(
        access_key="a", secret_key="b", base_url=server.url(case), rates=Rates(api=0.05), clock=LoopClock()
    )
    outcomes: list[str] = []
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(_outcome, client, PURCHASE, outcomes)
        await anyio.sleep(1)
        assert outcomes == ["value"]
        await client.aclose()
        await anyio.sleep(0.01)
        assert outcomes == ["value", "NotSentError", "NotSentError"]
    assert case.requests == 1


async def test_what_pauses_before_a_retry_is_not_sent_again_after_closing(server: Server) -> None:
    case = server.case(GET, LOST, 100)
    client = client_for(server, case)
    client._transport._random = lambda: 1.0
    errors: list[CallError] = []

    async def one() -> None:
        with pytest.raises(NoAnswerError, match="the client was closed") as caught:
            await client.send_raw(GET.operation)
        errors.append(caught.value)

    async with anyio.create_task_group() as group:
        group.start_soon(one)
        await anyio.sleep(0.2)
        await client.aclose()
        await anyio.sleep(0.01)
        assert len(errors) == 1
    assert case.requests == errors[0].attempts == 1
    assert str(errors[0]) == "list_routes: the client was closed before the call was sent again"


async def test_what_was_refused_and_waits_says_after_closing_that_it_was_not_sent_again(server: Server) -> None:
    refused = next(fault for fault in FAULTS if fault.name == "429, Retry-After: 2 seconds")
    case = server.case(PURCHASE, refused, 100)
    client = client_for(server, case)
    errors: list[CallError] = []

    async def one() -> None:
        with pytest.raises(NotSentError) as caught:
            await client.send_raw(PURCHASE.operation)
        errors.append(caught.value)

    async with anyio.create_task_group() as group:
        group.start_soon(one)
        await anyio.sleep(0.5)
        await client.aclose()
    assert str(errors[0]) == "purchase_number: the client is closed; it was not sent again"
    assert case.requests == errors[0].attempts == 1


async def test_what_still_connects_is_not_sent_after_closing() -> None:
    received: list[bytes] = []

    async def say_nothing(peer: Peer) -> None:
        received.append(await peer.receive())
        await peer.stall()

    async with serving(say_nothing) as port:
        client = FlowrouteClient(
            access_key="a", secret_key="b", base_url=f"https://127.0.0.1:{port}", ssl_context=_TLS, clock=LoopClock()
        )
        errors: list[NotSentError] = []

        async def one() -> None:
            with pytest.raises(NotSentError, match="the client is closed") as caught:
                await client.send_raw(PURCHASE.operation)
            errors.append(caught.value)

        async with anyio.create_task_group() as group:
            group.start_soon(one)
            await anyio.sleep(0.1)
            await client.aclose()
            await anyio.sleep(0.01)
            assert len(errors) == 1


async def test_closing_takes_no_longer_where_several_tasks_close() -> None:
    async def say_nothing(peer: Peer) -> None:
        await peer.stall()

    async with serving(say_nothing) as port:
        client = FlowrouteClient(
            access_key="a", secret_key="b", base_url=f"https://127.0.0.1:{port}", ssl_context=_TLS, clock=LoopClock()
        )
        outcomes: list[str] = []
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(_outcome, client, PURCHASE, outcomes)
            await anyio.sleep(0.1)
            began = anyio.current_time()
            async with anyio.create_task_group() as closing:
                for _ in range(3):
                    closing.start_soon(client.aclose)
            assert anyio.current_time() - began < 0.1
        assert outcomes == ["NotSentError"] * 3


async def test_closing_waits_five_seconds_for_a_transport_that_does_not_end_when_it_is_cancelled() -> None:
    class Stubborn(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(100)
            raise httpx.ReadError("late")

    client = FlowrouteClient(access_key="a", secret_key="b", http_transport=Stubborn(), clock=LoopClock())
    async with anyio.create_task_group() as group:
        group.start_soon(_outcome, client, PURCHASE, [])
        await anyio.sleep(1)
        began = anyio.current_time()
        await client.aclose()
        assert anyio.current_time() - began == pytest.approx(5)


class Silent(httpx.AsyncBaseTransport):
    """A transport of the user's own that never answers, and keeps what became of it."""

    def __init__(self) -> None:
        self.told = list[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.told.append("asked")
        try:
            await anyio.sleep_forever()
        finally:
            self.told.append("ended")
        raise httpx.ReadError("never")

    async def aclose(self) -> None:
        self.told.append("closed")


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_closing_ends_what_a_transport_of_the_users_own_does_and_closes_it_also_where_it_is_cancelled(
    *, is_cancelled: bool
) -> None:
    transport = Silent()
    client = FlowrouteClient(access_key="a", secret_key="b", http_transport=transport, clock=LoopClock())
    errors: list[OutcomeUnknownError] = []

    async def one() -> None:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.send_raw(PURCHASE.operation)
        errors.append(caught.value)

    async with anyio.create_task_group() as group:
        group.start_soon(one)
        await anyio.sleep(1)
        with anyio.CancelScope() as closing:
            if is_cancelled:
                closing.cancel()
            await client.aclose()
        assert transport.told == ["asked", "ended", "closed"]
    assert str(errors[0]).startswith("purchase_number: the client was closed; ")


async def test_a_transport_of_the_users_own_is_closed_whole_though_closing_is_cancelled() -> None:
    closed: list[str] = []

    class Slow(httpx.AsyncBaseTransport):
        async def aclose(self) -> None:
            await anyio.sleep(1)
            closed.append("whole")

    client = FlowrouteClient(access_key="a", secret_key="b", http_transport=Slow(), clock=LoopClock())
    with anyio.move_on_after(0.5):
        await client.aclose()
    assert closed == ["whole"]


async def test_closing_at_any_step_sends_nothing_afterwards(server: Server) -> None:
    for steps in range(60):
        case = server.case(PURCHASE)
        client = client_for(server, case)
        outcomes: list[str] = []
        async with anyio.create_task_group() as group:
            group.start_soon(_outcome, client, PURCHASE, outcomes)
            for _ in range(steps):
                await anyio.lowlevel.checkpoint()
            await client.aclose()
        assert len(outcomes) == 1
        if outcomes[0] in {"value", "OutcomeUnknownError"}:
            assert case.effects <= 1
        else:
            assert (outcomes[0], case.effects) == ("NotSentError", 0), steps
    assert await server.settled()


async def _cancelled(client: FlowrouteClient, call: Call, seconds: float) -> str:
    notes: list[str] = []

    async def one() -> None:
        try:
            await client.send_raw(call.operation)
        except BaseException as cancelled:
            notes.extend(cancelled.__notes__)
            raise

    async with anyio.create_task_group() as group:
        group.start_soon(one)
        await anyio.sleep(seconds)
        group.cancel_scope.cancel()
    (note,) = notes
    return note


async def test_a_cancelled_call_tells_whether_it_had_left(server: Server) -> None:
    views: list[ResponseView] = []
    case = server.case(PURCHASE, SLOW, 100)
    async with client_for(server, case, max_concurrency=1, hooks=Hooks(on_response=views.append)) as client:
        note = await _cancelled(client, PURCHASE, 0.5)
        assert (
            note
            == "flowroute_async: purchase_number: cancelled; the request may have been sent, and may be carried out"
        )
        assert [(view.status_code, view.maybe_sent) for view in views] == [(None, True)]
        async with anyio.create_task_group() as group:
            group.start_soon(_outcome, client, GET, [])
            await anyio.lowlevel.checkpoint()
            note = await _cancelled(client, PURCHASE, 0.5)  # while it queues
            assert note == "flowroute_async: purchase_number: cancelled; the request was not sent"
    assert [view.request.operation for view in views] == ["purchase_number", "list_routes"]


class Record:
    """What is written down about the calls that are made within."""

    def __init__(self) -> None:
        self.told = list[str]()

    async def write(self) -> None:
        self.told.append("write")

    async def withdraw(self) -> None:
        self.told.append("withdraw")


async def test_what_was_written_down_about_a_cancelled_call_stays_where_it_may_have_left(server: Server) -> None:
    record = Record()
    async with client_for(server, server.case(PURCHASE, SLOW, 100)) as client:
        with on_record(record):
            assert "may have been sent" in await _cancelled(client, PURCHASE, 0.5)
    assert record.told == ["write"]


async def test_nothing_is_written_down_about_a_call_that_is_cancelled_while_it_connects() -> None:
    async def say_nothing(peer: Peer) -> None:
        await peer.stall()

    record = Record()
    async with (
        serving(say_nothing) as port,
        FlowrouteClient(
            access_key="a", secret_key="b", base_url=f"https://127.0.0.1:{port}", ssl_context=_TLS, clock=LoopClock()
        ) as client,
    ):
        with on_record(record):
            assert "was not sent" in await _cancelled(client, PURCHASE, 0.5)
    assert record.told == []


async def test_a_call_cancelled_in_its_second_attempt_tells_that_the_first_may_have_left(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object, **__: object) -> None:
        await anyio.sleep_forever()

    def connect_no_more(_: object) -> None:
        monkeypatch.setattr(anyio, "connect_tcp", never)
        monkeypatch.setattr(trio, "open_tcp_stream", never)

    views: list[ResponseView] = []
    case = server.case(GET, LOST, 100)
    hooks = Hooks(on_retry=connect_no_more, on_response=views.append)
    async with client_for(server, case, hooks=hooks) as client:
        note = await _cancelled(client, GET, 5)
    assert [view.maybe_sent for view in views] == [True, False]
    assert note == "flowroute_async: list_routes: cancelled; the request may have been sent, and may be carried out"


async def test_a_call_cancelled_while_it_connects_has_not_left() -> None:
    views: list[ResponseView] = []

    async def say_nothing(peer: Peer) -> None:
        await peer.stall()

    async with (
        serving(say_nothing) as port,
        FlowrouteClient(
            access_key="a",
            secret_key="b",
            base_url=f"https://127.0.0.1:{port}",
            ssl_context=_TLS,
            clock=LoopClock(),
            hooks=Hooks(on_response=views.append),
        ) as client,
    ):
        assert (await _cancelled(client, PURCHASE, 0.5)).endswith("the request was not sent")
        assert [view.maybe_sent for view in views] == [False]


async def test_each_idle_connection_is_closed_five_seconds_after_its_last_use(server: Server) -> None:
    case = server.case(GET, SLOW, 100)
    async with client_for(server, case, max_concurrency=2) as client:
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(_outcome, client, GET, [])
        await anyio.sleep(3)
        await client.send_raw(GET.operation)  # a second
        await anyio.sleep(1.2)
        assert server.open_connections == 1, "the one that was used since is kept"
        await anyio.sleep(3.6)
        assert server.open_connections == 1
        await anyio.sleep(0.4)
        assert server.open_connections == 0


async def test_no_time_goes_into_watching_a_connection_that_was_in_use_within_the_last_second(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    note = SendTrace.note

    async def counted(trace: SendTrace, event: str, info: Mapping[str, object]) -> None:
        noted.append(event)
        await note(trace, event, info)

    monkeypatch.setattr(SendTrace, "note", counted)
    case = server.case(GET)
    watched: list[bool] = []
    async with client_for(server, case) as client:
        for pause in (7, 0, 0.5, 0.5, 2, 0.9, 4):
            await anyio.sleep(pause)
            noted.clear()
            await client.send_raw(GET.operation)
            watched.append(bool(noted))
    assert watched == [True, False, False, False, True, False, True]


async def test_however_many_calls_end_one_timer_waits_to_close_their_connections(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers: list[float] = []
    call_later = connections._call_later

    def counted(seconds: float, run: Callable[[], Coroutine[object, object, None]]) -> Callable[[], object]:
        timers.append(seconds)
        return call_later(seconds, run)

    monkeypatch.setattr(connections, "_call_later", counted)
    case = server.case(GET)
    async with client_for(server, case) as client:
        for _ in range(20):
            await client.send_raw(GET.operation)
    await anyio.sleep(60)
    assert timers == [5.0]


async def test_idle_connections_are_closed_while_nobody_calls(server: Server) -> None:
    case = server.case(GET, SLOW, 100)
    async with client_for(server, case, max_concurrency=50) as client:
        outcomes: list[str] = []
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(_outcome, client, GET, outcomes)
        assert server.open_connections == 50
        await anyio.sleep(4.9)
        assert server.open_connections == 50, "they are kept for five seconds"
        await anyio.sleep(0.2)
        assert server.open_connections == 0, "and not longer, though nothing is called"
        await client.send_raw(GET.operation)
        assert server.open_connections == 1


async def test_a_lost_purchase_of_a_closed_client_is_unknown(server: Server) -> None:
    stalls = next(fault for fault in FAULTS if fault.name == "stall before the headers")
    case = server.case(PURCHASE, stalls, 100)
    client = client_for(server, case, timeout=3)
    async with anyio.create_task_group() as group:

        async def one() -> None:
            with pytest.raises(OutcomeUnknownError):
                await client.send_raw(PURCHASE.operation)

        group.start_soon(one)
        await anyio.sleep(1)
        await client.aclose()
    assert case.requests == 1

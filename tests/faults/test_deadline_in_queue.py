"""A call that waits for a connection which another one holds fails at its deadline, and was never sent."""

import anyio
import httpx
import pytest

from flowroute_async import DeadlineExceededError, FlowrouteClient, Hooks, Rates
from flowroute_async.intent import on_record
from tests.faults.fault_calls import BY_NAME
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Server
from tests.virtual_time import LoopClock

STALL, LOST = (
    next(fault for fault in FAULTS if fault.name == name)
    for name in ("stall before the headers", "reset before reading")
)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["get_number", "send_message"])
async def test_a_call_does_not_wait_for_a_connection_beyond_its_deadline(server: Server, name: str) -> None:
    case = server.case(BY_NAME["get_number"], STALL, 1000)
    sent = anyio.Event()
    hooks = Hooks(on_request=lambda _: sent.set())
    await anyio.sleep(100)
    async with client_for(server, case, timeout=30, hooks=hooks) as client, anyio.create_task_group() as group:
        group.start_soon(client.send_raw, BY_NAME["get_number"].operation)
        with anyio.fail_after(10):
            await sent.wait()
            began = anyio.current_time()
            with pytest.raises(DeadlineExceededError) as caught:
                await client.with_options(deadline=1).send(BY_NAME[name].operation)
        assert anyio.current_time() - began == pytest.approx(1)
        assert str(caught.value) == (
            f"{name}: no connection became free before the deadline; nothing was sent. "
            "A longer deadline helps, or fewer calls at once."
        )
        assert (caught.value.attempts, case.requests) == (0, 1)
        group.cancel_scope.cancel()
    assert await server.settled()


@pytest.mark.anyio
async def test_a_call_that_waits_for_its_second_attempt_tells_that_there_was_a_first(server: Server) -> None:
    call = BY_NAME["get_number"]
    case = server.case(call, LOST, 1)
    async with client_for(server, case) as client, anyio.create_task_group() as group:
        client._transport._random = lambda: 1.0

        async def occupy() -> None:
            await anyio.sleep(0.2)  # while the other one pauses
            case.fault, case.times = STALL, 1000
            await client.send_raw(call.operation)

        group.start_soon(occupy)
        with pytest.raises(DeadlineExceededError) as caught:
            await client.with_options(deadline=4).send(call.operation)
        group.cancel_scope.cancel()
    assert caught.value.attempts == 1
    assert "no connection became free before the deadline; it was not sent again." in str(caught.value)


@pytest.mark.anyio
async def test_a_call_whose_turn_would_come_after_its_deadline_ends_at_once_whenever_it_is_made() -> None:
    rates = Rates(api=0.1)
    async with FlowrouteClient(
        access_key="a", secret_key="b", rates=rates, http_transport=httpx.MockTransport(_answer), clock=LoopClock()
    ) as client:
        await anyio.sleep(1000)
        await client.routes.list()
        with pytest.raises(DeadlineExceededError, match="its turn would come after the deadline; nothing was sent"):
            await client.with_options(deadline=5).routes.list()
        assert anyio.current_time() == pytest.approx(1000)


def _answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": []})


class Slow:
    """An intent that takes for ever to be written down."""

    async def write(self) -> None:
        await anyio.sleep_forever()

    async def withdraw(self) -> None:
        """Do nothing."""


@pytest.mark.anyio
async def test_a_call_that_is_written_down_too_slowly_ends_at_its_deadline_and_is_not_sent(server: Server) -> None:
    call = BY_NAME["send_message"]
    case = server.case(call)
    async with client_for(server, case, max_concurrency=5) as client, anyio.create_task_group() as group:
        with on_record(Slow()):
            group.start_soon(client.send, call.operation)
            await anyio.sleep(1)
            with pytest.raises(DeadlineExceededError) as caught:
                await client.with_options(deadline=1).send(call.operation)
        assert anyio.current_time() == pytest.approx(2)
        group.cancel_scope.cancel()
    assert caught.value.attempts == 1
    assert case.requests == 0

"""Calls that are cancelled, at every point: nothing is sent twice, every lane stays usable, nothing is left open."""

import random
from collections.abc import Coroutine

import anyio
import anyio.lowlevel
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError
from tests.faults.fault_calls import BY_NAME
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Server

GET, PURCHASE = BY_NAME["get_number"], BY_NAME["purchase_number"]


async def _first_steps(call: Coroutine[object, object, object], steps: int) -> bool:
    """Run a call for so many turns of the event loop, then cancel it; tell whether it was done before."""
    done = False

    async def run() -> None:
        nonlocal done
        await call
        done = True

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        for _ in range(steps):
            await anyio.lowlevel.checkpoint()
            if done:
                break
        group.cancel_scope.cancel()
    return done


async def _works(client: FlowrouteClient, lanes: int) -> None:
    """Use every lane at once."""
    answers: list[int] = []

    async def one() -> None:
        answers.append((await client.send_raw(GET.operation)).status_code)

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for _ in range(lanes):
                group.start_soon(one)
    assert len(answers) == lanes
    assert client._transport._lanes._free.value == lanes


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["get_number", "purchase_number", "send_message"])
async def test_a_call_may_be_cancelled_at_any_step(server: Server, name: str) -> None:
    call = BY_NAME[name]
    steps = done = 0
    while done < 3 and steps < 3000:
        case = server.case(call)
        async with client_for(server, case, max_concurrency=1) as client:
            done += await _first_steps(client.send_raw(call.operation), steps)
            assert client._transport._lanes._free.value == 1
            assert case.effects <= 1
            if steps % 5 == 0:
                await _works(client, 1)
        steps += 1 if steps < 60 else 20
    assert done == 3
    assert server.settled()


@pytest.mark.anyio
async def test_a_thousand_calls_with_a_third_cancelled_leave_every_lane_usable(server: Server) -> None:
    case = server.case(PURCHASE)
    chance = random.Random(4)  # noqa: S311 - which calls are cancelled is no secret
    outcomes: list[str] = []
    async with client_for(server, case, timeout=30, max_concurrency=10) as client:

        async def one(patience: float | None) -> None:
            scope = anyio.CancelScope() if patience is None else anyio.move_on_after(patience)
            operation = (PURCHASE if chance.random() < 0.5 else GET).operation
            with scope:
                try:
                    await client.send_raw(operation)
                    outcomes.append("value")
                except FlowrouteError as error:
                    outcomes.append(type(error).__name__)
                return
            outcomes.append("cancelled")

        async with anyio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(one, chance.uniform(0, 0.6) if chance.random() < 0.3 else None)
        assert len(outcomes) == 1000
        assert set(outcomes) == {"value", "cancelled"}
        assert outcomes.count("cancelled") >= 20
        assert case.effects <= 1000
        await _works(client, 10)
    assert server.settled()

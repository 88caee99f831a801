"""Calls cancelled at every point: nothing is sent twice, every connection stays usable, nothing is left open."""

import itertools
import random
from collections.abc import Coroutine

import anyio
import anyio.lowlevel
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_openapi import get_number, purchase_number
from tests.faults.fault_calls import BY_NAME, Call
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Server

GET = BY_NAME["list_routes"]
PURCHASE = Call(BY_NAME["purchase_number"].operation, 201, b"{}")  # about no number in particular


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


async def _works(client: FlowrouteClient, connections: int) -> None:
    """Use every connection at once."""
    answers: list[int] = []

    async def one() -> None:
        answers.append((await client.send_raw(GET.operation)).status_code)

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for _ in range(connections):
                group.start_soon(one)
    assert len(answers) == connections
    assert client._transport._connections.pool()._free.value == connections


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name", ["get_number", "purchase_number", "send_message", "create_e911_address", "delete_cnam_record"]
)
async def test_a_call_may_be_cancelled_at_any_step(server: Server, name: str) -> None:
    call = BY_NAME[name]
    steps = done = 0
    while done < 3 and steps < 3000:
        case = server.case(call)
        async with client_for(server, case, max_concurrency=1) as client:
            done += await _first_steps(client.send_raw(call.operation), steps)
            pool = client._transport._connections.pool()
            assert (pool._free.value, pool._waiting, pool._in_flight) == (1, set(), {}), "something is kept"
            assert case.effects <= 1
            if steps % 5 == 0:
                await _works(client, 1)
        steps += 1 if steps < 60 else 20
    assert done == 3
    assert await server.settled()


@pytest.mark.anyio
async def test_a_thousand_calls_with_a_third_cancelled_leave_every_connection_usable(server: Server) -> None:
    case = server.case(PURCHASE)
    chance = random.Random(4)  # noqa: S311 - which calls are cancelled is no secret
    numbers = itertools.count()
    outcomes: dict[int, str] = {}
    patience: dict[int, tuple[int, anyio.CancelScope]] = {}
    async with client_for(server, case, timeout=30, max_concurrency=10) as client:

        async def one() -> None:
            number = next(numbers)  # in the order of starting, which trio shuffles
            scope = anyio.CancelScope()
            if chance.random() < 0.3:
                # By the calls that ended before, not by time: some while they queue, some on their connection.
                patience[number] = (number - chance.randint(-2, 20), scope)
            operation = (purchase_number if chance.random() < 0.5 else get_number)(f"1206555{number:04}")
            with scope:
                try:
                    await client.send_raw(operation)
                    outcomes[number] = "value"
                except FlowrouteError as error:
                    outcomes[number] = type(error).__name__
            outcomes.setdefault(number, "cancelled")
            for other, (until, its_scope) in list(patience.items()):
                if len(outcomes) >= until:
                    del patience[other]
                    its_scope.cancel()

        async with anyio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(one)
        assert len(outcomes) == 1000
        assert set(outcomes.values()) == {"value", "cancelled"}
        cancelled = [f"{number:04}" for number, outcome in outcomes.items() if outcome == "cancelled"]
        assert len(cancelled) >= 200
        assert max(case.carried_out.values()) == 1
        done = {request[-4:] for request in case.carried_out}
        assert {f"{number:04}" for number, outcome in outcomes.items() if outcome == "value"} <= done
        await _works(client, 10)
    assert await server.settled()

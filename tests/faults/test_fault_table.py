"""Every operation under every fault, on both event loops: never twice, never a wrong word, never too late."""

import inspect

import pytest

import flowroute_openapi
from tests.faults.fault_calls import CALLS, MARKS
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import run_table
from tests.faults.fault_server import Server


def test_the_table_holds_every_operation_of_the_api() -> None:
    every = [name for name in flowroute_openapi.__all__ if inspect.isfunction(getattr(flowroute_openapi, name))]
    assert sorted(call.operation.name for call in CALLS) == sorted(every)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(mark.isascii() for mark in MARKS)


@pytest.mark.anyio
async def test_every_operation_keeps_its_promises_under_every_fault(server: Server) -> None:
    results = await run_table(server)
    assert [problem for result in results for problem in result.problems] == []
    assert await server.settled(), f"{server.open_connections} connections were left open"

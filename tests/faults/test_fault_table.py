"""Operations under faults, on both event loops: never twice, never a wrong word, never too late.

Here each fault meets an operation of each kind, and each operation a fault of each kind; `make faults` runs the whole
table, every operation under every fault.
"""

import inspect

import pytest

import flowroute_openapi
from tests.faults.fault_calls import CALLS, MARKS, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import Result, run_table
from tests.faults.fault_server import Server


def _kind(call: Call) -> tuple[bool, ...]:
    """All that the treatment of a call's answer depends on."""
    one = call.operation
    return (one.repeatable, one.response is type(None), one.may_be_empty, one.done_if_gone, one.expected_id is not None)


_OF_EACH_KIND = list({_kind(call): call for call in CALLS}.values())
_FAULTS_OF_EACH_KIND = [
    fault
    for fault in FAULTS
    if fault.name
    in {
        "reset before reading",
        "reset after the effect",
        "stall in the body",
        "429, Retry-After: 2 seconds",
        "500 after the effect",
        "404",
        "truncated JSON",
        "an idle connection reset",
    }
]


def test_the_table_holds_every_operation_of_the_api() -> None:
    every = [name for name in flowroute_openapi.__all__ if inspect.isfunction(getattr(flowroute_openapi, name))]
    assert sorted(call.operation.name for call in CALLS) == sorted(every)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(mark.isascii() for mark in MARKS)
    assert len(_FAULTS_OF_EACH_KIND) == 8
    assert {call.operation.name for call in _OF_EACH_KIND} < {call.operation.name for call in CALLS}


@pytest.mark.anyio
async def test_an_operation_of_each_kind_keeps_its_promises_under_every_fault(server: Server) -> None:
    await _keep_their_promises(server, await run_table(server, calls=_OF_EACH_KIND))


@pytest.mark.anyio
async def test_every_operation_keeps_its_promises_under_a_fault_of_each_kind(server: Server) -> None:
    rest = [call for call in CALLS if call not in _OF_EACH_KIND]
    await _keep_their_promises(server, await run_table(server, calls=rest, faults=_FAULTS_OF_EACH_KIND))


async def _keep_their_promises(server: Server, results: list[Result]) -> None:
    assert results
    assert [problem for result in results for problem in result.problems] == []
    assert await server.settled(), f"{server.open_connections} connections were left open"

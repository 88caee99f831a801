"""A deletion whose answer was lost: the repetition finds nothing, and that is what was asked for."""

import pytest

from flowroute_async import NotFoundError
from flowroute_async.client import FlowrouteClient
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.testing import InstantClock, client_of


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(numbers=2_000, clock=SandboxClock.frozen())


@pytest.fixture
def client(sandbox: Sandbox) -> FlowrouteClient:
    return client_of(sandbox, clock=InstantClock(sandbox.control.advance))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "after"},
        {"status": 503, "after_effect": True},
        {"status": 503, "after_effect": True, "retry_after": "1"},
    ],
)
async def test_a_deletion_whose_answer_was_lost_succeeds(
    client: FlowrouteClient, sandbox: Sandbox, fault: dict[str, object]
) -> None:
    record = await client.cnam.create("Acme Corp")
    sandbox.control.add_fault("delete_cnam_record", **fault)  # type: ignore[arg-type] # the fault's own types
    await client.cnam.delete(record)
    assert [one async for one in client.cnam.list()] == []
    assert sandbox.control.effects()["delete_cnam_record"] == {record.id: 1}


@pytest.mark.anyio
async def test_a_deletion_of_what_was_never_there_is_not_found_even_after_a_refusal(
    client: FlowrouteClient, sandbox: Sandbox
) -> None:
    sandbox.control.add_fault("delete_cnam_record", status=429)
    with pytest.raises(NotFoundError):
        await client.cnam.delete("999")


@pytest.mark.anyio
@pytest.mark.parametrize("resource", ["e911", "cnam"])
async def test_a_repeated_unassociation_of_a_number_that_is_not_on_the_account_is_not_found(
    client: FlowrouteClient, sandbox: Sandbox, resource: str
) -> None:
    sandbox.control.add_fault("*", drop="before")
    with pytest.raises(NotFoundError):
        await (client.e911 if resource == "e911" else client.cnam).unassociate("12065550100")

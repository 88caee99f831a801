"""A message whose answer was lost is found by what the error says: since when, and where to look."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flowroute_async import FlowrouteClient, OutcomeUnknownError
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of


@pytest.mark.anyio
@pytest.mark.parametrize("margin", [timedelta(), timedelta(minutes=1)])
async def test_a_message_whose_answer_was_lost_is_found_among_those_since_then(margin: timedelta) -> None:
    sandbox = Sandbox(numbers=2_000, provisioning_delay=0)
    recipient = "12065550101"
    async with client_of(sandbox) as client:
        offer = (await client.numbers.search(max_items=1)).items[0]
        sender = (await client.numbers.purchase(offer, messaging_enabled=True)).id
        sandbox.control.add_fault("send_message", drop="after")
        before = datetime.now(UTC)
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.messages.send(from_=sender, to=recipient, body="lost")
        error = caught.value
        assert error.since.utcoffset() == timedelta(0)
        assert before <= error.since <= datetime.now(UTC)
        assert "messages.list" in error.look_at
        found = [message async for message in client.messages.list(start_date=error.since - margin)]
    assert [(message.from_, message.to, message.body) for message in found] == [(sender, recipient, "lost")]


@pytest.mark.anyio
async def test_under_the_pytest_plugin_a_message_whose_answer_was_lost_is_found_as_the_documentation_says(
    flowroute_client: FlowrouteClient, flowroute_sandbox: Sandbox
) -> None:
    offer = (await flowroute_client.numbers.search(max_items=1)).items[0]
    sender = (await flowroute_client.numbers.purchase(offer, messaging_enabled=True)).id
    flowroute_sandbox.control.advance(3_600)
    flowroute_sandbox.control.add_fault("send_message", drop="after")
    with pytest.raises(OutcomeUnknownError) as caught:
        await flowroute_client.messages.send(from_=sender, to="12065550101", body="lost")
    since = caught.value.since
    assert since == flowroute_sandbox.clock.now() == datetime(2024, 1, 1, 1, tzinfo=UTC)
    listed = flowroute_client.messages.list(start_date=since - timedelta(minutes=1))
    assert [message.body async for message in listed] == ["lost"]


@pytest.mark.anyio
async def test_the_time_given_is_that_of_sending_and_not_that_of_giving_up() -> None:
    clock = InstantClock()

    class LostAfterHalfAMinute(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            clock.advance(30)
            raise httpx.ReadError("lost")

    client = FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url="http://127.0.0.1",
        http_transport=LostAfterHalfAMinute(),
        clock=clock,
    )
    sent_at = clock.now()
    async with client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.messages.send(from_="12065550100", to="12065550101", body="lost")
    assert caught.value.since == sent_at
    assert clock.now() - sent_at == timedelta(seconds=30)

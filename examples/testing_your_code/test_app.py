"""The application's tests. The fixtures come with the SDK and its extra `sandbox`."""

import pytest
from app import Greeter

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock


@pytest.mark.asyncio
async def test_a_number_is_bought_once(flowroute_client: FlowrouteClient, flowroute_sandbox: Sandbox) -> None:
    flowroute_sandbox.control.add_fault("purchase_number", drop="after")  # bought, but the answer is lost

    number = await Greeter(flowroute_client).buy_number("WA")

    assert flowroute_sandbox.control.effects()["purchase_number"] == {number: 1}


@pytest.mark.asyncio
async def test_a_greeting_is_never_sent_twice(flowroute_client: FlowrouteClient, flowroute_sandbox: Sandbox) -> None:
    greeter = Greeter(flowroute_client)
    number = await greeter.buy_number("WA")
    flowroute_sandbox.control.add_fault("send_message", drop="after")  # sent, but the answer is lost

    await greeter.greet(number, "12065550100")

    assert greeter.to_check_by_hand == ["12065550100"]
    assert [request.operation for request in flowroute_sandbox.control.requests()].count("send_message") == 1


@pytest.mark.asyncio
async def test_a_busy_server_is_waited_for(
    flowroute_client: FlowrouteClient, flowroute_sandbox: Sandbox, flowroute_clock: InstantClock
) -> None:
    flowroute_sandbox.control.add_fault("search_available_numbers", status=429, retry_after=30)

    await Greeter(flowroute_client).buy_number("WA")

    assert flowroute_clock.time() >= 30  # on the client's clock; the test itself did not wait

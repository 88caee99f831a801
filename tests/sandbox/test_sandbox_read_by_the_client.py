"""The client reads everything that a lived-in account shows, in both shapes of numbers, and leaves nothing unread."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_openapi import get_port_order, list_port_orders


@pytest.mark.anyio
@pytest.mark.parametrize("shape", ["2018", "today"])
async def test_nothing_of_a_lived_in_account_is_left_unread(shape: str) -> None:
    clock = SandboxClock.frozen()
    sandbox = Sandbox(numbers=4_000, account="lived-in", clock=clock, shape=shape)  # type: ignore[arg-type] # a text
    transport = httpx.ASGITransport(app=sandbox.app)
    async with FlowrouteClient(
        access_key="sandbox", secret_key="sandbox", base_url="http://127.0.0.1", http_transport=transport
    ) as client:
        numbers = [number async for number in client.numbers.list()]
        details = [await client.numbers.get(number) for number in numbers]
        names = [name async for name in client.cnam.list()]
        addresses = [address async for address in client.e911.list()]
        routes = [route async for route in client.routes.list()]
        since = datetime(2024, 1, 1, tzinfo=UTC) - timedelta(days=200)
        messages = [message async for message in client.messages.list(start_date=since)]
        orders = (await client.send(list_port_orders())).data
        whole = [(await client.send(get_port_order(order.id))).data for order in orders]
    found = (numbers, details, names, addresses, routes, messages, orders, whole)
    assert [len(records) for records in found[:5]] == [16, 16, 5, 6, 6]
    assert (len(messages) > 500, len(whole)) == (True, 3)
    for records in found:
        assert [record.unread for record in records if record.unread] == []
    sandbox.close()

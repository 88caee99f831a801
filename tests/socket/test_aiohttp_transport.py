"""The extra `aiohttp`: httpx's interface over aiohttp, chosen by the user, on asyncio."""

from collections.abc import Iterator

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from flowroute_async import FlowrouteClient, NotFoundError, OutcomeUnknownError
from flowroute_async.sandbox import Sandbox, running


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(numbers=4_000, provisioning_delay=0)


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with running(sandbox) as address:
        yield address


@pytest.mark.asyncio
async def test_calls_lists_errors_and_lost_answers_are_as_ever(sandbox: Sandbox, url: str) -> None:
    transport = AiohttpTransport(limits=httpx.Limits(max_connections=4))
    client = FlowrouteClient(
        access_key="sandbox", secret_key="sandbox", base_url=url, http_transport=transport, max_concurrency=4
    )
    async with client:
        found = [number async for number in client.numbers.search(state="WA", page_size=20, prefetch=3)]
        number = await client.numbers.purchase(found[0], messaging_enabled=True)
        with pytest.raises(NotFoundError):
            await client.numbers.get("12065550100")
        sandbox.control.add_fault("send_message", drop="after")
        with pytest.raises(OutcomeUnknownError):
            await client.messages.send(from_=number, to="12065550100", body="hello")
        sandbox.control.add_fault("get_number", drop="before")
        assert (await client.numbers.get(number)).id == number.id
    assert len({one.id for one in found}) == len(found) > 20
    assert sandbox.control.effects()["send_message"] == {"12065550100": 1}

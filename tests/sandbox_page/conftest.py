from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox_page.page_reader import BASE_URL


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen(), sms_rate=None, mms_rate=None, provisioning_delay=0)
    yield sandbox
    sandbox.close()


@pytest.fixture
async def client(sandbox: Sandbox, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the page."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app), base_url=BASE_URL) as client:
        yield client


@pytest.fixture
async def api(sandbox: Sandbox, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A program on the API."""
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as client:
        yield client


@pytest.fixture
async def number(api: httpx.AsyncClient) -> str:
    """A number of the account."""
    found = await api.get("/v2/numbers/available", params={"starts_with": "1206", "limit": 1})
    number: str = found.json()["data"][0]["id"]
    assert (await api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True})).status_code == 201
    return number

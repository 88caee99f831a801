"""Who is compared: each gives a coroutine function that fetches and decodes one page of 200 numbers."""

import asyncio
import contextlib
import importlib
import io
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

import telnyx_models
from flowroute_async import FlowrouteClient
from flowroute_openapi import search_available_numbers
from page_server import ITEMS

Fetch = Callable[[], Awaitable[object]]
Contender = Callable[[str, int], contextlib.AbstractAsyncContextManager[Fetch]]

PATH = "/v2/numbers/available"
QUERY: dict[str, str | int] = {"state": "NY", "limit": ITEMS, "offset": 0}
TUNED_CONNECTIONS = 20
PROJECT = Path(__file__).parent.parent


@asynccontextmanager
async def ours(url: str, _in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with flowroute-async as it comes: typed, 20 connections, further calls queue."""
    async with FlowrouteClient(access_key="a", secret_key="b", base_url=url, deadline=600) as client:
        operation = search_available_numbers(state="NY", limit=ITEMS, offset=0)

        async def fetch() -> object:
            return await client.send(operation)

        yield fetch


@asynccontextmanager
async def ours_by_search(url: str, _in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with flowroute-async as users call it: one page of `client.numbers.search`."""
    async with FlowrouteClient(access_key="a", secret_key="b", base_url=url, deadline=600) as client:

        async def fetch() -> object:
            return await client.numbers.search(state="NY", page_size=ITEMS)

        yield fetch


@asynccontextmanager
async def ours_by_iterating(url: str, in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with flowroute-async as users call it: `async for` over the numbers, a connection for each task."""
    connections = max(in_flight, 1)
    client = FlowrouteClient(access_key="a", secret_key="b", base_url=url, deadline=600, max_concurrency=connections)
    async with client:

        async def fetch() -> object:
            return [number async for number in client.numbers.search(state="NY", page_size=ITEMS, max_items=ITEMS)]

        yield fetch


@asynccontextmanager
async def bare_httpx2(url: str, in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with httpx2 and its own pool, one connection for each request in flight, and json.loads."""
    import httpx2  # noqa: PLC0415 - only this contender needs it

    limits = httpx2.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    async with httpx2.AsyncClient(auth=("a", "b"), base_url=url, limits=limits, timeout=600) as client:

        async def fetch() -> object:
            return json.loads((await client.get(PATH, params=QUERY)).content)

        yield fetch


@asynccontextmanager
async def ours_over_aiohttp(url: str, in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with flowroute-async over the `aiohttp` extra's transport."""
    import httpx_aiohttp  # noqa: PLC0415 - only this contender needs it

    transport = httpx_aiohttp.AiohttpTransport(limits=httpx.Limits(max_connections=max(in_flight, 1)))
    client = FlowrouteClient(access_key="a", secret_key="b", base_url=url, deadline=600, http_transport=transport)
    async with client:
        operation = search_available_numbers(state="NY", limit=ITEMS, offset=0)

        async def fetch() -> object:
            return await client.send(operation)

        yield fetch


@asynccontextmanager
async def bare_httpx(url: str, in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with httpx and its own pool, one connection for each request in flight, and json.loads."""
    limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    async with httpx.AsyncClient(auth=("a", "b"), base_url=url, limits=limits, timeout=600) as client:

        async def fetch() -> object:
            return json.loads((await client.get(PATH, params=QUERY)).content)

        yield fetch


@asynccontextmanager
async def tuned_httpx(url: str, _in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with httpx as a careful user sets it up: 20 connections, all kept alive, behind a semaphore of 20."""
    limits = httpx.Limits(max_connections=TUNED_CONNECTIONS, max_keepalive_connections=TUNED_CONNECTIONS)
    async with httpx.AsyncClient(auth=("a", "b"), base_url=url, limits=limits, timeout=600) as client:
        gate = asyncio.Semaphore(TUNED_CONNECTIONS)

        async def fetch() -> object:
            async with gate:
                response = await client.get(PATH, params=QUERY)
            return json.loads(response.content)

        yield fetch


def generate_stock(folder: Path) -> None:
    """Generate the stock output of openapi-python-client from the corrected document."""
    from openapi_python_client import generate  # noqa: PLC0415 - only the setup needs it
    from openapi_python_client.config import Config, ConfigFile, MetaType  # noqa: PLC0415 - as above

    config = Config.from_sources(
        config_file=ConfigFile(package_name_override="stock_flowroute", post_hooks=[]),
        meta_type=MetaType.NONE,
        document_source=PROJECT / "spec/flowroute.complete.yaml",
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / "stock_flowroute",
    )
    with contextlib.redirect_stdout(io.StringIO()):
        faults = generate(config=config)
    if faults:
        raise RuntimeError("\n".join(str(fault) for fault in faults))
    sys.path.insert(0, str(folder))


@asynccontextmanager
async def stock_generated(url: str, in_flight: int) -> AsyncIterator[Fetch]:
    """Fetch with the stock output of openapi-python-client."""
    stock: Any = importlib.import_module("stock_flowroute")
    module: Any = importlib.import_module("stock_flowroute.api.numbers.search_available_numbers")
    limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    authenticated = stock.AuthenticatedClient(
        base_url=url, token="YTpi", prefix="Basic", timeout=httpx.Timeout(600), httpx_args={"limits": limits}
    )
    async with authenticated as client:

        async def fetch() -> object:
            return await module.asyncio(client=client, state="NY", limit=ITEMS, offset=0)

        yield fetch


@asynccontextmanager
async def _telnyx(url: str, model: object) -> AsyncIterator[Fetch]:
    telnyx: Any = importlib.import_module("telnyx")
    async with telnyx.AsyncTelnyx(api_key="a", base_url=url, timeout=600, max_retries=0) as client:

        async def fetch() -> object:
            return await client.get(PATH, cast_to=model, options={"params": QUERY})

        yield fetch


def telnyx_sdk(url: str, _in_flight: int) -> contextlib.AbstractAsyncContextManager[Fetch]:
    """Fetch the same page with the Stainless-generated telnyx SDK, by its low-level call, into models of its own."""
    return _telnyx(url, telnyx_models.page_of_the_document())


def telnyx_at_its_best(url: str, _in_flight: int) -> contextlib.AbstractAsyncContextManager[Fetch]:
    """Fetch the same with models of which every field is optional."""
    return _telnyx(url, telnyx_models.page_of_optional_fields())

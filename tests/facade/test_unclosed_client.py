"""A client that nobody closes warns by its own name."""

import gc
import warnings
from typing import Any

import httpx
import pytest

from flowroute_async import FlowrouteClient
from tests.facade.loopback_servers import tls_api, trusting_the_test_root


def _client(port: int) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a", secret_key="hush", base_url=f"https://localhost:{port}", ssl_context=trusting_the_test_root()
    )


def _warnings_of_clients(caught: list[warnings.WarningMessage]) -> list[str]:
    gc.collect()
    return [str(one.message) for one in caught if "FlowrouteClient" in str(one.message)]


@pytest.mark.anyio
async def test_a_client_that_was_used_and_never_closed_warns_by_its_name() -> None:
    with tls_api() as port, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = _client(port)
        copy = client.with_options(deadline=5)
        await copy.routes.list()
        del client
        assert _warnings_of_clients(caught) == []  # its copy still uses the connections
        del copy
        (warning,) = _warnings_of_clients(caught)
        assert warning == (
            f"FlowrouteClient(base_url='https://localhost:{port}') was never closed: use `async with`, or `aclose`"
        )
        assert next(one for one in caught if "FlowrouteClient" in str(one.message)).category is ResourceWarning


@pytest.mark.anyio
async def test_a_client_that_was_closed_or_never_used_does_not_warn() -> None:
    with tls_api() as port, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = _client(port)
        await client.routes.list()
        await client.aclose()
        async with _client(port) as entered:
            await entered.routes.list()
        unused = _client(port)
        del client, entered, unused
        assert _warnings_of_clients(caught) == []


@pytest.mark.anyio
async def test_a_client_on_a_transport_of_the_users_own_does_not_warn() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": []}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = FlowrouteClient(access_key="a", secret_key="b", http_transport=transport)
        await client.routes.list()
        del client
        assert _warnings_of_clients(caught) == []


def test_a_client_that_is_opened_without_async_says_what_is_missing() -> None:
    client: Any = FlowrouteClient(access_key="a", secret_key="b")
    with pytest.raises(TypeError, match="opened by `async with`, not by `with`"), client:
        pytest.fail("it was entered")

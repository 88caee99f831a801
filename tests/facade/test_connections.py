"""TLS with private roots, proxies and their variables, and the life of a client, over real sockets on loopback."""

import base64
import ssl
from collections.abc import Iterator

import httpx
import pytest

from flowroute_async import FlowrouteClient, NotSentError
from tests.facade.loopback_servers import proxy, tls_api, trusting_the_test_root
from tests.faults.fault_calls import BY_NAME
from tests.faults.fault_server import Server
from tests.patience import HANGS_AFTER

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def api() -> Iterator[str]:
    with tls_api() as port:
        yield f"https://localhost:{port}"


@pytest.fixture
def passed() -> list[str]:
    """What the proxy has noted."""
    return []


@pytest.fixture
def proxy_port(passed: list[str]) -> Iterator[int]:
    with proxy(passed) as port:
        yield port


def new_client(base_url: str, *, through: str | None = None, trusting: ssl.SSLContext | None = None) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=base_url,
        max_retries=0,
        timeout=HANGS_AFTER,
        proxy=through,
        ssl_context=trusting or trusting_the_test_root(),
    )


async def test_a_private_root_is_trusted_where_it_is_given(api: str) -> None:
    async with new_client(api) as client:
        assert (await client.numbers.search()).items == ()


async def test_a_server_with_an_unknown_root_gets_nothing(api: str) -> None:
    async with new_client(api, trusting=ssl.create_default_context()) as client:
        with pytest.raises(NotSentError):
            await client.numbers.search()


async def test_a_server_with_another_name_gets_nothing(api: str) -> None:
    async with new_client(api.replace("localhost", "127.0.0.2")) as client:
        with pytest.raises(NotSentError):
            await client.numbers.search()


async def test_calls_go_through_the_proxy_that_is_given(api: str, passed: list[str], proxy_port: int) -> None:
    async with new_client(api, through=f"http://user:secret@127.0.0.1:{proxy_port}") as client:
        assert (await client.numbers.search()).items == ()
    assert passed[0] == f"CONNECT {api.removeprefix('https://')} HTTP/1.1"
    assert passed[1].split(" ")[-1] == base64.b64encode(b"user:secret").decode()


@pytest.mark.parametrize("setting", ["HTTPS_PROXY=http://", "https_proxy=http://", "ALL_PROXY=http://", "HTTPS_PROXY="])
async def test_calls_go_through_the_proxy_of_the_environment(
    api: str, passed: list[str], proxy_port: int, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    variable, _, scheme = setting.partition("=")
    monkeypatch.setenv(variable, f"{scheme}127.0.0.1:{proxy_port}")
    async with new_client(api) as client:
        assert (await client.numbers.search()).items == ()
    assert len(passed) == 1


@pytest.mark.parametrize("exception", ["localhost", "other.example,localhost", "*"])
async def test_no_proxy_names_hosts_that_are_reached_directly(
    api: str, passed: list[str], proxy_port: int, monkeypatch: pytest.MonkeyPatch, exception: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy_port}")
    monkeypatch.setenv("NO_PROXY", exception)
    async with new_client(api) as client:
        assert (await client.numbers.search()).items == ()
    assert passed == []


async def test_no_proxy_for_another_host_changes_nothing(
    api: str, passed: list[str], proxy_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy_port}")
    monkeypatch.setenv("NO_PROXY", "other.example")
    async with new_client(api) as client:
        await client.numbers.search()
    assert len(passed) == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
async def test_plain_http_never_goes_through_a_proxy_of_the_environment(
    passed: list[str], proxy_port: int, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy_port}")
    call = BY_NAME["get_number"]
    async with Server().serving() as server:
        case = server.case(call)
        async with new_client(server.url(case)) as client:
            assert (await client.send_raw(call.operation)).status_code == call.status
        assert case.requests == 1
    assert passed == []


async def test_a_proxy_that_refuses_leaves_the_call_unsent(api: str, passed: list[str]) -> None:
    with proxy(passed, refuses=True) as port:
        async with new_client(api, through=f"http://user:secret@127.0.0.1:{port}") as client:
            with pytest.raises(NotSentError) as caught:
                await client.numbers.search()
    assert "secret" not in str(caught.value) + repr(caught.value)
    assert len([line for line in passed if line.startswith("CONNECT")]) == 1


async def test_closing_twice_is_closing_once(api: str) -> None:
    client = new_client(api)
    await client.numbers.search()
    await client.aclose()
    await client.aclose()


async def test_closing_a_copy_leaves_the_connections_open(api: str) -> None:
    async with new_client(api) as client:
        async with client.with_options(timeout=5) as other:
            await other.numbers.search()
        assert client._transport._connections.pool()._idle
        await client.numbers.search()


class Closing(httpx.AsyncBaseTransport):
    """A transport of the user's own, which notes how often it is closed."""

    def __init__(self) -> None:
        self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": []})

    async def aclose(self) -> None:
        self.closed += 1


async def test_a_transport_of_the_users_own_is_closed_with_the_client() -> None:
    transport = Closing()
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=transport) as client:
        await client.numbers.search()
        async with client.with_options(max_retries=0):
            pass
        assert transport.closed == 0
    assert transport.closed >= 1


async def test_a_transport_of_the_users_own_is_closed_with_a_client_that_was_never_used() -> None:
    transport = Closing()
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=transport):
        pass
    assert transport.closed == 1

"""What a request is made of: its address, its headers and its limits, and what cannot be written into one."""

from collections.abc import Callable, Mapping

import httpx
import pytest

from flowroute_async import FlowrouteClient, InvalidArgumentError
from flowroute_openapi import Operation, list_numbers, send_message
from flowroute_openapi.models import NewMessage

pytestmark = pytest.mark.anyio


class Recording(httpx.AsyncBaseTransport):
    """Answers with success, and keeps what was sent."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={})


def client_of(transport: httpx.AsyncBaseTransport, base_url: str = "https://api.flowroute.com") -> FlowrouteClient:
    return FlowrouteClient(access_key="a", secret_key="b", base_url=base_url, http_transport=transport)


def operation_of(
    body: object = None, headers: tuple[tuple[str, str], ...] = (), server: str | None = None
) -> Operation[None]:
    return Operation(
        "mine", "POST", "/mine", "/mine", type(None), repeatable=True, body=body, headers=headers, server=server
    )


@pytest.mark.parametrize(
    ("body", "headers", "sent"),
    [
        (None, (), {}),
        (None, (("X-Trace", "1"),), {"x-trace": ["1"]}),
        ({"a": 1}, (), {"content-type": ["application/vnd.api+json"]}),
        ({"a": 1}, (("X-Trace", "1"),), {"content-type": ["application/vnd.api+json"], "x-trace": ["1"]}),
        ({"a": 1}, (("Content-Type", "text/x"),), {"content-type": ["text/x"]}),
        (None, (("Accept", "text/x"),), {"accept": ["text/x"]}),
    ],
)
async def test_an_operation_adds_its_headers_and_the_type_of_its_body_and_may_replace_any(
    body: object, headers: tuple[tuple[str, str], ...], sent: Mapping[str, list[str]]
) -> None:
    transport = Recording()
    async with client_of(transport) as client:
        await client.send(operation_of(body, headers))
    (request,) = transport.requests
    names = ("content-type", "x-trace", "accept")
    found = {name: request.headers.get_list(name) for name in names if name in request.headers}
    assert found == {"accept": ["application/vnd.api+json, application/json"], **sent}
    assert "authorization" in request.headers


@pytest.mark.parametrize(
    ("base_url", "server", "host"),
    [
        ("https://api.flowroute.com", None, "api.flowroute.com"),
        ("https://api.flowroute.com", "https://files.example.com", "files.example.com"),
        ("http://127.0.0.1", "https://files.example.com", "127.0.0.1"),
        ("http://127.0.0.1", None, "127.0.0.1"),
    ],
)
async def test_an_address_of_an_operations_own_is_used_with_the_vendors_api_alone(
    base_url: str, server: str | None, host: str
) -> None:
    transport = Recording()
    async with client_of(transport, base_url) as client:
        await client.send(operation_of(server=server))
    assert [request.url.host for request in transport.requests] == [host]


async def test_a_transport_of_the_users_own_is_told_of_no_limits_since_the_client_keeps_them() -> None:
    transport = Recording()
    async with client_of(transport) as client:
        await client.send(operation_of())
    assert transport.requests[0].extensions["timeout"] == {"connect": None, "read": None, "write": None, "pool": None}


async def test_a_transport_of_the_users_own_may_read_a_body_in_any_way() -> None:
    class Reading(Recording):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            stream = request.stream
            assert isinstance(stream, httpx.SyncByteStream)
            assert isinstance(stream, httpx.AsyncByteStream)
            readings = [b"".join(stream), b"".join([part async for part in stream]), await request.aread()]
            assert readings == [readings[0]] * 3
            return await super().handle_async_request(request)

    transport = Reading()
    async with client_of(transport) as client:
        for body in (None, {"a": 1}):
            await client.send(operation_of(body))
    assert [request.content for request in transport.requests] == [b"", b'{"a":1}']


@pytest.mark.parametrize(
    ("build", "refusal"),
    [
        (
            lambda: send_message(NewMessage(from_="12065550100", to="12065550101", body="half a smile: \ud83d")),
            "every text must be encodable as UTF-8; nothing was sent",
        ),
        (lambda: list_numbers(contains="\ud83d"), "every text must be encodable as UTF-8; nothing was sent"),
        (
            lambda: list_numbers(contains="1" * 70_000),
            "the query must be short enough for a URL, 64 KiB; nothing was sent",
        ),
    ],
)
async def test_what_cannot_be_written_into_a_request_is_refused(
    build: Callable[[], Operation[object]], refusal: str
) -> None:
    transport = Recording()
    async with client_of(transport) as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await client.send(build())
    assert str(caught.value) == refusal
    assert transport.requests == []

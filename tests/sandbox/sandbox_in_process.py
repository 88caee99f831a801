"""A synchronous client of a sandbox in process: plain HTTP, no SDK."""

from collections.abc import Iterator, Mapping
from typing import Any

import anyio
import httpx

from flowroute_async.sandbox import Sandbox

BASE_URL = "http://api.test"


class InProcess(httpx.BaseTransport):
    """Hands each request to the application, in an event loop of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._transport = httpx.ASGITransport(app=sandbox.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def send() -> tuple[httpx.Response, bytes]:
            response = await self._transport.handle_async_request(request)
            return response, await response.aread()

        response, content = anyio.run(send)
        return httpx.Response(response.status_code, headers=response.headers, content=content)


def client_of(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=("sandbox", "sandbox"))


def for_sale(api: httpx.Client, **filters: str | int) -> list[str]:
    return [item["id"] for item in api.get("/v2/numbers/available", params=filters).json()["data"]]


def buy(api: httpx.Client, **filters: str | int) -> str:
    """Buy a number that can send messages once the sandbox's delay is over."""
    number = for_sale(api, limit=1, **filters)[0]
    assert api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True}).status_code == 201
    return number


def pages(api: httpx.Client, path: str, limit: int, **filters: str | int) -> Iterator[list[dict[str, Any]]]:
    """Walk a list by offset, for as long as it has a next page."""
    offset = 0
    while True:
        page = api.get(path, params={"limit": limit, "offset": offset, **filters}).json()
        yield page["data"]
        if "next" not in page["links"]:
            return
        assert page["data"], "an empty page has no next one"
        offset += len(page["data"])


def error_of(response: httpx.Response) -> Mapping[str, Any]:
    """Return the one error of a refusal, whose status is the response's."""
    (error,) = response.json()["errors"]
    assert error["status"] == response.status_code
    found: Mapping[str, Any] = error
    return found


ADDRESS: dict[str, str] = {
    "label": "Home",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "country": "US",
    "zip": "98407",
}


def wrap(kind: str, **attributes: object) -> dict[str, object]:
    return {"data": {"type": kind, "attributes": attributes}}

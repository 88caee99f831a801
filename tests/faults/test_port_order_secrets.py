"""The PIN, the account and the last four digits of a port order are shown nowhere: as keys are treated."""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest
from pydantic import SecretStr

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_async.hooks import Hooks
from flowroute_async.testing import InstantClock
from flowroute_openapi import create_port_order
from flowroute_openapi.models import NewPortOrder, NewPortOrderAttributes, NewPortOrderDocument
from tests.described_calls import described_call
from tests.faults.test_tracebacks import shown

pytestmark = pytest.mark.anyio

PIN, SSN, ACCOUNT = "canarypin71", "8675", "canaryaccount99"
SECRETS: dict[str, Any] = {"pin": PIN, "last_4_ssn": SSN, "provider_account": ACCOUNT}
PARTS: dict[str, Any] = {
    "billing_name": "Janet Doe",
    "street": "S",
    "city": "Tacoma",
    "state": "WA",
    "provider": "P",
    **SECRETS,
}
NUMBER = "12065550100"


def secrets_in(text: str) -> list[str]:
    """Return which of them a text shows; the four digits as a word of their own, since any number may hold them."""
    found = [secret for secret in (PIN, ACCOUNT) if secret in text]
    return [*found, *re.findall(rf"(?<![\w.]){SSN}(?!\w)", text)]


def answering(answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="s",
        http_transport=httpx.MockTransport(answer),
        clock=InstantClock(),
        **options,
    )


CALLS: list[Callable[[Any], Awaitable[object]]] = [
    lambda porting: porting.create([NUMBER], **PARTS),
    lambda porting: porting.update("42361", **SECRETS),
]
REFUSED: list[Callable[[Any], Awaitable[object]]] = [
    lambda porting: porting.create([NUMBER], **PARTS | {"status_url": "x"}),
    lambda porting: porting.create(["911"], **PARTS),
    lambda porting: porting.create([NUMBER], **PARTS | {"provider": None}),
    lambda porting: porting.create([NUMBER], **PARTS | {"colour": "red"}),
    lambda porting: porting.create([NUMBER], presets={"alias": 5}, **PARTS),
    lambda porting: porting.update("", **SECRETS),
    lambda porting: porting.update("1", **PARTS | {"zip": None}),
    lambda porting: porting.update("1", **SECRETS | {"last_4_ssn": f"{SSN}9"}),
    lambda porting: porting.update("1", **SECRETS | {"last_4_ssn": int(SSN)}),
    lambda porting: porting.update("1", **SECRETS | {"pin": [PIN]}),
    lambda porting: porting.update("1", **SECRETS | {"pin": PIN.encode()}),
]
ECHOES = [
    json.dumps({"errors": [{"title": PIN, "id": ACCOUNT, "detail": f"{PIN} {SSN}", "status": f"{SSN}"}]}),
    json.dumps({"errors": [{"detail": {"data": {"attributes": {"pin": [PIN], SSN: [ACCOUNT]}}}}]}),
    json.dumps({"data": {"attributes": SECRETS}}),
    f"{PIN} {SSN} {ACCOUNT}",
]


@pytest.mark.parametrize("call", REFUSED)
async def test_what_is_refused_shows_no_secret_not_even_in_a_traceback_with_variables(call: Any) -> None:
    async with answering(lambda _: httpx.Response(500)) as client:
        with pytest.raises((FlowrouteError, TypeError)) as caught:
            await call(client.porting)
    assert secrets_in(f"{caught.value} {caught.value!r} {shown(caught.value)}") == []


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503])
@pytest.mark.parametrize("echo", ECHOES)
async def test_an_answer_that_repeats_them_shows_none(
    call: Any, status: int, echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []
    hooks = Hooks(on_request=seen.append, on_response=seen.append, on_retry=seen.append)
    with caplog.at_level(logging.DEBUG):
        async with answering(lambda _: httpx.Response(status, text=echo), hooks=hooks, max_retries=1) as client:
            with pytest.raises(FlowrouteError) as caught:
                await call(client.porting)
    assert secrets_in(f"{caught.value} {caught.value!r} {shown(caught.value)} {caplog.text} {seen!r}") == []


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_that_is_lost_or_cancelled_shows_none(call: Any) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(PIN, request=request)

    async with answering(lost, max_retries=1) as client:
        with pytest.raises(FlowrouteError) as caught:
            await call(client.porting)
    assert secrets_in(f"{caught.value} {caught.value!r} {shown(caught.value)}") == []
    seen: list[BaseException] = []

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert request.method
            await anyio.sleep_forever()
            raise AssertionError

    async def called(client: FlowrouteClient) -> None:
        try:
            await call(client.porting)
        except BaseException as error:
            seen.append(error)
            raise

    client = FlowrouteClient(access_key="a", secret_key="s", http_transport=Hanging())
    async with client, anyio.create_task_group() as group:
        group.start_soon(called, client)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert secrets_in(shown(seen[0])) == []


ODD = [
    SECRETS,
    {"pin": [PIN], "last_4_ssn": int(SSN), "provider_account": {"x": ACCOUNT}},
    {"pin": {"a": PIN}, "last_4_ssn": [int(SSN)], "provider_account": [ACCOUNT]},
]


@pytest.mark.parametrize("answered", ODD)
async def test_an_order_shows_none_even_where_it_cannot_be_read(answered: dict[str, Any]) -> None:
    body = json.loads(described_call("get_port_order").body)
    body["data"]["attributes"].update(answered)
    async with answering(lambda _: httpx.Response(200, json=body)) as client:
        order = await client.porting.get("42361")
    dumped = f"{order.model_dump()} {order.model_dump_json()} {json.dumps(order.model_dump(mode='json'))}"
    assert secrets_in(f"{order} {order!r} {dumped} {order.unread}") == []
    if answered is SECRETS:
        assert order.pin is not None
        assert order.pin.get_secret_value() == PIN


def test_a_body_shows_none_and_sends_them() -> None:
    attributes = NewPortOrderAttributes(
        numbers=(f"+{NUMBER}",), country="US", **PARTS | {name: SecretStr(value) for name, value in SECRETS.items()}
    )
    document = NewPortOrderDocument(data=NewPortOrder(attributes=attributes))
    operation = create_port_order(document)
    assert secrets_in(f"{operation} {operation!r} {document} {document!r} {document.model_dump_json()}") == []
    assert len(secrets_in((operation.encode_body() or b"").decode())) == 3

"""The example of a webhook receiver does what its text promises."""

import importlib.util
import json
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import httpx
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.webhooks import InboundMessage, RepeatFilter, Webhook, parse

pytestmark = pytest.mark.anyio

SECRET = "x" * 40
SMS = {
    "data": {
        "type": "message",
        "id": "mdr2-1",
        "attributes": {"from": "12065550100", "to": "12065550101", "body": "Secretville", "direction": "inbound"},
    }
}
RECEIPT = {"type": "delivery_receipt", "id": "mdr2-1", "attributes": {"status": "delivered"}}


def load() -> ModuleType:
    path = Path(__file__).parents[2] / "examples" / "webhook_receiver.py"
    spec = importlib.util.spec_from_file_location("webhook_receiver", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


example = load()


class Inbox:
    def __init__(self) -> None:
        self.received: list[Webhook] = []

    async def handle(self, webhook: Webhook) -> None:
        self.received.append(webhook)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def hooks(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    app = example.receiver(SECRET, inbox.handle, RepeatFilter())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://hooks.test") as client:
        yield client


async def test_a_webhook_is_answered_with_200_and_handled(hooks: httpx.AsyncClient, inbox: Inbox) -> None:
    for body in (SMS, RECEIPT):
        assert (await hooks.post(f"/flowroute/{SECRET}", json=body)).status_code == 200
    assert inbox.received == [parse(json.dumps(SMS)), parse(json.dumps(RECEIPT))]


async def test_a_repeat_is_answered_with_200_and_not_handled_again(hooks: httpx.AsyncClient, inbox: Inbox) -> None:
    for _ in range(5):
        assert (await hooks.post(f"/flowroute/{SECRET}", json=SMS)).status_code == 200
    assert len(inbox.received) == 1


@pytest.mark.parametrize("path", ["/", "/flowroute", "/flowroute/", f"/flowroute/{SECRET}x", "/flowroute/%C3%A9"])
async def test_a_guessed_path_is_not_found(hooks: httpx.AsyncClient, inbox: Inbox, path: str) -> None:
    assert (await hooks.post(path, json=SMS)).status_code == 404
    assert inbox.received == []


async def test_an_unreadable_body_is_refused_and_the_log_does_not_show_it(
    hooks: httpx.AsyncClient, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    for body in ("Secretville", json.dumps({"from": "Secretville", "to": "12065550101"})):
        assert (await hooks.post(f"/flowroute/{SECRET}", content=body)).status_code == 400
    assert inbox.received == []
    assert "unreadable webhook" in caplog.text
    assert "Secretville" not in caplog.text
    assert "12065550101" not in caplog.text


class Endless(httpx.AsyncByteStream):
    """A body without end, in chunks of 100 kB."""

    def __init__(self) -> None:
        self.chunks_read = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        self.chunks_read += 1
        return b" " * 100_000


async def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(
    hooks: httpx.AsyncClient, inbox: Inbox
) -> None:
    body = Endless()
    response = await hooks.send(httpx.Request("POST", f"http://hooks.test/flowroute/{SECRET}", stream=body))
    assert response.status_code == 413
    assert body.chunks_read * 100_000 <= example.MAX_BODY_BYTES + 100_000
    assert inbox.received == []


@pytest.fixture
async def account() -> AsyncIterator[tuple[Sandbox, FlowrouteClient]]:
    sandbox = Sandbox(numbers=200, clock=SandboxClock.frozen(), provisioning_delay=0)
    client = FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url="http://127.0.0.1",
        http_transport=httpx.ASGITransport(app=sandbox.app),
    )
    async with client:
        yield sandbox, client
    sandbox.close()


async def receive(sandbox: Sandbox, client: FlowrouteClient) -> InboundMessage:
    """Have a number of the account receive a message, and return its webhook."""
    page = await client.numbers.search(max_items=1)
    number = (await client.numbers.purchase(page.items[0], messaging_enabled=True)).id
    id_ = sandbox.control.receive_message(from_="12065550100", to=number, body="Secretville")
    sandbox.control.advance(60)
    attributes: dict[str, Any] = {"from": "12065550100", "to": number, "body": "Secretville", "direction": "inbound"}
    webhook = parse({"data": {"type": "message", "id": id_, "attributes": attributes}})
    assert isinstance(webhook, InboundMessage)
    return webhook


async def test_a_message_of_the_account_is_genuine_and_any_other_is_not(
    account: tuple[Sandbox, FlowrouteClient],
) -> None:
    sandbox, client = account
    message = await receive(sandbox, client)
    assert await example.is_genuine(client, message, (0,))
    for change in ({"id": "mdr2-00000000000000000000000000000000"}, {"from_": "12065550199"}, {"body": "another"}):
        assert not await example.is_genuine(client, message.model_copy(update=change), (0, 0))


async def test_a_forged_message_is_not_believed_and_the_log_names_only_ids(
    account: tuple[Sandbox, FlowrouteClient], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(example.is_genuine, "__defaults__", ((0.0,),))
    caplog.set_level(logging.INFO, "webhook_receiver")
    sandbox, client = account
    message = await receive(sandbox, client)
    handle = example.handler(client)
    await handle(message)
    await handle(message.model_copy(update={"id": "mdr2-forged"}))
    await handle(parse(json.dumps(RECEIPT)))
    await handle(parse(b"{}"))
    assert [record.getMessage() for record in caplog.records if record.name == "webhook_receiver"] == [
        f"message {message.id} with 0 files",
        "message mdr2-forged is not on the account: forged?",
        "message mdr2-1: delivered (level None)",
        "a UnknownWebhook",
    ]
    assert "Secretville" not in caplog.text


async def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "short")
    with pytest.raises(SystemExit, match="at least 32 characters"):
        await example.main()


async def test_a_sender_that_hangs_up_in_the_midst_hands_nothing_over_and_raises_nothing(inbox: Inbox) -> None:
    said: list[Any] = [
        {"type": "http.request", "body": json.dumps(SMS).encode(), "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> Any:
        return said.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    app = example.receiver(SECRET, inbox.handle, RepeatFilter())
    scope = {"type": "http", "method": "POST", "path": f"/flowroute/{SECRET}", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert answered[0]["status"] == 400
    assert inbox.received == []

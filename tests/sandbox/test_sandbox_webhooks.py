import json
from typing import Any

import anyio
import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import BASE_URL, buy, client_of

HOOK = "http://127.0.0.1:9/hook"
CONTROL = "/_sandbox/api"


class Receiver(httpx.AsyncBaseTransport):
    """Takes webhooks in process, and answers with one status after the other; with 200 in the end."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.urls: list[str] = []
        self.payloads: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/json"
        self.urls.append(str(request.url))
        self.payloads.append(json.loads(await request.aread()))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)


def start(*answers: int | Exception) -> tuple[Sandbox, httpx.Client, Receiver, str]:
    receiver = Receiver(*answers)
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=receiver)
    api = client_of(sandbox)
    return sandbox, api, receiver, buy(api, starts_with=206)


def deliver(sandbox: Sandbox) -> int:
    return anyio.run(sandbox.deliver_due)


def send(api: httpx.Client, number: str, **attributes: object) -> str:
    answer = api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "hello", **attributes})
    assert answer.status_code == 202
    id_: str = answer.json()["data"]["id"]
    return id_


def test_an_inbound_sms_is_sent_and_kept() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_callback("sms_callback", HOOK)
    id_ = sandbox.control.receive_message(from_="12065550111", to=number, body="Greetings")
    assert deliver(sandbox) == 1
    assert (receiver.urls, deliver(sandbox)) == ([HOOK], 0)
    assert receiver.payloads[0] == {
        "data": {
            "attributes": {
                "amount_display": "$0.0040",
                "amount_nanodollars": "4000000",
                "body": "Greetings",
                "direction": "inbound",
                "from": "12065550111",
                "is_mms": False,
                "message_callback_url": HOOK,
                "message_encoding": 0,
                "message_type": "longcode",
                "status": "delivered",
                "timestamp": "2024-01-01T00:00:00.000000Z",
                "to": number,
            },
            "type": "message",
            "id": id_,
        }
    }
    record = api.get(f"/v2.1/messages/{id_}").json()["data"]["attributes"]
    assert (record["direction"], record["status"], record["delivery_receipts"]) == ("inbound", "delivered", [])
    assert record["amount_nanodollars"] == 4_000_000


def test_an_inbound_mms_has_its_media_beside_the_data() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_callback("mms_callback", HOOK)
    body = {"from": "12065550111", "to": number, "media_urls": ["https://media.example/image000000.png"]}
    answer = api.post(f"{CONTROL}/messages", json=body)
    payload = receiver.payloads[0]
    assert payload["data"]["id"] == answer.json()
    attributes = payload["data"]["attributes"]
    assert (attributes["is_mms"], attributes["status"], attributes["body"]) == (True, "", None)
    assert (attributes["amount_nanodollars"], attributes["delivery_receipts"]) == (19_500_000, [])
    assert attributes["timestamp"] == "2024-01-01T00:00:00.00Z"
    (media,) = payload["included"]
    assert payload["data"]["relationships"] == {"media": {"data": [{"id": media["id"], "type": "media"}]}}
    assert media["attributes"]["url"] == body["media_urls"][0]
    assert media["links"] == {"self": f"https://api.flowroute.com/v2.2/media/{media['id']}"}
    assert api.get(f"/v2.1/messages/{answer.json()}").json()["data"]["attributes"]["status"] == ""


def test_receipts_of_level_one_and_two_follow_a_sent_message() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_options(receipt_delay=3)
    id_ = send(api, number, dlr_callback=HOOK)
    assert deliver(sandbox) == 1
    sandbox.clock.advance(3)
    assert deliver(sandbox) == 1
    first, second = (payload["data"] for payload in receiver.payloads)
    assert first["attributes"] == {
        "body": "hello",
        "level": 1,
        "status": "smsc submit",
        "status_code": None,
        "status_code_description": "Message has been sent",
        "timestamp": "2024-01-01T00:00:00+00:00",
    }
    assert second["attributes"] == {
        "body": "hello",
        "level": 2,
        "status": "message buffered",
        "status_code": 1003,
        "status_code_description": "Message accepted by Carrier",
        "timestamp": "2024-01-01T00:00:03+00:00",
    }
    assert first["id"] == second["id"] == id_
    assert first["links"] == {"related": f"https://api.flowroute.com/v2.2/messages/{id_}"}
    assert first["type"] == "delivery_receipt"


def test_the_receipt_of_an_mms_has_no_body() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_callback("mms_dlr_callback", HOOK)
    send(api, number, is_mms=True)
    assert deliver(sandbox) == 2
    assert [payload["data"]["attributes"]["body"] for payload in receiver.payloads] == ["", ""]


def test_the_message_s_own_callback_comes_first_then_the_number_s_then_the_account_s() -> None:
    sandbox, api, receiver, number = start()
    base = "http://localhost:9"
    send(api, number)
    assert deliver(sandbox) == 0
    api.put("/v2.1/messages/dlr_callback", json={"callback_url": f"{base}/account-old"})
    send(api, number)
    api.put("/v2.1/messages/sms_dlr_callback", json={"callback_url": f"{base}/account"})
    send(api, number)
    api.post(f"/v2/numbers/{number}/relationships/sms_dlr_callback", json={"callback_url": f"{base}/number"})
    send(api, number)
    send(api, number, dlr_callback=f"{base}/message")
    deliver(sandbox)
    expected = ["account-old", "account", "number", "message"]
    assert sorted(receiver.urls) == sorted(f"{base}/{name}" for name in expected for _ in range(2))


@pytest.mark.parametrize("answer", [500, 302, 204, httpx.ConnectError("refused"), httpx.ReadTimeout("late")])
def test_whatever_is_not_a_200_is_sent_again_after_thirty_seconds(answer: int | Exception) -> None:
    sandbox, _, receiver, number = start(answer)
    sandbox.control.set_callback("sms_callback", HOOK)
    sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
    assert deliver(sandbox) == 1
    sandbox.clock.advance(29.9)
    assert deliver(sandbox) == 0
    sandbox.clock.advance(0.1)
    assert deliver(sandbox) == 1
    sandbox.clock.advance(300)
    assert deliver(sandbox) == 0
    assert receiver.payloads[0] == receiver.payloads[1]
    assert [delivery.status for delivery in sandbox.control.deliveries()] == ["delivered"]


def test_a_webhook_is_sent_again_four_times_and_no_more() -> None:
    sandbox, _, receiver, number = start(*[503] * 9)
    sandbox.control.set_callback("sms_callback", HOOK)
    sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
    attempts = []
    for _ in range(8):
        attempts.append(deliver(sandbox))
        sandbox.clock.advance(30)
    assert attempts == [1, 1, 1, 1, 1, 0, 0, 0]
    assert len(receiver.payloads) == 5
    assert [delivery.status for delivery in sandbox.control.deliveries()] == ["failed"]


def test_moving_the_clock_over_http_sends_what_has_become_due() -> None:
    sandbox, api, receiver, number = start(500, 500)
    sandbox.control.set_callback("sms_callback", HOOK)
    api.post(f"{CONTROL}/messages", json={"from": "12065550111", "to": number, "body": "hi"})
    assert len(receiver.payloads) == 1
    api.post(f"{CONTROL}/advance", json={"seconds": 120})
    assert len(receiver.payloads) == 3
    (delivery,) = api.get(f"{CONTROL}/deliveries").json()
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 3)
    assert delivery["tried"] == sandbox.clock.now().timestamp()


def test_the_older_flat_form_can_be_chosen() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_options(webhook_format="flat")
    sandbox.control.set_callback("sms_callback", HOOK)
    id_ = sandbox.control.receive_message(from_="12065550111", to=number, body="bla")
    sent = send(api, number, dlr_callback=HOOK)
    deliver(sandbox)
    assert receiver.payloads[0] == {"body": "bla", "to": number, "from": "12065550111", "id": id_}
    attributes = {"to": "12065550199", "from": number, "body": "hello", "status": "smsc submit"}
    assert receiver.payloads[1] == {"attributes": attributes, "id": sent, "type": "delivery_receipt"}
    assert receiver.payloads[2]["attributes"] == attributes | {"status": "message buffered", "status_code": 1003}


@pytest.mark.parametrize(
    "url", ["https://hooks.example/", "http://127.0.0.1.hooks.example/", "ftp://127.0.0.1/", "hook"]
)
def test_webhooks_leave_this_machine_by_no_way(url: str) -> None:
    sandbox, api, receiver, number = start()
    with pytest.raises(ValueError, match="this machine only"):
        sandbox.control.set_callback("sms_callback", url)
    assert api.put(f"{CONTROL}/callbacks/sms_callback", json={"url": url}).status_code == 400
    # The API takes any URL, as the vendor's does; the sandbox just does not send there.
    if "hooks.example" in url:
        send(api, number, dlr_callback=url)
        assert deliver(sandbox) == 0
        assert {delivery.status for delivery in sandbox.control.deliveries()} == {"refused"}
    assert receiver.urls == []


def test_callbacks_are_set_and_removed_over_http() -> None:
    sandbox, api, receiver, number = start()
    assert api.put(f"{CONTROL}/callbacks/sms_callback", json={"url": HOOK}).status_code == 204
    assert api.get("/v2.1/messages/sms_callback").json()["data"]["attributes"]["callback_url"] == HOOK
    for _ in range(2):
        assert api.put(f"{CONTROL}/callbacks/sms_callback", json={"url": None}).status_code == 204
    assert api.put(f"{CONTROL}/callbacks/no_such", json={"url": HOOK}).status_code == 400
    sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
    assert (deliver(sandbox), receiver.urls) == (0, [])


def test_a_message_arrives_only_at_numbers_of_the_account_and_only_with_content() -> None:
    sandbox, api, _, number = start()
    with pytest.raises(LookupError):
        sandbox.control.receive_message(from_="12065550111", to="12065550100", body="hi")
    with pytest.raises(ValueError, match="body or media"):
        sandbox.control.receive_message(from_="12065550111", to=number)
    assert (
        api.post(f"{CONTROL}/messages", json={"from": "12065550111", "to": "12065550100", "body": "x"}).status_code
        == 404
    )


@pytest.mark.anyio
async def test_webhooks_are_sent_on_both_event_loops() -> None:
    receiver = Receiver(500)
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=receiver)
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        number = (await api.get("/v2/numbers/available?limit=1")).json()["data"][0]["id"]
        await api.post(f"/v2/numbers/{number}")
        sandbox.control.set_callback("sms_callback", HOOK)
        await api.post(f"{CONTROL}/messages", json={"from": "12065550111", "to": number, "body": "hi"})
        await api.post(f"{CONTROL}/advance", json={"seconds": 30})
    assert len(receiver.payloads) == 2


def test_the_receiver_may_call_the_sandbox_while_it_is_called() -> None:
    class Asking(Receiver):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked = httpx.Request(
                "GET", f"{BASE_URL}/v2/routes", headers={"authorization": "Basic c2FuZGJveDpzYW5kYm94"}
            )
            answer = await httpx.ASGITransport(app=sandbox.app).handle_async_request(asked)
            assert answer.status_code == 200
            return await super().handle_async_request(request)

    receiver = Asking()
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=receiver)
    sandbox.control.set_callback("sms_callback", HOOK)
    with client_of(sandbox) as api:
        sandbox.control.receive_message(from_="12065550111", to=buy(api), body="hi")
    assert deliver(sandbox) == 1
    assert len(receiver.payloads) == 1

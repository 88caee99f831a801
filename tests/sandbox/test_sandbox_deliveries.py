"""Sending webhooks: whatever goes wrong with one is kept with it, and touches no other."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import closing

import anyio
import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from tests.patience import HANGS_AFTER
from tests.sandbox.sandbox_in_process import buy, client_of
from tests.sandbox.test_sandbox_webhooks import CONTROL, HOOK, Receiver, deliver, send, start


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:99999/",
        "http://localhost:0/",
        "http://127.0.0.1:9/\ud800",
        "http://localhost:9/" + "a" * 70_000,
        "http://user:pass@localhost:9/",
        "https://localhost:9/",
    ],
    ids=lambda url: url[:30].encode("ascii", "replace").decode(),
)
def test_a_webhook_that_cannot_be_sent_ends_itself_only(url: str) -> None:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen())
    with client_of(sandbox) as api:
        number = buy(api, starts_with=206)
        message = {"from": number, "to": "12065550199", "body": "hello", "dlr_callback": url}
        assert api.post("/v2.1/messages", content=json.dumps(message)).status_code == 202
        deliver(sandbox)
        assert {delivery.status for delivery in sandbox.control.deliveries()} <= {"pending", "refused"}
        for delivery in sandbox.control.deliveries():
            attempts = sandbox.control.attempts(delivery.id)
            assert all(attempt.status is None and attempt.error for attempt in attempts)
        sandbox.control.set_callback("sms_callback", HOOK)
        sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
        assert deliver(sandbox) == 1, "the next one is tried all the same"
    sandbox.close()


@pytest.mark.parametrize("error", [OverflowError("port"), RuntimeError("?"), ExceptionGroup("all", [ValueError("x")])])
def test_whatever_a_delivery_raises_is_kept_with_its_attempt(error: Exception) -> None:
    sandbox, api, receiver, number = start(error)
    sandbox.control.set_callback("sms_callback", HOOK)
    sandbox.control.receive_message(from_="12065550111", to=number, body="one")
    sandbox.control.receive_message(from_="12065550111", to=number, body="two")
    assert deliver(sandbox) == 2
    first, second = sandbox.control.deliveries()
    assert (first.status, second.status) == ("pending", "delivered")
    (attempt,) = sandbox.control.attempts(first.id)
    assert (attempt.status, attempt.error) == (None, str(error))
    assert api.get(f"{CONTROL}/deliveries/{first.id}/attempts").json()[0]["error"] == str(error)
    assert len(receiver.payloads) == 2


def test_a_served_sandbox_delivers_after_a_port_that_does_not_exist() -> None:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, sms_rate=None)
    with socket.create_server(("127.0.0.1", 0)) as listener, running(sandbox) as url:
        api = httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER)
        number = buy(api, starts_with=206)
        send(api, number, dlr_callback="http://localhost:99999/")
        hook = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "x", "dlr_callback": hook})
        listener.settimeout(10)
        with closing(listener.accept()[0]) as connection:
            assert connection.recv(4) == b"POST"
        api.close()


def test_the_answer_to_each_attempt_is_kept() -> None:
    class Answering(Receiver):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await super().handle_async_request(request)
            status = 503 if len(self.payloads) == 1 else 200
            return httpx.Response(status, headers={"x-mine": "yes"}, text="not now" if status != 200 else "ok")

    receiver = Answering()
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=receiver)
    with client_of(sandbox) as api:
        sandbox.control.set_callback("sms_callback", HOOK)
        sandbox.control.receive_message(from_="12065550111", to=buy(api), body="hi")
        deliver(sandbox)
        sandbox.control.advance(30)
        deliver(sandbox)
    (delivery,) = sandbox.control.deliveries()
    first, second = sandbox.control.attempts(delivery.id)
    assert [(one.status, one.body, one.error) for one in (first, second)] == [(503, "not now", ""), (200, "ok", "")]
    assert second.at - first.at == 30
    assert first.headers["x-mine"] == "yes"
    assert first.duration > 0


class _Endless(httpx.AsyncByteStream):
    def __init__(self) -> None:
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.sent += 1
            yield b"x" * 1000


def test_an_answer_without_end_is_cut_off() -> None:
    endless = _Endless()

    class Hostile(Receiver):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await super().handle_async_request(request)
            return httpx.Response(200, stream=endless)

    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=Hostile())
    with client_of(sandbox) as api:
        sandbox.control.set_callback("sms_callback", HOOK)
        sandbox.control.receive_message(from_="12065550111", to=buy(api), body="hi")
    assert deliver(sandbox) == 1
    (delivery,) = sandbox.control.deliveries()
    (attempt,) = sandbox.control.attempts(delivery.id)
    assert (delivery.status, len(attempt.body)) == ("delivered", 4096)
    assert endless.sent < 10


def test_a_webhook_is_sent_again_on_demand_as_a_new_one_with_the_same_content() -> None:
    sandbox, api, receiver, number = start()
    sandbox.control.set_callback("sms_callback", HOOK)
    sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
    deliver(sandbox)
    (delivery,) = sandbox.control.deliveries()
    answer = api.post(f"{CONTROL}/deliveries/{delivery.id}/resend")
    assert answer.status_code == 200
    assert [one.id for one in sandbox.control.deliveries()] == [delivery.id, answer.json()]
    assert receiver.payloads[0] == receiver.payloads[1]
    assert api.post(f"{CONTROL}/deliveries/0/resend").status_code == 404
    assert api.get(f"{CONTROL}/deliveries/0/attempts").status_code == 404


def test_webhooks_go_to_hosts_that_the_user_allowed_and_to_no_other() -> None:
    receiver = Receiver()
    sandbox = Sandbox(
        numbers=4_000,
        provisioning_delay=0,
        clock=SandboxClock.frozen(),
        webhook_transport=receiver,
        webhook_hosts=["app", "fd00::7"],
    )
    with client_of(sandbox) as api:
        number = buy(api, starts_with=206)
        for url in ("http://app:3000/hook", "http://[fd00::7]/hook"):
            sandbox.control.set_callback("sms_callback", url)
            sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
        with pytest.raises(ValueError, match="--webhook-host"):
            sandbox.control.set_callback("sms_callback", "http://app.test/hook")
        send(api, number, dlr_callback="http://app.test/hook")
        deliver(sandbox)
    assert receiver.urls == ["http://app:3000/hook", "http://[fd00::7]/hook"]
    assert [one.status for one in sandbox.control.deliveries()].count("refused") == 2
    refused = next(one for one in sandbox.control.deliveries() if one.status == "refused")
    with pytest.raises(ValueError, match="host"):
        sandbox.control.resend(refused.id)


def test_a_host_that_is_allowed_no_more_gets_no_webhook_that_still_waits(tmp_path: object) -> None:
    state = f"{tmp_path}/state"
    before = Sandbox(
        numbers=4_000, provisioning_delay=0, state=state, clock=SandboxClock.frozen(), webhook_hosts=["app"]
    )
    with client_of(before) as api:
        before.control.set_callback("sms_callback", "http://app/hook")
        before.control.receive_message(from_="12065550111", to=buy(api), body="hi")
    before.close()
    receiver = Receiver()
    after = Sandbox(
        numbers=4_000, provisioning_delay=0, state=state, clock=SandboxClock.frozen(), webhook_transport=receiver
    )
    assert anyio.run(after.deliver_due) == 0
    assert [one.status for one in after.control.deliveries()] == ["refused"]
    after.close()

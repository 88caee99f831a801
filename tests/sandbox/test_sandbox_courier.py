"""Webhooks are sent several at once: one slow receiver, one message, one closing sandbox at a time."""

import json
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from flowroute_async.sandbox.courier import AT_ONCE, AT_ONCE_TO_ONE
from tests.patience import HANGS_AFTER
from tests.sandbox.sandbox_in_process import buy, client_of

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Receivers(httpx.AsyncBaseTransport):
    """Counts who is being sent what at the same time, and answers as it is told."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.urls: list[str] = []
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(str(request.url))
        payload: Any = json.loads(await request.aread())
        keys = ("all", request.url.netloc.decode(), payload["data"]["id"])
        for key in keys:
            self.under_way[key] += 1
            self.most[key] = max(self.most[key], self.under_way[key])
        try:
            return await self.answer(request)
        finally:
            for key in keys:
                self.under_way[key] -= 1


async def at_length(_request: httpx.Request) -> httpx.Response:
    """Answer after all that can run has run for a while."""
    for _ in range(50):
        await anyio.lowlevel.checkpoint()
    return httpx.Response(200)


def sandbox_of(answer: Answer) -> tuple[Sandbox, Receivers]:
    receivers = Receivers(answer)
    return Sandbox(
        numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), webhook_transport=receivers, sms_rate=None
    ), receivers


def send_to(sandbox: Sandbox, *urls: str) -> list[str]:
    """Send a message for each URL, to which its receipts go; all of them are due."""
    with client_of(sandbox) as api:
        number = buy(api, starts_with=206)
        sent = [
            api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "x", "dlr_callback": url})
            for url in urls
        ]
    sandbox.control.advance(60)
    return [answer.json()["data"]["id"] for answer in sent]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_slow_receiver_holds_up_no_other(backend: str) -> None:
    async def main() -> int:
        others = anyio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.url.port == 1:
                await others.wait()  # for ever, unless the other is sent its own meanwhile
            else:
                others.set()
            return httpx.Response(200)

        receivers.answer = answer
        return await sandbox.deliver_due()

    sandbox, receivers = sandbox_of(at_length)
    send_to(sandbox, *["http://localhost:1/"] * 6, "http://localhost:2/")
    assert anyio.run(main, backend=backend) == 14
    assert {delivery.status for delivery in sandbox.control.deliveries()} == {"delivered"}


def test_one_receiver_gets_some_at_once_and_all_of_them_not_too_many() -> None:
    sandbox, receivers = sandbox_of(at_length)
    send_to(sandbox, *(f"http://localhost:{port}/" for port in range(1, 31) for _ in range(6)))
    assert anyio.run(sandbox.deliver_due) == 30 * 6 * 2
    assert receivers.most["all"] == AT_ONCE
    assert receivers.most["localhost:1"] == AT_ONCE_TO_ONE


def test_the_receipts_of_one_message_go_one_after_the_other_in_their_order() -> None:
    sandbox, receivers = sandbox_of(at_length)
    messages = send_to(sandbox, *["http://localhost:1/"] * 10)
    anyio.run(sandbox.deliver_due)
    assert {receivers.most[message] for message in messages} == {1}
    tried = sorted(
        (attempt.at, one.order, json.loads(one.payload)["data"])
        for one in sandbox.control.deliveries()
        for attempt in sandbox.control.attempts(one.id)
    )
    assert [payload["attributes"]["level"] for _, _, payload in tried] == [1, 2] * 10


def test_each_is_repeated_four_times_at_thirty_seconds_however_many_fail() -> None:
    async def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    sandbox, receivers = sandbox_of(refuse)
    send_to(sandbox, *(f"http://localhost:{port}/" for port in (1, 2)))
    counts: list[int] = []
    for _ in range(6):
        counts.append(anyio.run(sandbox.deliver_due))
        sandbox.control.advance(30)
    # What was due a minute ago is made up for at once: an attempt and two repeats of each first receipt, and so on.
    assert sum(counts) == len(receivers.urls) == 2 * 2 * 5
    assert counts[-1] == 0
    assert {delivery.status for delivery in sandbox.control.deliveries()} == {"failed"}
    for delivery in sandbox.control.deliveries():
        assert [attempt.number for attempt in sandbox.control.attempts(delivery.id)] == [1, 2, 3, 4, 5]


def test_attempts_and_their_answers_are_kept_in_the_state_file(tmp_path: Path) -> None:
    async def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"x-mine": "yes"}, text="later")

    state = tmp_path / "state"
    first = Sandbox(
        numbers=4_000,
        provisioning_delay=0,
        clock=SandboxClock.frozen(),
        state=state,
        webhook_transport=Receivers(answer),
    )
    send_to(first, "http://localhost:1/")
    anyio.run(first.deliver_due)
    (delivery, _) = first.control.deliveries()
    kept = first.control.attempts(delivery.id)
    first.close()
    second = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), state=state)
    assert second.control.attempts(delivery.id) == kept
    assert (kept[0].status, kept[0].body, kept[0].headers["x-mine"]) == (503, "later", "yes")
    second.control.reset()
    second.close()
    third = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), state=state)
    assert third.control.deliveries() == []
    third.close()


def test_an_answer_that_comes_after_a_reset_belongs_to_nothing() -> None:
    async def answer(_request: httpx.Request) -> httpx.Response:
        sandbox.control.reset()
        # Another one with the same id, of the account that begins anew.
        sandbox.control.set_callback("sms_callback", "http://localhost:2/")
        return httpx.Response(200)

    sandbox, _ = sandbox_of(answer)
    send_to(sandbox, "http://localhost:1/")
    anyio.run(sandbox.deliver_due)
    assert sandbox.control.deliveries() == []
    assert sandbox.control.effects() == {}


def test_a_served_sandbox_closes_while_a_receiver_says_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        sandbox = Sandbox(numbers=4_000, provisioning_delay=0, state=state, sms_rate=None)
        with (
            running(sandbox) as url,
            httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER) as api,
        ):
            number = buy(api, starts_with=206)
            message = {"from": number, "to": "12065550199", "body": "x", "dlr_callback": hook}
            assert api.post("/v2.1/messages", json=message).status_code == 202
            silent.settimeout(10)
            connection, _ = silent.accept()
        # It is closed, and nobody has waited until the attempt was given up.
        first = sandbox.control.deliveries()[0]
        assert (first.status, first.attempts, sandbox.control.attempts(first.id)) == ("pending", 1, [])
        connection.close()
    sandbox.close()


def test_the_controls_of_a_served_sandbox_do_not_wait_for_a_receiver_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flowroute_async.sandbox.sandbox._PATIENCE", 0.1)
    monkeypatch.setattr("flowroute_async.sandbox.courier._TIMEOUT", HANGS_AFTER)
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        running(sandbox) as url,
        httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER) as api,
    ):
        number = buy(api, starts_with=206)
        sandbox.control.set_callback("sms_callback", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        answer = api.post(
            "/_sandbox/api/messages", json={"from": "12065550111", "to": number, "body": "hi"}, timeout=HANGS_AFTER / 2
        )
        assert answer.status_code == 200
        (delivery,) = sandbox.control.deliveries()
        assert sandbox.control.attempts(delivery.id) == []
    sandbox.close()


def test_the_controls_of_a_served_sandbox_wait_for_a_receiver_that_answers() -> None:
    sandbox, receivers = sandbox_of(at_length)
    with (
        running(sandbox) as url,
        httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER) as api,
    ):
        number = buy(api, starts_with=206)
        sandbox.control.set_callback("sms_callback", "http://localhost:1/")
        api.post("/_sandbox/api/messages", json={"from": "12065550111", "to": number, "body": "hi"})
        assert receivers.urls == ["http://localhost:1/"]
        assert [one.status for one in sandbox.control.deliveries()] == ["delivered"]
    sandbox.close()

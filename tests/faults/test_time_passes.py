"""Time passes while a call is under way: what the client says about it stays true."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from flowroute_async import (
    CallError,
    ConfigurationError,
    DeadlineExceededError,
    FlowrouteClient,
    Hooks,
    InvalidResponseError,
    NoAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimiterUnavailableError,
    ResponseView,
    StatusError,
    __version__,
)
from flowroute_openapi import Operation
from tests.faults.fault_calls import BY_NAME, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_peer import Peer, head, serving
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Case, Fault, Server
from tests.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

BY_FAULT: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


def _refusing(retry_after: str, status: int = 429) -> Fault:
    async def behave(peer: Peer, _case: Case) -> None:
        await peer.answer(status, b"{}", {"Retry-After": retry_after})

    return Fault("refusing", behave, carried_out=False, once=("", ""), always=("", ""))


@pytest.mark.parametrize(
    "fault", ["stall before the headers", "429, Retry-After: 2 seconds", "503 with Retry-After, after the effect"]
)
async def test_the_time_since_which_to_look_is_that_of_sending(server: Server, fault: str) -> None:
    call = BY_NAME["send_message"]
    case = server.case(call, BY_FAULT[fault], 1)
    lost = BY_FAULT["stall before the headers"]
    async with client_for(server, case, timeout=30) as client:
        await anyio.sleep(5)
        began = LoopClock().now()
        waited = 0
        if fault.startswith("429"):  # refused at first, and lost when it is sent again
            case.times, waited = 1, 2

            async def refuse_then_stall(peer: Peer, case: Case) -> None:
                await (BY_FAULT[fault] if case.requests == 1 else lost).behave(peer, case)

            case.fault = Fault("both", refuse_then_stall, carried_out=False, once=("", ""), always=("", ""))
            case.times = 2
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.send(call.operation)
    since = caught.value.since - began
    assert timedelta(seconds=waited) <= since < timedelta(seconds=waited + 0.1), "a message would be missed"


async def test_a_long_retry_after_is_waited_for_in_full(server: Server) -> None:
    call = BY_NAME["list_routes"]
    case = server.case(call, _refusing("90"), 1)
    async with client_for(server, case, deadline=200) as client:
        raw = await client.send_raw(call.operation)
    assert raw.attempts == 2
    assert raw.elapsed == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize("status", [429, 503])
async def test_while_the_server_asks_to_wait_no_call_of_the_client_is_sent(server: Server, status: int) -> None:
    call = BY_NAME["list_routes"]
    case = server.case(call, _refusing("5", status), 1)
    async with client_for(server, case, max_concurrency=9) as client, anyio.create_task_group() as group:
        group.start_soon(client.send_raw, call.operation)
        await anyio.sleep(1)
        group.start_soon(client.send_raw, call.operation)
        await anyio.sleep(3.9)
        assert case.requests == 1
    assert case.requests == 3


async def test_the_elapsed_time_is_that_of_the_whole_call(server: Server) -> None:
    call = BY_NAME["list_routes"]
    case = server.case(call, BY_FAULT["stall before the headers"], 2)
    async with client_for(server, case, timeout=7) as client:
        await anyio.sleep(5)
        raw = await client.send_raw(call.operation)
    assert raw.attempts == 3
    assert 14 <= raw.elapsed < 16
    assert raw.time_left == pytest.approx(60 - raw.elapsed)


async def test_the_time_left_counts_down_to_the_deadline(server: Server) -> None:
    call = BY_NAME["list_routes"]

    async def take_long(peer: Peer, _case: Case) -> None:
        await anyio.sleep(9.5)
        await peer.answer(200, call.body)

    fault = Fault("taking long", take_long, carried_out=False, once=("", ""), always=("", ""))
    async with client_for(server, server.case(call, fault, 1), deadline=10) as client:
        raw = await client.send_raw(call.operation)
    assert raw.time_left == pytest.approx(0.5)


@pytest.mark.parametrize(("status", "kind"), [(200, DeadlineExceededError), (500, StatusError)])
async def test_where_a_body_stalls_until_the_deadline_a_status_of_failure_is_told_all_the_same(
    server: Server, status: int, kind: type[CallError]
) -> None:
    async def stall_in_body(peer: Peer, _case: Case) -> None:
        await peer.send(head(status, {"Content-Length": "5000"}) + b"{")
        await peer.stall()

    fault = Fault("stalling", stall_in_body, carried_out=False, once=("", ""), always=("", ""))
    call = BY_NAME["list_routes"]
    async with client_for(server, server.case(call, fault, 9), timeout=30, deadline=5) as client:
        with pytest.raises(kind) as caught:
            await client.send(call.operation)
    assert (caught.value.attempts, caught.value.time_left) == (1, 0.0)


async def test_an_answer_that_breaks_off_is_kept_as_far_as_it_came(server: Server) -> None:
    async def break_off(peer: Peer, _case: Case) -> None:
        await peer.send(head(200, {"Content-Length": "5000"}) + b'{"data": [')

    fault = Fault("breaking off", break_off, carried_out=False, once=("", ""), always=("", ""))
    call = BY_NAME["list_routes"]
    async with client_for(server, server.case(call, fault, 9), max_retries=0) as client:
        with pytest.raises(InvalidResponseError, match="but the answer is damaged: RemoteProtocolError") as caught:
            await client.send(call.operation)
    assert caught.value.raw.content == b'{"data": ['


async def test_a_lost_call_of_ones_own_says_where_to_look(server: Server) -> None:
    call = Call(Operation("mine", "POST", "/v2/mine", "/v2/mine", type(None), repeatable=False), 201, b"")
    async with client_for(server, server.case(call, BY_FAULT["reset before reading"], 1)) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.send(call.operation)
    assert str(caught.value).endswith("It was not repeated. Look at the account before sending it again.")


async def test_the_log_says_what_is_tried_again_and_when_and_what_was_given_up(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    lost = BY_FAULT["reset before reading"]
    caplog.set_level(logging.INFO, "flowroute_async")
    for name in ("list_routes", "send_message"):
        call = BY_NAME[name]
        client = client_for(server, server.case(call, lost, 9), max_retries=1)
        client._transport._random = lambda: 1.0
        for _ in range(2):
            with suppress(CallError):
                await client.send(call.operation)
            await client.aclose()
    lines = [f"{record.levelname} {record.getMessage()}" for record in caplog.records]
    assert lines.pop(0).partition(" (")[0] == "INFO list_routes: the connection broke"
    assert lines == [
        "WARNING list_routes: gave up after 2 attempts: NoAnswerError",
        "WARNING list_routes: gave up before it was sent: NotSentError",
        "WARNING send_message: gave up after 1 attempt: OutcomeUnknownError",
        "WARNING send_message: gave up before it was sent: NotSentError",
    ]
    assert caplog.records[0].getMessage().endswith("), retry 1 in 0.50 s")


async def test_an_answer_of_the_server_is_raised_and_not_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "flowroute_async")
    call = BY_NAME["list_routes"]
    async with client_for(server, server.case(call, _refusing("", 404), 1)) as client:
        with pytest.raises(NotFoundError):
            await client.send(call.operation)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("limits", "kind"),
    [((7.0, 60.0), NoAnswerError), ((7.0, 7.5), NoAnswerError), ((60.0, 7.0), DeadlineExceededError)],
)
async def test_an_attempt_that_is_not_answered_is_told_with_its_time(
    server: Server, caplog: pytest.LogCaptureFixture, limits: tuple[float, float], kind: type[CallError]
) -> None:
    caplog.set_level(logging.DEBUG, "flowroute_async")
    timeout, deadline = limits
    views: list[ResponseView] = []
    call = BY_NAME["list_routes"]
    case = server.case(call, BY_FAULT["stall before the headers"], 9)
    hooks = Hooks(on_response=views.append)
    async with client_for(server, case, timeout=timeout, deadline=deadline, max_retries=0, hooks=hooks) as client:
        await anyio.sleep(5)
        with pytest.raises(kind) as caught:
            await client.send(call.operation)
    assert str(caught.value) == "list_routes: no answer within 7 seconds"
    assert caught.value.time_left == pytest.approx(deadline - 7)
    assert [view.elapsed for view in views] == [pytest.approx(7)]
    assert caplog.records[0].getMessage().startswith("list_routes: no answer in 7.0")


async def test_a_limiter_that_fails_between_two_attempts_is_told_with_the_first(server: Server) -> None:
    class Failing:
        asked = 0

        async def acquire(self, _group: str, _rate: float | None, _time_left: float) -> bool:
            self.asked += 1
            if self.asked == 2:
                raise ConnectionError
            return True

        async def cool_down(self, _seconds: float, _time_left: float) -> None:
            """Do nothing."""

    call = BY_NAME["list_routes"]
    case = server.case(call, BY_FAULT["reset before reading"], 9)
    client = FlowrouteClient(
        access_key="a", secret_key="b", base_url=server.url(case), clock=LoopClock(), limiter=Failing()
    )
    async with client:
        with pytest.raises(RateLimiterUnavailableError, match="not sent again:") as caught:
            await client.send(call.operation)
    assert caught.value.attempts == case.requests == 1


async def test_it_says_who_asks_and_for_what_and_only_gzip_is_asked_for() -> None:
    heads: list[str] = []

    async def behave(peer: Peer) -> None:
        heads.append((await peer.read_until(b"\r\n\r\n")).decode().lower())
        await peer.answer(200, b'{"data": []}')

    async with (
        serving(behave) as port,
        FlowrouteClient(
            access_key="a", secret_key="b", base_url=f"http://127.0.0.1:{port}", clock=LoopClock()
        ) as client,
    ):
        await client.routes.list()
    said = dict(line.split(": ", 1) for line in heads[0].split("\r\n")[1:] if line)
    assert said["accept-encoding"] == "gzip"
    assert said["accept"] == "application/vnd.api+json, application/json"
    assert said["user-agent"] == f"flowroute-async/{__version__}"


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_root_certificates_that_cannot_be_read_are_a_clear_error(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = tmp_path / "roots.pem"
    if content is not None:
        roots.write_text(content, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    async with FlowrouteClient(access_key="a", secret_key="b", base_url="https://127.0.0.1:9") as client:
        with pytest.raises(ConfigurationError) as caught:
            await client.routes.list()
    assert str(caught.value) == "the root certificates cannot be read; see SSL_CERT_FILE"

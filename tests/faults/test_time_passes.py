"""Time passes while a call is under way: what the client says about it stays true."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from flowroute_async import ConfigurationError, FlowrouteClient, OutcomeUnknownError
from tests.faults.fault_calls import BY_NAME
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_peer import Peer, serving
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
        raw = await client.send_raw(call.operation)
    assert raw.attempts == 3
    assert raw.elapsed >= 14
    assert raw.time_left == pytest.approx(60 - raw.elapsed)


async def test_only_gzip_is_asked_for() -> None:
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
    assert [line for line in heads[0].split("\r\n") if line.startswith("accept-encoding")] == ["accept-encoding: gzip"]


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_root_certificates_that_cannot_be_read_are_a_clear_error(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = tmp_path / "roots.pem"
    if content is not None:
        roots.write_text(content, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    async with FlowrouteClient(access_key="a", secret_key="b", base_url="https://127.0.0.1:9") as client:
        with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
            await client.routes.list()

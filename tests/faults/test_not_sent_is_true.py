"""Whoever reads "nothing was sent" can believe it: an earlier attempt that may have arrived is not forgotten."""

import socket
from collections.abc import Awaitable, Callable

import anyio
import pytest

from flowroute_async import FlowrouteClient, Hooks, NoAnswerError, NotSentError
from flowroute_async.testing import InstantClock
from tests.faults.fault_peer import Peer, head, serving


def client_at(port: int, hooks: Hooks | None = None) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=f"http://127.0.0.1:{port}",
        clock=InstantClock(),
        max_retries=2,
        hooks=hooks,
    )


async def _take_and_hang_up(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")


async def _break_off(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    await peer.send(head(200, {"Content-Length": "5000"}) + b'{"data": [')


@pytest.mark.anyio
@pytest.mark.parametrize("behave", [_take_and_hang_up, _break_off])
async def test_a_lost_answer_and_then_no_connection_is_no_answer(behave: Callable[[Peer], Awaitable[None]]) -> None:
    async with anyio.create_task_group() as server:
        ports: list[int] = []

        async def serve() -> None:
            async with serving(behave) as port:
                ports.append(port)
                await anyio.sleep_forever()

        server.start_soon(serve)
        while not ports:
            await anyio.lowlevel.checkpoint()
        gone = Hooks(on_retry=lambda _: server.cancel_scope.cancel())
        with anyio.CancelScope(shield=True):
            async with client_at(ports[0], gone) as client:
                with pytest.raises(NoAnswerError) as caught:
                    await client.e911.get("20155")
    assert "nothing was sent" not in str(caught.value)
    assert caught.value.attempts == 3


@pytest.mark.anyio
async def test_no_connection_at_all_is_not_sent() -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        async with client_at(bound.getsockname()[1]) as client:
            with pytest.raises(NotSentError, match="nothing was sent"):
                await client.e911.delete("20155")

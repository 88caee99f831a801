"""No key and no password is in a traceback, not even in one that shows the variables of each frame."""

import base64
import ssl
import sys
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import anyio
import pytest
from rich.traceback import Traceback

from flowroute_async import ConfigurationError, FlowrouteClient, NotSentError, Rates
from flowroute_async.config import Credentials
from flowroute_async.shared_rate import RedisRateLimiter
from tests.faults.fault_peer import Peer, serving
from tests.virtual_time import LoopClock

KEY, SECRET, PASSWORD = "12345678", "secretmark1", "passwordmark2"
MARKS = (
    SECRET,
    PASSWORD,
    base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    base64.b64encode(f"user:{PASSWORD}".encode()).decode(),
)
_TLS = ssl.create_default_context()
PROXIED = f"user:{PASSWORD}@127.0.0.1"


def ours(error: BaseException) -> TracebackType | None:
    """Return the traceback without the frames of the tests, which hold the keys."""
    found = error.__traceback__
    while found is not None and "/tests/" in found.tb_frame.f_code.co_filename:
        found = found.tb_next
    return found


def shown(error: BaseException) -> str:
    """Return all that tools show of an error, with the variables of each frame, and of those beneath it."""
    texts = [repr(error), *getattr(error, "__notes__", ())]
    for one in (error, error.__cause__, error.__context__):
        if one is None:
            continue
        one.__traceback__ = ours(one)
        texts += traceback.TracebackException.from_exception(one, capture_locals=True).format()
        # What rich draws, each value whole; drawing it would colour the source of all modules on the way.
        drawn = Traceback.extract(
            type(one),
            one,
            one.__traceback__,
            show_locals=True,
            locals_max_length=sys.maxsize,
            locals_max_string=sys.maxsize,
        )
        texts.append(repr(drawn))
    return "\n".join(texts)


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": -1},
        {"max_concurrency": 0},
        {"secret_key": f"{SECRET}\n"},
        {"access_key": 5},
        {"access_key": "1:2"},
        {"rates": 5},
        {"http_transport": 5},
        {"base_url": "http://api.example.com"},
        {"base_url": f"https://{PROXIED}"},
        {"proxy": f"ftp://{PROXIED}"},
        {"proxy": f"http://{PROXIED}:99999"},
        {"proxy": f"http://{PROXIED}:{PASSWORD}"},
        {"proxy": f"socks4://{PROXIED}"},
        {"proxy": f"http://user:{PASSWORD}@"},
    ],
)
def test_a_client_that_cannot_be_built_shows_no_key_and_no_password(options: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FlowrouteClient(**{"access_key": KEY, "secret_key": SECRET, **options})
    text = shown(caught.value)
    assert [mark for mark in MARKS if mark in text] == []
    assert "FlowrouteClient()" in text


@pytest.mark.parametrize(
    "build",
    [
        lambda: Credentials(f"{KEY} ", SECRET),
        lambda: Credentials(KEY, f"{SECRET} "),
        lambda: RedisRateLimiter(f"other://:{PASSWORD}@127.0.0.1", name="a"),
        lambda: RedisRateLimiter(f"redis://:{PASSWORD}@127.0.0.1:{PASSWORD}", name="a"),
        lambda: RedisRateLimiter(f"redis://:{PASSWORD}@127.0.0.1", name=""),
    ],
)
def test_nor_do_credentials_and_a_shared_rate(build: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build()
    assert [mark for mark in MARKS if mark in shown(caught.value)] == []


def test_what_holds_no_key_is_still_refused_in_its_own_words() -> None:
    with pytest.raises(ConfigurationError, match="sms must be") as caught:
        FlowrouteClient(access_key=KEY, secret_key=SECRET, rates=Rates(sms=-1))
    assert caught.value.__cause__ is None


async def _hang_up(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    peer.reset()


async def _close_the_tunnel(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    await peer.send(b"HTTP/1.1 200 OK\r\n\r\n")


async def _open_the_tunnel_and_stall(peer: Peer) -> None:
    await _close_the_tunnel(peer)
    await peer.stall()


async def _refuse(peer: Peer) -> None:
    await peer.read_until(b"\r\n\r\n")
    await peer.send(f"HTTP/1.1 407 Not {PASSWORD}\r\nContent-Length: 0\r\n\r\n".encode())


async def _stall(peer: Peer) -> None:
    await peer.stall()


def behind_a_proxy(port: int) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=KEY,
        secret_key=SECRET,
        base_url="https://127.0.0.1:9",
        proxy=f"http://{PROXIED}:{port}",
        timeout=5,
        max_retries=1,
        clock=LoopClock(),
        ssl_context=_TLS,
    )


@pytest.mark.anyio
@pytest.mark.parametrize("behave", [_hang_up, _close_the_tunnel, _refuse, _stall, None])
async def test_a_proxy_that_fails_leaves_nothing_of_its_password(behave: Any) -> None:
    async with serving(behave or _stall) as port:
        if behave is not None:
            await _fails(port)
    if behave is None:  # nobody listens any more
        await _fails(port)


async def _fails(port: int) -> None:
    async with behind_a_proxy(port) as client:
        with pytest.raises(NotSentError) as caught:
            await client.numbers.get("12065550100")
    text = shown(caught.value)
    assert [mark for mark in MARKS if mark in text] == []


@pytest.mark.anyio
@pytest.mark.parametrize("behave", [_stall, _open_the_tunnel_and_stall])
async def test_a_call_that_is_cancelled_shows_nothing_and_keeps_what_was_handled_before(behave: Any) -> None:
    seen: list[BaseException] = []

    async def call(client: FlowrouteClient) -> None:
        try:
            int("of the caller")
        except ValueError:
            try:
                await client.numbers.get("12065550100")
            except BaseException as error:
                seen.append(error)
                raise

    async with serving(behave) as port, behind_a_proxy(port) as client, anyio.create_task_group() as group:
        group.start_soon(call, client)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    (error,) = seen
    before = error.__context__
    while before is not None and not isinstance(before, ValueError):
        before = before.__context__
    assert before is None or before.__traceback__ is not None
    assert [mark for mark in MARKS if mark in shown(error)] == []

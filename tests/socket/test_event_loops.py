"""One client over several event loops, threads and processes, one after the other; two at once are refused."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path

import httpx
import pytest
import trio

from flowroute_async import FlowrouteClient, FlowrouteError, NotSentError
from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER, until

# asyncio itself says that the sockets of a loop that has ended were not closed, when it collects what is left of them.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(numbers=1_000)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[FlowrouteClient]:
    with running(sandbox) as url:
        client = FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, max_retries=0)
        yield client
        asyncio.run(client.aclose())
    gc.collect()  # what asyncio says of its sockets is said of this test


async def ask(client: FlowrouteClient) -> None:
    await client.routes.list()


def test_each_run_of_an_event_loop_works_at_once(client: FlowrouteClient) -> None:
    before = _sockets()
    for _ in range(4):
        asyncio.run(ask(client))  # with no retry: a dead connection would be an error
        trio.run(ask, client)
    until(lambda: _sockets() - before <= 2, "connections of loops that have ended are left open")


def test_loops_that_take_turns_work(client: FlowrouteClient) -> None:
    loops = [asyncio.new_event_loop() for _ in range(2)]
    for _ in range(3):
        for loop in loops:
            loop.run_until_complete(ask(client))
    for loop in loops:
        loop.close()


def test_a_call_that_comes_to_rest_with_its_loop_is_answered_later_and_leaves_no_connection(
    client: FlowrouteClient, sandbox: Sandbox
) -> None:
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    before = _sockets()
    resting = first.create_task(ask(client))
    while not sandbox.control.requests():
        first.run_until_complete(asyncio.sleep(0))
    second.run_until_complete(ask(client))
    first.run_until_complete(resting)
    second.run_until_complete(ask(client))
    first.run_until_complete(asyncio.sleep(0))
    until(lambda: _sockets() - before == 2, "more than both ends of the connection of the loop that was used last")
    for loop in (first, second):
        loop.close()


def test_threads_one_after_the_other_work(client: FlowrouteClient) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(ask(client))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test tells
            errors.append(error)

    for _ in range(3):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert errors == []


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_two_loops_at_once_get_a_clear_error_at_once(client: FlowrouteClient, sandbox: Sandbox, kind: str) -> None:
    is_bound, is_done = threading.Event(), threading.Event()

    async def hold() -> None:
        await ask(client)
        is_bound.set()
        await asyncio.to_thread(is_done.wait)
        await client.aclose()

    async def hold_on_trio() -> None:
        await ask(client)
        is_bound.set()
        await trio.to_thread.run_sync(is_done.wait)
        await client.aclose()

    run = (lambda: asyncio.run(hold())) if kind == "asyncio" else (lambda: trio.run(hold_on_trio))
    thread = threading.Thread(target=run)
    thread.start()
    assert is_bound.wait(HANGS_AFTER)
    seen = len(sandbox.control.requests())

    async def other() -> None:
        with pytest.raises(NotSentError) as caught:
            await ask(client)
        assert str(caught.value) == (
            "list_routes: this client is in use on another event loop, to which its connections belong: build one "
            "client for each event loop; nothing was sent"
        )
        with pytest.raises(FlowrouteError, match="in use on another event loop"):
            await client.aclose()

    asyncio.run(other())
    trio.run(other)
    assert len(sandbox.control.requests()) == seen
    is_done.set()
    thread.join()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own_and_leaves_those_of_its_parent(
    client: FlowrouteClient, sandbox: Sandbox
) -> None:
    async def parent() -> None:
        await ask(client)
        child = os.fork()
        if child == 0:
            _die_after(ask(client))
        status = await asyncio.to_thread(os.waitpid, child, 0)
        assert os.waitstatus_to_exitcode(status[1]) == 0
        connections = client._transport._connections.pool()._idle
        assert len(connections) == 1
        assert connections[0].buffers.are_empty(), "the child has hung up on the parent's server"
        await ask(client)

    asyncio.run(parent())
    assert len(sandbox.control.requests()) == 3


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_transport_that_the_parent_has_used_sends_nothing_in_a_forked_child(
    client: FlowrouteClient, sandbox: Sandbox
) -> None:
    transport = httpx.AsyncHTTPTransport()
    address = client._transport._base_url

    async def child(of_parent: FlowrouteClient) -> None:
        with pytest.raises(NotSentError) as caught:
            await of_parent.numbers.purchase("12065550100")
        assert str(caught.value) == (
            "purchase_number: http_transport was in use before this process was forked, and its connections are the "
            "parent's: build a client and a transport in each process; nothing was sent"
        )
        await of_parent.aclose()  # else it would say goodbye on the parent's connection

    async def parent() -> None:
        async with FlowrouteClient(
            access_key="sandbox", secret_key="sandbox", base_url=address, http_transport=transport, max_retries=0
        ) as ours:
            await ask(ours)
            pid = os.fork()
            if pid == 0:
                _die_after(child(ours))
            status = await asyncio.to_thread(os.waitpid, pid, 0)
            assert os.waitstatus_to_exitcode(status[1]) == 0
            await ask(ours)

    asyncio.run(parent())
    assert [seen.method for seen in sandbox.control.requests()] == ["GET", "GET"]


def _die_after(work: Coroutine[object, object, None]) -> None:
    code = 1
    try:
        signal.alarm(20)
        asyncio.run(work)
        code = 0
    finally:
        os._exit(code)


def test_a_client_is_closed_for_every_loop(client: FlowrouteClient) -> None:
    async def close() -> None:
        await ask(client)
        await client.aclose()

    async def ask_again() -> None:
        with pytest.raises(NotSentError, match="the client is closed"):
            await ask(client)

    asyncio.run(close())
    asyncio.run(ask_again())
    trio.run(ask_again)


def _sockets() -> int:
    names = [name for name in Path("/proc/self/fd").iterdir() if name.is_symlink()]
    return sum(str(name.readlink()).startswith("socket:") for name in names)

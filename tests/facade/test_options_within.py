"""Options for some calls, without a second client."""

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from flowroute_async import ConfigurationError, DeadlineExceededError, FlowrouteClient, NoAnswerError


class Counting(httpx.AsyncBaseTransport):
    """Answers 500, so that each call is repeated as often as it may be, and counts."""

    def __init__(self) -> None:
        self.count = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        return httpx.Response(500)


@pytest.fixture
def transport() -> Counting:
    return Counting()


@pytest.fixture
async def client(transport: Counting) -> AsyncIterator[FlowrouteClient]:
    async with FlowrouteClient(
        access_key="a", secret_key="b", base_url="http://127.0.0.1:9", http_transport=transport, max_retries=1
    ) as client:
        yield client


async def requests_of(client: FlowrouteClient, transport: Counting) -> int:
    before = transport.count
    with pytest.raises(Exception, match="500"):
        await client.numbers.list()
    return transport.count - before


@pytest.mark.anyio
async def test_options_hold_within_and_are_as_before_afterwards(client: FlowrouteClient, transport: Counting) -> None:
    assert await requests_of(client, transport) == 2
    with client.options(max_retries=0):
        assert await requests_of(client, transport) == 1
        with client.options(timeout=5):
            assert await requests_of(client, transport) == 1
        with client.options(max_retries=2):
            assert await requests_of(client, transport) == 3
    assert await requests_of(client, transport) == 2


@pytest.mark.anyio
async def test_options_hold_for_the_tasks_that_start_within_and_for_no_other(
    client: FlowrouteClient, transport: Counting
) -> None:
    counts: dict[str, int] = {}

    async def outside() -> None:
        await within.wait()
        counts["outside"] = await requests_of(client, transport)

    async def inside() -> None:
        counts["inside"] = await requests_of(client, transport)

    within = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(outside)
        with client.options(max_retries=0):
            async with anyio.create_task_group() as started_within:
                started_within.start_soon(inside)
            within.set()
    assert counts == {"inside": 1, "outside": 2}


@pytest.mark.anyio
async def test_options_of_one_client_are_not_those_of_another(client: FlowrouteClient, transport: Counting) -> None:
    async with FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url="http://127.0.0.1:9",
        http_transport=(other := Counting()),
        max_retries=1,
    ) as second:
        with client.options(max_retries=0), second.options(max_retries=2):
            assert await requests_of(client, transport) == 1
            assert await requests_of(second, other) == 3


@pytest.mark.anyio
async def test_an_option_out_of_its_range_is_refused_before_anything_is_sent(
    client: FlowrouteClient, transport: Counting
) -> None:
    with pytest.raises(ConfigurationError, match="deadline"), client.options(deadline=0):
        await client.numbers.list()
    assert transport.count == 0


@pytest.mark.anyio
async def test_a_deadline_within_ends_a_call() -> None:
    class Never(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await anyio.sleep_forever()
            raise AssertionError

    async with FlowrouteClient(
        access_key="a", secret_key="b", base_url="http://127.0.0.1:9", http_transport=Never()
    ) as client:
        with client.options(deadline=0.01), pytest.raises((DeadlineExceededError, NoAnswerError)):
            await client.numbers.list()

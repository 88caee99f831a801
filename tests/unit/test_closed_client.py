"""After `aclose`, a call says so and sends nothing."""

import pytest

from flowroute_async import NotSentError
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of


@pytest.mark.anyio
async def test_a_closed_client_and_its_copies_send_nothing() -> None:
    sandbox = Sandbox(numbers=1_000)
    client = client_of(sandbox)
    copy = client.with_options(deadline=5)
    await copy.aclose()  # the connections are the client's
    await client.numbers.list()
    await client.aclose()
    await client.aclose()
    for closed in (client, copy):
        with pytest.raises(NotSentError, match="the client is closed"):
            await closed.numbers.list()
    assert [request.operation for request in sandbox.control.requests()] == ["list_numbers"]

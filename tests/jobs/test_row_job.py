"""Rows of a job, whatever becomes of their source and of the file."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def account() -> AsyncGenerator[tuple[Sandbox, FlowrouteClient, str]]:
    sandbox = Sandbox(numbers=1000, sms_rate=None)
    async with client_of(sandbox) as client:
        offer = (await client.numbers.search(max_items=1)).items[0]
        yield sandbox, client, (await client.numbers.purchase(offer)).id
    sandbox.close()


def message(own: str, place: int) -> dict[str, object]:
    return {"from_": own, "to": f"1206555{place:04}", "body": f"text {place}"}


def sent(sandbox: Sandbox) -> list[str]:
    return sorted(one.body or "" for one in sandbox._account.messages if one.direction == "outbound")


async def test_what_the_source_raises_half_way_comes_as_it_is_and_the_same_job_goes_on(tmp_path: Path) -> None:
    async with account() as (sandbox, client, own):

        def broken() -> Iterator[dict[str, object]]:
            yield from (message(own, place) for place in range(3))
            raise LookupError("the file of recipients ends here")

        with pytest.raises(LookupError, match="ends here"):
            await client.messages.send_many(broken(), journal=tmp_path / "job.db")
        assert sent(sandbox) == ["text 0", "text 1", "text 2"]
        report = await client.messages.send_many([message(own, n) for n in range(5)], journal=tmp_path / "job.db")
        assert len(report.sent) == 5
        assert sent(sandbox) == [f"text {place}" for place in range(5)]


async def test_a_source_that_is_left_by_cancellation_is_closed_and_the_file_is_free(tmp_path: Path) -> None:
    closed = list[bool]()
    async with account() as (sandbox, client, own):
        two = anyio.Event()

        async def endless() -> AsyncIterator[dict[str, object]]:
            try:
                for place in range(10_000):
                    if place == 2:
                        two.set()
                        await anyio.sleep_forever()
                    yield message(own, place)
            finally:
                closed.append(True)

        async with anyio.create_task_group() as group:
            group.start_soon(lambda: client.messages.send_many(endless(), journal=tmp_path / "job.db"))
            await two.wait()
            group.cancel_scope.cancel()
        assert closed == [True]
        report = await client.messages.send_many([message(own, n) for n in range(4)], journal=tmp_path / "job.db")
        assert [one.outcome for one in report.results] == ["done"] * 4
        assert sent(sandbox) == [f"text {place}" for place in range(4)]

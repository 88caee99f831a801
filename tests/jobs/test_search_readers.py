"""Who reads a bulk search: it is decoded as it is read, and readers may be cancelled, several, or gone."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import anyio
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async.jobs import BulkSearch
from flowroute_async.jobs.checkpoint import Checkpoint
from flowroute_async.response import RawResponse
from flowroute_openapi.models import AvailableNumber
from flowroute_openapi.types import Operation
from tests.jobs.fake_inventory import FakeInventory, numbers_in
from tests.patience import HANGS_AFTER

T = TypeVar("T")

CODES = [str(code) for code in range(201, 211)]


def alive() -> int:
    gc.collect()
    return sum(isinstance(one, AvailableNumber) for one in gc.get_objects())


async def settled() -> None:
    """Run every task until all of them wait."""
    for _ in range(200):
        await checkpoint()


async def numbers(search: BulkSearch, into: list[str]) -> None:
    async for number in search:
        into.append(number.id)
        if len(into) % 7 == 0:
            await checkpoint()


@pytest.mark.anyio
async def test_pages_wait_as_bytes_until_their_numbers_are_asked_for() -> None:
    inventory = FakeInventory(numbers_in(CODES, 200))
    before = alive()
    async with inventory.bulk().bulk_search(area_codes=CODES) as search:
        await settled()
        assert len(inventory.calls) == 10
        assert alive() == before
        iterator: AsyncIterator[AvailableNumber] = aiter(search)
        await anext(iterator)
        assert alive() == before + 200
        assert search.report.pages == 1


@pytest.mark.anyio
async def test_a_reader_that_is_cancelled_again_and_again_loses_nothing() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), turns=3)
    found: list[str] = []
    async with inventory.bulk(lanes=2).bulk_search(area_codes=CODES) as search:
        for turns in range(1, 10_000):
            if search.report.queries_done == len(CODES):
                break
            async with anyio.create_task_group() as group:
                group.start_soon(numbers, search, found)
                for _ in range(turns % 5):
                    await checkpoint()
                group.cancel_scope.cancel()
        await numbers(search, found)
    assert sorted(found) == sorted(inventory.numbers)


async def _with_native_cancellation() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), turns=3)
    found: list[str] = []
    async with inventory.bulk(lanes=2).bulk_search(area_codes=CODES) as search:
        for turns in range(1, 10_000):
            if search.report.queries_done == len(CODES):
                break
            reader = asyncio.create_task(numbers(search, found))
            for _ in range(turns % 5):
                await asyncio.sleep(0)
            reader.cancel()
            await asyncio.wait([reader])
        await numbers(search, found)
    assert sorted(found) == sorted(inventory.numbers)


def test_a_reader_that_asyncio_cancels_loses_nothing() -> None:
    asyncio.run(_with_native_cancellation())


@pytest.mark.anyio
async def test_two_readers_share_the_numbers() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    one, other = list[str](), list[str]()
    async with inventory.bulk().bulk_search(area_codes=CODES) as search, anyio.create_task_group() as group:
        group.start_soon(numbers, search, one)
        group.start_soon(numbers, search, other)
    assert one
    assert other
    assert sorted(one + other) == sorted(inventory.numbers)


@pytest.mark.anyio
@pytest.mark.parametrize("readers", [2, 5])
async def test_readers_that_wait_at_once_all_come_to_the_end(readers: int) -> None:
    codes = [str(code) for code in range(201, 241)]
    inventory = FakeInventory(numbers_in(codes, 1), turns=3)
    found: list[str] = []
    with anyio.fail_after(HANGS_AFTER):
        async with inventory.bulk(lanes=2).bulk_search(area_codes=codes) as search, anyio.create_task_group() as group:
            for _ in range(readers):
                group.start_soon(numbers, search, found)
    assert sorted(found) == sorted(inventory.numbers)


@pytest.mark.anyio
async def test_leaving_the_context_ends_a_reader_that_waits() -> None:
    inventory = FakeInventory(numbers_in(CODES, 10), gates={"": anyio.Event()})
    found: list[str] = []
    async with anyio.create_task_group() as group, inventory.bulk().bulk_search(area_codes=CODES) as search:
        group.start_soon(numbers, search, found)
        await settled()
    assert found == []
    assert inventory.in_flight == 0


@pytest.mark.anyio
async def test_leaving_while_the_checkpoint_is_written_ends_a_reader_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    writing, go_on = threading.Event(), threading.Event()
    record = Checkpoint._record

    def held_up(*given: object) -> object:
        writing.set()
        go_on.wait(10)
        return record(*given)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(Checkpoint, "_record", held_up)
    found: list[str] = []
    job = inventory.bulk(lanes=3).bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db")
    async with anyio.create_task_group() as group, job as search:
        group.start_soon(numbers, search, found)
        await anyio.to_thread.run_sync(writing.wait, 10)
        threading.Timer(0.02, go_on.set).start()
    assert inventory.in_flight == 0
    assert len(found) <= search.report.numbers


@pytest.mark.anyio
async def test_the_callers_error_is_not_lost_where_the_scope_around_is_cancelled() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))

    async def first_one() -> None:
        with anyio.CancelScope() as scope:
            async with inventory.bulk().bulk_search(area_codes=CODES) as search:
                await anext(search)
                scope.cancel()
                raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await first_one()


class Meddled(FakeInventory):
    """Awaits a task that somebody else cancels, as a transport of the caller's may."""

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        if len(self.calls) == 2:
            shared = asyncio.ensure_future(asyncio.sleep(0))
            asyncio.get_running_loop().call_soon(shared.cancel)
            await shared
        return await super().send_raw(operation)


def test_a_call_that_something_else_cancels_ends_the_search_with_an_error_and_not_never() -> None:
    inventory = Meddled(numbers_in(CODES, 10))

    async def main() -> None:
        with anyio.fail_after(HANGS_AFTER):
            async with inventory.bulk(lanes=3).bulk_search(area_codes=CODES) as search:
                await numbers(search, [])

    with pytest.raises(RuntimeError, match="cancelled by something outside"):
        asyncio.run(main())


class Rude(FakeInventory):
    """Raises an error of its own where it is cancelled."""

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        if dict(operation.query)["starts_with"] != "1201":
            try:
                await anyio.sleep_forever()
            except BaseException:  # noqa: BLE001 - as rude as can be
                raise RuntimeError("rude") from None
        return await super().send_raw(operation)


@pytest.mark.anyio
async def test_what_fails_because_there_are_enough_is_no_failure() -> None:
    inventory = Rude(numbers_in(CODES, 200))
    found: list[str] = []
    async with inventory.bulk(lanes=5).bulk_search(area_codes=CODES, max_items=200) as search:
        await numbers(search, found)
    assert len(found) == 200


def test_a_checkpoint_is_closed_whenever_asyncio_cancels_its_owner(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))

    async def main(turns: int) -> None:
        search = inventory.bulk(lanes=3).bulk_search(area_codes=CODES, checkpoint=tmp_path / f"{turns}.db")
        leaving = asyncio.Event()

        async def own() -> None:
            async with search:
                await anext(search)
                leaving.set()

        owner = asyncio.create_task(own())
        await leaving.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        owner.cancel()
        await asyncio.wait([owner])
        async with inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / f"{turns}.db"):
            pass

    for turns in range(0, 30, 3):
        asyncio.run(main(turns))

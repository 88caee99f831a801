"""Who reads a bulk search: it is decoded as it is read, and readers may be cancelled, several, or gone."""

import asyncio
import gc
from collections.abc import AsyncIterator

import anyio
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async.bulk import BulkSearch
from flowroute_openapi.models import AvailableNumber
from tests.bulk.fake_inventory import FakeInventory, numbers_in

CODES = [str(code) for code in range(201, 211)]


def alive() -> int:
    gc.collect()
    return sum(isinstance(one, AvailableNumber) for one in gc.get_objects())


async def settled() -> None:
    """Let every task go on until all of them wait."""
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
async def test_leaving_the_context_ends_a_reader_that_waits() -> None:
    inventory = FakeInventory(numbers_in(CODES, 10), gates={"": anyio.Event()})
    found: list[str] = []
    async with anyio.create_task_group() as group, inventory.bulk().bulk_search(area_codes=CODES) as search:
        group.start_soon(numbers, search, found)
        await settled()
    assert found == []
    assert inventory.in_flight == 0

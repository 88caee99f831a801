"""How much a bulk search reads, asks for and holds: no more than it needs."""

from collections.abc import Iterator, Sequence

import anyio
import anyio.lowlevel
import pytest

from flowroute_async.jobs import NumberQuery
from tests.jobs.fake_inventory import FakeInventory, numbers_in

pytestmark = pytest.mark.anyio


async def test_an_endless_source_is_read_no_further_than_a_few_queries_ahead() -> None:
    read = 0

    def codes() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield str(201 + read % 700)

    inventory = FakeInventory(numbers_in([str(code) for code in range(201, 901)], 1))
    async with inventory.bulk(lanes=4).bulk_search(area_codes=codes(), concurrency=4) as search:
        for _ in range(3):
            await anext(search)
        for _ in range(200):
            await anyio.lowlevel.checkpoint()
        assert read <= 3 + 4 * 4


async def test_no_more_is_asked_for_than_is_wanted() -> None:
    inventory = FakeInventory(numbers_in(["206"], 50))
    async with inventory.bulk().bulk_search(max_items=5) as search:
        assert len([number async for number in search]) == 5
    assert {call["limit"] for call in inventory.calls} == {"5"}


@pytest.mark.parametrize("codes", [range(201, 221), [201] * 20], ids=["new numbers", "nothing new"])
async def test_others_have_their_turn_between_two_pages_that_are_decoded(codes: Sequence[int]) -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    inventory = FakeInventory(numbers_in([str(code) for code in range(201, 221)], 5))
    queries = [NumberQuery(starts_with=f"1{code}") for code in codes]
    async with inventory.bulk().bulk_search(queries=queries, ordered=True) as search:
        for _ in range(50):
            await anyio.lowlevel.checkpoint()  # until every page is there
        async with anyio.create_task_group() as group:
            group.start_soon(take_turns)
            assert len([number async for number in search]) == 5 * len(set(codes))
            group.cancel_scope.cancel()
    assert turns >= 20

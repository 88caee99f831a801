"""A bulk search against an inventory without a network, on both event loops."""

import time
from collections.abc import AsyncIterator
from itertools import count

import anyio
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs import BulkSearch, NumberQuery, Progress
from tests.jobs.fake_inventory import FakeInventory, numbers_in, numbers_of

pytestmark = pytest.mark.anyio
CODES = [str(code) for code in range(201, 211)]


async def found(search: BulkSearch) -> list[str]:
    async with search:
        return [number.id async for number in search]


async def settled() -> None:
    """Run every task until all of them wait."""
    for _ in range(200):
        await checkpoint()


async def test_it_gives_every_number_of_every_query_once_and_asks_for_no_page_twice() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    search = inventory.bulk().bulk_search(area_codes=CODES)
    assert sorted(await found(search)) == sorted(inventory.numbers)
    assert set(inventory.asked.values()) == {1}
    report = search.report
    assert (report.queries_done, report.queries_known, report.pages, report.numbers) == (10, 10, 30, 4500)
    assert {(one.pages, one.numbers, one.finished) for one in report.queries} == {(3, 450, True)}


async def test_while_there_are_queries_for_all_connections_no_page_is_asked_for_in_vain() -> None:
    codes = [str(code) for code in range(201, 231)]
    inventory = FakeInventory(numbers_in(codes, 300))
    search = inventory.bulk(lanes=4).bulk_search(area_codes=codes)
    assert len(await found(search)) == 9000
    assert search.report.requests <= search.report.pages + 4


async def test_ordered_numbers_come_in_the_order_of_queries_and_pages() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    assert await found(inventory.bulk().bulk_search(area_codes=CODES, ordered=True)) == list(inventory.numbers)


async def test_ordered_does_not_run_far_ahead_of_a_slow_first_query() -> None:
    inventory = FakeInventory(numbers_in([str(code) for code in range(201, 301)], 1))
    gate = anyio.Event()

    inventory.gates["1201"] = gate
    codes = [str(code) for code in range(201, 301)]
    async with inventory.bulk(lanes=5).bulk_search(area_codes=codes, ordered=True) as search:
        await settled()
        assert len(inventory.calls) == 10
        gate.set()
        assert [number.id async for number in search] == list(inventory.numbers)


async def test_overlapping_queries_give_no_number_twice() -> None:
    inventory = FakeInventory(numbers_of("206", 500))
    queries = [NumberQuery(starts_with=start) for start in ("1206", "12065", "120655", "1206")]
    search = inventory.bulk().bulk_search(queries=queries)
    assert sorted(await found(search)) == sorted(inventory.numbers)
    assert search.report.duplicates == 1500


async def test_a_single_long_query_uses_all_connections() -> None:
    inventory = FakeInventory(numbers_of("206", 5000), max_page=50, turns=50)
    assert await found(inventory.bulk(lanes=8).bulk_search(starts_with="1206")) == list(inventory.numbers)
    assert inventory.most_in_flight == 8


async def test_no_more_requests_are_in_flight_than_concurrency() -> None:
    gate = anyio.Event()
    inventory = FakeInventory(numbers_in(CODES, 300), gates={"": gate})
    async with inventory.bulk().bulk_search(area_codes=CODES, concurrency=3) as search:
        await settled()
        assert inventory.in_flight == 3
        gate.set()
        assert len([number async for number in search]) == 3000
    assert inventory.most_in_flight == 3


@pytest.mark.parametrize("ordered", [True, False])
async def test_max_items_gives_exactly_so_many_and_stops_what_is_in_flight(ordered: bool) -> None:  # noqa: FBT001 - a parameter of the test
    inventory = FakeInventory(numbers_in(CODES, 450), max_page=100)
    async with inventory.bulk().bulk_search(area_codes=CODES, max_items=777, ordered=ordered) as search:
        assert len({number.id async for number in search}) == 777
        await settled()
        assert inventory.in_flight == 0
    assert search.report.numbers == 777


async def test_max_items_of_nothing_sends_nothing() -> None:
    inventory = FakeInventory(numbers_of("206", 10))
    assert await found(inventory.bulk().bulk_search(max_items=0)) == []


async def test_a_slow_reader_stops_the_fetching() -> None:
    inventory = FakeInventory(numbers_in([str(code) for code in range(201, 401)], 10))
    codes = (str(code) for code in range(201, 401))
    async with inventory.bulk(lanes=4).bulk_search(area_codes=codes) as search:
        await settled()
        sent = len(inventory.calls)
        assert sent <= 3 * 8
        await settled()
        assert len(inventory.calls) == sent
        assert len([number async for number in search]) == 2000


async def test_an_endless_source_is_read_as_far_as_needed() -> None:
    inventory = FakeInventory(numbers_of("206", 1000))
    endless = (NumberQuery(ends_with=str(index)) for index in count())
    assert len(await found(inventory.bulk().bulk_search(queries=endless, max_items=50))) == 50
    assert len(inventory.calls) < 100


async def test_leaving_early_cancels_what_is_in_flight_at_once() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), gates={"": anyio.Event()})
    async with inventory.bulk().bulk_search(area_codes=CODES):
        await settled()
        assert inventory.in_flight == 10
    assert inventory.in_flight == 0


async def test_an_error_of_the_reader_comes_through_as_it_is() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))

    async def read() -> None:
        async with inventory.bulk().bulk_search(area_codes=CODES) as search:
            async for _ in search:
                raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await read()
    assert inventory.in_flight == 0


async def test_it_can_be_cancelled_from_outside() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), gates={"": anyio.Event()})
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group, inventory.bulk().bulk_search(area_codes=CODES) as search:
            group.start_soon(settled)
            scope.cancel()
            await anext(search)
    assert scope.cancelled_caught
    assert inventory.in_flight == 0


async def test_after_the_end_there_is_nothing_more() -> None:
    search = FakeInventory(numbers_of("206", 3)).bulk().bulk_search()
    assert len(await found(search)) == 3
    assert [number async for number in search] == []


async def test_a_search_is_run_inside_its_context_and_once() -> None:
    search = FakeInventory(numbers_of("206", 3)).bulk().bulk_search()
    with pytest.raises(RuntimeError, match="inside its context"):
        await anext(search)
    await found(search)
    with pytest.raises(RuntimeError, match="once"):
        await found(search)


async def test_an_async_source_feeds_the_search_while_it_runs() -> None:
    async def codes() -> AsyncIterator[str]:
        for code in CODES:
            await settled()
            yield code

    inventory = FakeInventory(numbers_in(CODES, 250))
    search = inventory.bulk().bulk_search(area_codes=codes())
    async with search:
        assert search.report.queries_known is None
        assert sorted([number.id async for number in search]) == sorted(inventory.numbers)
    assert search.report.queries_known == 10


async def test_progress_is_told_seldom_and_at_the_end() -> None:
    told: list[Progress] = []
    inventory = FakeInventory(numbers_in(CODES, 450))
    began = time.monotonic()
    search = inventory.bulk().bulk_search(area_codes=CODES, progress=told.append)
    await found(search)
    assert len(told) <= (time.monotonic() - began) / 0.2 + 2
    assert (told[0].queries_done, told[0].queries_known) == (0, 10)
    last = told[-1]
    assert (last.queries_done, last.queries_known, last.pages, last.numbers, last.eta) == (10, 10, 30, 4500, 0.0)
    assert last == search.progress()
    assert last.rate == pytest.approx(4500 / last.seconds)


async def test_a_progress_callback_that_raises_does_no_harm() -> None:
    def broken(_progress: Progress) -> None:
        raise ValueError

    inventory = FakeInventory(numbers_in(CODES, 10))
    assert len(await found(inventory.bulk().bulk_search(area_codes=CODES, progress=broken))) == 100


async def test_the_report_counts_retries_and_the_share_of_the_rate() -> None:
    inventory = FakeInventory(numbers_in(CODES, 250), attempts=2)
    search = inventory.bulk(rate=100.0).bulk_search(area_codes=CODES)
    await found(search)
    report = search.report
    assert (report.requests, report.retries) == (40, 20)
    assert report.rate_used == pytest.approx(min(1.0, 39 / report.seconds / 100))
    assert "of the allowed rate" in str(report)
    assert "2500 numbers in" in str(report)
    assert "10 of 10 queries" in str(report)


@pytest.mark.parametrize(
    ("argument", "arguments"),
    [
        ("concurrency", {"concurrency": 21}),
        ("concurrency", {"concurrency": 0}),
        ("max_items", {"max_items": -1}),
        ("on_error", {"on_error": "ignore"}),
        ("replay", {"replay": True}),
        ("state", {"state": "Cascadia"}),
        ("state", {"state": "WA", "state_codes": ["OR"]}),
    ],
)
def test_what_is_out_of_range_is_refused_at_once(argument: str, arguments: dict[str, object]) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        FakeInventory([]).bulk().bulk_search(**arguments)  # type: ignore[arg-type] # wrong on purpose
    assert refused.value.argument == argument

"""Where the queries come from."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing
from decimal import Decimal
from itertools import count, islice
from typing import Any

import pytest

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs import NumberQuery
from flowroute_async.jobs.sources import Sources
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of

pytestmark = pytest.mark.anyio
COMMON = NumberQuery(contains="777")


async def filters(sources: Sources, at_most: int = 100) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with aclosing(sources.read()) as queries:
        async for query in queries:
            found.append(dict(query.filters))
            if len(found) == at_most:
                break
    return found


async def test_without_a_source_there_is_one_query_of_the_filters() -> None:
    sources = Sources(COMMON)
    assert sources.known == 1
    assert await filters(sources) == [{"contains": "777"}]


async def test_sources_make_a_cross_product_in_the_order_of_nested_loops() -> None:
    sources = Sources(COMMON, area_codes=["206", "425"], state_codes=["wa", "OR"], rate_centers=["SEATTLE"])
    assert sources.known == 4
    assert [(one["starts_with"], one["state"], one["rate_center"]) for one in await filters(sources)] == [
        ("1206", "WA", "SEATTLE"),
        ("1206", "OR", "SEATTLE"),
        ("1425", "WA", "SEATTLE"),
        ("1425", "OR", "SEATTLE"),
    ]


async def test_the_outermost_source_may_be_endless_and_is_read_as_needed() -> None:
    read = 0

    def endless() -> Iterator[NumberQuery]:
        nonlocal read
        for number in count():
            read += 1
            yield NumberQuery(ends_with=str(number))

    sources = Sources(COMMON, queries=endless(), state_codes=["WA", "OR"])
    assert sources.known is None
    assert [one["ends_with"] for one in await filters(sources, 5)] == ["0", "0", "1", "1", "2"]
    assert read == 3


async def test_an_async_source_is_read_and_closed() -> None:
    closed = False

    async def codes() -> AsyncIterator[str]:
        nonlocal closed
        try:
            for code in ("206206", "206207", "206208"):
                yield code
        finally:
            closed = True

    assert [one["starts_with"] for one in await filters(Sources(NumberQuery(), exchanges=codes()), 2)] == [
        "1206206",
        "1206207",
    ]
    assert closed


@pytest.mark.parametrize(
    ("argument", "sources"),
    [
        ("area_codes", {"area_codes": ["20"]}),
        ("exchanges", {"exchanges": ["206"]}),
        ("exchanges", {"exchanges": [206555]}),
        ("state_codes", {"state_codes": ["Cascadia"]}),
        ("state_codes", {"state_codes": "WA"}),
        ("rate_centers", {"rate_centers": [""]}),
        ("queries", {"queries": ["206"]}),
        ("area_codes", {"area_codes": 206}),
        ("starts_with", {"area_codes": ["206"], "exchanges": ["206206"]}),
        ("contains", {"queries": [NumberQuery(contains="1")]}),
    ],
)
async def test_what_makes_no_sense_is_refused(argument: str, sources: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        await filters(Sources(COMMON, **sources))
    assert refused.value.argument == argument


def test_lists_are_checked_before_anything_is_read() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^area_codes must be .* not 'x'; nothing was sent$"):
        Sources(COMMON, area_codes=["206", "x"])


@pytest.mark.parametrize(
    ("source", "values"),
    [("area_codes", ["206", "x"]), ("queries", [NumberQuery(state="WA"), NumberQuery(contains="1")])],
)
async def test_what_a_running_source_gives_is_refused_without_saying_that_nothing_was_sent(
    source: str, values: list[Any]
) -> None:
    sources: dict[str, Any] = {source: iter(values)}
    with pytest.raises(InvalidArgumentError, match=r"; the search stopped there$"):
        await filters(Sources(COMMON, **sources))


def _fingerprint(**sources: Iterable[Any]) -> str:
    return Sources(COMMON, **sources).fingerprint


def test_jobs_with_other_sources_have_other_fingerprints() -> None:
    prints = [
        _fingerprint(),
        Sources(NumberQuery()).fingerprint,
        _fingerprint(area_codes=["206"]),
        _fingerprint(area_codes=["425"]),
        _fingerprint(area_codes=islice(["425"], 1)),
        _fingerprint(state_codes=["WA"]),
    ]
    assert len(set(prints)) == len(prints)
    assert _fingerprint(area_codes=["206"]) == _fingerprint(area_codes=("206",))


def test_queries_are_values() -> None:
    assert NumberQuery(state="wa", contains="1") == NumberQuery(contains="1", state="WA")
    assert {NumberQuery(state="WA"): 1}[NumberQuery(state="wa")] == 1
    assert str(NumberQuery(state="WA", contains="1")) == "contains=1, state=WA"
    assert str(NumberQuery()) == "all numbers"
    with pytest.raises(InvalidArgumentError):
        NumberQuery(state="Cascadia")


async def test_all_numbers_of_a_list_are_bought_and_released_though_they_leave_it_meanwhile() -> None:
    sandbox = Sandbox(numbers=60)
    async with client_of(sandbox, clock=InstantClock()) as client:
        offers = client.numbers.search(page_size=7)
        bought = await client.numbers.purchase_many(offers, count=60, max_cost=Decimal(1000))
        assert len(bought.bought) == 60
        released = await client.numbers.release_many(client.numbers.list(page_size=7, max_items=20))
        assert len(released.done) == 20
        released = await client.numbers.release_many(client.numbers.list(page_size=7))
        assert (len(released.done), released.refused) == (40, [])
        assert (await client.numbers.list()).items == ()
    sandbox.close()

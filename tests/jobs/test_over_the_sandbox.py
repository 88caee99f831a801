"""Bulk searches and purchases by a real client, over a sandbox in process."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async import FlowrouteClient, Rates
from flowroute_async.errors import AuthenticationError
from flowroute_async.jobs import Outcome
from flowroute_async.resources.numbers import Numbers
from flowroute_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def bulk_of(sandbox: Sandbox, *, key: str = "sandbox", rate: float | None = None) -> AsyncIterator[Numbers]:
    transport = httpx.ASGITransport(app=sandbox.app)
    async with FlowrouteClient(
        access_key="sandbox",
        secret_key=key,
        base_url="http://127.0.0.1",
        http_transport=transport,
        rates=Rates(api=rate),
    ) as client:
        yield client.numbers


async def test_all_area_codes_together_give_the_whole_inventory() -> None:
    sandbox = Sandbox(numbers=3000)
    async with bulk_of(sandbox) as bulk:
        async with bulk.bulk_search(area_codes=bulk.area_codes()) as search:
            found = [number.id async for number in search]
        assert len(found) == len(set(found)) == 3000
        assert search.report.failed == []
        assert search.report.pages == search.report.queries_known


async def test_a_paginator_as_source_may_be_left_unread() -> None:
    async with bulk_of(Sandbox(numbers=3000)) as bulk:
        source = bulk.area_codes(page_size=10)
        async with bulk.bulk_search(area_codes=source, contains="7", max_items=20) as search:
            assert len([number async for number in search]) == 20
        gc.collect()  # a generator that was not closed would be complained about here
        await checkpoint()


async def test_states_and_rate_centers_cross() -> None:
    async with bulk_of(Sandbox(numbers=20_000)) as bulk:
        seattle = [number async for number in bulk.search(state="WA", max_items=50)]
        centers = sorted({number.rate_center or "" for number in seattle})
        async with bulk.bulk_search(state_codes=["WA", "OR"], rate_centers=centers) as search:
            found = [number async for number in search]
        assert {number.id for number in seattle} <= {number.id for number in found}
        assert search.report.queries_known == 2 * len(centers)


async def test_a_query_that_fails_for_good_is_listed_and_the_others_go_on() -> None:
    sandbox = Sandbox(numbers=3000)
    sandbox.control.add_fault("search_available_numbers", status=400)
    async with bulk_of(sandbox) as bulk:
        async with bulk.bulk_search(area_codes=["206", "212", "303"]) as search:
            found = [number.id async for number in search]
        assert len(search.report.failed) == 1
        assert {number[1:4] for number in found} < {"206", "212", "303"}


async def test_wrong_keys_raise() -> None:
    async with bulk_of(Sandbox(), key="wrong") as bulk, bulk.bulk_search(state_codes=["WA", "OR"]) as search:
        with pytest.raises(AuthenticationError):
            await anext(search)


async def test_a_known_rate_is_used_and_never_exceeded() -> None:
    sandbox = Sandbox(numbers=3000, rate=200)
    async with bulk_of(sandbox, rate=200) as bulk:
        codes = [code.id async for code in bulk.area_codes(max_items=60)]
        async with bulk.bulk_search(area_codes=codes) as search:
            assert len([number async for number in search]) > 0
    assert all(request.status == 200 for request in sandbox.control.requests())
    used = search.report.rate_used
    assert used is not None
    assert 0 < used <= 1.1


async def test_purchases_stand_on_the_account_as_the_report_says() -> None:
    sandbox = Sandbox(numbers=3000)
    sandbox.control.add_fault("purchase_number", status=500, after_effect=True)
    sandbox.control.add_fault("purchase_number", drop="before")
    async with bulk_of(sandbox) as bulk:
        async with bulk.bulk_search(state_codes=["WA"]) as search:
            report = await bulk.purchase_many(search, max_cost=Decimal(50), count=4)
        owned = {number.id async for number in bulk.list()}
    assert owned == {one.number for one in report.bought}
    assert [one.outcome for one in report.purchases] == [Outcome.BOUGHT, Outcome.UNKNOWN, *[Outcome.BOUGHT] * 2]
    assert report.spent <= 50


async def test_an_empty_account_ends_the_purchases() -> None:
    sandbox = Sandbox(numbers=3000)
    sandbox.control.set_balance(5.0)
    async with bulk_of(sandbox) as bulk:
        report = await bulk.purchase_many(bulk.search(state="WA"), max_cost=Decimal(500), count=10)
        owned = [number.id async for number in bulk.list()]
    assert [one.number for one in report.bought] == owned
    assert report.stopped_by is not None
    assert 0 < len(owned) < 10

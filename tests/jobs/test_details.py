"""Details of many numbers: each once, in order, several at once, and what fails is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from flowroute_async import FlowrouteClient, InvalidArgumentError, NotFoundError, ServerError
from flowroute_async.jobs import JobProgress
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def account(count: int) -> AsyncIterator[tuple[Sandbox, FlowrouteClient, list[str]]]:
    sandbox = Sandbox()
    client = client_of(sandbox, clock=InstantClock())
    offers = [one async for one in client.numbers.search(max_items=count)]
    yield sandbox, client, [(await client.numbers.purchase(one)).id for one in offers]
    sandbox.close()


async def test_details_and_connections_of_a_whole_account_come_with_its_list() -> None:
    async with account(30) as (sandbox, client, numbers):
        route = await client.routes.create(alias="a", route_type="host", value="sip.example.com")
        await client.routes.set_primary(numbers[3], route)
        sandbox.control.clear_requests()
        found = [one async for one in client.numbers.list(details=True, page_size=12)]
        assert [one.id for one in found] == [one.id async for one in client.numbers.list()]
        assert {one.id: one.primary_route_id for one in found}[numbers[3]] == route.id
        assert next(one for one in found if one.id == numbers[3]).primary_route == route
        page = await client.numbers.list(details=True, page_size=12)
        rest = [one async for page in client.numbers.list(details=True).pages(resume=page.resume_token) for one in page]
        assert [*page.items, *rest] == found


async def test_details_come_in_the_order_of_the_numbers_and_what_fails_is_listed() -> None:
    seen: list[JobProgress] = []
    async with account(25) as (_, client, numbers):
        asked = [*reversed(numbers), "12065559999"]
        many = client.numbers.get_many(asked, concurrency=4, progress=seen.append)
        assert [one.id async for one in many] == asked[:-1]
        report = many.report
    (failed,) = report.failed
    assert (failed.number, type(failed.failure)) == ("12065559999", NotFoundError)
    assert (report.found, report.total) == (25, 26)
    assert (seen[0].done, seen[0].total, seen[-1].done) == (0, 26, 26)
    assert "25 of 26 numbers, 1 failed" in str(report)
    assert "12065559999" not in str(report) + repr(report)
    assert json.dumps(report.to_dict())


async def test_a_paginator_is_a_source_and_a_loop_may_be_left() -> None:
    async with account(25) as (_, client, numbers):
        many = client.numbers.get_many(client.numbers.list())
        async for one in many:
            assert one.id in numbers
            break
        assert {one.id async for one in many} < set(numbers)


async def test_an_error_is_raised_after_the_details_before_it_where_that_is_wanted() -> None:
    async with account(5) as (sandbox, client, numbers):
        sandbox.control.add_fault("get_number", status=500, times=50)
        with pytest.raises(ServerError):
            await anext(client.numbers.get_many(numbers, on_error="raise"))


async def test_what_is_no_number_is_refused_before_anything_is_sent() -> None:
    async with account(1) as (_, client, numbers):
        with pytest.raises(InvalidArgumentError, match=r"^numbers\[1\] must be"):
            client.numbers.get_many([*numbers, "911"])
        with pytest.raises(InvalidArgumentError, match="concurrency"):
            client.numbers.get_many(numbers, concurrency=0)
        with pytest.raises(InvalidArgumentError, match="on_error"):
            client.numbers.get_many(numbers, on_error="ignore")  # type: ignore[arg-type] # wrong on purpose

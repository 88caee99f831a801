"""The client's hooks are told of each item of a job, and of nothing personal."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from flowroute_async import FlowrouteClient, Hooks, JobItemView
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of

pytestmark = pytest.mark.anyio
Item: TypeAlias = tuple[str, str, int | None, int]


@asynccontextmanager
async def watched() -> AsyncGenerator[tuple[Sandbox, FlowrouteClient, list[JobItemView]]]:
    sandbox, seen = Sandbox(numbers=2000, sms_rate=None, shape="2018"), list[JobItemView]()
    async with client_of(sandbox, hooks=Hooks(on_job_item=seen.append)) as client:
        yield sandbox, client, seen
    sandbox.close()


def told(seen: list[JobItemView]) -> list[Item]:
    found: list[Item] = sorted((one.job, one.outcome, one.place, one.records) for one in seen)
    seen.clear()
    return found


def message(own: str, place: int) -> dict[str, object]:
    return {"from_": own, "to": f"1206555{place:04}", "body": f"text {place}"}


async def test_messages_sent_refused_and_unknown(tmp_path: Path) -> None:
    async with watched() as (sandbox, client, seen):
        own = (await client.numbers.purchase((await client.numbers.search(max_items=1)).items[0])).id
        given = [message(own, 0), message(own, 1) | {"to": "12"}, message(own, 2)]
        await client.messages.send_many(iter(given), journal=tmp_path / "job.db")
        assert [one.reason[:8] for one in seen if one.outcome == "refused"] == ["to must "]
        assert told(seen) == [
            ("send_many", "done", 0, 1),
            ("send_many", "done", 2, 1),
            ("send_many", "refused", 1, 0),
        ]
        await client.messages.send_many(iter(given), journal=tmp_path / "job.db")
        assert seen == []  # earlier runs have done it
        sandbox.control.add_fault("send_message", status=500)
        await client.messages.send_many([message(own, 3)])
        (unknown,) = seen
        assert (unknown.outcome, unknown.records) == ("unknown", 0)
        assert unknown.reason
        assert own not in unknown.reason


async def test_purchases_and_what_is_done_to_numbers() -> None:
    async with watched() as (sandbox, client, seen):
        sandbox.control.add_fault("purchase_number", status=404)
        report = await client.numbers.purchase_many(client.numbers.search(), count=2, max_cost=Decimal(20))
        assert [bool(one.reason) for one in seen] == [True, False, False]
        assert told(seen) == [
            ("purchase_many", "done", None, 1),
            ("purchase_many", "done", None, 1),
            ("purchase_many", "refused", None, 0),
        ]
        own = [one.number for one in report.bought]
        many = client.numbers.get_many([own[0], "12065550000", own[1]])
        assert [one.id async for one in many] == own
        assert told(seen) == [("get_many", "done", 0, 1), ("get_many", "done", 2, 1), ("get_many", "failed", 1, 0)]
        await client.numbers.update_many([{"number": one, "alias": "desk"} for one in own])
        await client.numbers.release_many([*own, "12065550000"])
        assert told(seen) == [
            ("release_many", "done", 0, 1),
            ("release_many", "done", 1, 1),
            ("release_many", "refused", 2, 0),
            ("update_many", "done", 0, 1),
            ("update_many", "done", 1, 1),
        ]


async def test_addresses() -> None:
    async with watched() as (_, client, seen):
        address = {"first_name": "Ada", "last_name": "Lovelace", "street_number": "1", "street_name": "Main St"}
        place = {"city": "Seattle", "state": "WA", "zip": "98104"}
        await client.e911.create_many([{**address, **place, "label": f"Office {number}"} for number in range(2)])
        assert told(seen) == [("create_many", "done", 0, 1), ("create_many", "done", 1, 1)]


async def test_queries_and_windows_with_what_they_found() -> None:
    async with watched() as (sandbox, client, seen):
        async with client.numbers.bulk_search(state_codes=["WA", "OR"]) as search:
            found = Counter([(one.state or "").upper() async for one in search])
        assert told(seen) == [("bulk_search", "done", 0, found["WA"]), ("bulk_search", "done", 1, found["OR"])]
        sandbox.control.add_fault("list_messages", status=400, times=9)
        start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 2, tzinfo=UTC)
        async with client.messages.history(start, end) as history:
            assert [one async for one in history] == []
        assert {one.outcome for one in seen} == {"failed"}
        assert len(seen) == history.report.windows_known


async def test_a_hook_that_raises_harms_no_job() -> None:
    def broken(_: Any) -> None:
        raise RuntimeError("a hook")

    sandbox = Sandbox(numbers=500)
    async with client_of(sandbox, hooks=Hooks(on_job_item=broken)) as client:
        report = await client.numbers.purchase_many(client.numbers.search(), count=2, max_cost=Decimal(20))
    assert report.complete
    sandbox.close()

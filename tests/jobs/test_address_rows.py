"""Emergency addresses from rows: all faults at once, each created once, whatever is lost."""

import csv
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from flowroute_async import FlowrouteClient, InvalidArgumentError
from flowroute_async.jobs import JobProgress
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of

pytestmark = pytest.mark.anyio


@dataclass
class Office:
    sandbox: Sandbox
    client: FlowrouteClient
    numbers: list[str]

    def rows(self, count: int) -> list[dict[str, Any]]:
        return [
            {
                "label": f"Office {place}",
                "first_name": "Ada",
                "last_name": "Lovelace",
                "street_number": 100 + place,
                "street_name": "3rd Ave",
                "city": "Seattle",
                "state": "WA",
                "zip": "98104",
                "number": self.numbers[place % len(self.numbers)] if place % 3 else None,
            }
            for place in range(count)
        ]

    async def labels(self) -> list[str]:
        return sorted([address.label async for address in self.client.e911.list()])


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    sandbox = Sandbox()
    client = client_of(sandbox, clock=InstantClock())
    offers = [one async for one in client.numbers.search(max_items=8)]
    yield Office(sandbox, client, [(await client.numbers.purchase(one)).id for one in offers])
    sandbox.close()


async def test_addresses_are_created_and_given_to_their_numbers_from_rows_and_from_csv(tmp_path: Path) -> None:
    seen: list[JobProgress] = []
    async with office() as one:
        rows = one.rows(8)
        with (tmp_path / "offices.csv").open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows[:4])
        first = await one.client.e911.create_many(tmp_path / "offices.csv", progress=seen.append)
        second = await one.client.e911.create_many(rows[4:])
        assert (len(first.done), len(second.done)) == (4, 4)
        assert await one.labels() == [f"Office {place}" for place in range(8)]
        for result in [*first.done, *second.done]:
            found = [number.id async for number in one.client.e911.numbers(result.id)]
            assert found == ([] if result.number is None else [result.number])
    assert (seen[0].done, seen[0].total, seen[-1].done) == (0, 4, 4)
    assert "4 of 4 addresses, 0 refused, 0 unknown" in str(first)
    assert "Office" not in str(first) + repr(first)
    assert json.dumps(first.to_dict())


async def test_all_faults_of_all_rows_are_told_at_once_and_nothing_is_sent() -> None:
    async with office() as one:
        rows = one.rows(5)
        rows[1] |= {"zip": "1", "state": "Nowhere"}
        rows[3] |= {"number": "911"}
        rows[4] |= {"label": "Office 0"}
        with pytest.raises(InvalidArgumentError) as caught:
            await one.client.e911.create_many(rows)
        arguments = {fault.argument for fault in caught.value.faults}
        assert {"rows[1].state", "rows[3].number", "rows[4].label"} <= arguments
        assert await one.labels() == []


async def test_an_address_whose_answer_was_lost_is_found_by_its_label(tmp_path: Path) -> None:
    async with office() as one:
        one.sandbox.control.add_fault("create_e911_address", drop="after", times=2)
        one.sandbox.control.add_fault("create_e911_address", drop="before")
        report = await one.client.e911.create_many(one.rows(8), journal=tmp_path / "job.db")
        assert len(report.unknown) == 3
        report = await one.client.e911.create_many(one.rows(8), journal=tmp_path / "job.db")
        assert (len(report.done), report.unknown) == (8, [])
        assert await one.labels() == [f"Office {place}" for place in range(8)]


async def test_what_is_refused_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    async with office() as one:
        await one.client.e911.create_many(one.rows(1))
        report = await one.client.e911.create_many(one.rows(3), journal=tmp_path / "job.db")
        assert (len(report.done), len(report.refused)) == (2, 1)
        assert await one.labels() == ["Office 0", "Office 1", "Office 2"]


async def test_a_job_that_is_cancelled_again_and_again_creates_each_address_once(tmp_path: Path) -> None:
    async with office() as one:
        for stop_at in range(1, 9):
            with anyio.CancelScope() as scope:

                def stop(progress: JobProgress, scope: anyio.CancelScope = scope, stop_at: int = stop_at) -> None:
                    if progress.done >= stop_at:
                        scope.cancel()

                await one.client.e911.create_many(one.rows(8), journal=tmp_path / "job.db", progress=stop)
        report = await one.client.e911.create_many(one.rows(8), journal=tmp_path / "job.db")
        assert len(report.done) == 8
        assert await one.labels() == [f"Office {place}" for place in range(8)]

"""Rows of a job, whatever becomes of their source and of the file."""

import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from flowroute_async import FlowrouteClient, InvalidArgumentError, Rates
from flowroute_async.jobs import job_file
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def account() -> AsyncGenerator[tuple[Sandbox, FlowrouteClient, str]]:
    sandbox = Sandbox(numbers=1000, sms_rate=None, shape="2018")
    async with client_of(sandbox, rates=Rates(sms=100)) as client:
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


async def test_an_update_that_cannot_be_is_refused_before_anything_is_sent() -> None:
    async with account() as (sandbox, client, own):
        before = len(sandbox.control.requests())
        for updates, refused in (
            ([{"number": own, "alias": "x"}, {"number": "12065550100", "alias": "y" * 65}], r"updates\[1\].alias"),
            ([{"number": own, "nickname": "x"}], r"updates\[0\] must be made of"),
            ([{"number": own}], r"updates\[0\]"),
            (
                [{"number": own, "alias": "x"}, {"number": own, "alias": "y"}],
                r"updates\[1\] must be about another",
            ),
        ):
            with pytest.raises(InvalidArgumentError, match=refused):
                await client.numbers.update_many(updates)
        with pytest.raises(InvalidArgumentError, match=r"numbers\[1\] must be about another"):
            await client.numbers.release_many([own, own])
        assert len(sandbox.control.requests()) == before


async def test_of_rows_that_come_one_by_one_the_first_of_a_number_counts() -> None:
    async with account() as (_, client, own):
        updates = iter([{"number": own, "alias": name} for name in ("first", "second")])
        report = await client.numbers.update_many(updates)
        assert sorted(one.outcome for one in report.results) == ["done", "refused"]
        assert (await client.numbers.get(own)).alias == "first"


async def test_a_journal_knows_a_change_from_another_of_the_same_number(tmp_path: Path) -> None:
    async with account() as (_, client, own):
        for name in ("first", "second", "second"):
            await client.numbers.update_many([{"number": own, "alias": name}], journal=tmp_path / "job.db")
            assert (await client.numbers.get(own)).alias == name


async def test_the_file_of_another_account_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with account() as (sandbox, client, own):
        day = date(2026, 1, 1)
        await client.messages.send_many([message(own, 0)], journal=tmp_path / "send.db")
        await client.numbers.update_many([{"number": own, "alias": "x"}], journal=tmp_path / "update.db")
        await client.numbers.purchase_many(
            client.numbers.search(), count=1, max_cost=Decimal(9), journal=tmp_path / "buy.db"
        )
        async with client.messages.history(day, day, checkpoint=tmp_path / "history.db"):
            pass
        sandbox.control.clear_requests()
        other = FlowrouteClient(access_key="another", secret_key="sandbox", base_url="http://127.0.0.1:9")
        with pytest.raises(InvalidArgumentError, match="not one of another key"):
            await other.messages.send_many([message(own, 1)], journal=tmp_path / "send.db")
        with pytest.raises(InvalidArgumentError, match="not one of another key"):
            await other.numbers.update_many([{"number": own, "alias": "y"}], journal=tmp_path / "update.db")
        with pytest.raises(InvalidArgumentError, match="not one of another key"):
            await other.numbers.purchase_many(
                other.numbers.search(), count=2, max_cost=Decimal(9), journal=tmp_path / "buy.db"
            )
        with pytest.raises(InvalidArgumentError, match="not one of another key"):
            async with other.messages.history(day, day, checkpoint=tmp_path / "history.db"):
                pass
        await other.aclose()


@pytest.mark.parametrize("path", ["missing/job.db", "."])
async def test_a_journal_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path, path: str) -> None:
    async with account() as (sandbox, client, own):
        with pytest.raises(InvalidArgumentError, match="journal must be a file that can be read and written"):
            await client.messages.send_many([message(own, 0)], journal=tmp_path / path)
        with pytest.raises(InvalidArgumentError, match="journal must be a file"):
            await client.numbers.purchase_many(
                client.numbers.search(), count=1, max_cost=Decimal(9), journal=tmp_path / path
            )
        with pytest.raises(InvalidArgumentError, match="checkpoint must be a file"):
            async with client.messages.history(date(2026, 1, 1), date(2026, 1, 1), checkpoint=tmp_path / path):
                pass
        assert sent(sandbox) == []
        assert list(sandbox.control.effects()["purchase_number"].values()) == [1]


async def test_of_two_runs_with_one_journal_at_once_the_second_is_refused_and_sends_nothing(tmp_path: Path) -> None:
    async with account() as (sandbox, client, own):
        begun, goes_on = anyio.Event(), anyio.Event()

        async def slowly() -> AsyncIterator[dict[str, object]]:
            begun.set()
            await goes_on.wait()
            yield message(own, 0)

        async with anyio.create_task_group() as group:
            group.start_soon(lambda: client.messages.send_many(slowly(), journal=tmp_path / "job.db"))
            await begun.wait()
            with pytest.raises(InvalidArgumentError, match="not one in use"):
                await client.messages.send_many([message(own, 1)], journal=tmp_path / "job.db")
            goes_on.set()
        assert sent(sandbox) == ["text 0"]


async def test_a_disk_that_is_full_ends_the_job_and_what_was_sent_is_settled_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_job = job_file.open_job

    def on_a_small_disk(*arguments: Any, **options: Any) -> sqlite3.Connection:
        job = open_job(*arguments, **options)
        pages = job.execute("PRAGMA page_count").fetchone()[0]
        job.execute(f"PRAGMA max_page_count={pages + 2}")
        return job

    async with account() as (sandbox, client, own):
        messages = [message(own, place) | {"body": f"{place} " + "x" * 900} for place in range(60)]
        monkeypatch.setattr(job_file, "open_job", on_a_small_disk)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            await client.messages.send_many(messages, journal=tmp_path / "job.db")
        before = sent(sandbox)
        assert 0 < len(before) < 60
        monkeypatch.setattr(job_file, "open_job", open_job)
        sandbox.control.advance(400)
        report = await client.messages.send_many(messages, journal=tmp_path / "job.db")
        assert len(report.results) == 60
        assert len(sent(sandbox)) == len(set(sent(sandbox)))
        assert len(report.sent) + len(report.refused) + len(report.unknown) == 60
        assert len(report.sent) <= len(sent(sandbox))

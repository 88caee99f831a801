"""A job goes on with another access key where somebody says that it is of the same account, and else it does not."""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flowroute_async import AuthenticationError, FlowrouteClient, InvalidArgumentError
from flowroute_async.jobs import adopt
from flowroute_async.jobs.job_file import MESSAGES, open_job
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of

pytestmark = pytest.mark.anyio

Job = Callable[[FlowrouteClient, list[str], Path], Awaitable[object]]


async def send(client: FlowrouteClient, own: list[str], file: Path) -> object:
    messages = [{"from_": own[0], "to": f"1206555{place:04}", "body": f"text {place}"} for place in range(12)]
    return await client.messages.send_many(messages, journal=file)


async def purchase(client: FlowrouteClient, _own: list[str], file: Path) -> object:
    return await client.numbers.purchase_many(client.numbers.search(), count=12, max_cost=Decimal(100), journal=file)


async def update(client: FlowrouteClient, own: list[str], file: Path) -> object:
    updates = [{"number": number, "alias": f"desk {number}"} for number in own]
    return await client.numbers.update_many(updates, journal=file)


async def release(client: FlowrouteClient, own: list[str], file: Path) -> object:
    return await client.numbers.release_many(own, journal=file)


async def addresses(client: FlowrouteClient, _own: list[str], file: Path) -> object:
    person = {"first_name": "Ada", "last_name": "Lovelace", "street_name": "3rd Ave"}
    place = {"city": "Seattle", "state": "WA", "zip": "98104"}
    rows: list[dict[str, object]] = [
        {"label": f"Office {count}", "street_number": count + 1, **person, **place} for count in range(12)
    ]
    return await client.e911.create_many(rows, journal=file)


JOBS: dict[str, tuple[Job, str]] = {
    "send": (send, "send_message"),
    "purchase": (purchase, "purchase_number"),
    "update": (update, "update_number"),
    "release": (release, "release_number"),
    "addresses": (addresses, "create_e911_address"),
}


@asynccontextmanager
async def account(folder: Path, key: str) -> AsyncGenerator[tuple[Sandbox, FlowrouteClient]]:
    """Open the one account that there is, with the key that it has at present."""
    sandbox = Sandbox(
        numbers=4000, access_key=key, secret_key=key, sms_rate=None, provisioning_delay=0, state=folder / "account.db"
    )
    async with client_of(sandbox, access_key=key, secret_key=key, clock=InstantClock()) as client:
        yield sandbox, client
    sandbox.close()


async def begun(folder: Path) -> list[str]:
    """Return the numbers of a new account."""
    async with account(folder, "old") as (_, client):
        offers = [one async for one in client.numbers.search(max_items=12)]
        return [(await client.numbers.purchase(one, messaging_enabled=True)).id for one in offers]


@pytest.mark.parametrize("job", JOBS)
async def test_a_job_whose_key_is_rotated_half_way_is_refused_until_its_file_is_adopted_and_then_completed(
    tmp_path: Path, job: str
) -> None:
    own, file = await begun(tmp_path), tmp_path / "job.db"
    run, operation = JOBS[job]
    async with account(tmp_path, "old") as (sandbox, client):
        for _ in range(5):
            sandbox.control.add_fault(operation, delay=0.001)
        sandbox.control.add_fault(operation, status=401, times=100)
        stopped: Any = await run(client, own, file)
        assert isinstance(stopped.stopped_by, AuthenticationError)
    async with account(tmp_path, "new") as (sandbox, client):
        with pytest.raises(InvalidArgumentError, match="not one of another key; if both keys are of one account") as no:
            await run(client, own, file)
        assert "flowroute config adopt-job FILE" in str(no.value)
        assert sandbox.control.requests() == []
        adopt(file, client)
        done: Any = await run(client, own, file)
        assert "0 refused, 0 unknown" in str(done)
        assert done.stopped_by is None
        effects = sandbox.control.effects()[operation]
        assert set(effects.values()) == {1}
    assert len(outcomes(file)) == 12


def outcomes(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as job:
        (table,) = {name for (name,) in job.execute("SELECT name FROM sqlite_master")} & {"rows", "purchases"}
        return [str(outcome) for (outcome,) in job.execute(f"SELECT outcome FROM {table}")]  # noqa: S608 - ours


async def test_a_history_goes_on_with_another_key_and_is_still_of_its_period(tmp_path: Path) -> None:
    file, day = tmp_path / "history.db", date(2024, 1, 1)
    async with account(tmp_path, "old") as (_, client), client.messages.history(day, day, checkpoint=file):
        pass
    async with account(tmp_path, "new") as (_, client):
        with pytest.raises(InvalidArgumentError, match=r"checkpoint must be .*, not one of another key"):
            async with client.messages.history(day, day, checkpoint=file):
                pass
        adopt(file, client)
        async with client.messages.history(day, day, checkpoint=file) as found:
            assert [one async for one in found] == []
        other = datetime(2024, 1, 2, tzinfo=UTC)
        with pytest.raises(InvalidArgumentError, match="not that of another job"):
            async with client.messages.history(day, other, checkpoint=file):
                pass


async def test_a_file_that_was_adopted_goes_on_with_either_key_and_with_no_third(tmp_path: Path) -> None:
    own, file = await begun(tmp_path), tmp_path / "job.db"
    for key in ("old", "new", "old", "new"):
        async with account(tmp_path, key) as (_, client):
            if key == "new":
                adopt(file, client)
            await update(client, own, file)
    async with account(tmp_path, "third") as (_, client):
        with pytest.raises(InvalidArgumentError, match="another key"):
            await update(client, own, file)


async def test_what_is_no_file_of_an_account_is_not_adopted(tmp_path: Path) -> None:
    async with account(tmp_path, "old") as (_, client):
        async with client.numbers.bulk_search(starts_with="1206", checkpoint=tmp_path / "search.db"):
            pass
        (tmp_path / "text.db").write_text("no database")
        for name, allowed in {
            "search.db": "job must be a job file of this kind, not another file$",
            "text.db": "job must be a job file of this kind, not another file$",
            "missing.db": "job must be a job file that exists$",
        }.items():
            with pytest.raises(InvalidArgumentError, match=allowed):
                adopt(tmp_path / name, client)
        with (
            closing(open_job(tmp_path / "send.db", MESSAGES, "journal")),
            pytest.raises(InvalidArgumentError, match="job must be a file that no other job uses"),
        ):
            adopt(tmp_path / "send.db", client)

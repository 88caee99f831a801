"""A bulk search that can be resumed from a file."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import anyio
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs import BulkSearch, NumberQuery
from tests.jobs.fake_inventory import FakeInventory, failure, numbers_in, numbers_of
from tests.jobs.job_process import CODES as JOB_CODES
from tests.jobs.killing import run_and_kill

CODES = [str(code) for code in range(201, 211)]


async def found(search: BulkSearch) -> list[str]:
    async with search:
        return [number.id async for number in search]


def in_file(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as job:
        return [number for (number,) in job.execute("SELECT id FROM records ORDER BY place")]


def in_copy(path: Path, folder: Path) -> list[str]:
    """Look at a file without opening it, so that the job itself is the first to do so after a kill."""
    folder.mkdir()
    for part in (path, path.with_name(f"{path.name}-wal")):
        if part.exists():
            shutil.copy(part, folder)
    try:
        return in_file(folder / path.name)
    except sqlite3.OperationalError:  # killed before the tables were made
        return []


@pytest.mark.anyio
async def test_what_is_given_is_in_the_file_first(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    got = await found(inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db"))
    assert sorted(got) == sorted(inventory.numbers)
    assert in_file(tmp_path / "job.db") == got


@pytest.mark.anyio
async def test_a_finished_job_sends_nothing_and_gives_nothing_again(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    await found(inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db"))
    inventory.calls.clear()
    search = inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db")
    assert await found(search) == []
    assert inventory.calls == []
    assert (search.report.queries_done, search.report.queries_left_out) == (10, 10)


@pytest.mark.anyio
async def test_replay_gives_the_numbers_of_the_file_first(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450))
    file = tmp_path / "job.db"
    first = await found(inventory.bulk().bulk_search(area_codes=CODES, checkpoint=file, max_items=1234))
    search = inventory.bulk().bulk_search(area_codes=CODES, checkpoint=file, replay=True)
    async with search:
        numbers = [number async for number in search]
    assert [number.id for number in numbers[:1234]] == first
    assert sorted(number.id for number in numbers) == sorted(inventory.numbers)
    assert numbers[0].rate_center == "seattle"


@pytest.mark.anyio
@pytest.mark.parametrize("ordered", [True, False])
async def test_a_job_that_had_enough_goes_on_exactly_where_it_stopped(tmp_path: Path, ordered: bool) -> None:  # noqa: FBT001 - a parameter of the test
    inventory = FakeInventory(numbers_in(CODES, 450), max_page=30)
    got: list[str] = []
    for most in (0, 1, 777, 777, 2001, 10_000):
        search = inventory.bulk().bulk_search(
            area_codes=CODES, checkpoint=tmp_path / "job.db", max_items=most, ordered=ordered
        )
        got += await found(search)
        assert len(got) == min(most, 4500)
    assert sorted(got) == sorted(inventory.numbers)
    assert in_file(tmp_path / "job.db") == got


@pytest.mark.anyio
async def test_a_job_that_had_enough_within_the_last_page_of_a_query_goes_on_there(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(["206", "360"], 4))
    got: list[str] = []
    for most in (6, 8):
        search = inventory.bulk().bulk_search(
            area_codes=["206", "360"], checkpoint=tmp_path / "job.db", max_items=most, ordered=True
        )
        got += await found(search)
        assert got == inventory.numbers[:most]


@pytest.mark.anyio
async def test_a_job_that_is_left_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), max_page=30)
    for reads in (0, 100, 1500, 5000):
        async with inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db") as search:
            for _ in range(reads):
                if await anext(search, None) is None:
                    break
    assert sorted(in_file(tmp_path / "job.db")) == sorted(inventory.numbers)


@pytest.mark.anyio
async def test_a_failed_query_is_tried_again_from_its_place(tmp_path: Path) -> None:
    def before(query: dict[str, str]) -> None:
        if query["starts_with"] == "1203" and query["offset"] != "0":
            raise failure(500)

    inventory = FakeInventory(numbers_in(CODES, 450), before=before)
    await found(inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db"))
    inventory.before = None
    inventory.calls.clear()
    got = await found(inventory.bulk().bulk_search(area_codes=CODES, checkpoint=tmp_path / "job.db"))
    assert got == numbers_of("203", 450)[200:]
    assert min(int(call["offset"]) for call in inventory.calls) == 200


@pytest.mark.anyio
async def test_a_query_that_comes_twice_is_left_out(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_of("206", 10))
    queries = [NumberQuery(state="WA"), NumberQuery(state="wa")]
    search = inventory.bulk().bulk_search(queries=queries, checkpoint=tmp_path / "job.db")
    assert len(await found(search)) == 10
    assert search.report.queries_left_out == 1


@pytest.mark.anyio
async def test_the_file_of_another_job_is_refused_and_left_alone(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_of("206", 10))
    await found(inventory.bulk().bulk_search(area_codes=["206"], checkpoint=tmp_path / "job.db"))
    with pytest.raises(InvalidArgumentError, match="another job"):
        await found(inventory.bulk().bulk_search(area_codes=["425"], checkpoint=tmp_path / "job.db"))
    assert len(in_file(tmp_path / "job.db")) == 10


@pytest.mark.anyio
async def test_a_file_that_is_no_job_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, database = tmp_path / "text", tmp_path / "database"
    text.write_text("no database at all, but long enough to be looked at" * 20)
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE mine (one)")
    before = text.read_bytes(), database.read_bytes()
    for file in (text, database):
        with pytest.raises(InvalidArgumentError, match="another file"):
            await found(FakeInventory([]).bulk().bulk_search(checkpoint=file))
    assert (text.read_bytes(), database.read_bytes()) == before


@pytest.mark.anyio
async def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    inventory = FakeInventory(numbers_of("206", 10), gates={"": anyio.Event()})
    async with inventory.bulk().bulk_search(checkpoint=tmp_path / "job.db"):
        with pytest.raises(InvalidArgumentError, match="in use"):
            await found(inventory.bulk().bulk_search(checkpoint=tmp_path / "job.db"))


@pytest.mark.anyio
async def test_an_error_of_the_file_is_raised_and_commits_nothing_of_its_batch(tmp_path: Path) -> None:
    file = tmp_path / "job.db"
    inventory = FakeInventory(numbers_of("206", 300))
    await found(inventory.bulk().bulk_search(checkpoint=file, max_items=100))
    with closing(sqlite3.connect(file)) as job:
        job.execute("CREATE TRIGGER full BEFORE UPDATE OF done ON queries BEGIN SELECT raise(ABORT, 'disk full'); END")
    with pytest.raises(sqlite3.Error, match="disk full"):
        await found(inventory.bulk().bulk_search(checkpoint=file))
    assert len(in_file(file)) == 100


def test_a_job_that_is_killed_again_and_again_has_every_number_exactly_once(sandbox_url: str, tmp_path: Path) -> None:
    random, file = Random(5), tmp_path / "job.db"  # noqa: S311 - moments, not secrets
    steps: list[int] = []
    for kill in range(15):
        if run_and_kill("search", sandbox_url, file, random):
            break
        steps.append(len(in_copy(file, tmp_path / f"copy {kill}")))
    assert len(set(steps)) > 1, f"the kills came too early or too late: {steps}"

    async def finish() -> tuple[list[str], list[str]]:
        async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=sandbox_url) as client:
            numbers = client.numbers
            await found(numbers.bulk_search(area_codes=JOB_CODES, checkpoint=file))
            return in_file(file), await found(numbers.bulk_search(area_codes=JOB_CODES))

    got, whole = anyio.run(finish)
    assert sorted(got) == sorted(whole)
    assert len(set(got)) == len(got)


@pytest.mark.anyio
async def test_a_record_that_cannot_be_read_back_does_not_hold_the_file(tmp_path: Path) -> None:
    inventory, file = FakeInventory(numbers_in(CODES, 20)), tmp_path / "job.db"
    await found(inventory.bulk().bulk_search(checkpoint=file))
    with closing(sqlite3.connect(file)) as job:
        whole: str = job.execute("SELECT record FROM records WHERE place = 3").fetchone()[0]
        job.execute("UPDATE records SET record = 'no JSON' WHERE place = 3")
        job.commit()
    with pytest.raises(ValueError, match="Invalid JSON") as caught:
        await found(inventory.bulk().bulk_search(checkpoint=file, replay=True))
    with closing(sqlite3.connect(file)) as job:
        job.execute("UPDATE records SET record = ? WHERE place = 3", [whole])
        job.commit()
    assert len(await found(inventory.bulk().bulk_search(checkpoint=file, replay=True))) == 200
    assert caught.value is not None  # the error, and what its traceback holds, was there meanwhile

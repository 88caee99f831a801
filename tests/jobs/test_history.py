"""Every message of a period, each once, whatever the server's ends mean and however often the job is begun again."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet  # type: ignore[import-untyped] # it has no types

from flowroute_async import InvalidArgumentError
from flowroute_async.errors import InvalidRecordError, NoAnswerError
from flowroute_async.jobs import HistoryReport, JobProgress, MessageHistory, export, rows
from flowroute_async.resources.messages import Messages
from flowroute_async.response import RawResponse
from flowroute_async.testing import InstantClock
from flowroute_openapi.types import Operation
from tests.stand_in import StandIn

T = TypeVar("T")
START, END = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC)
AFTERWARDS = datetime(2026, 7, 1, tzinfo=UTC)


@dataclass
class Archive(StandIn):
    """Messages by their times.

    Attributes:
        times: When each was sent; ids are their places.
        first_included: Whether `start_date` itself belongs to the period.
        last_included: Whether `end_date` itself does.
        fails: Returns whether a call fails.
        unreadable: Places of records whose sender cannot be read.
    """

    times: list[datetime]
    first_included: bool = True
    last_included: bool = True
    fails: Callable[[dict[str, str]], bool] = lambda _: False
    unreadable: frozenset[int] = frozenset()
    calls: list[dict[str, str]] = field(default_factory=list)
    clock: InstantClock = field(default_factory=lambda: InstantClock(now=lambda: AFTERWARDS))

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        query = dict(operation.query)
        self.calls.append(query)
        await anyio.lowlevel.checkpoint()
        if self.fails(query):
            raise NoAnswerError(operation, "the connection broke", attempts=1)
        start, end = datetime.fromisoformat(query["start_date"]), datetime.fromisoformat(query["end_date"])
        shown = [
            (at, place)
            for place, at in enumerate(self.times)
            if (start < at or (self.first_included and at == start))
            and (at < end or (self.last_included and at == end))
        ]
        shown.sort(reverse=True)
        offset, limit = int(query["offset"]), int(query["limit"])
        data = [self._record(place, at) for at, place in shown[offset : offset + limit]]
        links = {"next": "there"} if offset + limit < len(shown) else {}
        return RawResponse(operation, 200, {}, json.dumps({"data": data, "links": links}).encode(), 0.0, 1)

    @staticmethod
    def _edge(included: object) -> timedelta:
        return timedelta(microseconds=1 if included else 0)

    def _record(self, place: int, at: datetime) -> dict[str, object]:
        attributes = {
            "body": f"=text {place}",
            "from": None if place in self.unreadable else "12065550100",
            "to": "12065550101",
            "direction": "outbound",
            "timestamp": at.isoformat(),
            "amount_nanodollars": 4000000,
            "is_mms": False,
            "delivery_receipts": [{"status": "delivered", "status_code": 4, "level": 2, "timestamp": at.isoformat()}],
        }
        return {"type": "message", "id": f"mdr2-{place:032x}", "attributes": attributes}

    def history(self, **options: Any) -> MessageHistory:
        return Messages(self).history(START, END, **options)


def placed(id_: str) -> int:
    return int(id_.removeprefix("mdr2-"), 16)


async def read(history: MessageHistory) -> list[int]:
    async with history as messages:
        return [placed(message.id) async for message in messages]


def within(times: list[datetime]) -> list[int]:
    return [place for place, at in enumerate(times) if START <= at <= END]


# Times crowd at the edges of hours, where windows end.
EDGES = st.builds(
    lambda hours, ticks: START + timedelta(hours=hours, milliseconds=10 * ticks),
    st.integers(-2, 50),
    st.sampled_from([-101, -100, -99, -1, 0, 1, 99, 100, 101]) | st.integers(-1000, 1000),
)


@settings(deadline=None)
@given(st.lists(EDGES, max_size=60), st.tuples(st.booleans(), st.booleans()), st.integers(1, 20), st.integers(1, 20))
def test_each_message_of_the_period_comes_once_whether_the_ends_are_inclusive_or_not(
    times: list[datetime], ends: tuple[bool, bool], page_size: int, concurrency: int
) -> None:
    archive = Archive(times, *ends)
    found = anyio.run(read, archive.history(page_size=page_size, concurrency=concurrency))
    assert sorted(found) == within(times)


@settings(deadline=None, max_examples=40)
@given(st.lists(EDGES, min_size=1, max_size=60), st.integers(1, 9), st.lists(st.integers(1, 12), max_size=5))
def test_a_job_that_is_left_again_and_again_gives_each_message_to_its_file_once(
    tmp_path_factory: pytest.TempPathFactory, times: list[datetime], page_size: int, stops: list[int]
) -> None:
    archive, file = Archive(times), tmp_path_factory.mktemp("history") / "job.db"

    async def begin(most: int | None) -> None:
        async with archive.history(page_size=page_size, checkpoint=file) as history:
            count = 0
            async for _ in history:
                count += 1
                if count == most:
                    break

    for stop in [*stops, None]:
        anyio.run(begin, stop)
    assert sorted(placed(str(row["id"])) for row in rows(file)) == within(times)
    assert export(file, file.with_suffix(".jsonl")) == len(within(times))


@pytest.mark.anyio
async def test_windows_are_read_at_once_and_a_window_that_fails_is_completed_by_the_next_run(tmp_path: Path) -> None:
    times = [START + timedelta(minutes=20 * count) for count in range(100)]
    archive = Archive(times, fails=lambda query: query["start_date"].startswith("2026-06-02T0"))
    seen: list[JobProgress] = []
    history = archive.history(checkpoint=tmp_path / "job.db", progress=seen.append)
    found = await read(history)
    report: HistoryReport = history.report
    assert 0 < len(found) < 100
    assert len(report.failed) == 10
    assert (report.complete, report.windows_done, report.windows_known) == (False, 49, 49)
    assert "10 windows failed" in str(report)
    assert json.dumps(report.to_dict())
    assert (seen[-1].done, seen[-1].total, seen[-1].unit, seen[-1].records) == (49, 49, "windows", len(found))
    archive.fails = lambda _: False
    again = archive.history(checkpoint=tmp_path / "job.db")
    found += await read(again)
    assert sorted(found) == list(range(100))
    assert again.report.complete
    assert again.report.windows_left_out == 39


@pytest.mark.anyio
async def test_an_unreadable_message_is_named_and_the_next_run_goes_on_behind_it(tmp_path: Path) -> None:
    archive = Archive([START + timedelta(seconds=count) for count in range(30)], unreadable=frozenset({17}))
    history = archive.history(checkpoint=tmp_path / "job.db", page_size=10)
    found = await read(history)
    (failed,) = history.report.failed
    assert isinstance(failed.failure, InvalidRecordError)
    found += await read(archive.history(checkpoint=tmp_path / "job.db", page_size=10))
    assert sorted(found) == [place for place in range(30) if place != 17]


@pytest.mark.anyio
async def test_the_end_of_a_job_is_fixed_when_it_begins_and_kept_by_later_runs(tmp_path: Path) -> None:
    now = START + timedelta(days=1)
    archive = Archive([START, now + timedelta(hours=1)], clock=InstantClock(now=lambda: now))

    def job() -> MessageHistory:
        return Messages(archive).history(date(2026, 6, 1), checkpoint=tmp_path / "job.db", replay=True)

    assert await read(job()) == [0]
    archive.clock = InstantClock(now=lambda: AFTERWARDS)
    assert await read(job()) == [0]


@pytest.mark.anyio
async def test_a_checkpoint_belongs_to_its_period(tmp_path: Path) -> None:
    archive = Archive([START])
    await read(archive.history(checkpoint=tmp_path / "job.db"))
    with pytest.raises(InvalidArgumentError, match="that of another job"):
        await read(Messages(archive).history(START, AFTERWARDS, checkpoint=tmp_path / "job.db"))


@pytest.mark.anyio
async def test_leaving_by_break_error_or_cancellation_leaves_the_file_free(tmp_path: Path) -> None:
    archive = Archive([START + timedelta(minutes=count) for count in range(2000)])
    file = tmp_path / "job.db"

    async def leave(how: str) -> None:
        async with archive.history(checkpoint=file, page_size=5) as history:
            async for _ in history:
                if how == "break":
                    break
                if how == "error":
                    raise KeyError(how)
                with anyio.CancelScope() as scope:
                    scope.cancel()
                    await anyio.lowlevel.checkpoint()
                break

    await leave("break")
    export(file, tmp_path / "one.csv")
    with pytest.raises(KeyError):
        await leave("error")
    export(file, tmp_path / "two.csv")
    await leave("cancel")
    left = rows(file)  # a reader that is left half-way
    next(left)
    assert len(await read(archive.history(checkpoint=file, replay=True))) == 2000


@pytest.mark.anyio
async def test_messages_are_exported_with_their_times_and_amounts(tmp_path: Path) -> None:
    archive, file = Archive([START, END]), tmp_path / "job.db"
    await read(archive.history(checkpoint=file))
    for name in ("m.csv", "m.jsonl", "m.parquet"):
        assert export(file, tmp_path / name) == 2
    with (tmp_path / "m.csv").open(newline="") as lines:
        table = sorted(csv.DictReader(lines), key=lambda row: row["timestamp"])
    assert (table[0]["from"], table[0]["body"]) == ("12065550100", "'=text 0")
    assert json.loads(table[0]["delivery_receipts"])[0]["status_code"] == "4"
    assert {json.loads(line)["from"] for line in (tmp_path / "m.jsonl").read_text().splitlines()} == {"12065550100"}
    records: Any = parquet.read_table(tmp_path / "m.parquet")
    assert sorted(records["timestamp"].to_pylist()) == [START, END]
    assert set(records["amount_nanodollars"].to_pylist()) == {4000000}
    assert records["is_mms"].to_pylist() == [False, False]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"window": timedelta(0)}, "window"),
        ({"page_size": 0}, "page_size"),
        ({"concurrency": 21}, "concurrency"),
        ({"replay": True}, "replay"),
        ({"on_error": "ignore"}, "on_error"),
    ],
)
def test_an_option_out_of_its_range_is_refused(options: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{name} must be"):
        Archive([]).history(**options)

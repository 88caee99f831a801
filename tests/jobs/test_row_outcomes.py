"""What becomes of each row of a job: its outcome, its reason and its place; and what ends a job before its rows do."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest

from flowroute_async import Hooks, InvalidArgumentError
from flowroute_async.adaptive_rate import MARGIN
from flowroute_async.errors import FlowrouteError, NoAnswerError, NotSentError
from flowroute_async.hooks import JobItemView
from flowroute_async.intent import intent_of
from flowroute_async.jobs.job_file import UPDATES
from flowroute_async.jobs.reporting import Meter, Watch
from flowroute_async.jobs.row_job import RowJob, Task
from flowroute_async.jobs.row_journal import Row, RowJournal
from flowroute_async.testing import InstantClock
from flowroute_openapi import release_number
from tests.jobs.fake_inventory import failure
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio

OPERATION = release_number("12065550100")
NOT_SENT = NotSentError(OPERATION, "no connection; nothing was sent")
NO_ANSWER = NoAnswerError(OPERATION, "the connection broke", attempts=5)
WRONG = InvalidArgumentError("alias", "shorter")


@dataclass
class Rows:
    """Rows that are done one after the other, each as it is answered."""

    answers: Sequence[str | Exception]
    leaves: bool = True
    """Whether the calls come so far that they may be carried out."""
    tasks: list[Task] = field(default_factory=list)
    rate: float | None = None
    source_fails: FlowrouteError | None = None
    clock: InstantClock = field(default_factory=InstantClock)
    left: list[tuple[int, float]] = field(default_factory=list)
    views: list[JobItemView] = field(default_factory=list)
    stopped_by: FlowrouteError | None = None

    async def run(self, known: Sequence[str] = ()) -> Sequence[Row]:
        sender = StandIn()
        sender.clock = self.clock
        watch = Watch(hooks=Hooks(on_job_item=self.views.append))
        async with aclosing(await RowJournal.open(None, UPDATES, sender)) as journal:
            job = RowJob(journal, Meter("update_many", "numbers", watch, total=None), self.clock, concurrency=1)
            await job.run(self._tasks(), set(known))
            self.stopped_by = job.stopped_by
            return await journal.rows()

    async def _tasks(self) -> AsyncGenerator[Task]:
        for place, answer in enumerate(self.answers):
            yield self._task(place, answer)
        for task in self.tasks:
            yield task
        if self.source_fails is not None:
            raise self.source_fails

    def _task(self, place: int, answer: str | Exception) -> Task:
        async def call() -> str:
            intent = intent_of(OPERATION)
            assert intent is not None
            if self.leaves:
                await intent.write()
            self.left.append((place, self.clock.time()))
            if isinstance(answer, str):
                return answer
            raise answer

        return Task(f"row {place}", {"place": place}, call, rate=self.rate)


@pytest.mark.parametrize(
    ("answer", "outcome", "stops"),
    [
        *((failure(status), "refused", False) for status in (400, 403, 404, 422)),
        *((failure(status), "refused", True) for status in (402, 409, 499)),
        *((failure(status), "unknown", True) for status in (301, 500, 503)),
        (failure(429), "unknown", True),  # an earlier attempt may have been carried out
        (NOT_SENT, "unknown", True),
        (NO_ANSWER, "unknown", False),
    ],
    ids=str,
)
async def test_a_failure_is_told_of_its_row_with_its_reason_and_ends_the_job_only_where_it_concerns_all(
    answer: Exception, outcome: str, *, stops: bool
) -> None:
    rows = Rows([answer, "done"])
    first, *others = await rows.run()
    assert (first.outcome, first.result, first.reason) == (outcome, "", str(answer))
    assert [(row.outcome, row.result, row.reason) for row in others] == ([] if stops else [("done", "done", "")])
    assert rows.stopped_by is (answer if stops else None)
    assert rows.views[0] == JobItemView("update_many", first.outcome.value, 0, str(answer), 0)
    assert [(view.outcome, view.place) for view in rows.views[1:]] == ([] if stops else [("done", 1)])


@pytest.mark.parametrize("answer", [failure(401), failure(429), NOT_SENT], ids=str)
async def test_nothing_is_told_of_a_row_whose_call_cannot_have_been_carried_out(answer: Exception) -> None:
    rows = Rows([answer, "done"], leaves=False)
    assert (await rows.run(), rows.views, rows.stopped_by) == ([], [], answer)


async def test_a_row_that_is_refused_before_it_can_leave_is_written_down_as_well() -> None:
    (row,) = await Rows([WRONG], leaves=False).run()
    assert (row.outcome, row.reason, row.payload) == ("refused", str(WRONG), {"place": 0})


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([failure(403), failure(403), "done", failure(403), failure(403), "done"], 6),
        ([failure(403)] * 5, 3),
        (["done", *[failure(403)] * 5], 4),
    ],
)
async def test_the_third_row_in_a_row_that_is_forbidden_ends_the_job(answers: list[str | Exception], told: int) -> None:
    rows = Rows(answers)
    assert len(await rows.run()) == told
    assert (rows.stopped_by is None) == (told == len(answers))


async def test_what_the_source_of_the_rows_says_ends_the_job_and_what_came_before_is_done() -> None:
    rows = Rows(["done"], source_fails=NO_ANSWER)
    assert [row.outcome for row in await rows.run()] == ["done"]
    assert rows.stopped_by is NO_ANSWER


async def test_rows_that_are_known_or_refused_beforehand_are_passed_over_and_keep_their_places() -> None:
    refused = Task("refused", {"place": 2}, None, "it occurs twice")
    done = Rows([])._task(4, "done")
    rows = Rows(["done", "done"], tasks=[refused, refused, done])
    told = {row.key: (row.outcome, row.reason) for row in await rows.run(known=["row 0"])}
    assert told == {"row 1": ("done", ""), "refused": ("refused", "it occurs twice"), "row 4": ("done", "")}
    assert sorted((view.place, view.outcome, view.reason) for view in rows.views) == [
        (1, "done", ""),
        (2, "refused", "it occurs twice"),
        (4, "done", ""),
    ]


async def test_each_row_is_begun_when_its_turn_in_the_rate_has_come_and_not_later() -> None:
    rows = Rows(["done"] * 3, rate=2)
    await rows.run()
    assert [at for _, at in rows.left] == pytest.approx([0, 1 / (2 * MARGIN), 2 / (2 * MARGIN)])
    assert len(rows.clock.pauses) == 2


async def test_after_what_nobody_foresaw_no_other_row_is_sent() -> None:
    rows = Rows(["done", LookupError("unforeseen"), "done", "done"])
    with pytest.raises(LookupError, match="unforeseen"):
        await rows.run()
    assert [place for place, _ in rows.left] == [0, 1]


async def test_a_row_whose_call_may_have_left_says_so_until_it_is_settled() -> None:
    async with aclosing(await RowJournal.open(None, UPDATES, StandIn())) as journal:
        await journal.intend("row", {})
        (row,) = await journal.rows()
    assert (row.outcome, row.reason) == ("unknown", "the program ended before the answer came")


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
def test_without_a_journal_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anyio_backend: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(anyio.run(Rows(["done"]).run, backend=anyio_backend)) == 1
    assert list(tmp_path.iterdir()) == []

"""Updates and releases of many numbers, each written down before its call leaves."""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

from flowroute_async.arguments import HasId, phone_number
from flowroute_async.errors import FlowrouteError, InvalidArgumentError, NotFoundError
from flowroute_async.jobs.job_file import RELEASES, UPDATES, Kind, PathLike
from flowroute_async.jobs.reporting import JobProgress, Meter, Report, Watch
from flowroute_async.jobs.row_job import RowJob, Task
from flowroute_async.jobs.row_journal import RowJournal, RowOutcome
from flowroute_async.jobs.sources import Many, each_until_exhausted
from flowroute_async.number_changes import Changed, number_change, unseen_messaging
from flowroute_async.sender import Sender
from flowroute_openapi.models import AccountNumber


class Keeper(Protocol):
    """Updates and releases numbers: `client.numbers`, or a stand-in."""

    async def get(self, number: str, /) -> AccountNumber:
        """Look up a number."""
        ...

    async def update(self, number: str, /, **changes: object) -> Changed:
        """Update a number."""
        ...

    async def release(self, number: str, /) -> None:
        """Release a number."""
        ...


@dataclass(frozen=True, slots=True)
class NumberResult:
    """The outcome of a number.

    Attributes:
        number: The number.
        changes: What was to be changed; empty for a release.
        outcome: Done, refused, or unknown.
        reason: Why it was not done, or why nobody knows; where it was, what could not be set up and what to repeat, or
            "".
    """

    number: str = field(repr=False)
    changes: Mapping[str, object] = field(repr=False)
    outcome: RowOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class NumbersReport(Report):
    """The report of `update_many` or `release_many`; with a journal, of all runs of the job.

    Attributes:
        verb: What was done to them: "updated" or "released".
        results: Every number that was tried, in order.
        total: How many there are, or None where their source has no length.
        seconds: How long this run took.
        stopped_by: What ended the run before its time, or None. The same call goes on.
    """

    verb: str
    results: Sequence[NumberResult] = field(repr=False)
    total: int | None
    seconds: float
    stopped_by: FlowrouteError | None = None

    @property
    def done(self) -> Sequence[NumberResult]:
        """The numbers that were updated or released."""
        return self._with(RowOutcome.DONE)

    @property
    def incomplete(self) -> Sequence[NumberResult]:
        """Those of `done` for which messaging could not be set up; `reason` says what to repeat."""
        return [one for one in self.done if one.reason]

    @property
    def refused(self) -> Sequence[NumberResult]:
        """The numbers that were not, and are not going to be."""
        return self._with(RowOutcome.REFUSED)

    @property
    def unknown(self) -> Sequence[NumberResult]:
        """The numbers that may have been: the next run does them again, which has no further effect."""
        return self._with(RowOutcome.UNKNOWN)

    def __str__(self) -> str:
        """Show the sums, without the numbers."""
        known = "" if self.total is None else f" of {self.total}"
        done, refused, unknown = len(self.done), len(self.refused), len(self.unknown)
        lines = [f"{done}{known} numbers {self.verb}, {refused} refused, {unknown} unknown, in {self.seconds:.1f} s"]
        reasons = Counter(one.reason for one in self.results if one.reason)
        lines += [f"  {count} times: {reason}" for reason, count in reasons.most_common(10)]
        if self.stopped_by is not None:
            lines.append(f"stopped: {self.stopped_by}")
        return "\n".join(lines)

    def _with(self, outcome: RowOutcome) -> Sequence[NumberResult]:
        return [one for one in self.results if one.outcome is outcome]


async def update_many(
    keeper: Keeper,
    sender: Sender,
    updates: Many[Mapping[str, object]],
    *,
    journal: PathLike | None,
    progress: Callable[[JobProgress], None] | None,
) -> NumbersReport:
    """Update numbers; `client.numbers.update_many` describes it."""

    def task(row: object, place: int, again: Collection[str]) -> Task:
        argument = f"updates[{place}]"
        if not isinstance(row, Mapping) or "number" not in row:
            raise InvalidArgumentError(argument, "a mapping with a number and what to change of it")
        parts = cast("Mapping[object, object]", row)
        number = phone_number(f"{argument}.number", parts["number"])
        changes = {str(name): value for name, value in parts.items() if name != "number"}
        try:
            number_change(changes)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{argument}.{error.argument}", error.allowed, given=error.given) from None
        except TypeError as error:
            raise InvalidArgumentError(
                argument, "made of a number and what to change of it", given=str(error)
            ) from None

        digest = hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:16]
        key = f"{number}:{digest}"

        async def call() -> str:
            rest = await _not_begun(keeper, number, changes) if key in again else changes
            return (await keeper.update(number, **rest)).incomplete or "" if rest else ""

        return Task(key, {"number": number, "changes": changes}, call)

    return await _run(sender, updates, task, UPDATES, "updated", argument="updates", journal=journal, progress=progress)


async def _not_begun(keeper: Keeper, number: str, changes: Mapping[str, object]) -> Mapping[str, object]:
    """Return what is repeated of a change whose answer was lost: not messaging where it was begun, as it is priced."""
    if not changes.get("messaging_enabled") or unseen_messaging(await keeper.get(number), wanted=True) is not None:
        return changes
    return {name: value for name, value in changes.items() if not name.startswith("messaging_")}


async def release_many(
    keeper: Keeper,
    sender: Sender,
    numbers: Many[str | HasId],
    *,
    journal: PathLike | None,
    progress: Callable[[JobProgress], None] | None,
) -> NumbersReport:
    """Release numbers; `client.numbers.release_many` describes it."""

    def task(row: object, place: int, again: Collection[str]) -> Task:
        number = phone_number(f"numbers[{place}]", row)

        async def call() -> str:
            try:
                await keeper.release(number)
            except NotFoundError:
                if number not in again:  # an earlier run, which did not see the answer, has released it
                    raise
            return ""

        return Task(number, {"number": number, "changes": {}}, call)

    return await _run(
        sender, numbers, task, RELEASES, "released", argument="numbers", journal=journal, progress=progress
    )


_SAME_NUMBER: Mapping[str, Any] = {"call": None, "refusal": "an earlier row is about the same number"}
MakeTask = Callable[[object, int, Collection[str]], Task]


async def _run(
    sender: Sender,
    rows: Many[object],
    make: MakeTask,
    kind: Kind,
    verb: str,
    *,
    argument: str,
    journal: PathLike | None,
    progress: Callable[[JobProgress], None] | None,
) -> NumbersReport:
    total = len(rows) if isinstance(rows, Collection) else None
    if isinstance(rows, Collection):
        numbers: set[object] = set()
        for place, row in enumerate(rows):
            number = make(row, place, ()).payload["number"]
            if number in numbers:
                raise InvalidArgumentError(f"{argument}[{place}]", "about another number than the rows before it")
            numbers.add(number)
    async with aclosing(await RowJournal.open(journal, kind, sender)) as opened:
        earlier = await opened.rows()
        again = {row.key for row in earlier if row.outcome is RowOutcome.UNKNOWN}  # it has no further effect
        known = {row.key for row in earlier} - again
        rate = sender.rates.api
        watch = Watch(progress, sender.hooks)
        meter = Meter(
            kind.job,
            "numbers",
            watch,
            total=total,
            earlier=len(known),
            expected_rate=rate,
            now=sender.clock.time,
        )
        job = RowJob(opened, meter, sender.clock, concurrency=sender.max_concurrency)
        await job.run(_tasks(rows, make, again, rate), known, again)
        results = [
            NumberResult(str(row.payload["number"]), _changes(row.payload), row.outcome, row.reason or row.result)
            for row in await opened.rows()
        ]
    return NumbersReport(verb, results, total, meter.seconds, job.stopped_by)


async def _tasks(
    rows: Many[object], make: MakeTask, again: Collection[str], rate: float | None
) -> AsyncGenerator[Task]:
    place = 0
    numbers: set[object] = set()
    async with aclosing(each_until_exhausted(rows)) as source:
        async for row in source:
            task = make(row, place, again)
            is_new = task.payload["number"] not in numbers
            numbers.add(task.payload["number"])
            yield replace(task, rate=rate) if is_new else replace(task, key=f"{task.key}:{place}", **_SAME_NUMBER)
            place += 1


def _changes(payload: Mapping[str, object]) -> Mapping[str, object]:
    changes = payload["changes"]
    return cast("Mapping[str, object]", changes) if isinstance(changes, Mapping) else {}

"""Progress of jobs while they run, and reports that can be printed and dumped."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, cast

from flowroute_async import hooks
from flowroute_async.hooks import Hooks, JobItemOutcome, JobItemView, JobName
from flowroute_async.jobs.progress import INTERVAL, eta
from flowroute_async.jobs.query import NumberQuery

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job at one moment.

    Attributes:
        done: How much of it was done, in all runs.
        total: How much there is, or None while that is not known.
        unit: What is counted, such as "messages" or "windows".
        records: How many records it has brought, or what it has done without fail.
        seconds: Since this run began.
        rate: Units a second in this run.
        eta: Seconds until it is over, estimated; None while there is no telling.
    """

    done: int
    total: int | None
    unit: str
    records: int
    seconds: float
    rate: float
    eta: float | None

    def __str__(self) -> str:
        """Show it in a line."""
        known = "?" if self.total is None else f"{self.total:,}"
        left = "" if self.eta is None else f", about {self.eta:.0f} s left"
        return f"{self.done:,} of {known} {self.unit}, {self.rate:,.1f} a second{left}"


@dataclass(frozen=True, slots=True)
class Watch:
    """The callbacks that observe a job.

    Attributes:
        progress: Called at the beginning, at most five times a second, and at the end.
        hooks: The client's hooks, which are told of each item.
    """

    progress: Callable[[JobProgress], None] | None = None
    hooks: Hooks = Hooks()  # noqa: RUF009 - it cannot be changed


class Meter:
    """Measures a job that goes through rows, and calls back with its progress."""

    def __init__(
        self,
        job: JobName,
        unit: str,
        watch: Watch,
        *,
        total: int | None,
        earlier: int = 0,
        expected_rate: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin, and report that nothing was done yet.

        Args:
            job: The job.
            unit: What is counted.
            watch: Who is told.
            total: How many there are, or None where that is not known.
            earlier: How many earlier runs have done.
            expected_rate: Units a second to expect before any was done, or None where there is no telling.
            now: Returns seconds that only ever grow.
        """
        self._job: JobName = job
        self._unit, self._watch, self._total, self._earlier = unit, watch, total, earlier
        self._expected, self._now = expected_rate, now
        self._began = self._last_report = now()
        self._done = self._records = 0
        self._publish()

    @property
    def seconds(self) -> float:
        """Seconds since the job began."""
        return self._now() - self._began

    def count(
        self, outcome: JobItemOutcome, reason: str = "", place: int | None = None, *, is_progress: bool = True
    ) -> None:
        """Count one row.

        Args:
            outcome: What became of it.
            reason: Why it was not done, or why nobody knows.
            place: Its place among the rows.
            is_progress: Whether less is left by it.
        """
        record = int(outcome == "done")
        self._done += is_progress
        self._records += record
        hooks.call(self._watch.hooks.on_job_item, JobItemView(self._job, outcome, place, reason, record))
        if self._now() - self._last_report >= INTERVAL:
            self._publish()

    def finish(self) -> None:
        """Report the end, unless the last report was of it."""
        if self._told != (self._done, self._records):
            self._publish()

    def progress(self) -> JobProgress:
        """Return how far the job has come."""
        seconds, total = self.seconds, self._total
        left = None if total is None else max(0, total - self._earlier - self._done)
        expected = None if left is None or not self._expected else left / self._expected
        estimate = eta(seconds, (self._done, left)) if self._done else expected
        return JobProgress(
            done=self._earlier + self._done,
            total=total,
            unit=self._unit,
            records=self._records,
            seconds=seconds,
            rate=self._done / seconds if seconds else 0.0,
            eta=estimate,
        )

    def _publish(self) -> None:
        self._last_report, self._told = self._now(), (self._done, self._records)
        hooks.call(self._watch.progress, self.progress())


class Report:
    """The base of every report of a job."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Json]:
        """Return the report as plain JSON values: money as text, times in ISO 8601, errors as type and text."""
        values = {name.name: getattr(self, name.name) for name in fields(self)}  # type: ignore[arg-type] # a dataclass
        return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> Json:  # noqa: PLR0911 - a case for each type
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case BaseException():
            return {"type": type(value).__name__, "text": str(value)}
        case NumberQuery():
            return {name: _plain(filter_) for name, filter_ in value.pairs}
        case Mapping():
            return {str(key): _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
        case Sequence():
            return [_plain(item) for item in cast("Sequence[object]", value)]
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return str(value)


def rate_used(requests: int, seconds: float, allowed: float | None) -> float | None:
    """Return the share of the allowed rate that was used, from 0 to 1, or None where the rate is not known.

    The first request of an even pace comes at once: n of them take n - 1 intervals.
    """
    if allowed is None or seconds <= 0:
        return None
    return min(1.0, max(0, requests - 1) / seconds / allowed)

"""Every message of a period, by windows of time, several at once."""

import hashlib
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Self, cast

from flowroute_async.async_only import AsyncOnly
from flowroute_async.jobs import job_file
from flowroute_async.jobs.job_file import HISTORY, PathLike
from flowroute_async.jobs.progress import Progress
from flowroute_async.jobs.query_job import QueryJob
from flowroute_async.jobs.report import SearchReport
from flowroute_async.jobs.reporting import JobProgress, Report
from flowroute_async.jobs.settings import Settings
from flowroute_async.periods import Period
from flowroute_async.position import list_key
from flowroute_async.sender import Sender
from flowroute_openapi import list_messages, list_messages_v2_2
from flowroute_openapi.models import Message, MessageListDocument
from flowroute_openapi.types import Operation

PAGE_SIZE = 500
"""Messages to a page: the endpoint sets no limit, and a page of these is some hundred kilobytes."""

OVERLAP = timedelta(seconds=1)
"""Windows are asked for that much longer at both ends: nobody knows whether the vendor's ends are inclusive."""

_MOST_WINDOWS = 64
_SHORTEST_WINDOW = timedelta(hours=1)
_RESOLUTION = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Window:
    """A part of the period: the messages from its start on, and before its end.

    Attributes:
        start: Its first moment, in UTC.
        end: The first moment of the next one; the last window's own last moment lies before it.
        is_newer: Whether it is read by version 2.2 of the API.
    """

    start: datetime
    end: datetime
    is_newer: bool = False

    @property
    def key(self) -> str:
        """A text that only equal windows share."""
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def list_key(self) -> str:
        """The list that its resume tokens belong to."""
        return list_key(self.operation(1, 0))

    @property
    def selects(self) -> Callable[[Sequence[Message]], Sequence[bool]]:
        """Messages of the window's own that have not come before; those of the overlap are another window's."""
        known: set[str] = set()
        start, end = self.start, self.end

        def select(messages: Sequence[Message]) -> Sequence[bool]:
            new: list[bool] = []
            for one in messages:
                at = one.timestamp
                new.append((at is None or start <= at < end) and one.id not in known)
                known.add(one.id)
            return new

        return select

    def operation(self, limit: int, offset: int) -> Operation[MessageListDocument]:
        """Return the call of a page."""
        start, end = self.start - OVERLAP, self.end + OVERLAP
        listing = list_messages_v2_2 if self.is_newer else list_messages
        return listing(start_date=start, end_date=end, limit=limit, offset=offset)

    def __str__(self) -> str:
        """Show the window."""
        return f"{self.start:%Y-%m-%d %H:%M:%S} to {self.end:%Y-%m-%d %H:%M:%S} UTC"


class Windows:
    """The windows of a period, the oldest first.

    Attributes:
        fingerprint: A text that tells jobs apart: the period as it was given.
    """

    def __init__(self, period: Period, length: timedelta | None, *, is_newer: bool = False) -> None:
        self._is_newer = is_newer
        self.period = period
        self._length = length
        end = None if period.end is None else period.end.isoformat()
        described = json.dumps([period.start.isoformat(), end, None if length is None else length.total_seconds()])
        self.fingerprint: str = hashlib.sha256(described.encode()).hexdigest()
        self._windows: Sequence[Window] = ()

    def fix(self, end: datetime) -> None:
        """Cut the period, whose end is known now, into windows."""
        start, end = self.period.start, max(end, self.period.start) + _RESOLUTION
        span = end - start
        length = self._length or max(_SHORTEST_WINDOW, span / _MOST_WINDOWS)
        count = max(1, math.ceil(span / length))
        edges = [min(start + index * length, end) for index in range(count)] + [end]
        self._windows = [Window(first, last, self._is_newer) for first, last in pairwise(edges) if first < last]

    @property
    def known(self) -> int | None:
        """The number of windows; None before the end is fixed."""
        return len(self._windows) or None

    async def read(self) -> AsyncGenerator[Window]:
        """Yield the windows one by one."""
        for window in self._windows:
            yield window


@dataclass(frozen=True, slots=True)
class FailedWindow:
    """A window that did not come to its end.

    Attributes:
        start: Its first moment.
        end: The first moment behind it.
        failure: Why.
    """

    start: datetime
    end: datetime
    failure: Exception


@dataclass(frozen=True, slots=True)
class HistoryReport(Report):
    """The report of a history, of this run.

    Attributes:
        start: The first moment of the period.
        end: Its last moment, as it was fixed when the job began; None before.
        windows_done: Windows that were finished, failed or left out.
        windows_known: How many there are, or None before the job has begun.
        windows_left_out: Those that a checkpoint had as done.
        failed: Those that failed. With a checkpoint, a later run goes on with them; where a record could not be read,
            behind it.
        messages: Messages that were found in this run.
        pages: Pages that came.
        requests: Requests that were sent, repetitions included.
        retries: How many of them were repetitions.
        seconds: From the beginning to the end, or to now.
        rate_used: The share of the allowed rate that was used, from 0 to 1, or None where that rate is not known.
    """

    start: datetime
    end: datetime | None
    windows_done: int
    windows_known: int | None
    windows_left_out: int
    failed: Sequence[FailedWindow]
    messages: int
    pages: int
    requests: int
    retries: int
    seconds: float
    rate_used: float | None

    @property
    def complete(self) -> bool:
        """Whether every window was finished."""
        return self.windows_done == self.windows_known and not self.failed

    def __str__(self) -> str:
        """Show the sums, and each window that failed."""
        rate = self.messages / self.seconds if self.seconds else 0.0
        used = "" if self.rate_used is None else f", {self.rate_used:.0%} of the allowed rate"
        known = "?" if self.windows_known is None else self.windows_known
        lines = [
            f"{self.messages} messages in {self.seconds:.1f} s, {rate:.0f} a second{used}",
            f"{self.windows_done} of {known} windows, {self.windows_left_out} of them left out as done before",
            f"{self.requests} requests, {self.retries} of them repeated, for {self.pages} pages",
        ]
        if self.failed:
            lines.append(f"{len(self.failed)} windows failed:")
            lines += [f"  {one.start:%Y-%m-%d %H:%M} to {one.end:%Y-%m-%d %H:%M}: {one.failure}" for one in self.failed]
        return "\n".join(lines)


class MessageHistory(AsyncOnly):
    """Every message of a period, each once.

    Use it as an async context manager and iterate over it inside. The period is cut into windows that are read at once.
    They overlap by a second, since nobody knows whether the vendor's ends are inclusive, and a message belongs to the
    window that its time lies in. Leaving the context stops what is in flight, and leaves the checkpoint's file free.
    """

    def __init__(self, sender: Sender, windows: Windows, settings: Settings, *, page_size: int = PAGE_SIZE) -> None:
        """Do nothing yet.

        Args:
            sender: What sends the calls.
            windows: The period.
            settings: How it runs.
            page_size: Messages to a page.
        """
        self._sender = sender
        self._windows = windows
        self._end: datetime | None = None
        self._job: QueryJob[Message] = QueryJob(
            sender, windows, settings, kind=HISTORY, read=Message.model_validate_json, page_size=page_size
        )
        self._checkpoint = settings.checkpoint

    async def __aenter__(self) -> Self:
        """Fix the end of the period, and begin to fetch.

        Raises:
            InvalidArgumentError: If the checkpoint is no job file, belongs to another period, or is in use.
            RuntimeError: If it was begun before.
        """
        end = self._windows.period.ended(self._sender.clock.now())
        if self._checkpoint is not None:
            end = await _fixed_end(self._checkpoint, self._windows.fingerprint, self._sender.account, end)
        self._end = end
        self._windows.fix(end)
        self._job.know_queries(self._windows.known)
        await self._job.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop what is in flight, and close the checkpoint."""
        await self._job.__aexit__(*error)  # type: ignore[arg-type] # as they came

    def __aiter__(self) -> AsyncIterator[Message]:
        """Return the messages, once, however many iterate."""
        return self._job  # and not self: each of some 100,000 messages would go through two methods

    async def __anext__(self) -> Message:
        """Return the next message.

        Raises:
            CallError: If a window fails with `on_error="raise"`, or the keys are refused.
            RuntimeError: If the history was not begun.
        """
        return await anext(self._job)

    @property
    def report(self) -> HistoryReport:
        """The report, as of now."""
        return _report(self._job.report, self._windows.period.start, self._end)

    def progress(self) -> JobProgress:
        """Return how far it has come."""
        return progress_of(self._job.progress())


def progress_of(progress: Progress) -> JobProgress:
    """Return the progress of queries in the terms of every job."""
    return JobProgress(
        done=progress.queries_done,
        total=progress.queries_known,
        unit="windows",
        records=progress.numbers,
        seconds=progress.seconds,
        rate=progress.rate,
        eta=progress.eta,
    )


def _report(report: SearchReport, start: datetime, end: datetime | None) -> HistoryReport:
    failed = [
        FailedWindow(window.start, window.end, one.failure)
        for one in report.failed
        if one.failure is not None and isinstance(window := cast("object", one.query), Window)
    ]
    return HistoryReport(
        start=start,
        end=end,
        windows_done=report.queries_done,
        windows_known=report.queries_known,
        windows_left_out=report.queries_left_out,
        failed=failed,
        messages=report.numbers,
        pages=report.pages,
        requests=report.requests,
        retries=report.retries,
        seconds=report.seconds,
        rate_used=report.rate_used,
    )


async def _fixed_end(checkpoint: PathLike, fingerprint: str, account: str, end: datetime) -> datetime:
    """Return the end that the job was begun with, and keep this one where it begins now."""
    kept = await job_file.kept_fact(
        checkpoint,
        HISTORY,
        "checkpoint",
        fingerprint=fingerprint,
        account=account,
        name="end",
        value=end.isoformat(),
    )
    return datetime.fromisoformat(kept).astimezone(UTC)


def with_progress(settings: Settings, report: Callable[[JobProgress], None] | None) -> Settings:
    """Return settings whose progress is told in the terms of every job."""
    if report is None:
        return settings

    def tell(now: Progress) -> None:
        report(progress_of(now))

    return replace(settings, progress=tell)

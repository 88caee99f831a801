"""Runs the rows of a job, several at once, each written to the journal before its call can leave."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count

import anyio
from anyio.abc import TaskGroup

from flowroute_async.adaptive_rate import MARGIN
from flowroute_async.clock import Clock
from flowroute_async.errors import (
    AuthenticationError,
    BadRequestError,
    CallError,
    DeadlineExceededError,
    FlowrouteError,
    InvalidArgumentError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    RateLimitedError,
    RateLimiterUnavailableError,
    StatusError,
    ValidationFailedError,
)
from flowroute_async.intent import on_record
from flowroute_async.jobs.grace import to_its_end
from flowroute_async.jobs.reporting import Meter
from flowroute_async.jobs.row_intent import JobEndedError, RowIntent
from flowroute_async.jobs.row_journal import RowJournal, RowOutcome

NOT_CARRIED_OUT = (
    NotSentError,
    DeadlineExceededError,
    RateLimitedError,
    RateLimiterUnavailableError,
    AuthenticationError,
)
"""The last attempt of a call was not carried out, and what it met is not about its row."""

ABOUT_THE_ROW = (NotFoundError, BadRequestError, ValidationFailedError)
_REFUSALS = range(400, 500)
_MOST_FORBIDDEN = 3


@dataclass(frozen=True, slots=True)
class Task:
    """A row to be done.

    Attributes:
        key: Tells it from other rows.
        payload: What is to be done, as JSON values.
        call: Does it; returns the id of what it made, or what to say of it. None where the row is refused beforehand.
        refusal: Why it is refused beforehand, or "".
        rate: Calls a second of its kind, or None where that is not known.
        group: The kind of call that the rate is of.
    """

    key: str
    payload: Mapping[str, object]
    call: Callable[[], Awaitable[str]] | None
    refusal: str = ""
    rate: float | None = None
    group: str = "api"


class RowJob:
    """Runs rows, each begun when its turn in the account's rate has come.

    A row is written to the journal right before its call can leave, and withdrawn if that was not carried out: one that
    waits for the rate limit, or was answered with 429, is not in the journal. Where the job is cancelled, or the source
    of the rows fails, calls that are under way are answered first, and nothing else leaves.

    Attributes:
        stopped_by: What ended the run before its time, or None: a failure that would have met every further row too, or
            one of the source of the rows.
    """

    def __init__(self, journal: RowJournal, meter: Meter, clock: Clock, *, concurrency: int) -> None:
        self.stopped_by: FlowrouteError | None = None
        self._failure: Exception | None = None
        self._is_stopped = False
        self._journal = journal
        self._meter = meter
        self._clock = clock
        self._room = anyio.Semaphore(concurrency)
        self._next_at: dict[str, float] = {}
        self._forbidden = 0
        self._again: Collection[str] = ()

    async def run(self, tasks: AsyncGenerator[Task], known: set[str], again: Collection[str] = ()) -> None:
        """Run every row whose key is not known yet.

        Args:
            tasks: The rows.
            known: The keys of rows that were tried by earlier runs.
            again: The keys of rows that earlier runs have left open, and that are done again; where that fails as well,
                they stay open.

        Raises:
            Exception: What the source of the rows raised, unless it is a `FlowrouteError`; or the journal.
        """
        self._again = again
        try:
            async with anyio.create_task_group() as group, aclosing(tasks):
                await self._start_all(tasks, known, group)
        finally:
            self._meter.finish()
        if self._failure is not None:
            raise self._failure

    async def _start_all(self, tasks: AsyncGenerator[Task], known: set[str], group: TaskGroup) -> None:
        for place in count():
            if self._is_stopped:
                return
            try:
                task = await anext(tasks)
            except StopAsyncIteration:
                return
            except FlowrouteError as error:
                self.stopped_by = error
                return
            except Exception as error:  # noqa: BLE001 - raised to the caller once what is under way is answered
                self._failure = error
                return
            if task.key in known:
                continue
            known.add(task.key)
            if task.call is None:
                await self._journal.refuse(task.key, task.payload, task.refusal)
                self._meter.count("refused", task.refusal, place)
                continue
            await self._room.acquire()
            try:
                await self._turn(task)
            except BaseException:
                self._room.release()
                raise
            if self._is_stopped:
                self._room.release()
                return
            group.start_soon(self._do, task, place)

    def _stop(self, error: FlowrouteError) -> None:
        """Stop sending, since every further row would fail the same way."""
        self.stopped_by = self.stopped_by or error
        self._is_stopped = True

    async def _turn(self, task: Task) -> None:
        if task.rate is None:
            return
        now = self._clock.time()
        at = max(now, self._next_at.get(task.group, now))
        self._next_at[task.group] = at + 1 / (task.rate * MARGIN)
        if at > now:
            await self._clock.sleep(at - now)

    async def _do(self, task: Task, place: int) -> None:
        try:
            if not self._is_stopped:
                await to_its_end(lambda scope: self._try(task, place, scope))
        except JobEndedError:
            return
        except Exception as error:  # noqa: BLE001 - raised to the caller once what is under way is answered
            self._failure = self._failure or error
            self._is_stopped = True
        finally:
            self._room.release()

    async def _try(self, task: Task, place: int, scope: anyio.CancelScope) -> None:
        intent = RowIntent(
            scope,
            write=lambda: self._journal.intend(task.key, task.payload),
            withdraw=lambda: self._withdraw(task.key),
            has_ended=lambda: self._is_stopped,
        )
        assert task.call is not None  # noqa: S101 - rows that are refused beforehand are never started
        result = reason = ""
        try:
            with on_record(intent):
                result = await task.call()
        except (InvalidArgumentError, CallError) as error:
            outcome, reason = await self._outcome_of(error, intent), str(error)
            if outcome is None:
                return
        else:
            outcome, self._forbidden = RowOutcome.DONE, 0
        if not intent.is_written:  # refused before it could leave
            await self._journal.intend(task.key, task.payload)
        await self._journal.settle(task.key, outcome, result, reason)
        self._meter.count(outcome.value, reason, place)

    async def _outcome_of(self, error: FlowrouteError, intent: RowIntent) -> RowOutcome | None:
        """Return what a failure means for its row, None where nothing became of it; stop where it concerns all rows."""
        if isinstance(error, (InvalidArgumentError, *ABOUT_THE_ROW)):
            return RowOutcome.REFUSED
        if isinstance(error, PermissionDeniedError):
            self._forbidden += 1
            if self._forbidden >= _MOST_FORBIDDEN:  # not about the row, it seems: the account may be out of funds
                self._stop(error)
            return RowOutcome.REFUSED
        if isinstance(error, AuthenticationError):
            await intent.withdraw()
        if isinstance(error, NOT_CARRIED_OUT):
            self._stop(error)
            return RowOutcome.UNKNOWN if intent.is_written else None  # an earlier attempt may have been carried out
        if isinstance(error, StatusError):
            self._stop(error)
            return RowOutcome.REFUSED if error.status_code in _REFUSALS else RowOutcome.UNKNOWN
        return RowOutcome.UNKNOWN

    async def _withdraw(self, key: str) -> None:
        if key not in self._again:
            await self._journal.withdraw(key)

"""Many queries at once: what is fetched is recorded, and given as it comes or in order."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from types import TracebackType
from typing import Generic, Self, TypeVar

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from flowroute_async import hooks
from flowroute_async.async_only import AsyncOnly
from flowroute_async.hooks import JobItemOutcome, JobItemView
from flowroute_async.jobs.checkpoint import Checkpoint
from flowroute_async.jobs.job_file import Kind
from flowroute_async.jobs.ledger import Ledger, MemoryLedger, Recorded
from flowroute_async.jobs.progress import INTERVAL, Progress, eta
from flowroute_async.jobs.query import Query, Record
from flowroute_async.jobs.query_fetcher import Queries, QueryFetcher
from flowroute_async.jobs.query_pager import Part
from flowroute_async.jobs.report import SearchReport, Tally
from flowroute_async.jobs.schedule import Schedule
from flowroute_async.jobs.settings import Settings
from flowroute_async.jobs.signal import Signal
from flowroute_async.pager import PAGE_SIZE
from flowroute_async.sender import Sender

ItemT = TypeVar("ItemT", bound=Record)

_REPLAYED_AT_ONCE = 1000


class QueryJob(AsyncOnly, Generic[ItemT]):
    """The records of many queries at once.

    Use it as an async context manager and iterate over it inside. All its tasks live as long as the context: leaving
    it stops whatever is in flight at once. It fetches no further ahead than a few pages, so whoever reads slowly slows
    it down. Pages that came wait as bytes: each is decoded when its numbers are asked for, so that what is alive are
    the numbers of one page or a few, which is kind to the garbage collector.
    """

    def __init__(
        self,
        sender: Sender,
        queries: Queries[Query[ItemT]],
        settings: Settings,
        *,
        kind: Kind,
        read: Callable[[str], ItemT],
        page_size: int = PAGE_SIZE,
    ) -> None:
        """Do nothing yet.

        Args:
            sender: What sends the calls.
            queries: The queries.
            settings: How it runs.
            kind: The kind of its checkpoint.
            read: Reads a record back from the checkpoint.
            page_size: Records to a page.
        """
        self._kind, self._read = kind, read
        self._sender = sender
        self._queries = queries
        self._settings = settings
        self._schedule: Schedule[ItemT] = Schedule(concurrency=settings.concurrency, ordered=settings.ordered)
        self._page_size = min(page_size, max(1, settings.max_items or page_size))
        self._tally = Tally(queries.known)
        self._ledger: Ledger[ItemT] = MemoryLedger()
        self._failure: Exception | None = None
        self._buffer: Iterator[ItemT] = iter(())
        self._wants_more = False
        self._began: float | None = None
        self._ended: float | None = None
        self._last_report = 0.0

    async def __aenter__(self) -> Self:
        """Begin to fetch.

        Raises:
            InvalidArgumentError: If the checkpoint is no job file, belongs to another job, or is in use.
            RuntimeError: If it was begun before.
        """
        if self._began is not None:
            raise RuntimeError("a bulk search is run once: build another one")
        if self._settings.checkpoint is not None:
            self._ledger = await Checkpoint[ItemT].open(
                self._settings.checkpoint,
                self._kind,
                self._read,
                fingerprint=self._queries.fingerprint,
                account=self._sender.account,
            )
        self._began = self._last_report = self._settings.now()
        self._turn = anyio.Lock(fast_acquire=True)
        self._wanted, self._given = Signal(), Signal()
        self._fetcher = QueryFetcher(
            self._sender,
            self._queries,
            self._settings,
            ledger=self._ledger,
            schedule=self._schedule,
            tally=self._tally,
            page_size=self._page_size,
            fail=self._fail,
        )
        self._tasks: TaskGroup = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._fetcher.run)
        self._tasks.start_soon(self._deliver)
        self._tell()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop what is in flight, and close the checkpoint."""
        self._tasks.cancel_scope.cancel()
        try:
            # The tasks keep their exceptions to themselves, and those of the caller are not wrapped into a group.
            await self._tasks.__aexit__(None, None, None)
        except anyio.get_cancelled_exc_class():
            # The caller's error is not lost where the scope around is cancelled, which is told at the next await.
            if not isinstance(error, Exception) or anyio.current_effective_deadline() > -math.inf:
                raise
        finally:
            self._end()
            await self._ledger.aclose()

    def know_queries(self, count: int | None) -> None:
        """Set the number of queries, where it is known before they are read."""
        self._tally.known = count

    def __aiter__(self) -> Self:
        """Return the numbers, once, however many iterate."""
        return self

    async def __anext__(self) -> ItemT:
        """Return the next number.

        Raises:
            CallError: If a query fails with `on_error="raise"`, the keys are refused, or a source fails.
            RuntimeError: If the search was not begun.
        """
        # Each number comes through here: those that are in hand must cost next to nothing.
        for number in self._buffer:
            return number
        return await self._next_received()

    async def _next_received(self) -> ItemT:
        if self._began is None:
            raise RuntimeError("a bulk search is iterated inside its context: async with ... as search")
        async with self._turn:
            while True:
                for number in self._buffer:
                    return number
                if self._ended is not None:
                    failure, self._failure = self._failure, None
                    raise failure or StopAsyncIteration
                self._wants_more = True
                self._wanted.set()
                await self._given.wait()

    @property
    def report(self) -> SearchReport:
        """The report, as of now."""
        return self._tally.report(
            self._schedule.unfinished,
            seconds=self._seconds,
            rate_allowed=self._settings.rate_allowed,
        )

    def progress(self) -> Progress:
        """Report how far it has come."""
        tally, seconds, known, most = self._tally, self._seconds, self._tally.known, self._settings.max_items
        return Progress(
            queries_done=tally.done,
            queries_known=known,
            pages=tally.pages,
            numbers=self._ledger.count,
            seconds=seconds,
            rate=tally.numbers / seconds if seconds else 0.0,
            eta=eta(
                seconds,
                (tally.finished, None if known is None else known - tally.done),
                (tally.numbers, None if most is None else max(0, most - self._ledger.count)),
            ),
        )

    @property
    def _seconds(self) -> float:
        if self._began is None:
            return 0.0
        return (self._settings.now() if self._ended is None else self._ended) - self._began

    async def _deliver(self) -> None:
        """Record what comes and give it when it is asked for, until there is no more."""
        try:
            await self._until_wanted()
            await self._replay()
            while self._failure is None and not self._full():
                parts = await self._parts()
                if parts:
                    new = await self._record(parts)
                    del parts  # no number is kept alive from here
                    if new:
                        await self._publish(chain.from_iterable(new))
                elif self._schedule.finished:
                    self._failure = self._fetcher.failure
                    break
                else:
                    await self._fetcher.came.wait()
        except Exception as error:  # noqa: BLE001 - raised to the caller
            self._fail(error)
        finally:
            self._fetcher.stop()
            self._end()

    async def _parts(self) -> list[Part[ItemT]]:
        """Decode pages that came, at most so many as are best recorded together."""
        parts: list[Part[ItemT]] = []
        while len(parts) < self._ledger.pages_at_once:
            await checkpoint()  # whatever is to be sent next goes out in between
            part = self._schedule.take()
            if part is None:
                break
            parts.append(part)
            self._fetcher.fill()
        return parts

    async def _record(self, parts: Sequence[Part[ItemT]]) -> list[Sequence[ItemT]]:
        done = await self._ledger.record(parts, self._settings.max_items)
        for one in done:
            self._note(one)
        if self._full():
            self._fetcher.stop()
        self._report()
        return [one.new for one in done if one.new]

    async def _publish(self, numbers: Iterator[ItemT]) -> None:
        """Return numbers, never none; return when more are asked for."""
        self._buffer, self._wants_more = numbers, False
        self._given.set()
        await self._until_wanted()

    async def _until_wanted(self) -> None:
        while not self._wants_more:  # a reader that asked and was cancelled may have left its signal
            await self._wanted.wait()

    async def _replay(self) -> None:
        place, left = 0, self._settings.max_items
        while self._settings.replay and left != 0:
            at_once = _REPLAYED_AT_ONCE if left is None else min(left, _REPLAYED_AT_ONCE)
            rows = await self._ledger.earlier(place, at_once)
            if not rows:
                return
            place = rows[-1][0]
            left = None if left is None else left - len(rows)
            await self._publish(iter([number for _, number in rows]))

    def _full(self) -> bool:
        return self._settings.max_items is not None and self._ledger.count >= self._settings.max_items

    def _note(self, one: Recorded[ItemT]) -> None:
        part, pager, new = one.part, one.part.pager, len(one.new)
        pager.position = one.position
        pages = 0 if part.failure is not None else 1
        for tally in (pager, self._tally):
            tally.pages += pages
        pager.records += new
        self._tally.numbers += new
        self._tally.duplicates += one.read - new
        if not one.ends:
            return
        pager.failure = part.failure
        self._schedule.ended(pager)
        outcome: JobItemOutcome
        outcome, reason = ("done", "") if part.failure is None else ("failed", str(part.failure))
        view = JobItemView(self._kind.job, outcome, pager.index, reason, pager.records)
        hooks.call(self._sender.hooks.on_job_item, view)
        self._tally.ended(pager)
        if part.failure is not None and self._settings.on_error == "raise":
            self._fail(part.failure)

    def _report(self) -> None:
        now = self._settings.now()
        if now - self._last_report >= INTERVAL:
            self._last_report = now
            self._tell()

    def _tell(self) -> None:
        self._told = self.progress()
        hooks.call(self._settings.progress, self._told)

    def _fail(self, error: Exception) -> None:
        """Remember the first failure, for the caller, and stop; what fails while it is stopped is nobody's concern."""
        if self._failure is None and not self._full():
            self._failure = error
        self._fetcher.stop()
        self._fetcher.came.set()

    def _end(self) -> None:
        if self._ended is None:
            self._ended = self._settings.now()
            self._given.set()
            last, now = self._told, self.progress()
            if (now.queries_done, now.pages, now.numbers) != (last.queries_done, last.pages, last.numbers):
                self._tell()

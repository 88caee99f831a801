"""The side of a query job that asks: reads queries and fetches their pages, no further ahead than is allowed."""

import math
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Generic, Protocol, TypeVar

import anyio

from flowroute_async.errors import AuthenticationError, CallError
from flowroute_async.jobs.ledger import Ledger
from flowroute_async.jobs.query import Query, Record
from flowroute_async.jobs.query_pager import Answer, Fetch, QueryPager
from flowroute_async.jobs.report import Tally
from flowroute_async.jobs.schedule import Schedule
from flowroute_async.jobs.settings import Settings
from flowroute_async.jobs.signal import Signal
from flowroute_async.sender import Sender

ItemT = TypeVar("ItemT", bound=Record)
QueryT_co = TypeVar("QueryT_co", bound=Query[Any], covariant=True)


class Queries(Protocol[QueryT_co]):
    """The source of the queries of a job."""

    @property
    def known(self) -> int | None:
        """The number of queries, or None where that shows only at the end."""
        ...

    @property
    def fingerprint(self) -> str:
        """A text that tells jobs apart."""
        ...

    def read(self) -> AsyncGenerator[QueryT_co]:
        """Yield the queries one by one."""
        ...


class QueryFetcher(Generic[ItemT]):
    """Reads the queries of a job, and fetches their pages on as many connections as it may use."""

    def __init__(
        self,
        sender: Sender,
        queries: Queries[Query[ItemT]],
        settings: Settings,
        *,
        ledger: Ledger[ItemT],
        schedule: Schedule[ItemT],
        tally: Tally,
        page_size: int,
        fail: Callable[[Exception], None],
    ) -> None:
        """Do nothing yet.

        Args:
            sender: What sends the calls.
            queries: The queries.
            settings: How the job runs.
            ledger: Where each query begins.
            schedule: Which page is fetched next; those that came are put into it.
            tally: Counts what was sent.
            page_size: Records to a page.
            fail: Takes the failure that ends the job.
        """
        self.came: Signal = Signal()
        """Set when a page has come, or no further query will."""
        self.failure: Exception | None = None
        """The failure of the source of the queries, to be raised after those that came before it."""
        self._sender, self._queries, self._settings = sender, queries, settings
        self._ledger, self._schedule, self._tally = ledger, schedule, tally
        self._page_size = page_size
        self._fail = fail
        self._room = Signal()
        self._scope = anyio.CancelScope()
        self._in_flight = 0

    def stop(self) -> None:
        """Stop whatever is in flight."""
        self._scope.cancel()

    async def run(self) -> None:
        """Fetch until nothing is left, or until it is stopped."""
        with self._scope:
            async with anyio.create_task_group() as group:
                self._workers = group
                try:
                    await self._read_queries()
                    await anyio.sleep_forever()
                finally:  # however it ends, nobody may start a worker any more
                    self.stop()

    async def _read_queries(self) -> None:
        index = 0
        try:
            async with aclosing(self._queries.read()) as queries:
                async for query in queries:
                    start = await self._ledger.begin(query)
                    if start is None:
                        self._tally.left_out += 1
                    else:
                        self._schedule.add(QueryPager(index, query, start, self._page_size))
                        index += 1
                        self.fill()
                    while not self._schedule.wants_query:
                        await self._room.wait()
        except Exception as error:  # noqa: BLE001 - raised to the caller, after the queries that came before
            self.failure = error
            if self._settings.on_error == "raise" or isinstance(error, AuthenticationError):
                self._fail(error)
        self._tally.known = index + self._tally.left_out
        self._schedule.source_ended = True
        self.came.set()

    def fill(self) -> None:
        """Start a request on every free connection for which there is a page to fetch."""
        while (
            self._in_flight < self._settings.concurrency
            and not self._scope.cancel_called
            and (fetch := self._next_fetch()) is not None
        ):
            self._in_flight += 1
            self._workers.start_soon(self._work, fetch)

    def _next_fetch(self) -> Fetch[ItemT] | None:
        fetch = self._schedule.next()
        if self._schedule.wants_query:
            self._room.set()
        return fetch

    async def _work(self, fetch: Fetch[ItemT] | None) -> None:
        """Fetch one page after the other, until there is none to fetch for now."""
        try:
            while fetch is not None:
                self._schedule.arrived(fetch, await self._answer(fetch))
                self.came.set()
                fetch = self._next_fetch()
        except Exception as error:  # noqa: BLE001 - raised to the caller
            self._fail(error)
        except anyio.get_cancelled_exc_class():
            if anyio.current_effective_deadline() > -math.inf:  # not by us: the page would never come
                self._fail(RuntimeError("a call was cancelled by something outside of the search"))
            raise
        finally:
            self._in_flight -= 1

    async def _answer(self, fetch: Fetch[ItemT]) -> Answer[ItemT]:
        try:
            raw = await self._sender.send_raw(fetch.pager.query.operation(fetch.page.limit, fetch.page.offset))
        except CallError as error:
            self._count(fetch.pager, error.attempts)
            if isinstance(error, AuthenticationError):  # whatever else is asked would be refused in the same way
                raise
            return error
        self._count(fetch.pager, raw.attempts)
        return raw

    def _count(self, pager: QueryPager[ItemT], attempts: int) -> None:
        for tally in (pager, self._tally):
            tally.requests += attempts
            tally.retries += max(0, attempts - 1)

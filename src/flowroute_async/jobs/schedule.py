"""The schedule of a job of queries: which page to fetch next, and which records to give next. Pure: no I/O."""

from collections import deque
from typing import Generic, TypeVar

from flowroute_async.jobs.query import Record
from flowroute_async.jobs.query_pager import Answer, Fetch, Part, QueryPager

ItemT = TypeVar("ItemT", bound=Record)


class Schedule(Generic[ItemT]):
    """Keeps every connection busy and what is held in memory bounded.

    A page that a begun query needs goes first, then the first page of a new query, then pages ahead: so a search of
    many queries fetches nothing in vain, and one of few long queries still uses all connections. At most `window`
    pages are in flight or in memory; what is given makes room for the page that its query needs next.
    """

    def __init__(self, *, concurrency: int, ordered: bool) -> None:
        """Start without queries.

        Args:
            concurrency: Requests in flight.
            ordered: Whether parts are given in the order of the queries.
        """
        self._window = 2 * concurrency
        self._new_limit = concurrency
        self._ordered = ordered
        self._new: deque[QueryPager[ItemT]] = deque()
        self._begun: dict[int, QueryPager[ItemT]] = {}
        self._starved: dict[int, QueryPager[ItemT]] = {}
        self._ready: dict[int, QueryPager[ItemT]] = {}
        self._pages_held = 0
        self.source_ended = False

    @property
    def wants_query(self) -> bool:
        """Whether there is room for another query."""
        return len(self._new) < self._new_limit

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to fetch or to give."""
        return self.source_ended and not self._new and not self._begun

    @property
    def unfinished(self) -> tuple[QueryPager[ItemT], ...]:
        """The queries that were begun and not finished, in their order."""
        return tuple(self._begun.values())

    def add(self, pager: QueryPager[ItemT]) -> None:
        """Add a query; they come in their order."""
        self._new.append(pager)

    def next(self) -> Fetch[ItemT] | None:
        """Return the page to fetch next, or None where there is none for now."""
        fetch = self._choose()
        if fetch is not None:
            self._pages_held += 1
        return fetch

    def _choose(self) -> Fetch[ItemT] | None:
        if self._pages_held >= self._window:
            return None
        while self._starved:
            pager = self._starved.pop(min(self._starved))
            if (fetch := pager.needed()) is not None:
                return fetch
        if self._new:
            pager = self._new.popleft()
            self._begun[pager.index] = pager
            return pager.needed()
        return next((fetch for pager in self._begun.values() if (fetch := pager.ahead()) is not None), None)

    def arrived(self, fetch: Fetch[ItemT], answer: Answer[ItemT]) -> None:
        """Add a page, or why there is none."""
        fetch.pager.arrived(fetch.page, answer)
        self._keep(fetch.pager)

    def take(self) -> Part[ItemT] | None:
        """Decode a page that can be given now, or give None where there is none."""
        pager = self._first_unfinished() if self._ordered else next(iter(self._ready.values()), None)
        if pager is None or not pager.can_give:
            return None
        before = pager.pages_held
        part = pager.give()
        self._pages_held += pager.pages_held - before
        self._starved[pager.index] = pager
        del self._ready[pager.index]
        self._keep(pager)
        return part

    def _first_unfinished(self) -> QueryPager[ItemT] | None:
        return next((pager for pager in self._begun.values() if not pager.over), None)

    def _keep(self, pager: QueryPager[ItemT]) -> None:
        if pager.can_give:
            self._ready[pager.index] = pager

    def ended(self, pager: QueryPager[ItemT]) -> None:
        """Forget a query whose last part was given."""
        del self._begun[pager.index]

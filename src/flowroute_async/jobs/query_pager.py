"""The pages of one query of a job. Pure: no I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from flowroute_async.decoding import decoded
from flowroute_async.errors import CallError
from flowroute_async.jobs.query import Query, Record
from flowroute_async.pager import ListDocument, Pager, PageRequest
from flowroute_async.position import Position
from flowroute_async.response import RawResponse

ItemT = TypeVar("ItemT", bound=Record)
RawPage: TypeAlias = RawResponse[ListDocument[ItemT]]
Answer: TypeAlias = RawPage[ItemT] | CallError
"""A page as it came, or why there is none."""

# Whether a page seems to have a next one, told without decoding it.
_NEXT = re.compile(rb'"next"\s*:\s*"')


@dataclass(frozen=True, slots=True, eq=False)
class Fetch(Generic[ItemT]):
    """A page of a query that is to be fetched."""

    pager: "QueryPager[ItemT]"
    page: PageRequest


@dataclass(frozen=True, slots=True)
class Part(Generic[ItemT]):
    """A part of a query's result: records, and at its end the failure, if there was one.

    Attributes:
        pager: The query's pager.
        start: Where the records begin.
        records: The records, in the server's order.
        end: Where the query goes on.
        last: Whether the query ends with it.
        failure: Why it ended before its time, or None.
    """

    pager: "QueryPager[ItemT]"
    start: Position
    records: Sequence[ItemT]
    end: Position
    last: bool
    failure: CallError | None = None


class QueryPager(Generic[ItemT]):
    """Goes through the list of one query, with several pages in flight where it is long.

    The first page is asked for alone. From then on no more pages are under way than were given, so that what is asked
    for beyond the end is always less than what was found. Pages wait as bytes until they are given.

    Attributes:
        index: Its place among the queries.
        query: What it asks for.
        position: Up to where it was recorded.
        pages: Pages that were recorded.
        records: Records that were kept and had not been found before.
        requests: Requests that were sent.
        retries: How many of them repeated another one.
        failure: Why it ended before its time, or None.
    """

    def __init__(self, index: int, query: Query[ItemT], start: Position, page_size: int) -> None:
        self.index = index
        self.query = query
        self.position = start
        self.pages = self.records = self.requests = self.retries = 0
        self.failure: CallError | None = None
        self._given = 0
        self._pager: Pager[RawPage[ItemT], ItemT] = Pager(
            query.operation(1, 0),
            start,
            page_size=page_size,
            read=decoded,
            shows_more=_shows_more,
            max_page_size=None,
            new=query.selects,
        )

    @property
    def over(self) -> bool:
        """Whether its last part was taken, and nothing more is to be asked for."""
        return self._pager.over

    @property
    def pages_held(self) -> int:
        """Pages in flight or in memory."""
        return self._pager.pages_held

    @property
    def can_give(self) -> bool:
        """Whether the next page of the list is there."""
        return self._pager.can_give

    def needed(self) -> Fetch[ItemT] | None:
        """Request the page without which it does not go on, unless that is under way or there."""
        return self._fetch(self._pager.needed())

    def ahead(self) -> Fetch[ItemT] | None:
        """Request a page beyond those under way, if it is likely to exist."""
        return self._fetch(self._pager.ahead()) if self.pages_held < self._given else None

    def _fetch(self, page: PageRequest | None) -> Fetch[ItemT] | None:
        return None if page is None else Fetch(self, page)

    def arrived(self, page: PageRequest, answer: Answer[ItemT]) -> None:
        """Store a page, or why there is none."""
        self._pager.arrived(page, answer)

    def give(self) -> Part[ItemT]:
        """Decode the next page of the list, which has to be there."""
        result = self._pager.give()
        failure = result.failure
        if failure is not None and not isinstance(failure, CallError):
            raise failure
        self._given += 1
        return Part(self, result.start, result.items, result.end, result.last, failure)


def _shows_more(page: RawResponse[object]) -> bool:
    return _NEXT.search(page.content) is not None

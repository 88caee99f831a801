"""The pages of one query: which to ask for next, and what of those that came can be given. Pure: no I/O."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from flowroute_async.bulk.query import NumberQuery
from flowroute_async.errors import CallError
from flowroute_async.pagination import PageSize, PagesSeen, Position, circling
from flowroute_openapi.models import AvailableNumber, AvailableNumberListDocument


@dataclass(frozen=True, slots=True, eq=False)
class Fetch:
    """A page that is to be fetched."""

    walk: "Walk"
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a walk: numbers, and at its end the failure, if there was one.

    Attributes:
        walk: The walk.
        start: Where the numbers begin.
        numbers: The numbers, in the server's order.
        last: Whether the walk ends with it.
        failure: Why it ended before its time, or None.
    """

    walk: "Walk"
    start: Position
    numbers: Sequence[AvailableNumber]
    last: bool
    failure: CallError | None = None


class Walk:
    """Goes through the list of one query, with several pages in flight where it is long.

    The first page is asked for alone. From then on no more pages are under way than have come, so that what is asked
    for beyond the end is always less than what was found. Pages are given in the list's order. Where the server keeps
    to a smaller page, what was asked for ahead does not fit and is asked for again.

    Attributes:
        index: Its place among the queries.
        query: What it asks for.
        position: Up to where its numbers were recorded.
        pages: Pages that were recorded.
        numbers: Numbers that were recorded and had not been found before.
        requests: Requests that were sent.
        retries: How many of them repeated another one.
        failure: Why it ended before its time, or None.
        ready: Parts that wait to be recorded.
        over: Whether nothing more is to be asked for.
    """

    def __init__(self, index: int, query: NumberQuery, start: Position, page_size: int) -> None:
        self.index = index
        self.query = query
        self.position = start
        self.pages = self.numbers = self.requests = self.retries = 0
        self.failure: CallError | None = None
        self.ready: deque[Part] = deque()
        self.over: bool = False
        self._size = PageSize(page_size)
        self._came = 0
        self._edge = start
        self._asked: dict[int, Fetch] = {}
        self._early: dict[int, AvailableNumberListDocument | CallError] = {}
        self._next_offset = start.offset
        self._end_in_sight = False
        self._seen = PagesSeen()

    @property
    def pages_held(self) -> int:
        """Pages in flight or in memory."""
        return len(self._asked) + len(self._early) + len(self.ready)

    def needed(self) -> Fetch | None:
        """Ask for the page without which it does not go on, unless that is under way."""
        return self._ask() if not self.over and self._next_offset == self._edge.offset else None

    def ahead(self) -> Fetch | None:
        """Ask for a page beyond those under way, if it is likely to exist."""
        under_way = len(self._asked) + len(self._early)
        return self._ask() if not self.over and not self._end_in_sight and under_way < self._came else None

    def _ask(self) -> Fetch:
        fetch = Fetch(self, self._next_offset, self._size.now)
        self._asked[fetch.offset] = fetch
        self._next_offset += fetch.limit
        return fetch

    def arrived(self, fetch: Fetch, result: AvailableNumberListDocument | CallError) -> None:
        """Take in a page, or why there is none."""
        if self._asked.get(fetch.offset) is not fetch:
            return  # it does not fit any more
        if isinstance(result, CallError) or not _has_more(result):
            self._end_in_sight = True
        if fetch.offset != self._edge.offset:
            del self._asked[fetch.offset]
            self._early[fetch.offset] = result
            return
        del self._asked[fetch.offset]
        self._take(result, fetch.limit)
        while not self.over and (early := self._early.pop(self._edge.offset, None)) is not None:
            self._take(early, self._size.now)

    def _take(self, result: AvailableNumberListDocument | CallError, limit: int) -> None:
        start = self._edge
        if isinstance(result, CallError):
            self._end(Part(self, start, (), last=True, failure=result))
            return
        numbers = result.data
        if numbers and self._seen.take(numbers):
            error = circling(self.query.operation(1, 0), start)
            self._end(Part(self, start, (), last=True, failure=error))
            return
        self._came += 1
        self._edge = start.after(len(numbers))
        if not _has_more(result):
            self._end(Part(self, start, numbers, last=True))
            return
        self.ready.append(Part(self, start, numbers, last=False))
        if len(numbers) != limit:  # the server keeps to another size: what was asked for ahead does not fit
            self._drop_ahead()
        self._size.came(len(numbers))

    def _end(self, part: Part) -> None:
        if part.failure is not None:
            part.failure.resume_token = part.start.token
        self.ready.append(part)
        self.over = True
        self._drop_ahead()

    def _drop_ahead(self) -> None:
        self._asked.clear()
        self._early.clear()
        self._next_offset = self._edge.offset
        self._end_in_sight = False


def _has_more(document: AvailableNumberListDocument) -> bool:
    return bool(document.data) and document.links is not None and document.links.next is not None

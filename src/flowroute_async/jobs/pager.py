"""The pages of one query: which to ask for next, and what of those that came can be given. Pure: no I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flowroute_async.decoding import decoded
from flowroute_async.errors import CallError, InvalidResponseError
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.pagination import PageSize, Position, RepeatedPageDetector, repeated_page_error
from flowroute_async.response import RawResponse
from flowroute_openapi.models import AvailableNumber, AvailableNumberListDocument

Answer: TypeAlias = RawResponse[AvailableNumberListDocument] | CallError
"""A page as it came, or why there is none."""

# Whether a page seems to have a next one, told without decoding it.
_NEXT = re.compile(rb'"next"\s*:\s*"')


@dataclass(frozen=True, slots=True, eq=False)
class Fetch:
    """A page that is to be fetched."""

    pager: "Pager"
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a query's pages: numbers, and at its end the failure, if there was one.

    Attributes:
        pager: The query's pager.
        start: Where the numbers begin.
        numbers: The numbers, in the server's order.
        last: Whether the query ends with it.
        failure: Why it ended before its time, or None.
    """

    pager: "Pager"
    start: Position
    numbers: Sequence[AvailableNumber]
    last: bool
    failure: CallError | None = None


class Pager:
    """Goes through the list of one query, with several pages in flight where it is long.

    The first page is asked for alone. From then on no more pages are under way than were given, so that what is asked
    for beyond the end is always less than what was found. Pages are given in the list's order, and wait as bytes until
    then. Where the server keeps to a smaller page, what was asked for ahead does not fit and is asked for again.

    Attributes:
        index: Its place among the queries.
        query: What it asks for.
        position: Up to where its numbers were recorded.
        pages: Pages that were recorded.
        numbers: Numbers that were recorded and had not been found before.
        requests: Requests that were sent.
        retries: How many of them repeated another one.
        failure: Why it ended before its time, or None.
        over: Whether its last part was taken, and nothing more is to be asked for.
    """

    def __init__(self, index: int, query: NumberQuery, start: Position, page_size: int) -> None:
        self.index = index
        self.query = query
        self.position = start
        self.pages = self.numbers = self.requests = self.retries = 0
        self.failure: CallError | None = None
        self.over: bool = False
        self._size = PageSize(page_size)
        self._given = 0
        self._edge = start
        self._asked: dict[int, Fetch] = {}
        self._came: dict[int, tuple[Fetch, Answer]] = {}
        self._next_offset = start.offset
        self._end_in_sight = False
        self._repeated = RepeatedPageDetector()

    @property
    def pages_held(self) -> int:
        """Pages in flight or in memory."""
        return len(self._asked) + len(self._came)

    @property
    def can_give(self) -> bool:
        """Whether the next page of the list is there."""
        return self._edge.offset in self._came

    def needed(self) -> Fetch | None:
        """Ask for the page without which it does not go on, unless that is under way or there."""
        return self._ask() if not self.over and self._next_offset == self._edge.offset else None

    def ahead(self) -> Fetch | None:
        """Ask for a page beyond those under way, if it is likely to exist."""
        return self._ask() if not self.over and not self._end_in_sight and self.pages_held < self._given else None

    def _ask(self) -> Fetch:
        fetch = Fetch(self, self._next_offset, self._size.now)
        self._asked[fetch.offset] = fetch
        self._next_offset += fetch.limit
        return fetch

    def arrived(self, fetch: Fetch, answer: Answer) -> None:
        """Keep a page, or why there is none."""
        if self._asked.get(fetch.offset) is not fetch:
            return  # it does not fit any more
        del self._asked[fetch.offset]
        self._came[fetch.offset] = fetch, answer
        if isinstance(answer, CallError) or not _NEXT.search(answer.content):
            self._end_in_sight = True

    def give(self) -> Part:
        """Decode the next page of the list, which has to be there."""
        fetch, answer = self._came.pop(self._edge.offset)
        start, result = self._edge, _document(answer)
        if isinstance(result, CallError):
            return self._end(Part(self, start, (), last=True, failure=result))
        numbers = result.data
        if numbers and self._repeated.repeats(numbers):
            error = repeated_page_error(self.query.operation(1, 0), start)
            return self._end(Part(self, start, (), last=True, failure=error))
        self._given += 1
        self._edge = start.after(len(numbers))
        if not _has_more(result):
            return self._end(Part(self, start, numbers, last=True))
        if len(numbers) != fetch.limit:  # the server keeps to another size: what was asked for ahead does not fit
            self._drop_ahead()
        self._size.came(len(numbers))
        return Part(self, start, numbers, last=False)

    def _end(self, part: Part) -> Part:
        if part.failure is not None:
            part.failure.resume_token = part.start.token
        self.over = True
        self._drop_ahead()
        return part

    def _drop_ahead(self) -> None:
        self._asked.clear()
        self._came.clear()
        self._next_offset = self._edge.offset
        self._end_in_sight = False


def _has_more(document: AvailableNumberListDocument) -> bool:
    return bool(document.data) and document.links is not None and document.links.next is not None


def _document(answer: Answer) -> AvailableNumberListDocument | CallError:
    if isinstance(answer, CallError):
        return answer
    try:
        return decoded(answer)
    except InvalidResponseError as error:
        return error

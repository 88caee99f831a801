"""Which pages of a list to ask for, and what of those that came is given. Pure: no I/O.

Pages are asked for by offset. A list may change while it is walked: records that move to a later page come again there,
and are recognised by whoever keeps their ids.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from flowroute_async.arguments import HasId
from flowroute_async.errors import FlowrouteError, InvalidRecordError, PaginationError
from flowroute_async.position import Position, digest
from flowroute_openapi.types import Operation

ItemT = TypeVar("ItemT", bound=HasId)
ItemT_co = TypeVar("ItemT_co", bound=HasId, covariant=True)
AnswerT = TypeVar("AnswerT")

PAGE_SIZE = 200
"""Items to a page: the most that most lists of the API allow, and what is asked of a list that sets no limit."""

_MOST_PAGES_WITHOUT_PROGRESS = 3
_LARGEST_PAGE = 10_000


class HasNext(Protocol):
    """The links of a page."""

    @property
    def next(self) -> str | None:
        """Set where more items exist."""
        ...


class ListDocument(Protocol[ItemT_co]):
    """What a list operation answers."""

    @property
    def data(self) -> Sequence[ItemT_co]:
        """The items of the page."""
        ...

    @property
    def links(self) -> HasNext | None:
        """The links of the page."""
        ...


def says_more(document: ListDocument[HasId]) -> bool:
    """Return whether the server says that more items follow, or says what cannot be read where it would say so."""
    links = document.links
    if links is None:
        return "links" in _unread(document)
    return links.next is not None or "next" in _unread(links)


def _unread(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", getattr(value, "unread", {}))


class PageSize:
    """How many items to ask for: as many as the server gave on one of the last two pages, and no more than at first.

    A server may keep to smaller pages than it is asked for. A single short page does not mean that it does.

    Attributes:
        now: The size to ask for.
    """

    def __init__(self, now: int, most: int | None) -> None:
        self.now: int = now
        self._most = most or _LARGEST_PAGE
        self._last = 0

    def came(self, count: int) -> None:
        """Record how many items came."""
        self.now = min(self.now, max(count, self._last))
        self._last = count

    def grow(self) -> None:
        """Double the page size, as far as the endpoint allows: the list grows as fast as it is read."""
        self.now = min(2 * self.now, max(self.now, self._most))
        self._last = self.now


class RepeatedPageDetector:
    """Recognise a page on which the first item of an earlier page comes again."""

    def __init__(self) -> None:
        self._firsts: set[int] = set()

    def repeats(self, items: Sequence[HasId]) -> bool:
        """Return whether a page, which is not empty, holds the beginning of an earlier one, and remember it."""
        repeated = not self._firsts.isdisjoint([hash(item.id) for item in items])
        self._firsts.add(hash(items[0].id))
        return repeated


def repeated_page_error(operation: Operation[object], position: Position) -> PaginationError:
    """Build the error for a list whose pages repeat."""
    error = PaginationError(
        operation, "the server gave a page that it had given before, and nothing shows that the list has grown"
    )
    error.resume_token = position.token
    return error


@dataclass(frozen=True, slots=True, eq=False)
class PageRequest:
    """A page that is to be fetched.

    Attributes:
        offset: How many items lie before it.
        limit: How many items it is to hold.
        is_probe: Whether it only shows if the server heeds the offset.
    """

    offset: int
    limit: int
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class PageResult(Generic[ItemT_co]):
    """What came of the next page.

    Attributes:
        start: Where its items begin.
        items: The items, in the server's order.
        end: Where to go on.
        last: Whether the walk ends with it.
        failure: Why it ended before its time, or None.
    """

    start: Position
    items: Sequence[ItemT_co]
    end: Position
    last: bool
    failure: Exception | None = None


class Pager(Generic[AnswerT, ItemT]):
    """Goes through a list, with one page in flight or several.

    Pages are given in the list's order, and wait as they came until then. Where the server keeps to a smaller page,
    what was asked for ahead does not fit and is asked for again. A page on which the beginning of an earlier one comes
    again leaves two explanations: that many items were added at the list's beginning, or the server ignores the offset.
    A page from the very beginning, asked for at once, tells. An empty page behind others ends the list, unless the
    server says that more follow, and they do: the page behind it tells.

    Attributes:
        over: Whether the last page was given, and nothing more is to be asked for.
    """

    def __init__(
        self,
        call: Operation[object],
        start: Position,
        *,
        page_size: int,
        read: Callable[[AnswerT], ListDocument[ItemT]],
        shows_more: Callable[[AnswerT], bool],
        max_page_size: int | None = PAGE_SIZE,
        max_items: int | None = None,
        new: Callable[[Sequence[ItemT]], Sequence[bool]] | None = None,
    ) -> None:
        """Begin at a position.

        Args:
            call: A call of the list, for errors.
            start: Where to begin.
            page_size: Items to ask for.
            read: Decodes an answer; it may raise `FlowrouteError`.
            shows_more: Returns whether an answer seems to have a next page, without decoding it.
            max_page_size: The most items that the endpoint puts on a page, or None where it has no limit.
            max_items: The most items to give, or None for all.
            new: Returns of each item whether it is given; by default all are.
        """
        self.over: bool = max_items == 0
        self._call = call
        self._read = read
        self._shows_more = shows_more
        self._max_items = max_items
        self._new = new
        self._size = PageSize(page_size, max_page_size)
        self._edge = start
        self._anchor = start.last
        self._asked: dict[int, PageRequest] = {}
        self._came: dict[int, tuple[PageRequest, AnswerT | Exception]] = {}
        self._next_offset = start.offset
        self._end_in_sight = False
        self._repeated = RepeatedPageDetector()
        self._without_progress = 0
        self._was_empty = False
        self._doubted: str | None = None
        self._probe: PageRequest | None = None
        self._probe_answer: AnswerT | Exception | None = None

    @property
    def pages_held(self) -> int:
        """Pages in flight or in memory."""
        return len(self._asked) + len(self._came) + (self._probe is not None)

    @property
    def can_give(self) -> bool:
        """Whether the next page of the list is there."""
        if self._doubted is not None:
            return self._probe_answer is not None
        return self._edge.offset in self._came

    def needed(self) -> PageRequest | None:
        """Request the page without which it does not go on, unless that is under way or there."""
        if self._doubted is not None:
            if self._probe is not None:
                return None
            self._probe = PageRequest(0, max(1, min(self._size.now, self._edge.offset)), is_probe=True)
            return self._probe
        return self._ask() if not self.over and self._next_offset == self._edge.offset else None

    def ahead(self) -> PageRequest | None:
        """Request a page beyond those under way, if it is likely to exist."""
        if self.over or self._end_in_sight or self._doubted is not None or self._limit() == 0:
            return None
        return self._ask()

    def _limit(self) -> int:
        """Return how many items to ask for next; 0 where no more are wanted."""
        if self._max_items is None:
            return self._size.now
        under_way = self._next_offset - self._edge.offset
        return max(0, min(self._size.now, self._max_items - self._edge.given - under_way))

    def _ask(self) -> PageRequest:
        request = PageRequest(self._next_offset, self._limit())
        self._asked[request.offset] = request
        self._next_offset += request.limit
        return request

    def arrived(self, request: PageRequest, answer: AnswerT | Exception) -> None:
        """Store a page, or why there is none."""
        if request.is_probe:
            if request is self._probe:
                self._probe_answer = answer
            return
        if self._asked.get(request.offset) is not request:
            return  # it does not fit any more
        del self._asked[request.offset]
        self._came[request.offset] = request, answer
        if isinstance(answer, Exception) or not self._shows_more(answer):
            self._end_in_sight = True

    def give(self) -> PageResult[ItemT]:
        """Decode the next page of the list, which has to be there."""
        if self._doubted is not None:
            return self._judge()
        request, answer = self._came.pop(self._edge.offset)
        start, document = self._edge, self._document(answer)
        if isinstance(document, InvalidRecordError):
            return self._give_before(document, start)
        if isinstance(document, Exception):
            return self._end(start, (), start, document)
        if not document.data:
            return self._pass_over(request, is_last=self._was_empty or start.offset == 0 or not says_more(document))
        return self._give(request, document)

    def _pass_over(self, request: PageRequest, *, is_last: bool) -> PageResult[ItemT]:
        """Go on behind an empty page."""
        start = self._edge
        if is_last:
            return self._end(start, (), start)
        self._was_empty = True
        self._edge = start.after(request.limit, 0)
        return PageResult(start, (), self._edge, last=False)

    def _document(self, answer: AnswerT | Exception) -> ListDocument[ItemT] | Exception:
        if isinstance(answer, Exception):
            return answer
        try:
            return self._read(answer)
        except FlowrouteError as error:
            return error

    def _give(self, request: PageRequest, document: ListDocument[ItemT]) -> PageResult[ItemT]:
        start, data = self._edge, document.data
        self._was_empty = False
        repeats = self._repeated.repeats(data)
        items, read = self._chosen(data)
        self._edge = start.after(read, len(items), data[read - 1])
        self._anchor = None
        if read == len(data) and not says_more(document):
            return self._end(start, items, self._edge)
        if self._max_items is not None and self._edge.given >= self._max_items:
            self.over = True
            self._drop_ahead()
        if len(data) != request.limit:  # the server keeps to another size: what was asked for ahead does not fit
            self._drop_ahead()
        self._size.came(len(data))
        self._without_progress = self._without_progress + 1 if repeats else 0
        if self._without_progress > _MOST_PAGES_WITHOUT_PROGRESS:
            return self._end(start, items, start, repeated_page_error(self._call, start))
        if repeats:
            self._drop_ahead()
            self._doubted = data[0].id
        return PageResult(start, items, self._edge, last=False)

    def _judge(self) -> PageResult[ItemT]:
        """Determine by the list's beginning whether the server heeds the offset."""
        doubted, start = self._doubted, self._edge
        document = self._document(cast("AnswerT | Exception", self._probe_answer))
        self._doubted = self._probe = self._probe_answer = None
        if isinstance(document, InvalidRecordError):
            beginning = cast("Sequence[ItemT]", document.records)
        elif isinstance(document, Exception):
            return self._end(start, (), start, document)
        else:
            beginning = document.data
        if any(item.id == doubted for item in beginning):
            return self._end(start, (), start, repeated_page_error(self._call, start))
        self._size.grow()
        return PageResult(start, (), start, last=False)

    def _chosen(self, data: Sequence[ItemT]) -> tuple[Sequence[ItemT], int]:
        """Return the items of a page that are to be given, and how far the page was read for them."""
        before = 0
        if self._anchor is not None:
            places = [place for place, item in enumerate(data) if digest(item) == self._anchor]
            before = places[0] + 1 if places else 0
        room = None if self._max_items is None else self._max_items - self._edge.given
        new = [True] * len(data) if self._new is None else self._new(data)
        if before == 0 and all(new):
            items = data if room is None else data[:room]
            return items, len(items)
        chosen: list[ItemT] = []
        for place, (item, is_new) in enumerate(zip(data, new, strict=True)):
            if room is not None and len(chosen) == room:
                return chosen, place
            if is_new and place >= before:
                chosen.append(item)
        return chosen, len(data)

    def _give_before(self, error: InvalidRecordError, start: Position) -> PageResult[ItemT]:
        """Return the records before one that cannot be read; the token leads behind it."""
        data = cast("Sequence[ItemT]", error.records)
        items, read = self._chosen(data) if data else ((), 0)
        behind = start.after(read, len(items), data[read - 1] if read else None)
        if read == len(data):
            return self._end(start, items, behind.after(1, 0), error)
        self.over = True  # as many were given as are wanted
        return PageResult(start, items, behind, last=False)

    def _end(
        self, start: Position, items: Sequence[ItemT], end: Position, failure: Exception | None = None
    ) -> PageResult[ItemT]:
        if isinstance(failure, FlowrouteError) and hasattr(failure, "resume_token"):
            setattr(failure, "resume_token", end.token)  # noqa: B010 - only some errors of a call have it
        self.over = True
        self._edge = end
        self._drop_ahead()
        return PageResult(start, items, end, last=True, failure=failure)

    def _drop_ahead(self) -> None:
        self._asked.clear()
        self._came.clear()
        self._next_offset = self._edge.offset
        self._end_in_sight = False

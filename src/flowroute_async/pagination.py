"""Lists in pages: await the first, iterate over all items, or walk page by page and resume where it broke.

Pages are asked for by offset. The server's `next` link is read only as "there is more": its address is never requested,
since the vendor's links name other hosts and paths.
"""

import base64
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import anyio

from flowroute_async.arguments import HasId, whole_number
from flowroute_async.errors import CallError, InvalidArgumentError, PaginationError
from flowroute_async.sender import Sender
from flowroute_openapi.types import Operation

ItemT = TypeVar("ItemT", bound=HasId)
ItemT_co = TypeVar("ItemT_co", bound=HasId, covariant=True)

__all__ = ["Page", "Paginator"]

PAGE_SIZE = 200
"""Items to a page: the most that most lists of the API allow, and what is asked of a list that sets no limit."""

_MAX_PREFETCH = 64


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


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT_co]):
    """A part of a list.

    Attributes:
        items: The items.
        has_more: Whether the server says that more follow.
        resume_token: Give it to `Paginator.pages` to go on after this page; None where nothing follows.
    """

    items: tuple[ItemT_co, ...]
    has_more: bool
    resume_token: str | None

    def __len__(self) -> int:
        """Count the items."""
        return len(self.items)

    def __iter__(self) -> Iterator[ItemT_co]:
        """Give the items."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands.

    Attributes:
        list_name: The operation whose list it is.
        offset: How many items of the list lie before it.
        given: How many items the walk has given; counts towards `max_items`.
    """

    list_name: str
    offset: int = 0
    given: int = 0

    def after(self, count: int) -> "Position":
        """Give the position that many items further on."""
        return Position(self.list_name, self.offset + count, self.given + count)

    @property
    def token(self) -> str:
        """The position as an opaque text."""
        return base64.urlsafe_b64encode(json.dumps([self.list_name, self.offset, self.given]).encode()).decode()

    @classmethod
    def from_token(cls, token: str, list_name: str) -> "Position":
        """Read a token back.

        Raises:
            InvalidArgumentError: If it is none of ours, or of another list.
        """
        position: Position | None = None
        try:
            match json.loads(base64.urlsafe_b64decode(token)):
                case [str(name), int(offset), int(given)] if offset >= 0 and given >= 0:
                    position = cls(name, offset, given)
                case _:
                    pass
        except (ValueError, TypeError):
            pass
        if position is None or position.list_name != list_name:
            raise InvalidArgumentError("resume", f"a resume token of {list_name}", given="something else")
        return position


class RepeatedPageDetector:
    """Recognise a page that came before, by its first and its last item and their number."""

    def __init__(self) -> None:
        self._marks: set[int] = set()

    def repeats(self, items: Sequence[HasId]) -> bool:
        """Return whether a page, which is not empty, came before, and remember it."""
        mark = hash((items[0].id, items[-1].id, len(items)))
        known = mark in self._marks
        self._marks.add(mark)
        return known


class PageSize:
    """How many items to ask for: as many as the server gave on one of the last two pages, and no more than at first.

    A server may keep to smaller pages than it is asked for. A single short page does not mean that it does.

    Attributes:
        now: The size to ask for.
    """

    def __init__(self, most: int) -> None:
        self.now: int = most
        self._last = 0

    def came(self, count: int) -> None:
        """Take in how many items came."""
        self.now = min(self.now, max(count, self._last))
        self._last = count


def repeated_page_error(operation: Operation[object], position: Position) -> PaginationError:
    """Build the error for a list whose pages repeat."""
    error = PaginationError(operation, "the server gave a page that it had given before")
    error.resume_token = position.token
    return error


class Paginator(Generic[ItemT]):
    """A list that is fetched as it is read.

    - `await paginator` gives the first `Page`.
    - `async for item in paginator` gives every item, up to `max_items`.
    - `async for page in paginator.pages(resume=token)` gives the pages.

    It ends with the first page that is empty or has no `next` link. Iterating again starts from the beginning again.
    No task is left running between two items, so that a loop may be left at any time. With `prefetch=n`, n further
    pages are fetched together with each one that is needed. Where a fetch fails, all items before it are given first,
    and the error's `resume_token` says where to go on.
    """

    def __init__(
        self,
        sender: Sender,
        request: Callable[[int, int], Operation[ListDocument[ItemT]]],
        *,
        max_page_size: int | None = PAGE_SIZE,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
    ) -> None:
        """Check the arguments; nothing is sent yet.

        Args:
            sender: What sends the calls.
            request: Builds the call of a page from its limit and offset.
            max_page_size: The most items that the endpoint puts on a page, or None where it has no limit.
            page_size: Items to a page, from 1 to that maximum, which is the default; or else `PAGE_SIZE` is.
            max_items: The most items to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        self._list = _List(
            sender,
            request,
            page_size=max_page_size or PAGE_SIZE
            if page_size is None
            else whole_number("page_size", page_size, 1, max_page_size, unit="items"),
            max_items=None if max_items is None else whole_number("max_items", max_items, 0, None, unit="items"),
            prefetch=whole_number("prefetch", prefetch, 0, _MAX_PREFETCH, unit="pages"),
        )

    def __repr__(self) -> str:
        """Say whose list it is and how it is read: at a prompt, nothing was fetched yet."""
        return f"<Paginator of {self._list.start.list_name}: await it for a page, or read it with async for>"

    def __await__(self) -> Generator[object, None, Page[ItemT]]:
        """Fetch the first page."""
        return self._list.first_page().__await__()

    def __aiter__(self) -> AsyncIterator[ItemT]:
        """Give every item, fetching pages as needed."""
        return _Items(self.pages())

    def pages(self, *, resume: str | None = None) -> AsyncIterator[Page[ItemT]]:
        """Give the pages, from the beginning or from where a token says.

        Args:
            resume: The `resume_token` of a page or of an error of the same list.

        Raises:
            InvalidArgumentError: If the token is none of ours.
            CallError: If a page cannot be fetched; its `resume_token` says where to go on.
            PaginationError: If the server gives the same page again and again.
        """
        start = self._list.start
        return _Pages(self._list, start if resume is None else Position.from_token(resume, start.list_name))


class _List(Generic[ItemT]):
    """A list of the server: fetches its pages."""

    def __init__(
        self,
        sender: Sender,
        request: Callable[[int, int], Operation[ListDocument[ItemT]]],
        *,
        page_size: int,
        max_items: int | None,
        prefetch: int,
    ) -> None:
        self._sender = sender
        self._request = request
        self.first_call: Operation[object] = request(1, 0)
        self._max_items = max_items
        self.page_size = page_size
        self.prefetch = prefetch
        self.start = Position(self.first_call.name)

    async def first_page(self) -> Page[ItemT]:
        limit = self.limit(self.start, self.page_size)
        return await self._fetch(self.start, limit) if limit else Page((), has_more=False, resume_token=None)

    async def window(self, position: Position, size: int, count: int) -> list[Page[ItemT] | Exception]:
        """Fetch consecutive pages at once; a failure takes the place of its page."""
        wanted: list[tuple[Position, int]] = []
        while len(wanted) < count and (limit := self.limit(position, size)) > 0:
            wanted.append((position, limit))
            position = position.after(limit)
        if len(wanted) == 1:
            return [await self._fetch(*wanted[0])]
        pages: list[Page[ItemT] | Exception] = [PaginationError(self.first_call, "not fetched")] * len(wanted)

        async def fetch(place: int) -> None:
            try:
                pages[place] = await self._fetch(*wanted[place])
            except Exception as error:  # noqa: BLE001 - raised in its turn by the reader's own task
                pages[place] = error

        async with anyio.create_task_group() as group:
            for place in range(len(wanted)):
                group.start_soon(fetch, place)
        return pages

    async def _fetch(self, position: Position, limit: int) -> Page[ItemT]:
        try:
            document = await self._sender.send(self._request(limit, position.offset))
        except CallError as error:
            error.resume_token = position.token
            raise
        data, room = document.data, self._room(position)
        items = tuple(data if room is None else data[:room])
        says_more = document.links is not None and document.links.next is not None
        has_more = bool(items) and (says_more or len(items) < len(data))
        return Page(items, has_more, position.after(len(items)).token if has_more else None)

    def limit(self, position: Position, size: int) -> int:
        """Say how many items to ask for at a position; 0 where no more are wanted."""
        room = self._room(position)
        return size if room is None else min(size, room)

    def _room(self, position: Position) -> int | None:
        return None if self._max_items is None else max(0, self._max_items - position.given)


# The two below are objects, not async generators: those would have to be closed where a loop is left, and trio warns.


class _Pages(Generic[ItemT]):
    """A walk through the pages of a list."""

    def __init__(self, pages: _List[ItemT], start: Position) -> None:
        self._list = pages
        self._position = start
        self._size = PageSize(pages.page_size)
        self._ahead = 0  # nothing is fetched ahead of the first page: most lists have but one
        self._fetched: deque[Page[ItemT] | Exception] = deque()
        self._repeated = RepeatedPageDetector()
        self._is_over = False

    def __aiter__(self) -> AsyncIterator[Page[ItemT]]:
        return self

    async def __anext__(self) -> Page[ItemT]:
        limit = self._list.limit(self._position, self._size.now)
        if self._is_over or limit == 0:
            raise StopAsyncIteration
        self._is_over = True  # unless a page comes that says otherwise
        if not self._fetched:
            self._fetched.extend(await self._list.window(self._position, self._size.now, 1 + self._ahead))
            self._ahead = self._list.prefetch
        page = self._fetched.popleft()
        if isinstance(page, Exception):
            raise page
        if not page.items:
            raise StopAsyncIteration
        if self._repeated.repeats(page.items):
            raise repeated_page_error(self._list.first_call, self._position)
        self._position = self._position.after(len(page.items))
        self._is_over = not page.has_more
        if len(page.items) != limit:  # the server keeps to another size: what was fetched ahead does not fit
            self._fetched.clear()
        self._size.came(len(page.items))
        return page


class _Items(Generic[ItemT]):
    """The items of pages, one by one."""

    def __init__(self, pages: AsyncIterator[Page[ItemT]]) -> None:
        self._pages = pages
        self._items: Iterator[ItemT] = iter(())

    def __aiter__(self) -> AsyncIterator[ItemT]:
        return self

    async def __anext__(self) -> ItemT:
        while True:
            for item in self._items:
                return item
            self._items = iter((await anext(self._pages)).items)

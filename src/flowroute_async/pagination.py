"""Lists in pages: await the first, iterate over all items, or walk page by page and resume where it broke.

Pages are asked for by offset. The server's `next` link is read only as "there is more": its address is never requested,
since the vendor's links name other hosts and paths.

The class says what is promised of a list that changes while it is walked. A period that ends now is ended when the walk
begins, so that what arrives meanwhile is no part of it.
"""

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, NoReturn, TypeAlias, TypeVar, overload

import anyio

from flowroute_async.arguments import HasId, whole_number
from flowroute_async.async_only import AsyncOnly
from flowroute_async.pager import PAGE_SIZE, ListDocument, Pager, PageRequest, PageResult, says_more
from flowroute_async.phone_number_set import PhoneNumberSet
from flowroute_async.position import Position, list_key
from flowroute_async.sender import Sender
from flowroute_openapi.types import Operation

ItemT = TypeVar("ItemT", bound=HasId)
ItemT_co = TypeVar("ItemT_co", bound=HasId, covariant=True)

__all__ = ["Page", "Paginator"]

_MAX_PREFETCH = 64


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
        """Return the items."""
        return iter(self.items)

    @overload
    def __getitem__(self, place: int, /) -> ItemT_co: ...
    @overload
    def __getitem__(self, place: slice, /) -> tuple[ItemT_co, ...]: ...
    def __getitem__(self, place: int | slice, /) -> ItemT_co | tuple[ItemT_co, ...]:
        """Return an item, or some, by place."""
        return self.items[place]


class Paginator(AsyncOnly, Generic[ItemT]):
    """A list that is fetched as it is read.

    - `await paginator` gives the first `Page`.
    - `async for item in paginator` gives every item, up to `max_items`.
    - `async for page in paginator.pages(resume=token)` gives the pages.

    It ends with the first page that has no `next` link, or is empty as the page behind it is. Iterating again starts
    from the beginning again. Of a list that changes while it is walked:

    - No record is given twice, even where it moves to a later page.
    - Where records are added, all that were there come.
    - Where records leave it before the place that the walk has come to, such as numbers that are sold, those behind
      move up, and as many as have left are passed over: another walk brings them.

    No task is left running between two items, so that a loop may be left at any time. With `prefetch=n`, n further
    pages are fetched together with each one that is needed. Where a fetch fails, all items before it are given first,
    and the error's `resume_token` says where to go on.
    """

    _how_to_read = "`async for item in ...`, `[item async for item in ...]`, or `await` for the first page"

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
        self._list: _List[ItemT] = _List(
            sender,
            lambda limit, offset, _: request(limit, offset),
            now=None,
            max_page_size=max_page_size,
            page_size=max_page_size or PAGE_SIZE
            if page_size is None
            else whole_number("page_size", page_size, 1, max_page_size, unit="items"),
            max_items=None if max_items is None else whole_number("max_items", max_items, 0, None, unit="items"),
            prefetch=whole_number("prefetch", prefetch, 0, _MAX_PREFETCH, unit="pages"),
        )

    @classmethod
    def of_period(
        cls,
        sender: Sender,
        request: Callable[[int, int, datetime | None], Operation[ListDocument[ItemT]]],
        *,
        now: Callable[[], datetime],
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
    ) -> "Paginator[ItemT]":
        """Return the paginator of a list that grows at its beginning, and whose end is fixed when a walk begins.

        Args:
            sender: What sends the calls.
            request: Builds the call of a page from its limit, its offset, and the end of the period; None stands for
                no end of its own.
            now: Returns the end, when a walk begins.
            page_size: Items to a page; `PAGE_SIZE` by default, and the endpoint sets no limit.
            max_items: The most items to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        paginator = cls(
            sender,
            lambda limit, offset: request(limit, offset, None),
            max_page_size=None,
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )
        paginator._list.request, paginator._list.now = request, now
        return paginator

    @property
    def max_items(self) -> int | None:
        """The most items that are given in all, or None for all."""
        return self._list.max_items

    def __repr__(self) -> str:
        """Name the list and how it is read: at a prompt, nothing was fetched yet."""
        return f"<Paginator of {self._list.name}: await it for a page, or read it with async for>"

    if not TYPE_CHECKING:  # type checkers name what is missing

        def __getattr__(self, name: str) -> NoReturn:
            """Say what is missing where a page is meant."""
            hint = ": it is one of a page, which `await` gives" if name in Page.__slots__ else ""
            raise AttributeError(f"Paginator has no attribute {name!r}{hint}", name=name, obj=self)

    def __await__(self) -> Generator[object, None, Page[ItemT]]:
        """Fetch the first page."""
        return self._first_page().__await__()

    async def _first_page(self) -> Page[ItemT]:
        return await _Pages(self._list, self._list.start()).first()

    def __aiter__(self) -> AsyncIterator[ItemT]:
        """Return every item, fetching pages as needed."""
        return _Items(self.pages())

    def pages(self, *, resume: str | None = None) -> AsyncIterator[Page[ItemT]]:
        """Return the pages, from the beginning or from where a token says.

        Args:
            resume: The `resume_token` of a page or of an error of the same list.

        Raises:
            InvalidArgumentError: If the token is none of ours, or belongs to another list or other filters.
            CallError: If a page cannot be fetched; its `resume_token` says where to go on.
            InvalidRecordError: If a record cannot be read; its `resume_token` leads behind the record.
            PaginationError: If the server gives the same page again and again.
        """
        return _Pages(self._list, self._list.start() if resume is None else self._list.resumed(resume))


_Request: TypeAlias = Callable[[int, int, datetime | None], Operation[ListDocument[ItemT]]]


class _List(Generic[ItemT]):
    """A list of the server: fetches its pages."""

    def __init__(
        self,
        sender: Sender,
        request: _Request[ItemT],
        *,
        now: Callable[[], datetime] | None,
        max_page_size: int | None,
        page_size: int,
        max_items: int | None,
        prefetch: int,
    ) -> None:
        self._sender = sender
        self.request = request
        self.now = now
        self._max_page_size = max_page_size
        self._page_size = page_size
        self.max_items = max_items
        self.prefetch = prefetch
        self._call: Operation[object] = request(1, 0, None)
        self._key = list_key(self._call)
        self.name = self._call.name

    def start(self) -> Position:
        until = None if self.now is None else self.now().isoformat()
        return Position(self._key, until=until)

    def resumed(self, token: str) -> Position:
        return Position.from_token(token, self._key)

    def pager(self, start: Position) -> Pager[ListDocument[ItemT], ItemT]:
        known = PhoneNumberSet()

        def new(items: Sequence[ItemT]) -> Sequence[bool]:
            ids = [item.id for item in items]
            return [is_new or not id_ for id_, is_new in zip(ids, known.add(ids), strict=True)]

        return Pager(
            self._call,
            start,
            page_size=self._page_size,
            read=lambda document: document,
            shows_more=says_more,
            max_page_size=self._max_page_size,
            max_items=self.max_items,
            new=new,
        )

    async def fetch(self, request: PageRequest, until: str | None) -> ListDocument[ItemT]:
        end = None if until is None else datetime.fromisoformat(until)
        return await self._sender.send(self.request(request.limit, request.offset, end))


# The two below are objects, not async generators: those would have to be closed where a loop is left, and trio warns.


class _Pages(AsyncOnly, Generic[ItemT]):
    """A walk through the pages of a list."""

    _how_to_read = "`async for page in ...`"

    def __init__(self, pages: _List[ItemT], start: Position) -> None:
        self._list = pages
        self._until = start.until
        self._pager = pages.pager(start)
        self._ahead = 0  # nothing is fetched ahead of the first page: most lists have but one
        self._failure: Exception | None = None

    def __aiter__(self) -> AsyncIterator[Page[ItemT]]:
        return self

    async def __anext__(self) -> Page[ItemT]:
        while True:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            if self._pager.over:
                raise StopAsyncIteration
            result = await self._next()
            if result.failure is not None:
                self._failure = result.failure
            if result.items:
                return _page_of(result)

    async def first(self) -> Page[ItemT]:
        """Fetch the first page."""
        if self._pager.over:
            return Page((), has_more=False, resume_token=None)
        result = await self._next()
        if result.failure is not None:
            raise result.failure
        return _page_of(result)

    async def _next(self) -> PageResult[ItemT]:
        if not self._pager.can_give:
            try:
                await self._fetch()
            except BaseException:  # cancelled: what was under way never comes, and the walk ends here
                self._pager.over = True
                raise
            self._ahead = self._list.prefetch
        return self._pager.give()

    async def _fetch(self) -> None:
        """Fetch the page that is needed, and some ahead."""
        wanted: list[PageRequest] = []
        request = self._pager.needed()
        while request is not None:
            wanted.append(request)
            request = self._pager.ahead() if len(wanted) <= self._ahead else None
        if len(wanted) == 1:
            await self._fetch_one(wanted[0])
            return
        async with anyio.create_task_group() as group:
            for request in wanted:
                group.start_soon(self._fetch_one, request)

    async def _fetch_one(self, request: PageRequest) -> None:
        try:
            self._pager.arrived(request, await self._list.fetch(request, self._until))
        except Exception as error:  # noqa: BLE001 - raised in its turn by the reader's own task
            self._pager.arrived(request, error)


def _page_of(result: PageResult[ItemT]) -> Page[ItemT]:
    """Return a page as its reader sees it."""
    has_more = not result.last or result.failure is not None
    return Page(tuple(result.items), has_more, result.end.token if has_more else None)


class _Items(AsyncOnly, Generic[ItemT]):
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

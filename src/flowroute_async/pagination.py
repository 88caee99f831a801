"""Lists in pages: await the first, iterate over all items, or walk page by page and resume where it broke.

Pages are asked for by offset. The server's `next` link is read only as "there is more": its address is never requested,
since the vendor's links name other hosts and paths.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import anyio

from flowroute_async.arguments import HasId, whole_number
from flowroute_async.errors import CallError, InvalidArgumentError, PaginationError
from flowroute_async.sender import Sender
from flowroute_openapi.types import Operation

ItemT = TypeVar("ItemT", bound=HasId)
ItemT_co = TypeVar("ItemT_co", bound=HasId, covariant=True)

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
        max_page_size: int | None,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        default_page_size: int = 200,
    ) -> None:
        """Check the arguments; nothing is sent yet.

        Args:
            sender: What sends the calls.
            request: Builds the call of a page from its limit and offset.
            max_page_size: The most items that the endpoint puts on a page, or None where it has no limit.
            page_size: Items to a page, from 1 to that maximum, which is the default.
            max_items: The most items to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            default_page_size: The page size where the endpoint has no limit and none is given.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        self._sender = sender
        self._request = request
        self._page_size = (
            max_page_size or default_page_size
            if page_size is None
            else whole_number("page_size", page_size, 1, max_page_size, unit="items")
        )
        self._max_items = None if max_items is None else whole_number("max_items", max_items, 0, None, unit="items")
        self._prefetch = whole_number("prefetch", prefetch, 0, _MAX_PREFETCH, unit="pages")
        self._start = Position(request(1, 0).name)

    def __await__(self) -> Generator[object, None, Page[ItemT]]:
        """Fetch the first page."""
        return self._first().__await__()

    async def _first(self) -> Page[ItemT]:
        limit = self._limit(self._start, self._page_size)
        return await self._fetch(self._start, limit) if limit else Page((), has_more=False, resume_token=None)

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        """Give every item, fetching pages as needed."""
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, *, resume: str | None = None) -> AsyncIterator[Page[ItemT]]:
        """Give the pages, from the beginning or from where a token says.

        Args:
            resume: The `resume_token` of a page or of an error of the same list.

        Raises:
            InvalidArgumentError: If the token is none of ours.
            CallError: If a page cannot be fetched; its `resume_token` says where to go on.
            PaginationError: If the server gives the same page again and again.
        """
        position = self._start if resume is None else Position.from_token(resume, self._start.list_name)
        size, ahead = self._page_size, 0
        seen: set[tuple[str, str, int]] = set()
        while (limit := self._limit(position, size)) > 0:
            for page in await self._fetch_window(position, size, 1 + ahead):
                if isinstance(page, Exception):
                    raise page
                if not page.items:
                    return
                self._refuse_circles(page.items, seen, position)
                position = position.after(len(page.items))
                yield page
                if not page.has_more:
                    return
                if len(page.items) != limit:  # the server keeps to another size: what was fetched ahead does not fit
                    size = max(1, len(page.items)) if len(page.items) < limit else size
                    break
                limit = self._limit(position, size)
            ahead = self._prefetch  # nothing is fetched ahead of the first page: most lists have but one

    async def _fetch_window(self, position: Position, size: int, count: int) -> list[Page[ItemT] | Exception]:
        """Fetch consecutive pages at once; a failure takes the place of its page."""
        wanted: list[tuple[Position, int]] = []
        while len(wanted) < count and (limit := self._limit(position, size)) > 0:
            wanted.append((position, limit))
            position = position.after(limit)
        if len(wanted) == 1:
            return [await self._fetch(*wanted[0])]
        pages: list[Page[ItemT] | Exception] = [PaginationError(self._request(1, 0), "not fetched")] * len(wanted)

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
        items = tuple(document.data) if self._max_items is None else tuple(document.data[:limit])
        has_more = bool(items) and document.links is not None and document.links.next is not None
        return Page(items, has_more, position.after(len(items)).token if has_more else None)

    def _limit(self, position: Position, size: int) -> int:
        return size if self._max_items is None else min(size, max(0, self._max_items - position.given))

    def _refuse_circles(self, items: Sequence[ItemT], seen: set[tuple[str, str, int]], position: Position) -> None:
        mark = (items[0].id, items[-1].id, len(items))
        if mark in seen:
            error = PaginationError(self._request(1, 0), "the server gave a page that it had given before")
            error.resume_token = position.token
            raise error
        seen.add(mark)

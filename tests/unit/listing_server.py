"""A server of one list, as a sender: no HTTP, and every way of paging wrongly on request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

import anyio

from flowroute_async import NoAnswerError, Page, Paginator
from flowroute_async.resources.numbers import Numbers
from flowroute_openapi import Operation
from flowroute_openapi.models import AvailableCode, AvailableCodeListDocument, PageLinks
from tests.stand_in import StandIn

T = TypeVar("T")

FOREIGN = "https://elsewhere.example/v2/steal?offset=1"


@dataclass
class ListingServer(StandIn):
    """Area codes "0" to `total - 1`, an offset and a limit at a time."""

    total: int
    largest_page: int = 400
    fails_at: int | None = None
    next_link: Callable[[bool], str | None] = lambda has_more: FOREIGN if has_more else None
    offset_of: Callable[[int], int] = lambda offset: offset
    limit_of: Callable[[int], int] = lambda limit: limit
    asked: list[tuple[int, int]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def send(self, operation: Operation[T], /) -> T:
        query = dict(operation.query)
        asked = int(query["offset"]), int(query["limit"])
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await anyio.lowlevel.checkpoint()
        finally:
            self.in_flight -= 1
        begin = self.offset_of(asked[0])
        end = min(begin + min(self.limit_of(asked[1]), self.largest_page), self.total)
        if self.fails_at is not None and begin <= self.fails_at < end:
            self.fails_at = None
            raise NoAnswerError(operation, "the connection broke")
        codes = tuple(AvailableCode(id=str(place), type="areacode") for place in range(begin, end))
        links = PageLinks(next=self.next_link(end < self.total))
        return cast("T", AvailableCodeListDocument(data=codes, links=links))

    def codes(
        self, page_size: int | None = None, max_items: int | None = None, prefetch: int = 0
    ) -> Paginator[AvailableCode]:
        """List the codes through the facade."""
        return Numbers(self).area_codes(page_size=page_size, max_items=max_items, prefetch=prefetch)


def numbered(page: Page[AvailableCode]) -> list[int]:
    return [int(code.id) for code in page.items]

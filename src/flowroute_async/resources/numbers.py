"""Phone numbers: search those for sale, purchase them, one or many, and look at those on the account."""

from collections.abc import Callable
from typing import Any, Literal, Unpack, cast, overload

import anyio

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import (
    CallError,
    InvalidResponseError,
    NotFoundError,
    OutcomeUnknownError,
    ResponseTooLargeError,
)
from flowroute_async.jobs.details import DetailedList, ManyDetails
from flowroute_async.jobs.number_jobs import NumberJobs
from flowroute_async.jobs.query_job import OnError
from flowroute_async.jobs.reporting import JobProgress
from flowroute_async.jobs.sources import Many
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi.api.numbers import (
    ListAvailableAreaCodesQuery,
    ListAvailableExchangesQuery,
    ListNumbersQuery,
    SearchAvailableNumbersQuery,
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_numbers,
    purchase_number,
    search_available_numbers,
)
from flowroute_openapi.models import AccountNumber, AvailableCode, AvailableNumber, NumberDocument, Relationship, Route
from flowroute_openapi.reading import extended

__all__ = ["NumberDetails", "Numbers"]

_MAX_AREA_CODES = 400


class NumberDetails(AccountNumber):
    """A number of the account with what it is connected to.

    Attributes:
        routes: Its routes, as the answer brought them along.
    """

    routes: tuple[Route, ...] = ()

    @property
    def primary_route_id(self) -> str | None:
        """The id of the route that calls take."""
        return _id(self.relationships.primary_route) if self.relationships else None

    @property
    def failover_route_id(self) -> str | None:
        """The id of the route that calls take where the primary one fails."""
        return _id(self.relationships.failover_route) if self.relationships else None

    @property
    def e911_address_id(self) -> str | None:
        """The id of the emergency address."""
        return _id(self.relationships.e911_address) if self.relationships else None

    @property
    def cnam_record_id(self) -> str | None:
        """The id of the caller ID record (the vendor's `cnam_preset`)."""
        return _id(self.relationships.cnam_preset) if self.relationships else None

    @property
    def primary_route(self) -> Route | None:
        """The route that calls take, where the answer brought it along."""
        return self._route(self.primary_route_id)

    @property
    def failover_route(self) -> Route | None:
        """The route that calls take where the primary one fails, where the answer brought it along."""
        return self._route(self.failover_route_id)

    def _route(self, route_id: str | None) -> Route | None:
        return next((route for route in self.routes if route.id == route_id), None)


class Numbers(NumberJobs):
    """Phone numbers."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def search(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[SearchAvailableNumbersQuery],
    ) -> Paginator[AvailableNumber]:
        """Search the numbers for sale.

        Args:
            page_size: Numbers to a page, from 1 to 200, which is the default.
            max_items: The most numbers to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters. `starts_with`, `contains` and `ends_with` are strings of digits (the
                country code 1 is added to `starts_with` unless it begins with a plus); `state` is two letters;
                `rate_center` is abbreviated, in any letter case.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, SearchAvailableNumbersQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: search_available_numbers(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    def area_codes(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListAvailableAreaCodesQuery],
    ) -> Paginator[AvailableCode]:
        """List the area codes in which numbers are for sale; their ids are the codes, such as "206".

        Args:
            page_size: Codes to a page, from 1 to 400, which is the default.
            max_items: The most codes to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `max_setup_cost` in US dollars.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListAvailableAreaCodesQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_available_area_codes(limit=limit, offset=offset, **checked),
            max_page_size=_MAX_AREA_CODES,
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    def exchanges(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListAvailableExchangesQuery],
    ) -> Paginator[AvailableCode]:
        """List the exchanges in which numbers are for sale; their ids are area code and exchange, such as "347215".

        Args:
            page_size: Exchanges to a page, from 1 to 200, which is the default.
            max_items: The most exchanges to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `max_setup_cost` in US dollars, `areacode` of three digits.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListAvailableExchangesQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_available_exchanges(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    @overload
    def list(
        self,
        *,
        details: Literal[False] = False,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListNumbersQuery],
    ) -> Paginator[AccountNumber]: ...

    @overload
    def list(
        self,
        *,
        details: Literal[True],
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListNumbersQuery],
    ) -> Paginator[NumberDetails]: ...

    def list(
        self,
        *,
        details: bool = False,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListNumbersQuery],
    ) -> Paginator[AccountNumber] | Paginator[NumberDetails]:
        """List the numbers on the account.

        Args:
            details: Give each number as `get` does, with its connections and routes: one more request for each, several
                at once. A number that is released in between is left out.
            page_size: Numbers to a page, from 1 to 200, which is the default.
            max_items: The most numbers to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `starts_with`, `contains` and `ends_with` as strings of digits, `alias`.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListNumbersQuery.__annotations__)
        paging: dict[str, Any] = {"page_size": page_size, "max_items": max_items, "prefetch": prefetch}
        if details:
            sender = DetailedList(self._sender, self.get)
            return Paginator[NumberDetails](
                sender,
                # What the sender makes of each page.
                lambda limit, offset: cast("Any", list_numbers(limit=limit, offset=offset, **checked)),
                **paging,
            )
        return Paginator(
            self._sender, lambda limit, offset: list_numbers(limit=limit, offset=offset, **checked), **paging
        )

    async def get(self, number: str | HasId) -> NumberDetails:
        """Look up a number of the account, with the ids of what it is connected to, and its routes.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            InvalidArgumentError: If it is no North American number.
            NotFoundError: If it is not on the account.
        """
        return _details(await self._sender.send(get_number(arguments.phone_number("number", number))))

    def get_many(
        self,
        numbers: Many[str | HasId],
        *,
        concurrency: int | None = None,
        on_error: OnError = "collect",
        progress: Callable[[JobProgress], None] | None = None,
    ) -> ManyDetails[NumberDetails]:
        """Look up many numbers of the account, several at once; they come in their order.

            many = client.numbers.get_many(numbers)
            async for details in many:
                ...
            print(many.report)

        Args:
            numbers: The numbers: a list, which is checked before anything is sent, or any other iterable, sync or
                async, such as `client.numbers.list()`.
            concurrency: Requests in flight, at most the client's `max_concurrency`, which is the default.
            on_error: What a number does whose details do not come: "collect" lists it in the report, and the others go
                on; "raise" raises its error, after the details before it. Keys that are not accepted always raise.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.

        Raises:
            InvalidArgumentError: If a number of a list is none, or an argument is out of its range.
        """
        most = self._sender.max_concurrency
        return ManyDetails(
            self.get,
            numbers,
            concurrency=most
            if concurrency is None
            else arguments.whole_number("concurrency", concurrency, 1, most, unit="requests"),
            on_error=on_error,
            progress=progress,
            expected_rate=self._sender.rates.api,
        )

    async def purchase(self, number: str | HasId) -> NumberDetails:
        """Purchase a number that is for sale. It costs money, and is never sent twice.

        Where no answer comes, or none that can be read, the number's details tell: if it is on the account, it was
        bought, and they are given.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            InvalidArgumentError: If it is no North American number.
            NotFoundError: If it is not for sale.
            PermissionDeniedError: If the account may not buy it, for want of funds for instance.
            OutcomeUnknownError: If no answer came and the number is not on the account, or that cannot be told either.
        """
        number_id = arguments.phone_number("number", number)
        try:
            return _details(await self._sender.send(purchase_number(number_id)))
        except (OutcomeUnknownError, InvalidResponseError, ResponseTooLargeError) as unknown:
            with anyio.move_on_after(unknown.time_left) as looking:  # the deadline is that of both calls together
                try:
                    return await self.get(number_id)
                except NotFoundError:
                    note = "The number was not on the account when asked afterwards; ask again before buying it."
                    unknown.add_note(note)
                except CallError as error:
                    unknown.add_note(f"Whether the number is on the account could not be told: {type(error).__name__}.")
            if looking.cancelled_caught:
                unknown.add_note("No time was left to ask whether the number is on the account.")
            raise


def _details(document: NumberDocument) -> NumberDetails:
    routes = tuple(one for one in document.included or () if one.type == "route")
    return extended(NumberDetails, document.data, document.unread, routes=routes)


def _id(relationship: Relationship | None) -> str | None:
    return relationship.data.id if relationship is not None and relationship.data is not None else None

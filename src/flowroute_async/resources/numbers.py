"""Phone numbers: search those for sale, purchase them, one or many, and look at those on the account."""

from collections.abc import Callable
from typing import Any, Literal, Unpack, cast, overload

import anyio

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.decoding import decoded
from flowroute_async.errors import (
    CallError,
    InvalidResponseError,
    NotFoundError,
    OutcomeUnknownError,
    ResponseTooLargeError,
)
from flowroute_async.jobs.details import DetailedList, ManyDetails
from flowroute_async.jobs.number_jobs import NumberJobs
from flowroute_async.jobs.reporting import JobProgress, Watch
from flowroute_async.jobs.settings import OnError
from flowroute_async.jobs.sources import Many
from flowroute_async.message_callbacks import CallbackKind, callback_kind, callback_setting
from flowroute_async.number_changes import (
    NumberChanges,
    NumberOptions,
    number_change,
    purchase_options,
    unseen_messaging,
)
from flowroute_async.pagination import Paginator
from flowroute_async.resources.number_details import NumberDetails, number_details
from flowroute_async.sender import Sender
from flowroute_openapi import (
    ListAvailableAreaCodesQuery,
    ListAvailableExchangesQuery,
    ListAvailableTiersQuery,
    ListNumbersQuery,
    SearchAvailableNumbersQuery,
    delete_number_callback,
    get_number,
    get_number_callback,
    list_available_area_codes,
    list_available_exchanges,
    list_available_tiers,
    list_numbers,
    purchase_number,
    release_number,
    search_available_numbers,
    set_number_callback,
    update_number,
)
from flowroute_openapi.models import AccountNumber, AvailableCode, AvailableNumber, Callback

__all__ = ["Numbers"]

_MAX_AREA_CODES = 400


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
                country code 1 is added to `starts_with` unless it begins with a plus); `state` is a code or a name;
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
            InvalidArgumentError: If it is no phone number.
            NotFoundError: If it is not on the account.
        """
        return number_details(await self._sender.send(get_number(arguments.phone_number("number", number))))

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
            watch=Watch(progress, self._sender.hooks),
            expected_rate=self._sender.rates.api,
        )

    async def purchase(self, number: str | HasId, **options: Unpack[NumberOptions]) -> NumberDetails:
        """Purchase a number that is for sale. It costs money, and is never sent twice.

        Where no answer comes, or none that can be read, the number's details tell: if it is on the account, it was
        bought, and they are given.

        Args:
            number: The number, in any usual form, or the resource.
            **options: What to set up with it, see `NumberOptions`.

        Returns:
            The number. Where it was bought and messaging could not be set up, `incomplete` says so, and what to repeat;
            so it does where the answer was lost and the details show no messaging.

        Raises:
            InvalidArgumentError: If it is no phone number, or an option is not of its form.
            NotFoundError: If it is not for sale.
            PermissionDeniedError: If the account may not buy it, for want of funds for instance.
            OutcomeUnknownError: If no answer came and the number is not on the account, or that cannot be told either.
        """
        number_id, body = arguments.phone_number("number", number), purchase_options(options)
        try:
            raw = await self._sender.send_raw(purchase_number(number_id, body))
            return number_details(decoded(raw), raw.status_code, done="bought")
        except (OutcomeUnknownError, InvalidResponseError, ResponseTooLargeError) as unknown:
            with anyio.move_on_after(unknown.time_left) as looking:  # the deadline is that of both calls together
                try:
                    found = await self.get(number_id)
                    missing = unseen_messaging(found, wanted=bool(options.get("messaging_enabled")))
                    return found.model_copy(update={"incomplete": missing})
                except NotFoundError:
                    note = "The number was not on the account when asked afterwards; ask again before buying it."
                    unknown.add_note(note)
                except CallError as error:
                    unknown.add_note(f"Whether the number is on the account could not be told: {type(error).__name__}.")
                except BaseException as error:  # cancelled: what is said of the look-up is not said of the purchase
                    error.add_note(f"flowroute_async: {unknown.operation.name}: it may have been carried out")
                    raise
            if looking.cancelled_caught:
                unknown.add_note("No time was left to ask whether the number is on the account.")
            raise

    async def update(self, number: str | HasId, **changes: Unpack[NumberChanges]) -> NumberDetails:
        """Change the alias of a number, whether callers' names are looked up, or whether it can send messages.

        Looking callers' names up and messaging cost money. Where messaging is enabled, the call is not repeated by
        itself: it begins a task of the vendor's.

        Args:
            number: The number, in any usual form, or the resource.
            **changes: What to change, see `NumberChanges`. None clears `alias`, and nothing else; what is not given
                stays.

        Returns:
            The number. Where it was changed and messaging could not be set up, `incomplete` says so.

        Raises:
            InvalidArgumentError: If a change is not of its form, something else than the alias is None, or nothing
                changes.
            NotFoundError: If the number is not on the account.
            OutcomeUnknownError: If no answer came to enabling messaging; `get` tells whether it is enabled.
        """
        operation = update_number(arguments.phone_number("number", number), number_change(changes))
        raw = await self._sender.send_raw(operation)
        return number_details(decoded(raw), raw.status_code)

    async def release(self, number: str | HasId) -> None:
        """Release a number from the account: **anyone may purchase it then, and it may never come back**.

        Its monthly fee ends. Calls and messages to it no longer reach you. Unassociate its emergency address first.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            InvalidArgumentError: If it is no number.
            NotFoundError: If it is not on the account.
        """
        await self._sender.send(release_number(arguments.phone_number("number", number)))

    def tiers(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListAvailableTiersQuery],
    ) -> Paginator[AvailableCode]:
        """List the pricing tiers that have numbers for sale; their ids are the names, such as "Standard".

        Args:
            page_size: Tiers to a page, from 1 to 200, which is the default.
            max_items: The most tiers to return, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters; there are none yet.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListAvailableTiersQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_available_tiers(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def set_callback(self, number: str | HasId, kind: CallbackKind, url: str) -> None:
        """Set where messages of a number are called back, in place of the account's setting.

        Args:
            number: The number, in any usual form, or the resource.
            kind: "sms" or "mms" for inbound messages, "sms_dlr" or "mms_dlr" for delivery receipts.
            url: An absolute http or https URL that the vendor can reach.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            NotFoundError: If the number is not on the account.
        """
        number_id, product = arguments.phone_number("number", number), callback_kind(kind)
        await self._sender.send(set_number_callback(number_id, product, callback_setting(url)))

    async def get_callback(self, number: str | HasId, kind: CallbackKind) -> Callback:
        """Return the callback URL for messages of a number.

        That this call exists is inferred from a document of the vendor's that was never released.

        Args:
            number: The number, in any usual form, or the resource.
            kind: As in `set_callback`.

        Raises:
            NotFoundError: If the number is not on the account, or has no such callback.
        """
        number_id, product = arguments.phone_number("number", number), callback_kind(kind)
        return (await self._sender.send(get_number_callback(number_id, product))).data

    async def delete_callback(self, number: str | HasId, kind: CallbackKind) -> None:
        """Remove a callback of a number: the account's setting counts then.

        That this call exists is inferred from a document of the vendor's that was never released.

        Args:
            number: The number, in any usual form, or the resource.
            kind: As in `set_callback`.

        Raises:
            NotFoundError: If the number is not on the account, or has no such callback.
        """
        number_id, product = arguments.phone_number("number", number), callback_kind(kind)
        await self._sender.send(delete_number_callback(number_id, product))

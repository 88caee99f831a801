"""Phone numbers: search those for sale, purchase them, one or many, and look at those on the account."""

from collections.abc import Callable
from contextlib import aclosing
from decimal import Decimal
from typing import Unpack

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
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.journal import Journal
from flowroute_async.jobs.progress import Progress
from flowroute_async.jobs.purchase import Order, PurchaseReport, purchase_many
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.search import BulkSearch, OnError, Settings
from flowroute_async.jobs.sources import Many, Sources
from flowroute_async.message_callbacks import CallbackKind, callback_kind, callback_setting
from flowroute_async.number_changes import NumberChanges, NumberOptions, number_change, purchase_options
from flowroute_async.pagination import Paginator
from flowroute_async.resources.number_details import NumberDetails, number_details
from flowroute_async.sender import Sender
from flowroute_openapi.api.numbers import (
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


class Numbers:
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

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListNumbersQuery],
    ) -> Paginator[AccountNumber]:
        """List the numbers on the account.

        Args:
            page_size: Numbers to a page, from 1 to 200, which is the default.
            max_items: The most numbers to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `starts_with`, `contains` and `ends_with` as strings of digits, `alias`.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListNumbersQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_numbers(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def get(self, number: str | HasId) -> NumberDetails:
        """Look up a number of the account, with the ids of what it is connected to, and its routes.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            InvalidArgumentError: If it is no North American number.
            NotFoundError: If it is not on the account.
        """
        return number_details(await self._sender.send(get_number(arguments.phone_number("number", number))))

    async def purchase(self, number: str | HasId, **options: Unpack[NumberOptions]) -> NumberDetails:
        """Purchase a number that is for sale. It costs money, and is never sent twice.

        Where no answer comes, or none that can be read, the number's details tell: if it is on the account, it was
        bought, and they are given.

        Args:
            number: The number, in any usual form, or the resource.
            **options: What to set up with it, see `NumberOptions`.

        Returns:
            The number. Where it was bought and messaging could not be set up, `incomplete` says so.

        Raises:
            InvalidArgumentError: If it is no North American number, or an option is not of its form.
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
                    return await self.get(number_id)
                except NotFoundError:
                    note = "The number was not on the account when asked afterwards; ask again before buying it."
                    unknown.add_note(note)
                except CallError as error:
                    unknown.add_note(f"Whether the number is on the account could not be told: {type(error).__name__}.")
            if looking.cancelled_caught:
                unknown.add_note("No time was left to ask whether the number is on the account.")
            raise

    async def update(self, number: str | HasId, **changes: Unpack[NumberChanges]) -> NumberDetails:
        """Change the alias of a number, whether callers' names are looked up, or whether it can send messages.

        Looking callers' names up and messaging cost money. Where messaging is enabled, the call is not repeated by
        itself: it begins a task of the vendor's.

        Args:
            number: The number, in any usual form, or the resource.
            **changes: What to change, see `NumberChanges`. None clears the alias; what is not given stays.

        Returns:
            The number. Where it was changed and messaging could not be set up, `incomplete` says so.

        Raises:
            InvalidArgumentError: If a change is not of its form, or nothing changes.
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
        """Look up where messages of a number are called back.

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

    def bulk_search(
        self,
        *,
        queries: Many[NumberQuery] | None = None,
        area_codes: Many[str | HasId] | None = None,
        exchanges: Many[str | HasId] | None = None,
        states: Many[str] | None = None,
        rate_centers: Many[str] | None = None,
        max_items: int | None = None,
        ordered: bool = False,
        concurrency: int | None = None,
        on_error: OnError = "collect",
        progress: Callable[[Progress], None] | None = None,
        checkpoint: PathLike | None = None,
        replay: bool = False,
        **filters: Unpack[SearchAvailableNumbersQuery],
    ) -> BulkSearch:
        """Search the numbers for sale by many queries at once.

            async with client.numbers.bulk_search(states=["WA", "OR"], contains="777", max_items=1000) as search:
                async for number in search:
                    ...
            print(search.report)

        Each source is a list or any other iterable, sync or async, such as `client.numbers.area_codes()`. Several
        make a cross product, in the order of nested loops: `queries` outermost, then `area_codes` or `exchanges`,
        `states`, `rate_centers`. The outermost may be endless. Without a source there is one query, of the filters.

        No number is given twice, though queries may overlap. Where numbers are sold while a query is paged through,
        those behind them move up, and some may be missed.

        With a checkpoint, numbers and positions are committed to the file together, before the numbers are given. A
        later run with the same sources and filters goes on where the file ends, failed queries included; a query that
        comes twice is left out. Numbers that are in the file already are not given again unless `replay` is set. So
        after a crash the file holds each number once; the last ones may not have been given, and `replay` or
        `flowroute_async.jobs.export` brings them. Area codes, exchanges and the like that come from generators or
        paginators are read again; only lists are compared with those of the earlier run.

        Args:
            queries: Searches as `NumberQuery`.
            area_codes: Area codes, such as "206", or the resources.
            exchanges: Exchanges with their area codes, such as "206555", or the resources.
            states: US states and Canadian provinces, two letters.
            rate_centers: Rate centers, abbreviated.
            max_items: The most numbers to find, those of the checkpoint included, or None for all. When there are so
                many, what is in flight is stopped at once.
            ordered: Give the numbers in the order of the queries, and within each in the server's, at the cost of
                waiting for the slowest. Otherwise they come as they are found.
            concurrency: Requests in flight, at most the client's `max_concurrency`, which is the default.
            on_error: What a failed query does: "collect" lists it in the report with its resume token, and the others
                go on; "raise" stops all and raises its error to whoever iterates. Keys that are not accepted always
                raise, since every further call would fail the same way. A source that fails raises after the queries
                that came before it, or at once with "raise".
            progress: Called with a `Progress`, at most five times a second, and at the end. It must not block.
            checkpoint: A file to resume from; it is created where there is none. It belongs to one search.
            replay: Give the numbers of the checkpoint's earlier runs first.
            **filters: The filters of all queries, as in `search`.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or two would set the same filter.
        """
        most = self._sender.max_concurrency
        settings = Settings(
            concurrency=most
            if concurrency is None
            else arguments.whole_number("concurrency", concurrency, 1, most, unit="requests"),
            rate_allowed=self._sender.rates.api,
            max_items=max_items,
            ordered=ordered,
            on_error=on_error,
            progress=progress,
            checkpoint=checkpoint,
            replay=replay,
        )
        sources = Sources(
            NumberQuery(**filters),
            queries=queries,
            area_codes=area_codes,
            exchanges=exchanges,
            states=states,
            rate_centers=rate_centers,
        )
        return BulkSearch(self._sender, sources, settings)

    async def purchase_many(
        self,
        numbers: Many[AvailableNumber],
        *,
        max_cost: Decimal,
        count: int,
        journal: PathLike | None = None,
    ) -> PurchaseReport:
        """Purchase numbers, one after another, until there are enough. It costs money.

        Neither the count nor the budget is ever exceeded: what may have been bought counts as bought. A number that
        costs more than what is left of the budget is passed over. No number is tried twice.

        With a journal, each intent is on the disk before its call is sent. After a crash, the same call goes on: what
        was left open is looked up on the account, never bought again. A number that is not there yet stays unknown
        until five minutes after its call; then it was not bought.

        Args:
            numbers: Numbers for sale, in order of preference: a list, a paginator, or a bulk search that was entered.
            max_cost: US dollars for all of them, each with its setup cost and its first month.
            count: How many to have bought in the end, those of the journal included.
            journal: A file that the job can be resumed from; it is created where there is none.

        Returns:
            What became of each purchase. A failure that concerns more than one number ends it, and stands in
            `stopped_by`; so does an error of `numbers` itself, once anything was tried.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or the file is no journal or is in use.
            CallError: If open purchases of the journal cannot be looked up, or `numbers` fails before anything was
                tried.
        """
        order = Order(count, max_cost)
        async with aclosing(await Journal.open(journal)) as opened:
            return await purchase_many(self, numbers, order, opened)

"""`client.numbers` with what takes more than one call: bulk search, and purchases until there are enough."""

from collections.abc import Callable
from contextlib import aclosing
from decimal import Decimal
from typing import Protocol, Unpack

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.bulk.job_file import PathLike
from flowroute_async.bulk.journal import Journal
from flowroute_async.bulk.progress import Progress
from flowroute_async.bulk.purchase import Order, PurchaseReport, purchase_many
from flowroute_async.bulk.query import NumberQuery
from flowroute_async.bulk.search import BulkSearch, OnError, RawSender, Settings
from flowroute_async.bulk.sources import Many, Sources
from flowroute_async.resources.numbers import Numbers
from flowroute_async.sender import Sender
from flowroute_openapi.api.numbers import SearchAvailableNumbersQuery
from flowroute_openapi.models import AvailableNumber


class BulkSender(Sender, RawSender, Protocol):
    """Sends calls, and gives their answers decoded or as they came: a client, or a stand-in for one."""


class BulkNumbers(Numbers):
    """Phone numbers, many at once."""

    def __init__(self, sender: BulkSender, *, lanes: int, rate: float | None) -> None:
        """Take what a bulk search needs of a client.

        Args:
            sender: The client.
            lanes: How many requests it can have in flight.
            rate: Requests a second that it may send, or None where that is not known.
        """
        super().__init__(sender)
        self._bulk_sender = sender
        self._lanes = lanes
        self._rate = rate

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
        `flowroute_async.bulk.export` brings them. Area codes, exchanges and the like that come from generators or
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
        lanes = self._lanes
        settings = Settings(
            concurrency=lanes
            if concurrency is None
            else arguments.whole_number("concurrency", concurrency, 1, lanes, unit="requests"),
            rate_allowed=self._rate,
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
        return BulkSearch(self._bulk_sender, sources, settings)

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

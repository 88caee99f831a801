"""The jobs of `client.numbers`: searches, purchases, updates and releases of many numbers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import Unpack, cast

from anyio.to_thread import run_sync

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.journal import Journal, Purchase
from flowroute_async.jobs.number_rows import Keeper, NumbersReport, release_many, update_many
from flowroute_async.jobs.progress import Progress
from flowroute_async.jobs.purchase import Buyer, Order, PurchaseReport, purchase_many, purchase_plan, settle_open
from flowroute_async.jobs.purchase_plan import NumberGroup, PurchasePlan, Searcher, plan_purchases
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.reporting import JobProgress, Watch
from flowroute_async.jobs.search import BulkSearch
from flowroute_async.jobs.settings import OnError, Settings
from flowroute_async.jobs.sources import Many, Sources
from flowroute_async.number_changes import NumberOptions
from flowroute_async.sender import Sender
from flowroute_openapi import SearchAvailableNumbersQuery
from flowroute_openapi.models import AvailableNumber


class NumberJobs:
    """The jobs of `client.numbers`."""

    _sender: Sender

    def bulk_search(
        self,
        *,
        queries: Many[NumberQuery] | None = None,
        area_codes: Many[str | HasId] | None = None,
        exchanges: Many[str | HasId] | None = None,
        state_codes: Many[str] | None = None,
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

            async with client.numbers.bulk_search(state_codes=["WA", "OR"], contains="777", max_items=1000) as search:
                async for number in search:
                    ...
            print(search.report)

        Each source is a list or any other iterable, sync or async, such as `client.numbers.area_codes()`. Several
        make a cross product, in the order of nested loops: `queries` outermost, then `area_codes` or `exchanges`,
        `state_codes`, `rate_centers`. The outermost may be endless. Without a source there is one query, of the
        filters.

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
            state_codes: US states and Canadian provinces, two letters.
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
            state_codes=state_codes,
            rate_centers=rate_centers,
        )
        return BulkSearch(self._sender, sources, settings)

    async def purchase_many(
        self,
        numbers: Many[AvailableNumber] | PurchasePlan,
        *,
        max_cost: Decimal | None = None,
        count: int | None = None,
        exactly: bool = False,
        journal: PathLike | None = None,
        progress: Callable[[JobProgress], None] | None = None,
        **options: Unpack[NumberOptions],
    ) -> PurchaseReport:
        """Purchase numbers, one after another, until there are enough, or what a plan says. It costs money.

        Neither the count nor the budget is ever exceeded: what may have been bought counts as bought. A number that
        costs more than what is left of the budget is passed over. No number is tried twice.

        With a journal, each intent is on the disk before its call is sent. After a crash, the same call goes on: what
        was left open is looked up on the account, never bought again. A number that is not there yet stays unknown
        until five minutes after its call; then it was not bought.

        Args:
            numbers: Numbers for sale, in order of preference: a list, a paginator, or a bulk search that was entered;
                or a plan of `plan_purchases`: where a number of it is sold meanwhile, the next one of its group takes
                its place, and what the journal has of a group counts towards it.
            max_cost: US dollars for all of them, each with its setup cost and its first month. A plan has its own.
            count: How many to have bought in the end, those of the journal included. A plan has its own.
            exactly: Buy nothing but the numbers of the plan, at its prices: each is searched for again right before,
                and the first one that is gone or costs something else ends it, with a `PlanOutdatedError` in
                `stopped_by`.
            journal: A file that the job can be resumed from; it is created where there is none.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.
            **options: What to set up with each number, see `NumberOptions`. What that costs is not part of the budget.

        Returns:
            What became of each purchase. A failure that concerns more than one number ends it, and stands in
            `stopped_by`; so does an error of `numbers` itself, once anything was tried. `incomplete` has the numbers
            that were bought while messaging could not be set up; it is not tried again by a later run.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or the file is no journal or is in use.
            CallError: If open purchases of the journal cannot be looked up, or `numbers` fails before anything was
                tried.
        """
        buyer, searcher = cast("Buyer", self), cast("Searcher", self)
        watch = Watch(progress, self._sender.hooks)
        if isinstance(numbers, PurchasePlan):
            if max_cost is not None or count is not None:
                raise InvalidArgumentError("max_cost and count", "left out where a plan is given: it has its own")
            async with aclosing(await self._journal(journal)) as opened:
                offers = searcher if exactly else None
                return await purchase_plan(buyer, numbers, opened, watch, offers=offers, options=options)
        if exactly:
            raise InvalidArgumentError("exactly", "left out, or given with a plan")
        order = Order(cast("int", count), cast("Decimal", max_cost), options)
        async with aclosing(await self._journal(journal)) as opened:
            return await purchase_many(buyer, numbers, order, opened, watch)

    async def plan_purchases(
        self, groups: Collection[NumberGroup], *, max_cost: Decimal, journal: PathLike | None = None
    ) -> PurchasePlan:
        """Search for numbers by groups, and choose the cheapest of each within a budget. Nothing is bought.

            centers = [NumberGroup(rate_center=one, prefer={"ends_with": "77"}, max_price=Decimal(3)) for one in names]
            plan = await client.numbers.plan_purchases(centers, max_cost=Decimal(100))
            print(plan)
            report = await client.numbers.purchase_many(plan, journal="centers.db")

        Groups come in their order: where the budget ends, the last ones miss their numbers. Each list is read to its
        end, as the cheapest may be the last.

        Args:
            groups: What is wanted, as `NumberGroup`.
            max_cost: US dollars for all of them, each with its setup cost and its first month.
            journal: The journal of `purchase_many`, if there is one: what it has counts, and the plan is of the rest.

        Returns:
            Which number for which group, at which price; and how many numbers each group lacks.

        Raises:
            InvalidArgumentError: If an argument is out of its range, two groups have the same name, or the file is no
                journal or is in use.
            CallError: If a search fails, or open purchases of the journal cannot be looked up.
        """
        earlier: Sequence[Purchase] = ()
        if journal is not None and await run_sync(Path(journal).exists):
            async with aclosing(await self._journal(journal)) as opened:
                await settle_open(cast("Buyer", self), opened)
                earlier = await opened.purchases()
        most = self._sender.max_concurrency
        return await plan_purchases(cast("Searcher", self), groups, max_cost, concurrency=most, earlier=earlier)

    async def _journal(self, path: PathLike | None) -> Journal:
        clock = self._sender.clock
        return await Journal.open(path, now=lambda: clock.now().timestamp(), account=self._sender.account)

    async def update_many(
        self,
        updates: Many[Mapping[str, object]],
        *,
        journal: PathLike | None = None,
        progress: Callable[[JobProgress], None] | None = None,
    ) -> NumbersReport:
        """Update numbers of the account, several at once.

        With a journal, the same call goes on after a crash; what may have been done is done again, which has no further
        effect.

        Args:
            updates: Mappings of `number` and what to change of it, as in `update`. A list is checked before anything is
                sent.
            journal: A file that the job can be resumed from; it is created where there is none.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.

        Returns:
            What became of each number. A failure that concerns more than one ends the run, and stands in `stopped_by`.

        Raises:
            InvalidArgumentError: If a row of a list breaks a rule, or the file is no journal or is in use.
        """
        return await update_many(cast("Keeper", self), self._sender, updates, journal=journal, progress=progress)

    async def release_many(
        self,
        numbers: Many[str | HasId],
        *,
        journal: PathLike | None = None,
        progress: Callable[[JobProgress], None] | None = None,
    ) -> NumbersReport:
        """Release numbers of the account, several at once: **calls and messages to them end, and others can buy them**.

        With a journal, the same call goes on after a crash; a number that is gone by then was released by the run
        before.

        Args:
            numbers: The numbers. A list is checked before anything is sent.
            journal: A file that the job can be resumed from; it is created where there is none.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.

        Returns:
            What became of each number. A failure that concerns more than one ends the run, and stands in `stopped_by`.

        Raises:
            InvalidArgumentError: If a number of a list is none, or the file is no journal or is in use.
        """
        return await release_many(cast("Keeper", self), self._sender, numbers, journal=journal, progress=progress)

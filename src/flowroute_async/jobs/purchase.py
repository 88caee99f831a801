"""Buys numbers until there are enough, within a budget, and settles each purchase truthfully."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, Self, Unpack

import anyio

from flowroute_async import arguments
from flowroute_async.errors import (
    AuthenticationError,
    BadRequestError,
    CallError,
    FlowrouteError,
    InvalidArgumentError,
    NotFoundError,
    PlanOutdatedError,
    StatusError,
    ValidationFailedError,
)
from flowroute_async.hooks import JobItemOutcome
from flowroute_async.intent import on_record
from flowroute_async.jobs.grace import to_its_end
from flowroute_async.jobs.journal import Journal, Outcome, Purchase
from flowroute_async.jobs.purchase_plan import PurchasePlan, Searcher, amount, cost_of
from flowroute_async.jobs.reporting import Meter, Report, Watch
from flowroute_async.jobs.row_intent import RowIntent
from flowroute_async.jobs.row_job import NOT_CARRIED_OUT
from flowroute_async.jobs.sources import Many, each, each_until_exhausted
from flowroute_async.money import dollars
from flowroute_async.number_changes import Changed, NumberOptions, purchase_options, unseen_messaging
from flowroute_openapi.models import AccountNumber, AvailableNumber

SETTLED_AFTER = 300.0
"""Seconds: after this, a purchase whose number is not on the account was not carried out. Before, it may still be."""

_REFUSALS = range(400, 500)
_ITEM_OUTCOMES: Mapping[Outcome, JobItemOutcome] = {
    Outcome.BOUGHT: "done",
    Outcome.REFUSED: "refused",
    Outcome.UNKNOWN: "unknown",
}
_ABOUT_THE_NUMBER = (NotFoundError, BadRequestError, ValidationFailedError)


class Buyer(Protocol):
    """Buys numbers and looks them up: `client.numbers`, or a stand-in."""

    async def purchase(self, number: str, /, **options: Unpack[NumberOptions]) -> Changed:
        """Purchase a number."""
        ...

    async def get(self, number: str, /) -> AccountNumber:
        """Look up a number of the account."""
        ...


@dataclass(frozen=True, slots=True)
class PurchaseReport(Report):
    """The report of `purchase_many`; with a journal, of all runs of the job.

    Attributes:
        purchases: Every purchase that was tried, in order.
        count: How many numbers were wanted.
        max_cost: The budget, in US dollars.
        too_expensive: How many numbers were passed over in this run, since the rest of the budget was less than they
            cost.
        stopped_by: What ended the run before its time, or None: a failure that would have met every further number
            too, one of the source of numbers, or a candidate that is no number for sale.
    """

    purchases: Sequence[Purchase] = field(repr=False)
    count: int
    max_cost: Decimal
    too_expensive: int = 0
    stopped_by: FlowrouteError | None = None

    @property
    def bought(self) -> Sequence[Purchase]:
        """The purchases whose numbers are on the account."""
        return self._with(Outcome.BOUGHT)

    @property
    def incomplete(self) -> Sequence[Purchase]:
        """Those of `bought` for which messaging could not be set up; `reason` says what to repeat."""
        return [one for one in self.bought if one.reason]

    @property
    def refused(self) -> Sequence[Purchase]:
        """The purchases that were not carried out."""
        return self._with(Outcome.REFUSED)

    @property
    def unknown(self) -> Sequence[Purchase]:
        """The purchases that may have been carried out."""
        return self._with(Outcome.UNKNOWN)

    @property
    def spent(self) -> Decimal:
        """US dollars at the most: what was bought, and what may have been."""
        return sum((one.cost for one in self.purchases if one.outcome is not Outcome.REFUSED), Decimal(0))

    @property
    def complete(self) -> bool:
        """Whether as many were bought as were wanted."""
        return len(self.bought) >= self.count

    def __str__(self) -> str:
        """Summarize it in words, without the numbers."""
        bought, refused, unknown = len(self.bought), len(self.refused), len(self.unknown)
        lines = [
            f"{bought} of {self.count} numbers bought, {refused} refused, {unknown} unknown",
            f"{dollars(self.spent)} of {dollars(self.max_cost)} US dollars spent at the most",
        ]
        if self.incomplete:
            repeated = "repeat message_provisioning.enable for them, and nothing else"
            lines.append(f"{len(self.incomplete)} bought without messaging, which could not be set up: {repeated}")
        if self.too_expensive:
            lines.append(f"{self.too_expensive} passed over as too expensive")
        if self.stopped_by is not None:
            lines.append(f"stopped: {self.stopped_by}")
        return "\n".join(lines)

    def _with(self, outcome: Outcome) -> Sequence[Purchase]:
        return [one for one in self.purchases if one.outcome is outcome]


@dataclass(frozen=True, slots=True)
class Order:
    """An order for numbers.

    Attributes:
        count: How many numbers.
        max_cost: The budget: setup and the first month of all of them, in US dollars.
        options: What to set up with each.
    """

    count: int
    max_cost: Decimal
    options: NumberOptions = field(default_factory=NumberOptions)

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        arguments.whole_number("count", self.count, 0, None, unit="numbers")
        amount("max_cost", self.max_cost)
        purchase_options(self.options)


async def purchase_many(
    buyer: Buyer,
    numbers: Many[AvailableNumber],
    order: Order,
    journal: Journal,
    watch: Watch = Watch(),  # noqa: B008 - it cannot be changed
) -> PurchaseReport:
    """Buy numbers one after another.

    Purchases that were left open, by a crash or for want of an answer, are settled first by looking the number up;
    no number is ever tried twice. What remains unknown counts as bought, towards the count and the budget.

    Args:
        buyer: What buys.
        numbers: The numbers to choose from, in order of preference.
        order: What is wanted.
        journal: Where each purchase is written down.
        watch: Who is told what it does.

    Returns:
        What was bought. A failure that would meet every further number too, such as keys that are not accepted or an
        empty account, ends it and stands in the report; so does an error of `numbers` once anything was tried, by
        this run or an earlier one of the journal: what was bought before must not get lost in an error.

    Raises:
        InvalidArgumentError: If `numbers` begins with anything but numbers for sale, with their costs.
        FlowrouteError: If `numbers` fails before anything was tried.
        CallError: If open purchases cannot be looked up.
    """
    await settle_open(buyer, journal)
    earlier = await journal.purchases()
    if any(one.group for one in earlier):
        allowed = "the journal of purchases without groups, or a new one"
        raise InvalidArgumentError("journal", allowed, given="one of purchases by groups")
    with _Run(buyer, journal, order, earlier, watch=watch) as run:
        async with aclosing(each_until_exhausted(numbers)) as candidates:
            await run.buy(candidates, order.count)
    return await run.report()


async def purchase_plan(
    buyer: Buyer,
    plan: PurchasePlan,
    journal: Journal,
    watch: Watch = Watch(),  # noqa: B008 - it cannot be changed
    *,
    offers: Searcher | None = None,
    options: NumberOptions | None = None,
) -> PurchaseReport:
    """Buy what a plan says, group by group; what a journal has of a group counts towards it.

    Args:
        buyer: What buys.
        plan: The plan.
        journal: Where each purchase is written down.
        watch: Who is told what it does.
        offers: Where each number and its price are looked up before it is bought: the first one that is not as the plan
            says ends the run, and none that is not planned takes its place. None where others may.
        options: What to set up with each number.

    Raises:
        InvalidArgumentError: If an option is not of its form, or the journal is of purchases without groups.
        CallError: If open purchases cannot be looked up.
    """
    order = Order(plan.count, plan.max_cost, options or {})
    await settle_open(buyer, journal)
    earlier = await journal.purchases()
    if any(not one.group for one in earlier):
        allowed = "the journal of purchases by groups, or a new one"
        raise InvalidArgumentError("journal", allowed, given="one of purchases without groups")
    planned = {one.number for one in plan.planned}
    with _Run(buyer, journal, order, earlier, watch=watch, offers=offers) as run:
        for group in plan.groups:
            found = [one for one in plan.candidates[group.name] if offers is None or one.id in planned]
            async with aclosing(each(found)) as candidates:
                await run.buy(candidates, group.count - run.taken_of(group.name), group.name)
    return await run.report()


class _Run:
    """One run of a job: how many were taken so far, and what is left of the budget."""

    def __init__(
        self,
        buyer: Buyer,
        journal: Journal,
        order: Order,
        earlier: Sequence[Purchase],
        *,
        watch: Watch,
        offers: Searcher | None = None,
    ) -> None:
        self._offers = offers
        self.stopped_by: FlowrouteError | None = None
        self._buyer, self._journal, self._order = buyer, journal, order
        report = PurchaseReport(earlier, order.count, order.max_cost)
        self._tried = {one.number for one in earlier}
        self._groups = Counter(one.group for one in earlier if one.outcome is not Outcome.REFUSED)
        self._left = order.max_cost - report.spent
        self._too_expensive = 0
        self._meter = Meter("purchase_many", "numbers", watch, total=order.count, earlier=self._groups.total())

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Report the final progress."""
        self._meter.finish()

    def taken_of(self, group: str) -> int:
        """Return how many of a group were bought, or may have been."""
        return self._groups[group]

    async def buy(self, candidates: AsyncGenerator[object], count: int, group: str = "") -> None:
        """Buy from candidates until so many are taken, those of earlier runs included where there are no groups."""
        wanted = count + (self._groups[group] if group else 0)
        while self._groups[group] < wanted and self.stopped_by is None:
            try:
                number = await _next_for_sale(candidates)
            except FlowrouteError as error:
                if not self._tried:
                    raise
                self.stopped_by = error
                return
            if number is None:
                return
            if number.id not in self._tried:
                await self._try(number, group)

    async def _try(self, number: AvailableNumber, group: str) -> None:
        cost = cost_of(number)
        if cost > self._left:
            self._too_expensive += 1
            return
        if self._offers is not None:
            self.stopped_by = await _changed(self._offers, number.id, cost)
            if self.stopped_by is not None:
                return
        self._tried.add(number.id)
        await to_its_end(lambda scope: self._purchase(number.id, cost, group, scope))

    async def _purchase(self, number: str, cost: Decimal, group: str, scope: anyio.CancelScope) -> None:
        messaging = bool(self._order.options.get("messaging_enabled"))

        async def write() -> None:
            await self._journal.intend(number, cost, group, messaging=messaging)

        intent = RowIntent(scope, write, withdraw=lambda: self._journal.withdraw(number))
        outcome, reason, self.stopped_by = await self._outcome(number, intent)
        if outcome is None:
            return
        if not intent.is_written:  # refused before it could leave
            await write()
        await self._journal.settle(number, outcome, reason)
        is_taken = outcome is not Outcome.REFUSED
        if is_taken:
            self._groups[group] += 1
            self._left -= cost
        elif self._offers is not None:
            self.stopped_by = self.stopped_by or PlanOutdatedError(number, cost)
        self._meter.count(_ITEM_OUTCOMES[outcome], reason, is_progress=is_taken)

    async def _outcome(self, number: str, intent: RowIntent) -> tuple[Outcome | None, str, CallError | None]:
        """Buy a number; return what became of it, why, and the failure if it is not about this number alone.

        Nothing became of one whose call was not carried out.
        """
        try:
            with on_record(intent):
                bought = await self._buyer.purchase(number, **self._order.options)
        except NOT_CARRIED_OUT as error:
            if isinstance(error, AuthenticationError):
                await intent.withdraw()
            return (Outcome.UNKNOWN, str(error), error) if intent.is_written else (None, "", error)
        except (InvalidArgumentError, *_ABOUT_THE_NUMBER) as error:
            return Outcome.REFUSED, str(error), None
        except StatusError as error:
            refused = error.status_code in _REFUSALS
            return Outcome.REFUSED if refused else Outcome.UNKNOWN, str(error), error
        except CallError as error:
            return Outcome.UNKNOWN, str(error), None
        return Outcome.BOUGHT, bought.incomplete or "", None

    async def report(self) -> PurchaseReport:
        """Return what was bought, by this run and earlier ones."""
        purchases, order = await self._journal.purchases(), self._order
        return PurchaseReport(purchases, order.count, order.max_cost, self._too_expensive, self.stopped_by)


async def _changed(offers: Searcher, number: str, cost: Decimal) -> FlowrouteError | None:
    """Return why a number is not for sale as planned, or None where it is."""
    try:
        async with aclosing(each(offers.search(starts_with=number))) as found:
            prices = [cost_of(one) async for one in found if one.id == number]
    except FlowrouteError as error:
        return error
    if prices == [cost]:
        return None
    return PlanOutdatedError(number, cost, *prices[:1])


async def settle_open(buyer: Buyer, journal: Journal) -> None:
    """Look up each number whose purchase was left open, and write down what became of it.

    Raises:
        CallError: If one cannot be looked up.
    """
    for one in await journal.purchases():
        if one.outcome is not Outcome.UNKNOWN:
            continue
        try:
            found = await buyer.get(one.number)
        except NotFoundError:
            if journal.age(one) >= SETTLED_AFTER:
                await journal.settle(one.number, Outcome.REFUSED, "it never came to the account")
        else:
            missing = unseen_messaging(found, wanted=one.messaging)
            await journal.settle(one.number, Outcome.BOUGHT, missing or "")


async def _next_for_sale(candidates: AsyncGenerator[object]) -> AvailableNumber | None:
    async for number in candidates:
        if isinstance(number, AvailableNumber):
            return number
        allowed = "numbers for sale as a search gives them, since their costs count"
        given = f"a {type(number).__name__}"
        raise InvalidArgumentError("numbers", allowed, given=given, consequence="the purchases stopped there")
    return None

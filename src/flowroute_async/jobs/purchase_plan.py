"""A plan of purchases by groups: which number for which group, at which price, within one budget."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, Unpack, cast

import anyio

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.journal import Outcome, Purchase
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.reporting import Report
from flowroute_async.jobs.sources import each
from flowroute_async.money import dollars
from flowroute_openapi import SearchAvailableNumbersQuery
from flowroute_openapi.models import AvailableNumber

_ALTERNATES = 20


class Searcher(Protocol):
    """Searches numbers for sale: `client.numbers`, or a stand-in."""

    def search(self, **filters: Unpack[SearchAvailableNumbersQuery]) -> AsyncIterator[AvailableNumber]:
        """Search the numbers for sale."""
        ...


def cost_of(number: AvailableNumber) -> Decimal:
    """Return what buying a number costs: setup and the first month, both due at once, in US dollars."""
    return number.setup_cost + number.monthly_cost


@dataclass(frozen=True, slots=True, init=False)
class NumberGroup:
    """Numbers that are wanted alike: so many of those that filters find, the cheapest first.

        NumberGroup(rate_center="SEATTLE", state="WA", prefer={"ends_with": "77"}, max_price=Decimal(3))
        NumberGroup(5, any_of=[{"state": "WA"}, {"state": "OR"}], contains="77")

    Attributes:
        count: How many are wanted.
        queries: What they have to match: one of these.
        preferred: What they match if there are any; empty where nothing is preferred.
        max_price: US dollars that one may cost, setup and first month; None for any.
        cheapest: Whether the cheapest come first; otherwise those that the search lists first.
        name: What reports call it, and what a journal knows it by.
    """

    count: int
    queries: Sequence[NumberQuery]
    preferred: Sequence[NumberQuery]
    max_price: Decimal | None
    cheapest: bool
    name: str

    def __init__(
        self,
        count: int = 1,
        *,
        any_of: Sequence[SearchAvailableNumbersQuery] = (),
        prefer: SearchAvailableNumbersQuery | None = None,
        max_price: Decimal | None = None,
        cheapest: bool = True,
        name: str | None = None,
        **filters: Unpack[SearchAvailableNumbersQuery],
    ) -> None:
        """Check what is wanted.

        Args:
            count: How many numbers.
            any_of: Filters besides, of which one set has to match, such as those of several states.
            prefer: Filters besides: numbers that match them come first, and others fill up.
            max_price: US dollars that one may cost, setup and first month; None for any.
            cheapest: Take the cheapest: every number that matches is looked at. Otherwise take those that the search
                lists first, which is quicker.
            name: What reports call it, and what a journal knows it by; by default the filters.
            **filters: What they have to match, as in `client.numbers.search`.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or a filter is set twice.
        """
        query = NumberQuery(**filters)
        queries = tuple(query.merged(NumberQuery(**one)) for one in any_of) or (query,)
        preferred = () if prefer is None else tuple(one.merged(NumberQuery(**prefer)) for one in queries)
        values: Mapping[str, object] = {
            "count": arguments.whole_number("count", count, 1, None, unit="numbers"),
            "queries": queries,
            "preferred": preferred,
            "max_price": None if max_price is None else amount("max_price", max_price),
            "cheapest": cheapest,
            "name": " or ".join(map(str, queries)) if name is None else arguments.text("name", name),
        }
        for attribute, value in values.items():
            object.__setattr__(self, attribute, value)


def amount(argument: str, value: object) -> Decimal:
    """Return an amount of money.

    Raises:
        InvalidArgumentError: If it is no `Decimal` of 0 or more.
    """
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        allowed = "an amount as a Decimal, 0 or more, such as 25.00 US dollars"
        raise InvalidArgumentError(argument, allowed, given=f"a {type(value).__name__}")
    return value


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """A number that is going to be bought.

    Attributes:
        group: The name of its group.
        number: The number.
        price: What it costs: setup and the first month, in US dollars.
        preferred: Whether it matches what the group prefers.
        rate_center: Its rate center, or None.
        state: Its state or province, or None.
    """

    group: str
    number: str
    price: Decimal
    preferred: bool
    rate_center: str | None = None
    state: str | None = None

    def __str__(self) -> str:
        """Show the number, where it is, and its price."""
        place = ", ".join(filter(None, (self.rate_center, self.state)))
        return f"{self.number}{f' ({place})' if place else ''} for {dollars(self.price)}"


@dataclass(frozen=True, slots=True)
class PurchasePlan(Report):
    """The numbers that `client.numbers.purchase_many` is going to buy. Nothing was bought yet, and nothing is reserved.

    Attributes:
        planned: The numbers, group by group.
        missing: How many numbers each group lacks, by its name: none is for sale, or none that is cheap enough for the
            group or for what is left of the budget.
        max_cost: The budget, in US dollars.
        groups: The groups.
        candidates: For each group, the numbers to buy and some more, in order of preference: where one is sold
            meanwhile, the next one takes its place.
        taken: How many numbers earlier runs have bought, or may have, by the journal.
        spent: What those have cost at the most, in US dollars.
    """

    planned: Sequence[PlannedPurchase]
    missing: Mapping[str, int]
    max_cost: Decimal
    groups: Sequence[NumberGroup] = field(repr=False)
    candidates: Mapping[str, Sequence[AvailableNumber]] = field(repr=False)
    taken: int = 0
    spent: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """US dollars for all that is going to be bought."""
        return sum((one.price for one in self.planned), Decimal(0))

    @property
    def count(self) -> int:
        """The number of numbers that are wanted, those of earlier runs included."""
        return sum(group.count for group in self.groups)

    def __str__(self) -> str:
        """Show each number with its price, and what is missing."""
        lines = [f"{one.group}: {one}" for one in self.planned]
        lines += [f"{name}: {count} missing" for name, count in self.missing.items()]
        if self.taken:
            lines.append(f"{self.taken} numbers for {dollars(self.spent)} US dollars by earlier runs")
        costs = f"{dollars(self.total)} of {dollars(self.max_cost)} US dollars"
        lines.append(f"{len(self.planned)} of {self.count} numbers for {costs}")
        return "\n".join(lines)


async def plan_purchases(
    searcher: Searcher,
    groups: Collection[NumberGroup],
    max_cost: Decimal,
    *,
    concurrency: int,
    earlier: Sequence[Purchase] = (),
) -> PurchasePlan:
    """Search for each group, and choose; `client.numbers.plan_purchases` describes it.

    Args:
        searcher: What searches.
        groups: What is wanted.
        max_cost: The budget, earlier purchases included.
        concurrency: Groups that are searched for at once.
        earlier: What was tried before: it counts, and is not tried again.
    """
    wanted = _checked(groups)
    budget = amount("max_cost", max_cost)
    tried = {one.number for one in earlier}
    counting = [one for one in earlier if one.outcome is not Outcome.REFUSED]
    taken = Counter(one.group for one in counting)
    spent = sum((one.cost for one in counting), Decimal(0))
    counts = {group.name: max(0, group.count - taken[group.name]) for group in wanted}
    found: dict[str, Sequence[AvailableNumber]] = {}
    preferred: dict[str, set[str]] = {}
    limiter = anyio.Semaphore(concurrency)

    async def look(group: NumberGroup) -> None:
        count = counts[group.name]
        first: Mapping[str, AvailableNumber] = {}
        rest: Mapping[str, AvailableNumber] = {}
        async with limiter:
            if count and group.preferred:
                first = await _offers(searcher, group, group.preferred, count, budget - spent)
            if count and len(first) < count + _ALTERNATES:
                rest = await _offers(searcher, group, group.queries, count, budget - spent)
        preferred[group.name] = set(first)
        found[group.name] = [one for one in {**first, **rest}.values() if one.id not in tried]

    async with anyio.create_task_group() as tasks:
        for group in wanted:
            tasks.start_soon(look, group)
    planned, missing = _chosen(counts, found, preferred, budget - spent)
    chosen = {one.number: one.group for one in planned}
    candidates = {
        name: [one for one in found[name] if chosen.get(one.id, name) == name][: count + _ALTERNATES]
        for name, count in counts.items()
    }
    return PurchasePlan(planned, missing, budget, tuple(wanted), candidates, len(counting), spent)


def _checked(groups: Collection[NumberGroup]) -> Sequence[NumberGroup]:
    wanted = list(groups)
    for place, group in enumerate(wanted):
        if not isinstance(cast("object", group), NumberGroup):
            raise InvalidArgumentError(f"groups[{place}]", "a NumberGroup", given=f"a {type(group).__name__}")
    name, times = next(iter(Counter(group.name for group in wanted).most_common(1)), ("", 0))
    if times > 1:
        raise InvalidArgumentError("groups", "groups of different names", given=f"two of the name {name!r}")
    return wanted


def _chosen(
    counts: Mapping[str, int],
    found: Mapping[str, Sequence[AvailableNumber]],
    preferred: Mapping[str, set[str]],
    budget: Decimal,
) -> tuple[Sequence[PlannedPurchase], Mapping[str, int]]:
    """Choose numbers for each group within a budget; return them, and how many each group lacks."""
    planned: list[PlannedPurchase] = []
    missing: dict[str, int] = {}
    taken: set[str] = set()
    left = budget
    for name, count in counts.items():
        lacking = count
        for number in found[name]:
            if not lacking:
                break
            price = cost_of(number)
            if number.id in taken or price > left:
                continue
            is_preferred = number.id in preferred[name]
            planned.append(PlannedPurchase(name, number.id, price, is_preferred, number.rate_center, number.state))
            taken.add(number.id)
            lacking, left = lacking - 1, left - price
        if lacking:
            missing[name] = lacking
    return planned, missing


async def _offers(
    searcher: Searcher, group: NumberGroup, queries: Sequence[NumberQuery], count: int, budget: Decimal
) -> Mapping[str, AvailableNumber]:
    """Return the numbers that queries find and that are cheap enough, in the order in which the group takes them.

    Where the group takes the first ones, no more are read than `count` of them within the budget need, and some more.
    """
    most = budget if group.max_price is None else min(group.max_price, budget)
    found: dict[str, AvailableNumber] = {}
    affordable, left = 0, budget
    for query in queries:
        async with aclosing(each(searcher.search(**query.filters))) as numbers:
            async for number in numbers:
                price = cost_of(number)
                if price > most or number.id in found:
                    continue
                found[number.id] = number
                if affordable < count and price <= left:
                    affordable, left = affordable + 1, left - price
                if not group.cheapest and affordable == count and len(found) >= count + _ALTERNATES:
                    return found
    if not group.cheapest:
        return found
    return {one.id: one for one in sorted(found.values(), key=lambda one: (cost_of(one), one.id))}

"""A plan of purchases by groups: which number for which group, at which price, within one budget."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, Unpack, cast

import anyio

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.reporting import Report
from flowroute_async.money import dollars
from flowroute_openapi.api.numbers import SearchAvailableNumbersQuery
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

    Attributes:
        count: How many are wanted.
        query: What they have to match.
        preferred: What they match if there are any, or None.
        max_price: US dollars that one may cost, setup and first month; None for any.
        name: What reports call it, and what a journal knows it by.
    """

    count: int
    query: NumberQuery
    preferred: NumberQuery | None
    max_price: Decimal | None
    name: str

    def __init__(
        self,
        count: int = 1,
        *,
        prefer: SearchAvailableNumbersQuery | None = None,
        max_price: Decimal | None = None,
        name: str | None = None,
        **filters: Unpack[SearchAvailableNumbersQuery],
    ) -> None:
        """Check what is wanted.

        Args:
            count: How many numbers.
            prefer: Filters besides: numbers that match them come first, and others fill up.
            max_price: US dollars that one may cost, setup and first month; None for any.
            name: What reports call it, and what a journal knows it by; by default the filters.
            **filters: What they have to match, as in `client.numbers.search`.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or a filter is set twice.
        """
        query = NumberQuery(**filters)
        values: Mapping[str, object] = {
            "count": arguments.whole_number("count", count, 1, None, unit="numbers"),
            "query": query,
            "preferred": None if prefer is None else query.merged(NumberQuery(**prefer)),
            "max_price": None if max_price is None else amount("max_price", max_price),
            "name": str(query) if name is None else arguments.text("name", name),
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
    """

    group: str
    number: str
    price: Decimal
    preferred: bool


@dataclass(frozen=True, slots=True)
class PurchasePlan(Report):
    """What `client.numbers.purchase_many` is going to buy. Nothing was bought yet, and nothing is reserved.

    Attributes:
        planned: The numbers, group by group.
        missing: How many numbers each group lacks, by its name: none is for sale, or none that is cheap enough for the
            group or for what is left of the budget.
        max_cost: The budget, in US dollars.
        groups: The groups.
        candidates: For each group, the numbers to buy and some more, in order of preference: where one is sold
            meanwhile, the next one takes its place.
    """

    planned: Sequence[PlannedPurchase]
    missing: Mapping[str, int]
    max_cost: Decimal
    groups: Sequence[NumberGroup] = field(repr=False)
    candidates: Mapping[str, Sequence[AvailableNumber]] = field(repr=False)

    @property
    def total(self) -> Decimal:
        """US dollars for all of them."""
        return sum((one.price for one in self.planned), Decimal(0))

    @property
    def count(self) -> int:
        """How many numbers are wanted."""
        return sum(group.count for group in self.groups)

    def __str__(self) -> str:
        """Show each number with its price, and what is missing."""
        lines = [f"{one.group}: {one.number} for {dollars(one.price)}" for one in self.planned]
        lines += [f"{name}: {count} missing" for name, count in self.missing.items()]
        costs = f"{dollars(self.total)} of {dollars(self.max_cost)} US dollars"
        lines.append(f"{len(self.planned)} of {self.count} numbers for {costs}")
        return "\n".join(lines)


async def plan_purchases(
    searcher: Searcher, groups: Collection[NumberGroup], max_cost: Decimal, *, concurrency: int
) -> PurchasePlan:
    """Search for each group, and choose; `client.numbers.plan_purchases` describes it."""
    wanted = list(groups)
    for place, group in enumerate(wanted):
        if not isinstance(cast("object", group), NumberGroup):
            raise InvalidArgumentError(f"groups[{place}]", "a NumberGroup", given=f"a {type(group).__name__}")
    names = [group.name for group in wanted]
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise InvalidArgumentError("groups", "groups of different names", given=f"two of the name {twice!r}")
    budget = amount("max_cost", max_cost)
    found: dict[str, Sequence[AvailableNumber]] = {}
    preferred: dict[str, set[str]] = {}
    limiter = anyio.Semaphore(concurrency)

    async def look(group: NumberGroup) -> None:
        async with limiter:
            first = [] if group.preferred is None else await _cheapest(searcher, group, group.preferred)
            rest = [] if len(first) >= group.count + _ALTERNATES else await _cheapest(searcher, group, group.query)
        preferred[group.name] = {number.id for number in first}
        others = [number for number in rest if number.id not in preferred[group.name]]
        found[group.name] = [*first, *others]

    async with anyio.create_task_group() as tasks:
        for group in wanted:
            tasks.start_soon(look, group)
    return _chosen(wanted, found, preferred, budget)


def _chosen(
    groups: Sequence[NumberGroup],
    found: Mapping[str, Sequence[AvailableNumber]],
    preferred: Mapping[str, set[str]],
    budget: Decimal,
) -> PurchasePlan:
    planned: list[PlannedPurchase] = []
    missing: dict[str, int] = {}
    taken: set[str] = set()
    left = budget
    for group in groups:
        count = 0
        for number in found[group.name]:
            if count == group.count:
                break
            price = cost_of(number)
            if number.id in taken or price > left:
                continue
            planned.append(PlannedPurchase(group.name, number.id, price, number.id in preferred[group.name]))
            taken.add(number.id)
            count, left = count + 1, left - price
        if count < group.count:
            missing[group.name] = group.count - count
    own = {(one.group, one.number) for one in planned}
    candidates = {
        group.name: [one for one in found[group.name] if one.id not in taken or (group.name, one.id) in own][
            : group.count + _ALTERNATES
        ]
        for group in groups
    }
    return PurchasePlan(planned, missing, budget, tuple(groups), candidates)


async def _cheapest(searcher: Searcher, group: NumberGroup, query: NumberQuery) -> list[AvailableNumber]:
    """Return the numbers that a query finds and that are cheap enough, the cheapest first."""
    numbers = [number async for number in searcher.search(**query.filters)]
    affordable = [one for one in numbers if group.max_price is None or cost_of(one) <= group.max_price]
    return sorted(affordable, key=lambda one: (cost_of(one), one.id))

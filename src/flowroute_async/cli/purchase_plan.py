"""`flowroute numbers purchase-plan`: which number for which group, at which price, before anything is bought."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_files import Journal, RowsFile, read_rows
from flowroute_async.cli.numbers import app
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import number
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.money import dollars

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import NumberGroup, PlannedPurchase, PurchasePlan

_COLUMNS = ("group", "number", "rate_center", "state", "price", "preferred")
_OWN = frozenset({"count", "max_price", "name"})
_PREFER = "prefer_"

Budget: TypeAlias = Annotated[
    float,
    typer.Option(parser=number(), metavar="AMOUNT", help="US dollars for all of them, setup and first month included."),
]
MaxEach: TypeAlias = Annotated[
    float | None,
    typer.Option(parser=number(), metavar="AMOUNT", help="US dollars that one may cost, setup and first month."),
]


@command(app, "purchase-plan", examples="numbers purchase-plan groups.csv --max-cost 100")
async def purchase_plan(
    client: FlowrouteClient,
    output: Output,
    *,
    groups: RowsFile,
    max_cost: Budget,
    max_each: MaxEach = None,
    journal: Journal = None,
) -> None:
    """Show what purchase-many --groups would buy: the cheapest number of each group, within a budget.

    A row of the file is a group: the filters of a search as columns, such as state and rate_center; with the prefix
    prefer_, those of the numbers that come first; and count, max_price and name. Nothing is bought.
    """
    wanted = read_groups(groups, max_each)
    await show_plan(output, await found_plan(client, output, wanted, budget_of(max_cost), journal))


async def found_plan(
    client: FlowrouteClient, output: Output, groups: Sequence[NumberGroup], budget: Decimal, journal: Path | None
) -> PurchasePlan:
    """Look for numbers, and show that something goes on."""
    from rich.progress import TextColumn

    from flowroute_async.cli.progress import work_shown

    with work_shown(TextColumn("looking for numbers"), hidden=output.is_streamed_to_terminal) as display:
        display.add_task("")
        return await client.numbers.plan_purchases(groups, max_cost=budget, journal=journal)


async def show_plan(output: Output, plan: PurchasePlan) -> None:
    """Write a plan; end with 1 where numbers are missing."""
    await output.items(_each(plan.planned), _COLUMNS, _COLUMNS)
    for line in str(plan).splitlines()[len(plan.planned) + len(plan.missing) :]:
        output.say(line)
    if plan.missing:
        missing = ", ".join(f"{name} ({count})" for name, count in plan.missing.items())
        raise Refusal(Failure(f"Numbers are missing: {missing}."))


def budget_of(max_cost: float) -> Decimal:
    """Return a budget to the cent."""
    return Decimal(dollars(Decimal(str(max_cost))))


def read_groups(file: Path, max_each: float | None = None) -> Sequence[NumberGroup]:
    """Read groups from a file.

    Args:
        file: The file.
        max_each: US dollars that a number of any group may cost, or None.

    Raises:
        InvalidArgumentError: If a row is no group.
    """
    from flowroute_async.jobs import NumberGroup

    groups: list[NumberGroup] = []
    most = () if max_each is None else (budget_of(max_each),)
    for place, row in enumerate(read_rows(file)):
        try:
            filters: dict[str, Any] = {name: value for name, value in row.items() if name not in _OWN}
            prefer: Any = {
                name.removeprefix(_PREFER): filters.pop(name) for name in [*filters] if name.startswith(_PREFER)
            }
            groups.append(
                NumberGroup(
                    int(str(row.get("count", 1))),
                    prefer=prefer or None,
                    max_price=min((*_price(row), *most), default=None),
                    name=str(row["name"]) if "name" in row else None,
                    **filters,
                )
            )
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"groups[{place}].{error.argument}", error.allowed, given=error.given) from None
        except (TypeError, ValueError, InvalidOperation):
            allowed = "filters of a search, count, max_price and name"
            raise InvalidArgumentError(f"groups[{place}]", f"made of {allowed}") from None
    return groups


def _price(row: Mapping[str, object]) -> tuple[Decimal, ...]:
    return (Decimal(str(row["max_price"])),) if "max_price" in row else ()


async def _each(planned: Sequence[PlannedPurchase]) -> AsyncIterator[Mapping[str, object]]:
    for one in planned:
        yield {name: getattr(one, name) for name in _COLUMNS}

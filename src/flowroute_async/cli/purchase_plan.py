"""`flowroute numbers purchase-plan`: which number for which group, at which price, before anything is bought."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_files import RowsFile, read_rows
from flowroute_async.cli.numbers import app
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import number
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.money import dollars

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import NumberGroup, PlannedPurchase

_COLUMNS = ("group", "number", "price", "preferred")
_OWN = frozenset({"count", "max_price", "name"})
_PREFER = "prefer_"

Budget: TypeAlias = Annotated[
    float,
    typer.Option(parser=number(), metavar="AMOUNT", help="US dollars for all of them, setup and first month included."),
]


@command(app, "purchase-plan", examples="numbers purchase-plan groups.csv --max-cost 100")
async def purchase_plan(client: FlowrouteClient, output: Output, *, groups: RowsFile, max_cost: Budget) -> None:
    """Show what purchase-many --groups would buy: the cheapest number of each group, within a budget.

    A row of the file is a group: the filters of a search as columns, such as state and rate_center; with the prefix
    prefer_, those of the numbers that come first; and count, max_price and name. Nothing is bought.
    """
    plan = await client.numbers.plan_purchases(read_groups(groups), max_cost=budget_of(max_cost))
    await output.items(_each(plan.planned), _COLUMNS, _COLUMNS)
    output.say(str(plan).splitlines()[-1])
    if plan.missing:
        missing = ", ".join(f"{name} ({count})" for name, count in plan.missing.items())
        raise Refusal(Failure(f"Some groups lack numbers: {missing}."))


def budget_of(max_cost: float) -> Decimal:
    """Return a budget to the cent."""
    return Decimal(dollars(Decimal(str(max_cost))))


def read_groups(file: Path) -> Sequence[NumberGroup]:
    """Read groups from a file.

    Raises:
        InvalidArgumentError: If a row is no group.
    """
    from flowroute_async.jobs import NumberGroup

    groups: list[NumberGroup] = []
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
                    max_price=Decimal(str(row["max_price"])) if "max_price" in row else None,
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


async def _each(planned: Sequence[PlannedPurchase]) -> AsyncIterator[Mapping[str, object]]:
    for one in planned:
        yield {name: getattr(one, name) for name in _COLUMNS}

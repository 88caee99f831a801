"""`flowroute numbers purchase-many`: buys until there are enough, within a budget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_progress import job_bar, say_report
from flowroute_async.cli.numbers import app
from flowroute_async.cli.options import Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.purchase_plan import budget_of, read_groups
from flowroute_async.cli.values import number, whole
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.money import dollars
from flowroute_openapi.api.numbers import SearchAvailableNumbersQuery, search_available_numbers

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import Purchase, PurchaseReport

_COLUMNS = ("number", "cost", "outcome", "reason")


@command(app, "purchase-many", descriptions=described(search_available_numbers))
async def purchase_many(
    client: FlowrouteClient,
    output: Output,
    *,
    max_cost: Annotated[
        float,
        typer.Option(
            parser=number(), metavar="AMOUNT", help="US dollars for all of them, setup and first month included."
        ),
    ],
    count: Annotated[
        int | None, typer.Option(parser=whole(1), metavar="N", help="How many numbers to buy; or give --groups.")
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Buy by groups, as `numbers purchase-plan FILE` shows."
        ),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Keep what was bought in this file: after a crash, the same command goes on and buys nothing twice.",
        ),
    ] = None,
    yes: Yes = False,
    **filters: Unpack[SearchAvailableNumbersQuery],
) -> None:
    """Buy several numbers that a search finds, within a budget. It costs money."""
    budget = budget_of(max_cost)
    report = await (
        _one_by_one(client, count, budget, journal, filters, yes=yes)
        if groups is None
        else _by_groups(client, output, groups, budget, journal, yes=yes, count=count, filters=filters)
    )
    await output.items(_each(report.purchases), _COLUMNS, _COLUMNS)
    for line in str(report).splitlines():
        output.say(line)
    _settle(report)


async def _one_by_one(
    client: FlowrouteClient,
    count: int | None,
    budget: Decimal,
    journal: Path | None,
    filters: SearchAvailableNumbersQuery,
    *,
    yes: bool,
) -> PurchaseReport:
    if count is None:
        raise InvalidArgumentError("count", "given, or --groups")
    offers = client.numbers.search(**filters)
    ask(f"{count} numbers will be bought, for US${budget} at the most, setup and first month included.", yes=yes)
    return await client.numbers.purchase_many(offers, max_cost=budget, count=count, journal=journal)


async def _by_groups(
    client: FlowrouteClient,
    output: Output,
    groups: Path,
    budget: Decimal,
    journal: Path | None,
    *,
    yes: bool,
    count: int | None,
    filters: Mapping[str, object],
) -> PurchaseReport:
    if count is not None or any(value is not None for value in filters.values()):
        raise InvalidArgumentError("groups", "given without --count and filters: the file has them")
    plan = await client.numbers.plan_purchases(read_groups(groups), max_cost=budget)
    say_report(output, plan)
    ask(f"{len(plan.planned)} numbers will be bought, for US${dollars(plan.total)}, first month included.", yes=yes)
    with job_bar(output, journal) as bar:
        return await client.numbers.purchase_many(plan, journal=journal, progress=bar)


async def _each(purchases: Sequence[Purchase]) -> AsyncIterator[Mapping[str, object]]:
    for one in purchases:
        yield {name: getattr(one, name) for name in _COLUMNS}


def _settle(report: PurchaseReport) -> None:
    """End with a code that tells a script what the report tells a person."""
    if report.unknown:
        hint = "Look at `flowroute numbers list`; with --journal, the same command settles it."
        raise Refusal(Failure("Some numbers may have been bought.", hint, ExitCode.OUTCOME_UNKNOWN))
    if report.stopped_by is not None:
        raise report.stopped_by
    if not report.complete:
        raise Refusal(Failure(f"{len(report.bought)} of {report.count} numbers were bought."))

"""`flowroute numbers purchase-many`: shows what it is going to buy, and buys that or nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_files import Journal
from flowroute_async.cli.job_progress import job_bar, say_report
from flowroute_async.cli.numbers import CnamLookups, Messaging, app, number_options, priced_options
from flowroute_async.cli.options import Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.purchase_plan import Budget, MaxEach, budget_of, found_plan, read_groups, show_plan
from flowroute_async.cli.values import whole
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.money import dollars
from flowroute_openapi import SearchAvailableNumbersQuery, search_available_numbers

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import NumberGroup, Purchase, PurchasePlan, PurchaseReport
    from flowroute_async.number_changes import NumberOptions

_COLUMNS = ("number", "cost", "outcome", "reason")


@command(
    app,
    "purchase-many",
    descriptions=described(search_available_numbers),
    without=("state",),
    examples="""
    numbers purchase-many --state-codes WA --state-codes OR --count 5 --max-cost 20 --cheapest --dry-run
    numbers purchase-many --contains 77 --count 5 --max-cost 20 --max-each 3 --journal buy.db
    numbers purchase-many --groups groups.csv --max-cost 100 --journal groups.db
    """,
)
async def purchase_many(
    client: FlowrouteClient,
    output: Output,
    *,
    max_cost: Budget,
    count: Annotated[
        int | None,
        typer.Option(
            parser=whole(1),
            metavar="N",
            help="How many to have in the end, those of the journal included.",
        ),
    ] = None,
    state_codes: Annotated[
        list[str] | None,
        typer.Option("--state-codes", metavar="STATE", help="A state to buy in; repeat the option for more."),
    ] = None,
    cheapest: Annotated[
        bool,
        typer.Option(
            "--cheapest", help="Take the cheapest of all that match, and not the first; --groups always does."
        ),
    ] = False,
    max_each: MaxEach = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Buy by groups, as `numbers purchase-plan FILE` shows."
        ),
    ] = None,
    cnam_lookups_enabled: CnamLookups = None,
    messaging_enabled: Messaging = None,
    journal: Journal = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and buy nothing.")] = False,
    yes: Yes = False,
    **filters: Unpack[SearchAvailableNumbersQuery],
) -> None:
    """Buy several numbers that a search finds, within a budget. It costs money.

    The plan is shown first: each number with its price, and what they cost together. Nothing else is bought: where one
    of them is sold meanwhile or costs something else, it stops there and says so. Ctrl-C stops it once the purchase
    under way is answered; with --journal, the same command goes on and buys nothing twice.
    """
    wanted = (
        [_one_group(count, state_codes, filters, cheapest=cheapest, max_each=max_each)]
        if groups is None
        else _groups_of(groups, max_each, [count, state_codes, *filters.values()])
    )
    plan = await found_plan(client, output, wanted, budget_of(max_cost), journal)
    if dry_run:
        await show_plan(output, plan)
        return
    say_report(output, plan)
    options = number_options(cnam_lookups_enabled=cnam_lookups_enabled, messaging_enabled=messaging_enabled)
    report = await _bought(client, output, plan, journal, options, yes=yes)
    await output.items(_each(report.purchases), _COLUMNS, _COLUMNS)
    say_report(output, report)
    _settle(report)


def _one_group(
    count: int | None,
    state_codes: Sequence[str] | None,
    filters: SearchAvailableNumbersQuery,
    *,
    cheapest: bool,
    max_each: float | None,
) -> NumberGroup:
    from flowroute_async.jobs import NumberGroup

    if count is None:
        raise InvalidArgumentError("count", "given, or --groups")
    any_of: Any = [{"state": state} for state in state_codes or ()]
    price = None if max_each is None else budget_of(max_each)
    return NumberGroup(count, any_of=any_of, cheapest=cheapest, max_price=price, name="numbers", **filters)


def _groups_of(file: Path, max_each: float | None, others: Sequence[object]) -> Sequence[NumberGroup]:
    if any(value is not None and value != [] for value in others):
        raise InvalidArgumentError("groups", "given without --count, --state-codes and filters: the file has them")
    return read_groups(file, max_each)


async def _bought(
    client: FlowrouteClient,
    output: Output,
    plan: PurchasePlan,
    journal: Path | None,
    options: NumberOptions,
    *,
    yes: bool,
) -> PurchaseReport:
    if plan.planned:
        cost = f"for US${dollars(plan.total)} in all, setup and first month included"
        filters = "; ".join(str(query) for group in plan.groups[:1] for query in group.queries)
        which = f" ({filters})" if len(plan.groups) == 1 else ""
        more = priced_options(options)
        also = f" {more} will be enabled for each, at the usual price on top." if more else ""
        ask(f"{_numbers(len(plan.planned))} will be bought{which}, {cost}.{also}", yes=yes)
    elif plan.missing:
        raise Refusal(Failure("No number that is for sale fits, so nothing is bought."))
    with job_bar(output, journal) as bar:
        return await client.numbers.purchase_many(plan, exactly=True, journal=journal, progress=bar, **options)


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


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

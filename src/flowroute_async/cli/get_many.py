"""`flowroute numbers get-many`: details and connections of many numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_progress import job_bar, say_report
from flowroute_async.cli.numbers import app
from flowroute_async.cli.options import PHONE_NUMBER
from flowroute_async.cli.output import Output

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import ManyDetails
    from flowroute_async.resources.number_details import NumberDetails

_COLUMNS = ("id", "alias", "primary_route_id", "failover_route_id", "e911_address_id", "cnam_record_id")


@command(app, "get-many", examples="numbers get-many --output csv > account.csv")
async def get_many(
    client: FlowrouteClient,
    output: Output,
    *,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            parser=PHONE_NUMBER, metavar="NUMBER...", help="Numbers of the account; all of them by default."
        ),
    ] = None,
) -> None:
    """Show numbers of the account with what they are connected to, several at once."""
    with job_bar(output, None, option=None, hidden=output.is_streamed_to_terminal) as bar:
        many = client.numbers.get_many(numbers or client.numbers.list(), progress=bar)
        await output.items(_each(many), _COLUMNS, _COLUMNS, bar=bar)
    say_report(output, many.report)
    if many.report.failed:
        raise Refusal(Failure(f"{len(many.report.failed)} numbers could not be looked up."))


async def _each(many: ManyDetails[NumberDetails]) -> AsyncIterator[Mapping[str, object]]:
    async for one in many:
        yield {name: getattr(one, name) for name in _COLUMNS}

"""`flowroute e911 create-many`: addresses from a file, created and given to their numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.e911 import app
from flowroute_async.cli.job_files import Journal, RowsFile, read_rows
from flowroute_async.cli.job_progress import end_with, job_bar, say_report
from flowroute_async.cli.options import Yes
from flowroute_async.cli.output import Output

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import AddressResult

_COLUMNS = ("label", "number", "outcome", "id", "reason")


@command(app, "create-many", examples="e911 create-many offices.csv --journal offices.db")
async def create_many(
    client: FlowrouteClient, output: Output, *, file: RowsFile, journal: Journal = None, yes: Yes = False
) -> None:
    """Create the addresses of a file, and give them to their numbers. A number with an address costs money.

    The columns are those of `e911 create`, and number for the number that gets the address, if any. All faults of all
    rows are told before anything is sent. With --journal, the same command goes on after a crash.
    """
    rows = read_rows(file)
    ask(f"{len(rows)} addresses will be created, and given to their numbers at the usual price.", yes=yes)
    with job_bar(output, journal) as bar:
        report = await client.e911.create_many(rows, journal=journal, progress=bar)
    await output.items(_each(report.results), _COLUMNS, _COLUMNS)
    say_report(output, report)
    hint = "With --journal, the same command looks for them; otherwise look at `flowroute e911 list`."
    end_with(report.unknown, report.stopped_by, "Some addresses may have been created.", hint)


async def _each(results: Sequence[AddressResult]) -> AsyncIterator[Mapping[str, object]]:
    for one in results:
        yield {name: getattr(one, name) for name in _COLUMNS}

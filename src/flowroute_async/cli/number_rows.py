"""`flowroute numbers update-many` and `release-many`: changes of many numbers, each made once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.job_files import Journal, RowsFile, read_rows
from flowroute_async.cli.job_progress import end_with, job_bar, say_report
from flowroute_async.cli.numbers import app
from flowroute_async.cli.options import Numbers, Yes
from flowroute_async.cli.output import Output

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import NumberResult, NumbersReport

_COLUMNS = ("number", "outcome", "reason")
_FLAGS = {"true": True, "false": False}


@command(app, "update-many", examples="numbers update-many numbers.csv --journal numbers.db")
async def update_many(
    client: FlowrouteClient, output: Output, *, file: RowsFile, journal: Journal = None, yes: Yes = False
) -> None:
    """Change numbers of the account as a file says.

    The columns are number and what to change of it: alias, cnam_lookups_enabled, messaging_enabled and the others of
    `numbers update`, true or false where it is a switch; in JSON lines, null clears. Ctrl-C stops it once the changes
    under way are answered; with --journal, the same command goes on.
    """
    updates = [
        {name: value if name == "alias" else _FLAGS.get(str(value), value) for name, value in row.items()}
        for row in read_rows(file)
    ]
    ask(f"{len(updates)} numbers will be changed; what is enabled is charged at the usual price.", yes=yes)
    with job_bar(output, journal) as bar:
        report = await client.numbers.update_many(updates, journal=journal, progress=bar)
    await _show(output, report)


@command(app, "release-many", examples="numbers release-many 12065550100 12065550101 --journal release.db")
async def release_many(
    client: FlowrouteClient, output: Output, *, numbers: Numbers, journal: Journal = None, yes: Yes = False
) -> None:
    """Release numbers. Anybody may buy them then, and they may never come back.

    Ctrl-C stops it once the releases under way are answered; with --journal, the same command goes on.
    """
    ask(f"{len(numbers)} numbers will be released: calls and messages to them are lost.", yes=yes)
    with job_bar(output, journal) as bar:
        report = await client.numbers.release_many(numbers, journal=journal, progress=bar)
    await _show(output, report)


async def _show(output: Output, report: NumbersReport) -> None:
    await output.items(_each(report.results), _COLUMNS, _COLUMNS)
    say_report(output, report)
    hint = "With --journal, the same command does them again, which has no further effect."
    end_with(report.unknown, report.stopped_by, f"Some numbers may have been {report.verb}.", hint)


async def _each(results: Sequence[NumberResult]) -> AsyncIterator[Mapping[str, object]]:
    for one in results:
        yield {name: getattr(one, name) for name in _COLUMNS}

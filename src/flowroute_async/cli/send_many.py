"""`flowroute messages send-many`: messages from a file, each sent at most once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.job_files import Journal, RowsFile, read_rows
from flowroute_async.cli.job_progress import end_with, job_bar, say_report
from flowroute_async.cli.messages import app
from flowroute_async.cli.options import Yes
from flowroute_async.cli.output import Output

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.jobs import MessageResult

_COLUMNS = ("to", "outcome", "id", "reason")


@command(app, "send-many", examples="messages send-many campaign.csv --journal campaign.db")
async def send_many(
    client: FlowrouteClient, output: Output, *, file: RowsFile, journal: Journal = None, yes: Yes = False
) -> None:
    """Send the messages of a file. They reach people and cost money.

    The columns are from, to and body; in JSON lines also media_urls, is_mms and dlr_callback. Ctrl-C stops it once the
    messages under way are answered; with --journal, the same command goes on and sends nothing twice.
    """
    messages = read_rows(file)
    ask(f"{len(messages)} messages will be sent, at the usual price.", yes=yes)
    with job_bar(output, journal) as bar:
        report = await client.messages.send_many(messages, journal=journal, progress=bar)
    await output.items(_each(report.results), _COLUMNS, _COLUMNS)
    say_report(output, report)
    hint = "With --journal, the same command looks for them; otherwise look at `flowroute messages list`."
    end_with(report.unknown, report.stopped_by, "Some messages may have been sent.", hint)


async def _each(results: Sequence[MessageResult]) -> AsyncIterator[Mapping[str, object]]:
    for one in results:
        yield {"to": one.message.get("to"), "outcome": one.outcome, "id": one.id, "reason": one.reason}

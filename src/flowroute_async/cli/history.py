"""`flowroute messages history`: every message of a period, which can be interrupted and goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from anyio.to_thread import run_sync

from flowroute_async.cli.command import command
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.job_progress import job_bar, say_report
from flowroute_async.cli.messages import app
from flowroute_async.cli.options import point_in_time
from flowroute_async.cli.output import Output
from flowroute_async.errors import InvalidArgumentError

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

_COLUMNS = ("timestamp", "direction", "from_", "to", "status", "amount_display", "body", "id")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise typer.BadParameter(f"{name!r} is no time zone, such as America/New_York") from None


@command(
    app,
    "history",
    examples="""
    messages history 2026-06-01 2026-06-30 --checkpoint june.db --export june.parquet
    --sandbox messages history 2026-01-01 --output jsonl
    """,
)
async def history(
    client: FlowrouteClient,
    output: Output,
    *,
    start_date: Annotated[
        datetime, typer.Argument(metavar="START", parser=point_in_time, help="The first day, or the first moment.")
    ],
    end_date: Annotated[
        datetime | None,
        typer.Argument(
            metavar="END", parser=point_in_time, help="The last day, to its end, or the last moment; now by default."
        ),
    ] = None,
    time_zone: Annotated[
        ZoneInfo | None,
        typer.Option(parser=_zone, metavar="ZONE", help="Where days begin and end, such as America/New_York."),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Keep what is found in this file. The same command goes on where it ends.",
        ),
    ] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Give what earlier runs have found, too.")] = False,
    export_to: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            dir_okay=False,
            help="At the end, write all of the checkpoint to this file, by its ending .csv, .jsonl or .parquet; "
            "nothing goes to the output then.",
        ),
    ] = None,
) -> None:
    """Read every message of a period, sent and received; each comes once, in no order.

    Ctrl-C stops it; with --checkpoint, the same command goes on from there.
    """
    from flowroute_async.jobs import export
    from flowroute_openapi.models import Message

    if export_to is not None and checkpoint is None:
        raise InvalidArgumentError("export_to", "given together with --checkpoint")
    is_hidden = export_to is None and output.is_streamed_to_terminal
    with job_bar(output, checkpoint, option="--checkpoint", hidden=is_hidden) as bar:
        found = client.messages.history(
            start_date,
            end_date,
            time_zone=time_zone or UTC,
            checkpoint=checkpoint,
            replay=replay,
            progress=bar,
        )
        async with found:
            if export_to is None:
                await output.items(found, Message, _COLUMNS, bar=bar)
            else:
                async for _ in found:
                    pass
    if export_to is not None and checkpoint is not None:
        output.say(f"{await run_sync(export, checkpoint, export_to)} messages are in {export_to}.")
    say_report(output, found.report)
    if found.report.failed:
        again = "Run the same command again" if checkpoint else "Add --checkpoint FILE, and run the command again later"
        raise Refusal(Failure(f"{len(found.report.failed)} windows failed.", f"{again} to complete them."))

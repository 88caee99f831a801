"""`flowroute cdr`: exports of call records, and their files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Unpack

import typer

from flowroute_async.arguments import resource_id
from flowroute_async.call_filters import CallFilters
from flowroute_async.cli.command import command, group
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.options import MaxItems, PageSize, Wait, described, point_in_time
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked, whole

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group("cdr")

_COLUMNS = ("id", "status", "num_calls", "total_cost", "requested_at", "expires_at")
_MAX_BYTES = 1 << 30

Export: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(resource_id, "EXPORT"), metavar="EXPORT", help="The export's id, as `cdr list` shows it."
    ),
]


def _moment(text: str) -> datetime:
    moment = point_in_time(text)
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


@command(
    app,
    "create",
    descriptions=described(CallFilters),
    examples="""cdr create 2026-01-01 2026-02-01 --wait 300
        cdr create 2026-01-01 2026-02-01 --destination-numbers 12065550100 --duration-greater-than 60""",
)
async def create(
    client: FlowrouteClient,
    output: Output,
    *,
    start: Annotated[
        datetime, typer.Argument(parser=_moment, metavar="START", help="A date or a time; UTC where it names no zone.")
    ],
    end: Annotated[
        datetime, typer.Argument(parser=_moment, metavar="END", help="The same; calls that began then are left out.")
    ],
    wait: Wait = 0.0,
    callback_url: Annotated[str | None, typer.Option(metavar="URL", help="Called when the export ends.")] = None,
    **filters: Unpack[CallFilters],
) -> None:
    """Export the calls that began in a span of time, of 92 days at most."""
    given: Any = {name: value for name, value in filters.items() if value is not None}
    output.item(await client.cdr_exports.create(start, end, wait=wait, callback_url=callback_url, **given))


@command(app, "list", examples="cdr list --status completed")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    status: Annotated[str | None, typer.Option(help="processing, completed or failed.")] = None,
    max_items: MaxItems = None,
    page_size: PageSize = None,
) -> None:
    """List the exports."""
    from flowroute_openapi.models import CdrExport

    filters: Any = {} if status is None else {"status": status}
    found = client.cdr_exports.list(max_items=max_items, page_size=page_size, **filters)
    await output.items(found, CdrExport, _COLUMNS)


@command(app, "get", examples="cdr get 38647")
async def get(client: FlowrouteClient, output: Output, *, export: Export) -> None:
    """Show an export, and its sums once it is completed."""
    output.item(await client.cdr_exports.get(export))


@command(app, "download", examples="cdr download 38647 calls.csv")
async def download(
    client: FlowrouteClient,
    output: Output,
    *,
    export: Export,
    path: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="Compressed where it ends with .gz.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    max_bytes: Annotated[
        int, typer.Option(parser=whole(1), metavar="N", help="The largest file that is taken.")
    ] = _MAX_BYTES,
) -> None:
    """Fetch the file of a completed export. It is on another host, to which no keys go."""
    if path.exists() and not overwrite:
        raise Refusal(Failure(f"{path} is there already.", "Add --overwrite to replace it.", ExitCode.USAGE))
    found = await client.cdr_exports.download(export, path, max_bytes=max_bytes)
    output.say(f"{found.num_calls or 0} calls are in {path}.")

"""`flowroute numbers bulk-search`: many searches at once, which can be interrupted and go on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack, cast, get_args

import anyio
import typer

from flowroute_async.cli.account import Account, open_client
from flowroute_async.cli.command import command
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.numbers import FOR_SALE_COLUMNS, app
from flowroute_async.cli.options import MaxItems, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import number, whole
from flowroute_async.config import Rates
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi import SearchAvailableNumbersQuery, search_available_numbers

if TYPE_CHECKING:
    from flowroute_async.jobs import SearchReport
    from flowroute_async.jobs.export import Format

_LOWEST_RATE = 0.01


@command(
    app,
    "bulk-search",
    descriptions=described(search_available_numbers),
    without=("state",),
    examples="""
    --sandbox numbers bulk-search 206 253 --contains 77 --max-items 100
    numbers bulk-search --state-codes WA --state-codes OR --checkpoint job.db --export numbers.csv
    """,
)
async def bulk_search(
    account: Account,
    output: Output,
    *,
    area_codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="AREA_CODE...",
            help="Area codes to search; all that have numbers for sale if there are no --state-codes.",
        ),
    ] = None,
    state_codes: Annotated[
        list[str] | None,
        typer.Option("--state-codes", metavar="STATE", help="A state to search; repeat the option for more."),
    ] = None,
    max_items: MaxItems = None,
    concurrency: Annotated[int | None, typer.Option(parser=whole(1), metavar="N", help="Requests in flight.")] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            parser=number(_LOWEST_RATE),
            metavar="N",
            help="Requests a second that the account is allowed; by default the search slows down when it is refused.",
        ),
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
    **filters: Unpack[SearchAvailableNumbersQuery],
) -> None:
    """Search many area codes or states at once. No number comes twice.

    Ctrl-C stops it; with --checkpoint, the same command goes on from there.
    """
    from flowroute_async.cli.bulk_progress import progress_bar
    from flowroute_openapi.models import AvailableNumber

    form = _format(export_to, checkpoint)
    async with open_client(account, Rates(api=rate)) as client:
        codes = area_codes or (None if state_codes else client.numbers.area_codes())
        with progress_bar(hidden=export_to is None and output.is_streamed_to_terminal) as bar:
            search = client.numbers.bulk_search(
                area_codes=codes,
                state_codes=state_codes or None,
                max_items=max_items,
                concurrency=concurrency,
                checkpoint=checkpoint,
                replay=replay,
                progress=bar,
                **filters,
            )
            try:
                async with search:
                    if form is None:
                        await output.items(search, AvailableNumber, FOR_SALE_COLUMNS, bar=bar)
                    else:
                        async for _ in search:
                            pass
            except anyio.get_cancelled_exc_class():
                output.say(_how_to_go_on(search.progress().numbers, checkpoint))
                raise
    if form is not None and checkpoint is not None and export_to is not None:
        from anyio.to_thread import run_sync

        from flowroute_async.jobs import export

        count = await run_sync(export, checkpoint, export_to, form)
        output.say(f"{count} numbers are in {export_to}.")
    _report(output, search.report, checkpoint)


def _format(export_to: Path | None, checkpoint: Path | None) -> Format | None:
    if export_to is None:
        return None
    from flowroute_async.jobs.export import Format

    formats = get_args(Format)
    ending = export_to.suffix.removeprefix(".").lower()
    if ending not in formats:
        allowed = "a file whose name ends with one of " + ", ".join(f".{form}" for form in formats)
        raise InvalidArgumentError("export_to", allowed)
    if checkpoint is None:
        raise InvalidArgumentError("export_to", "given together with --checkpoint")
    return cast("Format", ending)


def _how_to_go_on(numbers: int, checkpoint: Path | None) -> str:
    if checkpoint is None:
        return "Nothing is kept. With --checkpoint FILE, the same command would go on from here."
    return f"{numbers} numbers are kept in {checkpoint}. Run the same command again to go on."


def _report(output: Output, report: SearchReport, checkpoint: Path | None) -> None:
    for line in str(report).splitlines():
        output.say(line)
    if report.failed:
        again = "Run the same command again" if checkpoint else "Add --checkpoint FILE, and run the command again later"
        raise Refusal(Failure(f"{len(report.failed)} queries failed.", f"{again} to complete them."))

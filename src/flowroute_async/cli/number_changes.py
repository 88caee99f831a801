"""`flowroute numbers update`, `release` and `tiers`: changes of the account's numbers, and what prices there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.numbers import app, priced_options, show_number
from flowroute_async.cli.options import MaxItems, Number, PageSize, Yes, cleared, clearing
from flowroute_async.cli.output import Output

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient


@command(
    app,
    "update",
    examples="""
    numbers update 12065550100 --alias "Front desk"
    numbers update 12065550100 --clear alias
    numbers update 12065550100 --messaging-enabled
    """,
)
async def update(
    client: FlowrouteClient,
    output: Output,
    *,
    number: Number,
    alias: Annotated[str | None, typer.Option(help="A name of your own, of 64 characters at most.")] = None,
    clear: Annotated[list[str] | None, clearing("alias")] = None,
    cnam_lookups_enabled: Annotated[
        bool | None, typer.Option(help="Look up the names of callers; each look-up is charged.")
    ] = None,
    messaging_enabled: Annotated[
        bool | None, typer.Option(help="Let it send and receive messages; enabling it is charged.")
    ] = None,
    messaging_email: Annotated[
        bool | None, typer.Option(help="Have the account's contact sent a mail when messaging is set up.")
    ] = None,
    messaging_callback_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Called when messaging is set up.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Change a number of the account; what is not given stays."""
    from flowroute_async.number_changes import number_change

    given: Mapping[str, object] = {
        "alias": alias,
        "cnam_lookups_enabled": cnam_lookups_enabled,
        "messaging_enabled": messaging_enabled,
        "messaging_email": messaging_email,
        "messaging_callback_url": messaging_callback_url,
    }
    changes: Any = {name: value for name, value in given.items() if value is not None}
    changes |= cleared(clear, changes)
    number_change(changes)  # what is wrong is said before the question
    if priced := priced_options(changes):
        ask(f"{priced} will be enabled for {number}, at the usual price.", yes=yes)
    show_number(output, await client.numbers.update(number, **changes))


@command(app, "release", examples="numbers release 12065550100")
async def release(client: FlowrouteClient, output: Output, *, number: Number, yes: Yes = False) -> None:
    """Release a number. Anybody may buy it then, and it may never come back."""
    ask(f"{number} will be released: calls and messages to it are lost, and anybody may buy it.", yes=yes)
    await client.numbers.release(number)
    output.say(f"{number} is released.")


@command(app, "tiers", examples="numbers tiers")
async def tiers(
    client: FlowrouteClient, output: Output, *, max_items: MaxItems = None, page_size: PageSize = None
) -> None:
    """List the pricing tiers that have numbers for sale."""
    from flowroute_openapi.models import AvailableCode

    found = client.numbers.tiers(max_items=max_items, page_size=page_size)
    await output.items(found, AvailableCode, ("id", "type"))

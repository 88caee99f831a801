"""`flowroute messages`: SMS and MMS."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from flowroute_async.arguments import resource_id
from flowroute_async.cli.account import Account
from flowroute_async.cli.command import command, group
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.options import MaxItems, PageSize, Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked, number
from flowroute_async.segments import estimate_segments
from flowroute_openapi import ListMessagesQuery, list_messages

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group("messages")


@command(
    app,
    "send",
    examples="""
    messages send --from 12065550100 --to 12065550142 --body "On my way"
    messages send --from 12065550100 --to 12065550142 --media-url https://example.com/map.png
    """,
)
async def send(
    client: FlowrouteClient,
    output: Output,
    *,
    from_: Annotated[str, typer.Option("--from", help="A number of the account.")],
    to: Annotated[str, typer.Option(help="The recipient's number.")],
    body: Annotated[str | None, typer.Option(help="The text.")] = None,
    media_urls: Annotated[
        list[str] | None,
        typer.Option(
            "--media-url", metavar="URL", help="The address of a file to send along, by MMS; repeat it for more."
        ),
    ] = None,
    is_mms: Annotated[bool | None, typer.Option("--mms/--sms", help="Send a text as MMS.")] = None,
    dlr_callback: Annotated[str | None, typer.Option(help="Where delivery receipts of this message go.")] = None,
    yes: Yes = False,
) -> None:
    """Send a message. It reaches a person and costs money."""
    from flowroute_async.outgoing import new_message

    parts: Any = {
        "from_": from_,
        "to": to,
        "body": body,
        "media_urls": media_urls or None,
        "is_mms": is_mms,
        "dlr_callback": dlr_callback,
    }
    message = new_message(**parts)
    kind, size = "MMS" if message.is_mms else "SMS", f"{len(body or '')} characters"
    if not message.is_mms and (segments := client.messages.estimate(body or "").segments) > 1:
        size += f", charged as {segments},"
    ask(f"An {kind} of {size} will go from {message.from_} to {message.to}, at the usual price.", yes=yes)
    output.item(await client.messages.send(**parts))


@command(
    app,
    "estimate",
    examples="""
    messages estimate "Your table is ready"
    messages estimate "Your table is ready" --rate 0.0040
    """,
)
async def estimate(
    account: Account,
    output: Output,
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text of an SMS.")],
    rate: Annotated[
        float | None, typer.Option(parser=number(), metavar="AMOUNT", help="US dollars for a segment, for the price.")
    ] = None,
) -> None:
    """Show how many segments a text would be sent and charged as. Nothing is sent, and no keys are needed."""
    del account
    found = estimate_segments(text, rate=None if rate is None else Decimal(str(rate)))
    output.item(asdict(found))


@command(
    app,
    "list",
    descriptions=described(list_messages),
    examples="""
    messages list --start-date 2026-01-01
    messages list --start-date 2026-01-01 --messages-version 2.2 --output csv
    """,
)
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListMessagesQuery],
) -> None:
    """List the messages sent and received, the newest first."""
    from flowroute_openapi.models import Message

    found = client.messages.list(max_items=max_items, page_size=page_size, **filters)
    await output.items(
        found, Message, ("timestamp", "direction", "from_", "to", "status", "amount_display", "body", "id")
    )


@command(app, "get", examples="messages get mdr2-ca82be46e6ba79d08862f0d0")
async def get(
    client: FlowrouteClient,
    output: Output,
    *,
    message: Annotated[
        str,
        typer.Argument(
            parser=checked(resource_id, "MESSAGE"), metavar="MESSAGE", help="Its id, which begins with mdr2-."
        ),
    ],
) -> None:
    """Show a message, and where the files of an MMS are. One that was just sent may not be found for some seconds."""
    found = await client.messages.get(message)
    output.item(found, media=" ".join(media.url or media.id for media in found.media) or None)

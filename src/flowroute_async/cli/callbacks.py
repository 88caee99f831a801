"""`flowroute numbers callbacks` and `flowroute messages callbacks`: where the vendor posts messages and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from flowroute_async.arguments import web_url
from flowroute_async.cli.command import command, subgroup
from flowroute_async.cli.messages import app as messages_app
from flowroute_async.cli.numbers import app as numbers_app
from flowroute_async.cli.options import Number
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked, completed

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.message_callbacks import CallbackKind

_KINDS = ("sms", "mms", "sms_dlr", "mms_dlr", "dlr")

Kind: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        autocompletion=completed(_KINDS),
        help="sms or mms for inbound messages, sms_dlr or mms_dlr for delivery receipts.",
    ),
]
Url: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(web_url, "URL"), metavar="URL", help="An http or https address that the vendor reaches."
    ),
]

of_number: typer.Typer = subgroup(numbers_app, "callbacks", "Where messages of one number are called back.")
of_account: typer.Typer = subgroup(messages_app, "callbacks", "Where messages of the account are called back.")


def _kind(kind: str) -> CallbackKind:
    from flowroute_async.message_callbacks import callback_kind

    return callback_kind(kind)


@command(of_number, "set", examples="numbers callbacks set 12065550100 sms https://example.com/sms")
async def set_of_number(client: FlowrouteClient, output: Output, *, number: Number, kind: Kind, url: Url) -> None:
    """Set the callback URL for messages of a number, in place of the account's."""
    await client.numbers.set_callback(number, _kind(kind), url)
    output.say(f"{kind} of {number} goes to {url}.")


@command(of_number, "get", examples="numbers callbacks get 12065550100 sms")
async def get_of_number(client: FlowrouteClient, output: Output, *, number: Number, kind: Kind) -> None:
    """Show where messages of a number are called back."""
    output.item(await client.numbers.get_callback(number, _kind(kind)))


@command(of_number, "delete", examples="numbers callbacks delete 12065550100 sms")
async def delete_of_number(client: FlowrouteClient, output: Output, *, number: Number, kind: Kind) -> None:
    """Remove a number's own setting: the account's counts then."""
    await client.numbers.delete_callback(number, _kind(kind))
    output.say(f"{kind} of {number} goes where the account's setting says.")


@command(of_account, "set", examples="messages callbacks set sms https://example.com/sms")
async def set_of_account(client: FlowrouteClient, output: Output, *, kind: Kind, url: Url) -> None:
    """Set the callback URL for messages of the account."""
    await client.messages.set_callback(_kind(kind), url)
    output.say(f"{kind} goes to {url}.")


@command(of_account, "get", examples="messages callbacks get sms")
async def get_of_account(client: FlowrouteClient, output: Output, *, kind: Kind) -> None:
    """Show where messages of the account are called back."""
    output.item(await client.messages.get_callback(_kind(kind)))


@command(of_account, "delete", examples="messages callbacks delete sms")
async def delete_of_account(client: FlowrouteClient, output: Output, *, kind: Kind) -> None:
    """Remove the account's setting: its messages are called back no more."""
    await client.messages.delete_callback(_kind(kind))
    output.say(f"{kind} is called back no more, but for numbers with a setting of their own.")

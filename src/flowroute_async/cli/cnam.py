"""`flowroute cnam`: the names that calls from the account's numbers show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias, Unpack

import typer

from flowroute_async.arguments import resource_id
from flowroute_async.caller_names import caller_name
from flowroute_async.cli.command import command, group
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.options import MaxItems, Number, PageSize, Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked
from flowroute_openapi import ListCnamRecordsQuery, list_cnam_records

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group("cnam")

RecordId: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(resource_id, "RECORD"), metavar="RECORD", help="The record's id, as `cnam list` shows it."
    ),
]
Name: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(caller_name, "NAME"),
        metavar="NAME",
        help="The name: 1 to 15 characters, one of them a letter. It is put in capitals.",
    ),
]


@command(app, "list", descriptions=described(list_cnam_records), examples="cnam list --is-approved")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListCnamRecordsQuery],
) -> None:
    """List the account's records."""
    from flowroute_openapi.models import CnamRecord

    found = client.cnam.list(max_items=max_items, page_size=page_size, **filters)
    await output.items(found, CnamRecord, ("id", "value", "is_approved", "rejection_reason", "creation_datetime"))


@command(app, "get", examples="cnam get 20002")
async def get(client: FlowrouteClient, output: Output, *, record: RecordId) -> None:
    """Show a record, and the numbers that show it."""
    output.item(await client.cnam.get(record))


@command(
    app,
    "create",
    examples="""
    cnam create "Acme Workshop"
    """,
)
async def create(client: FlowrouteClient, output: Output, *, value: Name, yes: Yes = False) -> None:
    """Create a record; the vendor approves or rejects it within 48 hours."""
    ask(f"A CNAM record {value} will be created for the vendor to approve, at the usual price.", yes=yes)
    output.item(await client.cnam.create(value))


@command(
    app,
    "update",
    examples="""
    cnam update 20002 "Acme Home"
    """,
)
async def update(client: FlowrouteClient, output: Output, *, record: RecordId, value: Name) -> None:
    """Change the name of a record that is not approved yet."""
    output.item(await client.cnam.update(record, value))


@command(app, "delete", examples="cnam delete 20002")
async def delete(client: FlowrouteClient, output: Output, *, record: RecordId, yes: Yes = False) -> None:
    """Delete a record; numbers that show it show it no more."""
    ask(f"Record {record} will be deleted, and no number shows its name then; a new one has to be approved.", yes=yes)
    await client.cnam.delete(record)
    output.say(f"Record {record} is deleted.")


@command(app, "associate", examples="cnam associate 12065550100 20002")
async def associate(
    client: FlowrouteClient, output: Output, *, number: Number, record: RecordId, yes: Yes = False
) -> None:
    """Associate an approved record with a US local number; it takes 5 to 7 business days."""
    ask(f"Whoever is called from {number} will see the name of record {record}, at the usual price.", yes=yes)
    output.item(await client.cnam.associate(number, record))


@command(app, "unassociate", examples="cnam unassociate 12065550100")
async def unassociate(client: FlowrouteClient, output: Output, *, number: Number, yes: Yes = False) -> None:
    """Remove the record from a number; the record stays on the account."""
    ask(f"{number} will show no name any more; to associate one again is charged.", yes=yes)
    output.item(await client.cnam.unassociate(number))

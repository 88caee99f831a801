"""`flowroute e911`: the addresses that emergency services are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Unpack

import typer

from flowroute_async.addresses import ADDRESS_TYPES, AddressChanges, NewAddress, changed_address, new_address
from flowroute_async.arguments import resource_id
from flowroute_async.cli.command import command, group
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.options import MaxItems, Number, PageSize, Yes, cleared, clearing, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked
from flowroute_openapi import ListE911AddressesQuery, list_e911_addresses

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group("e911")

AddressId: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(resource_id, "ADDRESS"), metavar="ADDRESS", help="The address's id, as `e911 list` shows it."
    ),
]

_OFFICE = (
    "--label Office --first-name Janet --last-name Doe --street-number 3910 "
    '--street-name "N Vassault" --city Tacoma --state WA --zip 98407'
)
_PARTS = {
    **described(NewAddress),
    "address_type": f"The kind of unit, with --address-type-number: {', '.join(ADDRESS_TYPES)}.",
}


@command(app, "list", descriptions=described(list_e911_addresses), examples="e911 list --state WA")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListE911AddressesQuery],
) -> None:
    """List the account's addresses."""
    from flowroute_openapi.models import E911Address

    found = client.e911.list(max_items=max_items, page_size=page_size, **filters)
    columns = ("id", "label", "last_name", "street_number", "street_name", "city", "state", "zip")
    await output.items(found, E911Address, columns)


@command(app, "get", examples="e911 get 20003")
async def get(client: FlowrouteClient, output: Output, *, address: AddressId) -> None:
    """Show an address."""
    output.item(await client.e911.get(address))


@command(
    app,
    "validate",
    descriptions=_PARTS,
    examples=f"e911 validate {_OFFICE}",
)
async def validate(client: FlowrouteClient, output: Output, **address: Unpack[NewAddress]) -> None:
    """Check that an address can be located, without storing it."""
    await client.e911.validate(**address)
    output.say("The address can be located.")


@command(
    app,
    "create",
    descriptions=_PARTS,
    examples=f"e911 create {_OFFICE}",
)
async def create(client: FlowrouteClient, output: Output, *, yes: Yes = False, **address: Unpack[NewAddress]) -> None:
    """Check an address and store it. Emergency services go by it."""
    new_address(address)  # what is wrong is said before the question
    ask(f"The address {address['label']} will be stored, for emergency services to go by.", yes=yes)
    output.item(await client.e911.create(**address))


@command(
    app,
    "update",
    descriptions=_PARTS,
    examples="""
    e911 update 20003 --first-name Jane
    e911 update 20003 --clear unit
    """,
)
async def update(
    client: FlowrouteClient,
    output: Output,
    *,
    address: AddressId,
    clear: Annotated[list[str] | None, clearing("unit")] = None,
    yes: Yes = False,
    **changes: Unpack[AddressChanges],
) -> None:
    """Change some parts of an address; the others stay as they are. The change is checked, and can be charged."""
    given: Any = {name: value for name, value in changes.items() if value is not None}
    unit = cleared(("address_type", "address_type_number") if clear else (), given)
    changed_address(given | unit)  # what is wrong is said before the question
    ask(f"Emergency services will go by the changed address {address}; the change can be charged.", yes=yes)
    output.item(await client.e911.update(address, **given, **unit))


@command(app, "delete", examples="e911 delete 20003")
async def delete(client: FlowrouteClient, output: Output, *, address: AddressId, yes: Yes = False) -> None:
    """Delete an address that no number has."""
    ask(f"Address {address} will be deleted.", yes=yes)
    await client.e911.delete(address)
    output.say(f"Address {address} is deleted.")


@command(app, "associate", examples="e911 associate 12065550100 20003")
async def associate(
    client: FlowrouteClient, output: Output, *, number: Number, address: AddressId, yes: Yes = False
) -> None:
    """Assign a number an address, in place of the one that it had. Each address that a number is given is charged."""
    ask(f"Emergency services will go to address {address} for calls from {number}, which is charged.", yes=yes)
    await client.e911.associate(number, address)
    output.say(f"{number} has address {address}.")


@command(app, "unassociate", examples="e911 unassociate 12065550100")
async def unassociate(client: FlowrouteClient, output: Output, *, number: Number, yes: Yes = False) -> None:
    """Remove a number's address: emergency calls from it cannot be located then."""
    ask(f"Emergency calls from {number} will no longer be located.", yes=yes)
    await client.e911.unassociate(number)
    output.say(f"{number} has no address any more.")


@command(app, "numbers", examples="e911 numbers 20003")
async def numbers(
    client: FlowrouteClient,
    output: Output,
    *,
    address: AddressId,
    max_items: MaxItems = None,
    page_size: PageSize = None,
) -> None:
    """List the numbers that have an address."""
    from flowroute_openapi.models import E911Number

    found = client.e911.numbers(address, max_items=max_items, page_size=page_size)
    await output.items(found, E911Number, ("id", "alias"))

"""The operations under /v2/e911s, and their objects. Source: the vendor's API reference and samples of its SDKs."""

from typing import Annotated, TypedDict

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from flowroute_openapi.models import Model, PageLinks
from flowroute_openapi.types import Operation, path_segment, query_pairs

__all__ = [
    "E911Address",
    "E911AddressChange",
    "E911AddressChangeDocument",
    "E911AddressChanges",
    "E911AddressDocument",
    "E911AddressListDocument",
    "E911Number",
    "E911NumberListDocument",
    "ListE911AddressesQuery",
    "NewE911Address",
    "NewE911AddressAttributes",
    "NewE911AddressDocument",
    "associate_e911_address",
    "create_e911_address",
    "delete_e911_address",
    "get_e911_address",
    "list_e911_addresses",
    "list_e911_numbers",
    "unassociate_e911_address",
    "update_e911_address",
    "validate_e911_address",
]


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


# Lists and details write an absent unit as "", answers to create and update leave it out.
_Unit = Annotated[str | None, BeforeValidator(_none_if_empty)]


class E911Address(Model):
    """An address that emergency services are sent to, flat: its attributes are fields.

    Attributes:
        label: Its name on the account, unique there.
        address_type: The kind of unit, such as Suite, or None where there is none.
        address_type_number: The unit, such as 200 or A-1, or None where there is none.
        state: Two letters: a US state or a Canadian province.
        country: US or CA; a few old addresses have USA.
        zip: The US zip code or Canadian postal code.
    """

    id: str
    type: str = "e911"
    label: str = Field(validation_alias=AliasPath("attributes", "label"))
    first_name: str = Field(validation_alias=AliasPath("attributes", "first_name"))
    last_name: str = Field(validation_alias=AliasPath("attributes", "last_name"))
    street_number: str = Field(validation_alias=AliasPath("attributes", "street_number"))
    street_name: str = Field(validation_alias=AliasPath("attributes", "street_name"))
    address_type: _Unit = Field(default=None, validation_alias=AliasPath("attributes", "address_type"))
    address_type_number: _Unit = Field(default=None, validation_alias=AliasPath("attributes", "address_type_number"))
    city: str = Field(validation_alias=AliasPath("attributes", "city"))
    state: str = Field(validation_alias=AliasPath("attributes", "state"))
    country: str = Field(validation_alias=AliasPath("attributes", "country"))
    zip: str = Field(validation_alias=AliasPath("attributes", "zip"))


class E911AddressDocument(Model):
    """The answer that holds one address."""

    data: E911Address


class E911AddressListDocument(Model):
    """A page of addresses."""

    data: tuple[E911Address, ...]
    links: PageLinks | None = None


class E911Number(Model):
    """A phone number that has an address.

    Attributes:
        id: The phone number. Where the vendor gives an internal id instead, that one is left out.
        value: The phone number.
        alias: The number's name on the account.
    """

    id: str = Field(validation_alias=AliasChoices(AliasPath("attributes", "value"), "id"))
    type: str = "number"
    value: str = Field(validation_alias=AliasChoices(AliasPath("attributes", "value"), "id"))
    alias: str | None = Field(default=None, validation_alias=AliasPath("attributes", "alias"))


class E911NumberListDocument(Model):
    """A page of the numbers that have an address."""

    data: tuple[E911Number, ...]
    links: PageLinks | None = None


class NewE911AddressAttributes(Model):
    """What a new address is made of."""

    label: str
    first_name: str
    last_name: str
    street_number: str
    street_name: str
    address_type: str | None = None
    address_type_number: str | None = None
    city: str
    state: str
    country: str
    zip: str


class NewE911Address(Model):
    """A new address."""

    type: str = "e911"
    attributes: NewE911AddressAttributes


class NewE911AddressDocument(Model):
    """The body that creates or validates an address."""

    data: NewE911Address


class E911AddressChanges(Model):
    """The attributes of an address to change; those that are None stay. An empty unit removes it."""

    label: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    street_number: str | None = None
    street_name: str | None = None
    address_type: str | None = None
    address_type_number: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    zip: str | None = None


class E911AddressChange(Model):
    """A change of an address."""

    type: str = "e911"
    attributes: E911AddressChanges


class E911AddressChangeDocument(Model):
    """The body that changes an address."""

    data: E911AddressChange


class ListE911AddressesQuery(TypedDict, total=False):
    """The filters of `list_e911_addresses`."""

    state: str | None
    label: str | None
    city: str | None
    street_name: str | None


def list_e911_addresses(
    *,
    limit: int | None = None,
    offset: int | None = None,
    state: str | None = None,
    label: str | None = None,
    city: str | None = None,
    street_name: str | None = None,
) -> Operation[E911AddressListDocument]:
    """List the account's addresses.

    Args:
        limit: Addresses to a page, at most 2000; 10 if not given.
        offset: How many addresses to skip.
        state: Two letters, in any case.
        label: A part of the label, in any case.
        city: A part of the city's name, in any case.
        street_name: A part of the street's name, in any case.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_e911_addresses",
        method="GET",
        route="/v2/e911s",
        path="/v2/e911s",
        response=E911AddressListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("state", state),
                ("label", label),
                ("city", city),
                ("street_name", street_name),
            )
        ),
    )


def get_e911_address(address_id: str) -> Operation[E911AddressDocument]:
    """Look up an address.

    Args:
        address_id: The address's id.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_e911_address",
        method="GET",
        route="/v2/e911s/{address_id}",
        path=f"/v2/e911s/{path_segment('address_id', address_id)}",
        response=E911AddressDocument,
        repeatable=True,
        expected_id=address_id,
    )


def validate_e911_address(body: NewE911AddressDocument) -> Operation[None]:
    """Check that an address can be located; nothing is stored. The answer to a good one has no body.

    Args:
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="validate_e911_address",
        method="POST",
        route="/v2/e911s/validate",
        path="/v2/e911s/validate",
        response=type(None),
        repeatable=True,
        body=body,
    )


def create_e911_address(body: NewE911AddressDocument) -> Operation[E911AddressDocument]:
    """Check an address and store it.

    Args:
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_e911_address",
        method="POST",
        route="/v2/e911s",
        path="/v2/e911s",
        response=E911AddressDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the address exists (e911.list).",
    )


def update_e911_address(address_id: str, body: E911AddressChangeDocument) -> Operation[E911AddressDocument]:
    """Change some of an address's attributes; the whole is checked again.

    Args:
        address_id: The address's id.
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_e911_address",
        method="PATCH",
        route="/v2/e911s/{address_id}",
        path=f"/v2/e911s/{path_segment('address_id', address_id)}",
        response=E911AddressDocument,
        repeatable=True,
        body=body,
        charges=True,
        expected_id=address_id,
    )


def delete_e911_address(address_id: str) -> Operation[None]:
    """Delete an address that no number has.

    Args:
        address_id: The address's id.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_e911_address",
        method="DELETE",
        route="/v2/e911s/{address_id}",
        path=f"/v2/e911s/{path_segment('address_id', address_id)}",
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )


def associate_e911_address(number_id: str, address_id: str) -> Operation[None]:
    """Give a number an address, in place of the one that it had. The same one again is no error and costs nothing.

    Args:
        number_id: The phone number, 11 digits.
        address_id: The address's id.

    Returns:
        The call, to be sent by a client.
    """
    number, address = path_segment("number_id", number_id), path_segment("address_id", address_id)
    return Operation(
        name="associate_e911_address",
        method="PATCH",
        route="/v2/numbers/{number_id}/relationships/e911s/{address_id}",
        path=f"/v2/numbers/{number}/relationships/e911s/{address}",
        response=type(None),
        repeatable=True,
        charges=True,
    )


def unassociate_e911_address(number_id: str) -> Operation[None]:
    """Take a number's address away: it has no emergency service then.

    Args:
        number_id: The phone number, 11 digits.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="unassociate_e911_address",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/e911s",
        path=f"/v2/numbers/{path_segment('number_id', number_id)}/relationships/e911s",
        response=type(None),
        repeatable=True,
    )


def list_e911_numbers(
    address_id: str, *, limit: int | None = None, offset: int | None = None
) -> Operation[E911NumberListDocument]:
    """List the numbers that have an address.

    Args:
        address_id: The address's id.
        limit: Numbers to a page; 10 if not given.
        offset: How many numbers to skip.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_e911_numbers",
        method="GET",
        route="/v2/e911s/{address_id}/relationships/numbers",
        path=f"/v2/e911s/{path_segment('address_id', address_id)}/relationships/numbers",
        response=E911NumberListDocument,
        repeatable=True,
        query=query_pairs((("limit", limit), ("offset", offset))),
    )

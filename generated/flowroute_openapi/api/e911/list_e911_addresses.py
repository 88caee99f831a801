"""GET /v2/e911s. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_e911_addresses", "ListE911AddressesQuery"]


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
) -> "Operation[models.E911AddressListDocument]":
    """List the account's addresses.

    Args:
        limit: Addresses to a page, at most 2000; 10 if not given.
        offset: How many items to skip.
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
        response=models.E911AddressListDocument,
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

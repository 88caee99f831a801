"""GET /v2/e911s/{address_id}/relationships/numbers. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment, query_pairs

__all__ = ["list_e911_numbers", "ListE911NumbersQuery"]


class ListE911NumbersQuery(TypedDict, total=False):
    """The filters of `list_e911_numbers`."""


def list_e911_numbers(
    address_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> "Operation[models.E911NumberListDocument]":
    """List the numbers that have an address.

    Args:
        address_id: The id of the address.
        limit: Items to a page; no maximum is documented.
        offset: How many items to skip.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_e911_numbers",
        method="GET",
        route="/v2/e911s/{address_id}/relationships/numbers",
        path="/v2/e911s/{address_id}/relationships/numbers".format(address_id=path_segment("address_id", address_id)),
        response=models.E911NumberListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
            )
        ),
    )

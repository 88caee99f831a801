"""GET /v2/numbers/available/tiers. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_available_tiers", "ListAvailableTiersQuery"]


class ListAvailableTiersQuery(TypedDict, total=False):
    """The filters of `list_available_tiers`."""


def list_available_tiers(
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> "Operation[models.AvailableCodeListDocument]":
    """List the pricing tiers that have numbers for sale.

    Args:
        limit: Items to a page, at most 200; 10 if not given.
        offset: How many items to skip.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_available_tiers",
        method="GET",
        route="/v2/numbers/available/tiers",
        path="/v2/numbers/available/tiers",
        response=models.AvailableCodeListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
            )
        ),
    )

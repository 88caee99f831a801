"""GET /v2/numbers/available/areacodes. Generated; see spec/templates."""

from decimal import Decimal
from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_available_area_codes", "ListAvailableAreaCodesQuery"]


class ListAvailableAreaCodesQuery(TypedDict, total=False):
    """The filters of `list_available_area_codes`."""

    max_setup_cost: Decimal | float | None


def list_available_area_codes(
    *,
    limit: int | None = None,
    offset: int | None = None,
    max_setup_cost: Decimal | float | None = None,
) -> "Operation[models.AvailableCodeListDocument]":
    """List Available Area Codes.

    Returns a list of all Numbering Plan Area (NPA) codes containing purchasable phone numbers.

    Args:
        limit: Limits the number of items to retrieve. A maximum of 400 items can be retrieved.
        offset: Offsets the list of phone numbers by your specified value. For example, if you have 4 phone numbers
            and you entered 1 as your offset value, then only 3 of your phone numbers will be displayed in the
            response.
        max_setup_cost: Restricts the results to area codes that include at least one telephone number with a setup fee
            below or equal to the specified max_setup_cost. For more details around pricing, please see
            Flowroute Pricing Details.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_available_area_codes",
        method="GET",
        route="/v2/numbers/available/areacodes",
        path="/v2/numbers/available/areacodes",
        response=models.AvailableCodeListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("max_setup_cost", max_setup_cost),
            )
        ),
    )

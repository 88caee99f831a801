"""GET /v2/numbers/available/exchanges. Generated; see spec/templates."""

from decimal import Decimal
from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_available_exchanges", "ListAvailableExchangesQuery"]


class ListAvailableExchangesQuery(TypedDict, total=False):
    """The filters of `list_available_exchanges`."""

    max_setup_cost: Decimal | float | None
    areacode: str | None


def list_available_exchanges(
    *,
    limit: int | None = None,
    offset: int | None = None,
    max_setup_cost: Decimal | float | None = None,
    areacode: str | None = None,
) -> "Operation[models.AvailableCodeListDocument]":
    """List Available Exchange Codes.

    Returns a list of all Central Office (exchange) codes containing purchasable phone numbers.

    Args:
        limit: Limits the number of items to retrieve. A maximum of 200 items can be retrieved.
        offset: Offsets the list of phone numbers by your specified value. For example, if you have 4 phone numbers
            and you entered 1 as your offset value, then only 3 of your phone numbers will be displayed in the
            response.
        max_setup_cost: Restricts the results to exchanges that include at least one telephone number with a setup fee below
            or equal to the specified max_setup_cost. For more details around pricing, please see Flowroute
            Pricing Details.
        areacode: Restricts the results to the specified area code.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_available_exchanges",
        method="GET",
        route="/v2/numbers/available/exchanges",
        path="/v2/numbers/available/exchanges",
        response=models.AvailableCodeListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("max_setup_cost", max_setup_cost),
                ("areacode", areacode),
            )
        ),
    )

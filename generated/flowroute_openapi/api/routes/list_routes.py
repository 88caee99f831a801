"""GET /v2/routes. Generated; see spec/templates."""

from typing import Literal, TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_routes", "ListRoutesQuery"]


class ListRoutesQuery(TypedDict, total=False):
    """The filters of `list_routes`."""

    route_type: Literal["host", "number", "sip-reg", "uri"] | str | None


def list_routes(
    *,
    limit: int | None = None,
    offset: int | None = None,
    route_type: Literal["host", "number", "sip-reg", "uri"] | str | None = None,
) -> "Operation[models.RouteListDocument]":
    """List Inbound Routes.

    Returns a list of your inbound routes. From the list, you can then select routes to use as the
    primary and failover routes for a phone number, which you can do via "Update Primary Voice Route for
    a Phone Number" and "Update Failover Voice Route for a Phone Number".

    Args:
        limit: Limits the number of routes to retrieve. A maximum of 200 items can be retrieved.
        offset: Offsets the list of routes by your specified value. For example, if you have 4 inbound routes and
            you entered 1 as your offset value, then only 3 of your routes will be displayed in the response.
        route_type: Restricts the results to inbound routes with your specified route type.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_routes",
        method="GET",
        route="/v2/routes",
        path="/v2/routes",
        response=models.RouteListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("route_type", route_type),
            )
        ),
    )

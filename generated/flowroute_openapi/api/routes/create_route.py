"""POST /v2/routes. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["create_route"]


def create_route(
    body: "models.NewRouteDocument",
) -> "Operation[models.RouteDocument]":
    """Create an Inbound Route.

    Creates a new inbound route which can then be associated with phone numbers. Please see "List
    Inbound Routes" to review the route values that you can associate with your Flowroute phone numbers.

    Args:
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_route",
        method="POST",
        route="/v2/routes",
        path="/v2/routes",
        response=models.RouteDocument,
        repeatable=False,
        body=body,
        look_at="Look whether the route exists (routes.list).",
    )

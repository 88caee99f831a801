"""PATCH /v2/routes/{route_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["update_route"]


def update_route(
    route_id: str,
    body: "models.RouteChangeDocument",
) -> "Operation[models.RouteDocument]":
    """Change a route.

    Args:
        route_id: The id of the route.
        body: The body that changes a route.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_route",
        method="PATCH",
        route="/v2/routes/{route_id}",
        path="/v2/routes/{route_id}".format(route_id=path_segment("route_id", route_id)),
        response=models.RouteDocument,
        repeatable=True,
        body=body,
        expected_id=route_id,
    )

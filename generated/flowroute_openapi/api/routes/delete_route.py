"""DELETE /v2/routes/{route_id}. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["delete_route"]


def delete_route(
    route_id: str,
) -> Operation[None]:
    """Delete a route that no number uses.

    Args:
        route_id: The id of the route.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_route",
        method="DELETE",
        route="/v2/routes/{route_id}",
        path="/v2/routes/{route_id}".format(route_id=path_segment("route_id", route_id)),
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )

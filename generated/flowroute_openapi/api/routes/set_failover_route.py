"""PATCH /v2/numbers/{number_id}/relationships/failover_route. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["set_failover_route"]


def set_failover_route(
    number_id: str,
    body: "models.RouteRelationship",
) -> Operation[None]:
    """Update Failover Voice Route for a Phone Number.

    Use this endpoint to update the failover voice route for a phone number. You must create the route
    first by following "Create an Inbound Route". You can then assign the created route by specifying
    its value in a PATCH request.

    Args:
        number_id: The phone number in E.164 11-digit North American format to which the failover route for voice will
            be assigned.
        body: A connection to an inbound route, as it is sent.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="set_failover_route",
        method="PATCH",
        route="/v2/numbers/{number_id}/relationships/failover_route",
        path="/v2/numbers/{number_id}/relationships/failover_route".format(
            number_id=path_segment("number_id", number_id)
        ),
        response=type(None),
        repeatable=True,
        body=body,
    )

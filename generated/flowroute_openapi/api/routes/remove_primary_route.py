"""DELETE /v2/numbers/{number_id}/relationships/primary_route. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["remove_primary_route"]


def remove_primary_route(
    number_id: str,
) -> Operation[None]:
    """Take the primary route of a number away.

    Args:
        number_id: The phone number in 11-digit E.164 format.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="remove_primary_route",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/primary_route",
        path="/v2/numbers/{number_id}/relationships/primary_route".format(
            number_id=path_segment("number_id", number_id)
        ),
        response=type(None),
        repeatable=True,
    )

"""DELETE /v2/numbers/{number_id}/relationships/e911s. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["unassociate_e911_address"]


def unassociate_e911_address(
    number_id: str,
) -> Operation[None]:
    """Take a number's address away: it has no emergency service then.

    Args:
        number_id: The phone number in 11-digit E.164 format.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="unassociate_e911_address",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/e911s",
        path="/v2/numbers/{number_id}/relationships/e911s".format(number_id=path_segment("number_id", number_id)),
        response=type(None),
        repeatable=True,
    )

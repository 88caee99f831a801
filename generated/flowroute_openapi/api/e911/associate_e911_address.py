"""PATCH /v2/numbers/{number_id}/relationships/e911s/{address_id}. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["associate_e911_address"]


def associate_e911_address(
    number_id: str,
    address_id: str,
) -> Operation[None]:
    """Assign an address to a number, in place of the one that it had.

    The same one again is no error and costs nothing.

    Args:
        number_id: The phone number in 11-digit E.164 format.
        address_id: The id of the address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="associate_e911_address",
        method="PATCH",
        route="/v2/numbers/{number_id}/relationships/e911s/{address_id}",
        path="/v2/numbers/{number_id}/relationships/e911s/{address_id}".format(
            number_id=path_segment("number_id", number_id), address_id=path_segment("address_id", address_id)
        ),
        response=type(None),
        repeatable=True,
        charges=True,
    )

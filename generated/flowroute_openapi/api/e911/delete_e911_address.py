"""DELETE /v2/e911s/{address_id}. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["delete_e911_address"]


def delete_e911_address(
    address_id: str,
) -> Operation[None]:
    """Delete an address that no number has.

    Args:
        address_id: The id of the address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_e911_address",
        method="DELETE",
        route="/v2/e911s/{address_id}",
        path="/v2/e911s/{address_id}".format(address_id=path_segment("address_id", address_id)),
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )

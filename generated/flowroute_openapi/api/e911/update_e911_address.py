"""PATCH /v2/e911s/{address_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["update_e911_address"]


def update_e911_address(
    address_id: str,
    body: "models.E911AddressChangeDocument",
) -> "Operation[models.E911AddressDocument]":
    """Change some of an address's attributes; the whole is checked again.

    Args:
        address_id: The id of the address.
        body: The body that changes an address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_e911_address",
        method="PATCH",
        route="/v2/e911s/{address_id}",
        path="/v2/e911s/{address_id}".format(address_id=path_segment("address_id", address_id)),
        response=models.E911AddressDocument,
        repeatable=True,
        body=body,
        charges=True,
        expected_id=address_id,
    )

"""GET /v2/e911s/{address_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_e911_address"]


def get_e911_address(
    address_id: str,
) -> "Operation[models.E911AddressDocument]":
    """Look up an address.

    Args:
        address_id: The id of the address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_e911_address",
        method="GET",
        route="/v2/e911s/{address_id}",
        path="/v2/e911s/{address_id}".format(address_id=path_segment("address_id", address_id)),
        response=models.E911AddressDocument,
        repeatable=True,
        expected_id=address_id,
    )

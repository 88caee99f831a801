"""POST /v2/e911s. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["create_e911_address"]


def create_e911_address(
    body: "models.NewE911AddressDocument",
) -> "Operation[models.E911AddressDocument]":
    """Check an address and store it.

    Args:
        body: The body that creates or validates an address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_e911_address",
        method="POST",
        route="/v2/e911s",
        path="/v2/e911s",
        response=models.E911AddressDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the address exists (e911.list).",
    )

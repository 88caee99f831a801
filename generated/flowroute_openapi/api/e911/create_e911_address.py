"""POST /v2/e911s. Generated; see spec/templates."""

from flowroute_openapi.models import E911AddressDocument, NewE911AddressDocument
from flowroute_openapi.types import Operation

__all__ = ["create_e911_address"]


def create_e911_address(
    body: NewE911AddressDocument,
) -> Operation[E911AddressDocument]:
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
        response=E911AddressDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the address exists (e911.list).",
    )

"""POST /v2/e911s/validate. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["validate_e911_address"]


def validate_e911_address(
    body: "models.NewE911AddressDocument",
) -> Operation[None]:
    """Check that an address can be located; nothing is stored.

    The answer to a good one has no body.

    Args:
        body: The body that creates or validates an address.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="validate_e911_address",
        method="POST",
        route="/v2/e911s/validate",
        path="/v2/e911s/validate",
        response=type(None),
        repeatable=True,
        body=body,
    )

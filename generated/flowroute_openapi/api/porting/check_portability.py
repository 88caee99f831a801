"""POST /v2/portorders/portability. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["check_portability"]


def check_portability(
    body: "models.PortabilityCheck",
) -> "Operation[models.PortabilityDocument]":
    """Check which numbers can be ported.

    Args:
        body: The numbers whose portability is asked for.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="check_portability",
        method="POST",
        route="/v2/portorders/portability",
        path="/v2/portorders/portability",
        response=models.PortabilityDocument,
        repeatable=True,
        body=body,
    )

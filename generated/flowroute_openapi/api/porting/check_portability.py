"""POST /v2/portorders/portability. Generated; see spec/templates."""

from flowroute_openapi.models import PortabilityCheck, PortabilityDocument
from flowroute_openapi.types import Operation

__all__ = ["check_portability"]


def check_portability(
    body: PortabilityCheck,
) -> Operation[PortabilityDocument]:
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
        response=PortabilityDocument,
        repeatable=True,
        body=body,
    )

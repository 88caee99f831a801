"""POST /v2/portorders. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["create_port_order"]


def create_port_order(
    body: "models.NewPortOrderDocument",
) -> "Operation[models.PortOrderGroupDocument]":
    """Create a port order.

    It may be split into several orders of one group. No fee is due before it is submitted.

    Args:
        body: The body that creates a port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_port_order",
        method="POST",
        route="/v2/portorders",
        path="/v2/portorders",
        response=models.PortOrderGroupDocument,
        repeatable=False,
        body=body,
        look_at="Look whether the order exists (porting.list).",
    )

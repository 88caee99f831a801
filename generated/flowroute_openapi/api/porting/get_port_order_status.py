"""GET /v2/portorders/{order_id}/status. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_port_order_status"]


def get_port_order_status(
    order_id: str,
) -> "Operation[models.PortOrderStatusDocument]":
    """Look up how far a port order is.

    Args:
        order_id: The id of the port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_port_order_status",
        method="GET",
        route="/v2/portorders/{order_id}/status",
        path="/v2/portorders/{order_id}/status".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderStatusDocument,
        repeatable=True,
        expected_id=order_id,
    )

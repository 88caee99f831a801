"""GET /v2/portorders/{order_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_port_order"]


def get_port_order(
    order_id: str,
) -> "Operation[models.PortOrderDocument]":
    """Look up a port order.

    Args:
        order_id: The id of the port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_port_order",
        method="GET",
        route="/v2/portorders/{order_id}",
        path="/v2/portorders/{order_id}".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderDocument,
        repeatable=True,
        expected_id=order_id,
    )

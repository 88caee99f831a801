"""PATCH /v2/portorders/{order_id}/status. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["cancel_port_order"]


def cancel_port_order(
    order_id: str,
    body: "models.PortOrderCancellationDocument",
) -> "Operation[models.PortOrderStatusDocument]":
    """Cancel a pending port order, or abandon a rejected one.

    Args:
        order_id: The id of the port order.
        body: The body that cancels a port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="cancel_port_order",
        method="PATCH",
        route="/v2/portorders/{order_id}/status",
        path="/v2/portorders/{order_id}/status".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderStatusDocument,
        repeatable=False,
        body=body,
        look_at="Look at the status of the order (porting.status).",
        expected_id=order_id,
    )

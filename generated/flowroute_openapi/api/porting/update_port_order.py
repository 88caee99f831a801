"""PATCH /v2/portorders/{order_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["update_port_order"]


def update_port_order(
    order_id: str,
    body: "models.PortOrderChangeDocument",
) -> "Operation[models.PortOrderDocument]":
    """Change a port order, or what its numbers are set up with.

    Args:
        order_id: The id of the port order.
        body: The body that changes a port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_port_order",
        method="PATCH",
        route="/v2/portorders/{order_id}",
        path="/v2/portorders/{order_id}".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderDocument,
        repeatable=True,
        body=body,
        expected_id=order_id,
    )

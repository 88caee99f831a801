"""PATCH /v2/portorders/{order_id}/relationships/numbers. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["change_port_order_numbers"]


def change_port_order_numbers(
    order_id: str,
    body: "models.PortOrderNumbersChange",
) -> "Operation[models.PortOrderDocument]":
    """Add numbers to a pending port order, and remove others.

    Args:
        order_id: The id of the port order.
        body: Numbers to add to a port order and to remove from it; either may be empty.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="change_port_order_numbers",
        method="PATCH",
        route="/v2/portorders/{order_id}/relationships/numbers",
        path="/v2/portorders/{order_id}/relationships/numbers".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderDocument,
        repeatable=False,
        body=body,
        look_at="Look at the numbers of the order (porting.get).",
        expected_id=order_id,
    )

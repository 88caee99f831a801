"""POST /v2/portorders/{group_id}/numbers. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["add_port_order_group_numbers"]


def add_port_order_group_numbers(
    group_id: str,
    body: "models.PortOrderGroupNumbers",
) -> "Operation[models.PortOrderDocument]":
    """Add numbers to a group of port orders; it may open further orders.

    Args:
        group_id: The id of the group.
        body: Numbers to add to a group of port orders.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="add_port_order_group_numbers",
        method="POST",
        route="/v2/portorders/{group_id}/numbers",
        path="/v2/portorders/{group_id}/numbers".format(group_id=path_segment("group_id", group_id)),
        response=models.PortOrderDocument,
        repeatable=False,
        body=body,
        look_at="Look at the orders of the group (porting.group).",
    )

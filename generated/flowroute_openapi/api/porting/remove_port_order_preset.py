"""DELETE /v2/portorders/{order_id}/presets/{preset}. Generated; see spec/templates."""

from typing import Literal

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["remove_port_order_preset"]


def remove_port_order_preset(
    order_id: str,
    preset: Literal["cnam_id", "e911_id", "failover_route_id", "primary_route_id"],
) -> "Operation[models.PortOrderDocument]":
    """Remove what the numbers of a port order would be set up with.

    Args:
        order_id: The id of the port order.
        preset: What to remove.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="remove_port_order_preset",
        method="DELETE",
        route="/v2/portorders/{order_id}/presets/{preset}",
        path="/v2/portorders/{order_id}/presets/{preset}".format(
            order_id=path_segment("order_id", order_id), preset=path_segment("preset", preset)
        ),
        response=models.PortOrderDocument,
        repeatable=True,
        expected_id=order_id,
    )

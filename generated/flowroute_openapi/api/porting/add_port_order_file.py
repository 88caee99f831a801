"""POST /v2/portorders/{order_id}/files. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["add_port_order_file"]


def add_port_order_file(
    order_id: str,
    body: "models.NewPortOrderFile",
) -> "Operation[models.PortOrderFileDocument]":
    """Have the vendor fetch a document of a port order.

    Args:
        order_id: The id of the port order.
        body: A document that the vendor fetches.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="add_port_order_file",
        method="POST",
        route="/v2/portorders/{order_id}/files",
        path="/v2/portorders/{order_id}/files".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderFileDocument,
        repeatable=False,
        body=body,
        look_at="Look at the documents of the order (porting.get).",
    )

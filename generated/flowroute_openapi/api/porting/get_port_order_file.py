"""GET /v2/portorders/{order_id}/files/{file_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_port_order_file"]


def get_port_order_file(
    order_id: str,
    file_id: str,
) -> "Operation[models.PortOrderFileDocument]":
    """Get an address to fetch a document of a port order from.

    Args:
        order_id: The id of the port order.
        file_id: The id of the document.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_port_order_file",
        method="GET",
        route="/v2/portorders/{order_id}/files/{file_id}",
        path="/v2/portorders/{order_id}/files/{file_id}".format(
            order_id=path_segment("order_id", order_id), file_id=path_segment("file_id", file_id)
        ),
        response=models.PortOrderFileDocument,
        repeatable=True,
    )

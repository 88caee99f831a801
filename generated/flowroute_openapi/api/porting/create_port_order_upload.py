"""POST /v2/portorders/{order_id}/upload_file. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["create_port_order_upload"]


def create_port_order_upload(
    order_id: str,
    body: "models.NewPortOrderUpload",
) -> "Operation[models.PortOrderFileDocument]":
    """Get an address to upload a document of a port order to.

    Args:
        order_id: The id of the port order.
        body: A document that is going to be uploaded.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_port_order_upload",
        method="POST",
        route="/v2/portorders/{order_id}/upload_file",
        path="/v2/portorders/{order_id}/upload_file".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderFileDocument,
        repeatable=True,
        body=body,
    )

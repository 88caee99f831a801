"""POST /v2/portorders/{order_id}/loa. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["sign_letter_of_authorization"]


def sign_letter_of_authorization(
    order_id: str,
    body: "models.SignedLetterDocument",
) -> "Operation[models.PortOrderDocument | None]":
    """Sign the letter of authorization of a port order.

    It is legally binding; the order goes to the losing carrier then, for a fee.

    Args:
        order_id: The id of the port order.
        body: The body that signs a letter of authorization.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="sign_letter_of_authorization",
        method="POST",
        route="/v2/portorders/{order_id}/loa",
        path="/v2/portorders/{order_id}/loa".format(order_id=path_segment("order_id", order_id)),
        response=models.PortOrderDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look at the status of the order (porting.status).",
        may_be_empty=True,
    )

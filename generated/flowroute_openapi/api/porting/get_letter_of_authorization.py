"""GET /v2/portorders/{order_id}/loa. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_letter_of_authorization"]


def get_letter_of_authorization(
    order_id: str,
) -> "Operation[models.LetterOfAuthorizationDocument]":
    """Look up the letter of authorization of a port order.

    Args:
        order_id: The id of the port order.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_letter_of_authorization",
        method="GET",
        route="/v2/portorders/{order_id}/loa",
        path="/v2/portorders/{order_id}/loa".format(order_id=path_segment("order_id", order_id)),
        response=models.LetterOfAuthorizationDocument,
        repeatable=True,
    )

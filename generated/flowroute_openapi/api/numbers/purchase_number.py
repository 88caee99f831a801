"""POST /v2/numbers/{id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["purchase_number"]


def purchase_number(
    id: str,
    body: "models.PurchaseOptions | None" = None,
) -> "Operation[models.NumberDocument]":
    """Purchase a Phone Number.

    Lets you purchase a phone number from available Flowroute inventory.

    Args:
        id: Phone number to purchase. Must be in 11-digit E.164 format; e.g. 12061231234.
        body: What to set up with a number that is purchased.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="purchase_number",
        method="POST",
        route="/v2/numbers/{id}",
        path="/v2/numbers/{id}".format(id=path_segment("id", id)),
        response=models.NumberDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the number is on the account (numbers.get).",
        expected_id=id,
    )

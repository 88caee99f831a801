"""GET /v2/numbers/{number_id}/relationships/{product}_callback. Generated; see spec/templates."""

from typing import Literal

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_number_callback"]


def get_number_callback(
    number_id: str,
    product: Literal["dlr", "mms", "mms_dlr", "sms", "sms_dlr"],
) -> "Operation[models.CallbackDocument]":
    """Look up where messages of a number are called back.

    Args:
        number_id: The phone number in 11-digit E.164 format.
        product: What is called back: inbound messages (sms, mms) or delivery receipts (sms_dlr, mms_dlr; dlr is the
            older word for sms_dlr).

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_number_callback",
        method="GET",
        route="/v2/numbers/{number_id}/relationships/{product}_callback",
        path="/v2/numbers/{number_id}/relationships/{product}_callback".format(
            number_id=path_segment("number_id", number_id), product=path_segment("product", product)
        ),
        response=models.CallbackDocument,
        repeatable=True,
    )

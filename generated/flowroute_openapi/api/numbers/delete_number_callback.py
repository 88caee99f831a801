"""DELETE /v2/numbers/{number_id}/relationships/{product}_callback. Generated; see spec/templates."""

from typing import Literal

from flowroute_openapi.types import Operation, path_segment

__all__ = ["delete_number_callback"]


def delete_number_callback(
    number_id: str,
    product: Literal["dlr", "mms", "mms_dlr", "sms", "sms_dlr"],
) -> Operation[None]:
    """Remove a callback of a number; the account's setting counts then.

    Args:
        number_id: The phone number in 11-digit E.164 format.
        product: What is called back: inbound messages (sms, mms) or delivery receipts (sms_dlr, mms_dlr; dlr is the
            older word for sms_dlr).

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_number_callback",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/{product}_callback",
        path="/v2/numbers/{number_id}/relationships/{product}_callback".format(
            number_id=path_segment("number_id", number_id), product=path_segment("product", product)
        ),
        response=type(None),
        repeatable=True,
    )

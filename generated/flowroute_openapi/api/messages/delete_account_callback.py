"""DELETE /v2.1/messages/{product}_callback. Generated; see spec/templates."""

from typing import Literal

from flowroute_openapi.types import Operation, path_segment

__all__ = ["delete_account_callback"]


def delete_account_callback(
    product: Literal["dlr", "mms", "mms_dlr", "sms", "sms_dlr"],
) -> Operation[None]:
    """Remove a callback of the account.

    Args:
        product: What is called back: inbound messages (sms, mms) or delivery receipts (sms_dlr, mms_dlr; dlr is the
            older word for sms_dlr).

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_account_callback",
        method="DELETE",
        route="/v2.1/messages/{product}_callback",
        path="/v2.1/messages/{product}_callback".format(product=path_segment("product", product)),
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )

"""PUT /v2.2/messages/{product}_callback. Generated; see spec/templates."""

from typing import Literal

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["set_account_callback_v2_2"]


def set_account_callback_v2_2(
    product: Literal["dlr", "mms", "mms_dlr", "sms", "sms_dlr"],
    body: "models.CallbackSetting",
) -> Operation[None]:
    """Set where messages of the account are called back.

    Args:
        product: What is called back: inbound messages (sms, mms) or delivery receipts (sms_dlr, mms_dlr; dlr is the
            older word for sms_dlr).
        body: Where messages are called back.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="set_account_callback_v2_2",
        method="PUT",
        route="/v2.2/messages/{product}_callback",
        path="/v2.2/messages/{product}_callback".format(product=path_segment("product", product)),
        response=type(None),
        repeatable=True,
        body=body,
    )

"""POST /v2.2/messages. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["send_message_v2_2"]


def send_message_v2_2(
    body: "models.NewMessage",
) -> "Operation[models.SentMessageDocument]":
    """Send a Message.

    Sends an SMS or MMS from a Flowroute long code or toll-free phone number to another valid phone
    number.

    Args:
        body: An SMS or MMS that is to be sent.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="send_message_v2_2",
        method="POST",
        route="/v2.2/messages",
        path="/v2.2/messages",
        response=models.SentMessageDocument,
        repeatable=False,
        body=body,
        charges=True,
        rate_group="mms" if body.is_mms or body.media_urls else "sms",
        look_at="Look whether it is among the messages sent since then (messages.list).",
    )

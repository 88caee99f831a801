"""POST /v2/message-provision. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["provision_messaging"]


def provision_messaging(
    body: "models.MessageProvisioningRequest",
) -> "Operation[models.MessageProvisioningDocument]":
    """Enable or disable messaging for numbers.

    It is a task that takes its time. Enabling is priced.

    Args:
        body: The numbers that messaging is enabled or disabled for.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="provision_messaging",
        method="POST",
        route="/v2/message-provision",
        path="/v2/message-provision",
        response=models.MessageProvisioningDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether messaging is enabled for the numbers (numbers.get).",
    )

"""GET /v2/message-provision/status/{task_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_message_provisioning"]


def get_message_provisioning(
    task_id: str,
) -> "Operation[models.MessageProvisioningDocument]":
    """Look up a task that sets messaging up.

    Args:
        task_id: The id of the task.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_message_provisioning",
        method="GET",
        route="/v2/message-provision/status/{task_id}",
        path="/v2/message-provision/status/{task_id}".format(task_id=path_segment("task_id", task_id)),
        response=models.MessageProvisioningDocument,
        repeatable=True,
        expected_id=task_id,
    )

"""GET /v2.2/messages/{id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_message_v2_2"]


def get_message_v2_2(
    id: str,
) -> "Operation[models.MessageDocument]":
    """Look Up a Message Detail Record.

    Searches for a specific message record ID and returns a Message Detail Record (in MDR2 format).

    Args:
        id: The unique message detail record identifier (MDR ID) of any message. When entering the MDR ID, the
            number should include the mdr2- preface.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_message_v2_2",
        method="GET",
        route="/v2.2/messages/{id}",
        path="/v2.2/messages/{id}".format(id=path_segment("id", id)),
        response=models.MessageDocument,
        repeatable=True,
        expected_id=id,
    )

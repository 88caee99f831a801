"""GET /v2.1/messages/{id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_message"]


def get_message(
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
        name="get_message",
        method="GET",
        route="/v2.1/messages/{id}",
        path="/v2.1/messages/{id}".format(id=path_segment("id", id)),
        response=models.MessageDocument,
        repeatable=True,
        expected_id=id,
    )

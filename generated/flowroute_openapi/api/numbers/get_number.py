"""GET /v2/numbers/{id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_number"]


def get_number(
    id: str,
) -> "Operation[models.NumberDocument]":
    """Phone Number Details.

    Lists all of the information associated with any of the phone numbers in your account, including
    billing method, primary voice route, and failover voice route.

    Args:
        id: Phone number to search for which must be a number that you own. Must be in 11-digit E.164 format;
            e.g. 12061231234.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_number",
        method="GET",
        route="/v2/numbers/{id}",
        path="/v2/numbers/{id}".format(id=path_segment("id", id)),
        response=models.NumberDocument,
        repeatable=True,
        expected_id=id,
    )

"""DELETE /v2/numbers/{number_id}/relationships/cnams. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["unassociate_cnam_record"]


def unassociate_cnam_record(
    number_id: str,
) -> "Operation[models.CnamRecordDocument]":
    """Make a number show no record.

    Args:
        number_id: The phone number in 11-digit E.164 format.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="unassociate_cnam_record",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/cnams",
        path="/v2/numbers/{number_id}/relationships/cnams".format(number_id=path_segment("number_id", number_id)),
        response=models.CnamRecordDocument,
        repeatable=True,
    )

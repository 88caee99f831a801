"""GET /v2/cnams/{record_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_cnam_record"]


def get_cnam_record(
    record_id: str,
) -> "Operation[models.CnamRecordDocument]":
    """Look up a record.

    Args:
        record_id: The id of the record.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_cnam_record",
        method="GET",
        route="/v2/cnams/{record_id}",
        path="/v2/cnams/{record_id}".format(record_id=path_segment("record_id", record_id)),
        response=models.CnamRecordDocument,
        repeatable=True,
        expected_id=record_id,
    )

"""PATCH /v2/cnams/{record_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["update_cnam_record"]


def update_cnam_record(
    record_id: str,
    body: "models.CnamRecordChangeDocument",
) -> "Operation[models.CnamRecordDocument]":
    """Change the name of a record that is not approved yet.

    Args:
        record_id: The id of the record.
        body: The body that changes a record.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_cnam_record",
        method="PATCH",
        route="/v2/cnams/{record_id}",
        path="/v2/cnams/{record_id}".format(record_id=path_segment("record_id", record_id)),
        response=models.CnamRecordDocument,
        repeatable=True,
        body=body,
        expected_id=record_id,
    )

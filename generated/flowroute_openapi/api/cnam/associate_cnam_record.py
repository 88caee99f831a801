"""PATCH /v2/numbers/{number_id}/relationships/cnams/{record_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["associate_cnam_record"]


def associate_cnam_record(
    number_id: str,
    record_id: str,
) -> "Operation[models.CnamRecordDocument]":
    """Make a number show an approved record.

    Args:
        number_id: The phone number in 11-digit E.164 format.
        record_id: The id of the record.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="associate_cnam_record",
        method="PATCH",
        route="/v2/numbers/{number_id}/relationships/cnams/{record_id}",
        path="/v2/numbers/{number_id}/relationships/cnams/{record_id}".format(
            number_id=path_segment("number_id", number_id), record_id=path_segment("record_id", record_id)
        ),
        response=models.CnamRecordDocument,
        repeatable=False,
        charges=True,
        look_at="Look at the numbers of the record (cnam.get).",
        expected_id=record_id,
    )

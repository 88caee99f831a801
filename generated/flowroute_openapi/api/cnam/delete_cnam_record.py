"""DELETE /v2/cnams/{record_id}. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["delete_cnam_record"]


def delete_cnam_record(
    record_id: str,
) -> Operation[None]:
    """Delete a record; numbers that show it show it no more.

    Args:
        record_id: The id of the record.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_cnam_record",
        method="DELETE",
        route="/v2/cnams/{record_id}",
        path="/v2/cnams/{record_id}".format(record_id=path_segment("record_id", record_id)),
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )

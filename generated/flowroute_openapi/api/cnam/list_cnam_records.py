"""GET /v2/cnams. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_cnam_records", "ListCnamRecordsQuery"]


class ListCnamRecordsQuery(TypedDict, total=False):
    """The filters of `list_cnam_records`."""

    is_approved: bool | None
    value: str | None


def list_cnam_records(
    *,
    limit: int | None = None,
    offset: int | None = None,
    is_approved: bool | None = None,
    value: str | None = None,
) -> "Operation[models.CnamRecordListDocument]":
    """List the account's records.

    Args:
        limit: Records to a page, without a documented maximum; 10 if not given.
        offset: How many items to skip.
        is_approved: Only those that are approved, or only those that are not.
        value: A part of the name, in any case.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_cnam_records",
        method="GET",
        route="/v2/cnams",
        path="/v2/cnams",
        response=models.CnamRecordListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("is_approved", is_approved),
                ("value", value),
            )
        ),
    )

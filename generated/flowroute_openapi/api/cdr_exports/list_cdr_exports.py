"""GET /v2/cdrs/exports. Generated; see spec/templates."""

from typing import Literal, TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_cdr_exports", "ListCdrExportsQuery"]


class ListCdrExportsQuery(TypedDict, total=False):
    """The filters of `list_cdr_exports`."""

    status: Literal["completed", "failed", "processing"] | str | None


def list_cdr_exports(
    *,
    limit: int | None = None,
    offset: int | None = None,
    status: Literal["completed", "failed", "processing"] | str | None = None,
) -> "Operation[models.CdrExportListDocument]":
    """List the exports of the account.

    Args:
        limit: Items to a page, at most 200; 10 if not given.
        offset: How many items to skip.
        status: Only exports with this status.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_cdr_exports",
        method="GET",
        route="/v2/cdrs/exports",
        path="/v2/cdrs/exports",
        response=models.CdrExportListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("status", status),
            )
        ),
    )

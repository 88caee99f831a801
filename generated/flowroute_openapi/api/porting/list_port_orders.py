"""GET /v2/portorders. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Date, Operation, query_pairs

__all__ = ["list_port_orders", "ListPortOrdersQuery"]


class ListPortOrdersQuery(TypedDict, total=False):
    """The filters of `list_port_orders`."""

    status: str | None
    group_id: str | None
    alias: str | None
    numbers: str | None
    completion_date: Date | None
    created_after: Date | None
    created_before: Date | None
    modified_after: Date | None
    modified_before: Date | None
    completed_after: Date | None
    completed_before: Date | None


def list_port_orders(
    *,
    limit: int | None = None,
    offset: int | None = None,
    status: str | None = None,
    group_id: str | None = None,
    alias: str | None = None,
    numbers: str | None = None,
    completion_date: Date | None = None,
    created_after: Date | None = None,
    created_before: Date | None = None,
    modified_after: Date | None = None,
    modified_before: Date | None = None,
    completed_after: Date | None = None,
    completed_before: Date | None = None,
) -> "Operation[models.PortOrderListDocument]":
    """List port orders, or look up a group of them.

    With `group_id` and an empty `status`, the answer is about the group. 404 where there are no orders.

    Args:
        limit: Items to a page, at most 200; 10 if not given.
        offset: How many items to skip.
        status: Only orders with this status; empty to ask about a group.
        group_id: Only orders of this group.
        alias: Only orders of this name.
        numbers: Only orders with these numbers.
        completion_date: Only orders to be completed on this day.
        created_after: Only orders created after this day.
        created_before: Only orders created before this day.
        modified_after: Only orders changed after this day.
        modified_before: Only orders changed before this day.
        completed_after: Only orders completed after this day.
        completed_before: Only orders completed before this day.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_port_orders",
        method="GET",
        route="/v2/portorders",
        path="/v2/portorders",
        response=models.PortOrderListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("status", status),
                ("group_id", group_id),
                ("alias", alias),
                ("numbers", numbers),
                ("completion_date", completion_date),
                ("created_after", created_after),
                ("created_before", created_before),
                ("modified_after", modified_after),
                ("modified_before", modified_before),
                ("completed_after", completed_after),
                ("completed_before", completed_before),
            )
        ),
    )

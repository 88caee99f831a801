"""GET /v2/routes/edge_strategies. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_edge_strategies", "ListEdgeStrategiesQuery"]


class ListEdgeStrategiesQuery(TypedDict, total=False):
    """The filters of `list_edge_strategies`."""


def list_edge_strategies(
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> "Operation[models.EdgeStrategyListDocument]":
    """List the edge strategies that a route may use.

    Args:
        limit: Items to a page, at most 200; 10 if not given.
        offset: How many items to skip.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_edge_strategies",
        method="GET",
        route="/v2/routes/edge_strategies",
        path="/v2/routes/edge_strategies",
        response=models.EdgeStrategyListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
            )
        ),
    )

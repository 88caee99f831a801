"""Operations of one tag of the document. Generated; see spec/templates."""

from .create_route import create_route
from .delete_route import delete_route
from .list_edge_strategies import ListEdgeStrategiesQuery, list_edge_strategies
from .list_routes import ListRoutesQuery, list_routes
from .remove_failover_route import remove_failover_route
from .remove_primary_route import remove_primary_route
from .set_failover_route import set_failover_route
from .set_primary_route import set_primary_route
from .update_route import update_route

__all__ = [
    "create_route",
    "delete_route",
    "list_edge_strategies",
    "list_routes",
    "ListEdgeStrategiesQuery",
    "ListRoutesQuery",
    "remove_failover_route",
    "remove_primary_route",
    "set_failover_route",
    "set_primary_route",
    "update_route",
]

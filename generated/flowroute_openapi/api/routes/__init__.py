"""Operations of one tag of the document. Generated; see spec/templates."""

from .create_route import create_route
from .list_routes import ListRoutesQuery, list_routes
from .set_failover_route import set_failover_route
from .set_primary_route import set_primary_route

__all__ = [
    "create_route",
    "list_routes",
    "ListRoutesQuery",
    "set_failover_route",
    "set_primary_route",
]

"""The Flowroute API as its corrected document describes it: models, and operations as values. No I/O.

Generated; see spec/templates.
"""

from .api.messages import ListMessagesQuery, get_message, list_messages, send_message
from .api.numbers import (
    ListAvailableAreaCodesQuery,
    ListAvailableExchangesQuery,
    ListNumbersQuery,
    SearchAvailableNumbersQuery,
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_numbers,
    purchase_number,
    search_available_numbers,
)
from .api.routes import ListRoutesQuery, create_route, list_routes, set_failover_route, set_primary_route
from .types import Model, Operation

__all__ = [
    "create_route",
    "get_message",
    "get_number",
    "list_available_area_codes",
    "list_available_exchanges",
    "list_messages",
    "list_numbers",
    "list_routes",
    "ListAvailableAreaCodesQuery",
    "ListAvailableExchangesQuery",
    "ListMessagesQuery",
    "ListNumbersQuery",
    "ListRoutesQuery",
    "Model",
    "Operation",
    "purchase_number",
    "search_available_numbers",
    "SearchAvailableNumbersQuery",
    "send_message",
    "set_failover_route",
    "set_primary_route",
]

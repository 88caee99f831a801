"""The Flowroute API as its corrected document describes it: models, and operations as values. No I/O.

Generated; see spec/templates.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from .models import Model
    from .types import Operation

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

_MODULES = {
    "create_route": ".api.routes",
    "get_message": ".api.messages",
    "get_number": ".api.numbers",
    "list_available_area_codes": ".api.numbers",
    "list_available_exchanges": ".api.numbers",
    "list_messages": ".api.messages",
    "list_numbers": ".api.numbers",
    "list_routes": ".api.routes",
    "ListAvailableAreaCodesQuery": ".api.numbers",
    "ListAvailableExchangesQuery": ".api.numbers",
    "ListMessagesQuery": ".api.messages",
    "ListNumbersQuery": ".api.numbers",
    "ListRoutesQuery": ".api.routes",
    "Model": ".models",
    "Operation": ".types",
    "purchase_number": ".api.numbers",
    "search_available_numbers": ".api.numbers",
    "SearchAvailableNumbersQuery": ".api.numbers",
    "send_message": ".api.messages",
    "set_failover_route": ".api.routes",
    "set_primary_route": ".api.routes",
}

if not TYPE_CHECKING:  # to a type checker, any name would seem to exist

    def __getattr__(name: str) -> object:
        """Import what is asked for: the models take a while, and a program that begins has no use for them yet."""
        if name not in {"api", "bodies", "models", "reading", "types", *_MODULES}:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        for module in dict.fromkeys(_MODULES.values()):
            import_module(module, __name__)
        return getattr(import_module(_MODULES[name], __name__), name) if name in _MODULES else globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Operations of one tag of the document. Generated; see spec/templates."""

from .get_number import get_number
from .list_available_area_codes import ListAvailableAreaCodesQuery, list_available_area_codes
from .list_available_exchanges import ListAvailableExchangesQuery, list_available_exchanges
from .list_numbers import ListNumbersQuery, list_numbers
from .purchase_number import purchase_number
from .search_available_numbers import SearchAvailableNumbersQuery, search_available_numbers

__all__ = [
    "get_number",
    "list_available_area_codes",
    "list_available_exchanges",
    "list_numbers",
    "ListAvailableAreaCodesQuery",
    "ListAvailableExchangesQuery",
    "ListNumbersQuery",
    "purchase_number",
    "search_available_numbers",
    "SearchAvailableNumbersQuery",
]

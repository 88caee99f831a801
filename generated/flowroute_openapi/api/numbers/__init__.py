"""Operations of one tag of the document. Generated; see spec/templates."""

from .delete_number_callback import delete_number_callback
from .get_number import get_number
from .get_number_callback import get_number_callback
from .list_available_area_codes import ListAvailableAreaCodesQuery, list_available_area_codes
from .list_available_exchanges import ListAvailableExchangesQuery, list_available_exchanges
from .list_available_tiers import ListAvailableTiersQuery, list_available_tiers
from .list_numbers import ListNumbersQuery, list_numbers
from .purchase_number import purchase_number
from .release_number import release_number
from .search_available_numbers import SearchAvailableNumbersQuery, search_available_numbers
from .set_number_callback import set_number_callback
from .update_number import update_number

__all__ = [
    "delete_number_callback",
    "get_number",
    "get_number_callback",
    "list_available_area_codes",
    "list_available_exchanges",
    "list_available_tiers",
    "list_numbers",
    "ListAvailableAreaCodesQuery",
    "ListAvailableExchangesQuery",
    "ListAvailableTiersQuery",
    "ListNumbersQuery",
    "purchase_number",
    "release_number",
    "search_available_numbers",
    "SearchAvailableNumbersQuery",
    "set_number_callback",
    "update_number",
]

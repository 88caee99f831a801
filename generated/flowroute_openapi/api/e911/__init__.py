"""Operations of one tag of the document. Generated; see spec/templates."""

from .associate_e911_address import associate_e911_address
from .create_e911_address import create_e911_address
from .delete_e911_address import delete_e911_address
from .get_e911_address import get_e911_address
from .list_e911_addresses import ListE911AddressesQuery, list_e911_addresses
from .list_e911_numbers import ListE911NumbersQuery, list_e911_numbers
from .unassociate_e911_address import unassociate_e911_address
from .update_e911_address import update_e911_address
from .validate_e911_address import validate_e911_address

__all__ = [
    "associate_e911_address",
    "create_e911_address",
    "delete_e911_address",
    "get_e911_address",
    "list_e911_addresses",
    "list_e911_numbers",
    "ListE911AddressesQuery",
    "ListE911NumbersQuery",
    "unassociate_e911_address",
    "update_e911_address",
    "validate_e911_address",
]

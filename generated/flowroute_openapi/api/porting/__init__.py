"""Operations of one tag of the document. Generated; see spec/templates."""

from .add_port_order_file import add_port_order_file
from .add_port_order_group_numbers import add_port_order_group_numbers
from .cancel_port_order import cancel_port_order
from .change_port_order_numbers import change_port_order_numbers
from .check_portability import check_portability
from .create_port_order import create_port_order
from .create_port_order_upload import create_port_order_upload
from .get_letter_of_authorization import get_letter_of_authorization
from .get_port_order import get_port_order
from .get_port_order_file import get_port_order_file
from .get_port_order_status import get_port_order_status
from .list_port_orders import ListPortOrdersQuery, list_port_orders
from .remove_port_order_preset import remove_port_order_preset
from .sign_letter_of_authorization import sign_letter_of_authorization
from .update_port_order import update_port_order

__all__ = [
    "add_port_order_file",
    "add_port_order_group_numbers",
    "cancel_port_order",
    "change_port_order_numbers",
    "check_portability",
    "create_port_order",
    "create_port_order_upload",
    "get_letter_of_authorization",
    "get_port_order",
    "get_port_order_file",
    "get_port_order_status",
    "list_port_orders",
    "ListPortOrdersQuery",
    "remove_port_order_preset",
    "sign_letter_of_authorization",
    "update_port_order",
]

"""Operations of one tag of the document. Generated; see spec/templates."""

from .delete_account_callback import delete_account_callback
from .delete_account_callback_v2_2 import delete_account_callback_v2_2
from .get_account_callback import get_account_callback
from .get_account_callback_v2_2 import get_account_callback_v2_2
from .get_message import get_message
from .get_message_v2_2 import get_message_v2_2
from .list_messages import ListMessagesQuery, list_messages
from .list_messages_v2_2 import ListMessagesV22Query, list_messages_v2_2
from .send_message import send_message
from .send_message_v2_2 import send_message_v2_2
from .set_account_callback import set_account_callback
from .set_account_callback_v2_2 import set_account_callback_v2_2

__all__ = [
    "delete_account_callback",
    "delete_account_callback_v2_2",
    "get_account_callback",
    "get_account_callback_v2_2",
    "get_message",
    "get_message_v2_2",
    "list_messages",
    "list_messages_v2_2",
    "ListMessagesQuery",
    "ListMessagesV22Query",
    "send_message",
    "send_message_v2_2",
    "set_account_callback",
    "set_account_callback_v2_2",
]

"""Operations of one tag of the document. Generated; see spec/templates."""

from .get_message import get_message
from .list_messages import ListMessagesQuery, list_messages
from .send_message import send_message

__all__ = [
    "get_message",
    "list_messages",
    "ListMessagesQuery",
    "send_message",
]

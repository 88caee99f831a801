"""Operations of one tag of the document. Generated; see spec/templates."""

from .get_message_provisioning import get_message_provisioning
from .provision_messaging import provision_messaging

__all__ = [
    "get_message_provisioning",
    "provision_messaging",
]

"""What can be called back of messages, for the account and for a number: the kinds, and the checks of both."""

from typing import Literal, TypeAlias, get_args

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.models import CallbackSetting

__all__ = ["CallbackKind"]

CallbackKind: TypeAlias = Literal["sms", "mms", "sms_dlr", "mms_dlr", "dlr"]
"""Inbound messages (sms, mms) or delivery receipts (sms_dlr, mms_dlr); dlr is the older word for sms_dlr."""

_KINDS: tuple[CallbackKind, ...] = get_args(CallbackKind)


def callback_kind(kind: object) -> CallbackKind:
    """Return the kind of a callback.

    Raises:
        InvalidArgumentError: If there is no such kind.
    """
    for known in _KINDS:
        if kind == known:
            return known
    raise InvalidArgumentError("kind", f"one of {', '.join(_KINDS)}", given=arguments.kind(kind))


def callback_setting(url: object) -> CallbackSetting:
    """Return the body that sets a callback.

    Raises:
        InvalidArgumentError: If it is not an absolute http or https URL.
    """
    return CallbackSetting(callback_url=arguments.web_url("url", url))

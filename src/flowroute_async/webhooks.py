"""What Flowroute sends to you: `parse` reads it, `RepeatFilter` tells what was sent before. No I/O.

Flowroute posts JSON and wants a 200; without one it posts the same again, up to four times, 30 seconds apart.
**It signs nothing**: whoever knows the address can post to it. So give it an unguessable path, and look a message up
with `client.messages.get(message.id)` before acting on it where a forged one would do harm.

Source: the vendor's guides to inbound messages, delivery receipts and callback notifications, and bodies that users
have published.
"""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Annotated, TypeAlias, cast

from pydantic import AfterValidator, AliasChoices, AliasPath, Field, JsonValue

from flowroute_async.arguments import whole_number
from flowroute_async.errors import InvalidArgumentError, WebhookError
from flowroute_openapi.models import STATUS_CODES, Identifier, Media, Model, Nanodollars, PhoneNumber, Timestamp
from flowroute_openapi.reading import UnreadableError, from_json, read_object

__all__ = [
    "DeliveryReceipt",
    "InboundMessage",
    "Notification",
    "RepeatFilter",
    "UnknownWebhook",
    "Webhook",
    "parse",
    "repeat_key",
]


def _member(name: str) -> AliasChoices:
    """Find a member of the resource: within `data`, as since API v2.1, or at the top."""
    return AliasChoices(AliasPath("data", name), name)


def _attribute(name: str) -> AliasChoices:
    """Find an attribute of the resource: within `data`, without `data`, or at the top as in the oldest form."""
    return AliasChoices(AliasPath("data", "attributes", name), AliasPath("attributes", name), name)


def _files(included: tuple[Media, ...]) -> tuple[Media, ...]:
    return tuple(item for item in included if item.type in {"media", None})


class InboundMessage(Model):
    """An SMS or MMS that one of your numbers has received.

    The oldest form of the webhook, still sent to some accounts, holds only `id`, `from_`, `to` and `body`; the rest is
    None then. So is a field that cannot be read; its raw value stands in `unread`.

    Attributes:
        id: The message's id, as in `client.messages.get`.
        from_: The sender's phone number, as digits.
        to: Your phone number, as digits.
        body: The text; None for an MMS without one.
        timestamp: When it was received, aware.
        amount_nanodollars: Its price in billionths of a US dollar.
        amount_display: Its price in words, such as $0.0070.
        status: Such as delivered; empty for an MMS.
        message_type: Such as longcode.
        message_encoding: 0 for plain text, 8 for UCS-2.
        message_callback_url: Where the webhook was sent.
        media: The files of an MMS; they can be fetched for about seven days.
    """

    id: Identifier = Field(validation_alias=_member("id"))
    from_: PhoneNumber = Field(validation_alias=_attribute("from"))
    to: PhoneNumber = Field(validation_alias=_attribute("to"))
    body: str | None = Field(default=None, validation_alias=_attribute("body"))
    timestamp: Timestamp | None = Field(default=None, validation_alias=_attribute("timestamp"))
    is_mms: bool | None = Field(default=None, validation_alias=_attribute("is_mms"))
    amount_nanodollars: Nanodollars | None = Field(default=None, validation_alias=_attribute("amount_nanodollars"))
    amount_display: str | None = Field(default=None, validation_alias=_attribute("amount_display"))
    status: str | None = Field(default=None, validation_alias=_attribute("status"))
    message_type: str | None = Field(default=None, validation_alias=_attribute("message_type"))
    message_encoding: int | None = Field(default=None, validation_alias=_attribute("message_encoding"))
    message_callback_url: str | None = Field(default=None, validation_alias=_attribute("message_callback_url"))
    media: Annotated[tuple[Media, ...], AfterValidator(_files)] = Field(default=(), validation_alias="included")


class DeliveryReceipt(Model):
    """What became of a message that you sent. Normally two come for each, of level 1 and then of level 2.

    Attributes:
        id: The message's id; all receipts of a message share it.
        status: Such as "smsc submit" (sent), "message buffered" (accepted by the carrier) or "delivered".
        level: 1 from Flowroute, 2 from the carrier; None in the oldest form.
        status_code: The carrier's code as text, such as "1003", "034" or "E30008"; None where there is none.
        status_code_description: The code in words.
        timestamp: When the status was reached, aware; None in the oldest form.
        body: The message's text; empty for an MMS.
        from_: Your phone number, as digits; only in the oldest form.
        to: The recipient's phone number, as digits; only in the oldest form.
    """

    id: Identifier = Field(validation_alias=_member("id"))
    status: str = Field(validation_alias=_attribute("status"))
    level: int | None = Field(default=None, validation_alias=_attribute("level"))
    status_code: str | None = Field(default=None, validation_alias=_attribute("status_code"))
    status_code_description: str | None = Field(default=None, validation_alias=_attribute("status_code_description"))
    timestamp: Timestamp | None = Field(default=None, validation_alias=_attribute("timestamp"))
    body: str | None = Field(default=None, validation_alias=_attribute("body"))
    from_: PhoneNumber | None = Field(default=None, validation_alias=_attribute("from"))
    to: PhoneNumber | None = Field(default=None, validation_alias=_attribute("to"))

    @property
    def meaning(self) -> str | None:
        """What the code says, or None where there is no code or its meaning is not known."""
        found = STATUS_CODES.get(str(self.status_code))
        return found.words if found else None

    @property
    def is_final(self) -> bool | None:
        """Whether the code is the last word, or None where there is no code or its meaning is not known."""
        found = STATUS_CODES.get(str(self.status_code))
        return found.is_final if found else None


class Notification(Model):
    """A long-running operation changed state: a port order, an export, the provisioning of messaging.

    Attributes:
        id: The notification's own id.
        type: Such as po_status_change.
        event_type: Such as status_change.
        resource_type: What has changed, such as portorders.
        resource_id: Which of them.
        status: What it has become, such as cancelled.
        message: All that in a sentence.
        timestamp: When it changed, aware.
    """

    id: str | None = Field(default=None, validation_alias=_member("id"))
    type: str | None = Field(default=None, validation_alias=_member("type"))
    event_type: str = Field(validation_alias=_attribute("event_type"))
    resource_type: str | None = Field(default=None, validation_alias=_attribute("resource_type"))
    resource_id: str | None = Field(default=None, validation_alias=_attribute("resource_id"))
    status: str | None = Field(default=None, validation_alias=_attribute("status"))
    message: str | None = Field(default=None, validation_alias=AliasPath("data", "attributes", "message"))
    timestamp: Timestamp | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("data", "attributes", "timestamp"),
            AliasPath("data", "attributes", "at"),
            AliasPath("data", "timestamp"),
        ),
    )


class UnknownWebhook(Model):
    """A webhook of a kind that this package does not know.

    Attributes:
        payload: The whole body.
    """

    payload: dict[str, JsonValue]


Webhook: TypeAlias = InboundMessage | DeliveryReceipt | Notification | UnknownWebhook


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _kind(top: Mapping[str, object]) -> type[InboundMessage | DeliveryReceipt | Notification] | None:
    """Return the model of a body by the members that it has, or None for an unknown kind."""
    resource = _object(top.get("data")) or top
    attributes = _object(resource.get("attributes"))
    match resource.get("type"):
        case "message" if _may_be_inbound(attributes.get("direction")):
            return InboundMessage
        case "delivery_receipt":
            return DeliveryReceipt
        case None if "from" in top or "to" in top:
            return InboundMessage
        case _:
            return Notification if "event_type" in attributes else None


def _may_be_inbound(direction: object) -> bool:
    return not isinstance(direction, str) or direction.strip().lower() in {"inbound", ""}


def parse(body: bytes | str | Mapping[str, JsonValue]) -> Webhook:
    """Read the body of a webhook, in any of the forms that Flowroute sends.

    One odd value loses nothing else: an optional field that cannot be read is None, and stands in `unread`; half of an
    emoji becomes U+FFFD. The id, the phone numbers and the price are strict, and so are a receipt's status and a
    notification's `event_type`.

    Args:
        body: The body as it came, or already decoded from JSON.

    Returns:
        What it says. `UnknownWebhook` for a JSON object of an unknown kind.

    Raises:
        WebhookError: If it is no JSON object, or one of a known kind with a strict field that cannot be read. The text
            names the fields and never shows their values; `body` holds the whole.
    """
    try:
        top = from_json(json.dumps(dict(body)) if isinstance(body, Mapping) else body)
    except RecursionError:
        raise WebhookError("body: nested too deeply", body) from None
    except (ValueError, TypeError, AttributeError):  # an endless mapping, or what is no JSON at all
        raise WebhookError("body: Input should be JSON", body) from None
    if not isinstance(top, dict):
        raise WebhookError("body: Input should be a JSON object", body)
    kind = _kind(top)
    if kind is None:
        return UnknownWebhook(payload=top)
    try:
        return read_object(kind, top)
    except UnreadableError as error:
        raise WebhookError(str(error), body) from None


def repeat_key(webhook: Webhook) -> str:
    """Return a text that a webhook shares with its repeats, and with nothing else.

    The receipts of a message share its id, so level and status count; what has no id of its own counts whole.
    """
    parts: tuple[object, ...]
    match webhook:
        case InboundMessage():
            parts = ("message", webhook.id)
        case DeliveryReceipt():
            parts = ("receipt", webhook.id, webhook.level, webhook.status, webhook.status_code)
        case _:
            whole = json.dumps(webhook.model_dump(), sort_keys=True, default=str)
            parts = ("other", hashlib.sha256(whole.encode()).hexdigest())
    return json.dumps(parts)


class RepeatFilter:
    """Recognises webhooks that have come before, to drop them.

    Flowroute repeats a webhook that was not answered with 200, up to four times within two minutes; an answer that was
    lost on its way is enough. A filter remembers in this process only; several processes need a store that they share,
    with `repeat_key` as the key.
    """

    def __init__(
        self, *, window: float = 600, max_remembered: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with nothing remembered.

        Args:
            window: Seconds for which a webhook is remembered, more than 0.
            max_remembered: The most webhooks to remember, at least 1; beyond it, the oldest are forgotten.
            clock: Returns seconds that never go back.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        if not window > 0:
            raise InvalidArgumentError("window", "a number of seconds above 0", given=str(window), consequence=None)
        self._window = window
        self._max_remembered = whole_number("max_remembered", max_remembered, 1, None, unit="webhooks")
        self._clock = clock
        self._first_seen: OrderedDict[str, float] = OrderedDict()

    def seen_before(self, webhook: Webhook) -> bool:
        """Return whether a webhook has come before, and remember it."""
        now = self._clock()
        while self._first_seen and now - next(iter(self._first_seen.values())) >= self._window:
            self._first_seen.popitem(last=False)
        key = repeat_key(webhook)
        if key in self._first_seen:
            return True
        self._first_seen[key] = now
        if len(self._first_seen) > self._max_remembered:
            self._first_seen.popitem(last=False)
        return False

    def forget(self, webhook: Webhook) -> None:
        """Forget that a webhook was seen: handling it failed, it was not answered with 200, and is to be repeated."""
        self._first_seen.pop(repeat_key(webhook), None)

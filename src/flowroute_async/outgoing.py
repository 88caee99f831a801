"""Checks of a message before it is sent."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.models import NewMessage

FIELDS: Final = ("from_", "to", "body", "media_urls", "is_mms", "dlr_callback")
"""The parts of a message, as `client.messages.send` names them."""


def new_message(
    *,
    from_: object,
    to: object,
    body: object = None,
    media_urls: object = None,
    is_mms: object = None,
    dlr_callback: object = None,
) -> NewMessage:
    """Return a message in the form in which it is sent; `client.messages.send` describes the parts.

    Raises:
        InvalidArgumentError: If a number, an address or the text is not of that form.
    """
    is_mms = None if is_mms is None else arguments.flag("is_mms", is_mms)
    if isinstance(media_urls, str) or not isinstance(media_urls, Sequence | None):
        raise InvalidArgumentError("media_urls", "a sequence of addresses", given=arguments.kind(media_urls))
    given = cast("Sequence[object]", media_urls or ())
    urls = tuple(arguments.web_url(f"media_urls[{place}]", url) for place, url in enumerate(given))
    if body is None and not urls:
        needed = "a text, media_urls or both for an MMS" if is_mms else "a text: an SMS has nothing else to send"
        raise InvalidArgumentError("body", needed, given="nothing")
    if is_mms is False and urls:
        raise InvalidArgumentError("is_mms", "true or left out: media can be sent by MMS only", given="False")
    return NewMessage(
        from_=arguments.message_number("from_", from_),
        to=arguments.message_number("to", to),
        body=None if body is None else arguments.text("body", body),
        media_urls=urls or None,
        is_mms=True if urls else is_mms,
        dlr_callback=None if dlr_callback is None else arguments.web_url("dlr_callback", dlr_callback),
    )


def parts_of(message: object) -> dict[str, object]:
    """Return the parts of a message that is given as a mapping or an object; `from` counts as `from_`.

    Raises:
        InvalidArgumentError: If a part has another name, or the sender or the recipient is missing.
    """
    if isinstance(message, Mapping):
        given = {
            ("from_" if name == "from" else str(name)): value
            for name, value in cast("Mapping[object, object]", message).items()
        }
        if unknown := ", ".join(sorted(given.keys() - set(FIELDS))):
            allowed = f"made of {', '.join(FIELDS)}, or from in place of from_"
            raise InvalidArgumentError("message", allowed, given=f"of {unknown}")
    else:
        given = {name: getattr(message, name) for name in FIELDS if hasattr(message, name)}
    parts = {name: value for name, value in given.items() if value is not None}
    if missing := [name for name in ("from_", "to") if name not in parts]:
        raise InvalidArgumentError(missing[0], "given", given="nothing")
    return parts

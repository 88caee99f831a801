"""Queries and bodies, read by what they hold: three of the vendor's own clients label JSON as something else."""

import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

from flowroute_async.sandbox.errors import invalid, unreadable, unsupported_media_type

_JSON = frozenset({"application/vnd.api+json", "application/json"})
_FORM = "application/x-www-form-urlencoded"
_BEGINNINGS_OF_JSON = ("{", "[", '"')
_WORDS_OF_JSON = frozenset({"null", "true", "false"})
# The words that the vendor's checks take for booleans are those of marshmallow, whose sentences its errors have.
_BOOLEANS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}


def read_query(query: bytes) -> dict[str, str]:
    """Read a query string; of repeated names the last value counts."""
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def read_body(content_type: str, body: bytes) -> Mapping[str, object]:
    """Read a body by its content: what begins as JSON is JSON, whatever its label says.

    Args:
        content_type: The label; it decides only between forms and broken JSON, which begin alike.
        body: The bytes.

    Returns:
        The members of the JSON object or the form; a name that a form repeats has a list.

    Raises:
        ApiError: 400 if the JSON or its encoding is broken, 415 if the body is neither JSON nor a form, 422 if it is
            JSON but no object.
    """
    if not body.strip():
        return {}
    label = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise unreadable() if label in _JSON or label == _FORM else unsupported_media_type() from None
    if text.startswith(_BEGINNINGS_OF_JSON) or label in _JSON or (not label and text in _WORDS_OF_JSON):
        return _object(text)
    if label == _FORM or _is_form(text):
        return _form(text)
    raise unsupported_media_type()


def boolean(value: object) -> bool | None:
    """Return the boolean that a JSON value or a word of a query means; None if it means none."""
    if isinstance(value, int):
        return bool(value) if value in {0, 1} else None
    return _BOOLEANS.get(value.lower()) if isinstance(value, str) else None


def _object(text: str) -> Mapping[str, object]:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise unreadable() from None
    if not isinstance(value, dict):
        raise invalid("The request body must be an object.")
    return cast("Mapping[str, object]", value)


def _is_form(text: str) -> bool:
    # Of a form without its label, every part has a name and a value, and spaces and markup are escaped.
    return not any(sign in text for sign in " <>\n") and all(part.find("=") > 0 for part in text.split("&"))


def _form(text: str) -> Mapping[str, object]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        values.setdefault(name.removesuffix("[]"), []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}

"""Whether an answer is about the resource that its request named. Pure."""

import json
from typing import cast

_WITH_COUNTRY_CODE = 11


def is_about(content: bytes, expected_id: str | None) -> bool:
    """Whether a successful answer is about the resource that the path names, by its id or, of a number, its value.

    An answer without either says nothing, and counts as being about it.
    """
    if expected_id is None:
        return True
    try:
        text = content.decode(json.detect_encoding(content), "replace")
        document: object = json.loads(text, parse_int=str)
    except (ValueError, RecursionError):  # decoding will say so
        return True
    data = cast("dict[str, object]", document).get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        return True
    resource = cast("dict[str, object]", data)
    attributes = resource.get("attributes")
    value = cast("dict[str, object]", attributes).get("value") if isinstance(attributes, dict) else None
    told = [_plain(str(one)) for one in (resource.get("id"), value) if one is not None and one != ""]
    return not told or _plain(expected_id) in told


def _plain(identifier: str) -> str:
    """Return an identifier without what may differ: case, and of a phone number the signs and the leading 1."""
    text = identifier.strip().casefold()
    digits = "".join(filter(str.isdigit, text))
    is_number = not set(text) - set("0123456789+-(). ")
    if is_number and len(digits) == _WITH_COUNTRY_CODE and digits.startswith("1"):
        return digits[1:]
    return digits if is_number and digits else text

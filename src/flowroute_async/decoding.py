"""An answer's bytes become the user's object, in one pass."""

import codecs
import json
from typing import TypeVar, cast

from pydantic import ValidationError

from flowroute_async.errors import InvalidResponseError
from flowroute_async.response import RawResponse

T = TypeVar("T")

_WITH_COUNTRY_CODE = 11


def decoded(raw: RawResponse[T]) -> T:
    """Decode an answer.

    Raises:
        InvalidResponseError: If its body is not what the operation promises.
    """
    try:
        return raw.operation.decode(raw.content.removeprefix(codecs.BOM_UTF8))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        kind = raw.headers.get("content-type", "no content type").partition(";")[0].strip()[:40]
        problem = (
            f"the server reported success (HTTP {raw.status_code}), so the call most likely took effect, "
            f"but the answer cannot be read ({len(raw.content)} bytes, {kind}): {place}: {first['type']}"
        )
        raise InvalidResponseError(raw, problem) from None


def is_about(content: bytes, expected_id: str | None) -> bool:
    """Whether a successful answer is about the resource that the path names, by its id or, of a number, its value.

    An answer without either says nothing, and counts as being about it.
    """
    if expected_id is None:
        return True
    try:
        document: object = json.loads(content)
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

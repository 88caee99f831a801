"""Whether a success was answered with something that is no answer to the call. Pure."""

import codecs
import json
import re
from types import NoneType
from typing import cast

from flowroute_async.response import RawResponse

_FIRST_SIGN = re.compile(rb"\s*(\S)")


def stray_answer(raw: RawResponse[object]) -> str | None:
    """Return what came in place of an answer to the call, in words: a web page, or an error document; or else None.

    The body decides. Its label only counts where the body does not begin like JSON: some servers call anything
    text/html, and some pages have no label.
    """
    is_json = raw.operation.answer_format == "json"
    found = _FIRST_SIGN.match(raw.content.removeprefix(codecs.BOM_UTF8))
    first = found[1] if found else b""
    is_labelled = raw.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))
    if (first == b"<" and is_json) or (is_labelled and first not in (b"{", b"[", b"")):
        return f"a web page came (HTTP {raw.status_code}): something in between answered, such as a login page"
    # Where an answer is read, decoding finds out.
    if first == b"{" and raw.operation.response is NoneType and _has_errors(raw.content):
        return f"an error document came with a status of success (HTTP {raw.status_code}): it may not have taken effect"
    return None


def _has_errors(content: bytes) -> bool:
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return bool(cast("dict[str, object]", document).get("errors")) if isinstance(document, dict) else False

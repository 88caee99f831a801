"""Whether a success was answered with something that is no answer to the call. Pure."""

import codecs
import json
import re
from typing import cast

from flowroute_async.response import RawResponse

_FIRST_SIGN = re.compile(rb"\s*(\S)")


def stray_answer(raw: RawResponse[object]) -> str | None:
    """Return what came in place of an answer to the call, in words: a web page, or an error document; or else None.

    The body decides. Its label only counts where the body does not begin like JSON: some servers call anything
    text/html, and some pages have no label. A call that asks for a page gets one.
    """
    asks_for_page = any(name == "accept" and "html" in value for name, value in raw.operation.headers)
    is_json = raw.operation.answer_format == "json"
    found = _FIRST_SIGN.match(raw.content.removeprefix(codecs.BOM_UTF8))
    first = found[1] if found else b""
    is_labelled = raw.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))
    if (first == b"<" and is_json) or (is_labelled and not asks_for_page and first not in (b"{", b"[", b"")):
        return f"a web page came (HTTP {raw.status_code}): something in between answered, such as a login page"
    if first == b"{" and raw.operation.method != "GET" and _is_error_document(raw.content):
        return f"an error document came with a status of success (HTTP {raw.status_code}): it may not have taken effect"
    return None


def _is_error_document(content: bytes) -> bool:
    try:
        document = cast("dict[str, object]", json.loads(content))  # it begins as one
    except (ValueError, RecursionError):
        return False
    return bool(document.get("errors")) and not document.get("data")

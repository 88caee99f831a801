"""How large an answer may be, by operation. Pure."""

from flowroute_openapi.types import Operation

LARGEST_ERROR_DOCUMENT = 16 * 1024
"""Bytes that are read of the body of a refusal; the vendor's have some hundred."""
LARGE = 256 * 1024
"""Bytes from which on a body is decoded in a thread: below, it takes a few milliseconds."""

_MIB = 1024 * 1024
# Bytes of a record of a list. A number has some 270, a message with media and receipts some 3,000.
_RECORD = 4 * 1024
# A list that is not told how long a page may be: the vendor has ten records then, or does not say.
_UNTOLD = 200
_SMALLEST, _LARGEST, _FILE = _MIB, 8 * _MIB, 64 * _MIB


def largest_body(operation: Operation[object]) -> int:
    """Return how many bytes, decompressed, an answer may have: 1 to 8 MiB by its page's length, 64 MiB for a file."""
    if operation.answer_format != "json":
        return _FILE
    limit = dict(operation.query).get("limit", "")
    records = int(limit) if limit.isascii() and limit.isdecimal() and len(limit) < 10 else _UNTOLD  # noqa: PLR2004 - no length
    return min(max(records * _RECORD, _SMALLEST), _LARGEST)

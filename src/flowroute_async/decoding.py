"""An answer's bytes become the user's object, in one pass."""

from typing import TypeVar

from pydantic import ValidationError

from flowroute_async.errors import InvalidResponseError
from flowroute_async.response import RawResponse

T = TypeVar("T")


def decoded(raw: RawResponse[T]) -> T:
    """Decode an answer.

    Raises:
        InvalidResponseError: If its body is not what the operation promises.
    """
    try:
        return raw.operation.decode(raw.content)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        kind = raw.headers.get("content-type", "no content type").partition(";")[0].strip()[:40]
        problem = (
            f"the server reported success (HTTP {raw.status_code}), so the call most likely took effect, "
            f"but the answer cannot be read ({len(raw.content)} bytes, {kind}): {place}: {first['type']}"
        )
        raise InvalidResponseError(raw, problem) from None

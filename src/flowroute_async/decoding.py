"""An answer's bytes become the user's object: in one pass, or field by field where that fails."""

import codecs
from collections.abc import Sequence
from typing import TypeVar, cast

import anyio
from anyio.to_thread import run_sync

from flowroute_async.errors import DeadlineExceededError, InvalidRecordError, InvalidResponseError, reported_success
from flowroute_async.privacy import forget_frames
from flowroute_async.response import RawResponse
from flowroute_async.vendor_words import known_content_type, known_path

T = TypeVar("T")


def decoded(raw: RawResponse[T]) -> T:
    """Decode an answer.

    Raises:
        InvalidRecordError: If it is a page of a list, and a record on it cannot be read.
        InvalidResponseError: If its body is not what the operation promises.
    """
    try:
        return raw.operation.decode(raw.content.removeprefix(codecs.BOM_UTF8))
    except ValueError as error:
        invalid = _invalid(raw, error)
        forget_frames(error, None)
        raise invalid from None


async def decoded_in_thread(raw: RawResponse[T]) -> T:
    """Decode a large answer in a thread, for as long as the call has time left.

    Raises:
        DeadlineExceededError: If it takes longer, and the call may be repeated.
        InvalidResponseError: If it takes longer and the call must not be repeated; also as `decoded`.
    """
    with anyio.move_on_after(raw.time_left):
        return await run_sync(decoded, raw, abandon_on_cancel=True)
    problem = f"{reported_success(raw)}, but the answer ({len(raw.content)} bytes) was not decoded before the deadline"
    if raw.operation.repeatable:
        raise DeadlineExceededError(raw.operation, problem, attempts=raw.attempts)
    raise InvalidResponseError(raw, problem)


def _invalid(raw: RawResponse[object], error: ValueError) -> InvalidResponseError:
    from flowroute_openapi.reading import UnreadableError, UnreadableRecordError  # noqa: PLC0415 - seldom needed

    if not isinstance(error, UnreadableError):
        raise error
    first = error.faults[0]
    place = known_path(first.place) or "the body"
    if isinstance(error, UnreadableRecordError):
        problem = f"record {error.index} of a page cannot be read: {place}: {first.kind}"
        before = cast("Sequence[object]", error.before)  # pyright: ignore[reportUnknownMemberType]  # of any model
        return InvalidRecordError(raw, problem, records=before, record=error.record, index=error.index)
    kind = known_content_type(raw.headers.get("content-type"))
    return InvalidResponseError(
        raw,
        f"{reported_success(raw)}, but the answer cannot be read "
        f"({len(raw.content)} bytes, {kind}): {place}: {first.kind}",
    )

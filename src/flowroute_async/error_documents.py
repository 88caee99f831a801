"""What the body of an answer that is no success says: the errors in it, and the fields that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # a program that begins has no use for models yet, and they take a while
    from pydantic import JsonValue

    from flowroute_openapi.models import ErrorObject

_READ_FIELDS = frozenset({"id", "title", "detail"})


def error_objects(content: bytes) -> tuple[ErrorObject, ...]:
    """Return the errors that the body of an answer names; none where it names none.

    A package that was generated from another API's document may have no model of them, or another one of that name.
    """
    try:
        from flowroute_openapi.models import ErrorDocument  # noqa: PLC0415 - see above
    except ImportError:
        return ()
    from flowroute_openapi.reading import UnreadableError, read  # noqa: PLC0415 - seldom needed

    try:
        errors = cast("object", read(ErrorDocument, content).errors)
    except (UnreadableError, AttributeError):
        return ()
    listed = cast("tuple[ErrorObject, ...]", errors) if isinstance(errors, tuple) else ()
    return tuple(one for one in listed if getattr(type(one), "model_fields", {}).keys() >= _READ_FIELDS)


def refused_fields(detail: JsonValue) -> Sequence[tuple[tuple[str, ...], str]]:
    """Flatten a nested detail: an object keyed like the request, whose leaves are texts or lists of them."""
    found: list[tuple[tuple[str, ...], str]] = []
    waiting: list[tuple[tuple[str, ...], JsonValue]] = [((), detail)]
    while waiting:  # not long: little is read of the body of a refusal
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), within) for key, within in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(path, within) for within in reversed(value)]
        elif any(path) and value is not None:
            found.append((path, str(value)))
    return found

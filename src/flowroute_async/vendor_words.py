"""The words of the vendor's that may be shown: sentences of its errors that are known, and names of its fields.

Whatever else a server says may quote a request, a key or another account, in any encoding; it stands in the attributes
of an error and in no text.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SENTENCES = frozenset(
    {
        # The vendor's documentation: error codes, numbers, routes, E911 addresses, CNAM records.
        "ActionNotAuthorizedError",
        "Authentication failed.",
        "CNAM record not found. Nothing to delete.",
        "Cannot assign an E911 record to a number that does not support emergency services.",
        "Client Error",
        "Could not find that resource on your account.",
        "Could not geocode this address. Please check the validity of your address.",
        "Method Not Allowed",
        "Please disassociate all numbers before deleting.",
        "Resource not found",
        "The method is not allowed for the requested URL.",
        "This Route has numbers still associated to it.",
        "Unauthorized",
        "ZIP code must be at least 4 and at most 7 digits long",
        'Error fetching media: File at "" is over 767840 byte limit.',
        # The examples of its SDKs.
        "Duplicate CNAM entry found on your account",
        # Answers that other clients recorded.
        "Missing data for required field.",
        "No such port order",
        # The sandbox's own, where the vendor's words are unknown.
        "Messaging is not enabled for this number; enable it, and wait until that task has ended.",
    }
)
"""Sentences of error documents that are always the same."""

_SHOWN_FOR_OTHERS = "[field]"
_CONTENT_TYPES = frozenset({"application/json", "application/vnd.api+json", "text/html", "text/plain", "text/xml"})


def known_sentence(text: object) -> str:
    """Return a sentence if it is known, or nothing."""
    return text if isinstance(text, str) and text in SENTENCES else ""


def known_path(parts: "Iterable[str | int]") -> str:
    """Return a path of field names and indexes, with dots; a name that the description does not know is `[field]`."""
    names = _field_names()
    return ".".join(str(part) if isinstance(part, int) or part in names else _SHOWN_FOR_OTHERS for part in parts)


def known_content_type(header: str | None) -> str:
    """Return a content type if it is a common one, or say that it is not."""
    if header is None:
        return "no content type"
    kind = header.partition(";")[0].strip().lower()
    return kind if kind in _CONTENT_TYPES else "an unusual content type"


@cache
def _field_names() -> frozenset[str]:
    """Collect the names that the description of the API has for fields and for filters."""
    import flowroute_openapi  # noqa: PLC0415 - models take a while, and few programs get here
    from flowroute_openapi import models  # noqa: PLC0415 - they take pydantic

    names = {"data", "attributes", "relationships", "included", "links"}
    for name in models.__all__:
        kind = getattr(models, name)
        if isinstance(kind, type) and issubclass(kind, models.Model):
            for field_name, field in kind.model_fields.items():
                names.add(field_name.rstrip("_"))
                names.update(_strings(field.validation_alias))
    for name in flowroute_openapi.__all__:
        names.update(getattr(getattr(flowroute_openapi, name), "__annotations__", {}) if name.endswith("Query") else ())
    return frozenset(names)


def _strings(alias: object) -> "Iterator[str]":
    """Walk the names in an alias of pydantic's: a text, a path, or a choice of these."""
    if isinstance(alias, str):
        yield alias
    for part in (*getattr(alias, "path", ()), *getattr(alias, "choices", ())):
        yield from _strings(part)

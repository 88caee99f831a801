"""The description as an object: its operations and their parameters, in the few words that scripts and tests need."""

import re
from collections.abc import Iterator

from regeneration.api import METHODS, Api, resolve
from regeneration.overlay import correct
from regeneration.reading import DocumentError, Json, Object, read, write
from regeneration.validity import faults
from regeneration.wire import plans

__all__ = [
    "METHODS", "DocumentError", "Json", "Object", "check", "correct", "endpoints", "operations", "parameters", "read",
    "resolve", "same_place", "write",
]  # fmt: skip


def same_place(place: str) -> str:
    """Return a method and path without the names of the path's parameters, which mean nothing to a server."""
    return re.sub(r"{[^{}]*}", "{}", place)


def check(document: Object) -> None:
    """Refuse a document that is not valid OpenAPI, or that needs what the templates cannot say.

    Raises:
        DocumentError: With every fault found, one to a line.
    """
    found = faults(document)
    if not found:
        found = plans(Api(document))[1]
    if found:
        raise DocumentError("\n".join(found))


def endpoints(document: Object) -> Iterator[tuple[str, str, Object]]:
    """Return the name of each operation (its operationId, or else method and path), its method and path, and itself."""
    for operation in Api(document).operations:
        yield operation.name, operation.place, operation.node


def operations(document: Object) -> dict[str, Object]:
    """Return the operations by name."""
    return {name: operation for name, _, operation in endpoints(document)}


def parameters(document: Object, operation: Object) -> list[Object]:
    """Return the parameters of an operation, references resolved."""
    found = next((one for one in Api(document).operations if one.node is operation), None)
    return [] if found is None else list(found.parameters.values())

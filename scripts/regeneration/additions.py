"""What the vendor's document leaves out: adds it, stops where the document has it by now, lists what it rests on."""

import copy
from collections.abc import Iterable, Iterator
from typing import cast

from regeneration.document import DocumentError, Json, Object, correct, endpoints, same_place
from regeneration.meetings import Meeting, meetings

EVIDENCE = ("documented", "observed", "sdk", "inferred")
"""How sure an addition is, the surest first but for `observed`, which is surer still."""


def add(corrected: Object, overlay: Object) -> Object:
    """Apply the additions to the corrected document.

    Raises:
        DocumentError: If additions meet what the document has by now, each by its name; or if an operation that was
            added does not say what it rests on.
    """
    if met := [one.sentence for one in meetings(corrected, overlay)]:
        raise DocumentError("\n".join(met))
    complete = correct(copy.deepcopy(corrected), overlay)
    if faults := list(without_evidence(corrected, complete)):
        raise DocumentError("\n".join(faults))
    return in_order(complete)


def without(overlay: Object, met: Iterable[Meeting]) -> Object:
    """Return the additions without what the document has by now."""
    actions = copy.deepcopy(cast("list[Object]", overlay.get("actions", [])))
    dead: set[int] = set()
    for one in met:
        node = actions[one.position - 1].get("update")
        for key in one.way[:-1]:
            node = node.get(key) if isinstance(node, dict) else None
        if one.way and isinstance(node, dict):
            node.pop(str(one.way[-1]), None)
        elif not one.way:
            dead.add(one.position)
    left = [action for position, action in enumerate(actions, start=1) if position not in dead]
    return {**overlay, "actions": cast("Json", left)}


def without_evidence(corrected: Object, complete: Object) -> Iterator[str]:
    """Return a sentence for each operation that was added and does not say what it rests on."""
    known = {same_place(place) for _, place, _ in endpoints(corrected)}
    for name, place, operation in endpoints(complete):
        if same_place(place) not in known and (
            operation.get("x-evidence") not in EVIDENCE or not operation.get("x-source")
        ):
            kinds = ", ".join(EVIDENCE)
            yield f"{name} ({place}) does not say what it rests on: it needs x-source, and x-evidence of {kinds}"


def in_order(complete: Object) -> Object:
    """Return the description with its paths in the order of their precision."""
    return {**complete, "paths": dict(sorted(cast("Object", complete.get("paths", {})).items(), key=_by_precision))}


def _by_precision(path: tuple[str, Json]) -> list[tuple[int, str]]:
    """Sort what is written out before what a parameter stands for: of two paths that fit, tools take the first."""
    return [
        (0 if "{" not in part else 2 if part.startswith("{") and part.endswith("}") else 1, part)
        for part in path[0].split("/")
    ]


def evidence(complete: Object) -> list[tuple[str, str, str, str]]:
    """Return the name of each operation, its method and path, how sure it is, and its source."""
    return [
        (
            name,
            place,
            str(operation.get("x-evidence", "document")),
            str(operation.get("x-source", "the vendor's OpenAPI document")),
        )
        for name, place, operation in endpoints(complete)
    ]

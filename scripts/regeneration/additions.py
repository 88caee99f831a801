"""What the vendor's document leaves out: adds it, stops where the document has it by now, lists what it rests on."""

import copy
from collections.abc import Collection, Iterator
from typing import cast

from jsonpath_ng.ext import parse

from regeneration.document import METHODS, DocumentError, Json, Object, correct, endpoints, same_place

EVIDENCE = ("documented", "observed", "sdk", "inferred")
"""How sure an addition is, the surest first but for `observed`, which is surer still."""


def add(corrected: Object, overlay: Object) -> Object:
    """Apply the additions to the corrected document.

    Raises:
        DocumentError: If additions meet what the document has by now, each by its name; or if an operation that was
            added does not say what it rests on.
    """
    if met := [sentence for _, sentence in meetings(corrected, overlay)]:
        raise DocumentError("\n".join(met))
    complete = correct(copy.deepcopy(corrected), overlay)
    if faults := list(without_evidence(corrected, complete)):
        raise DocumentError("\n".join(faults))
    return in_order(complete)


def meetings(corrected: Object, overlay: Object) -> Iterator[tuple[int, str]]:
    """Return the position of each addition that the document has by now, and a sentence about it."""
    for position, action in enumerate(cast("list[Object]", overlay.get("actions", [])), start=1):
        for what in _met(corrected, action):
            meeting = f"addition {position} of spec/additions.overlay.yaml ({action['target']}) meets {what}"
            advice = "which the vendor's document has by now; drop the addition, or make a correction of it"
            yield position, f"{meeting}, {advice}"


def without(overlay: Object, positions: Collection[int], corrected: Object) -> Object:
    """Return the additions without those that the document has by now: of paths, only the operations that it has."""
    actions: list[Json] = []
    had = {same_place(place) for _, place, _ in endpoints(corrected)}
    for position, action in enumerate(cast("list[Object]", overlay.get("actions", [])), start=1):
        if position not in positions:
            actions.append(action)
        elif action["target"] == "$.paths":
            kept = {
                path: {
                    word: one
                    for word, one in cast("Object", item).items()
                    if same_place(f"{word.upper()} {path}") not in had
                }
                for path, item in cast("Object", action["update"]).items()
            }
            actions.append({**action, "update": cast("Object", {path: item for path, item in kept.items() if item})})
    return {**overlay, "actions": actions}


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


def _met(corrected: Object, action: Object) -> Iterator[str]:
    """Return what the action would add and the document has already."""
    update = action.get("update")
    for found in parse(str(action["target"])).find(corrected):
        place = str(action["target"])
        if "copy" in action:
            yield place
        elif isinstance(found.value, dict) and isinstance(update, dict):
            yield from _met_members(found.value, update, of_paths=place == "$.paths")
        elif isinstance(found.value, list):
            added = update if isinstance(update, list) else [update]
            had = [_named(one) for one in found.value]
            yield from (str(_named(one)) for one in added if _named(one) in had)


def _met_members(found: Object, update: Object, *, of_paths: bool) -> Iterator[str]:
    if not of_paths:
        yield from (name for name in update if name in found)
        return
    had = {
        same_place(f"{method.upper()} {path}"): f"{method.upper()} {path}"
        for path, item in cast("dict[str, Object]", found).items()
        for method in METHODS
        if method in item
    }
    for path, item in cast("dict[str, Object]", update).items():
        for method in item:
            if (place := same_place(f"{method.upper()} {path}")) in had:
                operation = item[method]
                name = operation.get("operationId") if isinstance(operation, dict) else None
                yield f"{had[place]}, by name {name}" if name else had[place]


def _named(one: Json) -> Json:
    return f"parameter {one.get('name')}" if isinstance(one, dict) and "in" in one else one

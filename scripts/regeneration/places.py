"""Places in a document: what stands at one, what it is called, and where it has probably moved."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TypeAlias

from regeneration.reading import Json, Object

Place: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_ALIKE = 0.45
_MAX_COMPARED = 400


def at(value: object, place: Place, default: object = None) -> object:
    """Return what stands at a place below a value, or the default."""
    for key in place:
        if isinstance(value, dict) and key in value:  # noqa: SIM114 - a type for each
            value = value[key]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return default
    return value


def leaves(value: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Return each value of a tree of objects that is no object itself, with its place."""
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, (*place, key))
    else:
        yield place, value


def stable(document: Object, place: Place) -> Place:
    """Return a place with the name of each entry of a list in place of its index, which shifts."""
    names: list[str | int] = []
    value: object = document
    for key in place:
        value = at(value, (key,))
        name = value.get("name") if isinstance(key, int) and isinstance(value, dict) else None
        names.append(f"name={name}" if isinstance(name, str) else key)
    return tuple(names)


def as_jsonpath(document: Object, place: Place) -> str:
    """Return a place as a JSONPath, entries of lists by their names where they have one."""
    text = "$"
    for original, key in zip(place, stable(document, place), strict=True):
        if isinstance(key, str) and isinstance(original, int):
            text += f"[?(@.name=='{key.removeprefix('name=')}')]"
        elif isinstance(key, int):
            text += f"[{key}]"
        else:
            text += f".{key}" if key.isidentifier() else f"['{key}']"
    return text


def likely_place(before: Object, after: Object, place: Place) -> Place | None:
    """Return where what stood at a place of an earlier document probably stands in a later one.

    The first key that the later document lacks is replaced by the sibling whose content is most alike; the rest of the
    place follows in the same way.
    """
    found: list[str | int] = []
    old: object = before
    new: object = after
    for depth, key in enumerate(place):
        named = _same_entry(old, new, key)
        old_member = at(old, (key,))
        if named is None:
            named = _most_alike(key, old_member, old, new)
        if named is None:
            return _elsewhere(after, at(before, place)) if depth < len(place) else None
        found.append(named)
        old, new = old_member, at(new, (named,))
    return tuple(found)


def _same_entry(old: object, new: object, key: str | int) -> str | int | None:
    if isinstance(new, dict):
        return key if key in new else None
    if isinstance(new, list) and isinstance(key, int):
        entry = at(old, (key,))
        if isinstance(entry, dict) and "name" in entry:
            same = (
                place for place, one in enumerate(new) if isinstance(one, dict) and one.get("name") == entry["name"]
            )
            return next(same, None)
        return key if key < len(new) else None
    return None


def _most_alike(key: str | int, member: object, old: object, new: object) -> str | int | None:
    """Return the key of a sibling that the later document has in place of one, new ones first."""
    keys: list[str | int] = (
        list(new) if isinstance(new, dict) else list(range(len(new))) if isinstance(new, list) else []
    )
    known = set(old) if isinstance(old, dict) else set()
    if isinstance(old, dict) and len(old) == 1 and len(keys) == 1:
        return keys[0]
    scored = [
        (_alike(member, at(new, (one,))) + 0.3 * SequenceMatcher(None, str(key), str(one)).ratio(), one)
        for one in keys[:_MAX_COMPARED]
        if one not in known
    ]
    score, best = max(scored, default=(0.0, None), key=lambda pair: pair[0])
    return best if score >= _ALIKE else None


def _alike(one: object, other: object) -> float:
    first, second = _features(one), _features(other)
    return 0.8 * len(first & second) / max(len(first | second), 1)


def _features(value: object) -> set[str]:
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else ((0, one) for one in value)
        return {f"{key}/{rest}" for key, member in items for rest in _features(member)}
    return {json.dumps(value)}


def _elsewhere(document: Json, wanted: object) -> Place | None:
    """Return the only place where exactly this object stands."""
    if not isinstance(wanted, dict) or len(_features(wanted)) < 3:  # noqa: PLR2004 - less is found everywhere
        return None
    places = list(_places_of(document, wanted))
    return places[0] if len(places) == 1 else None


def _places_of(node: Json, wanted: object, place: Place = ()) -> Iterator[Place]:
    if node == wanted:
        yield place
    elif isinstance(node, dict):
        for key, member in node.items():
            yield from _places_of(member, wanted, (*place, key))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from _places_of(member, wanted, (*place, index))

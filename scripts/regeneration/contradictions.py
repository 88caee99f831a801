"""Schemas that no value can be: parts of `allOf` that ask for different values, objects that require themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import cast

from regeneration.api import METHODS, Api, reference_name
from regeneration.reading import Json, Object
from regeneration.shapes import shape_of

_DEEPEST = 20
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean"})


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What a schema allows besides null."""

    types: frozenset[str] = _TYPES
    values: frozenset[str] | None = None

    @property
    def is_nothing(self) -> bool:
        return not self.types or self.values == frozenset()

    def and_also(self, other: "_Allowed") -> "_Allowed":
        both = self.values if other.values is None else other.values
        if self.values is not None and other.values is not None:
            both = self.values & other.values
        return _Allowed(self.types & other.types, both)

    def or_else(self, other: "_Allowed") -> "_Allowed":
        either = None if self.values is None or other.values is None else self.values | other.values
        return _Allowed(self.types | other.types, either)


def contradictions(document: Object) -> Iterator[str]:
    """Return a sentence for each schema that no value fulfils: where it stands, and what it or its parts ask for."""
    api = Api(document)
    yield from _without_end(api)
    for place, schema in _composed(document, ()):
        try:
            found = next(_contradicted(api, [schema], ""), None)
        except RecursionError:  # which is refused for its depth
            continue
        if found is not None:
            field, asked = found
            what = f"no value{f' of {field}' if field else ''} is all that its parts (allOf) ask for"
            at = f"correct it in spec/corrections.overlay.yaml (at {'.'.join(place)})"
            yield f"{_named(document, place)}: {what}, {' and '.join(asked)}; {at}"


def _without_end(api: Api) -> Iterator[str]:
    """Return a sentence for each schema of which no value ends: an object that requires one of its own kind."""
    told: set[str] = set()
    for name in api.schemas:
        ways: list[tuple[str, tuple[str, ...]]] = [(name, ())]
        seen: set[str] = set()
        while ways and name not in told:
            reached, way = ways.pop()
            if reached in seen:
                continue
            seen.add(reached)
            for field, schema in _needed(api, {"$ref": f"#/components/schemas/{reached}"}, 0):
                here = (*way, f"{field} of {reached}")
                inner = reference_name(schema)
                if inner == name:
                    told |= {one.rpartition(" of ")[2] for one in here}
                    at = f"correct it in spec/corrections.overlay.yaml (at components.schemas.{name})"
                    yield f"the schema {name}: no value of it ends, since it requires itself by {', '.join(here)}; {at}"
                    break
                if inner is not None:
                    ways.append((inner, here))


def _needed(api: Api, schema: Json, depth: int) -> Iterator[tuple[str, Json]]:
    """Return the fields that an object must have and that cannot be null, those of objects within it among them."""
    parts = list(_parts(api, schema, 0))
    required = {one for part in parts for one in _listed(part, "required")}
    for part in parts:
        for name, member in cast("Object", part.get("properties") or {}).items():
            shape = shape_of(api, member)
            if name not in required or shape.nullable or shape.choices or shape.items is not None:
                continue
            if shape.name is not None:
                yield name, {"$ref": f"#/components/schemas/{shape.name}"}
            elif depth < _DEEPEST:
                yield from ((f"{name}.{inner}", one) for inner, one in _needed(api, member, depth + 1))


def _composed(node: Json, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Object]]:
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from _composed(member, (*place, str(index)))
    if not isinstance(node, dict):
        return
    is_of_fields = place[-1:] == ("properties",)
    if isinstance(node.get("allOf"), list) and not is_of_fields:
        yield place, node
    for key, member in node.items():
        is_data = key in {"example", "examples", "default", "enum", "const"} or key.startswith("x-")
        if not is_data or is_of_fields:
            yield from _composed(member, (*place, key))


def _contradicted(api: Api, schemas: list[Json], field: str, depth: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Return the field of which no value is all that the schemas ask for, and what each of them asks for."""
    parts = [part for schema in schemas for part in _parts(api, schema, 0)]
    allowed = [_allowed(api, part, 0) for part in parts]
    together = reduce(_Allowed.and_also, allowed, _Allowed())
    if together.is_nothing and not any(one.is_nothing for one in allowed):
        yield field, list(dict.fromkeys(_words(one) for one in allowed if one != _Allowed()))
    elif depth < _DEEPEST:
        fields: dict[str, list[Json]] = {}
        for part in parts:
            for name, member in cast("Object", part.get("properties") or {}).items():
                fields.setdefault(name, []).append(member)
        for name, members in fields.items():
            if len(members) > 1:
                yield from _contradicted(api, members, f"{field}.{name}" if field else name, depth + 1)


def _parts(api: Api, schema: Json, depth: int) -> Iterator[Object]:
    """Return a schema and, in its stead, those of its `allOf`, and of theirs."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    node = api.resolve(schema)
    yield {key: value for key, value in node.items() if key != "allOf"}
    for one in _listed(node, "allOf"):
        yield from _parts(api, one, depth + 1)


def _allowed(api: Api, schema: Json, depth: int) -> _Allowed:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return _Allowed()
    node = api.resolve(schema)
    allowed = _Allowed()
    given = node.get("type")
    types = {one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)} - {"null"}
    if types:
        allowed = _Allowed(frozenset(types | ({"integer"} if "number" in types else set())) & _TYPES)
    values = node["enum"] if isinstance(node.get("enum"), list) else [node["const"]] if "const" in node else None
    if isinstance(values, list) and values != [None]:
        allowed = _Allowed(allowed.types, frozenset(json.dumps(one) for one in values if one is not None))
    for one in _listed(node, "allOf"):
        allowed = allowed.and_also(_allowed(api, one, depth + 1))
    for word in ("anyOf", "oneOf"):
        choices = [_allowed(api, one, depth + 1) for one in _listed(node, word) if not _is_null(one)]
        if choices:
            allowed = allowed.and_also(reduce(_Allowed.or_else, choices))
    return allowed


def _listed(node: Object, word: str) -> list[Json]:
    listed = node.get(word)
    return listed if isinstance(listed, list) else []


def _is_null(node: Json) -> bool:
    return isinstance(node, dict) and (node.get("type") == "null" or node.get("enum") == [None])


def _words(allowed: _Allowed) -> str:
    types = allowed.types - ({"integer"} if "number" in allowed.types else set())
    kinds = " or ".join(sorted(types)) if allowed.types != _TYPES else "a value"
    return kinds if allowed.values is None else f"{kinds} among {', '.join(sorted(allowed.values))}"


def _named(document: Object, place: tuple[str, ...]) -> str:
    """Return the schema, or the operation, in which a place is."""
    match place:
        case ("paths", path, method, *_) if method in METHODS:
            operation = cast("Object", cast("Object", cast("Object", document["paths"])[path])[method])
            name = operation.get("operationId")
            return f"{name} ({method.upper()} {path})" if isinstance(name, str) else f"{method.upper()} {path}"
        case ("components", kind, name, *_):
            return f"the schema {name}" if kind == "schemas" else f"{name} of components.{kind}"
        case _:
            return ".".join(place)

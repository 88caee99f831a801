"""Fields that a request body can have and no property of it describes: required ones, and those of conditions.

JSON Schema lets `required` name what `properties` does not, and `then`, `else` and `dependentSchemas` describe what no
other part does. A model has what its properties say, so such fields become properties.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from regeneration.api import Api
from regeneration.reading import Json, Object
from regeneration.shapes import media_types

_ALTERNATIVES = ("anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_DEEPEST = 20
_TEXT = "Required; the description does not say what it is."


def with_named_fields(document: Object) -> tuple[Object, list[str]]:
    """Return a document in which each field of a request body is a property.

    Returns:
        The document, and a sentence for each body that no value can be, since it forbids a field that it requires.
    """
    named = copy.deepcopy(document)
    api = Api(named)
    faults: list[str] = []
    for operation in api.operations:
        naming = _Naming(api)
        for schema in media_types(operation.body).values():
            naming.whole(schema)
        label = f"{operation.python_name} ({operation.place})"
        faults += [f"{label}: its request body {fault}" for fault in dict.fromkeys(naming.faults)]
    return named, faults


@dataclass
class _Naming:
    api: Api
    faults: list[str] = field(default_factory=list[str])
    seen: set[int] = field(default_factory=set[int])

    def whole(self, schema: Json, around: frozenset[str] = frozenset()) -> None:
        """Name the fields of a schema that a value has to fulfil as it stands, and of all that it holds.

        Args:
            schema: The schema.
            around: The fields that are described where it is an alternative.
        """
        if not isinstance(schema, dict):
            return
        node = self.api.resolve(schema)
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        self._conditions(node)
        described = around | set(self._described(node, 0))
        missing = [name for name in dict.fromkeys(self._required(node, 0)) if name not in described]
        if missing and (described or node.get("additionalProperties") is False):
            self._add(node, missing)
        for part in self._parts(node, 0):
            for member in cast("Object", part.get("properties") or {}).values():
                self.whole(member)
            self.whole(part.get("items"))
            self.whole(part.get("additionalProperties"))
            for word in _ALTERNATIVES:
                for one in _listed(part, word):
                    self.whole(one, frozenset(described))

    def _add(self, node: Object, missing: list[str]) -> None:
        closed = next((part for part in self._parts(node, 0) if part.get("additionalProperties") is False), None)
        if closed is not None:
            self.faults.append(
                f"requires {', '.join(missing)}, which no property describes and `additionalProperties: false` "
                "forbids; correct it in spec/corrections.overlay.yaml"
            )
            return
        rest = node.get("additionalProperties")
        properties = cast("Object", node.setdefault("properties", {}))
        for name in missing:
            properties[name] = copy.deepcopy(rest) if isinstance(rest, dict) and rest else {"description": _TEXT}
        required = [one for one in _listed(node, "required") if isinstance(one, str)]
        node["required"] = cast("list[Json]", list(dict.fromkeys([*required, *missing])))

    def _conditions(self, node: Object) -> None:
        """Make the fields that conditions describe, or ask for, optional properties."""
        schemas = [node[word] for word in _CONDITIONS if word in node]
        dependent = node.get("dependentSchemas")
        schemas += list(dependent.values()) if isinstance(dependent, dict) else []
        asked = node.get("dependentRequired")
        lists = list(asked.values()) if isinstance(asked, dict) else []
        if not schemas and not lists:
            return
        found: Object = {
            one: {} for names in lists for one in (names if isinstance(names, list) else []) if isinstance(one, str)
        }
        for schema in schemas:
            for part in self._parts(self.api.resolve(schema) if isinstance(schema, dict) else {}, 0):
                self._conditions(part)
                found |= {one: {} for one in _listed(part, "required") if isinstance(one, str) and one not in found}
                found |= cast("Object", part.get("properties") or {})
        described = set(self._described(node, 0))
        properties = {name: copy.deepcopy(one) for name, one in found.items() if name not in described}
        if properties:
            node["properties"] = {**cast("Object", node.get("properties") or {}), **properties}

    def _parts(self, node: Object, depth: int) -> Iterator[Object]:
        """Return a schema and those of its `allOf`, and of theirs."""
        if depth < _DEEPEST:
            yield node
            for one in _listed(node, "allOf"):
                if isinstance(one, dict):
                    yield from self._parts(self.api.resolve(one), depth + 1)

    def _described(self, node: Object, depth: int) -> Iterator[str]:
        for part in self._parts(node, depth):
            yield from cast("Object", part.get("properties") or {})
            for word in _ALTERNATIVES:
                for one in _listed(part, word):
                    if isinstance(one, dict) and depth < _DEEPEST:
                        yield from self._described(self.api.resolve(one), depth + 1)

    def _required(self, node: Object, depth: int) -> Iterator[str]:
        for part in self._parts(node, depth):
            yield from (one for one in _listed(part, "required") if isinstance(one, str))


def _listed(node: Object, word: str) -> list[Json]:
    listed = node.get(word)
    return listed if isinstance(listed, list) else []

"""The fields of a request body as a model can have them: all that may be sent, and none required that only comes back.

JSON Schema lets `required` name what `properties` does not, and `then`, `else` and `dependentSchemas` describe what no
other part does. A model has what its properties say, so such fields become properties. And one model serves requests
and answers: a required field that is only read cannot be given, and one that is only sent does not come. Neither is
required.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from regeneration.api import Api
from regeneration.reading import Json, Object
from regeneration.shapes import media_types, shape_of

_ALTERNATIVES = ("anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_DEEPEST = 20
_TEXT = "Required; the description does not say what it is."


def with_all_fields(document: Object) -> tuple[Object, list[str]]:
    """Return a document in which each field of a request body is a property, and only what goes both ways is required.

    Returns:
        The document, and a sentence for each body that no value can be, since it forbids a field that it requires.
    """
    whole = copy.deepcopy(document)
    api = Api(whole)
    faults: list[str] = []
    read = _Fields(api, sent=False)
    for operation in api.operations:
        sent = _Fields(api, sent=True)
        for schema in media_types(operation.body).values():
            sent.complete(schema)
        for answer in operation.answers.values():
            for schema in media_types(answer).values():
                read.complete(schema)
        label = f"{operation.python_name} ({operation.place})"
        faults += [f"{label}: its request body {fault}" for fault in dict.fromkeys(sent.faults)]
    return whole, faults


@dataclass
class _Fields:
    """Completes the fields of schemas that are sent, or that are read."""

    api: Api
    sent: bool
    faults: list[str] = field(default_factory=list[str])
    seen: set[int] = field(default_factory=set[int])

    def complete(self, schema: Json, around: frozenset[str] = frozenset()) -> None:
        """Complete a schema that a value has to fulfil as it stands, and all that it holds.

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
        described = around | set(self._described(node, 0))
        if self.sent:
            self._conditions(node)
            described = around | set(self._described(node, 0))
            missing = [name for name in dict.fromkeys(self._required(node, 0)) if name not in described]
            if missing and (described or node.get("additionalProperties") is False):
                self._add(node, missing)
        parts = list(self._parts(node, 0))
        self._require_what_goes_both_ways(parts)
        for part in parts:
            for member in cast("Object", part.get("properties") or {}).values():
                self.complete(member)
            self.complete(part.get("items"))
            self.complete(part.get("additionalProperties"))
            for word in _ALTERNATIVES:
                for one in _listed(part, word):
                    self.complete(one, frozenset(described))

    def _require_what_goes_both_ways(self, parts: list[Object]) -> None:
        fields = [item for part in parts for item in cast("Object", part.get("properties") or {}).items()]
        shapes = [(name, shape_of(self.api, one)) for name, one in fields]
        one_way = {name for name, shape in shapes if (shape.read_only if self.sent else shape.write_only)}
        for part in parts:
            required = _listed(part, "required")
            if one_way.intersection(one for one in required if isinstance(one, str)):
                part["required"] = [one for one in required if one not in one_way]

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

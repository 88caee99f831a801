"""Schemas in a normal form: what they mean, whatever the way and the version of OpenAPI that they are written in."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from regeneration.api import Api, reference_name
from regeneration.reading import DocumentError, Json, Object

LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
TEXTS = frozenset({"title", "description", "example", "examples", "externalDocs", "$comment", "xml"})
_ALTERNATIVES = ("anyOf", "oneOf")
_MOST_LOOKED_AT = 400_000
_KNOWN = frozenset(
    {
        *LIMITS, *TEXTS, *_ALTERNATIVES, "allOf", "type", "nullable", "format", "enum", "const", "default",
        "properties", "required", "additionalProperties", "items", "readOnly", "writeOnly", "deprecated", "$ref",
    }
)  # fmt: skip


@dataclass(slots=True)
class Shape:
    """A schema in its normal form.

    Attributes:
        name: The component that it stands in by a reference, or None.
        types: The types that it allows, `null` among them; empty for any.
        parts: The schemas that all hold besides, of `allOf`.
        choices: The schemas of which one holds, of `anyOf` or `oneOf`, without null.
        others: The words that have no field here, such as `discriminator`, as JSON.
    """

    name: str | None = None
    types: frozenset[str] = frozenset()
    format: Json = None
    enum: tuple[Json, ...] | None = None
    default: Json = None
    has_default: bool = False
    limits: dict[str, Json] = field(default_factory=dict[str, "Json"])
    properties: dict[str, Json] = field(default_factory=dict[str, "Json"])
    required: frozenset[str] = frozenset()
    rest: Json = True
    items: Json = None
    parts: list[Json] = field(default_factory=list["Json"])
    choices: list[Json] = field(default_factory=list["Json"])
    choice_word: str = "anyOf"
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    texts: dict[str, Json] = field(default_factory=dict[str, "Json"])
    others: dict[str, Json] = field(default_factory=dict[str, "Json"])

    @property
    def nullable(self) -> bool:
        """Whether null is allowed."""
        return "null" in self.types


def shape_of(api: Api, schema: Json) -> Shape:
    """Return the normal form of a schema, after its references have been followed."""
    if not isinstance(schema, dict):
        return Shape(others={} if schema is not False else {"allowed": False})
    name = reference_name(schema)
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    node = api.resolve(schema) if "$ref" in schema else schema
    shape = _normal(api, node)
    if name is not None:
        shape.name = name
        shape.texts |= {key: beside[key] for key in beside.keys() & TEXTS}
        shape.deprecated = shape.deprecated or beside.get("deprecated") is True
    return shape


def _normal(api: Api, node: Object) -> Shape:
    given = node.get("type")
    types = (
        {given}
        if isinstance(given, str)
        else {one for one in given if isinstance(one, str)}
        if isinstance(given, list)
        else set()
    )
    enum = _enum(node)
    if types and (node.get("nullable") is True or (enum is not None and None in enum)):
        types.add("null")
    shape = Shape(
        types=frozenset(types),
        format=node.get("format"),
        enum=None if enum is None else tuple(one for one in enum if one is not None),
        default=node.get("default"),
        has_default="default" in node,
        limits=_limits(node),
        properties=_members(node.get("properties")),
        required=frozenset(one for one in _list(node.get("required")) if isinstance(one, str)),
        rest=node.get("additionalProperties", True),
        items=node.get("items"),
        parts=_list(node.get("allOf")),
        read_only=node.get("readOnly") is True,
        write_only=node.get("writeOnly") is True,
        deprecated=node.get("deprecated") is True,
        texts={key: node[key] for key in node.keys() & TEXTS},
        others={key: node[key] for key in sorted(node.keys() - _KNOWN)},
    )
    for word in _ALTERNATIVES:
        if word in node:
            alternatives = [one for one in _list(node[word]) if not _is_null(one)]
            shape.choices, shape.choice_word = alternatives, word
            if len(alternatives) < len(_list(node[word])) or node.get("nullable") is True:
                shape.types |= {"null"}
    shape = _unwrapped(api, shape, nullable=node.get("nullable") is True)
    return _single(api, shape) if shape.parts else shape


def _single(api: Api, shape: Shape) -> Shape:
    """Read single values that several parts describe, such as a text and its enumeration, as one schema."""
    said = [shape, *(shape_of(api, part) for part in shape.parts)]
    if any(one.parts or one.choices or one.properties or one.items is not None for one in said[1:]):
        return shape
    kinds = [one.types - {"null"} for one in said if one.types - {"null"}]
    if shape.choices or shape.properties or shape.items is not None or not kinds:
        return shape
    types = kinds[0].intersection(*kinds[1:])
    if not types and frozenset().union(*kinds) == {"integer", "number"}:
        types = frozenset({"integer"})  # a whole number is a number
    if not types or types & {"object", "array"}:
        return shape
    null = {"null"} if shape.nullable or all(one.nullable for one in said[1:] if one.types) else set[str]()
    enums = [one.enum for one in said if one.enum is not None]
    texts = {word: text for one in reversed(said) for word, text in one.texts.items()}
    return replace(
        shape,
        types=types | null,
        format=next((one.format for one in said if one.format is not None), None),
        enum=tuple(one for one in enums[0] if all(one in other for other in enums)) if enums else None,
        default=next((one.default for one in said if one.has_default), None),
        has_default=any(one.has_default for one in said),
        limits={word: limit for one in reversed(said) for word, limit in one.limits.items()},
        parts=[],
        read_only=any(one.read_only for one in said),
        write_only=any(one.write_only for one in said),
        deprecated=any(one.deprecated for one in said),
        texts=texts,
        others={word: value for one in reversed(said) for word, value in one.others.items()},
    )


def _unwrapped(api: Api, shape: Shape, *, nullable: bool) -> Shape:
    """Read a schema that only points to another one as that one: `allOf` of one part, `anyOf` of one besides null."""
    only = shape.parts + shape.choices
    says_more = shape.properties or shape.enum or shape.items or shape.limits or shape.types - {"null", "object"}
    if len(only) != 1 or says_more or shape.others:
        return shape
    inner = shape_of(api, only[0])
    if nullable or shape.nullable:
        inner.types |= {"null"}
    inner.texts |= shape.texts
    inner.required |= shape.required
    inner.deprecated |= shape.deprecated
    inner.read_only |= shape.read_only
    inner.write_only |= shape.write_only
    if shape.has_default:
        inner.default, inner.has_default = shape.default, True
    return inner


def _limits(node: Object) -> dict[str, Json]:
    limits = {word: node[word] for word in LIMITS if node.get(word) is not None and node[word] is not False}
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if node.get(word) is True and bound in limits:  # as in 3.0; a number of its own since 3.1
            limits[word] = limits.pop(bound)
    return limits


def _enum(node: Object) -> list[Json] | None:
    if isinstance(values := node.get("enum"), list):
        return values
    return [node["const"]] if "const" in node else None


def _is_null(node: Json) -> bool:
    return isinstance(node, dict) and (node.get("type") == "null" or node.get("enum") == [None])


def _members(node: Json) -> dict[str, Json]:
    return dict(node) if isinstance(node, dict) else {}


def _list(node: Json) -> list[Json]:
    return list(node) if isinstance(node, list) else []


def words_for(api: Api, schema: Json) -> str:
    """Return what a schema is, in a few words, such as `array of string or null`."""
    shape = shape_of(api, schema)
    if shape.name is not None:
        return (
            f"{shape.name} or null"
            if shape.nullable and not shape_of(api, api.schemas[shape.name]).nullable
            else shape.name
        )
    parts = [" or ".join(sorted(shape.types - {"null"}))] if shape.types - {"null"} else []
    if shape.items is not None:
        parts.append(f"of {words_for(api, shape.items)}")
    for schemas, word in ((shape.parts, " and "), (shape.choices, " or ")):
        if schemas:
            parts.append(word.join(words_for(api, one) for one in schemas))
    if shape.format is not None:
        parts.append(f"format {json.dumps(shape.format)}")
    if shape.enum is not None:
        parts.append(f"enum {json.dumps(list(shape.enum))}")
    if "pattern" in shape.limits:
        parts.append(f"pattern {json.dumps(shape.limits['pattern'])}")
    if shape.nullable:
        parts.append("or null")
    return " ".join(parts) or "anything"


def canonical(api: Api, schema: Json, seen: tuple[str, ...] = ()) -> str:
    """Return all that a schema means, texts aside, as one text: equal for schemas that mean the same.

    Raises:
        DocumentError: If it is made of too many others.
    """
    name = reference_name(schema)
    if name is None:
        return _meaning(api, schema, seen)
    if name in seen:
        return f"^{len(seen) - seen.index(name)}"
    if name in api.meanings:
        return api.meanings[name]
    told = _meaning(api, schema, (*seen, name))
    digest = hashlib.sha256(told.encode()).hexdigest()
    if "^" not in told:  # it leads back to nothing, so that it means the same wherever it stands
        api.meanings[name] = digest
        return digest
    return told


def _meaning(api: Api, schema: Json, seen: tuple[str, ...]) -> str:
    api.looked_at += 1
    if api.looked_at > _MOST_LOOKED_AT:
        raise DocumentError("a schema is made of too many others, by references of references")
    shape = shape_of(api, schema)

    def inner(node: Json) -> str:
        return canonical(api, node, seen)

    meaning: Mapping[str, object] = {
        "types": sorted(shape.types),
        "format": shape.format,
        "enum": None if shape.enum is None else sorted(map(json.dumps, shape.enum)),
        "default": shape.default if shape.has_default else "none",
        "limits": shape.limits,
        "properties": {key: inner(value) for key, value in shape.properties.items()},
        "required": sorted(shape.required),
        "rest": inner(shape.rest) if isinstance(shape.rest, dict) else shape.rest,
        "items": None if shape.items is None else inner(shape.items),
        "parts": sorted(map(inner, shape.parts)),
        "choices": sorted(map(inner, shape.choices)),
        "flags": [shape.read_only, shape.write_only, shape.deprecated],
        "others": shape.others,
    }
    return json.dumps(meaning, sort_keys=True)


def media_types(node: Object | None) -> dict[str, Json]:
    """Return the schemas of a body or an answer, by media type."""
    content = {} if node is None else node.get("content")
    return {
        str(kind): media.get("schema") if isinstance(media, dict) else None for kind, media in _members(content).items()
    }

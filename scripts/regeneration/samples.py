"""Values that a schema allows: its examples where they fit, or else made from the schema."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis_jsonschema import from_schema
from jsonschema import Draft202012Validator

from regeneration.api import Api
from regeneration.reading import Json, Object
from regeneration.shapes import Shape, shape_of

_DEEPEST = 7
_MOST_VALUES = 3000
_BY_FORMAT: dict[str, str] = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:34:56Z",
    "uuid": "7fc8c70a-ca58-430c-b383-b89df84f8083",
    "uri": "https://example.com/a?b=c",
    "url": "https://example.com/a?b=c",
    "email": "someone@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "time": "12:34:56Z",
    "byte": "Ynl0ZXM=",
    "phone-number": "12065550100",
    "http-date": "Thu, 29 Feb 2024 12:34:56 GMT",
    "duration": "P1D",
    "binary": "binary content",
}
_READ_AS: dict[str, Json] = {"decimal": "1.25", "time": "2024-02-29T12:34:56Z", "string": "text", "json": "{}"}


def sample(api: Api, schema: Json, *, sent: bool, full: bool = True, nulls: bool = False) -> Json:
    """Return a value that a schema allows.

    Args:
        api: The description that the schema stands in.
        schema: The schema.
        sent: Whether it is sent: what is only read is left out then, and what is only sent otherwise.
        full: Whether fields that may be left out are there too.
        nulls: Whether fields that may be null are, or empty texts where that means null.
    """
    return _Sampler(api, sent=sent, full=full, nulls=nulls).value(schema, ())


class _Sampler:
    def __init__(self, api: Api, *, sent: bool, full: bool, nulls: bool) -> None:
        self._api, self._sent, self._full, self._nulls = api, sent, full, nulls
        self._made = 0

    def value(self, schema: Json, names: tuple[str, ...]) -> Json:  # noqa: PLR0911 - one for each kind
        shape = shape_of(self._api, schema)
        self._made += 1
        if self._made > _MOST_VALUES:  # what may be left out is left out from here on
            self._full = False
        if shape.name is not None:
            names = (*names, shape.name)
        if (known := self._known(shape)) is not None:
            return known
        if shape.choices and not shape.properties:
            return self.value(self._simplest(shape.choices, names), names)
        if shape.parts or shape.choices or shape.properties or "object" in shape.types:
            return self._object(shape, names)
        types = [one for one in shape.types if one != "null"]
        kind = "array" if shape.items is not None else min(types, default="", key=_PREFERRED.index) if types else ""
        match kind:
            case "array":
                return self._array(shape, names)
            case "integer" | "number":
                return _number(shape, kind)
            case "boolean":
                return True
            case "string":
                return _text(shape)
            case _:
                return None if shape.types else "anything"

    def _known(self, shape: Shape) -> Json:
        """A value that the schema itself has: by how it is read, as its example, or in its enumeration."""
        reads_as = shape.others.get("x-reads-as")
        if isinstance(reads_as, str) and reads_as in _READ_AS:
            return _READ_AS[reads_as]
        if (example := self._example(shape)) is not None:
            return example
        return shape.enum[0] if shape.enum else None

    def _example(self, shape: Shape) -> Json:
        """The schema's own example, if it is a single value that the schema allows."""
        examples = [shape.texts.get("example")]
        listed = shape.texts.get("examples")
        examples += listed if isinstance(listed, list) else []
        for example in examples:
            if example is None or isinstance(example, dict | list):
                continue
            if shape.format == "date-time" or (
                shape.format in {"date", "uuid"} and example != _BY_FORMAT.get(str(shape.format))
            ):
                continue  # examples of times are often of another form
            if Draft202012Validator(_plain(shape)).is_valid(example):
                return example
        return None

    def _simplest(self, choices: list[Json], names: tuple[str, ...]) -> Json:
        """A choice that does not lead back to where it stands."""
        for one in choices:
            if shape_of(self._api, one).name not in names:
                return one
        return choices[0]

    def _object(self, shape: Shape, names: tuple[str, ...]) -> Object:
        said: Object = {}
        properties, required = self._fields(shape, 0)
        for name, member in properties.items():
            inner = shape_of(self._api, member)
            if (inner.read_only and self._sent) or (inner.write_only and not self._sent):
                continue
            leads_back = len(names) >= _DEEPEST or self._leads_back(member, names)
            if name in required or (self._full and not leads_back):
                if self._nulls and (empty := self._empty(inner)):
                    (said[name],) = empty
                elif leads_back and (inner.items is not None or "array" in inner.types):
                    said[name] = []
                elif leads_back and inner.nullable:
                    said[name] = None
                else:
                    said[name] = self.value(member, names)
        if not properties and isinstance(shape.rest, dict) and self._full:
            said["key"] = self.value(shape.rest, names)
        return said

    def _empty(self, shape: Shape) -> tuple[Json, ...]:
        """Return what means that there is no value, or nothing where there always is one."""
        if shape.others.get("x-empty-is-null") is True:
            return ("",)
        shapes = [shape, *(shape_of(self._api, one) for one in shape.choices)]
        return (None,) if any(one.nullable for one in shapes) else ()

    def _leads_back(self, schema: Json, names: tuple[str, ...], depth: int = 0) -> bool:
        shape = shape_of(self._api, schema)
        if shape.name is not None and (shape.name in names or len(names) + depth >= _DEEPEST):
            return True
        if shape.items is not None:
            return self._leads_back(shape.items, names, depth)
        return bool(shape.choices) and all(self._leads_back(one, names, depth + 1) for one in shape.choices)

    def _fields(self, shape: Shape, depth: int) -> tuple[Object, set[str]]:
        properties, required = dict(shape.properties), set(shape.required)
        required |= {
            name for name, one in properties.items() if shape_of(self._api, one).others.get("x-always") is True
        }
        if depth > _DEEPEST:
            return properties, required
        parts = [*shape.parts, *shape.choices[:1]]
        for part in parts:
            more, needed = self._fields(shape_of(self._api, part), depth + 1)
            properties = {**more, **properties}
            required |= needed
        return properties, required

    def _array(self, shape: Shape, names: tuple[str, ...]) -> list[Json]:
        if isinstance(each := shape.others.get("prefixItems"), list):
            return [self.value(one, names) for one in each]
        least = shape.limits.get("minItems")
        count = max(1, least if isinstance(least, int) else 0)
        if not shape.limits.get("uniqueItems"):
            most = shape.limits.get("maxItems")
            count = min(max(count, 2 if self._full else 1), most if isinstance(most, int) else count + 1)
        item: Json = shape.items if shape.items is not None else {"type": "string"}
        first = self.value(item, names)
        inner = shape_of(self._api, item)
        if inner.enum and count > 1:
            return [inner.enum[place % len(inner.enum)] for place in range(count)]
        return [first for _ in range(count)]


_PREFERRED = ("object", "array", "string", "integer", "number", "boolean", "null")


def _number(shape: Shape, kind: str) -> int | float:
    low, high = shape.limits.get("minimum"), shape.limits.get("maximum")
    above, below = shape.limits.get("exclusiveMinimum"), shape.limits.get("exclusiveMaximum")
    step = shape.limits.get("multipleOf")
    if isinstance(step, int | float) and step:
        first = next((one for one in (low, above) if isinstance(one, int | float)), 0)
        value = (first // step + 1) * step
        return int(value) if float(value).is_integer() else value
    least = low if isinstance(low, int | float) else above + 1 if isinstance(above, int | float) else None
    most = high if isinstance(high, int | float) else below - 1 if isinstance(below, int | float) else None
    value = 7 if kind == "integer" else 1.25
    if isinstance(least, int | float) and value < least:
        value = least
    if isinstance(most, int | float) and value > most:
        value = most
    return int(value) if kind == "integer" else value


def _text(shape: Shape) -> str:
    words = ("pattern", "minLength", "maxLength")
    limits: Object = {word: shape.limits[word] for word in words if word in shape.limits}
    known = _BY_FORMAT.get(str(shape.format), "text a/b")
    if not limits or Draft202012Validator(limits).is_valid(known):
        return known
    return _made(json.dumps(limits, sort_keys=True))


@lru_cache(maxsize=1024)
def _made(limits: str) -> str:
    """A text within limits, the simplest that hypothesis finds; never blank, so that it can stand in a path."""
    schema: Object = {"type": "string", "minLength": 1}
    schema |= json.loads(limits)
    found: list[str] = []

    @settings(
        max_examples=12, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(from_schema(schema))
    def collect(value: object) -> None:
        found.append(str(value))

    collect()
    plain = [one for one in found if re.fullmatch(r"[!-~]+", one) and one not in {".", ".."}]
    return min(plain or found, key=lambda one: (len(one), one))


def _plain(shape: Shape) -> Object:
    """A schema of a single value, as JSON Schema."""
    said: Object = dict(shape.limits)
    if shape.types:
        said["type"] = cast("list[Json]", sorted(shape.types))
    if shape.enum is not None:
        said["enum"] = list(shape.enum)
    return said


def formats(api: Api, schema: Json) -> Iterator[str]:
    """Return the formats that a value of a schema may have: those of its alternatives and items too."""
    shape = shape_of(api, schema)
    if isinstance(shape.format, str):
        yield shape.format
    for inner in (*shape.choices, *([] if shape.items is None else [shape.items])):
        yield from formats(api, inner)

"""Comparison of schemas, place by place, with whom a change breaks: those who send it, or those who read it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from regeneration.api import Api, reference_name
from regeneration.changes import Change, Side, keyed
from regeneration.reading import Json
from regeneration.shapes import Shape, canonical, shape_of, words_for

_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_CONDITIONS = (
    "if", "then", "else", "not", "dependentRequired", "dependentSchemas", "propertyNames", "patternProperties",
    "contains", "minContains", "maxContains", "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip
_CONTENTS = {"integer": frozenset({"integer"}), "number": frozenset({"integer", "number"})}


@dataclass(slots=True)
class SchemaComparison:
    """Compares the schemas of two descriptions; those of components once each.

    Args:
        before: The earlier description.
        after: The later one.
        sides: Who has to do with a component of that name.
    """

    before: Api
    after: Api
    sides: Callable[[str], frozenset[Side]]
    texts: list[str] = field(default_factory=list[str])
    _compared: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def compare(
        self, place: str, before: Json, after: Json, sides: frozenset[Side], kind: str = "field"
    ) -> Iterator[Change]:
        """Compare what stands at one place of both descriptions."""
        old_name, new_name = reference_name(before), reference_name(after)
        if old_name is not None and new_name is not None:
            if (old_name, new_name) in self._compared:
                return
            self._compared.add((old_name, new_name))
            if old_name == new_name:
                place, sides = new_name, self.sides(new_name) or sides
        yield from self._shapes(place, shape_of(self.before, before), shape_of(self.after, after), sides, kind)

    def _shapes(self, place: str, old: Shape, new: Shape, sides: frozenset[Side], kind: str) -> Iterator[Change]:
        yield from self._types(place, old, new, sides, kind)
        yield from _values(place, old, new, sides)
        yield from _limits(place, old, new, sides)
        yield from _flags(place, old, new, sides, kind)
        yield from self._members(place, old, new, sides)
        if old.items is not None and new.items is not None:
            yield from self.compare(f"{place}[]", old.items, new.items, sides)
        yield from self._alternatives(place, old, new, sides)
        if isinstance(old.rest, dict) and isinstance(new.rest, dict):
            yield from self.compare(f"{place}.*", old.rest, new.rest, sides)
        elif (old.rest if old.rest != {} else True) != (new.rest if new.rest != {} else True):
            words = [self._words(api, shape.rest) for api, shape in ((self.before, old), (self.after, new))]
            yield Change("field", "changed", f"{place}.*", f"further members: {words[0]}, now {words[1]}", sides)
        if old.texts != new.texts:
            self.texts.append(place)
        yield from self._conditions(place, old, new, sides)
        for word, what in keyed(old.others, new.others):
            if word in _CONDITIONS:
                continue
            if what != "kept" or old.others[word] != new.others[word]:
                now = json.dumps(new.others.get(word)) if word in new.others else "gone"
                yield Change(word, "changed" if what == "kept" else what, place, now, sides)

    def _types(self, place: str, old: Shape, new: Shape, sides: frozenset[Side], kind: str) -> Iterator[Change]:
        had, has = old.types - {"null"}, new.types - {"null"}
        if had != has or old.format != new.format:
            loosened = had != has and old.format == new.format and _takes(has, had)
            tightened = had != has and old.format == new.format and _takes(had, has)
            broken = sides - ({Side.CALLERS} if loosened else set()) - ({Side.READERS} if tightened else set())
            detail = f"from {_type(old)} to {_type(new)}"
            yield Change(kind, "retyped", place, detail, frozenset(broken))
        if old.nullable != new.nullable and (had or has or old.choices or new.choices or old.properties):
            broken_side = Side.READERS if new.nullable else Side.CALLERS
            detail = "may be null now" if new.nullable else "is not null any more"
            yield Change(kind, "changed", place, detail, sides & {broken_side})
        if (old.items is None) != (new.items is None) and had == has:
            yield Change(kind, "retyped", place, "what it is a list of", sides)

    def _members(self, place: str, old: Shape, new: Shape, sides: frozenset[Side]) -> Iterator[Change]:
        for name, what in keyed(old.properties, new.properties):
            inner = f"{place}.{name}"
            if what == "added":
                needed = name in new.required
                words = words_for(self.after, new.properties[name]) + (", required" if needed else "")
                yield Change("field", "added", inner, words, sides & {Side.CALLERS} if needed else frozenset())
                yield from self._nested(self.after, inner, new.properties[name], "added")
            elif what == "removed":
                yield Change("field", "removed", inner, words_for(self.before, old.properties[name]), sides)
            else:
                yield from self.compare(inner, old.properties[name], new.properties[name], sides)
            if what == "kept" and (name in old.required) != (name in new.required):
                needed = name in new.required
                broken = sides & {Side.CALLERS if needed else Side.READERS}
                yield Change("field", "changed", inner, "required now" if needed else "optional now", broken)
        for name in sorted((old.required ^ new.required) - old.properties.keys() - new.properties.keys()):
            needed = name in new.required
            broken = sides & {Side.CALLERS if needed else Side.READERS}
            yield Change("field", "changed", f"{place}.{name}", "required now" if needed else "optional now", broken)

    def _conditions(self, place: str, old: Shape, new: Shape, sides: frozenset[Side]) -> Iterator[Change]:
        """Compare what a schema asks for by conditions, which nothing checks, and the fields that they describe."""
        was, now = ({word: one.others[word] for word in _CONDITIONS if word in one.others} for one in (old, new))
        if was == now:
            return
        what = "changed" if was and now else "added" if now else "removed"
        said = ", ".join(f"{word} {json.dumps(one)}" for word, one in now.items()) or f"before {json.dumps(was)}"
        broken = sides & {Side.CALLERS if now else Side.READERS}
        yield Change("condition", what, place, f"{said}; it is not checked before a call is sent", broken)
        had, has = ({**_conditional(words), **one.properties} for words, one in ((was, old), (now, new)))
        for name, what in keyed(had, has):
            if what != "kept" and name not in {**old.properties, **new.properties}:
                api, schema = (self.after, has[name]) if what == "added" else (self.before, had[name])
                detail = f"{words_for(api, schema)}, where a condition holds"
                yield Change("field", what, f"{place}.{name}", detail, sides if what == "removed" else frozenset())

    def _nested(self, api: Api, place: str, schema: Json, what: str, depth: int = 0) -> Iterator[Change]:
        """Return the members of a schema that is new as a whole, unless it is a component."""
        if reference_name(schema) is not None or depth > 8:  # noqa: PLR2004 - deeper ones are not told one by one
            return
        shape = shape_of(api, schema)
        for name, member in shape.properties.items():
            yield Change("field", what, f"{place}.{name}", words_for(api, member))
            yield from self._nested(api, f"{place}.{name}", member, what, depth + 1)
        if shape.items is not None:
            yield from self._nested(api, f"{place}[]", shape.items, what, depth + 1)

    def whole(self, api: Api, place: str, schema: Json, what: str) -> Iterator[Change]:
        """Return the members of a component that is new, or gone."""
        shape = shape_of(api, schema)
        stripped: Json = {"properties": dict(shape.properties)} if shape.properties else {"items": shape.items}
        yield from self._nested(api, place, stripped if shape.properties or shape.items else {}, what)

    def _alternatives(self, place: str, old: Shape, new: Shape, sides: frozenset[Side]) -> Iterator[Change]:
        for word, was, now in (("part", old.parts, new.parts), ("alternative", old.choices, new.choices)):
            before = {canonical(self.before, one): one for one in was}
            after = {canonical(self.after, one): one for one in now}
            gone = [before[key] for key in before if key not in after]
            come = [after[key] for key in after if key not in before]
            for one in [one for one in was if canonical(self.before, one) in after]:  # texts and names may differ
                yield from self.compare(place, one, after[canonical(self.before, one)], sides)
            if len(gone) == len(come):
                for one, other in zip(gone, come, strict=True):
                    yield from self.compare(place, one, other, sides)
                continue
            widens = word == "alternative"
            for one in gone:
                broken = sides & {Side.CALLERS} if widens and come == [] and len(now) else sides
                yield Change(word, "removed", place, words_for(self.before, one), broken)
            for one in come:
                broken = sides & {Side.READERS} if widens and was else sides
                yield Change(word, "added", place, words_for(self.after, one), broken)

    def _words(self, api: Api, rest: Json) -> str:
        return words_for(api, rest) if isinstance(rest, dict) else "any" if rest is not False else "none"


def _conditional(words: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields that only conditions describe."""
    dependent = words.get("dependentSchemas")
    schemas = [words.get("then"), words.get("else"), *(dependent.values() if isinstance(dependent, dict) else ())]
    listed = [one.get("properties") for one in schemas if isinstance(one, dict)]
    return {name: schema for fields in listed if isinstance(fields, dict) for name, schema in fields.items()}


def _takes(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether each of some types is one of others; no type at all takes any."""
    contents = frozenset().union(*(_CONTENTS.get(one, {one}) for one in wide)) if wide else frozenset()
    return not wide or (bool(narrow) and narrow <= contents)


def _type(shape: Shape) -> str:
    words = " or ".join(sorted(shape.types - {"null"})) or "anything"
    return f"{words} format {json.dumps(shape.format)}" if shape.format is not None else words


def _values(place: str, old: Shape, new: Shape, sides: frozenset[Side]) -> Iterator[Change]:
    if old.enum is None and new.enum is None:
        return
    if old.enum is None:
        yield Change("enumeration", "added", place, _listed(new.enum), sides & {Side.CALLERS})
    elif new.enum is None:
        yield Change("enumeration", "removed", place, f"any value now, before {_listed(old.enum)}")
    else:
        gained = [one for one in new.enum if one not in old.enum]
        lost = [one for one in old.enum if one not in new.enum]
        if gained:
            yield Change("enumeration", "changed", place, f"gains {_listed(gained)}")  # enumerations are open
        if lost:
            yield Change("enumeration", "changed", place, f"loses {_listed(lost)}", sides & {Side.CALLERS})


def _listed(values: object) -> str:
    return ", ".join(json.dumps(one) for one in values) if isinstance(values, list | tuple) else str(values)


def _limits(place: str, old: Shape, new: Shape, sides: frozenset[Side]) -> Iterator[Change]:
    for word, _ in keyed(old.limits, new.limits):
        was, now = old.limits.get(word), new.limits.get(word)
        if was == now:
            continue
        tighter = now is not None and (
            was is None
            or not (word in _LOWER | _UPPER and isinstance(was, int | float) and isinstance(now, int | float))
            or (now > was if word in _LOWER else now < was)
        )
        detail = f"{word} {json.dumps(now)}" if was is None else f"{word} {json.dumps(was)} is gone"
        if was is not None and now is not None:
            detail = f"{word} {json.dumps(now)}, before {json.dumps(was)}"
        yield Change("limit", "changed", place, detail, sides & {Side.CALLERS} if tighter else frozenset())


def _flags(place: str, old: Shape, new: Shape, sides: frozenset[Side], kind: str) -> Iterator[Change]:
    if (old.has_default, old.default) != (new.has_default, new.default):
        was = json.dumps(old.default) if old.has_default else "none"
        now = json.dumps(new.default) if new.has_default else "none"
        yield Change("default", "changed", place, f"{now}, before {was}", sides & {Side.CALLERS})
    if old.deprecated != new.deprecated:
        what = "added" if new.deprecated else "removed"
        yield Change("deprecation", what, place, f"{kind} {'deprecated' if new.deprecated else 'not deprecated'}")
    if old.read_only != new.read_only:
        yield Change(
            kind, "changed", place, "only read now" if new.read_only else "not only read", sides & {Side.CALLERS}
        )
    if old.write_only != new.write_only:
        yield Change(
            kind, "changed", place, "only sent now" if new.write_only else "not only sent", sides & {Side.READERS}
        )

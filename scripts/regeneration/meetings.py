"""What an addition would add and the vendor's document has by now, however it is written there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, cast

from jsonpath_ng.ext import parse

from regeneration.api import METHODS, Api, python_name
from regeneration.reading import Json, Object

_ADVICE = "which the vendor's document has by now; drop the addition, or make a correction of it"
_SPELT = "as which the vendor's document has that path; write the addition so"
_PATH = re.compile(r"\$\.paths\['([^']*)'\]")
_PARAMETERS = re.compile(r"\$\.paths\['([^']*)'\]\.\w+\.parameters")
_SECTIONS = frozenset({"examples", "schemas", "parameters", "responses", "requestBodies", "headers", "securitySchemes"})

_Met: TypeAlias = tuple[tuple[str, ...], str, str]
"""The keys in the update that lead to what is there, what it is, and what to do."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something that an addition would add and the document has.

    Attributes:
        position: Which addition it is, from 1.
        way: The keys in its update that lead to what is there; empty for the whole of it.
        sentence: What meets what, and what to do.
    """

    position: int
    way: tuple[str, ...]
    sentence: str


def meetings(corrected: Object, overlay: Object) -> Iterator[Meeting]:
    """Yield what additions would add and the document has.

    Paths are the same whatever their parameters are called, in any letter case, with or without a slash at the end;
    operations also where they have the same operationId elsewhere; schemas where they would be the same class;
    parameters by their name, referred to and of the whole path as well.
    """
    document = _Document(corrected)
    for position, action in enumerate(cast("list[Object]", overlay.get("actions", [])), start=1):
        start = f"addition {position} of spec/additions.overlay.yaml ({action['target']}) meets"
        for way, what, advice in document.met(action):
            yield Meeting(position, way, f"{start} {what}, {advice}")


@dataclass
class _Document:
    """A corrected document, and what it has."""

    corrected: Object = field(repr=False)

    @cached_property
    def _api(self) -> Api:
        return Api(self.corrected)

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, Object]]:
        return {same_path(path): (path, cast("Object", item)) for path, item in self._api.paths.items()}

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {one.python_name: one.place for one in self._api.operations}

    def met(self, action: Object) -> Iterator[_Met]:
        target, update = str(action["target"]), action.get("update")
        path = _PATH.match(target)
        if path and "copy" in action:
            yield from self._met_copy(path[1])
        elif target == "$.paths" and isinstance(update, dict):
            for name, item in update.items():
                yield from self._met_path((name,), name, cast("Object", item))
        elif path and path.end() == len(target) and isinstance(update, dict):
            yield from self._met_path((), path[1], update)
        else:
            for found in parse(target).find(self.corrected):
                yield from self._met_value(target, found.value, action)
            identity = update.get("operationId") if isinstance(update, dict) else None
            if path and isinstance(identity, str):
                yield from self._met_id((), identity, path[1])

    def _met_value(self, target: str, theirs: Json, action: Object) -> Iterator[_Met]:
        update = action.get("update")
        if "copy" in action:
            yield (), target, _ADVICE
        elif isinstance(theirs, dict) and isinstance(update, dict):
            yield from _met_members(theirs, update, of_schemas=target.endswith(".schemas"))
        elif isinstance(theirs, list):
            yield from self._met_entries(target, theirs, update if isinstance(update, list) else [update])

    def _met_copy(self, path: str) -> Iterator[_Met]:
        if same_path(path) in self._paths:
            yield (), f"the path {self._paths[same_path(path)][0]}", _ADVICE

    def _met_path(self, way: tuple[str, ...], path: str, item: Object) -> Iterator[_Met]:
        written, theirs = self._paths.get(same_path(path), (path, {}))
        for word, member in item.items():
            if word in theirs:
                name = member.get("operationId") if isinstance(member, dict) else None
                what = f"{word.upper()} {written}" if word in METHODS else f"{word} of {written}"
                yield (*way, word), f"{what}, by name {name}" if name else what, _ADVICE
            elif word in METHODS and isinstance(member, dict) and isinstance(member.get("operationId"), str):
                yield from self._met_id((*way, word), str(member["operationId"]), path)
        if written != path and not item.keys() <= theirs.keys():
            yield way, f"the path {written}", _SPELT

    def _met_id(self, way: tuple[str, ...], identity: str, path: str) -> Iterator[_Met]:
        place = self._ids.get(python_name(identity, "", ""))
        if place is not None and same_path(place.partition(" ")[2]) != same_path(path):
            yield way, f"the operationId {identity} of {place}", _ADVICE

    def _met_entries(self, target: str, found: list[Json], added: list[Json]) -> Iterator[_Met]:
        theirs = list(found)
        if path := _PARAMETERS.fullmatch(target):
            of_path = self._paths[same_path(path[1])][1].get("parameters")
            theirs += of_path if isinstance(of_path, list) else []
        had = [self._named(one) for one in theirs]
        yield from (((), str(self._named(one)), _ADVICE) for one in added if self._named(one) in had)

    def _named(self, entry: Json) -> Json:
        if isinstance(entry, dict) and "$ref" in entry:
            entry = self._api.resolve(entry)
        return f"parameter {entry.get('name')}" if isinstance(entry, dict) and "in" in entry else entry


def _met_members(
    found: Object, update: Object, way: tuple[str, ...] = (), *, of_schemas: bool = False
) -> Iterator[_Met]:
    had = {_same_class(name) if of_schemas else str(name): name for name in found}
    if "examples" in update and "example" in found:  # which exclude each other
        yield (*way, "examples"), "example", _ADVICE
    for name, member in update.items():
        written = had.get(_same_class(name) if of_schemas else name)
        if written is None:
            continue
        theirs = found[written]
        if name in _SECTIONS and isinstance(theirs, dict) and isinstance(member, dict):
            yield from _met_members(theirs, member, (*way, name), of_schemas=name == "schemas")
        else:
            yield (*way, name), str(written), _ADVICE


def same_path(path: str) -> str:
    """Return a path as it is compared: the same for each way to write it that means the same to a server, or nearly."""
    return re.sub(r"{[^{}]*}", "{}", path).rstrip("/").casefold()


def _same_class(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())

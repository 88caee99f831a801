"""Whether a document is OpenAPI that can be worked with: its version, its references, its form."""

import re
from collections.abc import Iterator
from itertools import chain

from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from regeneration.api import Api, reference_name, resolve
from regeneration.contradictions import contradictions
from regeneration.reading import DocumentError, Json, Object

_MOST_FAULTS = 10
_LONGEST = 160
_MOST_PARTS = 2000
_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def faults(document: Object) -> list[str]:
    """Return what is wrong with a document, one sentence each; nothing where it is valid."""
    if "swagger" in document:
        return [f"the document is Swagger {document['swagger']}; OpenAPI 3.0 and 3.1 are read"]
    version = re.match(r"3\.[01](?=\.|$)", str(document.get("openapi", "")))
    if version is None:
        said = document.get("openapi")
        return [f"the document is OpenAPI {said}; 3.0 and 3.1 are read" if said else "it does not say `openapi: 3.x`"]
    found = list(dict.fromkeys(_references(document, document)))
    found += [
        f"the path {path} has braces that name no parameter"
        for path in Api(document).paths
        if re.search(r"[{}]", re.sub(r"{[^{}]+}", "", path))
    ]
    found += _unreadable(document, (), has_lists_of_types=version[0] == "3.1")
    if found := (found or endless(document)):
        return found[:_MOST_FAULTS]
    try:
        if twice := list(_same_ids(Api(document))):
            return twice
    except DocumentError as fault:
        return [str(fault)]
    return _said_by_validator(document, version[0]) or list(dict.fromkeys(contradictions(document)))[:_MOST_FAULTS]


def _said_by_validator(document: Object, version: str) -> list[str]:
    found: list[str] = []
    try:
        validator = _VALIDATORS[version](document)
        # As its `iter_errors`, which keeps every document that it was ever given.
        by_schema = validator.schema_validator.iter_errors(document)
        for error in chain(by_schema, validator.root_validator(validator.schema_path)):
            place = f" (at {_default_place(document, error)})" if not error.absolute_path else ""
            found.append(f"the document is not valid OpenAPI: {_sentence(error)}{place if place != ' (at )' else ''}")
            if len(found) >= _MOST_FAULTS:
                break
    except RecursionError:
        found.append("the document is nested too deeply to be checked")
    except Exception as fault:  # noqa: BLE001 - what the validator cannot even walk is not valid either
        found.append(f"the document is not valid OpenAPI: {type(fault).__name__}: {str(fault)[:_LONGEST]}")
    return list(dict.fromkeys(found))


def endless(document: Object) -> list[str]:
    """Return the schemas that refer to themselves, or are composed of too many others."""
    try:
        return [*_compositions(document)] or [*_expansions(document)]
    except DocumentError as fault:
        return [str(fault)]


def _sentence(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)[:_LONGEST]
    deepest = error
    while deepest.context and (inner := best_match(deepest.context)) is not None:
        deepest = inner
    place = ".".join(str(key) for key in deepest.absolute_path)
    message = " ".join(deepest.message.partition("\n")[0].split())
    if message.startswith(("{", "[")):  # the whole node in front of what is wrong with it
        message = "it is not what OpenAPI has there"
    message = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}..."
    return f"{place}: {message}" if place else message


def _same_ids(api: Api) -> Iterator[str]:
    places: dict[str, str] = {}
    for operation in api.operations:
        name = operation.node.get("operationId")
        if isinstance(name, str) and places.setdefault(name, operation.place) != operation.place:
            yield f"the operationId {name} is that of {places[name]} and of {operation.place}"


def _default_place(document: Object, error: ValidationError) -> str:
    """Return where the default stands that the validator refuses without a place."""

    def places(node: Json, place: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, dict):
            said = node.get(str(error.validator))
            if "default" in node and node["default"] is error.instance and said == error.validator_value:
                yield ".".join((*place, "default"))
            for key, member in node.items():
                yield from places(member, (*place, key))
        elif isinstance(node, list):
            for index, member in enumerate(node):
                yield from places(member, (*place, str(index)))

    return next(places(document, ()), "")


def _references(document: Object, node: Json, place: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        is_name = place[-1:] == ("properties",)  # a field may have that name
        if isinstance(reference, str) and not is_name:
            try:
                resolve(document, node)
            except DocumentError as fault:
                yield f"{fault} (at {'.'.join(place)})"
        for key, member in node.items():
            is_data = key in {"example", "examples", "default", "enum"} or key.startswith("x-")
            if not is_data or place[-1:] == ("properties",):
                yield from _references(document, member, (*place, key))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from _references(document, member, (*place, str(index)))


def _unreadable(node: Json, place: tuple[str, ...], *, has_lists_of_types: bool) -> Iterator[str]:
    """Find what the validator refuses in words that do not help: lists of types before 3.1, foreign expressions."""
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from _unreadable(member, (*place, str(index)), has_lists_of_types=has_lists_of_types)
    if not isinstance(node, dict):
        return
    is_of_fields = place[-1:] == ("properties",)
    at = f"correct it in spec/corrections.overlay.yaml (at {'.'.join(place)})"
    if isinstance(types := node.get("type"), list) and not is_of_fields and not has_lists_of_types:
        yield f"type is the list {types}, which OpenAPI 3.0 does not have; say `nullable: true` or `anyOf`: {at}"
    if isinstance(pattern := node.get("pattern"), str) and not is_of_fields:
        try:
            re.compile(pattern)
        except re.error as fault:
            yield f"Python cannot read the pattern {pattern!r} ({fault}): {at}"
    for key, member in node.items():
        is_data = key in {"example", "examples", "default", "enum", "const"} or key.startswith("x-")
        if not is_data or is_of_fields:
            yield from _unreadable(member, (*place, key), has_lists_of_types=has_lists_of_types)


def _expansions(document: Object) -> Iterator[str]:
    """Find schemas that are composed of too many others, once each reference is followed."""
    api = Api(document)
    counts: dict[str, int] = {}

    def count(node: Json, way: tuple[str, ...]) -> int:
        if not isinstance(node, dict):
            return 0
        name = reference_name(node)
        if name is not None:
            if name in way:
                return 0
            if name not in counts:
                counts[name] = 1 + count(api.schemas.get(name), (*way, name))
            return counts[name]
        total = 0
        for word in ("allOf", "anyOf", "oneOf"):
            listed = node.get(word)
            total += sum(count(one, way) for one in listed) if isinstance(listed, list) else 0
        return total

    for name in api.schemas:
        if count({"$ref": f"#/components/schemas/{name}"}, ()) > _MOST_PARTS:
            yield f"the schema {name} is composed of more than {_MOST_PARTS} others"


def _compositions(document: Object) -> Iterator[str]:
    """Find schemas that are made of themselves: by `allOf`, `anyOf` or `oneOf`, without a field in between."""
    api = Api(document)
    for name in api.schemas:
        stack: list[tuple[Json, tuple[str, ...]]] = [({"$ref": f"#/components/schemas/{name}"}, ())]
        seen: set[str] = set()
        while stack:
            node, way = stack.pop()
            if not isinstance(node, dict):
                continue
            reference = node.get("$ref")
            if isinstance(reference, str):
                if reference in way:
                    if reference == f"#/components/schemas/{name}":
                        names = " of ".join(one.rpartition("/")[2] for one in way)
                        yield f"the schema {name} is made of itself: {names}"
                    continue
                if reference in seen:
                    continue
                seen.add(reference)
                stack.append((api.resolve(node), (*way, reference)))
                continue
            for word in ("allOf", "anyOf", "oneOf"):
                listed = node.get(word)
                stack += [(one, way) for one in listed] if isinstance(listed, list) else []

"""What changed between two corrected documents, in words; and which operations the facade does not offer yet."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from document import Json, Object, endpoints, operations, parameters, resolve


def report(before: Object, after: Object, resources: Path) -> list[str]:
    """Give one line for each operation, parameter or field added, removed or retyped."""
    lines = [
        *_compare("operation", _places(before), _places(after)),
        *_compare("parameter", dict(_parameters(before)), dict(_parameters(after))),
        *_compare("field", dict(_fields(before)), dict(_fields(after))),
    ] or ["Nothing changed: no operation, parameter or field."]
    known = operations_of_facade(resources)
    missing = [name for name in operations(after) if name not in known]
    lines += [f"without a facade method: {name} (reachable at once through client.send)" for name in missing]
    return lines


def operations_of_facade(resources: Path) -> set[str]:
    """Give the names of operations that the modules of the facade's resources import."""
    return {
        alias.name
        for module in resources.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flowroute_openapi")
        for alias in node.names
    }


def _compare(kind: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for name in sorted(after.keys() - before.keys()):
        yield f"{kind} added: {name} ({after[name]})"
    for name in sorted(before.keys() - after.keys()):
        yield f"{kind} removed: {name} ({before[name]})"
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield f"{kind} retyped: {name}, from {before[name]} to {after[name]}"


def _places(document: Object) -> dict[str, str]:
    return {name: place for name, place, _ in endpoints(document)}


def _parameters(document: Object) -> Iterator[tuple[str, str]]:
    for name, operation in operations(document).items():
        for parameter in parameters(document, operation):
            kind = _type(document, parameter.get("schema", {}))
            yield f"{name}({parameter['name']})", f"{kind}, required" if parameter.get("required") else kind


def _fields(document: Object) -> Iterator[tuple[str, str]]:
    components = cast("Object", document.get("components", {}))
    for name, schema in cast("dict[str, Object]", components.get("schemas", {})).items():
        yield from _fields_of(document, name, schema)


def _fields_of(document: Object, place: str, schema: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    for name, member in cast("Object", schema.get("properties", {})).items():
        yield f"{place}.{name}", _type(document, member)
        yield from _fields_of(document, f"{place}.{name}", member)
    if "items" in schema:
        yield from _fields_of(document, f"{place}[]", schema["items"])


def _type(document: Object, schema: Json) -> str:
    if not isinstance(schema, dict):
        return "anything"
    if isinstance(reference := schema.get("$ref"), str):
        resolve(document, schema)  # a name that is not there is a fault of the document, said here
        return reference.rsplit("/", 1)[-1]
    parts = [str(schema["type"])] if "type" in schema else []
    if "items" in schema:
        parts.append(f"of {_type(document, schema['items'])}")
    parts += [
        " or ".join(_type(document, member) for member in cast("list[Json]", schema[word]))
        for word in ("allOf", "anyOf", "oneOf")
        if word in schema
    ]
    parts += [f"{word} {json.dumps(schema[word])}" for word in ("format", "enum", "pattern") if word in schema]
    if schema.get("nullable"):
        parts.append("or null")
    return " ".join(parts) or "anything"

"""The vendor's document, corrected: applies an overlay, checks that each action meets its fault, validates it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias, cast

from jsonpath_ng.ext import parse
from oas_patch.overlay import apply_overlay
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Json]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class DocumentError(Exception):
    """The document cannot be corrected or generated from."""


def read(path: Path) -> Object:
    """Read a YAML or JSON document as plain objects.

    Raises:
        DocumentError: If there is no such file, or it is none.
    """
    try:
        loaded = YAML(typ="safe", pure=True).load(path)
    except (OSError, UnicodeDecodeError, YAMLError) as fault:
        raise DocumentError(f"{path.name} cannot be read: {fault}") from fault
    if not isinstance(loaded, dict):
        raise DocumentError(f"{path.name} is not an OpenAPI document: its top level is no object")
    # A round trip gives each place its own copy: YAML anchors would otherwise tie them together.
    return cast("Object", json.loads(json.dumps(loaded, default=str)))


def correct(document: Object, overlay: Object) -> Object:
    """Apply each action of the overlay, in order.

    Raises:
        DocumentError: If an action's target matches nothing: its fault is gone, or was written differently.
    """
    actions = cast("list[Object]", overlay.get("actions", []))
    for position, action in enumerate(actions, start=1):
        target = str(action["target"])
        creates = "copy" in action
        if not creates and not parse(target).find(document):
            raise DocumentError(
                f"overlay action {position} matches nothing: {target}\n  {action.get('description', 'no description')}"
            )
        if creates and not parse(str(action["copy"])).find(document):
            raise DocumentError(f"overlay action {position} copies from nothing: {action['copy']}")
        apply_overlay(document, {"actions": [json.loads(json.dumps(action))]})
    return cast("Object", json.loads(json.dumps(document)))


def check(document: Object) -> None:
    """Refuse a document that is not valid OpenAPI, or that needs what the templates cannot say.

    Raises:
        DocumentError: With the first fault found.
    """
    for node in _references(document):
        resolve(document, node)
    for path in cast("Object", document.get("paths", {})):
        if re.search(r"[{}]", re.sub(r"{[A-Za-z_][A-Za-z0-9_-]*}", "", path)):
            raise DocumentError(f"the path {path} has braces that name no parameter")
    try:
        validate(document)
    except OpenAPIValidationError as fault:
        raise DocumentError(f"the corrected document is not valid OpenAPI: {fault}") from fault
    for name, operation in operations(document).items():
        for parameter in parameters(document, operation):
            if parameter.get("in") not in {"path", "query"}:
                raise DocumentError(
                    f"{name}: parameter {parameter.get('name')} stands in the {parameter.get('in')}, "
                    "which spec/templates/endpoint_module.py.jinja does not send"
                )


def endpoints(document: Object) -> Iterator[tuple[str, str, Object]]:
    """Give the name of each operation (its operationId, or else method and path), its method and path, and itself."""
    for path, item in cast("dict[str, Object]", document.get("paths", {})).items():
        for method in METHODS:
            if isinstance(operation := item.get(method), dict):
                yield str(operation.get("operationId", f"{method} {path}")), f"{method.upper()} {path}", operation


def same_place(place: str) -> str:
    """Return a method and path without the names of the path's parameters, which mean nothing to a server."""
    return re.sub(r"{[^{}]*}", "{}", place)


def operations(document: Object) -> dict[str, Object]:
    """Give the operations by name."""
    return {name: operation for name, _, operation in endpoints(document)}


def parameters(document: Object, operation: Object) -> list[Object]:
    """Give the parameters of an operation, references resolved."""
    return [resolve(document, one) for one in cast("list[Object]", operation.get("parameters", []))]


def resolve(document: Object, node: Object) -> Object:
    """Follow a local $ref to what it names.

    Raises:
        DocumentError: If it names nothing, or itself.
    """
    followed: set[str] = set()
    while isinstance(reference := node.get("$ref"), str):
        if reference in followed:
            raise DocumentError(f"{reference} refers to itself")
        followed.add(reference)
        found: Json = document
        for key in reference.removeprefix("#/").split("/"):
            if not isinstance(found, dict) or key not in found:
                raise DocumentError(f"{reference} names nothing in the document")
            found = found[key]
        if not isinstance(found, dict):
            raise DocumentError(f"{reference} names no object")
        node = found
    return node


def _references(node: Json) -> Iterator[Object]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node
        for member in node.values():
            yield from _references(member)
    elif isinstance(node, list):
        for member in node:
            yield from _references(member)


def with_parameter_texts(document: Object) -> Object:
    """Give a copy in which each parameter's text stands in its schema too, where the generator reads it."""
    copy = cast("Object", json.loads(json.dumps(document)))
    for operation in operations(copy).values():
        for parameter in parameters(copy, operation):
            schema = parameter.get("schema")
            if isinstance(schema, dict) and "$ref" not in schema and "description" in parameter:
                schema.setdefault("description", parameter["description"])
    return copy


def write(document: Object, path: Path, heading: str) -> None:
    """Write a document as YAML below a heading of comments."""
    yaml = YAML()
    yaml.width = 120
    yaml.default_flow_style = False
    with path.open("w", encoding="utf-8") as file:
        file.write(f"# {heading}\n")
        yaml.dump(document, file)

"""Reading documents within bounds: size, depth, and what aliases expand to."""

import json
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Json]

MAX_YAML_BYTES = 3_000_000
"""A YAML document is read at some 400 kB a second."""

MAX_JSON_BYTES = 30_000_000
MAX_NODES = 1_500_000
"""Values of a document once its aliases are expanded."""

MAX_DEPTH = 120


class DocumentError(Exception):
    """A document cannot be read, corrected or generated from; the text is what a person is told."""


def read(path: Path) -> Object:
    """Read a YAML or JSON document as plain objects, each place with a copy of its own.

    Raises:
        DocumentError: If there is no such file, it is no document, or it is beyond the bounds.
    """
    try:
        size = path.stat().st_size
        if size > MAX_JSON_BYTES:
            raise DocumentError(f"{path.name} has {size} bytes; at most {MAX_JSON_BYTES} are read")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise DocumentError(f"{path.name} cannot be read: {fault}") from fault
    return cast("Object", json.loads(_parsed(text, path.name)))


@lru_cache(maxsize=8)
def _parsed(text: str, name: str) -> str:
    return json.dumps(parse(text, name))


def parse(text: str, name: str) -> Object:
    """Read the text of a YAML or JSON document.

    Args:
        text: The text.
        name: What the document is called in errors.

    Raises:
        DocumentError: If it is no document, or is beyond the bounds.
    """
    try:
        loaded = _load(text, name)
    except RecursionError:
        raise DocumentError(f"{name} is nested too deeply: at most {MAX_DEPTH} levels are read") from None
    except (YAMLError, ValueError) as fault:
        where = str(fault).strip().splitlines()
        raise DocumentError(f"{name} cannot be read: {' '.join(line.strip() for line in where)}") from None
    if not isinstance(loaded, dict):
        raise DocumentError(f"{name} is not an OpenAPI document: its top level is no object")
    _measure(loaded, name)
    # A round trip gives each place its own copy: YAML anchors would otherwise tie them together.
    return cast("Object", json.loads(json.dumps(loaded, default=str)))


def _load(text: str, name: str) -> object:
    if text.lstrip()[:1] == "{":
        try:
            return json.loads(text, object_pairs_hook=partial(_object, name))
        except json.JSONDecodeError:
            pass  # flow style YAML
    if len(text) > MAX_YAML_BYTES:
        raise DocumentError(f"{name} has {len(text)} characters of YAML; at most {MAX_YAML_BYTES} are read")
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    return yaml.load(text)


class _Constructor(SafeConstructor):
    """Leaves times as they are written: they are texts in an OpenAPI document."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _object(name: str, pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DocumentError(f"{name} has the key {twice} twice in one object")
    return found


def _measure(loaded: object, name: str) -> None:
    """Walk a document as its aliases expand, and refuse a cycle, too much depth or too many values."""
    nodes = 0
    open_nodes: set[int] = set()
    stack: list[tuple[Iterator[object], int]] = [(iter([loaded]), 0)]
    while stack:
        members, identity = stack[-1]
        for node in members:
            nodes += 1
            if nodes > MAX_NODES:
                raise DocumentError(f"{name} expands to more than {MAX_NODES} values, such as by aliases of aliases")
            if not isinstance(node, dict | list):
                continue
            if id(node) in open_nodes:
                raise DocumentError(f"{name} contains itself: an alias names a node that it stands in")
            if len(stack) > MAX_DEPTH:
                raise DocumentError(f"{name} is nested too deeply: at most {MAX_DEPTH} levels are read")
            if isinstance(node, dict):
                _check_keys(node, name)
            open_nodes.add(id(node))
            stack.append((iter(node.values() if isinstance(node, dict) else node), id(node)))
            break
        else:
            stack.pop()
            open_nodes.discard(identity)


def _check_keys(node: dict[object, object], name: str) -> None:
    for key in node:
        if not isinstance(key, str | int | float | bool):
            raise DocumentError(f"{name} has a key that is no text: {type(key).__name__}")


def write(document: Object, path: Path, heading: str) -> None:
    """Write a document as YAML below a heading of comments."""
    yaml = YAML()
    yaml.width = 120
    yaml.default_flow_style = False
    with path.open("w", encoding="utf-8") as file:
        file.write(f"# {heading}\n")
        yaml.dump(document, file)

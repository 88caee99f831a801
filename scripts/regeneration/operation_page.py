"""The page of the documentation that lists every operation: how it may be treated, and what is known of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from regeneration.additions import evidence
from regeneration.behaviour import Behaviour, behaviours
from regeneration.document import Object, operations, same_place

PAGE = "docs/reference/operations.md"
_HEAD = """# Operations

Every operation of the API that is known, whether the vendor's document has it or its documentation elsewhere. Each is
a function of `flowroute_openapi`, which builds the call as a value for `client.send`. Built by `make regenerate`; not
to be edited.

- **Repeat**: whether the client sends it again after a lost answer, see [retries and money](../retries.md).
- **Costs**: whether it can cost money or reaches a person.
- **Evidence**: `document` is the vendor's OpenAPI document; `documented`, a page of its developer documentation;
  `observed`, a real answer; `sdk`, a call of one of its SDKs; `inferred`, a conclusion.
"""


def page(complete: Object, resources: Path) -> str:
    """Return the page as Markdown."""
    treated, facade = behaviours(complete), facade_methods(resources)
    described = operations(complete)
    lines = [_HEAD]
    group = ""
    for name, place, sure, source in sorted(evidence(complete), key=lambda row: (_tag(described[row[0]]), row[0])):
        if (tag := _tag(described[name])) != group:
            group = tag
            lines += [
                f"\n## {tag.replace('_', ' ').capitalize()}\n",
                "| operation | request | on the facade | repeat | costs | evidence | source |",
                "|---|---|---|---|---|---|---|",
            ]
        behaviour = treated[same_place(place)]
        methods = ", ".join(f"`{method}`" for method in facade.get(name, ())) or "`client.send`"
        lines.append(
            f"| `{name}` | `{place}` | {methods} | {_repeat(behaviour)} | {'yes' if behaviour.charges else ''} "
            f"| {sure} | {source} |"
        )
    return "\n".join(lines) + "\n"


def facade_methods(resources: Path) -> dict[str, list[str]]:
    """Return the methods of the facade that use each operation, such as `numbers.get` for `get_number`."""
    found: dict[str, list[str]] = {}
    for module in sorted(resources.glob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flowroute_openapi")
            for alias in node.names
        }
        for method, used in _uses(tree):
            for name in sorted(used & imported):
                found.setdefault(name, []).append(f"{module.stem}.{method}")
    return found


def _uses(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Return each public method, with the names that it and the functions that it calls refer to."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for name, node in functions.items():
        if name.startswith("_"):
            continue
        used = _names(node)
        for helper in used & functions.keys():
            if helper.startswith("_"):
                used |= _names(functions[helper])
        yield name, used


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)
    }


def _repeat(behaviour: Behaviour) -> str:
    if behaviour.repeatable and behaviour.not_repeatable_with:
        return f"not with {', '.join(f'`{field}`' for field in behaviour.not_repeatable_with)}"
    return "yes" if behaviour.repeatable else "never"


def _tag(operation: Object) -> str:
    tags = operation.get("tags")
    return str(tags[0]) if isinstance(tags, list) and tags else "default"

"""How the facade's methods are called, read from their signatures: `client.numbers.purchase(number, ...)`."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from regeneration.members import facade_methods, parsed

_AT_MOST = 3
_PAGING = frozenset({"page_size", "max_items", "prefetch"})  # every list has them


def calls(project: Path, generated: Path) -> Mapping[str, str]:
    """Return how each method of the facade is called, by its name, such as `client.numbers.purchase`.

    What comes by position is named; what comes by keyword follows, what must be given first. Dots stand for what
    exceeds three arguments.

    Args:
        project: The project, whose facade is read.
        generated: The generated package, which says what filters there are.
    """
    package = project / "src/flowroute_async"
    facade = [file for file in package.rglob("*.py") if not file.is_relative_to(package / "sandbox")]
    options = {
        node.name: node
        for file in [*facade, *(generated / "api").glob("*/*.py")]
        for node in parsed(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    return {name: f"{name}({', '.join(_arguments(node.args, options))})" for name, node, _ in facade_methods(project)}


def _arguments(signature: ast.arguments, options: Mapping[str, ast.ClassDef]) -> Iterator[str]:
    by_position = [one.arg for one in (*signature.posonlyargs, *signature.args)][1:]  # without self
    needed = len(by_position) - len(signature.defaults)
    first = by_position[:needed] + ([f"*{signature.vararg.arg}"] if signature.vararg is not None else [])
    yield from first
    by_keyword: list[tuple[str, bool]] = []
    if signature.kwarg is not None and signature.kwarg.annotation is not None:
        name = ast.unparse(signature.kwarg.annotation).removeprefix("Unpack[").removesuffix("]")
        by_keyword += _keys(name, options)
    by_keyword += [(name, False) for name in by_position[needed:]]
    for one, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if one.arg not in _PAGING:
            by_keyword.append((one.arg, default is None))
    names = [name for name, must in sorted(by_keyword, key=lambda one: not one[1])]
    shown = max(_AT_MOST - len(first), 0)
    yield from (f"{name}=..." for name in names[:shown])
    if len(names) > shown:
        yield "..."


def _keys(name: str, options: Mapping[str, ast.ClassDef]) -> list[tuple[str, bool]]:
    """Return the keys of a TypedDict, and whether each must be given."""
    if name not in options:
        return []
    node = options[name]
    total = not any(one.arg == "total" and ast.unparse(one.value) == "False" for one in node.keywords)
    found: list[tuple[str, bool]] = []
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            written = ast.unparse(one.annotation)
            must = written.startswith("Required[") or (total and not written.startswith("NotRequired["))
            found.append((one.target.id, must))
    return found + [key for base in node.bases for key in _keys(ast.unparse(base), options)]

"""The names that generated code offers, and what changed between two generations of them."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from regeneration.changes import Change, Side, keyed

_BOTH = frozenset(Side)


@dataclass(frozen=True, slots=True)
class Function:
    """A generated function: each parameter with its type, and whether it must be given; and what it answers with."""

    parameters: Mapping[str, tuple[str, bool]]
    answer: str


def surface(package: Path) -> tuple[dict[str, Function], dict[str, dict[str, str]]]:
    """Return the functions of a generated package, and the fields of its classes."""
    functions: dict[str, Function] = {}
    classes: dict[str, dict[str, str]] = {}
    for file in sorted(package.rglob("*.py")) if package.exists() else ():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if file.parent.name == "models":
            classes |= {one.name: _fields(one) for one in tree.body if isinstance(one, ast.ClassDef) and _is_model(one)}
        elif file.parent.parent.name == "api" and file.name != "__init__.py":
            functions |= {one.name: _function(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
            classes |= {one.name: _fields(one) for one in tree.body if isinstance(one, ast.ClassDef)}
    return functions, classes


def compare_surfaces(before: Path, after: Path) -> Iterator[Change]:
    """Return what changed in the names that Python code can use; what the description's changes do not say already."""
    old_functions, old_classes = surface(before)
    new_functions, new_classes = surface(after)
    for name, what in keyed(old_functions, new_functions):
        if what == "kept" and old_functions[name].answer != new_functions[name].answer:
            detail = f"{new_functions[name].answer}, before {old_functions[name].answer}"
            yield Change("Python function", "changed", name, f"answers with {detail}", _BOTH, python=(name,))
    for name, what in keyed(old_classes, new_classes):
        if what == "removed":
            yield Change("Python class", "removed", name, "", _BOTH, python=(name,))
        elif what == "kept":
            for field, became in keyed(old_classes[name], new_classes[name]):
                if became == "removed":
                    yield Change("Python attribute", "removed", f"{name}.{field}", "", _BOTH, python=(name,))


def _is_model(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Model" for base in node.bases)


def _fields(node: ast.ClassDef) -> dict[str, str]:
    return {
        one.target.id: ast.unparse(one.annotation)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def _function(node: ast.FunctionDef) -> Function:
    positional = node.args.args
    needed = len(positional) - len(node.args.defaults)
    parameters = {one.arg: (_type(one.annotation), place < needed) for place, one in enumerate(positional)}
    for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        parameters[one.arg] = (_type(one.annotation), default is None)
    return Function(parameters, _type(node.returns))


def _type(node: ast.expr | None) -> str:
    """Return a type as a reader says it: without quotes, and models without their module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("models.", "")
    return ast.unparse(node) if node is not None else ""

"""The types of the public surface say something: none is Any."""

from collections.abc import Iterator

import griffe

from public_api import load, surface


def annotations(member: griffe.Object) -> Iterator[griffe.Expr | str | None]:
    match member:
        case griffe.Function():
            yield from (parameter.annotation for parameter in member.parameters)
            yield member.returns
        case griffe.Attribute():
            yield member.annotation
        case griffe.Class():
            yield from member.bases
        case _:
            pass  # a module has none


def names_any(annotation: griffe.Expr | str | None) -> bool:
    if not isinstance(annotation, griffe.Expr):
        return annotation == "Any"
    return any(part.name == "Any" for part in annotation.iterate() if isinstance(part, griffe.ExprName))


def test_no_public_annotation_is_any() -> None:
    assert [line for member, line in surface(load()) if any(map(names_any, annotations(member)))] == []


def test_each_public_function_says_what_it_takes_and_gives() -> None:
    untyped = [
        line
        for member, line in surface(load())
        if isinstance(member, griffe.Function)
        and (member.returns is None or any(one.annotation is None for one in list(member.parameters)[_bound(member) :]))
    ]
    assert untyped == []


def _bound(function: griffe.Function) -> int:
    is_method = isinstance(function.parent, griffe.Class) and "staticmethod" not in function.labels
    return 1 if is_method else 0

"""Name what an operation lacks: examples, a method, a command, a sandbox handler, a test, a line of the documentation.

    python scripts/completeness.py

Ends with 1 where an operation lacks more than a command and a handler: these two are named, and may come later.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from regeneration import document
from regeneration.api import Api, OperationNode
from regeneration.members import members_of
from regeneration.operation_page import PAGE
from regeneration.reading import Object

PROJECT = Path(__file__).resolve().parent.parent
WHERE = {
    "example of its body": "`example` beside the schema of the body, in spec/additions.overlay.yaml",
    "example of its answer": "`example` beside the schema of the answer, in spec/additions.overlay.yaml",
    "facade method": "src/flowroute_async/resources/",
    "command": "src/flowroute_async/cli/; may come later",
    "sandbox handler": "src/flowroute_async/sandbox/ and its endpoints.py; may come later",
    "test": "tests/facade/",
    "line in the documentation": "docs/reference/operations.md, by `make regenerate`",
}
"""What an operation may lack, and where it is written."""


def missing(project: Path = PROJECT) -> Iterator[tuple[str, str]]:
    """Return the name of each operation that lacks something, and what it lacks."""
    members = members_of(project)
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (project / "tests").rglob("*.py"))
    listed = (project / PAGE).read_text(encoding="utf-8")
    for operation in Api(document.read(project / "spec/flowroute.complete.yaml")).operations:
        name = operation.name
        methods = members.methods.get(name, ())
        yield from ((name, what) for what in _without_example(operation))
        if not methods:
            yield name, "facade method"
        if not any(members.commands.get(used) for used in (name, *methods)):
            yield name, "command"
        if name.removesuffix("_v2_2") not in members.handlers:  # one handler serves both versions
            yield name, "sandbox handler"
        if not any(re.search(rf"{re.escape(one)}\b", tests) for one in (name, *_called(methods))):
            yield name, "test"
        if f"`{name}`" not in listed:
            yield name, "line in the documentation"


def _without_example(operation: OperationNode) -> Iterator[str]:
    """Return whether body and successful answers have no example, in words."""
    successes = [answer for status, answer in operation.answers.items() if status.startswith("2")]
    for what, nodes in (("body", [operation.body or {}]), ("answer", successes)):
        media = [cast("Object", one) for node in nodes for one in cast("Object", node.get("content", {})).values()]
        if media and not any(one.keys() & {"example", "examples"} for one in media):
            yield f"example of its {what}"


def _called(methods: Sequence[str]) -> list[str]:
    return [method.removeprefix("client") for method in methods]


def main() -> int:
    """Print what is missing, and return 1 where it must not be."""
    found = list(missing())
    for name, what in found:
        print(f"{name} has no {what} ({WHERE[what]})", file=sys.stderr)
    return int(any(what not in {"command", "sandbox handler"} for _, what in found))


if __name__ == "__main__":
    sys.exit(main())

"""Name what an operation lacks: examples, a method, a command, a sandbox handler, a test, a line of the documentation.

    python scripts/completeness.py [--all]

Ends with 1 where an operation lacks more than a command and a handler: these two are named, and may come later; with
`--all`, as before a release, they may not.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from regeneration import document
from regeneration.api import Api, OperationNode
from regeneration.members import members_of
from regeneration.operation_page import PAGE
from regeneration.reading import Object
from regeneration.sandbox_answers import has_handler

PROJECT = Path(__file__).resolve().parent.parent
WHERE = {
    "example of its body": "`example` beside the schema of the body, in spec/additions.overlay.yaml",
    "example of its answer": "`example` beside the schema of the answer, in spec/additions.overlay.yaml",
    "facade method": "src/flowroute_async/resources/",
    "command": "src/flowroute_async/cli/",
    "sandbox handler": "src/flowroute_async/sandbox/ and its endpoints.py",
    "test": "tests/facade/",
    "line in the documentation": "docs/reference/operations.md, by `make regenerate`",
}
"""What an operation may lack, and where it is written."""
LATER = frozenset({"command", "sandbox handler"})
"""What may come later than the operation."""


def missing(project: Path = PROJECT) -> Iterator[tuple[str, str]]:
    """Return the name of each operation that lacks something, with the method that it is about, and what it lacks."""
    members = members_of(project)
    tested = _called_in_tests(project / "tests")
    listed = (project / PAGE).read_text(encoding="utf-8")
    for operation in Api(document.read(project / "spec/flowroute.complete.yaml")).operations:
        name = operation.name
        methods = members.methods.get(name, ())
        yield from ((name, what) for what in _without_example(operation))
        if not methods:
            yield name, "facade method"
        if not any(members.commands.get(used) for used in (name, *methods)):
            yield name, "command"
        if not has_handler(name, members):
            yield name, "sandbox handler"
        for one in methods or [operation.python_name]:
            if one.removeprefix("client.") not in tested:
                yield f"{name} ({one})", "test"
        if f"`{name}`" not in listed:
            yield name, "line in the documentation"


def _without_example(operation: OperationNode) -> Iterator[str]:
    """Return whether body and successful answers have no example, in words."""
    successes = [answer for status, answer in operation.answers.items() if status.startswith("2")]
    for what, nodes in (("body", [operation.body or {}]), ("answer", successes)):
        media = [cast("Object", one) for node in nodes for one in cast("Object", node.get("content", {})).values()]
        if media and not any(one.keys() & {"example", "examples"} for one in media):
            yield f"example of its {what}"


def _called_in_tests(tests: Path) -> frozenset[str]:
    """Return what tests call: functions, and methods with the resource that has them, such as `numbers.get`.

    Tests that regeneration writes do not count: they know nothing of what the facade promises.
    """
    found: set[str] = set()
    for file in tests.rglob("*.py"):
        if file.parent.name == "contract":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                parts = ast.unparse(node.func).split(".")
                found |= {parts[-1], f"{parts[-2].lower()}.{parts[-1]}" if len(parts) > 1 else ""}
    return frozenset(found)


def main() -> int:
    """Print what is missing, and return 1 where it must not be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--all", action="store_true", help="fail where a command or a handler of the sandbox is missing"
    )
    lacks_nothing_later: bool = parser.parse_args().all
    found = list(missing())
    for name, what in found:
        later = "" if lacks_nothing_later or what not in LATER else "; may come later"
        print(f"{name} has no {what} ({WHERE[what]}{later})", file=sys.stderr)
    print(f"{len(found) or 'nothing'} missing of examples, methods, commands, handlers, tests and documentation")
    return int(any(lacks_nothing_later or what not in LATER for _, what in found))


if __name__ == "__main__":
    sys.exit(main())

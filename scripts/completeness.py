"""Name what an operation lacks: a facade method, a command, a sandbox handler, a test, a line of the documentation.

    python scripts/completeness.py

Ends with 1 where an operation has no test, no method or no line; the others are named, and may come later.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from regeneration import document
from regeneration.members import members_of
from regeneration.operation_page import PAGE

PROJECT = Path(__file__).resolve().parent.parent


def missing(project: Path = PROJECT) -> Iterator[tuple[str, str]]:
    """Return the name of each operation that lacks something, and what it lacks."""
    members = members_of(project)
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (project / "tests").rglob("*.py"))
    listed = (project / PAGE).read_text(encoding="utf-8")
    for name in document.operations(document.read(project / "spec/flowroute.complete.yaml")):
        methods = members.methods.get(name, ())
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


def _called(methods: Sequence[str]) -> list[str]:
    return [method.removeprefix("client") for method in methods]


def main() -> int:
    """Print what is missing, and return 1 where it must not be."""
    found = list(missing())
    for name, what in found:
        print(f"{name} has no {what}", file=sys.stderr)
    return int(any(what not in {"command", "sandbox handler"} for _, what in found))


if __name__ == "__main__":
    sys.exit(main())

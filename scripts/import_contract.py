"""The contract of imports: each module and package imports what is listed for it, and nothing else.

Import-linter reads it by the name in `pyproject.toml`; each line there is `name: what it may import`.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "flowroute_async"
PACKAGES = (ROOT, "flowroute_openapi")


class AllowedImports(Contract):
    """What each part of the package may import: other parts, and packages of others. What comes with Python is free."""

    type_name = "allowed"
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the library's signature
        """Compare what is imported with the lists."""
        lists = dict(_entry(line) for line in cast("list[str]", self.allowed))
        faults = sorted(set(faults_of(graph, lists)))
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what is wrong."""
        for fault in check.metadata["faults"]:
            output.print_error(f"- {fault}")


def faults_of(graph: ImportGraph, lists: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield each module that stands in no list, each import that its list lacks, and each entry without a module."""
    seen: set[str] = set()
    for module in graph.modules:
        if module.partition(".")[0] not in PACKAGES:
            continue
        part = _part(module)
        seen.add(part)
        if part not in lists:
            yield f"{part} stands in no list"
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            target = _part(imported)
            if target == part or target.split(".")[0] in sys.stdlib_module_names:
                continue
            if target not in lists[part]:
                yield f"{part} must not import {target} ({module} does)"
    yield from (f"{part} is listed and does not exist" for part in lists.keys() - seen)


def _part(module: str) -> str:
    """Return the part of the package that a module belongs to, or the package of others."""
    root, _, rest = module.partition(".")
    return rest.partition(".")[0] or "__init__" if root == ROOT else root


def _entry(line: str) -> tuple[str, frozenset[str]]:
    part, _, targets = line.partition(":")
    return part.strip(), frozenset(targets.replace(",", " ").split())

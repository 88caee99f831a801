"""Print the public surface, and name what a change of it breaks since the last tag.

    python scripts/public_api.py [--quiet]

Ends with 1 where something breaks: a name that is gone, a parameter that is gone, moved, or newly required, a type that
is another. Without a tag there is nothing to compare with, and it says so.
"""

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = {"flowroute_async": "src", "flowroute_openapi": "generated"}
PUBLIC_MODULES = (
    "flowroute_async",
    "flowroute_async.addresses",
    "flowroute_async.bulk",
    "flowroute_async.bulk.cluster",
    "flowroute_async.cli.bulk_progress",
    "flowroute_async.client",
    "flowroute_async.config",
    "flowroute_async.errors",
    "flowroute_async.hooks",
    "flowroute_async.operations",
    "flowroute_async.operations.cnam",
    "flowroute_async.operations.e911",
    "flowroute_async.pagination",
    "flowroute_async.resources.cnam",
    "flowroute_async.resources.e911",
    "flowroute_async.resources.messages",
    "flowroute_async.resources.numbers",
    "flowroute_async.resources.routes",
    "flowroute_async.response",
    "flowroute_async.shared_rate",
    "flowroute_async.sandbox",
    "flowroute_async.testing",
    "flowroute_async.testing.plugin",
    "flowroute_async.webhooks",
    "flowroute_openapi",
    "flowroute_openapi.models",
    "flowroute_openapi.types",
)
"""The modules that the reference shows. What others hold is public where one of these exports it."""


def main() -> int:
    """Print, compare, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiet", action="store_true", help="only compare")
    if not parser.parse_args().quiet:
        print("\n".join(line for _, line in surface(load())))
    tag = last_tag()
    if tag is None:
        print("There is no tag yet: nothing to compare with.", file=sys.stderr)
        return 0
    broken = breaking_changes(tag)
    print("\n".join(broken) or f"Nothing breaks what {tag} offers.", file=sys.stderr)
    return 1 if broken else 0


def load(root: Path = PROJECT) -> griffe.ModulesCollection:
    """Read the packages without importing them."""
    places = [root / place for place in PACKAGES.values()]
    loader = griffe.GriffeLoader(search_paths=places, docstring_parser="google")
    for package in PACKAGES:
        loader.load(package)
    loader.resolve_aliases()
    return loader.modules_collection


def surface(modules: griffe.ModulesCollection) -> Iterator[tuple[griffe.Object, str]]:
    """Give each public object with its public name and its signature."""
    for name in PUBLIC_MODULES:
        module = modules[name]
        yield module, name
        exported = module.members if module.exports is None else module.exports
        yield from _members(module, name, [member for member in exported if isinstance(member, str)])


def _members(parent: griffe.Object, path: str, exported: Iterable[str]) -> Iterator[tuple[griffe.Object, str]]:
    for name in sorted(exported):
        found = parent.members[name]
        if _is_hidden(found) or (found.is_alias and parent.exports is None):
            continue
        member = found.final_target if isinstance(found, griffe.Alias) else found
        if member.is_module:
            continue
        yield member, f"{path}.{_signature(name, member)}"
        if member.is_class:
            yield from _members(member, f"{path}.{name}", member.members)


def _is_hidden(member: griffe.Object | griffe.Alias) -> bool:
    is_method_of_python = member.name.endswith("__") and not member.is_alias and member.is_function
    return member.name.startswith("_") and not is_method_of_python


def _signature(name: str, member: griffe.Object) -> str:
    match member:
        case griffe.Function():
            return member.signature(name=name)
        case griffe.Class(bases=[_, *_]):
            return f"{name}({', '.join(str(base) for base in member.bases)})"
        case griffe.Attribute(annotation=annotation) if annotation is not None:
            return f"{name}: {annotation}"
        case _:
            return name


def last_tag() -> str | None:
    """Give the newest tag that the present commit descends from."""
    command = ["git", "describe", "--tags", "--abbrev=0"]
    found = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    return found.stdout.strip() or None


def breaking_changes(tag: str) -> list[str]:
    """Name what was public at the tag and is not as it was."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(  # noqa: S603 - a fixed command
            ["git", "archive", "--format=tar", tag, *PACKAGES.values()],  # noqa: S607 - git is where the machine has it
            cwd=PROJECT,
            capture_output=True,
            check=True,
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        before, now = load(Path(folder)), load()
        public = {member.canonical_path for member, _ in surface(before)}
        return sorted(
            {
                change.explain(griffe.ExplanationStyle.ONE_LINE)
                for package in PACKAGES
                for change in griffe.find_breaking_changes(before[package], now[package])
                if change.obj.canonical_path in public
            }
        )


if __name__ == "__main__":
    sys.exit(main())

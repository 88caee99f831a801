"""Print the public surface, and name what a change of it breaks since the last tag.

    python scripts/public_api.py [--quiet | --write]

`--write` writes the list of public names that tests/unit/test_public_names.py holds the packages to.
Ends with 1 where something breaks: a name that is gone; a parameter that is gone, moved, newly required, has another
default or takes less; a result or an attribute that may be what it never was. Without a tag there is nothing to compare
with, and it says so.
"""

import argparse
import io
import runpy
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import griffe

PROJECT = Path(__file__).resolve().parent.parent
NAMES = PROJECT / "tests/fixtures/public_names.txt"
THIS_FILE = "scripts/public_api.py"
PACKAGES = {"flowroute_async": "src", "flowroute_openapi": "generated"}
PUBLIC_MODULES = (
    "flowroute_async",
    "flowroute_async.addresses",
    "flowroute_async.jobs",
    "flowroute_async.message_callbacks",
    "flowroute_async.number_changes",
    "flowroute_async.jobs.cluster",
    "flowroute_async.cli.bulk_progress",
    "flowroute_async.cdr_records",
    "flowroute_async.client",
    "flowroute_async.clock",
    "flowroute_async.config",
    "flowroute_async.errors",
    "flowroute_async.hooks",
    "flowroute_async.pagination",
    "flowroute_async.port_order_lists",
    "flowroute_async.port_order_parts",
    "flowroute_async.resources.cdr_exports",
    "flowroute_async.resources.cnam",
    "flowroute_async.resources.e911",
    "flowroute_async.resources.message_provisioning",
    "flowroute_async.resources.messages",
    "flowroute_async.resources.number_details",
    "flowroute_async.resources.numbers",
    "flowroute_async.resources.porting",
    "flowroute_async.resources.routes",
    "flowroute_async.response",
    "flowroute_async.sandbox",
    "flowroute_async.sandbox.attempts",
    "flowroute_async.sandbox.faults",
    "flowroute_async.sandbox.options",
    "flowroute_async.sandbox.request_log",
    "flowroute_async.segments",
    "flowroute_async.shared_rate",
    "flowroute_async.telemetry",
    "flowroute_async.testing",
    "flowroute_async.testing.plugin",
    "flowroute_async.throttle",
    "flowroute_async.webhooks",
    "flowroute_openapi",
    "flowroute_openapi.models",
    "flowroute_openapi.reading",
    "flowroute_openapi.types",
)
"""The modules that the reference shows. What others hold is public where one of these exports it."""


def main() -> int:
    """Print, compare, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiet", action="store_true", help="only compare")
    parser.add_argument("--write", action="store_true", help="write the list of public names")
    arguments = parser.parse_args()
    if arguments.write:
        NAMES.write_text("\n".join(public_names()) + "\n", encoding="utf-8")
        return 0
    if not arguments.quiet:
        print("\n".join(_signature(path, member) for member, path in surface(load())))
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


def public_names() -> list[str]:
    """Return what each public module exports, each name with its module's."""
    modules = load()
    return [f"{module}.{name}" for module in PUBLIC_MODULES for name in names(modules[module])]


def surface(
    modules: griffe.ModulesCollection, public: Iterable[str] = PUBLIC_MODULES
) -> Iterator[tuple[griffe.Object, str]]:
    """Yield each public object with the name that it is reached by."""
    for name in public:
        module = modules[name]
        yield module, name
        yield from _members(module, name)


def _members(parent: griffe.Object, path: str) -> Iterator[tuple[griffe.Object, str]]:
    for name in names(parent):
        member = _meant(parent.members[name])
        if member.is_module and name in member.members:  # an imported function hides its module of the same name
            member = _meant(member.members[name])
        yield member, f"{path}.{name}"
        if isinstance(member, griffe.Class):
            yield from _members(member, f"{path}.{name}")
            yield from _of_hidden_bases(member, f"{path}.{name}")


def _of_hidden_bases(owner: griffe.Class, path: str) -> Iterator[tuple[griffe.Object, str]]:
    """Yield what a class has of bases that are in no public module: it is reached by this class alone."""
    seen = set(owner.members)
    for base in owner.mro():
        if base.module.path not in PUBLIC_MODULES:
            for name in names(base):
                if name not in seen:
                    seen.add(name)
                    yield _meant(base.members[name]), f"{path}.{name}"


def _meant(member: griffe.Object | griffe.Alias) -> griffe.Object:
    return member.final_target if isinstance(member, griffe.Alias) else member


def names(parent: griffe.Object) -> list[str]:
    """Return the public names in a module or a class, in order; not those that a class inherits from a public one."""
    if parent.exports is not None:
        return sorted(str(name) for name in parent.exports if str(name) in parent.members)
    return sorted(name for name, member in parent.members.items() if not member.is_alias and not _is_hidden(member))


def _is_hidden(member: griffe.Object | griffe.Alias) -> bool:
    is_method_of_python = member.name.endswith("__") and member.is_function
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
    """Return the newest tag that the present commit descends from."""
    command = ["git", "describe", "--tags", "--abbrev=0"]
    found = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    return found.stdout.strip() or None


def breaking_changes(tag: str) -> list[str]:
    """Name what was public at the tag and is not as it was."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(  # noqa: S603 - a fixed command
            ["git", "archive", "--format=tar", tag, THIS_FILE, *PACKAGES.values()],  # noqa: S607 - git is where the machine has it
            cwd=PROJECT,
            capture_output=True,
            check=True,
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        before, now = load(Path(folder)), load()
        public = runpy.run_path(str(Path(folder) / THIS_FILE))["PUBLIC_MODULES"]
        then = {path: member for member, path in surface(before, public)}
        present = {path: member for member, path in surface(now)}
        gone = {path for path in then.keys() - present.keys() if not _is_inherited(path, present)}
        broken = {f"{path}: it is gone" for path in gone if path.rpartition(".")[0] not in gone}
        known = {member.canonical_path for member in then.values()}
        broken |= {
            change.explain(griffe.ExplanationStyle.MARKDOWN).removeprefix("- ")
            for package in PACKAGES
            for change in griffe.find_breaking_changes(before[package], now[package])
            if change.obj.canonical_path in known and change.kind is not griffe.BreakageKind.OBJECT_REMOVED
        }
        for path in then.keys() & present.keys():
            broken.update(_retyped(path, then[path], present[path]))
        return sorted(broken)


def _is_inherited(path: str, present: Mapping[str, griffe.Object]) -> bool:
    owner, _, name = path.rpartition(".")
    return owner in present and name in present[owner].inherited_members


def _retyped(path: str, old: griffe.Object, new: griffe.Object) -> Iterator[str]:
    """Name the parameters that take less than they did, and what may give more; griffe does not compare types."""
    match old, new:
        case griffe.Function(), griffe.Function():
            if ("async" in old.labels) != ("async" in new.labels):
                yield f"{path}: it is now {'awaited' if 'async' in new.labels else 'called without await'}"
            if _alternatives(new.returns) - _alternatives(old.returns) and str(old.returns) != "None":
                yield f"{path}: it gave {old.returns}, and gives {new.returns}"
            takes = {parameter.name: parameter.annotation for parameter in new.parameters}
            for name, took in ((parameter.name, parameter.annotation) for parameter in old.parameters):
                if name in takes and _alternatives(took) - _alternatives(takes[name]):
                    yield f"{path}({name}): it took {took}, and takes {takes[name]}"
        case griffe.Class(), griffe.Class():
            kinds = {base.canonical_path for base in new.mro()}
            for lost in (base for base in old.mro() if base.canonical_path not in kinds):
                yield f"{path}: it is no {lost.name} any more"
        case griffe.Attribute(), griffe.Attribute():
            if _alternatives(new.annotation) - _alternatives(old.annotation):
                yield f"{path}: it was {old.annotation}, and is {new.annotation}"
        case _:
            pass


def _alternatives(annotation: griffe.Expr | str | None) -> set[str]:
    """Return the members of a union, or the one type that there is."""
    if isinstance(annotation, griffe.ExprBinOp) and annotation.operator == "|":
        return _alternatives(annotation.left) | _alternatives(annotation.right)
    return {str(annotation)}


if __name__ == "__main__":
    sys.exit(main())

"""Rebuild spec/flowroute.complete.yaml and generated/flowroute_openapi from the vendor's document.

    python scripts/regenerate.py [--spec changed.yaml] [--into folder] [--check | --evidence]

`--spec` takes a new document, which becomes spec/flowroute.yaml; `--into` writes to another folder, for a trial;
`--check` writes nothing and fails where what stands in the project differs from what the document gives; `--evidence`
writes nothing and lists what each operation rests on.
Ends with a report in words of what changed. Nothing is written unless every step succeeds.
"""

import argparse
import ast
import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint

import document
from additions import add, evidence
from behaviour import Behaviour, behaviours
from changes import report
from operation_page import PAGE, page
from wire_words import model_words, schema_of, words_of

PROJECT = Path(__file__).resolve().parent.parent
RUFF_CHECK = (
    "check --quiet --isolated --fix --unsafe-fixes --config=lint.ignore-init-module-imports=false "
    "--line-length=120 --target-version=py311 --select=F401,I,UP017,UP035"
)
RUFF_FORMAT = "format --quiet --isolated --line-length=120 --target-version=py311"


def main() -> int:
    """Run the whole way from the document to the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=Path, default=PROJECT / "spec/flowroute.yaml", help="the vendor's document")
    parser.add_argument("--into", type=Path, default=PROJECT, help="the folder that gets spec/ and generated/")
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    parser.add_argument("--evidence", action="store_true", help="list what each operation rests on")
    arguments = parser.parse_args()
    try:
        if arguments.evidence:
            print("\n".join("  ".join(row) for row in evidence(complete(arguments.spec))))
            return 0
        if arguments.check:
            return check(arguments.spec, arguments.into)
        lines = regenerate(arguments.spec, arguments.into)
    except document.DocumentError as fault:
        print(f"regeneration stopped, nothing was written: {fault}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def regenerate(spec: Path, into: Path) -> list[str]:
    """Complete, validate, generate, format, and put the results in place; give the report."""
    description = complete(spec)
    vendor = spec.read_bytes()
    old = PROJECT / "spec/flowroute.complete.yaml"
    before = document.read(old) if old.exists() else description
    lines = report(before, description, PROJECT / "src/flowroute_async/resources")
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "flowroute_openapi"
        _generate(description, package)
        _put(package, into / "generated" / "flowroute_openapi")
    (into / "spec").mkdir(exist_ok=True, parents=True)
    (into / "spec/flowroute.yaml").write_bytes(vendor)
    checksum = hashlib.sha256(vendor).hexdigest()
    (into / "spec/flowroute.yaml.sha256").write_text(f"{checksum}  flowroute.yaml\n", encoding="utf-8")
    document.write(
        description,
        into / "spec/flowroute.complete.yaml",
        "Built by `make regenerate` from flowroute.yaml and its overlays; not to be edited.",
    )
    (into / PAGE).parent.mkdir(exist_ok=True, parents=True)
    (into / PAGE).write_text(page(description, PROJECT / "src/flowroute_async/resources"), encoding="utf-8")
    return lines


def complete(spec: Path) -> document.Object:
    """Correct the vendor's document, add what it leaves out, and validate the result."""
    corrected = document.correct(document.read(spec), document.read(PROJECT / "spec/corrections.overlay.yaml"))
    description = add(corrected, document.read(PROJECT / "spec/additions.overlay.yaml"))
    document.check(description)
    return description


def check(spec: Path, standing: Path) -> int:
    """Regenerate into a scratch folder and name every file that differs from the one that stands."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        regenerate(spec, fresh)
        names = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
        names |= {
            file.relative_to(standing)
            for file in (standing / "generated").rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        differing = sorted(name for name in names if _content(fresh / name) != _content(standing / name))
    for name in differing:
        print(f"{name} is not what the document gives; run make regenerate", file=sys.stderr)
    return 1 if differing else 0


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _generate(description: document.Object, package: Path) -> None:
    config = Config.from_sources(
        config_file=ConfigFile.load_from_path(PROJECT / "spec/generator.yaml"),
        meta_type=MetaType.NONE,
        document_source=package.with_suffix(".yaml"),
        file_encoding="utf-8",
        overwrite=False,
        output_path=package,
    )
    data = GeneratorData.from_dict(document.with_parameter_texts(description), config=config)
    if isinstance(data, GeneratorError):
        raise document.DocumentError(f"{data.header} {data.detail or ''}")
    treated = behaviours(description)

    def behaviour(endpoint: Endpoint) -> Behaviour:
        return treated[document.same_place(f"{endpoint.method.upper()} {endpoint.path.get_untrusted_value()}")]

    project = Project(openapi=data, config=config, custom_template_path=PROJECT / "spec/templates")
    project.env.globals.update(behaviour=behaviour, model_words=model_words, schema_of=schema_of, words_of=words_of)
    with contextlib.redirect_stdout(io.StringIO()):  # the generator announces its scratch folder
        faults = project.build()
    if faults:
        raise document.DocumentError("\n".join(f"{fault.header} {fault.detail or ''}" for fault in faults))
    (package / "reading.py").write_text(project.env.get_template("reading.py.jinja").render(), encoding="utf-8")
    _refuse_clashes(package / "models/__init__.py")
    _put_in_order(package / "models/__init__.py")
    for file in package.rglob("*.py"):
        if not file.read_text(encoding="utf-8").strip():
            file.unlink()
    (package / "py.typed").touch()
    ruff = shutil.which("ruff", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if ruff is None:
        raise document.DocumentError("ruff is not installed; run make setup")
    for command in (RUFF_CHECK, RUFF_FORMAT):
        formatted = subprocess.run([ruff, *command.split(), str(package)], check=False)  # noqa: S603 - our own fixed commands
        if formatted.returncode:
            raise document.DocumentError("ruff cannot read what the templates made of the document")


def _refuse_clashes(models: Path) -> None:
    """Refuse models with the name of something that the module of models uses itself, such as `Field`."""
    names = Counter(name for node in ast.parse(models.read_text(encoding="utf-8")).body for name in _bound(node))
    if clashes := ", ".join(sorted(name for name, count in names.items() if count > 1)):
        raise document.DocumentError(f"spec/generator.yaml must give another class_name to the schemas named {clashes}")


def _bound(node: ast.stmt) -> list[str]:
    match node:
        case ast.ImportFrom():
            return [alias.name for alias in node.names]
        case ast.ClassDef() | ast.FunctionDef():
            return [node.name]
        case ast.Assign():
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
        case _:
            return []


def _put_in_order(models: Path) -> None:
    """Put each model behind those that its fields name, so that pydantic can resolve them when it meets them.

    A model that is not resolved then could not be extended in a module that does not know their names.
    """
    source = models.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    classes = {
        node.name: node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Model" for base in node.bases)
    }
    ordered: dict[str, ast.ClassDef] = {}
    begun: set[str] = set()

    def put(name: str) -> None:
        if name in begun:  # or it is named by those that it names
            return
        begun.add(name)
        for named in sorted(
            {node.id for node in ast.walk(classes[name]) if isinstance(node, ast.Name)} & classes.keys()
        ):
            put(named)
        ordered[name] = classes[name]

    for name in classes:
        put(name)
    head = lines[: min(node.lineno for node in classes.values()) - 1]
    bodies = ["".join(lines[node.lineno - 1 : node.end_lineno]) for node in ordered.values()]
    models.write_text("".join(head) + "\n\n".join(bodies), encoding="utf-8")


def _put(package: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(package, place, ignore=shutil.ignore_patterns("__pycache__", ".ruff_cache"))


if __name__ == "__main__":
    sys.exit(main())

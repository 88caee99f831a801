"""From a description to a package of code: the generator, our templates, and the same bytes everywhere."""

import ast
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty, Property
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonIdentifier

from regeneration.api import Api
from regeneration.behaviour import Behaviour
from regeneration.document import same_place
from regeneration.generator_input import DEPRECATED, generator_input, parameter_key
from regeneration.reading import DocumentError, Json
from regeneration.shapes import shape_of
from regeneration.wire import AnswerFormat, BodyFormat, OperationPlan
from regeneration.wire_words import model_words, schema_of, words_of

_RUFF_CHECK = (
    "check --quiet --isolated --fix --unsafe-fixes --config=lint.ignore-init-module-imports=false "
    "--config=lint.isort.split-on-trailing-comma=false "
    "--line-length=120 --target-version=py311 --select=F401,I,UP017,UP035"
)
_RUFF_FORMAT = "format --quiet --isolated --line-length=120 --target-version=py311"
_TWICE = "would be the name of two models"
_BODY_LABELS = {"json": "JSON", "form": "form", "multipart": "multipart", "text": "text", "bytes": "binary"}


@dataclass(frozen=True, slots=True)
class ParameterWire:
    """A parameter as the templates see it."""

    prop: Property
    name: str
    required: bool
    separator: str | None
    brackets: bool
    is_object: bool
    reserved: bool
    deprecated: bool
    is_text: bool


@dataclass(frozen=True, slots=True)
class BodyWire:
    """A body as the templates see it."""

    prop: Property
    format: BodyFormat
    content_type: str
    required: bool
    deprecated_fields: bool
    part_types: Sequence[tuple[str, str]]

    @property
    def label(self) -> str:
        """What it is called in a docstring."""
        return _BODY_LABELS[self.format]


@dataclass(frozen=True, slots=True)
class AnswerWire:
    """An answer as the templates see it."""

    prop: Property | None
    format: AnswerFormat
    may_be_empty: bool


@dataclass(frozen=True, slots=True)
class EndpointWire:
    """An operation as the templates see it."""

    path: Sequence[ParameterWire]
    query: Sequence[ParameterWire]
    headers: Sequence[ParameterWire]
    body: BodyWire | None
    answer: AnswerWire
    accept: str | None
    server: str | None
    deprecated: bool


def generate(
    api: Api,
    plans: Sequence[OperationPlan],
    behaviours: Mapping[str, Behaviour],
    package: Path,
    spec: Path,
    *,
    simple: Collection[str] = (),
) -> None:
    """Generate the package.

    Args:
        api: The description.
        plans: How its operations are written.
        behaviours: How they may be treated.
        package: The folder to make.
        spec: The folder with the generator's settings and our templates.
        simple: The components and the functions whose schemas are put into simpler words for the generator.

    Raises:
        DocumentError: If the generator cannot express something, or names clash.
    """
    config = Config.from_sources(
        config_file=ConfigFile.load_from_path(spec / "generator.yaml"),
        meta_type=MetaType.NONE,
        document_source=package.with_suffix(".yaml"),
        file_encoding="utf-8",
        overwrite=False,
        output_path=package,
    )
    data = GeneratorData.from_dict(generator_input(api, plans, simple=simple), config=config)
    if isinstance(data, GeneratorError):
        raise DocumentError(f"the generator cannot read the description: {_cleaned(data)}")
    collections = data.endpoint_collections_by_tag.values()
    left_out = [*data.errors, *(fault for collection in collections for fault in collection.parse_errors)]
    if left_out:
        sentences = list(dict.fromkeys(map(_cleaned, left_out)))
        raise DocumentError("; ".join([one for one in sentences if _TWICE in one] or sentences))
    by_name = {plan.operation.python_name: plan for plan in plans}
    wires = {
        endpoint.name: _endpoint_wire(api, by_name[str(endpoint.name)], endpoint)
        for collection in collections
        for endpoint in collection.endpoints
    }
    project = Project(openapi=data, config=config, custom_template_path=spec / "templates")
    project.env.globals |= {
        "behaviour": lambda endpoint: behaviours[same_place(by_name[str(endpoint.name)].operation.place)],
        "wire_of": lambda endpoint: wires[endpoint.name],
        "sent_models": frozenset(
            name for wire in wires.values() if wire.body is not None for name in _model_names(wire.body.prop)
        ),
        "deprecated_mark": DEPRECATED,
        "model_words": model_words,
        "schema_of": schema_of,
        "words_of": partial(words_of, api=api),
    }
    with contextlib.redirect_stdout(io.StringIO()):  # the generator announces its scratch folder
        faults = project.build()
    if faults:
        raise DocumentError("; ".join(dict.fromkeys(_cleaned(fault) for fault in faults)))
    for module in ("api/lazy_models", "bodies", "reading"):
        text = project.env.get_template(f"{Path(module).name}.py.jinja").render()
        (package / f"{module}.py").write_text(text, encoding="utf-8")
    _finish(package)


def _cleaned(fault: GeneratorError) -> str:
    """Return a fault of the generator as one sentence, without the objects that it prints."""
    text = " ".join(f"{fault.header} {fault.detail or ''}".split())
    if twice := re.search(r'duplicate models with name "(\w+)"', text):
        return f"{twice[1]} {_TWICE}: spec/generator.yaml must give one of them another class_name"
    text = re.sub(r"WARNING parsing (\w+ \S+) within \S+ ", r"\1: ", text)
    text = re.sub(r"Endpoint will not be generated\.|response will be omitted from generated client", "", text)
    data = getattr(fault, "data", None)
    name = getattr(data, "title", None) or getattr(data, "name", None)
    return re.sub(r"<[^<>]* object at 0x[0-9a-f]+>", "a schema", text).strip(" ,") + (f" ({name})" if name else "")


def _endpoint_wire(api: Api, plan: OperationPlan, endpoint: Endpoint) -> EndpointWire:
    given = {prop.name.get_untrusted_value(): prop for prop in [*endpoint.path_parameters, *endpoint.query_parameters]}
    body = None
    if plan.body is not None and endpoint.bodies:
        deprecated = _has_deprecated(api, plan.body.schema, set())
        said = plan.body
        prop = endpoint.bodies[0].prop
        body = BodyWire(prop, said.format, said.content_type, said.required, deprecated, said.part_types)
    answers = [*endpoint.responses.patterns, *([endpoint.responses.default] if endpoint.responses.default else [])]
    answer = answers[0].prop if answers and plan.answer.format != "none" else None
    parameters: dict[str, list[ParameterWire]] = {"path": [], "query": [], "header": []}
    for place, one in enumerate(plan.parameters):
        prop = given[parameter_key(place)]
        prop.name = UntrustedString(one.name)
        prop.python_name = PythonIdentifier(one.python_name, "field_", skip_snake_case=True)
        shape = shape_of(api, one.schema)
        is_text = shape.types == {"string"} and not shape.choices and shape.format in (None, "string")
        parameters[one.where].append(
            ParameterWire(
                prop,
                one.name,
                one.required,
                one.separator,
                one.brackets,
                one.is_object,
                one.reserved,
                one.deprecated,
                is_text,
            )
        )
    path = endpoint.path.get_untrusted_value()
    order = {
        one.name: path.index(f"{{{parameter_key(place)}}}")
        for place, one in enumerate(plan.parameters)
        if one.where == "path"
    }
    for place, one in enumerate(plan.parameters):
        if one.where == "path":
            path = path.replace(f"{{{parameter_key(place)}}}", f"{{{one.python_name}}}")
    endpoint.path = UntrustedString(path)
    return EndpointWire(
        path=sorted(parameters["path"], key=lambda one: order[one.name]),
        query=parameters["query"],
        headers=parameters["header"],
        body=body,
        answer=AnswerWire(answer, plan.answer.format, plan.answer.may_be_empty and plan.answer.format != "none"),
        accept=_accept(plan.answer.accept),
        server=plan.server,
        deprecated=plan.operation.deprecated,
    )


def _accept(kinds: Sequence[str]) -> str | None:
    """The media types to ask for, where they are not those that the transport asks for anyway."""
    if not kinds or {"application/vnd.api+json", "application/json"} & set(kinds):
        return None
    return ", ".join(kinds)


def _model_names(prop: Property, seen: set[str] | None = None) -> set[str]:
    """The models that a property holds, at any depth."""
    seen = set() if seen is None else seen
    for inner in _inner(prop):
        _model_names(inner, seen)
    if isinstance(prop, ModelProperty) and str(prop.class_info.name) not in seen:
        seen.add(str(prop.class_info.name))
        for member in [*(prop.required_properties or []), *(prop.optional_properties or [])]:
            _model_names(member, seen)
    return seen


def _inner(prop: Property) -> list[Property]:
    inner = getattr(prop, "inner_property", None)
    return [inner] if inner is not None else list(getattr(prop, "inner_properties", ()))


def _has_deprecated(api: Api, schema: Json, seen: set[str]) -> bool:
    shape = shape_of(api, schema)
    if shape.name is not None:
        if shape.name in seen:
            return False
        seen.add(shape.name)
    inner = [*shape.properties.values(), *shape.parts, *shape.choices]
    inner += [] if shape.items is None else [shape.items]
    return any(shape_of(api, one).deprecated or _has_deprecated(api, one, seen) for one in inner)


def _finish(package: Path) -> None:
    """Order the models, remove empty files and format: the same bytes in every folder."""
    _refuse_clashes(package / "models/__init__.py")
    _put_in_order(package / "models/__init__.py")
    for file in package.rglob("*.py"):
        if not file.read_text(encoding="utf-8").strip():
            file.unlink()
    (package / "py.typed").touch()
    for command in (_RUFF_CHECK, _RUFF_FORMAT):
        ended = _ruff(command, str(package))
        if ended.returncode:
            first = re.sub(r"\S*/flowroute_openapi/", "", ended.stdout + ended.stderr).strip().splitlines()
            raise DocumentError(f"the templates made no Python of the description: {first[0] if first else ''}")


def formatted(code: str) -> str:
    """Return Python code in the project's form.

    Raises:
        DocumentError: If the formatter is not installed, or it is no Python.
    """
    ended = _ruff(_RUFF_FORMAT, "-", given=code)
    if ended.returncode:
        raise DocumentError(f"what was written is no Python: {ended.stderr.strip()}")
    return ended.stdout


def _ruff(command: str, place: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    ruff = shutil.which("ruff", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if ruff is None:
        raise DocumentError("ruff is not installed; run make setup")
    return subprocess.run(  # noqa: S603 - our own fixed commands
        [ruff, *command.split(), place], check=False, capture_output=True, text=True, input=given
    )


_Names: TypeAlias = list[str]


def _refuse_clashes(models: Path) -> None:
    """Refuse models with the name of something that the module of models uses itself, such as `Field`."""
    try:
        tree = ast.parse(models.read_text(encoding="utf-8"))
    except SyntaxError as fault:
        raise DocumentError(f"the templates made no Python of the models: line {fault.lineno}") from None
    names = Counter(name for node in tree.body for name in _bound(node))
    if clashes := ", ".join(sorted(name for name, count in names.items() if count > 1)):
        raise DocumentError(f"spec/generator.yaml must give another class_name to the schemas named {clashes}")


def _bound(node: ast.stmt) -> _Names:
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
    if not classes:
        return
    named_by = {
        name: sorted({one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & classes.keys())
        for name, node in classes.items()
    }
    ordered: dict[str, ast.ClassDef] = {}
    begun: set[str] = set()
    for first in classes:
        stack: list[tuple[str, Iterator[str]]] = []
        if first not in begun:
            begun.add(first)
            stack.append((first, iter(named_by[first])))
        while stack:
            name, others = stack[-1]
            following = next((one for one in others if one not in begun), None)
            if following is None:
                ordered[name] = classes[name]
                stack.pop()
            else:
                begun.add(following)
                stack.append((following, iter(named_by[following])))
    head = lines[: min(node.lineno for node in classes.values()) - 1]
    bodies = ["".join(lines[node.lineno - 1 : node.end_lineno]) for node in ordered.values()]
    models.write_text("".join(head) + "\n\n".join(bodies), encoding="utf-8")

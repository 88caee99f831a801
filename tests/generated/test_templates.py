"""The templates on documents that the vendor has not written yet, the kind and the hostile."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from jinja2 import TemplateError

from regeneration import document
from regeneration.document import Object
from regeneration.pipeline import StoppedError
from tests.generated.hostile_document import ESCAPES, FIELD_NAMES, MARKER, hostile_document
from tests.generated.project_copy import PROJECT, ProjectCopy
from tests.generated.shapes_document import with_shapes

IMPORT_EVERYTHING = """
import importlib, json, pkgutil
import flowroute_openapi, flowroute_openapi.models as models

for module in pkgutil.walk_packages(flowroute_openapi.__path__, "flowroute_openapi."):
    importlib.import_module(module.name)
for model in models.Model.__subclasses__():
    model.model_rebuild(force=True)
"""

FIELDS = (
    IMPORT_EVERYTHING
    + """
def aliases(model):
    return [(name, field.validation_alias) for name, field in model.model_fields.items()]

print(json.dumps({
    "nested": {name: alias or name for name, alias in aliases(models.Names)},
    "flat": {name: alias and alias.path for name, alias in aliases(models.FlatNames)},
}))
"""
)

DECODED = (
    IMPORT_EVERYTHING
    + """
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import get_args
from uuid import UUID

leaf = {"needed": "leaf", "needed_or_null": None}
shape = models.Shape.model_validate_json(json.dumps({
    "needed": "x", "needed_or_null": None, "nullable_number": None, "chosen": "unheard of", "chosen_or_null": None,
    "chosen_number": 9, "uuid": "7fc8c70a-ca58-430c-b383-b89df84f8083", "date": "2024-02-29",
    "moment": "2017-12-22T01:52:39.39", "price": 1.25, "anything": {"a": [1, None]}, "free": {"k": 1},
    "inner": {"deep": {"x": 1}}, "items": [{"y": "z"}], "words": ["a"], "grid": [[1, 2], [3]], "parent": leaf,
    "children": [leaf, leaf], "one_or_other": "text", "referred_or_null": None, "from": "f", "type": "t",
    "copy": "c", "model_x": "m", "unknown": "dropped",
}))
assert shape.needed_or_null is None
assert shape.chosen == "unheard of"
assert shape.chosen_number == 9
assert shape.uuid == UUID("7fc8c70a-ca58-430c-b383-b89df84f8083")
assert shape.date == date(2024, 2, 29)
assert shape.moment == datetime(2017, 12, 22, 1, 52, 39, 390000, tzinfo=timezone.utc)
assert shape.flag is shape.count is shape.word is None  # it is sent too: what is not given is the server's to decide
assert shape.price == Decimal("1.25") and models.Shape(needed="x", needed_or_null=None).price is None
assert shape.anything == {"a": [1, None]}
assert shape.free.model_extra == {"k": 1}
assert shape.inner.deep.x == 1
assert shape.items[0].y == "z"
assert shape.grid == ((1, 2), (3,))
assert shape.parent.needed == "leaf" and len(shape.children) == 2
assert (shape.from_, shape.type, shape.copy_, shape.model_x_) == ("f", "t", "c", "m")
sent = json.loads(flowroute_openapi.create_shape(shape).encode_body())
assert sent["from"] == "f" and sent["copy"] == "c" and sent["model_x"] == "m" and "needed_or_null" not in sent
assert not {"flag", "count", "word"} & sent.keys()

flat = models.Flat.model_validate_json(
    b'{"id": "outer", "type": "shape", "links": {"self": "x"}, "attributes":'
    b'{"id": "inner", "type": "kind", "date": null, "opened": "2024-01-02", "from": "f", "copy": "c", "model_x": "m"}}'
)
assert (flat.id, flat.type, flat.attributes_id, flat.attributes_type) == ("outer", "shape", "inner", "kind")
assert (flat.date, flat.opened) == (None, date(2024, 1, 2))
assert (flat.from_, flat.copy_, flat.model_x_) == ("f", "c", "m")
assert "links" not in models.Flat.model_fields

call = flowroute_openapi.list_shapes(
    "a/b?c", "..d", since=date(2024, 1, 2), filter_tag=["x&y", "z"], flag=False, at_most=Decimal("1E+2"), level=2
)
assert call.path == "/v2/shapes/a%2Fb%3Fc/..d"
assert call.query == (
    ("filter[tag]", "x&y"), ("filter[tag]", "z"), ("since", "2024-01-02"), ("flag", "false"),
    ("at_most", "100"), ("level", "2"),
)
assert set(flowroute_openapi.ListShapesQuery.__required_keys__) == {"since"}
assert "limit" not in flowroute_openapi.ListShapesQuery.__annotations__
created = flowroute_openapi.create_shape(shape)
assert set(get_args(created.response)) == {models.Shape, models.Leaf} and created.may_be_empty
assert not created.repeatable
replaced = flowroute_openapi.replace_shape()
assert replaced.response is type(None) and replaced.repeatable and replaced.encode_body() is None
assert replaced.decode(b"") is None

assert created.charges and created.rate_group == "mms" and created.look_at == "Look at the shapes."
plain = flowroute_openapi.create_shape(models.Shape(needed="x", needed_or_null=None))
assert plain.rate_group == "sms" and plain.expected_id is None and not plain.done_if_gone
assert not replaced.charges and replaced.rate_group == "api" and replaced.look_at is None
one = flowroute_openapi.get_shape("7 8")
assert one.expected_id == "7 8" and one.repeatable and "7 8" not in repr(one)
gone = flowroute_openapi.delete_shape("7")
assert gone.done_if_gone and gone.expected_id is None
"""
)

NOTHING_YET: Object = {"openapi": "3.0.3", "info": {"title": "An API", "version": "1"}, "paths": {}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """A copy of the project, generated from a document that is hostile and has every shape."""
    project = ProjectCopy(tmp_path_factory.mktemp("hostile") / "project", corrects=False)
    project.regenerate(with_shapes(hostile_document()))
    return project


def test_hostile_names_and_descriptions_generate_code_that_does_nothing(project: ProjectCopy) -> None:
    result = project.run("-W", "error", "-c", IMPORT_EVERYTHING)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert not list(project.root.parent.rglob(MARKER))


def test_hostile_operations_still_name_their_own_paths(project: ProjectCopy) -> None:
    calls = "\n".join(
        f"call = flowroute_openapi.hostile_list_{place}('x', from_='y'); "
        f"assert call.path == '/v2/hostile/{place}/x' and call.query == (('from', 'y'),), call"
        for place in range(len(ESCAPES))
    )
    result = project.run("-W", "error", "-c", IMPORT_EVERYTHING + calls)
    assert result.returncode == 0, result.stderr
    assert not list(project.root.parent.rglob(MARKER))


def test_every_field_keeps_its_name_on_the_wire(project: ProjectCopy) -> None:
    result = project.run("-W", "error", "-c", FIELDS)
    assert result.returncode == 0, result.stderr
    fields = json.loads(result.stdout)
    assert sorted(fields["nested"].values()) == sorted(FIELD_NAMES)
    flat = fields["flat"]
    assert (flat.pop("id"), flat.pop("alias")) == (None, None)
    assert flat.pop("attributes_id") == ["attributes", "id"]
    assert flat.pop("attributes_alias") == ["attributes", "alias"]
    assert sorted(flat.values()) == sorted(["attributes", name] for name in FIELD_NAMES)


def test_every_shape_decodes_and_every_kind_of_operation_is_built(project: ProjectCopy) -> None:
    result = project.run("-W", "error", "-c", DECODED)
    assert result.returncode == 0, result.stderr


@pytest.mark.heavy
def test_type_checkers_accept_what_was_generated(project: ProjectCopy, type_cache: str) -> None:
    package = project.root / "generated/flowroute_openapi"
    settings = {"include": ["generated"], "typeCheckingMode": "strict", "extraPaths": ["generated"]}
    (project.root / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    with ThreadPoolExecutor() as both:
        mypy = both.submit(project.check_types, type_cache, package)
        pyright = both.submit(project.run, "-m", "pyright", "--project", str(project.root))
    assert mypy.result().returncode == 0, mypy.result().stdout
    assert pyright.result().returncode == 0, pyright.result().stdout


def test_a_schema_with_the_name_of_something_the_models_use_is_refused(tmp_path: Path) -> None:
    schemas: Object = {
        name: {"type": "object", "properties": {"x": {"type": "string"}}} for name in ("Field", "Model", "Date")
    }
    changed = NOTHING_YET | {"components": {"schemas": schemas}}
    project = ProjectCopy(tmp_path / "project", corrects=False)
    before = project.snapshot()
    with pytest.raises(StoppedError, match="another class_name to the schemas named Date, Field, Model"):
        project.regenerate(changed)
    assert project.snapshot() == before


@pytest.mark.parametrize("path", ["/v2/{id}/{0}", "/v2/{id}/{id.__class__}", "/v2/{id}/}", "/v2/{"])
def test_a_path_with_braces_that_name_no_parameter_is_refused(path: str) -> None:
    changed = document.read(PROJECT / "spec/flowroute.complete.yaml")
    paths = cast("dict[str, Object]", changed["paths"])
    paths[path] = paths.pop("/v2/numbers/{id}")
    with pytest.raises(document.DocumentError, match=r"braces that name no parameter|was not resolved"):
        document.check(changed)


@pytest.mark.parametrize("broken", ["{% if %}", "def broken(:"])
def test_a_broken_template_leaves_everything_as_it_was(tmp_path: Path, broken: str) -> None:
    project = ProjectCopy(tmp_path / "project", corrects=False)
    with (project.root / "spec/templates/types.py.jinja").open("a", encoding="utf-8") as template:
        template.write(f"\n{broken}\n")
    before = project.snapshot()
    with pytest.raises((StoppedError, TemplateError)):
        project.regenerate(NOTHING_YET)
    assert project.snapshot() == before


def test_a_project_without_generated_code_gets_it_again(tmp_path: Path) -> None:
    project = ProjectCopy(tmp_path / "project")
    before = project.snapshot()
    shutil.rmtree(project.root / "generated")
    project.regenerate()
    assert project.snapshot() == before

"""`make regenerate`: the same output every time, and a changed document in the facade at once."""

import copy
import json
from pathlib import Path
from typing import cast

import pytest

from regeneration import document
from regeneration.comparison import compare
from regeneration.document import DocumentError, Json, Object
from regeneration.members import members_of
from regeneration.pipeline import Proving, StoppedError, examine, regenerate
from regeneration.report import NOTHING, Report
from tests.docs.documentation_page import PYTEST
from tests.generated.project_copy import PROJECT, ProjectCopy, files

VENDOR = document.read(PROJECT / "spec/flowroute.yaml")
COMPLETE = document.read(PROJECT / "spec/flowroute.complete.yaml")
VENDOR_NAMED = document.correct(copy.deepcopy(VENDOR), document.read(PROJECT / "spec/corrections.overlay.yaml"))

STALE = "tests/contract/test_gone.py"
"""A contract test of an operation that there is not."""

THE_PROMISE = """
import anyio
import httpx

from flowroute_async import FlowrouteClient
from flowroute_openapi import get_v2_numbers_available_vanity, list_available_plans

NUMBER = {"monthly_cost": 1.25, "number_type": "standard", "setup_cost": 1, "value": "12065550100", "new_attribute": 7}
ANSWERS = {
    "/v2/numbers/available": {"data": [{"id": "12065550100", "type": "number", "attributes": NUMBER}]},
    "/v2/numbers/available/plans": {"data": [{"id": "Standard", "type": "plan"}]},
    "/v2/numbers/available/vanity": {"data": [{"id": "CAFE", "type": "vanity"}]},
}


def answer(request: httpx.Request) -> httpx.Response:
    print(request.url.raw_path.decode())
    return httpx.Response(200, json=ANSWERS[request.url.path])


async def main() -> None:
    async with FlowrouteClient(
        access_key="a", secret_key="b", http_transport=httpx.MockTransport(answer)
    ) as client:
        async for number in client.numbers.search(state="WA", new_filter="x y"):
            attribute: int | None = number.new_attribute
            print(attribute)
        plans = await client.send(list_available_plans(limit=3))
        first: str = plans.data[0].id
        print(first)
        print((await client.send(get_v2_numbers_available_vanity())).data[0].id)


anyio.run(main)
"""


def changed_document() -> Object:
    """The vendor's document with a new filter, a new attribute, and two new operations, one of them unnamed."""
    changed = copy.deepcopy(VENDOR)
    paths = cast("dict[str, Object]", changed["paths"])
    search = cast("Object", paths["/v2/numbers/available"]["get"])
    filters = cast("list[Json]", search["parameters"])
    filters.append({"in": "query", "name": "new_filter", "required": False, "schema": {"type": "string"}})
    schemas = cast("dict[str, Object]", cast("Object", changed["components"])["schemas"])
    tree: Json = schemas["PurchasableNumbers"]
    for key in ("properties", "data", "items", "properties", "attributes", "properties"):
        tree = cast("Object", tree)[key]
    cast("Object", tree)["new_attribute"] = {"type": "integer"}
    schemas["Plans"] = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}, "type": {"type": "string"}},
                },
            }
        },
    }
    answer: Json = {
        "200": {
            "description": "OK",
            "content": {"application/vnd.api+json": {"schema": {"$ref": "#/components/schemas/Plans"}}},
        }
    }
    paths["/v2/numbers/available/plans"] = {
        "get": {
            "operationId": "list_available_plans",
            "tags": ["numbers"],
            "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer"}}],
            "responses": answer,
        }
    }
    paths["/v2/numbers/available/vanity"] = {"get": {"tags": ["numbers"], "responses": copy.deepcopy(answer)}}
    return changed


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectCopy, Report]:
    """A copy of the project, regenerated from the changed document, and the report of it."""
    project = ProjectCopy(tmp_path_factory.mktemp("changed") / "project")
    (project.root / STALE).write_text("", encoding="utf-8")
    said = project.regenerate(changed_document())
    (project.root / "promise.py").write_text(THE_PROMISE, encoding="utf-8")
    return project, said


def test_regeneration_gives_the_same_bytes_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = regenerate(PROJECT / "spec/flowroute.yaml", tmp_path / "out", PROJECT, proving=Proving.UNTYPED)
    assert told.lines()[0] == NOTHING
    assert files(tmp_path / "out/generated") == files(PROJECT / "generated")
    page = "docs/reference/operations.md"
    assert (tmp_path / "out" / page).read_bytes() == (PROJECT / page).read_bytes()
    for name in ("flowroute.yaml", "flowroute.yaml.sha256", "flowroute.complete.yaml"):
        assert (tmp_path / "out/spec" / name).read_bytes() == (PROJECT / "spec" / name).read_bytes()


def test_a_new_filter_attribute_and_operation_are_usable_at_once(changed: tuple[ProjectCopy, Report]) -> None:
    project, _ = changed
    result = project.run(str(project.root / "promise.py"))
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "/v2/numbers/available?limit=200&offset=0&state=WA&new_filter=x+y",
        "7",
        "/v2/numbers/available/plans?limit=3",
        "Standard",
        "/v2/numbers/available/vanity",
        "CAFE",
    ]


def test_a_type_checker_accepts_the_new_filter_attribute_and_operation(
    changed: tuple[ProjectCopy, Report], type_cache: str
) -> None:
    project, _ = changed
    result = project.check_types(type_cache, project.root / "promise.py")
    assert result.returncode == 0, result.stdout


def test_the_report_says_in_words_what_was_added(changed: tuple[ProjectCopy, Report]) -> None:
    _, said = changed
    assert sorted(str(change) for change in said.changes) == [
        "field added: Plans.data (array of object)",
        "field added: Plans.data[].id (string)",
        "field added: Plans.data[].type (string)",
        "field added: PurchasableNumbers.data[].attributes.new_attribute (integer)",
        "operation added: get /v2/numbers/available/vanity (GET /v2/numbers/available/vanity)",
        "operation added: list_available_plans (GET /v2/numbers/available/plans)",
        "parameter added: list_available_plans(limit) (integer)",
        "parameter added: search_available_numbers(new_filter) (string)",
        "schema added: Plans (object)",
    ]
    assert not any(change.breaking for change in said.changes)
    assert said.verdict == "minor"
    assert [line.partition(" (")[0] for line in said.changelog()] == [
        "- Operation added, `list_available_plans`: GET /v2/numbers/available/plans.",
        "- Operation added, `get /v2/numbers/available/vanity`: GET /v2/numbers/available/vanity.",
        "- Parameter added, `search_available_numbers(new_filter)`: string",
        "- Field added, `PurchasableNumbers.data[].attributes.new_attribute`: integer",
    ]
    assert {"list_available_plans", "get_v2_numbers_available_vanity (GET /v2/numbers/available/vanity)"} <= set(
        said.without_method
    )


@pytest.mark.heavy
def test_a_new_operation_gets_a_contract_test_which_notices_what_is_generated_wrongly(
    changed: tuple[ProjectCopy, Report],
) -> None:
    project, _ = changed
    folder = project.root / "tests/contract"
    assert [file.name for file in sorted(folder.glob("test_*.py"))] == [
        "test_get_v2_numbers_available_vanity.py",
        "test_list_available_plans.py",
    ]
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    testing = (*PYTEST, "-c", str(folder / "pytest.ini"), str(folder))
    right = project.run(*testing)
    assert right.returncode == 0, right.stdout
    assert "4 passed" in right.stdout
    module = project.root / "generated/flowroute_openapi/api/numbers/list_available_plans.py"
    code = module.read_text(encoding="utf-8")
    module.write_text(code.replace('("limit", limit)', '("limits", limit)'), encoding="utf-8")
    wrong = project.run(*testing)
    module.write_text(code, encoding="utf-8")
    assert "the query parameter limit is missing, not 7" in wrong.stdout
    assert "1 failed, 3 passed" in wrong.stdout


def test_an_operation_that_goes_takes_its_contract_test_with_it(changed: tuple[ProjectCopy, Report]) -> None:
    project, _ = changed
    assert not (project.root / STALE).exists()


def test_a_changed_document_becomes_the_vendors_document(changed: tuple[ProjectCopy, Report]) -> None:
    project, _ = changed
    assert json.loads((project.root / "spec/flowroute.yaml").read_text(encoding="utf-8")) == changed_document()
    assert examine(project.root / "spec/flowroute.yaml", project.root).lines()[0] == NOTHING


def test_the_report_says_what_was_removed_and_retyped() -> None:
    after = copy.deepcopy(COMPLETE)
    paths = cast("dict[str, Object]", after["paths"])
    del paths["/v2/routes"]["post"]
    numbers = cast("Object", paths["/v2/numbers"]["get"])
    numbers["parameters"] = [one for one in document.parameters(after, numbers) if one["name"] != "alias"]
    schemas = cast("dict[str, Object]", cast("Object", after["components"])["schemas"])
    schemas["RequestLinks"]["properties"] = {"next": {"type": "integer"}}
    changes = compare(COMPLETE, after).changes
    assert all(change.breaking for change in changes)
    assert sorted(map(str, changes)) == [
        'field removed: RequestLinks.self (string format "uri")',
        'field retyped: RequestLinks.next (from string format "uri" to integer)',
        "operation removed: create_route (POST /v2/routes)",
        "parameter removed: list_numbers(alias) (string)",
    ]


def test_the_facade_offers_every_operation_of_the_document() -> None:
    members = members_of(PROJECT)
    assert [name for name in document.operations(VENDOR_NAMED) if not members.has_method(name)] == []


def test_a_failing_regeneration_says_why_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    project = ProjectCopy(tmp_path / "project")
    before = project.snapshot()
    (project.root / "odd.yaml").write_text("not: [yaml", encoding="utf-8")
    result = project.run(str(project.root / "scripts/regenerate.py"), "--spec", str(project.root / "odd.yaml"))
    assert result.returncode == 1
    assert result.stderr.startswith("regeneration stopped, nothing was written: odd.yaml cannot be read")
    assert "Traceback" not in result.stderr
    assert project.snapshot() == before


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("[]", "its top level is no object"),
        ("openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths: {}\n", "corrections, action 1, dead"),
    ],
)
def test_a_document_that_cannot_be_used_leaves_everything_as_it_was(tmp_path: Path, broken: str, said: str) -> None:
    project = ProjectCopy(tmp_path / "project")
    before = project.snapshot()
    with pytest.raises((DocumentError, StoppedError), match=said):
        project.regenerate(broken)
    assert project.snapshot() == before


def test_a_cookie_parameter_is_refused_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    changed = changed_document()
    routes = cast("dict[str, Object]", changed["paths"])["/v2/routes"]
    cast("list[Json]", cast("Object", routes["get"])["parameters"]).append(
        {"in": "cookie", "name": "trace", "schema": {"type": "string"}}
    )
    project = ProjectCopy(tmp_path / "project")
    before = project.snapshot()
    with pytest.raises(StoppedError, match=r"list_routes \(GET /v2/routes\): the cookie parameter trace"):
        project.regenerate(changed)
    assert project.snapshot() == before

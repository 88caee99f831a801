"""The page for people who move over names every method of the vendor's libraries, and methods that exist."""

import json
import re
import shutil
from functools import cache
from inspect import signature
from pathlib import Path

import pytest

from flowroute_async import FlowrouteClient
from regeneration import document
from regeneration.api import Api, OperationNode
from regeneration.members import Members, members_of
from regeneration.page_tables import LIBRARIES, MOVING, pages, unreadable_names, vendor_names
from regeneration.reading import DocumentError, Json, Object
from tests.docs.documentation_page import PROJECT

PAGE = (PROJECT / MOVING).read_text(encoding="utf-8")
GENERATED = PROJECT / "generated/flowroute_openapi"
SENT = [
    json.loads(line)
    for line in (PROJECT / "tests/fixtures/vendor_sdk_methods.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Every method of the vendor's libraries that sends a request, and the request; read from their sources."""


@cache
def api() -> Api:
    return Api(document.read(PROJECT / "spec/flowroute.complete.yaml"))


@cache
def members() -> Members:
    return members_of(PROJECT)


def meant(request: str) -> str:
    """Return the path that a library means: most say `cnam` for `cnams`, and one forgets what it lists."""
    return re.sub(r"/relationships$", "/relationships/numbers", re.sub(r"/cnam(?=/|$)", "/cnams", request))


def operation_of(request: str) -> OperationNode:
    """Return the operation that takes a request; of several, the one whose path has the fewest parameters."""
    fits = [
        one
        for one in api().operations
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one.place)), meant(request))
    ]
    return min(fits, key=lambda one: one.path.count("{"))


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: f"{sent['sdk']} {sent['method']} {sent['request']}")
def test_every_method_of_the_vendor_is_named_with_what_sends_its_request_here(sent: dict[str, str]) -> None:
    operation = operation_of(sent["request"])
    assert sent["method"] in vendor_names(operation)[sent["sdk"]]
    method = members().methods[operation.name][0]
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{method}(")]
    column = [*LIBRARIES].index(sent["sdk"])
    assert f"`{sent['method']}`" in row.strip("| ").split(" | ", 1)[1].split("|")[column]


def test_the_vendor_s_libraries_are_all_witnessed() -> None:
    assert {sent["sdk"] for sent in SENT} == LIBRARIES.keys()


def test_every_operation_of_the_document_is_in_a_library_of_the_vendor_s() -> None:
    ours = {operation.name for operation in api().operations if "x-evidence" in operation.node}
    assert [one.name for one in api().operations if one.name not in ours and not vendor_names(one)] == []


def test_the_tables_are_those_of_the_description() -> None:
    written = dict(pages(PROJECT, api().document, members(), GENERATED))
    assert {name: (PROJECT / name).read_text(encoding="utf-8") for name in written} == written


@pytest.mark.parametrize("said", [["get"], {"perl": "get"}, {"python": "get number"}, {"python": 7}])
def test_names_of_methods_that_cannot_be_read_are_refused_by_operation(said: Json) -> None:
    described: Object = {"paths": {"/v2/numbers": {"get": {"operationId": "list_numbers", "x-vendor-names": said}}}}
    (fault,) = unreadable_names(Api(described))
    assert "list_numbers: x-vendor-names has the names of methods, for python, ruby," in fault


def test_a_page_without_a_place_for_a_table_stops_the_regeneration(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    (tmp_path / MOVING).write_text("no place", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"docs/moving.md has no place for .*`client.numbers.get\(number\)`"):
        list(pages(tmp_path, api().document, members(), GENERATED))


@pytest.mark.parametrize(("resource", "method", "arguments"), re.findall(r"`client\.(\w+)\.(\w+)\((.*?)\)`", PAGE))
def test_every_method_of_ours_exists_and_takes_those_arguments(resource: str, method: str, arguments: str) -> None:
    client = FlowrouteClient(access_key="key", secret_key="key")
    found = getattr(getattr(client, resource), method)
    names = re.findall(r"(\w+)=", arguments)
    parameters = signature(found).parameters
    takes_filters = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    assert takes_filters or set(names) <= parameters.keys()
    positional = [part.lstrip("*") for part in arguments.split(", ") if part.lstrip("*").isidentifier()]
    assert [name for name in positional if name not in parameters] == []

"""What the vendor's document leaves out: added with its source, and told where the vendor has added it since."""

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regeneration import document
from regeneration.additions import EVIDENCE, add, evidence, without
from regeneration.api import Api
from regeneration.document import DocumentError, Json, Object
from regeneration.meetings import meetings, same_path
from regeneration.pipeline import Proving, StoppedError, regenerate

PROJECT = Path(__file__).parents[2]
CORRECTED = document.correct(
    document.read(PROJECT / "spec/flowroute.yaml"), document.read(PROJECT / "spec/corrections.overlay.yaml")
)
ADDITIONS = document.read(PROJECT / "spec/additions.overlay.yaml")
ACTIONS = cast("list[Object]", ADDITIONS["actions"])
COMPLETE = document.read(PROJECT / "spec/flowroute.complete.yaml")

OPERATION: Json = {"summary": "x", "responses": {"200": {"description": "x"}}}


def grown(*path: str, value: Json) -> Object:
    """Return the corrected document with something that the vendor may come to write."""
    after = copy.deepcopy(CORRECTED)
    node: Any = after
    for key in path[:-1]:
        node = node.setdefault(key, {})
    if isinstance(node.get(path[-1]), list):
        node[path[-1]].append(value)
    else:
        node[path[-1]] = value
    return after


def test_corrections_and_additions_give_the_complete_description() -> None:
    before = copy.deepcopy(CORRECTED)
    assert add(CORRECTED, ADDITIONS) == COMPLETE
    assert before == CORRECTED


@pytest.mark.parametrize("action", ACTIONS, ids=[str(action["target"]) for action in ACTIONS])
def test_every_addition_gives_its_source_and_says_how_sure_it_is(action: Object) -> None:
    assert len(str(action["description"]).split()) >= 5
    assert action["x-evidence"] in EVIDENCE
    takes_a_word_of_ours_from_a_copy = action.get("remove") is True and "['x-" in str(action["target"])
    assert len({"update", "copy"} & action.keys()) == (0 if takes_a_word_of_ours_from_a_copy else 1)


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (grown("paths", "/v2/e911s", "get", value=OPERATION), "GET /v2/e911s"),
        (grown("paths", "/v2/cnams/{id}", "patch", value=OPERATION), "PATCH /v2/cnams/{id}"),
        (
            grown("paths", "/v2/numbers/{id}", "delete", value=OPERATION),
            r"DELETE /v2/numbers/{id}, by name release_number",
        ),
        (grown("paths", "/v2.2/messages", "post", value=OPERATION), r"the path /v2\.2/messages"),
        (grown("components", "schemas", "cnam_record", value={"type": "object"}), "cnam_record"),
        (grown("components", "examples", "AreaCodes", value={"value": {}}), "AreaCodes"),
        (grown("paths", "/v2/numbers/{id}", "post", "responses", "207", value={"description": "x"}), "207"),
        (
            grown(
                *("paths", "/v2/numbers", "get", "responses", "200", "content", "application/vnd.api+json", "example"),
                value={},
            ),
            "example",
        ),
        (grown("components", "schemas", "CnamRecord", value={"type": "object"}), "CnamRecord"),
        (grown("paths", "/v2/numbers/{id}", "post", "requestBody", value={"content": {}}), "requestBody"),
        (
            grown(
                *("components", "schemas", "AccountNumber", "properties", "attributes", "properties", "tier"),
                value={"type": "string"},
            ),
            "tier",
        ),
        (
            grown(
                *("paths", "/v2/numbers", "get", "parameters"),
                value={"in": "query", "name": "alias", "schema": {"type": "string"}},
            ),
            "parameter alias",
        ),
    ],
)
def test_an_addition_that_the_vendors_document_has_by_now_stops_and_is_named(after: Object, named: str) -> None:
    with pytest.raises(DocumentError, match=rf"addition \d+ of .* meets {named}"):
        add(after, ADDITIONS)


ADDED = [
    (name, place, operation)
    for name, place, operation in document.endpoints(COMPLETE)
    if place not in {one for _, one, _ in document.endpoints(CORRECTED)}
]
"""The name, the place and the description of each operation that is added."""


def _other_parameters(path: str) -> str:
    return re.sub(r"{(\w+)}", r"{its_\1}", path)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


SPELLINGS: Mapping[str, Callable[[str, str, str], tuple[str, str, str | None]]] = {
    "as it is": lambda name, method, path: (path, method, name),
    "without a name": lambda name, method, path: (path, method, None),
    "other parameters": lambda name, method, path: (_other_parameters(path), method, name),
    "a slash at the end": lambda name, method, path: (f"{path}/", method, None),
    "capitals": lambda name, method, path: (path.replace("/v2", "/V2"), method, None),
    "the name elsewhere": lambda name, method, path: (f"/v3/{name}", "post", name),
    "the name in another form": lambda name, method, path: (f"/v3/{name}", "get", _camel(name)),
}
"""How the vendor may come to write an operation, by its name, method and path."""


def written_by_the_vendor(name: str, place: str, spelling: str) -> tuple[str, Object]:
    method, _, path = place.partition(" ")
    path, method, identity = SPELLINGS[spelling](name, method.lower(), path)
    names = re.findall(r"{([^{}]*)}", path)
    parameters = [{"in": "path", "name": one, "required": True, "schema": {"type": "string"}} for one in names]
    operation = {**cast("Object", OPERATION), "parameters": cast("Json", parameters)}
    return path, {method: operation | ({} if identity is None else {"operationId": identity})}


def with_paths(*written: tuple[str, Object]) -> Object:
    """Return the corrected document with more operations."""
    after = cast("Any", copy.deepcopy(CORRECTED))
    for path, item in written:
        after["paths"].setdefault(path, {}).update(copy.deepcopy(item))
    return cast("Object", after)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_operation_that_is_added_is_named_however_the_vendor_writes_it(spelling: str) -> None:
    vendors = {name: written_by_the_vendor(name, place, spelling) for name, place, _ in ADDED}
    sentences = [one.sentence for one in meetings(with_paths(*vendors.values()), ADDITIONS)]
    for name, (path, _) in vendors.items():
        found = [one for one in sentences if name in one or f" {path}," in one]
        assert found, (name, path)
        assert all("the vendor's document has" in one for one in found)


@given(
    st.lists(
        st.tuples(st.sampled_from(ADDED), st.sampled_from(sorted(SPELLINGS))),
        max_size=4,
        unique_by=lambda one: one[0][0],
    ),
    st.lists(
        st.sampled_from(sorted(set(Api(COMPLETE).schemas) - set(Api(CORRECTED).schemas))),
        max_size=3,
        unique=True,
    ),
)
@settings(max_examples=15, deadline=None)
def test_whatever_the_vendor_adds_of_ours_is_named_and_nothing_else(
    operations: list[tuple[tuple[str, str, Object], str]], schemas: list[str]
) -> None:
    vendors = [written_by_the_vendor(name, place, spelling) for (name, place, _), spelling in operations]
    after = cast("Any", with_paths(*vendors))
    after["components"]["schemas"].update({name: {"type": "object"} for name in schemas})
    met = list(meetings(after, ADDITIONS))
    for ((name, _, _), _), (path, _) in zip(operations, vendors, strict=True):
        assert any(name in one.sentence or f" {path}," in one.sentence for one in met)
    for schema in schemas:
        assert any(f" meets {schema}," in one.sentence for one in met)
    paths = {same_path(path) for path, _ in vendors}
    for one in met:
        words = one.sentence.partition(" meets ")[2].partition(", ")[0].split()
        known = same_path(words[-1]) in paths or words[0] in schemas or "operationId" in words
        assert known, one.sentence
    rest = without(ADDITIONS, met)
    assert list(meetings(after, rest)) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"in": "query", "name": "alias", "schema": {"type": "string"}},
        {"$ref": "#/components/parameters/Name"},
    ],
)
@pytest.mark.parametrize("place", [("get", "parameters"), ("parameters",)])
def test_a_parameter_is_met_that_is_referred_to_or_that_the_whole_path_has(
    entry: Object, place: tuple[str, ...]
) -> None:
    after = cast("Any", copy.deepcopy(CORRECTED))
    node = after["paths"]["/v2/numbers"]
    for key in place[:-1]:
        node = node[key]
    node.setdefault(place[-1], []).append(entry)
    after["components"]["parameters"] = {"Name": {"in": "query", "name": "alias", "schema": {"type": "string"}}}
    assert [one.sentence.partition(" meets ")[2].partition(",")[0] for one in meetings(after, ADDITIONS)] == [
        "parameter alias"
    ]


def test_other_examples_of_the_vendors_are_no_meeting() -> None:
    after = grown("components", "examples", "Else", value={"value": {}})
    assert cast("Any", add(after, ADDITIONS))["components"]["examples"].keys() >= {"Else", "AreaCodes"}


def test_a_path_that_the_vendor_spells_otherwise_is_named_as_what_to_write() -> None:
    after = with_paths(("/v2/cnams/{id}", {"head": cast("Object", OPERATION)}))
    with pytest.raises(DocumentError, match=r"meets the path /v2/cnams/{id}, as which .* write the addition so"):
        add(after, ADDITIONS)


def test_a_meeting_stops_the_whole_regeneration_and_stands_in_its_report(tmp_path: Path) -> None:
    vendors = (PROJECT / "spec/flowroute.yaml").read_text(encoding="utf-8")
    responses = "\n  /v2/cnams/:\n    get: {summary: x, responses: {200: {description: x}}}\n"
    newer = tmp_path / "flowroute.yaml"
    newer.write_text(vendors.replace("\npaths:\n", f"\npaths:{responses}", 1), encoding="utf-8")
    with pytest.raises(StoppedError, match=r"meets the path /v2/cnams/|meets GET /v2/cnams/"):
        regenerate(newer, tmp_path / "out", PROJECT, proving=Proving.NOTHING)
    assert not (tmp_path / "out").exists()


def test_all_additions_that_are_met_are_named_at_once() -> None:
    after = grown("paths", "/v2/e911s", "get", value=OPERATION)
    after = cast("Any", after)
    after["paths"]["/v2/cnams"] = {"get": OPERATION, "post": OPERATION}
    with pytest.raises(DocumentError) as caught:
        add(after, ADDITIONS)
    assert [line.split(" meets ")[1].partition(",")[0] for line in str(caught.value).splitlines()] == [
        "GET /v2/e911s",
        "GET /v2/cnams",
        "POST /v2/cnams",
    ]


def test_what_the_vendor_adds_beside_the_additions_disturbs_nothing() -> None:
    after = grown("paths", "/v2/e911s", "put", value={**cast("Object", OPERATION), "x-repeatable": True})
    assert "put" in cast("Any", add(after, ADDITIONS))["paths"]["/v2/e911s"]


@pytest.mark.parametrize("word", ["x-evidence", "x-source"])
def test_an_operation_that_does_not_say_what_it_rests_on_is_refused_by_name(word: str) -> None:
    broken = cast("Any", copy.deepcopy(ADDITIONS))
    (action,) = [one for one in broken["actions"] if "/v2/cnams" in one.get("update", {})]
    del action["update"]["/v2/cnams"]["post"][word]
    with pytest.raises(DocumentError, match=r"create_cnam_record \(POST /v2/cnams\) does not say what it rests on"):
        add(CORRECTED, broken)


def test_the_list_has_every_operation_with_how_sure_it_is_and_its_source() -> None:
    rows = {name: (place, sure, source) for name, place, sure, source in evidence(COMPLETE)}
    assert rows.keys() == document.operations(COMPLETE).keys()
    assert rows["get_number"] == ("GET /v2/numbers/{id}", "document", "the vendor's OpenAPI document")
    assert rows["get_number_callback"][1] == "inferred"
    assert rows["list_cnam_records"][1] == "observed"
    assert {sure for _, sure, _ in rows.values()} <= {"document", *EVIDENCE}

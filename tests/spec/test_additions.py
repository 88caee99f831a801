"""What the vendor's document leaves out: added with its source, and told where the vendor has added it since."""

import copy
from pathlib import Path
from typing import Any, cast

import pytest

from regeneration import document
from regeneration.additions import EVIDENCE, add, evidence
from regeneration.document import DocumentError, Json, Object

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
        (grown("paths", "/v2/numbers/{id}", "delete", value=OPERATION), "delete"),
        (grown("paths", "/v2.2/messages", "post", value=OPERATION), r"\$\.paths\['/v2\.2/messages'\]"),
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

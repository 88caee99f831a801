"""How each operation may be treated: what the description must say of it, and what comes of that."""

import copy
from pathlib import Path
from typing import cast

import pytest

import document
from behaviour import behaviours, key
from document import DocumentError, Json, Object

PROJECT = Path(__file__).parents[2]
COMPLETE = document.read(PROJECT / "spec/flowroute.corrected.yaml")


def changed(name: str, **words: Json) -> Object:
    """Return the description with other words on one operation; None takes a word away."""
    after = copy.deepcopy(COMPLETE)
    operation = document.operations(after)[name]
    for word, value in words.items():
        operation[f"x-{word.replace('_', '-')}"] = value
        if value is None:
            del operation[f"x-{word.replace('_', '-')}"]
    return after


@pytest.mark.parametrize(
    "name", [name for name, place, _ in document.endpoints(COMPLETE) if not place.startswith("GET ")]
)
def test_a_change_that_does_not_say_whether_it_can_be_repeated_is_refused_by_name(name: str) -> None:
    with pytest.raises(DocumentError, match=rf"{name} \(\w+ /v2.*\) does not say whether sending it twice"):
        behaviours(changed(name, repeatable=None))


def test_an_operation_without_a_name_is_refused_by_its_path() -> None:
    after = copy.deepcopy(COMPLETE)
    cast("dict[str, Object]", after["paths"])["/v2/new"] = {"put": {"responses": {"204": {"description": "done"}}}}
    with pytest.raises(DocumentError, match="PUT /v2/new"):
        behaviours(after)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"repeatable": "yes"}, "x-repeatable is true or false, not 'yes'"),
        ({"charges": 1}, "x-charges is true or false, not 1"),
        ({"done_if_gone": "no"}, "x-done-if-gone is true or false"),
        ({"rate_group": "fax"}, "x-rate-group is one of api, sms, mms, not fax"),
        ({"rate_group_with": {"fax": ["body"]}}, "x-rate-group is one of api, sms, mms, not fax"),
        ({"look_at": ["here"]}, "x-look-at is a text"),
        ({"expected_id": "number"}, "x-expected-id names no parameter of the path: number"),
    ],
)
def test_a_word_that_cannot_be_is_refused_with_its_operation(words: dict[str, Json], said: str) -> None:
    with pytest.raises(DocumentError, match=f"set_primary_route: {said}"):
        behaviours(changed("set_primary_route", **words))


def test_the_id_of_an_answer_is_expected_where_the_path_ends_with_it() -> None:
    found = behaviours(COMPLETE)
    assert found[key("get", "/v2/numbers/{id}")].expected_id == "id"
    assert found[key("post", "/v2/numbers/{id}")].expected_id == "id"
    assert found[key("get", "/v2.1/messages/{id}")].expected_id == "id"
    assert found[key("get", "/v2/numbers")].expected_id is None
    assert found[key("patch", "/v2/numbers/{number_id}/relationships/primary_route")].expected_id is None


def test_an_operation_may_say_which_id_its_answer_carries() -> None:
    assert behaviours(changed("get_number", expected_id=False))[key("get", "/v2/numbers/{id}")].expected_id is None
    treated = behaviours(changed("set_primary_route", expected_id="number_id"))
    assert treated[key("patch", "/v2/numbers/{number_id}/relationships/primary_route")].expected_id == "number_id"

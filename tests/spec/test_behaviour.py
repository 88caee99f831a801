"""How each operation may be treated: what the description must say of it, and what comes of that."""

import copy
from pathlib import Path
from typing import cast

import pytest

from flowroute_openapi import update_number
from flowroute_openapi.models import NumberChange
from regeneration import document
from regeneration.behaviour import behaviours
from regeneration.document import DocumentError, Json, Object

PROJECT = Path(__file__).parents[2]
COMPLETE = document.read(PROJECT / "spec/flowroute.complete.yaml")


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
    assert found["GET /v2/numbers/{}"].expected_id == "id"
    assert found["POST /v2/numbers/{}"].expected_id == "id"
    assert found["GET /v2.1/messages/{}"].expected_id == "id"
    assert found["GET /v2/numbers"].expected_id is None
    assert found["PATCH /v2/numbers/{}/relationships/primary_route"].expected_id is None


def test_a_body_can_make_a_call_one_that_must_not_be_repeated() -> None:
    assert behaviours(COMPLETE)["PATCH /v2/numbers/{}"].not_repeatable_with == ("messaging_enabled",)
    assert update_number("12065550100", NumberChange(alias="x")).repeatable
    assert not update_number("12065550100", NumberChange(messaging_enabled=True)).repeatable


def test_two_operations_that_only_names_of_parameters_tell_apart_are_refused() -> None:
    after = copy.deepcopy(COMPLETE)
    paths = cast("dict[str, Object]", after["paths"])
    paths["/v2/cnams/{id}"] = {"get": paths["/v2/cnams/{record_id}"]["get"]}
    with pytest.raises(DocumentError, match=r"get_cnam_record \(GET /v2/cnams/{id}\) is told from another operation"):
        behaviours(after)


def test_an_operation_may_say_which_id_its_answer_carries() -> None:
    assert behaviours(changed("get_number", expected_id=False))["GET /v2/numbers/{}"].expected_id is None
    treated = behaviours(changed("set_primary_route", expected_id="number_id"))
    assert treated["PATCH /v2/numbers/{}/relationships/primary_route"].expected_id == "number_id"

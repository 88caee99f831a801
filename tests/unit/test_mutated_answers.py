"""Answers that differ from what the vendor prints: a value or a typed error, and never another exception."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flowroute_async import InvalidResponseError, RawResponse
from flowroute_async.decoding import decoded
from flowroute_async.errors import status_error
from flowroute_async.resources.number_details import NumberDetails, number_details
from flowroute_openapi import (
    Model,
    Operation,
    associate_cnam_record,
    create_route,
    get_cnam_record,
    get_e911_address,
    get_message,
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_cnam_records,
    list_e911_addresses,
    list_e911_numbers,
    list_messages,
    list_numbers,
    list_routes,
    purchase_number,
    search_available_numbers,
    send_message,
)
from flowroute_openapi.models import (
    NewMessage,
    NewRoute,
    NewRouteAttributes,
    NewRouteDocument,
    NumberDocument,
)

BODIES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)
_ROUTE = NewRouteDocument(data=NewRoute(attributes=NewRouteAttributes(alias="a", route_type="host", value="h")))
OPERATIONS: dict[str, Operation[object]] = {
    "area_codes": list_available_area_codes(),
    "exchanges": list_available_exchanges(),
    "search": search_available_numbers(),
    "purchase": purchase_number("12065550100"),
    "account_numbers": list_numbers(),
    "number_details": get_number("12065550100"),
    "route_created": create_route(_ROUTE),
    "routes": list_routes(),
    "message_sent": send_message(NewMessage(from_="12065550100", to="12065550101", body="x")),
    "messages": list_messages(start_date=date(2017, 12, 1)),
    "message_details": get_message("mdr2-1"),
    "e911_list": list_e911_addresses(),
    "e911_details": get_e911_address("1"),
    "e911_numbers": list_e911_numbers("1"),
    "cnam_list": list_cnam_records(),
    "cnam_details": get_cnam_record("1"),
    "cnam_associated": associate_cnam_record("12065550100", "1"),
}
ERROR_BODY = {
    "errors": [
        {"id": "15eb464e", "status": 422, "title": "Unprocessable", "detail": "A sentence."},
        {"detail": {"data": {"attributes": {"zip": ["ZIP code must be at least 4 digits long"]}}}, "status": 422},
    ]
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2017-12-22T01:52:39.39Z", "NaN", "Infinity", "$0.0040", "0", "", "true", "9" * 400])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every member of a body."""
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def mutated(draw: st.DrawFn, body: Any) -> Any:
    """Change a body in one to three places: drop, null, retype, rename or add a member."""
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(body))
        if not found:
            break
        *path, key = draw(st.sampled_from(found))
        parent = body
        for step in path:
            parent = parent[step]
        match draw(st.sampled_from(["drop", "null", "retype", "rename", "add"])):
            case "drop":
                del parent[key]
            case "null":
                parent[key] = None
            case "retype":
                parent[key] = draw(values)
            case "rename" if isinstance(parent, dict):
                parent[draw(st.text(max_size=8))] = parent.pop(key)
            case _:
                if isinstance(parent, dict):
                    parent[draw(st.text(max_size=8))] = draw(values)
                else:
                    parent.append(draw(values))
    return body


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(sorted(OPERATIONS)))
    return name, json.dumps(mutated(draw, BODIES[name])).encode()


@st.composite
def error_bodies(draw: st.DrawFn) -> bytes:
    return json.dumps(mutated(draw, ERROR_BODY)).encode()


def answered(operation: Operation[object], content: bytes, status: int = 200) -> RawResponse[object]:
    return RawResponse(operation, status, {"content-type": "application/vnd.api+json"}, content, 0.1, 1)


def checked(operation: Operation[object], content: bytes) -> None:
    """Decode an answer, and use what comes of it as the facade does."""
    raw, failure, value = answered(operation, content), None, None
    try:
        value = decoded(raw)
    except InvalidResponseError as error:
        failure = error
    if failure is not None:
        assert failure.raw is raw
        assert str(failure)
        return
    assert isinstance(value, Model)
    with suppress(ValidationError):  # what one pass refuses is read field by field
        assert value == type(value).model_validate_json(content)
        assert not value.unread
    if isinstance(value, NumberDocument):
        details = number_details(value)
        assert isinstance(details, NumberDetails)
        assert details.primary_route_id is None or isinstance(details.primary_route_id, str)
        assert details.primary_route is None or details.primary_route.id == details.primary_route_id
        assert details.failover_route_id is None or isinstance(details.failover_route_id, str)
        assert repr(details)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_bodies_themselves_decode(name: str) -> None:
    assert isinstance(decoded(answered(OPERATIONS[name], json.dumps(BODIES[name]).encode())), Model)


@given(answers())
@settings(max_examples=500)
def test_a_mutated_body_is_a_value_or_a_typed_error(answer: tuple[str, bytes]) -> None:
    name, content = answer
    checked(OPERATIONS[name], content)


@given(st.sampled_from(sorted(OPERATIONS)), values)
def test_any_json_is_a_value_or_a_typed_error(name: str, value: Any) -> None:
    checked(OPERATIONS[name], json.dumps(value).encode())


@given(st.sampled_from(sorted(OPERATIONS)), st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_typed_error(name: str, content: bytes) -> None:
    checked(OPERATIONS[name], content)


@given(st.sampled_from(sorted(OPERATIONS)), st.data())
def test_a_truncated_body_is_a_typed_error(name: str, data: st.DataObject) -> None:
    whole = json.dumps(BODIES[name]).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(InvalidResponseError):
        decoded(answered(OPERATIONS[name], cut))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_member_may_be_dropped_or_null_without_another_exception(name: str) -> None:
    for *path, key in places(BODIES[name]):
        for change in ("drop", "null"):
            body = copy.deepcopy(BODIES[name])
            parent = body
            for step in path:
                parent = parent[step]
            if change == "drop":
                del parent[key]
            else:
                parent[key] = None
            checked(OPERATIONS[name], json.dumps(body).encode())


@given(error_bodies(), st.sampled_from([400, 401, 403, 404, 405, 415, 418, 422, 429, 500, 503]))
@settings(max_examples=300)
def test_a_mutated_error_body_still_gives_the_error_of_its_status(content: bytes, status: int) -> None:
    error = status_error(answered(OPERATIONS["search"], content, status))
    assert error.status_code == status
    assert f"HTTP {status}" in str(error)
    assert error.request_id is None or isinstance(error.request_id, str)
    assert all(path for path, _ in error.field_errors)


@given(st.binary(max_size=60))
def test_any_bytes_as_error_body_still_give_the_error_of_its_status(content: bytes) -> None:
    assert status_error(answered(OPERATIONS["search"], content, 404)).status_code == 404


@pytest.mark.parametrize(
    ("change", "wire", "field", "value"),
    [
        ("an integer as text", "4000000", "amount_nanodollars", 4_000_000),
        ("an open enumeration", "short-code", "message_type", "short-code"),
        ("a code of numbers", 1003, "to", "1003"),
        ("nothing", None, "body", None),
    ],
)
def test_values_that_the_vendor_is_known_to_vary_are_read(change: str, wire: object, field: str, value: object) -> None:
    body = copy.deepcopy(BODIES["message_details"])
    body["data"]["attributes"][field] = wire
    document = decoded(answered(OPERATIONS["message_details"], json.dumps(body).encode()))
    assert getattr(document.data, field) == value  # type: ignore[attr-defined]  # the operations are typed by object here


def test_the_text_of_an_unreadable_answer_names_the_place_and_shows_no_value() -> None:
    body = copy.deepcopy(BODIES["message_details"])
    body["data"]["attributes"]["from"] = ["call 12065550100 at home"]
    with pytest.raises(InvalidResponseError) as caught:
        decoded(answered(OPERATIONS["message_details"], json.dumps(body).encode()))
    assert "data.attributes.from" in str(caught.value)
    assert "12065550100" not in str(caught.value) + repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__

"""The vendor's document, its corrections, and what comes of applying them."""

import copy
import hashlib
from pathlib import Path
from typing import cast

import pytest
from openapi_spec_validator import validate

from regeneration import document
from regeneration.document import DocumentError, Json, Object

PROJECT = Path(__file__).parents[2]
VENDOR = document.read(PROJECT / "spec/flowroute.yaml")
OVERLAY = document.read(PROJECT / "spec/corrections.overlay.yaml")
ACTIONS = cast("list[Object]", OVERLAY["actions"])
COMPLETE = document.read(PROJECT / "spec/flowroute.complete.yaml")

KNOWN_CHECKSUM = "f5abdaf04db6c13775eeb110deb57fb7eb0aa12bb89d1597cb9c5b3162c79276"

OPERATIONS = {
    "send_message": ("post", "/v2.1/messages"),
    "list_messages": ("get", "/v2.1/messages"),
    "get_message": ("get", "/v2.1/messages/{id}"),
    "list_numbers": ("get", "/v2/numbers"),
    "get_number": ("get", "/v2/numbers/{id}"),
    "purchase_number": ("post", "/v2/numbers/{id}"),
    "search_available_numbers": ("get", "/v2/numbers/available"),
    "list_available_area_codes": ("get", "/v2/numbers/available/areacodes"),
    "list_available_exchanges": ("get", "/v2/numbers/available/exchanges"),
    "set_primary_route": ("patch", "/v2/numbers/{number_id}/relationships/primary_route"),
    "set_failover_route": ("patch", "/v2/numbers/{number_id}/relationships/failover_route"),
    "create_route": ("post", "/v2/routes"),
    "list_routes": ("get", "/v2/routes"),
}
ERROR_STATUSES = {"400", "401", "403", "404", "415", "422", "429", "500", "503"}
DIGIT_STRINGS = {
    "search_available_numbers": ("starts_with", "contains", "ends_with"),
    "list_numbers": ("starts_with", "contains", "ends_with"),
    "list_available_exchanges": ("areacode",),
    "get_number": ("id",),
    "purchase_number": ("id",),
    "set_primary_route": ("number_id",),
    "set_failover_route": ("number_id",),
}


def at(tree: Json, path: str) -> Json:
    """Follow a path of keys, through references."""
    for key in path.split(" "):
        assert isinstance(tree, dict)
        tree = document.resolve(COMPLETE, tree)[key]
    return document.resolve(COMPLETE, tree) if isinstance(tree, dict) else tree


def schema(path: str) -> Object:
    return cast("Object", at(COMPLETE, f"components schemas {path}"))


def parameter(operation: str, name: str) -> Object:
    found = document.parameters(COMPLETE, document.operations(COMPLETE)[operation])
    (one,) = [each for each in found if each["name"] == name]
    return one


def answer(operation: str, status: str) -> Object:
    place = document.operations(COMPLETE)[operation]
    return cast("Object", at(place, f"responses {status} content application/vnd.api+json schema"))


def test_the_vendors_document_is_untouched() -> None:
    content = (PROJECT / "spec/flowroute.yaml").read_bytes()
    recorded = (PROJECT / "spec/flowroute.yaml.sha256").read_text(encoding="utf-8")
    assert hashlib.sha256(content).hexdigest() == KNOWN_CHECKSUM
    assert recorded == f"{KNOWN_CHECKSUM}  flowroute.yaml\n"


def test_the_complete_description_is_valid() -> None:
    validate(COMPLETE)
    document.check(COMPLETE)


@pytest.mark.parametrize("action", ACTIONS, ids=[str(action["target"]) for action in ACTIONS])
def test_every_action_gives_its_evidence(action: Object) -> None:
    description = action.get("description")
    assert isinstance(description, str)
    assert len(description.split()) >= 5
    assert len({"update", "remove", "copy"} & action.keys()) == 1


def test_every_action_changes_something() -> None:
    before = copy.deepcopy(VENDOR)
    for action in ACTIONS:
        after = document.correct(copy.deepcopy(before), {"actions": [action]})
        assert after != before, action["target"]
        before = after


def test_an_action_without_a_match_stops_and_is_named() -> None:
    actions: list[Json] = [
        {"target": "$.info", "description": "matches", "update": {"title": "x"}},
        {"target": "$.paths['/v2/gone'].get", "description": "The evidence of it.", "update": {"summary": "x"}},
    ]
    with pytest.raises(DocumentError) as caught:
        document.correct(copy.deepcopy(VENDOR), {"actions": actions})
    assert "action 2 matches nothing: $.paths['/v2/gone'].get" in str(caught.value)
    assert "The evidence of it." in str(caught.value)


def test_an_action_whose_fault_the_vendor_mended_stops_and_is_named() -> None:
    mended = copy.deepcopy(VENDOR)
    numbers = cast("dict[str, Object]", mended["paths"])["/v2/numbers"]
    get = cast("Object", numbers["get"])
    get["parameters"] = [one for one in document.parameters(mended, get) if one["name"] != "ends_with"]
    available = cast("Object", cast("dict[str, Object]", mended["paths"])["/v2/numbers/available"]["get"])
    available["parameters"] = [one for one in document.parameters(mended, available) if one["name"] != "ends_with"]
    with pytest.raises(DocumentError, match=r"@\.name=='ends_with'"):
        document.correct(mended, OVERLAY)


def test_copying_from_nothing_stops_and_is_named() -> None:
    action: Json = {"target": "$.components.schemas.New", "description": "x", "copy": "$.components.schemas.Gone"}
    with pytest.raises(DocumentError, match=r"action 1 copies from nothing: \$\.components\.schemas\.Gone"):
        document.correct(copy.deepcopy(VENDOR), {"actions": [action]})


def test_the_operations_of_the_document_have_names() -> None:
    found = {place: name for name, place, _ in document.endpoints(COMPLETE)}
    assert {name: (method, path) for name, (method, path) in OPERATIONS.items()} == {
        found[place]: (place.split(" ")[0].lower(), place.split(" ")[1]) for _, place, _ in document.endpoints(VENDOR)
    }


@pytest.mark.parametrize(("items", "single"), [("Numbers", "Number"), ("MDRSet", "MDR2")])
def test_list_items_are_flat_resources(items: str, single: str) -> None:
    item = schema(f"{items} properties data items")
    assert item == schema(f"{single} properties data")
    assert set(cast("Object", item["properties"])) >= {"id", "type", "attributes"}
    assert "data" not in cast("Object", item["properties"])


@pytest.mark.parametrize(
    ("operation", "name"), [(operation, name) for operation, names in DIGIT_STRINGS.items() for name in names]
)
def test_phone_numbers_in_requests_are_digit_strings(operation: str, name: str) -> None:
    found = cast("Object", parameter(operation, name)["schema"])
    assert found["type"] == "string"
    assert "[0-9]" in str(found["pattern"])
    assert isinstance(found["example"], str)


@pytest.mark.parametrize(
    "place",
    [
        "PurchasableNumbers properties data items properties attributes properties value",
        "AccountNumber properties attributes properties value",
    ],
)
def test_phone_numbers_in_responses_are_strings(place: str) -> None:
    assert schema(place)["type"] == "string"


def test_the_displayed_amount_is_a_text_with_its_currency_sign() -> None:
    found = schema("MessageRecord properties attributes properties amount_display")
    assert found["type"] == "string"
    assert found["example"] == "$0.0040"
    assert "format" not in found


def test_the_amount_in_nanodollars_is_a_whole_number() -> None:
    assert schema("MessageRecord properties attributes properties amount_nanodollars")["type"] == "integer"


@pytest.mark.parametrize("name", ["cnam_preset", "e911_address", "failover_route", "primary_route"])
def test_relationship_data_is_null_or_an_object_with_an_id(name: str) -> None:
    relationship = schema(f"NumberRelationships properties {name} properties data")
    identifier, null = cast("list[Object]", relationship["anyOf"])
    assert document.resolve(COMPLETE, identifier)["required"] == ["id"]
    assert null["enum"] == [None]


@pytest.mark.parametrize(
    "place",
    [
        "AccountNumber properties attributes properties alias",
        "AccountNumber properties attributes properties rate_center",
        "AccountNumber properties attributes properties state",
        "PurchasableNumbers properties data items properties attributes properties rate_center",
        "PurchasableNumbers properties data items properties attributes properties state",
        "IncludedRoutes properties attributes properties value",
        "MessageRecord properties attributes properties body",
        "MessageRecord properties attributes properties delivery_receipts items properties status_code",
        "MessageRecord properties attributes properties delivery_receipts items properties status_code_description",
    ],
)
def test_fields_that_real_bodies_leave_null_may_be_null(place: str) -> None:
    found = schema(place)
    forms = cast("list[Object]", found.get("anyOf", [found]))
    assert any(form.get("nullable") is True for form in forms)


@pytest.mark.parametrize(
    "place",
    [
        "AccountNumber properties attributes properties number_type",
        "PurchasableNumbers properties data items properties attributes properties number_type",
        "MessageRecord properties attributes properties message_type",
        "IncludedRoutes properties attributes properties route_type",
        "AvailableCodes properties data items properties type",
    ],
)
def test_enumerations_are_open(place: str) -> None:
    found = schema(place)
    assert "enum" not in found
    known, anything = cast("list[Object]", found["anyOf"])
    assert known["enum"]
    assert anything == {"type": "string"}


def test_a_created_route_is_answered_with_a_body() -> None:
    assert "data" in cast("Object", answer("create_route", "201")["properties"])


def test_error_detail_is_anything_and_id_and_title_may_be_missing() -> None:
    error = schema("Error properties errors items")
    assert "required" not in error
    assert "type" not in cast("Object", at(error, "properties detail"))


def test_details_of_a_number_and_of_a_message_bring_related_resources() -> None:
    assert {"included", "links"} <= cast("Object", answer("get_number", "200")["properties"]).keys()
    assert {"included", "links"} <= cast("Object", answer("purchase_number", "201")["properties"]).keys()
    assert "included" in cast("Object", answer("get_message", "200")["properties"])


@pytest.mark.parametrize(
    "operation",
    [
        "list_numbers",
        "search_available_numbers",
        "list_available_area_codes",
        "list_available_exchanges",
        "list_routes",
    ],
)
def test_every_list_has_a_link_to_its_next_page(operation: str) -> None:
    links = cast("Object", at(answer(operation, "200"), "properties links"))
    assert {"next", "self"} <= cast("Object", links["properties"]).keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_lists_every_error_with_its_body(operation: str) -> None:
    responses = cast("Object", document.operations(COMPLETE)[operation]["responses"])
    assert responses.keys() >= ERROR_STATUSES
    for status in ERROR_STATUSES:
        assert "errors" in cast("Object", answer(operation, status)["properties"])


def test_the_newer_filters_are_there() -> None:
    search = {
        str(one["name"])
        for one in document.parameters(COMPLETE, document.operations(COMPLETE)["search_available_numbers"])
    }
    assert search >= {"number_type", "iso_country", "order_by"}
    assert parameter("list_numbers", "alias")


def test_a_parameter_in_a_cookie_is_refused_by_name() -> None:
    changed = copy.deepcopy(COMPLETE)
    listed = cast("list[Json]", document.operations(changed)["list_routes"]["parameters"])
    listed.append({"in": "cookie", "name": "trace", "schema": {"type": "string"}})
    with pytest.raises(DocumentError, match=r"list_routes \(GET /v2/routes\): the cookie parameter trace"):
        document.check(changed)


def test_an_invalid_document_is_refused() -> None:
    changed = copy.deepcopy(COMPLETE)
    del changed["info"]
    with pytest.raises(DocumentError, match="not valid OpenAPI"):
        document.check(changed)


def test_a_reference_to_nothing_is_refused() -> None:
    changed = copy.deepcopy(COMPLETE)
    cast("Object", at(changed, "components schemas"))["Lost"] = {"$ref": "#/components/schemas/Nowhere"}
    with pytest.raises(DocumentError, match="Nowhere"):
        document.check(changed)


@pytest.mark.parametrize("text", ["- a list", "42", "", "{unclosed: [", "a: *unknown"])
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"odd\.yaml"):
        document.read(file)


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"missing\.yaml"):
        document.read(tmp_path / "missing.yaml")

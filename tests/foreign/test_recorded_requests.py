"""Requests of the vendor's own SDKs, recorded byte for byte, get the status and the shape that their READMEs print."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.foreign.account_in_use import NUMBER, AccountInUse, client

RECORDED: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "fixtures/vendor_sdk_wire.jsonl").read_text(encoding="utf-8").splitlines()
]

Shape = Callable[[Any], bool]


def keys(*wanted: str) -> Shape:
    return lambda value: isinstance(value, dict) and set(value) == set(wanted)


NUMBER_KEYS = keys("rate_center", "value", "alias", "state", "number_type", "cnam_lookups_enabled")
FOR_SALE_KEYS = keys("rate_center", "value", "monthly_cost", "state", "number_type", "setup_cost")
ROUTE_KEYS = keys("route_type", "alias", "value")
STORED_ADDRESS_KEYS = keys(
    "label", "first_name", "last_name", "street_number", "street_name", "address_type", "address_type_number", "city",
    "state", "country", "zip",
)  # fmt: skip
# Without a unit, an address that was just created or changed comes without the two fields of the unit.
NEW_ADDRESS_KEYS = keys(
    "label", "first_name", "last_name", "street_number", "street_name", "city", "state", "country", "zip"
)
NAME_KEYS = keys("approval_datetime", "creation_datetime", "is_approved", "rejection_reason", "value")


def lists(kind: str, attributes: Shape | None) -> Shape:
    """Accept a list of resources of one kind, with links."""

    def fits(body: Any) -> bool:
        items = body["data"]
        return (
            set(body) == {"data", "links"}
            and "self" in body["links"]
            and all(item["type"] == kind and isinstance(item["id"], str) for item in items)
            and (attributes is None or all(attributes(item["attributes"]) for item in items))
        )

    return fits


def one(kind: str, attributes: Shape) -> Shape:
    """Accept one resource of a kind."""
    return lambda body: body["data"]["type"] == kind and attributes(body["data"]["attributes"])


def empty(body: Any) -> bool:
    return body is None


def refused(*named: str) -> Shape:
    """Accept an error whose detail names these fields."""
    return lambda body: all(name in json.dumps(body["errors"][0]["detail"]) for name in named)


@dataclass(frozen=True)
class Answer:
    """What the SDK's README prints, or its author must have met."""

    status: int
    shape: Shape


SENT = Answer(202, lambda body: keys("links", "type", "id")(body["data"]) and body["data"]["id"].startswith("mdr2-"))
DONE = Answer(204, empty)
ANSWERS = [
    # The Ruby SDK.
    Answer(200, one("number", lambda attributes: attributes["alias"] == "Flowroute")),
    Answer(400, refused()),  # it writes its own notation for JSON: a fault of the SDK
    Answer(400, refused()),  # likewise
    DONE,
    Answer(201, one("e911", NEW_ADDRESS_KEYS)),
    Answer(200, one("e911", NEW_ADDRESS_KEYS)),
    Answer(201, one("cnam", lambda attributes: attributes["value"] == "HARRY")),
    Answer(200, lambda body: keys("hypernetwork_enabled", "nonportable", "portable")(body["data"])),
    Answer(422, refused("from", "to", "body")),
    # The PHP SDK.
    Answer(200, lists("number", NUMBER_KEYS)),
    Answer(200, lambda body: set(body) == {"data", "included", "links"} and NUMBER_KEYS(body["data"]["attributes"])),
    Answer(200, lists("number", FOR_SALE_KEYS)),
    Answer(200, lists("areacode", None)),
    Answer(200, lists("exchange", None)),
    Answer(200, one("number", lambda attributes: attributes["alias"] == "Flowroute")),
    Answer(201, one("route", ROUTE_KEYS)),
    Answer(201, one("route", ROUTE_KEYS)),
    Answer(200, lambda body: lists("route", ROUTE_KEYS)(body) and body["data"][0]["id"] == "0"),
    DONE,
    DONE,
    Answer(
        200,
        lambda body: all(item["type"] == "edge_strategy" and item["id"] == int(item["id"]) for item in body["data"]),
    ),
    SENT,
    SENT,
    Answer(200, lambda body: body == {"data": [], "links": {}}),
    DONE,
    DONE,
    DONE,
    DONE,
    DONE,
    Answer(201, one("e911", NEW_ADDRESS_KEYS)),
    Answer(200, lists("e911", STORED_ADDRESS_KEYS)),
    Answer(422, refused("address_type")),  # the recording gave it "b"
    Answer(200, lists("number", None)),
    Answer(201, one("cnam", lambda attributes: NAME_KEYS(attributes) and attributes["value"] == "FLOWROUTEABCD")),
    Answer(200, lambda body: lists("cnam", NAME_KEYS)(body) and "is_approved=True" in body["links"]["self"]),
    Answer(200, lists("cnam", NAME_KEYS)),
    Answer(202, lambda body: body["data"]["id"] is None and keys("date_created")(body["data"]["attributes"])),
]


def with_ids(text: str, account: AccountInUse) -> str:
    """Put the account's ids in place of those that the recording had, or had none."""
    for recorded, real in (
        ("/numbers/12/", f"/numbers/{NUMBER}/"),
        ("/e911s/relationships", f"/e911s/{account.address}/relationships"),
        ('"id": ""', f'"id": "{account.route}"'),
    ):
        text = text.replace(recorded, real)
    ends = {
        "/numbers/12": f"/numbers/{NUMBER}",
        "/e911s/1": f"/e911s/{account.address}",
        "/e911s/": f"/e911s/{account.address}",
    }
    return next((text.removesuffix(end) + real for end, real in ends.items() if text.endswith(end)), text)


def test_each_recorded_request_has_its_answer() -> None:
    assert len(RECORDED) == len(ANSWERS) == 37


@pytest.mark.parametrize(
    ("recorded", "expected"),
    list(zip(RECORDED, ANSWERS, strict=True)),
    ids=[f"{one['sdk']} {one['method']} {one['path'].partition('?')[0]} {index}" for index, one in enumerate(RECORDED)],
)
def test_a_recorded_request_gets_what_the_readme_prints(
    account: AccountInUse, recorded: dict[str, Any], expected: Answer
) -> None:
    headers = {"accept": recorded["accept"]}
    if recorded["content_type"] is not None:
        headers["content-type"] = recorded["content_type"]
    with client(account.url) as api:
        answer = api.request(
            recorded["method"],
            with_ids(recorded["path"], account),
            content=with_ids(recorded["body"], account).encode() or None,
            headers=headers,
        )
    assert answer.status_code == expected.status, answer.text
    assert expected.shape(answer.json() if answer.content else None), answer.text


JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
MESSAGE = f'{{"from": "{NUMBER}", "to": "12065550123", "body": "This is a test"}}'
WRAPPED = f'{{"data": {{"type": "message", "attributes": {MESSAGE}}}}}'
ROUTE = '{"data": {"type": "route", "id": "ROUTE"}}'
ALIAS = '{"type": "number", "alias": "Flowroute"}'
CALLBACK = '{"data": {"attributes": {"callback_url": "http://example.com/x"}}}'
DERIVED: list[tuple[str, str, str, str | None, str, int]] = [
    # The .NET SDK labels all of this as text.
    (".net", "PATCH", f"/v2/numbers/{NUMBER}/relationships/primary_route", PLAIN, ROUTE, 204),
    (".net", "PATCH", f"/v2/numbers/{NUMBER}/relationships/failover_route", PLAIN, ROUTE, 204),
    (".net", "PATCH", f"/v2/numbers/{NUMBER}", PLAIN, ALIAS, 200),
    (".net", "POST", f"/v2/numbers/{NUMBER}/relationships/dlr_callback", PLAIN, CALLBACK, 204),
    (".net", "POST", "/v2.1/messages", PLAIN, MESSAGE, 202),
    (".net", "PUT", "/v2.1/messages/sms_callback", PLAIN, CALLBACK, 204),
    (".net", "GET", "/v2/cnams?starts_with=O&ends_with=E&contains=F", None, "", 200),
    # The Python SDK sends most of its bodies without any label, and a form.
    ("python", "POST", "/v2.1/messages", None, WRAPPED, 202),
    ("python", "PATCH", f"/v2/numbers/{NUMBER}", None, ALIAS, 200),
    ("python", "POST", "/v2/cnams", FORM, "value=Bob+Law", 201),
    ("python", "POST", "/v2/portorders/portability", FORM, "numbers=%2B14254664444", 200),
    ("python", "PUT", "/v2.1/messages/mms_callback", None, CALLBACK, 204),
    ("python", "GET", "/v2/cnams?is_approved=True&limit=10&offset=0", None, "", 200),
    ("python", "PATCH", f"/v2/numbers/{NUMBER}/relationships/e911s/ADDRESS", None, "", 204),
    # The Node SDK labels JSON as JSON.
    ("node", "POST", "/v2.1/messages", JSON, MESSAGE, 202),
    ("node", "PATCH", f"/v2/numbers/{NUMBER}/relationships/cnams/NAME", JSON, "", 202),
    ("node", "DELETE", f"/v2/numbers/{NUMBER}/relationships/cnams", None, "", 202),
    ("node", "GET", "/v2/numbers?starts_with=1206&ends_with=174&contains=3690&limit=3&offset=0", None, "", 200),
    ("node", "DELETE", "/v2/cnams/NAME", None, "", 204),
    # The PHP SDK ends this path with a slash.
    ("php", "DELETE", f"/v2/numbers/{NUMBER}/relationships/e911s/", None, "", 204),
    ("php", "GET", "/v2/cnams?limit=10&offset=0&is_approved=0", None, "", 200),
    ("php", "PATCH", f"/v2/numbers/{NUMBER}/relationships/cnam/NAME", FORM, "", 202),
    # The Ruby SDK.
    ("ruby", "GET", "/v2/portorders", None, "", 404),  # what an account without any gets
    ("ruby", "DELETE", f"/v2/numbers/{NUMBER}/relationships/cnam", None, "", 202),
    ("ruby", "DELETE", f"/v2/numbers/{NUMBER}", None, "", 204),
]


@pytest.mark.parametrize("request_", DERIVED, ids=lambda request: f"{request[0]} {request[1]} {request[2]}")
def test_a_request_as_the_sdks_are_known_to_make_it_is_understood(
    account: AccountInUse, request_: tuple[str, str, str, str | None, str, int]
) -> None:
    _, method, path, label, body, status = request_
    names = {"ROUTE": account.route, "ADDRESS": account.address, "NAME": account.name}
    for placeholder, id_ in names.items():
        path, body = path.replace(placeholder, id_), body.replace(placeholder, id_)
    if method == "DELETE" and "e911s" in path:
        account.sandbox.control.perform("PATCH", f"/v2/numbers/{NUMBER}/relationships/e911s/{account.address}")
    headers = {} if label is None else {"content-type": label}
    with client(account.url) as api:
        answer = api.request(method, path, content=body.encode() or None, headers=headers)
        assert answer.status_code == status, answer.text
        if "alias" in body:
            assert api.get(f"/v2/numbers/{NUMBER}").json()["data"]["attributes"]["alias"] == "Flowroute"
    for effect in account.sandbox.control.effects().values():
        assert all(count >= 1 for count in effect.values())

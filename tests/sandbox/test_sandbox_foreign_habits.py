"""What the vendor's own clients do otherwise than its documentation says, and the vendor takes."""

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, error_of, for_sale, wrap

FORM = {"content-type": "application/x-www-form-urlencoded"}
PLAIN = {"content-type": "text/plain; charset=utf-8"}
TO = "12065550199"


def test_an_alias_sent_as_json_under_the_label_of_a_form_is_set(api: httpx.Client, number: str) -> None:
    answer = api.patch(f"/v2/numbers/{number}", content='{ "type" : "number", "alias" : "Flowroute"}', headers=FORM)
    assert (answer.status_code, answer.json()["data"]["attributes"]["alias"]) == (200, "Flowroute")
    assert api.get(f"/v2/numbers/{number}").json()["data"]["attributes"]["alias"] == "Flowroute"


def test_an_address_sent_as_json_under_the_label_of_a_form_is_kept(api: httpx.Client) -> None:
    body = httpx.Request("POST", BASE_URL, json=wrap("e911", **ADDRESS)).content
    assert api.post("/v2/e911s/validate", content=body, headers=FORM).status_code == 204
    created = api.post("/v2/e911s", content=body, headers=FORM)
    assert (created.status_code, created.json()["data"]["attributes"]["label"]) == (201, "Home")


def test_a_message_sent_as_json_under_the_label_of_a_text_is_accepted(api: httpx.Client, number: str) -> None:
    body = f'{{"from": "{number}", "to": "{TO}", "body": "hello"}}'
    assert api.post("/v2.1/messages", content=body, headers=PLAIN).status_code == 202


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1", True), ("true", True), ("True", True), ("0", False), ("false", False), ("False", False)],
)
def test_a_boolean_of_a_query_is_a_word_or_a_digit(
    api: httpx.Client, sandbox: Sandbox, text: str, *, shown: bool
) -> None:
    approved = api.post("/v2/cnams", json={"value": "ACME"}).json()["data"]["id"]
    waiting = api.post("/v2/cnams", json={"value": "BOB"}).json()["data"]["id"]
    sandbox.control.approve_cnam(approved)
    page = api.get("/v2/cnams", params={"is_approved": text}).json()
    assert [item["id"] for item in page["data"]] == [approved if shown else waiting]
    assert f"is_approved={shown}&" in page["links"]["self"]


@pytest.mark.parametrize("text", ["", "2", "maybe", "-1"])
def test_another_word_is_no_boolean(api: httpx.Client, text: str) -> None:
    assert error_of(api.get("/v2/cnams", params={"is_approved": text}))["detail"] == {
        "is_approved": ["Not a valid boolean."]
    }


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_phone_number_that_is_a_json_number_is_told_from_one_that_is_missing(
    api: httpx.Client, number: str, name: str
) -> None:
    sms: dict[str, object] = {"from": number, "to": TO, "body": "hello"}
    answer = api.post("/v2.1/messages", json=sms | {name: 12065550100})
    assert error_of(answer)["detail"] == {name: ["Not a valid string."]}
    for nothing in (None, ""):
        answer = api.post("/v2.1/messages", json=sms | {name: nothing})
        assert error_of(answer)["detail"] == {name: ["Missing data for required field."]}


def test_the_oldest_version_of_messages_answers_200_with_ids_of_its_own(api: httpx.Client, number: str) -> None:
    answer = api.post("/v2/messages", json={"from": number, "to": TO, "body": "hello"})
    id_ = answer.json()["data"]["id"]
    assert (answer.status_code, id_[:5]) == (200, "mdr1-")
    assert api.get(f"/v2/messages/{id_}").json()["data"]["attributes"]["body"] == "hello"
    assert api.get(f"/v2.1/messages/{id_}").status_code == 200


def test_the_newer_version_of_numbers_searches_buys_and_wraps_a_purchase_twice(api: httpx.Client) -> None:
    found = api.get("/v2.1/numbers/available", params={"starts_with": 206, "limit": 1}).json()
    number = found["data"][0]["id"]
    assert found["data"][0]["links"]["related"] == f"{BASE_URL}/v2.1/numbers/{number}"
    assert found["links"]["next"].startswith(f"{BASE_URL}/v2.1/numbers/available?")
    bought = api.post(f"/v2.1/numbers/{number}")
    assert (bought.status_code, bought.json()["data"]["data"]["id"]) == (201, number)
    assert list(bought.json()["data"]) == ["data", "links", "included"]
    detail = api.get(f"/v2.1/numbers/{number}").json()["data"]
    assert detail["relationships"]["voice_primary_route"]["data"] == {"type": "route", "id": "0"}
    assert [item["id"] for item in api.get("/v2.1/numbers").json()["data"]] == [number]
    assert for_sale(api, starts_with=206, limit=1) != [number]


def test_without_money_an_address_is_neither_kept_nor_changed(api: httpx.Client, sandbox: Sandbox) -> None:
    address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
    sandbox.control.set_balance(0)
    other = ADDRESS | {"label": "Other"}
    assert api.post("/v2/e911s", json=wrap("e911", **other)).status_code == 403
    assert api.patch(f"/v2/e911s/{address}", json=wrap("e911", label="Hut")).status_code == 403
    assert api.post("/v2/e911s/validate", json=wrap("e911", **other)).status_code == 204
    assert [item["attributes"]["label"] for item in api.get("/v2/e911s").json()["data"]] == ["Home"]
    sandbox.control.set_balance(2)
    assert api.patch(f"/v2/e911s/{address}", json=wrap("e911", label="Hut")).status_code == 200
    assert sandbox.control.balance() == 2

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, buy, error_of, wrap

TYPES = (
    "Apartment Basement Building Department Floor Front Key Lobby Lot Lower Office Penthouse Pier Rear Room Side Slip "
    "Space Stop Suite Trailer Unit Upper"
)


def create(api: httpx.Client, **changes: object) -> str:
    answer = api.post("/v2/e911s", json=wrap("e911", **{**ADDRESS, **changes}))
    assert answer.status_code == 201
    id_: str = answer.json()["data"]["id"]
    return id_


def test_a_unit_is_left_out_of_a_new_address_and_empty_in_its_details(api: httpx.Client) -> None:
    data = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]
    assert isinstance(data["id"], str)
    assert (data["attributes"], data["type"]) == (ADDRESS, "e911")
    assert data["links"] == {"self": f"{BASE_URL}/v2/e911s/{data['id']}"}
    detail = api.get(f"/v2/e911s/{data['id']}").json()["data"]
    assert detail["attributes"] == {**ADDRESS, "address_type": "", "address_type_number": ""}
    assert api.get("/v2/e911s").json()["data"] == [detail]


@pytest.mark.parametrize("kind", TYPES.split())
def test_each_type_of_unit_is_read_in_any_case_and_written_in_title_case(api: httpx.Client, kind: str) -> None:
    for number, text in enumerate((kind.upper(), kind.lower())):
        body = wrap("e911", **{**ADDRESS, "label": str(number), "address_type": text, "address_type_number": "A-1"})
        attributes = api.post("/v2/e911s", json=body).json()["data"]["attributes"]
        assert (attributes["address_type"], attributes["address_type_number"]) == (kind, "A-1")


RULES = [
    *(({name: None}, name) for name in ADDRESS),
    *(({name: "  "}, name) for name in ADDRESS),
    ({"city": 5}, "city"),
    ({"country": "USA"}, "country"),
    ({"state": "wa"}, "state"),
    ({"state": "ON"}, "state"),
    ({"country": "CA"}, "state"),
    ({"zip": "123"}, "zip"),
    ({"zip": "12345678"}, "zip"),
    ({"address_type": "Castle", "address_type_number": "1"}, "address_type"),
    ({"address_type": "Suite"}, "address_type_number"),
]


@pytest.mark.parametrize(("change", "fault"), RULES)
def test_the_attribute_that_breaks_a_rule_is_named(
    api: httpx.Client, change: dict[str, object], fault: str, sandbox: Sandbox
) -> None:
    kept = create(api, label="kept")
    body = wrap("e911", **{**ADDRESS, **change})
    answers = [api.post("/v2/e911s", json=body), api.post("/v2/e911s/validate", json=body)]
    if None not in change.values():
        answers.append(api.patch(f"/v2/e911s/{kept}", json=wrap("e911", **change)))
    for answer in answers:
        assert answer.status_code == 422
        assert list(error_of(answer)["detail"]["data"]["attributes"]) == [fault]
    assert sandbox.control.effects() == {"create_e911_address": {"kept": 1}}


def test_the_vendor_s_text_about_zip_codes(api: httpx.Client) -> None:
    error = error_of(api.post("/v2/e911s", json=wrap("e911", **{**ADDRESS, "zip": "1"})))
    text = "ZIP code must be at least 4 and at most 7 digits long"
    assert error["detail"] == {"data": {"attributes": {"zip": [text]}}}
    assert "title" not in error


def test_canadian_addresses_are_addresses_too(api: httpx.Client) -> None:
    create(api, country="CA", state="ON", zip="M4C 5K7", city="Toronto")


def test_numbers_of_streets_and_units_may_be_integers(api: httpx.Client) -> None:
    id_ = create(api, street_number=3910, address_type="suite", address_type_number=200)
    attributes = api.get(f"/v2/e911s/{id_}").json()["data"]["attributes"]
    assert (attributes["street_number"], attributes["address_type_number"]) == ("3910", "200")


def test_an_address_that_cannot_be_located_is_another_kind_of_refusal(api: httpx.Client) -> None:
    body = wrap("e911", **{**ADDRESS, "street_name": "Nowhere Lane"})
    for answer in (api.post("/v2/e911s", json=body), api.post("/v2/e911s/validate", json=body)):
        error = error_of(answer)
        assert (error["status"], error["title"]) == (400, "Client Error")
        assert error["detail"] == "Could not geocode this address. Please check the validity of your address."
    assert api.get("/v2/e911s").json()["data"] == []


def test_validation_keeps_nothing(api: httpx.Client) -> None:
    answer = api.post("/v2/e911s/validate", json=wrap("e911", **ADDRESS))
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get("/v2/e911s").json()["data"] == []


def test_a_label_is_given_once(api: httpx.Client) -> None:
    first = create(api)
    assert list(error_of(api.post("/v2/e911s", json=wrap("e911", **ADDRESS)))["detail"]["data"]["attributes"]) == [
        "label"
    ]
    other = create(api, label="Other")
    assert api.patch(f"/v2/e911s/{other}", json=wrap("e911", label="Home")).status_code == 422
    assert api.patch(f"/v2/e911s/{first}", json=wrap("e911", label="Home")).status_code == 200


def test_an_update_changes_what_it_names_and_nothing_else(api: httpx.Client) -> None:
    id_ = create(api, address_type="Suite", address_type_number="200")
    answer = api.patch(f"/v2/e911s/{id_}", json=wrap("e911", first_name="Jim"))
    expected = {**ADDRESS, "first_name": "Jim", "address_type": "Suite", "address_type_number": "200"}
    assert (answer.status_code, answer.json()["data"]["attributes"]) == (200, expected)
    cleared = api.patch(f"/v2/e911s/{id_}", json=wrap("e911", address_type=""))
    assert cleared.json()["data"]["attributes"] == {**ADDRESS, "first_name": "Jim"}
    assert api.patch("/v2/e911s/1", json=wrap("e911", first_name="Jim")).status_code == 404


def test_addresses_are_listed_newest_first_and_filtered(api: httpx.Client) -> None:
    home = create(api)
    office = create(api, label="Office", state="NY", city="New York", street_name="Broadway")
    assert [item["id"] for item in api.get("/v2/e911s").json()["data"]] == [office, home]
    for query in ("state=wa", "label=OM", "city=tac", "street_name=vass", "state=WA&city=ta"):
        page = api.get(f"/v2/e911s?{query}").json()
        assert [item["id"] for item in page["data"]] == [home]
    assert api.get("/v2/e911s?state=WA").json()["links"]["self"] == f"{BASE_URL}/v2/e911s?state=WA&limit=10&offset=0"
    assert api.get("/v2/e911s?state=W").json()["data"] == []


def test_an_address_is_given_to_a_number_and_taken_away(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    id_ = create(api)
    path = f"/v2/numbers/{number}/relationships/e911s"
    for _ in range(2):
        assert api.patch(f"{path}/{id_}").status_code == 204
    assert sandbox.control.effects()["associate_e911_address"] == {number: 1}
    page = api.get(f"/v2/e911s/{id_}/relationships/numbers").json()
    assert page == {
        "data": [
            {
                "attributes": {"alias": None, "value": number},
                "id": number,
                "links": {"self": f"{BASE_URL}/v2/numbers/{number}"},
                "type": "number",
            }
        ],
        "links": {"self": f"{BASE_URL}/v2/e911s/{id_}/relationships/numbers?limit=10&offset=0"},
    }
    for _ in range(2):
        assert api.delete(f"{path}/").status_code == 204
    assert api.get(f"/v2/e911s/{id_}/relationships/numbers").json()["data"] == []


def test_another_address_takes_the_place_of_the_first_and_costs_again(
    api: httpx.Client, number: str, sandbox: Sandbox
) -> None:
    first, second = create(api), create(api, label="Office")
    sandbox.control.set_balance(2)
    path = f"/v2/numbers/{number}/relationships/e911s"
    assert api.patch(f"{path}/{first}").status_code == 204
    balance = sandbox.control.balance()
    assert api.patch(f"{path}/{first}").status_code == 204
    assert sandbox.control.balance() == balance
    assert api.patch(f"{path}/{second}").status_code == 403
    sandbox.control.set_balance(None)
    assert api.patch(f"{path}/{second}").status_code == 204
    assert api.get(f"/v2/e911s/{first}/relationships/numbers").json()["data"] == []


def test_an_address_must_lose_its_numbers_before_it_can_be_deleted(api: httpx.Client, number: str) -> None:
    id_ = create(api)
    api.patch(f"/v2/numbers/{number}/relationships/e911s/{id_}")
    refusal = error_of(api.delete(f"/v2/e911s/{id_}"))
    assert (refusal["status"], refusal["detail"]) == (403, "Please disassociate all numbers before deleting.")
    api.delete(f"/v2/numbers/{number}/relationships/e911s")
    assert api.delete(f"/v2/e911s/{id_}").status_code == 204
    assert api.delete(f"/v2/e911s/{id_}").status_code == 404


def test_a_number_without_emergency_services_gets_no_address(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    id_ = create(api)
    sandbox.control.set_emergency_capable(number, capable=False)
    error = error_of(api.patch(f"/v2/numbers/{number}/relationships/e911s/{id_}"))
    text = "Cannot assign an E911 record to a number that does not support emergency services."
    assert (error["status"], error["detail"]) == (422, text)
    assert api.patch(f"/v2/numbers/{buy(api, starts_with=888)}/relationships/e911s/{id_}").status_code == 204


def test_only_numbers_and_addresses_of_the_account_can_be_joined(api: httpx.Client, number: str) -> None:
    id_ = create(api)
    for path in (
        f"/v2/numbers/{number}/relationships/e911s/1",
        f"/v2/numbers/12065550100/relationships/e911s/{id_}",
    ):
        assert error_of(api.patch(path))["detail"] == "Could not find that resource on your account."
    assert api.delete("/v2/numbers/12065550100/relationships/e911s").status_code == 404
    assert api.get("/v2/e911s/1/relationships/numbers").status_code == 404
    assert api.get("/v2/e911s/1").status_code == 404

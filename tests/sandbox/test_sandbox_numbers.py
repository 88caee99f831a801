import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.area_codes import STATE_OF
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, buy, error_of, for_sale, pages, wrap


def test_a_number_for_sale_has_the_vendor_s_shape(api: httpx.Client) -> None:
    (item,) = api.get("/v2/numbers/available?starts_with=206&limit=1").json()["data"]
    number = item["id"]
    assert set(item) == {"attributes", "type", "id", "links"}
    assert item["links"] == {"related": f"{BASE_URL}/v2/numbers/{number}"}
    attributes = item["attributes"]
    first_sdks = {"rate_center", "value", "monthly_cost", "state", "number_type", "setup_cost"}
    assert set(attributes) == first_sdks | {"inbound_rate", "rate_type", "iso_country", "tier"}
    assert (attributes["value"], attributes["state"], attributes["number_type"]) == (number, "wa", "longcode")
    assert (len(number), number[:4]) == (11, "1206")


@pytest.mark.parametrize("prefix", ["206", "1206", "%2B1206", "+1206"])
def test_a_prefix_has_country_code_one_unless_it_has_its_own(api: httpx.Client, prefix: str) -> None:
    page = api.get(f"/v2/numbers/available?starts_with={prefix}&limit=2").json()
    assert [item["id"][:4] for item in page["data"]] == ["1206", "1206"]
    assert "starts_with=1206&" in page["links"]["self"]
    assert api.get("/v2/numbers/available?starts_with=%2B206").json()["data"] == []


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"contains": "77"}, lambda item: "77" in item["id"]),
        ({"ends_with": "07"}, lambda item: item["id"].endswith("07")),
        ({"state": "Wa"}, lambda item: item["attributes"]["state"] == "wa"),
        ({"rate_center": "SeaTTle"}, lambda item: item["attributes"]["rate_center"] == "seattle"),
        (
            {"starts_with": "888"},
            lambda item: item["id"][:4] == "1888" and item["attributes"]["number_type"] == "toll-free",
        ),
    ],
)
def test_filters_keep_what_matches_and_nothing_else(api: httpx.Client, filters: dict[str, str], holds: object) -> None:
    everything = [item for page in pages(api, "/v2/numbers/available", 200) for item in page]
    found = [item for page in pages(api, "/v2/numbers/available", 200, **filters) for item in page]
    assert callable(holds)
    assert found == [item for item in everything if holds(item)]
    assert 0 < len(found) < len(everything)


@pytest.mark.parametrize("name", ["starts_with", "contains", "ends_with"])
def test_digit_filters_must_be_digits(api: httpx.Client, name: str) -> None:
    answer = api.get("/v2/numbers/available", params={name: "20a"})
    assert (answer.status_code, list(error_of(answer)["detail"])) == (422, [name])


def test_area_codes_lead_to_their_exchanges_and_these_to_their_numbers(api: httpx.Client) -> None:
    codes = [item for page in pages(api, "/v2/numbers/available/areacodes", 400) for item in page]
    assert [item["id"] for item in codes] == list(STATE_OF)
    assert codes[0]["type"] == "areacode"
    exchanges = api.get(codes[0]["links"]["related"]).json()
    assert exchanges["links"]["self"].endswith(f"areacode={codes[0]['id']}&limit=10&offset=0")
    exchange = exchanges["data"][0]
    assert (exchange["type"], len(exchange["id"]), exchange["id"][:3]) == ("exchange", 6, codes[0]["id"])
    numbers = api.get(exchange["links"]["related"]).json()["data"]
    assert numbers
    assert all(item["id"].startswith(f"1{exchange['id']}") for item in numbers)


def test_a_setup_cost_leaves_out_what_is_dearer_and_shows_whole_dollars(api: httpx.Client) -> None:
    page = api.get("/v2/numbers/available/areacodes", params={"max_setup_cost": "3.25", "limit": 400}).json()
    assert "max_setup_cost=3&" in page["links"]["self"]
    shown = {item["id"] for item in page["data"]}
    items = [item for page in pages(api, "/v2/numbers/available", 200) for item in page]
    assert shown == {item["id"][1:4] for item in items if item["attributes"]["setup_cost"] <= 3.25}
    assert shown < set(STATE_OF)
    exchanges = [
        item["id"] for page in pages(api, "/v2/numbers/available/exchanges", 200, max_setup_cost=2) for item in page
    ]
    assert exchanges == sorted({item["id"][1:7] for item in items if item["attributes"]["setup_cost"] <= 2})
    for text in ("cheap", "nan", "inf"):
        assert api.get("/v2/numbers/available/areacodes", params={"max_setup_cost": text}).status_code == 422


def test_a_bought_number_moves_from_the_inventory_to_the_account(api: httpx.Client, sandbox: Sandbox) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    answer = api.post(f"/v2/numbers/{number}")
    assert answer.status_code == 201
    body = answer.json()
    assert body["data"]["relationships"] == {
        "cnam_preset": {"data": None},
        "e911_address": {"data": None},
        "failover_route": {"data": None},
        "primary_route": {"data": {"type": "route", "id": "0"}},
    }
    assert [(item["type"], item["id"]) for item in body["included"]] == [("route", "0")]
    assert body["links"] == body["data"]["links"] == {"self": f"{BASE_URL}/v2/numbers/{number}"}
    assert api.get(f"/v2/numbers/{number}").json() == body
    assert number not in for_sale(api, starts_with=206, limit=200)
    assert [item["id"] for item in api.get("/v2/numbers").json()["data"]] == [number]
    assert sandbox.control.effects()["purchase_number"] == {number: 1}


def test_a_search_repeated_after_a_purchase_or_a_change_of_options_is_made_anew(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    before = for_sale(api, starts_with=206, limit=5)
    assert for_sale(api, starts_with=206, limit=5) == before
    api.post(f"/v2/numbers/{before[0]}")
    after = for_sale(api, starts_with=206, limit=5)
    assert after[:4] == before[1:]
    sandbox.control.set_options(max_page=2)
    assert for_sale(api, starts_with=206, limit=5) == after[:2]


@pytest.mark.parametrize("number", ["12065550100", "2065550100", "x", "11111111111", "120655501001"])
def test_what_is_not_for_sale_cannot_be_bought(api: httpx.Client, number: str) -> None:
    assert error_of(api.post(f"/v2/numbers/{number}"))["status"] == 404


def test_an_own_number_cannot_be_bought_again(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    assert api.post(f"/v2/numbers/{number}").status_code == 404
    assert sandbox.control.effects()["purchase_number"] == {number: 1}


def test_a_number_is_bought_with_or_without_cnam_lookups(api: httpx.Client) -> None:
    first, second = for_sale(api, limit=2)
    assert api.post(f"/v2/numbers/{first}", json={"cnam_lookups_enabled": "maybe"}).status_code == 422
    api.post(f"/v2/numbers/{first}", json={"cnam_lookups_enabled": False})
    api.post(f"/v2/numbers/{second}")
    attributes = {item["id"]: item["attributes"] for item in api.get("/v2/numbers").json()["data"]}
    assert [attributes[id_]["cnam_lookups_enabled"] for id_ in (first, second)] == [False, True]


def test_without_the_money_nothing_is_bought(api: httpx.Client, sandbox: Sandbox) -> None:
    item = api.get("/v2/numbers/available?limit=1").json()["data"][0]
    price = item["attributes"]["monthly_cost"] + item["attributes"]["setup_cost"]
    sandbox.control.set_balance(price - 0.01)
    refusal = api.post(f"/v2/numbers/{item['id']}")
    assert (refusal.status_code, error_of(refusal)["title"]) == (403, "Insufficient funds")
    assert api.get("/v2/numbers").json()["data"] == []
    sandbox.control.set_balance(price)
    assert api.post(f"/v2/numbers/{item['id']}").status_code == 201
    assert sandbox.control.balance() == 0


def test_the_account_s_numbers_are_filtered_like_those_for_sale(api: httpx.Client) -> None:
    owned = sorted(buy(api, starts_with=code) for code in ("206", "212", "888"))
    assert [item["id"] for item in api.get("/v2/numbers").json()["data"]] == owned
    for filters in ({"starts_with": "206"}, {"contains": owned[0][3:8]}, {"ends_with": owned[0][-5:]}):
        page = api.get("/v2/numbers", params=filters).json()
        assert [item["id"] for item in page["data"]] == owned[:1]
    item = api.get("/v2/numbers?starts_with=206").json()["data"][0]
    assert "relationships" not in item
    first_sdks = {"rate_center", "value", "alias", "state", "number_type", "cnam_lookups_enabled"}
    assert set(item["attributes"]) == first_sdks | {"messaging_enabled", "status", "iso_country", "tier"}


def test_the_details_of_a_number_that_is_not_owned_are_not_found(api: httpx.Client) -> None:
    for path in (f"/v2/numbers/{for_sale(api, limit=1)[0]}", "/v2/numbers/x"):
        assert error_of(api.get(path))["detail"] == "Could not find that resource on your account."


def test_an_alias_can_be_given_and_searched_for(api: httpx.Client, number: str) -> None:
    answer = api.patch(
        f"/v2/numbers/{number}", json={"type": "number", "alias": "Desk", "cnam_lookups_enabled": "false"}
    )
    attributes = answer.json()["data"]["attributes"]
    assert (answer.status_code, attributes["alias"], attributes["cnam_lookups_enabled"]) == (200, "Desk", False)
    assert [item["id"] for item in api.get("/v2/numbers?alias=Desk").json()["data"]] == [number]
    assert api.get("/v2/numbers?alias=desk").json()["data"] == []
    assert api.patch(f"/v2/numbers/{number}", json={"alias": "x" * 65}).status_code == 422
    assert api.patch("/v2/numbers/12065550100", json={"alias": "x"}).status_code == 404


def test_a_released_number_can_be_bought_again(api: httpx.Client, number: str) -> None:
    assert api.delete(f"/v2/numbers/{number}").status_code == 204
    assert api.delete(f"/v2/numbers/{number}").status_code == 404
    assert number in for_sale(api, starts_with=206, limit=200)
    assert api.post(f"/v2/numbers/{number}").status_code == 201


def test_what_belongs_to_a_number_is_included_in_its_details(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    route = api.post("/v2/routes", json=wrap("route", alias="r", route_type="number", value="12065550199")).json()
    address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
    name = api.post("/v2/cnams", json={"value": "ACME"}).json()["data"]["id"]
    sandbox.control.approve_cnam(name)
    chosen = {"data": {"type": "route", "id": route["data"]["id"]}}
    assert api.patch(f"/v2/numbers/{number}/relationships/failover_route", json=chosen).status_code == 204
    assert api.patch(f"/v2/numbers/{number}/relationships/e911s/{address}").status_code == 204
    assert api.patch(f"/v2/numbers/{number}/relationships/cnams/{name}").status_code == 202
    body = api.get(f"/v2/numbers/{number}").json()
    related = {key: value["data"] for key, value in body["data"]["relationships"].items()}
    assert related == {
        "cnam_preset": {"type": "cnam", "id": name},
        "e911_address": {"type": "e911", "id": address},
        "failover_route": {"type": "route", "id": route["data"]["id"]},
        "primary_route": {"type": "route", "id": "0"},
        "message_provision": {"type": "messaging-provision", "id": related["message_provision"]["id"]},
    }
    included = {(item["type"], item["id"]) for item in body["included"]}
    assert included == {(item["type"], item["id"]) for item in related.values()}


def test_the_tiers_of_what_is_for_sale_can_be_listed_and_searched_for(api: httpx.Client) -> None:
    whole = api.get("/v2/numbers/available/tiers").json()
    # The links leave out a part of the path, as on the vendor's page.
    assert whole["links"] == {"self": f"{BASE_URL}/v2/numbers/tiers?limit=10&offset=0"}
    first = api.get("/v2/numbers/available/tiers", params={"limit": 1}).json()
    assert first["links"]["next"] == f"{BASE_URL}/v2/numbers/tiers?limit=1&offset=1"
    standard, promotion = whole["data"]
    assert standard == {
        "type": "tier",
        "id": "Standard",
        "links": {"related": f"{BASE_URL}/v2/numbers?tier=Standard"},
    }
    assert promotion["links"]["related"].endswith("?tier=US%20Promo%20%241.0%2F%240.85%2F%240.005")
    found = api.get("/v2/numbers/available", params={"tier": promotion["id"], "limit": 50}).json()["data"]
    assert {item["attributes"]["monthly_cost"] for item in found} == {0.85}
    number = found[0]["id"]
    api.post(f"/v2/numbers/{number}")
    assert [item["id"] for item in api.get("/v2/numbers", params={"tier": promotion["id"]}).json()["data"]] == [number]
    assert api.get("/v2/numbers", params={"tier": "Standard"}).json()["data"] == []


def test_exchanges_of_an_area_code_are_those_alone_and_all_of_them(api: httpx.Client) -> None:
    everything = {item["id"] for page in pages(api, "/v2/numbers/available/exchanges", 200) for item in page}
    for code in ("206", "212", "800"):
        found = {
            item["id"] for page in pages(api, "/v2/numbers/available/exchanges", 5, areacode=code) for item in page
        }
        assert found == {exchange for exchange in everything if exchange.startswith(code)}
        assert found

from collections.abc import Iterator

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, InProcess, buy, error_of, wrap

NUMBERS = ["+12065550123", "+12065550124"]
ORDER: dict[str, object] = {
    "billing_name": "Janet Doe",
    "street": "3910 N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
    "country": "US",
    "provider": "Other Carrier",
    "usage_type": "Residential",
    "numbers": NUMBERS,
}


def create(api: httpx.Client, **changes: object) -> dict[str, object]:
    answer = api.post("/v2/portorders", json=wrap("portorder", **(ORDER | changes)))
    assert answer.status_code == 201
    (order,) = answer.json()["data"]["attributes"]["orders"]["data"]
    found: dict[str, object] = order
    return found


@pytest.fixture
def order(api: httpx.Client) -> str:
    return str(create(api)["id"])


@pytest.fixture
def store(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client without keys."""
    with httpx.Client(transport=InProcess(sandbox)) as client:
        yield client


def attributes_of(api: httpx.Client, order: str) -> dict[str, object]:
    found: dict[str, object] = api.get(f"/v2/portorders/{order}").json()["data"]["attributes"]
    return found


def documents_of(api: httpx.Client, order: str) -> list[dict[str, object]]:
    """Return the order's documents, each of which stands in a list of its own."""
    lists = api.get(f"/v2/portorders/{order}").json()["data"]["attributes"]["business_documents"]
    return [document for item in lists for document in item["data"]]


def sign(api: httpx.Client, order: str) -> httpx.Response:
    letter = api.get(f"/v2/portorders/{order}/loa").json()["data"]["attributes"]
    signed = letter | {"signature_name": "Janet Doe", "signature_title": "Owner"}
    return api.post(f"/v2/portorders/{order}/loa", json={"data": {"type": "loa", "attributes": signed}})


def patch(api: httpx.Client, order: str, **attributes: object) -> httpx.Response:
    return api.patch(f"/v2/portorders/{order}", json=wrap("portorder", **attributes))


def test_portability_is_told_of_numbers_as_json_and_as_a_form(api: httpx.Client, number: str) -> None:
    asked = ["+14254445555", "+12265550100", f"+{number}", "+12065550123"]
    answer = api.post("/v2/portorders/portability", json={"numbers": asked})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "data": {
                "hypernetwork_enabled": ["+14254445555"],
                "nonportable": ["+12265550100", f"+{number}"],
                "portable": ["+14254445555", "+12065550123"],
            }
        },
    )
    for form in ("numbers=%2B14254445555", "numbers[]=%2B14254445555"):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = api.post("/v2/portorders/portability", content=form, headers=headers)
        assert answer.json()["data"]["portable"] == ["+14254445555"]
    several = api.post("/v2/portorders/portability", data={"numbers": NUMBERS})
    assert several.json()["data"]["portable"] == NUMBERS


def test_the_plus_that_a_sample_of_the_vendors_leaves_out_is_added_to_a_check_and_to_no_order(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.control.set_options(strict=True)
    # As the Python SDK sends what its own demo gives it.
    form = "numbers=14254664444&numbers=18827833439"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = api.post("/v2/portorders/portability", content=form, headers=headers)
    assert answer.json()["data"]["portable"] == ["+14254664444"]
    assert "without a plus" in answer.headers["flowroute-sandbox-inferred"]
    refused = api.post("/v2/portorders", json=wrap("portorder", **(ORDER | {"numbers": ["14254664444"]})))
    assert list(error_of(refused)["detail"]["data"]["attributes"]) == ["numbers"]


@pytest.mark.parametrize("numbers", [None, [], ["1425444555"], ["+1425444555"], [5], "x", {"a": 1}])
def test_numbers_that_are_none_are_refused(api: httpx.Client, numbers: object) -> None:
    answer = api.post("/v2/portorders/portability", json={"numbers": numbers})
    assert list(error_of(answer)["detail"]) == ["numbers"]


def test_an_order_has_the_vendor_s_shape(api: httpx.Client) -> None:
    created = create(api, alias="My order", pin="1234", last_4_ssn="9999", desired_completion_date="2024-01-15")
    body = api.get(f"/v2/portorders/{created['id']}").json()
    link = {"self": f"{BASE_URL}/v2/portorders/{created['id']}"}
    assert body["links"] == body["data"]["links"] == link
    group = body["data"]["attributes"].pop("group_id")
    assert group.isdecimal()
    assert body["data"]["attributes"] == {
        "alias": "My order",
        "billing_address": {
            "city": "Tacoma",
            "country": "US",
            "state": "WA",
            "street": "3910 N Vassault",
            "street2": "",
            "zip": "98407",
        },
        "billing_name": "Janet Doe",
        "billing_number": "",
        "business_documents": [],
        "comments": [],
        "company": "",
        "cost": "15.0",
        "desired_completion_date": "2024-01-15",
        "enable_cnam_lookups": False,
        "last_4_ssn": "9999",
        "loa_details": {"cc": "", "email": ""},
        "numbers": NUMBERS,
        "pin": "1234",
        "presets": {"cnam_id": "", "e911_id": "", "alias": "", "failover_route_id": "", "primary_route_id": ""},
        "provider": "Other Carrier",
        "provider_account": "",
        "status": "pending",
        "status_updated_at": None,
        "status_url": "",
        "usage_type": "residential",
    }
    status = api.get(f"/v2/portorders/{created['id']}/status").json()["data"]
    assert status["attributes"] == {"status": "pending", "status_updated_at": None}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"billing_name": None}, "billing_name"),
        ({"street": ""}, "street"),
        ({"city": 5}, "city"),
        ({"provider": None}, "provider"),
        ({"country": "MX"}, "country"),
        ({"state": "ON"}, "state"),
        ({"usage_type": "Pleasure"}, "usage_type"),
        ({"status_url": "nowhere"}, "status_url"),
        ({"desired_completion_date": "2024-02-01"}, "desired_completion_date"),
        ({"desired_completion_date": "2023-12-31"}, "desired_completion_date"),
        ({"desired_completion_date": 5}, "desired_completion_date"),
        ({"desired_completion_date": "2024-01-32"}, "desired_completion_date"),
        ({"desired_completion_date": "20240115"}, "desired_completion_date"),
        ({"enable_cnam_lookups": "perhaps"}, "enable_cnam_lookups"),
        ({"loa_details": "x"}, "loa_details"),
        ({"presets": []}, "presets"),
        ({"presets": {"e911_id": True}}, "presets"),
        ({"business_documents": ["nowhere"]}, "business_documents"),
        ({"numbers": ["+12265550100"]}, "numbers"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_by_name(
    api: httpx.Client, sandbox: Sandbox, change: dict[str, object], name: str
) -> None:
    answer = api.post("/v2/portorders", json=wrap("portorder", **(ORDER | change)))
    assert list(error_of(answer)["detail"]["data"]["attributes"]) == [name]
    assert sandbox.control.state()["port_orders"] == []


def test_numbers_of_several_kinds_become_orders_of_one_group(api: httpx.Client) -> None:
    numbers = [*NUMBERS, "+18005550123", "+16045550123"]
    group = api.post("/v2/portorders", json=wrap("portorder", **(ORDER | {"numbers": numbers}))).json()["data"]
    orders = group["attributes"]["orders"]["data"]
    assert [order["attributes"]["numbers"] for order in orders] == [NUMBERS, ["+18005550123"], ["+16045550123"]]
    assert {order["attributes"]["group_id"] for order in orders} == {group["id"]}
    told = api.get(f"/v2/portorders?group_id={group['id']}&status").json()["data"]
    assert (told["type"], told["attributes"]["status"]) == ("portorder_group", "requires action")
    assert told["attributes"]["orders"]["data"][1] == {
        "attributes": {"id": orders[1]["id"], "numbers": ["+18005550123"], "status": "pending"}
    }
    assert error_of(api.get("/v2/portorders?group_id=1&status"))["detail"] == "No such port order"


def test_an_account_without_orders_has_none_to_find_and_one_with_orders_lists_them(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    for path in ("/v2/portorders", "/v2/portorders/1", "/v2/portorders/1/status", "/v2/portorders/1/loa"):
        error = error_of(api.get(path))
        assert (error["status"], error["title"], error["detail"]) == (404, "Resource not found", "No such port order")
    first = create(api, alias="First")["id"]
    sandbox.control.advance(86_400)
    second = create(api, numbers=["+12065550125"], alias="Second", desired_completion_date="2024-01-20")["id"]
    listed = api.get("/v2/portorders").json()
    assert listed == {
        "data": {
            "type": "portorder_list",
            "attributes": {
                "orders": {
                    "data": [
                        {"attributes": {"id": second, "alias": "Second", "status": "pending"}},
                        {"attributes": {"id": first, "alias": "First", "status": "pending"}},
                    ]
                }
            },
        }
    }

    def found(**query: str | int) -> list[str]:
        orders = api.get("/v2/portorders", params=query).json()["data"]["attributes"]["orders"]["data"]
        return [item["attributes"]["id"] for item in orders]

    assert found(limit=1) == [second]
    assert found(limit=1, offset=1) == found(alias="fir") == found(numbers="+12065550123") == [first]
    assert found(created_after="2024-01-01T12:00:00Z") == found(completion_date="2024-01-20") == [second]
    assert found(created_before="2024-01-01T12:00:00Z") == found(modified_before="2024-01-01") == [first]
    assert found(status="Completed") == found(completed_after="2020-01-01") == []
    assert error_of(api.get("/v2/portorders", params={"created_after": "soon"}))["status"] == 422


def test_an_order_goes_its_way_and_its_numbers_come_with_what_was_preset(api: httpx.Client, sandbox: Sandbox) -> None:
    route = api.post("/v2/routes", json=wrap("route", alias="a", route_type="host", value="a.example")).json()
    address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
    name = api.post("/v2/cnams", json={"value": "ACME"}).json()["data"]["id"]
    sandbox.control.approve_cnam(name)
    sandbox.control.set_balance(20)
    order = str(create(api)["id"])
    presets = {"cnam_id": name, "e911_id": int(address), "primary_route_id": route["data"]["id"], "alias": "Ported"}
    shown = patch(api, order, presets=presets).json()["data"]["attributes"]["presets"]
    assert shown == {**presets, "e911_id": address, "failover_route_id": ""}
    digits = NUMBERS[0][1:]
    # The numbers are in the account's list at once, and do nothing yet.
    assert digits in [item["id"] for item in api.get("/v2/numbers").json()["data"]]
    sms = {"from": digits, "to": "12065550199", "body": "hello"}
    assert api.post("/v2.1/messages", json=sms).status_code == 403
    assert api.delete(f"/v2/numbers/{digits}").status_code == 403
    assert api.patch(f"/v2/numbers/{digits}/relationships/cnams/{name}").status_code == 422
    assert sign(api, order).json()["data"]["attributes"]["status"] == "processing"
    assert sandbox.control.balance() == 20
    for status in ("submitted", "accepted", "completed"):
        sandbox.control.move_port_order(order, status)
        assert attributes_of(api, order)["status"] == status
        assert sandbox.control.balance() == 5
    related = api.get(f"/v2/numbers/{digits}").json()["data"]
    assert related["attributes"]["alias"] == "Ported"
    assert {key: value["data"] and value["data"]["id"] for key, value in related["relationships"].items()} == {
        "cnam_preset": name,
        "e911_address": address,
        "failover_route": None,
        "primary_route": route["data"]["id"],
    }
    assert api.post("/v2/message-provision", json={"numbers": [digits], "action": "enable"}).status_code == 201
    assert api.post("/v2.1/messages", json=sms).status_code == 202


def test_what_an_order_s_state_forbids_is_refused(api: httpx.Client, order: str, sandbox: Sandbox) -> None:
    assert patch(api, order, company="Acme").json()["data"]["attributes"]["company"] == "Acme"
    assert sign(api, order).status_code == 201
    forbidden = [
        patch(api, order, company="Other"),
        api.patch(f"/v2/portorders/{order}/relationships/numbers", json={"add": ["+12065550126"]}),
        api.patch(f"/v2/portorders/{order}/status", json=wrap("portorder", status="cancelled")),
        api.post(f"/v2/portorders/{order}/files", json={"url": "https://example.com/b.pdf"}),
        api.post(f"/v2/portorders/{order}/upload_file", json={"filename": "b.pdf"}),
        sign(api, order),
    ]
    assert [answer.status_code for answer in forbidden] == [403] * 6
    assert patch(api, order, presets={"alias": "x"}).status_code == 200
    sandbox.control.move_port_order(order, "rejected", "The address is another.")
    assert attributes_of(api, order)["comments"] == ["The address is another."]
    assert patch(api, order, street="1 Other Street").status_code == 200
    assert sign(api, order).json()["data"]["attributes"]["status"] == "processing"
    for status in ("review", "submitted", "hard_canceled"):
        sandbox.control.move_port_order(order, status)
    assert patch(api, order, presets={"alias": "y"}).status_code == 403
    assert api.get("/v2/numbers").json()["data"] == []


def test_a_pending_order_is_cancelled_and_a_rejected_one_abandoned(api: httpx.Client, sandbox: Sandbox) -> None:
    first, second = create(api)["id"], create(api, numbers=["+12065550125"])["id"]
    answer = api.patch(f"/v2/portorders/{first}/status", json=wrap("portorder", status="Canceled"))
    assert answer.json()["data"]["attributes"] == {"status": "cancelled", "status_updated_at": "2024-01-01T00:00:00Z"}
    sign(api, str(second))
    sandbox.control.move_port_order(str(second), "rejected")
    other = api.patch(f"/v2/portorders/{second}/status", json=wrap("portorder", status="completed"))
    assert error_of(other)["status"] == 422
    answer = api.patch(f"/v2/portorders/{second}/status", json=wrap("portorder", status="cancelled"))
    assert answer.json()["data"]["attributes"]["status"] == "abandoned"
    assert api.get("/v2/numbers").json()["data"] == []
    # Numbers that are free again can be ordered again.
    assert create(api)["id"] not in {first, second}


def test_an_order_without_a_letter_is_abandoned_after_45_days(api: httpx.Client, order: str, sandbox: Sandbox) -> None:
    sandbox.control.advance(45 * 86_400 - 1)
    assert attributes_of(api, order)["status"] == "pending"
    sandbox.control.advance(1)
    assert attributes_of(api, order)["status"] == "abandoned"
    assert api.get("/v2/numbers").json()["data"] == []


def test_the_control_interface_moves_orders_by_the_rules_only(api: httpx.Client, order: str, sandbox: Sandbox) -> None:
    for wrong in ("completed", "pending", "lost"):
        with pytest.raises(ValueError, match="pending can become: processing, review, cancelled, abandoned"):
            sandbox.control.move_port_order(order, wrong)
    with pytest.raises(LookupError):
        sandbox.control.move_port_order("1", "processing")
    sign(api, order)
    sandbox.control.set_balance(14.9)
    with pytest.raises(ValueError, match="does not cover the fee"):
        sandbox.control.move_port_order(order, "submitted")
    assert attributes_of(api, order)["status"] == "processing"
    answer = api.post(f"/_sandbox/api/portorders/{order}/status", json={"status": "rejected", "message": "No."})
    assert answer.status_code == 204
    assert attributes_of(api, order)["comments"] == ["No."]


def test_presets_are_taken_away_one_by_one_and_shown_as_integers_then(api: httpx.Client, order: str) -> None:
    address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
    patch(api, order, presets={"e911_id": address, "primary_route_id": "0"})
    for spelling, left in (("presets", int(address)), ("preset", int(address))):
        answer = api.delete(f"/v2/portorders/{order}/{spelling}/primary_route_id")
        assert answer.json()["data"]["attributes"]["presets"] == {
            "cnam_id": None,
            "e911_id": left,
            "primary_route_id": None,
            "failover_route_id": None,
            "alias": None,
        }
    assert patch(api, order, presets={"e911_id": ""}).json()["data"]["attributes"]["presets"]["e911_id"] == ""
    assert patch(api, order, presets={"cnam_id": "1"}).status_code == 404
    assert api.delete(f"/v2/portorders/{order}/presets/pin").status_code == 404


def test_numbers_are_added_to_and_taken_from_a_pending_order(api: httpx.Client, order: str) -> None:
    path = f"/v2/portorders/{order}/relationships/numbers"
    added = "+12065550126"
    answer = api.patch(path, json={"add": [added], "remove": [NUMBERS[0]]})
    assert answer.json()["data"]["attributes"]["numbers"] == [NUMBERS[1], added]
    assert [item["id"] for item in api.get("/v2/numbers").json()["data"]] == [NUMBERS[1][1:], added[1:]]
    assert error_of(api.patch(path, json={"remove": [NUMBERS[1], added]}))["status"] == 422
    assert error_of(api.patch(path, json={"add": ["+12265550100"]}))["status"] == 422
    assert api.patch(path, json={"add": [], "remove": []}).status_code == 200


def test_numbers_are_added_to_a_group_where_they_fit_or_as_another_order(api: httpx.Client, order: str) -> None:
    group = attributes_of(api, order)["group_id"]
    answer = api.post(f"/v2/portorders/{group}/numbers", json={"add": ["+12065550126"]})
    assert answer.json()["data"]["attributes"]["numbers"] == [*NUMBERS, "+12065550126"]
    other = api.post(f"/v2/portorders/{group}/numbers", json={"numbers": ["+18005550126"]}).json()["data"]
    assert (other["id"] != order, other["attributes"]["group_id"]) == (True, group)
    assert api.post("/v2/portorders/1/numbers", json={"add": ["+12065550127"]}).status_code == 404


def test_the_letter_is_signed_as_it_stands_and_once(api: httpx.Client, order: str, sandbox: Sandbox) -> None:
    letter = api.get(f"/v2/portorders/{order}/LOA").json()["data"]["attributes"]
    assert letter["numbers"] == ["2065550123", "2065550124"]
    assert (letter["signature_name"], letter["usage_type"]) == ("", "residential")
    unsigned = api.post(f"/v2/portorders/{order}/loa", json={"data": {"type": "loa", "attributes": letter}})
    assert set(error_of(unsigned)["detail"]["data"]["attributes"]) == {"signature_name", "signature_title"}
    other = letter | {"signature_name": "J", "signature_title": "O", "provider": "Another"}
    changed = api.post(f"/v2/portorders/{order}/loa", json={"data": {"type": "loa", "attributes": other}})
    assert list(error_of(changed)["detail"]["data"]["attributes"]) == ["provider"]
    signed = sign(api, order)
    assert signed.status_code == 201
    (document,) = signed.json()["data"]["attributes"]["business_documents"][0]["data"]
    assert document["attributes"] == {"filename": f"loa-{order}.pdf", "status": "uploaded"}
    assert sign(api, order).status_code == 403
    assert sandbox.control.effects()["sign_letter_of_authorization"] == {order: 1}


def test_a_document_is_sent_to_the_store_and_fetched_from_it_without_keys(
    api: httpx.Client, order: str, store: httpx.Client, sandbox: Sandbox
) -> None:
    told = api.post(f"/v2/portorders/{order}/upload_file", json={"filename": "/home/janet/bill.pdf"}).json()["data"]
    assert (told["type"], told["id"]) == ("portorder-file-url", 0)
    url = told["attributes"]["url"]
    fetch = api.get(f"/v2/portorders/{order}/files/0").json()["data"]
    assert store.get(fetch["attributes"]["url"]).status_code == 404
    assert store.put(url, content=b"%PDF", auth=("sandbox", "sandbox")).status_code == 400
    assert store.put(fetch["attributes"]["url"], content=b"%PDF").status_code == 403
    assert store.put(url, content=b"%PDF bill").status_code == 200
    answer = store.get(fetch["attributes"]["url"])
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF bill", "application/pdf")
    (document,) = documents_of(api, order)
    assert document == {
        "attributes": {"filename": "bill.pdf", "status": "uploaded"},
        "id": "0",
        "links": {"self": f"{BASE_URL}/v2/portorders/{order}/files/0"},
        "type": "portorder-file",
    }
    sandbox.control.advance(3600)
    assert store.get(fetch["attributes"]["url"]).status_code == 403
    assert error_of(api.post(f"/v2/portorders/{order}/upload_file", json={}))["status"] == 422


def test_a_document_of_another_server_is_added_by_its_address(api: httpx.Client, order: str) -> None:
    url = "https://example.com/b.pdf?filename=my.pdf"
    added = api.post(f"/v2/portorders/{order}/files", json={"url": url}).json()["data"]
    assert (added["type"], added["id"], added["attributes"]["filename"]) == ("portorder-file", "0", "my.pdf")
    assert (added["attributes"]["original_url"], added["attributes"]["status"]) == (url, "complete")
    assert api.get(f"/v2/portorders/{order}/files/1").status_code == 404
    assert error_of(api.post(f"/v2/portorders/{order}/files", json={"url": "b.pdf"}))["status"] == 422
    second = str(create(api, numbers=["+12065550125"], business_documents=[url])["id"])
    (document,) = documents_of(api, second)
    assert document["attributes"] == {"filename": url, "status": "uploaded"}


@pytest.mark.anyio
async def test_each_state_is_posted_to_the_order_s_address() -> None:
    posted: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        posted.append(request.content.decode())
        return httpx.Response(200)

    sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen(), webhook_transport=httpx.MockTransport(receive))
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        body = wrap("portorder", **(ORDER | {"status_url": "http://127.0.0.1:9/ports"}))
        group = (await api.post("/v2/portorders", json=body)).json()["data"]["attributes"]
        order = group["orders"]["data"][0]["id"]
        sandbox.control.move_port_order(order, "cancelled")
        assert await sandbox.deliver_due() == 1
    assert f'"message": "Port Order #{order} has been cancelled."' in posted[0]
    for word in ('"type": "po_status_change"', '"resource_type": "portorders"', '"status": "cancelled"'):
        assert word in posted[0]


def test_a_number_of_the_account_cannot_be_ported_to_it(api: httpx.Client) -> None:
    own = buy(api, starts_with=206)
    answer = api.post("/v2/portorders", json=wrap("portorder", **(ORDER | {"numbers": [f"+{own}"]})))
    assert f"+{own}" in error_of(answer)["detail"]["data"]["attributes"]["numbers"][0]


def test_what_is_sent_as_null_is_cleared_and_what_is_not_sent_stays(api: httpx.Client, order: str) -> None:
    given = {"company": "Acme", "pin": "4711", "alias": "first", "street2": "Floor 2"}
    assert patch(api, order, **given).json()["data"]["attributes"]["company"] == "Acme"
    found = patch(api, order, company=None, pin=None).json()["data"]["attributes"]
    assert (found["company"], found["pin"], found["alias"]) == ("", "", "first")
    refused = patch(api, order, billing_name=None)
    assert list(error_of(refused)["detail"]["data"]["attributes"]) == ["billing_name"]


def test_a_number_that_was_ported_is_not_for_sale_after_a_reset(api: httpx.Client, sandbox: Sandbox) -> None:
    create(api)
    sandbox.control.reset()
    found = api.get("/v2/numbers/available", params={"starts_with": NUMBERS[0][1:]})
    assert found.json()["data"] == []
    assert len(create(api)) > 0

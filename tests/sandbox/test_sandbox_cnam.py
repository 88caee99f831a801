import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.sandbox.sandbox_in_process import BASE_URL, buy, error_of, wrap


def create(api: httpx.Client, value: str = "Heartwood") -> str:
    answer = api.post("/v2/cnams", json={"value": value})
    assert answer.status_code == 201
    id_: str = answer.json()["data"]["id"]
    return id_


def test_a_new_record_is_upper_case_and_waits_for_approval(api: httpx.Client) -> None:
    data = api.post("/v2/cnams", json={"value": "Heartwood"}).json()["data"]
    assert data == {
        "attributes": {
            "approval_datetime": None,
            "creation_datetime": "2024-01-01 00:00:00.000000+00:00",
            "is_approved": False,
            "rejection_reason": None,
            "value": "HEARTWOOD",
        },
        "id": data["id"],
        "links": {"self": f"{BASE_URL}/v2/cnams/{data['id']}"},
        "type": "cnam",
    }
    assert api.get(f"/v2/cnams/{data['id']}").json() == {"data": data}


@pytest.mark.parametrize("value", ["A", "a" * 15, "1-800_FLOWERS.", "AT&T, O'NEIL", 'A@B+C/"D"'])
def test_names_of_the_allowed_signs_are_accepted(api: httpx.Client, value: str) -> None:
    create(api, value)


@pytest.mark.parametrize("value", ["", " ", "a" * 16, "12065551234", "A*B", "Ünlü", "A\nB", None, 5])
def test_other_names_are_refused(api: httpx.Client, value: object) -> None:
    assert list(error_of(api.post("/v2/cnams", json={"value": value}))["detail"]) == ["value"]
    wrapped = error_of(api.post("/v2/cnams", json=wrap("cnam", value=value)))
    assert wrapped["status"] == 422
    assert list(wrapped["detail"]["data"]["attributes"]) == ["value"]
    assert api.get("/v2/cnams").json()["data"] == []


def test_a_name_is_on_the_account_once(api: httpx.Client) -> None:
    create(api, "Acme")
    error = error_of(api.post("/v2/cnams", json={"value": "ACME"}))
    assert (error["status"], error["detail"]) == (422, "Duplicate CNAM entry found on your account")


def test_without_the_money_no_record_is_created(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.set_balance(0)
    error = error_of(api.post("/v2/cnams", json={"value": "ACME"}))
    assert (error["status"], error["detail"]) == (403, "Insufficient funds to perform this operation")
    assert api.get("/v2/cnams").json()["data"] == []


def test_records_are_filtered_by_approval_and_part_of_the_name(api: httpx.Client, sandbox: Sandbox) -> None:
    first, second = create(api, "Brown Bag"), create(api, "Leather Rebel")
    sandbox.control.approve_cnam(first)

    def found(query: str) -> tuple[list[str], str]:
        page = api.get(f"/v2/cnams?{query}").json()
        return [item["id"] for item in page["data"]], page["links"]["self"].partition("?")[2]

    assert found("") == ([first, second], "limit=10&offset=0")
    assert found("is_approved=true") == ([first], "is_approved=True&limit=10&offset=0")
    assert found("is_approved=False") == ([second], "is_approved=False&limit=10&offset=0")
    assert found("value=rebel") == ([second], "value=rebel&limit=10&offset=0")
    # The vendor's clients send these, and the vendor's server does nothing with them.
    assert found("starts_with=LEATHER")[0] == [first, second]
    assert api.get("/v2/cnams?is_approved=perhaps").status_code == 422


def test_lists_have_no_longest_page(api: httpx.Client) -> None:
    assert "limit=5000&" in api.get("/v2/cnams?limit=5000").json()["links"]["self"]


def test_only_a_pending_name_can_be_changed(api: httpx.Client, sandbox: Sandbox) -> None:
    id_ = create(api, "Acme")
    create(api, "Other")
    sandbox.control.reject_cnam(id_, "Misleading")
    assert api.get(f"/v2/cnams/{id_}").json()["data"]["attributes"]["rejection_reason"] == "Misleading"
    answer = api.patch(f"/v2/cnams/{id_}", json=wrap("cnam", value="my business"))
    attributes = answer.json()["data"]["attributes"]
    assert (answer.status_code, attributes["value"], attributes["rejection_reason"]) == (200, "MY BUSINESS", None)
    assert api.patch(f"/v2/cnams/{id_}", json=wrap("cnam", value="Other")).status_code == 422
    sandbox.control.approve_cnam(id_)
    assert api.patch(f"/v2/cnams/{id_}", json=wrap("cnam", value="Late")).status_code == 422
    assert api.patch("/v2/cnams/1", json=wrap("cnam", value="Late")).status_code == 404


@pytest.mark.parametrize("spelling", ["cnams", "cnam"])
def test_an_approved_record_is_given_to_a_number_and_taken_away(
    api: httpx.Client, number: str, sandbox: Sandbox, spelling: str
) -> None:
    id_ = create(api)
    sandbox.clock.advance(60)
    sandbox.control.approve_cnam(id_)
    detail = api.get(f"/v2/cnams/{id_}").json()["data"]
    assert detail["attributes"]["approval_datetime"] == "2024-01-01 00:01:00.000000+00:00"
    assert detail["relationships"] == {"numbers": {"data": []}}
    path = f"/v2/numbers/{number}/relationships/{spelling}"
    answer = api.patch(f"{path}/{id_}")
    created = {"date_created": "Mon, 01 Jan 2024 00:01:00 GMT"}
    assert (answer.status_code, answer.json()) == (
        202,
        {"data": {"attributes": created, "id": int(id_), "type": "cnam"}},
    )
    body = api.get(f"/v2/cnams/{id_}").json()
    assert body["data"]["relationships"] == {"numbers": {"data": [{"id": number, "type": "number"}]}}
    assert [item["id"] for item in body["included"]] == [number]
    answer = api.delete(path)
    assert (answer.status_code, answer.json()) == (202, {"data": {"attributes": created, "id": None, "type": "cnam"}})
    assert "included" not in api.get(f"/v2/cnams/{id_}").json()


def test_a_record_must_be_approved_before_a_number_can_show_it(
    api: httpx.Client, number: str, sandbox: Sandbox
) -> None:
    id_ = create(api)
    path = f"/v2/numbers/{number}/relationships/cnams/{id_}"
    assert error_of(api.patch(path))["status"] == 422
    sandbox.control.reject_cnam(id_, "Misleading")
    assert error_of(api.patch(path))["status"] == 422
    sandbox.control.approve_cnam(id_)
    assert api.patch(path).status_code == 202


@pytest.mark.parametrize("code", ["888", "416"])
def test_only_local_numbers_of_the_us_show_names(api: httpx.Client, sandbox: Sandbox, code: str) -> None:
    id_ = create(api)
    sandbox.control.approve_cnam(id_)
    assert api.patch(f"/v2/numbers/{buy(api, starts_with=code)}/relationships/cnams/{id_}").status_code == 422


def test_deleting_a_record_takes_it_from_its_numbers(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    id_ = create(api)
    sandbox.control.approve_cnam(id_)
    api.patch(f"/v2/numbers/{number}/relationships/cnams/{id_}")
    assert api.delete(f"/v2/cnams/{id_}").status_code == 204
    assert api.get(f"/v2/numbers/{number}").json()["data"]["relationships"]["cnam_preset"] == {"data": None}
    error = error_of(api.delete(f"/v2/cnams/{id_}"))
    assert (error["status"], error["title"]) == (404, "Resource not found")
    assert error["detail"] == "CNAM record not found. Nothing to delete."


def test_only_numbers_and_records_of_the_account_can_be_joined(api: httpx.Client, number: str) -> None:
    id_ = create(api)
    assert api.patch(f"/v2/numbers/{number}/relationships/cnams/1").status_code == 404
    assert api.patch(f"/v2/numbers/12065550100/relationships/cnams/{id_}").status_code == 404
    assert api.delete("/v2/numbers/12065550100/relationships/cnams").status_code == 404
    assert api.get("/v2/cnams/1").status_code == 404

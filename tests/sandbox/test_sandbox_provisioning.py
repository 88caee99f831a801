"""Messaging turned on and off for numbers, and the newer shape of numbers, in which that is told and asked for."""

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import BASE_URL, buy, error_of, for_sale

TO = "12065550199"


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    sandbox.control.set_options(provisioning_delay=1)
    return sandbox


@pytest.fixture
def number(api: httpx.Client, sandbox: Sandbox) -> str:
    bought = buy(api, starts_with=206)
    sandbox.control.advance(1)
    return bought


def sends(api: httpx.Client, number: str) -> int:
    status: int = api.post("/v2.1/messages", json={"from": number, "to": TO, "body": "hello"}).status_code
    return status


def attributes_of(api: httpx.Client, number: str) -> dict[str, object]:
    found: dict[str, object] = api.get(f"/v2/numbers/{number}").json()["data"]["attributes"]
    return found


def task_of(api: httpx.Client, id_: str) -> dict[str, object]:
    found: dict[str, object] = api.get(f"/v2/message-provision/status/{id_}").json()["data"]["attributes"]
    return found


def test_a_task_of_one_number_takes_its_time_and_turns_messaging_off_and_on(
    api: httpx.Client, number: str, sandbox: Sandbox
) -> None:
    for action, expected in (("disable", 403), ("enable", 202)):
        before = sends(api, number)
        answer = api.post("/v2/message-provision", json={"numbers": [number], "action": action})
        data = answer.json()["data"]
        assert (answer.status_code, data["type"]) == (201, "message_provisioning_status")
        assert data["attributes"] == {"status": "processing", "tn": number}
        assert (task_of(api, data["id"])["status"], sends(api, number)) == ("processing", before)
        sandbox.control.advance(1)
        assert (task_of(api, data["id"])["status"], sends(api, number)) == ("successful", expected)


def test_a_task_of_several_numbers_says_which_failed(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    other = "12065550100"
    answer = api.post("/v2/message-provision", json={"numbers": [number, f"+{other}"], "action": "enable"})
    data = answer.json()["data"]
    assert data["type"] == "message_bulk_provisioning_status"
    assert data["attributes"]["numbers"] == {"successful": [], "processing": [number, other], "failed": []}
    sandbox.control.advance(1)
    assert task_of(api, data["id"])["numbers"] == {"successful": [number], "processing": [], "failed": [other]}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"numbers": []}, "numbers"),
        ({"numbers": [12065550100]}, "numbers"),
        ({"numbers": None}, "numbers"),
        ({"action": "turn on"}, "action"),
        ({"action": {}}, "action"),
        ({"callback_url": "nowhere"}, "callback_url"),
        ({"email": "perhaps"}, "email"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_by_name(
    api: httpx.Client, number: str, change: dict[str, object], name: str
) -> None:
    body: dict[str, object] = {"numbers": [number], "action": "enable"}
    assert list(error_of(api.post("/v2/message-provision", json=body | change))["detail"]) == [name]
    assert api.get("/v2/message-provision/status/none").status_code == 404


def test_bought_with_messaging_the_number_has_it_once_the_task_has_ended(api: httpx.Client, sandbox: Sandbox) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    answer = api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True, "cnam_lookups_enabled": "false"})
    body = answer.json()
    assert answer.status_code == 201
    assert (body["data"]["attributes"]["messaging_enabled"], body["data"]["attributes"]["cnam_lookups_enabled"]) == (
        False,
        False,
    )
    (task,) = [item for item in body["included"] if item["type"] == "message_provisioning_status"]
    assert task["attributes"] == {"status": "processing", "tn": number}
    assert body["data"]["relationships"]["message_provision"]["data"]["id"] == task["id"]
    assert sends(api, number) == 403
    sandbox.control.advance(1)
    assert (attributes_of(api, number)["messaging_enabled"], sends(api, number)) == (True, 202)


def test_bought_while_the_service_is_down_the_number_is_there_and_messaging_is_not(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.control.set_options(provisioning_down=True)
    first, second = for_sale(api, starts_with=206, limit=2)
    answer = api.post(f"/v2/numbers/{first}", json={"messaging_enabled": True})
    assert (answer.status_code, answer.json()["data"]["id"]) == (207, first)
    assert "message_provision" not in answer.json()["data"]["relationships"]
    assert sandbox.control.effects()["purchase_number"] == {first: 1}
    assert api.post(f"/v2/numbers/{second}").status_code == 201
    assert api.patch(f"/v2/numbers/{first}", json={"type": "number", "messaging_enabled": True}).status_code == 207
    assert api.post("/v2/message-provision", json={"numbers": [first], "action": "enable"}).status_code == 503
    sandbox.control.set_options(provisioning_down=False)
    assert api.patch(f"/v2/numbers/{first}", json={"type": "number", "messaging_enabled": True}).status_code == 200
    sandbox.control.advance(1)
    assert attributes_of(api, first)["messaging_enabled"] is True


def test_a_purchase_takes_its_choices_in_the_query_as_well(api: httpx.Client) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    answer = api.post(f"/v2/numbers/{number}?cnam_lookups_enabled=False&messaging_enabled=False")
    assert (answer.status_code, answer.json()["data"]["attributes"]["cnam_lookups_enabled"]) == (201, False)
    assert sends(api, number) == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [("messaging_enabled", "perhaps"), ("messaging_email", 2), ("messaging_callback_url", "nowhere")],
)
def test_a_purchase_with_a_wrong_choice_buys_nothing(api: httpx.Client, name: str, value: object) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    assert list(error_of(api.post(f"/v2/numbers/{number}", json={name: value}))["detail"]) == [name]
    assert api.get(f"/v2/numbers/{number}").status_code == 404


def test_a_number_of_today_says_what_it_costs_and_can(api: httpx.Client, sandbox: Sandbox) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    assert api.post(f"/v2/numbers/{number}").status_code == 201
    sandbox.control.set_options(shape="2018")
    old = attributes_of(api, number)
    assert sends(api, number) == 202
    sandbox.control.set_options(shape="today")
    new = attributes_of(api, number)
    assert (
        new.items()
        >= {
            **old,
            "number_type": "longcode",
            "messaging_enabled": False,
            "status": "PURCHASED",
            "iso_country": "US",
            "rate_type": "local",
            "note": None,
        }.items()
    )
    assert new["tier"] in {"Standard", "US Promo $1.0/$0.85/$0.005"}
    assert all(isinstance(new[name], int | float) for name in ("monthly_cost", "setup_cost", "inbound_rate"))
    (listed,) = api.get("/v2/numbers").json()["data"]
    assert listed["attributes"].keys() == old.keys() | {"messaging_enabled", "status", "iso_country", "tier"}
    assert sends(api, number) == 403
    body = {"type": "number", "messaging_enabled": True}
    assert api.patch(f"/v2/numbers/{number}", json=body).json()["data"]["attributes"]["messaging_enabled"] is False
    sandbox.control.advance(1)
    assert (attributes_of(api, number)["messaging_enabled"], sends(api, number)) == (True, 202)
    free = api.get("/v2/numbers/available", params={"starts_with": 800, "limit": 1}).json()["data"][0]["attributes"]
    assert (free["number_type"], free["iso_country"], free["rate_type"]) == ("toll-free", "US", "local")
    detail = api.get(f"/v2/numbers/{number}").json()["included"][0]
    assert detail["attributes"] == {
        "route_type": "sip-reg",
        "alias": "sip-reg",
        "value": None,
        "edge_strategy_id": None,
    }
    assert api.get("/v2/routes").json()["data"][0]["attributes"] == detail["attributes"]


def test_the_shape_of_2018_and_the_newer_version_of_the_path_keep_theirs(
    api: httpx.Client, number: str, sandbox: Sandbox
) -> None:
    sandbox.control.set_options(shape="2018")
    assert "status" not in attributes_of(api, number)
    newer = api.get(f"/v2.1/numbers/{number}").json()["data"]["attributes"]
    assert (newer["status"], newer["number_type"]) == ("PURCHASED", "longcode")


def test_the_shape_can_be_chosen_at_the_start() -> None:
    assert Sandbox(numbers=400).control.options().shape == "today"
    assert Sandbox(numbers=400, shape="2018").control.options().shape == "2018"
    with pytest.raises(ValueError, match="shape must be 2018 or today"):
        Sandbox(numbers=400, shape="1999")  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.anyio
async def test_the_end_of_a_task_is_posted_to_its_callback() -> None:
    posted: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        posted.append(request.content.decode())
        return httpx.Response(200)

    sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen(), webhook_transport=httpx.MockTransport(receive))
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        (number,) = (await api.get("/v2/numbers/available?limit=1")).json()["data"]
        choices = {"messaging_enabled": True, "messaging_callback_url": "http://localhost:9/done"}
        assert (await api.post(f"/v2/numbers/{number['id']}", json=choices)).status_code == 201
        sandbox.clock.advance(1)
        assert await sandbox.deliver_due() == 1
    assert '"resource_type": "message-provision"' in posted[0]
    assert '"status": "successful"' in posted[0]


def test_a_number_that_lost_messaging_can_be_given_back_and_bought_anew(api: httpx.Client, sandbox: Sandbox) -> None:
    number = buy(api, starts_with=206)
    sandbox.control.advance(1)
    api.post("/v2/message-provision", json={"numbers": [number], "action": "disable"})
    sandbox.control.advance(1)
    assert sends(api, number) == 403
    assert api.delete(f"/v2/numbers/{number}").status_code == 204
    assert buy(api, starts_with=number) == number
    sandbox.control.advance(1)
    assert sends(api, number) == 202


def test_a_number_that_cannot_send_is_told_what_to_do(api: httpx.Client) -> None:
    number = for_sale(api, starts_with=206, limit=1)[0]
    assert api.post(f"/v2/numbers/{number}").status_code == 201
    refusal = api.post("/v2.1/messages", json={"from": number, "to": TO, "body": "hello"})
    assert error_of(refusal)["detail"].endswith("enable it, and wait until that task has ended.")

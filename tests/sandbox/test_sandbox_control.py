from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from flowroute_async.sandbox import ConnectionDropped, Sandbox, SandboxClock
from flowroute_async.sandbox.endpoints import OPERATIONS
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, InProcess, buy, client_of, error_of, for_sale, wrap
from tests.virtual_time import VIRTUAL_TIME

CONTROL = "/_sandbox/api"


def test_every_operation_has_the_name_that_faults_and_records_use() -> None:
    names = """
        list_numbers get_number purchase_number search_available_numbers list_available_area_codes
        list_available_exchanges list_routes create_route set_primary_route set_failover_route send_message
        list_messages get_message list_e911_addresses get_e911_address validate_e911_address create_e911_address
        update_e911_address delete_e911_address associate_e911_address unassociate_e911_address list_e911_numbers
        list_cnam_records get_cnam_record create_cnam_record update_cnam_record delete_cnam_record
        associate_cnam_record unassociate_cnam_record
    """
    assert set(names.split()) <= set(OPERATIONS)


def test_all_requests_are_noted_until_they_are_cleared(api: httpx.Client, sandbox: Sandbox) -> None:
    api.get("/v2/routes?limit=1", headers={"x-mine": "yes"})
    api.post("/v2/cnams", json={"value": "ACME"})
    api.get("/v2/nothing")
    first, second, third = sandbox.control.requests()
    assert (first.method, first.path, first.query, first.operation) == ("GET", "/v2/routes", "limit=1", "list_routes")
    assert (first.status, first.body, first.headers["x-mine"]) == (200, "", "yes")
    assert first.duration > 0
    assert (second.operation, second.status, second.body) == ("create_cnam_record", 201, '{"value":"ACME"}')
    assert (third.operation, third.status) == ("unknown", 404)
    assert not any("authorization" in request.headers for request in (first, second, third))
    shown = api.get(f"{CONTROL}/requests").json()
    assert [request["operation"] for request in shown] == ["list_routes", "create_cnam_record", "unknown"]
    assert api.delete(f"{CONTROL}/requests").status_code == 204
    assert sandbox.control.requests() == []


def test_a_status_comes_instead_of_the_effect_and_as_often_as_told(api: httpx.Client, sandbox: Sandbox) -> None:
    number = for_sale(api, limit=1)[0]
    sandbox.control.add_fault("purchase_number", times=2, status=503, retry_after=7)
    for _ in range(2):
        answer = api.post(f"/v2/numbers/{number}")
        assert (answer.status_code, error_of(answer)["title"]) == (503, "Service Unavailable")
        assert answer.headers["retry-after"] == "7"
    assert "purchase_number" not in sandbox.control.effects()
    assert sandbox.control.faults() == []
    assert api.post(f"/v2/numbers/{number}").status_code == 201


def test_a_status_can_come_after_the_effect(api: httpx.Client, sandbox: Sandbox) -> None:
    number = for_sale(api, limit=1)[0]
    sandbox.control.add_fault("purchase_number", status=504, after_effect=True)
    assert api.post(f"/v2/numbers/{number}").status_code == 504
    assert sandbox.control.effects()["purchase_number"] == {number: 1}
    assert api.get(f"/v2/numbers/{number}").status_code == 200


def test_a_fault_waits_for_its_operation_and_a_star_for_any(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("create_route", status=500)
    assert api.get("/v2/routes").status_code == 200
    sandbox.control.add_fault("*", status=418)
    assert api.get("/v2/routes").status_code == 418
    assert api.post("/v2/routes", json={}).status_code == 500
    assert api.post("/v2/routes", json={}).status_code == 422


def test_body_and_headers_of_a_fault_are_sent_as_given(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.add_fault(status=502, body="<html>", headers={"Content-Type": "text/html", "X-Id": "1"})
    answer = api.get("/v2/routes")
    assert (answer.text, answer.headers["content-type"], answer.headers["x-id"]) == ("<html>", "text/html", "1")
    sandbox.control.add_fault(status=299, body={"data": []})
    assert (api.get("/v2/routes").status_code, api.get("/v2/routes").status_code) == (299, 200)
    sandbox.control.add_fault(retry_after="soon")
    answer = api.get("/v2/routes")
    assert (answer.status_code, answer.headers["retry-after"]) == (200, "soon")
    sandbox.control.add_fault(status=204)
    assert api.get("/v2/routes").content == b""


@pytest.mark.parametrize(("drop", "effects"), [("before", {}), ("after", {"create_cnam_record": {"ACME": 1}})])
def test_in_process_a_dropped_connection_raises_what_httpx_would_raise(
    api: httpx.Client, sandbox: Sandbox, drop: str, effects: dict[str, Any]
) -> None:
    sandbox.control.add_fault("create_cnam_record", drop=drop)
    with pytest.raises(ConnectionDropped) as caught:
        api.post("/v2/cnams", json={"value": "ACME"})
    assert isinstance(caught.value, httpx.RemoteProtocolError)
    assert sandbox.control.effects() == effects
    assert sandbox.control.requests()[0].status is None


def test_in_process_a_truncated_body_is_half_of_what_its_length_says(api: httpx.Client, sandbox: Sandbox) -> None:
    whole = api.get("/v2/routes").content
    sandbox.control.add_fault(truncate=True)
    answer = api.get("/v2/routes")
    assert answer.content == whole[: len(whole) // 2]
    assert answer.headers["content-length"] == str(len(whole))


def test_a_delay_comes_before_the_answer(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.add_fault(delay=0.02)
    api.get("/v2/routes")
    sandbox.control.set_options(latency=0.01)
    api.get("/v2/routes")
    first, second = sandbox.control.requests()
    assert first.duration >= 0.02
    assert 0.01 <= second.duration < first.duration + 1


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "no_such"},
        {"times": 0},
        {"times": 1.5},
        {"status": 99},
        {"status": "503"},
        {"drop": "sometimes"},
        {"delay": -1},
        {"delay": "long"},
        {"colour": "red"},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(api: httpx.Client, sandbox: Sandbox, fault: object) -> None:
    answer = api.post(f"{CONTROL}/faults", json=fault)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert sandbox.control.faults() == []


def test_faults_are_added_listed_and_cleared_over_http(api: httpx.Client) -> None:
    api.post(f"{CONTROL}/faults", json={"operation": "list_routes", "times": 3, "status": 429, "retry_after": 2})
    (fault,) = api.get(f"{CONTROL}/faults").json()
    assert (fault["operation"], fault["times"], fault["status"], fault["retry_after"]) == ("list_routes", 3, 429, "2")
    assert api.get("/v2/routes").headers["retry-after"] == "2"
    assert api.get(f"{CONTROL}/faults").json()[0]["times"] == 2
    assert api.delete(f"{CONTROL}/faults").status_code == 204
    assert api.get("/v2/routes").status_code == 200


def test_options_are_shown_changed_and_checked(api: httpx.Client, sandbox: Sandbox) -> None:
    assert api.get(f"{CONTROL}/options").json()["max_page"] == 200
    assert api.patch(f"{CONTROL}/options", json={"max_page": 3, "rate": None}).status_code == 204
    assert len(api.get("/v2/numbers/available?limit=9").json()["data"]) == 3
    before = sandbox.control.options()
    for wrong in (
        {"latency": -1},
        {"latency": None},
        {"latency": "x"},
        {"max_page": 0},
        {"max_page": 1.5},
        {"rate": True},
        {"sms_rate": "x"},
        {"webhook_format": "xml"},
        {"no_such": 1},
    ):
        assert api.patch(f"{CONTROL}/options", json=wrong).status_code == 400
    assert sandbox.control.options() == before


def test_the_clock_the_balance_and_the_state_are_at_hand_over_http(api: httpx.Client, number: str) -> None:
    assert api.post(f"{CONTROL}/advance", json={"seconds": 90}).status_code == 204
    assert api.put(f"{CONTROL}/balance", json={"dollars": 12.5}).status_code == 204
    state = api.get(f"{CONTROL}/state").json()
    assert (state["now"], state["balance"]) == ("2024-01-01T00:01:30+00:00", 12.5)
    assert [record["id"] for record in state["numbers"]] == [number]
    assert api.get(f"{CONTROL}/effects").json() == {"purchase_number": {number: 1}}
    for path, body in (("advance", {"seconds": -1}), ("advance", {"seconds": "x"}), ("advance", {})):
        assert api.post(f"{CONTROL}/{path}", json=body).status_code == 400
    assert api.put(f"{CONTROL}/balance", json={"dollars": "x"}).status_code == 400


def test_the_vendor_s_staff_is_at_hand_over_http(api: httpx.Client, number: str) -> None:
    id_ = api.post("/v2/cnams", json={"value": "ACME"}).json()["data"]["id"]
    assert api.post(f"{CONTROL}/cnams/{id_}/reject", json={"reason": "Misleading"}).status_code == 204
    assert api.get(f"/v2/cnams/{id_}").json()["data"]["attributes"]["rejection_reason"] == "Misleading"
    assert api.post(f"{CONTROL}/cnams/{id_}/approve").status_code == 204
    assert api.get(f"/v2/cnams/{id_}").json()["data"]["attributes"]["is_approved"] is True
    assert api.post(f"{CONTROL}/cnams/1/approve").status_code == 404
    assert api.put(f"{CONTROL}/numbers/{number}/emergency", json={"capable": False}).status_code == 204
    address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
    assert api.patch(f"/v2/numbers/{number}/relationships/e911s/{address}").status_code == 422


def test_a_reset_goes_back_to_the_start(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.control.set_options(max_page=7)
    sandbox.control.add_fault("list_routes", status=500)
    sandbox.control.set_balance(1)
    sandbox.control.advance(60)
    api.post("/v2/cnams", json={"value": "ACME"})
    assert api.post(f"{CONTROL}/reset").status_code == 204
    fresh = Sandbox(numbers=4_000, clock=SandboxClock.frozen())
    assert sandbox.control.state() == fresh.control.state()
    assert sandbox.control.requests() == []
    assert sandbox.control.options().max_page == 200
    assert api.get("/v2/routes").status_code == 200
    assert number in for_sale(api, starts_with=206, limit=200)


def while_an_answer_is_delayed(sandbox: Sandbox, act: Callable[[], None]) -> httpx.Response | None:
    """Act while a record is being created, and return the answer, or None where the connection is dropped."""
    answers: list[httpx.Response | None] = []

    async def create() -> None:
        transport = httpx.ASGITransport(app=sandbox.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
            try:
                answers.append(await api.post("/v2/cnams", json={"value": "ACME"}))
            except httpx.RemoteProtocolError:
                answers.append(None)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(create)
            await anyio.sleep(1)
            act()

    sandbox.control.add_fault("create_cnam_record", delay=30)
    anyio.run(main, backend_options=VIRTUAL_TIME["asyncio"]())
    return answers[0]


def test_a_request_that_waits_during_a_reset_is_of_the_account_that_is_gone() -> None:
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen())
    assert while_an_answer_is_delayed(sandbox, sandbox.control.reset) is None
    assert sandbox.control.requests() == []
    assert sandbox.control.state() == Sandbox(numbers=4_000, clock=SandboxClock.frozen()).control.state()


def test_a_request_that_waits_while_requests_are_cleared_is_answered_and_forgotten() -> None:
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen())
    answer = while_an_answer_is_delayed(sandbox, sandbox.control.clear_requests)
    assert answer is not None
    assert answer.status_code == 201
    assert sandbox.control.requests() == []
    assert len(sandbox.control.snapshot().names) == 1


def test_the_control_interface_answers_programs_of_this_machine_only(sandbox: Sandbox) -> None:
    class FromElsewhere(InProcess):
        def __init__(self, sandbox: Sandbox) -> None:
            self._transport = httpx.ASGITransport(app=sandbox.app, client=("192.0.2.1", 5))

    with httpx.Client(transport=FromElsewhere(sandbox), base_url=BASE_URL, auth=("sandbox", "sandbox")) as elsewhere:
        assert elsewhere.get("/v2/routes").status_code == 200
        assert elsewhere.get(f"{CONTROL}/state").status_code == 403
    with client_of(sandbox) as api:
        assert api.get(f"{CONTROL}/state").status_code == 200
        assert api.post(f"{CONTROL}/reset").status_code == 204


def test_the_control_interface_takes_orders_of_its_own_pages_only(api: httpx.Client) -> None:
    def reset(host: str = "localhost:8900", **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.post(f"{CONTROL}/reset", headers={"host": host, **named}).status_code

    own = "http://localhost:8900"
    assert reset(origin=own) == 204
    assert reset(origin=own, sec_fetch_site="same-origin") == 204
    assert reset(host="[::1]:8900", origin="http://[::1]:8900") == 204
    for foreign in ("http://evil.example", "null", "http://localhost:8901", "https://localhost:8900"):
        assert reset(origin=foreign) == 403
    assert reset(sec_fetch_site="cross-site") == 403
    assert reset(origin=own, sec_fetch_site="same-site") == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", "[::1"])
def test_a_name_that_was_made_to_point_at_this_machine_controls_and_reads_nothing(api: httpx.Client, host: str) -> None:
    own = {"host": host, "origin": f"http://{host}"}
    assert api.post(f"{CONTROL}/reset", headers=own).status_code == 403
    assert api.get(f"{CONTROL}/state", headers={"host": host, "sec-fetch-site": "same-origin"}).status_code == 403
    # A browser that reads what it takes for its own site may send neither, if the site has no encryption.
    assert api.get(f"{CONTROL}/state", headers={"host": host}).status_code == 403


def test_control_calls_meet_no_faults_and_are_not_noted(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.add_fault(status=500)
    assert api.get(f"{CONTROL}/options", auth=None).status_code == 200
    assert len(sandbox.control.faults()) == 1
    assert sandbox.control.requests() == []


def test_a_snapshot_stays_as_it_was(api: httpx.Client, sandbox: Sandbox) -> None:
    number = buy(api)
    before = sandbox.control.snapshot()
    api.patch(f"/v2/numbers/{number}", json={"alias": "x"})
    buy(api)
    assert [(one.id, one.alias) for one in before.numbers] == [(number, None)]
    assert [one.alias for one in sandbox.control.snapshot().numbers] == ["x", None]


def test_effects_count_what_happened_and_not_what_was_refused(api: httpx.Client, sandbox: Sandbox) -> None:
    number = buy(api)
    api.post(f"/v2/numbers/{number}")
    api.post("/v2/cnams", json={"value": ""})
    for _ in range(2):
        api.patch(f"/v2/numbers/{number}", json={"alias": "x"})
    assert sandbox.control.effects() == {"purchase_number": {number: 1}, "update_number": {number: 2}}


@pytest.mark.parametrize(
    "body", ['"http://127.0.0.1:9/hook"', "[]", "null", "{", "url=http://127.0.0.1:9/hook", "\xff"]
)
def test_a_body_that_is_no_object_is_refused_in_words(api: httpx.Client, body: str) -> None:
    answer = api.put(f"{CONTROL}/callbacks/sms_callback", content=body.encode("latin-1"))
    assert (answer.status_code, answer.json()) == (400, {"error": "the body must be a JSON object"})


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("POST", "messages", b"[" * 100_000), "the body is nested too deeply"),
        (("POST", "faults", b'{"body":' * 5_000 + b"1" + b"}" * 5_000), "the body is nested too deeply"),
        (("PUT", "balance", b'{"dollars": 1e999}'), "dollars: Input should be a finite number"),
        (("PUT", "balance", b'{"dollars": NaN}'), "dollars: Input should be a finite number"),
        (("PUT", "balance", b'{"dollars": 1' + b"0" * 5_000 + b"}"), "the body must be a JSON object"),
        (("POST", "messages", b'{"to": "12065550100"}'), "from: is missing"),
        (("POST", "messages", b'{"from": 12065550100, "to": "12065550100"}'), "from: Input should be a valid string"),
        (("POST", "messages", b'{"from": "1206", "to": "1206", "media_urls": "x"}'), "media_urls: must be a list"),
        (("POST", "messages", b'{"from": "1206", "to": "1206", "colour": "red"}'), "colour: is no argument of this"),
        (("PUT", "numbers/1206/emergency", b'{"capable": "no"}'), "capable: Input should be a valid boolean"),
        (("POST", "cnams/1/approve", b'{"record": "2"}'), "record: stands in the path already"),
        (("POST", "faults", b'{"times": 1.5}'), "times: Input should be a valid integer"),
        (("POST", "faults", b'{"headers": {"a\\nb": "c"}}'), "headers and retry_after must be such as HTTP can carry"),
    ],
    ids=lambda value: " ".join(map(str, value))[:40] if isinstance(value, tuple) else "",
)
def test_a_call_that_makes_no_sense_is_refused_in_words(
    api: httpx.Client, call: tuple[str, str, bytes], error: str
) -> None:
    method, path, body = call
    answer = api.request(method, f"{CONTROL}/{path}", content=body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_control_that_there_is_not_is_said_to_be_none(api: httpx.Client) -> None:
    answer = api.delete(f"{CONTROL}/state")
    assert (answer.status_code, answer.json()) == (404, {"error": "there is no control DELETE state"})


@pytest.mark.parametrize("form", ["+1 (206) 555-0100", "206-555-0100", "1.206.555.0100", "tel:+12065550100"])
def test_phone_numbers_are_taken_in_any_usual_form(api: httpx.Client, sandbox: Sandbox, form: str) -> None:
    number = buy(api)
    own = f"+{number[0]} ({number[1:4]}) {number[4:7]}-{number[7:]}"
    sandbox.control.receive_message(from_=form, to=own, body="hi")
    (message,) = sandbox.control.snapshot().messages
    assert (message.sender, message.recipient) == ("12065550100", number)


@pytest.mark.parametrize("text", ["", "me", "12", "1" * 16, "+", "1206555010O", "12065550100;ext=5", "١٢٠٦٥٥٥٠١٠٠"])
def test_what_is_no_phone_number_is_refused(sandbox: Sandbox, text: str) -> None:
    with pytest.raises(ValueError, match="from must be a phone number"):
        sandbox.control.receive_message(from_=text, to="12065550100", body="hi")


def test_a_callback_that_there_is_not_names_those_that_there_are(api: httpx.Client) -> None:
    answer = api.put(f"{CONTROL}/callbacks/nonsense", json={"url": None})
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "there is no callback nonsense; the kinds are sms_callback, mms_callback, sms_dlr_callback, "
        "mms_dlr_callback, dlr_callback"
    )


def test_answers_of_the_control_interface_end_their_line(api: httpx.Client) -> None:
    assert api.get(f"{CONTROL}/faults").text == "[]\n"
    assert api.post(f"{CONTROL}/cnams/1/approve").text.endswith("}\n")
    assert api.delete(f"{CONTROL}/faults").content == b""

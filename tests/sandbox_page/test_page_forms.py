"""Every form of the page does what it says, and says what it did."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.callbacks import CALLBACK_TYPES
from tests.sandbox_page.page_reader import BASE_URL, ROOT, notice, read, submit

pytestmark = pytest.mark.anyio


def messages_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    messages: Any = sandbox.control.state()["messages"]
    return list(messages)


async def name_of(api: httpx.AsyncClient, value: str) -> str:
    created = await api.post("/v2/cnams", json={"data": {"type": "cnam", "attributes": {"value": value}}})
    record: str = created.json()["data"]["id"]
    return record


async def test_an_sms_arrives_and_its_conversation_is_shown(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    answer = await submit(client, "/", "message", **{"from": "+12065550100"}, to=number, body="two\r\nlines")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ROOT}/?own={number}&peer=12065550100&done=message"
    (message,) = messages_of(sandbox)
    assert (message["sender"], message["recipient"], message["body"]) == ("12065550100", number, "two\nlines")
    assert not message["is_mms"]
    shown = await client.get(answer.headers["location"])
    assert notice(shown) == "The message has arrived."
    page = read(shown)
    assert "two lines" in page.one("ol", id="thread").text
    assert page.one("input", id="from").attributes["value"] == "12065550100", "ready for the next one"


async def test_media_make_it_an_mms_and_a_text_is_not_needed(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    media = "http://127.0.0.1:9/cat.png\r\nhttps://files.example.com/menu.pdf"
    assert (await submit(client, "/", "message", **{"from": "5550100"}, to=number, media=media)).status_code == 303
    (message,) = messages_of(sandbox)
    assert message["is_mms"]
    assert [item["url"] for item in message["media"]] == media.split()


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (
            {"from": "me", "body": "hello"},
            (422, "The sender must be a phone number, such as 12065550100 or +1 (206) 555-0100."),
        ),
        ({"from": "12065550100"}, (422, "A message needs a text or media.")),
        ({"from": "12065550100", "media": "javascript:alert(1)"}, (422, "Media must be http, https or data URLs.")),
        ({"from": "12065550100", "body": "x", "to": "12065550199"}, (404, "The number is not on the account.")),
    ],
)
async def test_a_message_that_cannot_arrive_is_explained_and_stays_filled_in(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str, fields: dict[str, str], refusal: tuple[int, str]
) -> None:
    answer = await submit(client, "/", "message", **{"to": number, **fields})
    assert (answer.status_code, notice(answer)) == refusal
    assert read(answer).one("title").text.startswith("Error: ")
    assert read(answer).one("input", id="from").attributes["value"] == fields["from"]
    assert messages_of(sandbox) == []


async def test_a_name_is_approved(client: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    record = await name_of(api, "ACME")
    other = await name_of(api, "OTHER")
    answer = await submit(client, "/names", "approve", record=record)
    assert answer.headers["location"] == f"{ROOT}/names?done=approve"
    page = read(await client.get(answer.headers["location"]))
    assert page.one("span", id="waiting-names").text == "1 waiting"
    assert page.one("p", id="waiting-count").text == "1 name waits."
    assert "approved" in page.one("tr", id=f"decided-{record}").text
    assert "OTHER" in page.one("li", id=f"name-{other}").text


async def test_a_name_is_rejected_for_a_reason(client: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    record = await name_of(api, "ACME")
    refused = await submit(client, "/names", "reject", record=record, reason=" ")
    assert (refused.status_code, notice(refused)) == (422, "A rejection needs a reason.")
    answer = await submit(client, "/names", "reject", record=record, reason="Not your name")
    page = read(await client.get(answer.headers["location"]))
    assert page.one("p", id="waiting-count").text == "No name waits."
    assert "rejected Not your name" in page.one("tr", id=f"decided-{record}").text
    resource = (await api.get(f"/v2/cnams/{record}")).json()["data"]["attributes"]
    assert resource["rejection_reason"] == "Not your name"


async def test_a_name_that_is_gone_meanwhile_is_explained(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"{ROOT}/names", data={"form": "approve", "record": "1"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert (answer.status_code, notice(answer)) == (404, "There is no such CNAM record.")


async def test_a_fault_is_met_as_often_as_told_and_shown_until_then(
    client: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    answer = await submit(client, "/requests", "fault", operation="list_routes", kind="503", times="2")
    page = read(await client.get(answer.headers["location"]))
    assert page.one("ul", id="faults").text == "list_routes answers 503, Retry-After: 2 2 times"
    failed = await api.get("/v2/routes")
    assert (failed.status_code, failed.headers["retry-after"]) == (503, "2")
    page = read(await client.get(f"{ROOT}/requests"))
    assert "1 time" in page.one("ul", id="faults").text
    assert page.one("tbody", id="requests").all("tr")[0].text.startswith("503 GET /v2/routes list_routes")
    assert (await submit(client, "/requests", "clear-faults")).status_code == 303
    assert (await api.get("/v2/routes")).status_code == 200


async def test_every_kind_of_fault_can_be_switched_on(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    options = read(await client.get(f"{ROOT}/requests")).one("select", id="kind").all("option")
    for option in options:
        answer = await submit(client, "/requests", "fault", operation="*", kind=option.attributes["value"])
        assert answer.status_code == 303
    assert len(sandbox.control.faults()) == len(options) >= 8
    shown = read(await client.get(f"{ROOT}/requests")).one("ul", id="faults").text
    for words in ("answers 500", "after the effect", "drops the connection before", "waits 5 s", "in half"):
        assert words in shown


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"times": "0"}, "How often must be a whole number from 1 to 999999."),
        ({"times": "1e3"}, "How often must be a whole number from 1 to 999999."),
        ({"kind": "earthquake"}, "There is no such kind of fault."),
        ({"operation": "make_tea"}, "There is no operation make_tea."),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, sandbox: Sandbox, fields: dict[str, str], text: str
) -> None:
    answer = await submit(client, "/requests", "fault", **fields)
    assert (answer.status_code, notice(answer)) == (422, text)
    assert sandbox.control.faults() == []


async def test_requests_are_forgotten(client: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await api.get("/v2/routes")
    assert (await submit(client, "/requests", "clear-requests")).status_code == 303
    assert sandbox.control.requests() == []


async def test_the_clock_moves_forward_and_webhooks_that_are_due_are_tried(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    before = sandbox.clock.now()
    sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    assert (await submit(client, "/", "message", **{"from": "5550100"}, to=number, body="x")).status_code == 303
    (delivery,) = sandbox.control.deliveries()
    assert delivery.attempts == 1, "nothing listens on that port"
    answer = await submit(client, "/account", "clock", amount="1.5", unit="hours")
    assert sandbox.clock.now() - before == timedelta(minutes=90)
    page = read(await client.get(answer.headers["location"]))
    assert "2024-01-01 01:30:00" in page.one("dl", id="facts").text
    page = read(await client.get(f"{ROOT}/webhooks"))
    assert "http://127.0.0.1:9/hook" in page.one("tbody", id="webhooks").text
    (delivery,) = sandbox.control.deliveries()
    assert delivery.attempts > 1


@pytest.mark.parametrize("fields", [{"amount": "-1"}, {"amount": "nan"}, {"amount": "999999999999", "unit": "days"}])
async def test_the_clock_does_not_go_where_it_cannot(
    client: httpx.AsyncClient, sandbox: Sandbox, fields: dict[str, str]
) -> None:
    before = sandbox.clock.now()
    answer = await submit(client, "/account", "clock", **fields)
    assert answer.status_code == 422
    assert sandbox.clock.now() == before


async def test_the_balance_is_set_and_lifted(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await submit(client, "/account", "balance", dollars="12.5")
    assert sandbox.control.balance() == 12.5
    page = read(await client.get(answer.headers["location"]))
    assert page.one("dl", id="facts").text.endswith("Balance $12.5000")
    assert notice(await submit(client, "/account", "balance", dollars="lots")) == (
        "The balance must be a number of 0 or more."
    )
    await submit(client, "/account", "balance", dollars="")
    assert sandbox.control.balance() is None


async def test_an_address_of_webhooks_is_set_and_taken_away(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    hook = "http://127.0.0.1:9/hook"
    answer = await submit(client, "/webhooks", "callback", callback="mms_callback", url=hook)
    assert [(one.id, one.url) for one in sandbox.control.snapshot().callbacks] == [("mms_callback", hook)]
    shown = await client.get(answer.headers["location"])
    assert notice(shown) == "The address is set."
    assert read(shown).one("ul", id="callbacks").text == f"MMS that arrive {hook}"
    await submit(client, "/webhooks", "callback", callback="mms_callback", url=" ")
    assert sandbox.control.snapshot().callbacks == []


async def test_every_kind_of_callback_can_be_chosen(client: httpx.AsyncClient) -> None:
    options = read(await client.get(f"{ROOT}/webhooks")).one("select", id="callback").all("option")
    assert [option.attributes["value"] for option in options] == list(CALLBACK_TYPES)


async def test_an_address_on_another_machine_is_refused_and_stays_filled_in(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    fields = {"callback": "dlr_callback", "url": "https://example.com/hook"}
    answer = await submit(client, "/webhooks", "callback", **fields)
    assert (answer.status_code, "this machine only" in notice(answer)) == (422, True)
    page = read(answer)
    assert page.one("input", id="url").attributes["value"] == fields["url"]
    (chosen,) = [option for option in page.all("option") if option.attributes.get("value") == fields["callback"]]
    assert "selected" in chosen.attributes
    assert sandbox.control.snapshot().callbacks == []


async def test_a_webhook_says_when_it_was_sent_or_when_it_will_be(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    async def cell() -> str:
        (row,) = read(await client.get(f"{ROOT}/webhooks")).one("tbody", id="webhooks").all("tr")
        return row.children[2].text

    sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    sandbox.control.receive_message(from_="5550100", to=number, body="x")
    assert await cell() == "due 2024-01-01 00:00:00 UTC"
    await sandbox.deliver_due()
    assert await cell() == "due 2024-01-01 00:00:30 UTC", "nothing listens on that port"
    sandbox.control.advance(600)
    await sandbox.deliver_due()
    assert [one.status for one in sandbox.control.deliveries()] == ["failed"]
    assert await cell() == "2024-01-01 00:10:00 UTC"


async def test_a_webhook_that_is_sent_nowhere_says_so(client: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    found = await api.get("/v2/numbers/available", params={"limit": 1})
    number = found.json()["data"][0]["id"]
    await api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True})
    message = {"from": number, "to": "12065550100", "body": "x", "dlr_callback": "https://example.com/hook"}
    await api.post("/v2.1/messages", json={"data": {"type": "message", "attributes": message}})
    rows = read(await client.get(f"{ROOT}/webhooks")).one("tbody", id="webhooks").all("tr")
    assert {(row.children[0].text, row.children[2].text) for row in rows} == {("refused", "never")}


async def test_the_sandbox_begins_anew(client: httpx.AsyncClient, sandbox: Sandbox, number: str) -> None:
    before = sandbox.clock.now()
    sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    sandbox.control.receive_message(from_="5550100", to=number, body="x")
    sandbox.control.add_fault(status=500)
    sandbox.control.set_balance(5)
    sandbox.control.advance(60)
    assert 'name="form" value="reset"' not in (await client.get(f"{ROOT}/account")).text, "it asks first"
    unsure = await client.post(f"{ROOT}/account", data={"form": "reset"}, headers={"origin": BASE_URL})
    assert (unsure.status_code, sandbox.control.balance()) == (422, 5)
    assert "numbers: 1, messages: 1" in (await client.get(f"{ROOT}/account?ask=reset")).text
    answer = await submit(client, "/account?ask=reset", "reset")
    assert notice(await client.get(answer.headers["location"])) == "The sandbox is as it was at the start."
    snapshot = sandbox.control.snapshot()
    assert (snapshot.numbers, snapshot.messages, snapshot.callbacks, snapshot.deliveries) == ([], [], [], [])
    assert (sandbox.control.faults(), sandbox.control.balance(), sandbox.clock.now()) == ([], None, before)


async def test_a_sandbox_with_a_state_file_says_that_what_the_file_keeps_goes_too(tmp_path: Path) -> None:
    state = tmp_path / "account.db"
    kept = Sandbox(numbers=400, state=state)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=kept.app), base_url=BASE_URL) as client:
        kept.control.perform("POST", "/v2/routes", attributes={"alias": "a", "route_type": "host", "value": "a.test"})
        assert f"The file {state} keeps the account: what it holds goes too." in (
            read(await client.get(f"{ROOT}/account")).text
        )
        assert f"and what the file {state} keeps of them?" in read(await client.get(f"{ROOT}/account?ask=reset")).text
        await submit(client, "/account?ask=reset", "reset")
    kept.close()
    again = Sandbox(numbers=400, state=state)
    assert [route.alias for route in again.control.snapshot().routes] == ["sip-reg"]
    again.close()


async def test_what_is_no_form_of_the_page_is_refused(client: httpx.AsyncClient) -> None:
    own = {"origin": BASE_URL}
    assert (await client.post(f"{ROOT}/", json={"form": "message"}, headers=own)).status_code == 415
    assert (await client.post(f"{ROOT}/", data={"form": "nothing"}, headers=own)).status_code == 400
    assert (await client.post(f"{ROOT}/", data={}, headers=own)).status_code == 415
    many = {"form": "balance"} | {str(index): "" for index in range(100)}
    assert (await client.post(f"{ROOT}/", data=many, headers=own)).status_code == 400
    latin = {**own, "content-type": "application/x-www-form-urlencoded"}
    assert (await client.post(f"{ROOT}/", content=b"form=\xff", headers=latin)).status_code == 400

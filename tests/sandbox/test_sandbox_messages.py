import re
from datetime import UTC, datetime

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import BASE_URL, buy, client_of, error_of

TO = "12065550199"


def send(api: httpx.Client, number: str, version: str = "v2.1", **attributes: object) -> str:
    answer = api.post(f"/{version}/messages", json={"from": number, "to": TO, "body": "hello", **attributes})
    assert answer.status_code == 202
    id_: str = answer.json()["data"]["id"]
    return id_


def test_a_sent_message_is_accepted_with_its_id(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    answer = api.post("/v2.1/messages", json={"from": number, "to": TO, "body": "hello"})
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert re.fullmatch(r"mdr2-[0-9a-f]{32}", data["id"])
    self_link = f"{BASE_URL}/v2.1/messages/{data['id']}"
    assert data == {"links": {"self": self_link}, "type": "message", "id": data["id"]}
    assert api.get(self_link).json()["data"]["id"] == data["id"]
    assert sandbox.control.effects()["send_message"] == {TO: 1}


def test_the_record_of_an_sms_has_the_vendor_s_shape(api: httpx.Client, number: str) -> None:
    id_ = send(api, number)
    assert api.get(f"/v2.1/messages/{id_}").json() == {
        "data": {
            "attributes": {
                "body": "hello",
                "status": "message buffered",
                "direction": "outbound",
                "amount_nanodollars": 4_000_000,
                "to": TO,
                "message_encoding": 0,
                "timestamp": "2024-01-01T00:00:00.00Z",
                "delivery_receipts": [
                    {
                        "level": 2,
                        "status": "message buffered",
                        "status_code": 1003,
                        "status_code_description": "Message accepted by Carrier",
                        "timestamp": "2024-01-01T00:00:00.00Z",
                    },
                    {
                        "level": 1,
                        "status": "smsc submit",
                        "status_code": None,
                        "status_code_description": "Message has been sent",
                        "timestamp": "2024-01-01T00:00:00.00Z",
                    },
                ],
                "amount_display": "$0.0040",
                "from": number,
                "is_mms": False,
                "message_type": "longcode",
            },
            "type": "message",
            "id": id_,
        }
    }


def test_the_second_receipt_comes_after_its_delay(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.control.set_options(receipt_delay=10)
    path = f"/v2.1/messages/{send(api, number)}"

    def levels() -> tuple[str, list[int]]:
        attributes = api.get(path).json()["data"]["attributes"]
        return attributes["status"], [receipt["level"] for receipt in attributes["delivery_receipts"]]

    assert levels() == ("smsc submit", [1])
    sandbox.clock.advance(9.5)
    assert levels() == ("smsc submit", [1])
    sandbox.clock.advance(0.5)
    assert levels() == ("message buffered", [2, 1])


def test_a_record_can_be_late(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.control.set_options(mdr_delay=5)
    id_ = send(api, number)
    assert error_of(api.get(f"/v2.1/messages/{id_}"))["status"] == 404
    assert api.get("/v2.1/messages?start_date=2023-01-01").json()["data"] == []
    sandbox.clock.advance(5)
    assert api.get(f"/v2.1/messages/{id_}").status_code == 200
    assert len(api.get("/v2.1/messages?start_date=2023-01-01").json()["data"]) == 1


def test_an_mms_has_its_media_related_and_included(api: httpx.Client, number: str) -> None:
    urls = ["https://media.example/a/cat.png", "https://media.example/b.mp4"]
    id_ = send(api, number, body=None, media_urls=urls)
    body = api.get(f"/v2.2/messages/{id_}").json()
    attributes = body["data"]["attributes"]
    assert (attributes["is_mms"], attributes["body"], attributes["amount_display"]) == (True, None, "$0.0195")
    media = body["data"]["relationships"]["media"]["data"]
    assert [item["type"] for item in media] == ["media", "media"]
    assert [item["id"] for item in body["included"]] == [item["id"] for item in media]
    assert [item["attributes"]["url"] for item in body["included"]] == urls
    assert body["included"][0]["attributes"]["file_name"] == "cat.png"
    assert body["included"][0]["attributes"]["mime_type"] == "image/png"
    listed = api.get("/v2.1/messages?start_date=2023-01-01").json()
    assert listed["included"] == body["included"]


def test_a_text_alone_can_be_an_mms(api: httpx.Client, number: str) -> None:
    # The vendor's own samples write the flag as a string.
    for flag in (True, "true"):
        id_ = send(api, number, is_mms=flag)
        assert api.get(f"/v2.1/messages/{id_}").json()["data"]["attributes"]["is_mms"] is True


def test_the_newer_version_takes_a_plus_and_tells_the_price(api: httpx.Client, number: str) -> None:
    answer = api.post("/v2.2/messages", json={"from": f"+{number}", "to": f"+{TO}", "body": "x" * 300})
    data = answer.json()["data"]
    assert data["links"]["self"].startswith(f"{BASE_URL}/v2.2/messages/mdr2-")
    assert data["attributes"]["price_details"] == {
        "base_rate": 0.004,
        "surcharge_rate": 0,
        "segment_count": 2,
        "charged_cost": 0.008,
    }
    attributes = api.get(data["links"]["self"]).json()["data"]["attributes"]
    assert (attributes["from"], attributes["to"]) == (number, TO)


@pytest.mark.parametrize(
    ("body", "encoding", "nanodollars"),
    [
        ("x" * 160, 0, 4_000_000),
        ("x" * 161, 0, 8_000_000),
        ("x" * 306, 0, 8_000_000),
        ("x" * 307, 0, 12_000_000),
        ("é" * 160, 0, 4_000_000),
        ("€" * 80, 0, 4_000_000),
        ("€" * 81, 0, 8_000_000),
        ("漢" * 70, 8, 4_000_000),
        ("漢" * 71, 8, 8_000_000),
        ("😀" * 35, 8, 4_000_000),
        ("😀" * 70, 8, 12_000_000),
    ],
)
def test_long_messages_cost_by_the_segment(
    api: httpx.Client, number: str, body: str, encoding: int, nanodollars: int
) -> None:
    attributes = api.get(f"/v2.1/messages/{send(api, number, body=body)}").json()["data"]["attributes"]
    assert (attributes["message_encoding"], attributes["amount_nanodollars"]) == (encoding, nanodollars)


def test_a_toll_free_number_sends_toll_free(api: httpx.Client) -> None:
    id_ = send(api, buy(api, starts_with=888))
    assert api.get(f"/v2.1/messages/{id_}").json()["data"]["attributes"]["message_type"] == "toll-free"


def test_a_message_from_a_number_of_somebody_else_is_forbidden(api: httpx.Client, number: str) -> None:
    answer = api.post("/v2.1/messages", json={"from": "12065550100", "to": TO, "body": "hello"})
    assert answer.status_code == 403
    assert answer.json() == {"errors": [{"detail": "", "status": 403, "title": "ActionNotAuthorizedError"}]}
    assert api.get("/v2.1/messages?start_date=2023-01-01").json()["data"] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"from": None}, "from"),
        ({"to": "call me"}, "to"),
        ({"to": 12065550199}, "to"),
        ({"body": None}, "body"),
        ({"body": ""}, "body"),
        ({"body": 5}, "body"),
        ({"is_mms": "perhaps"}, "is_mms"),
        ({"media_urls": "https://media.example/cat.png"}, "media_urls"),
        ({"media_urls": ["ftp://media.example/cat.png"]}, "media_urls"),
        ({"media_urls": [5]}, "media_urls"),
        ({"dlr_callback": "here"}, "dlr_callback"),
        ({"dlr_callback": "http://[::1/"}, "dlr_callback"),
    ],
)
def test_what_is_wrong_with_a_message_is_named(
    api: httpx.Client, number: str, change: dict[str, object], fault: str
) -> None:
    attributes = {"from": number, "to": TO, "body": "hello", **change}
    assert list(error_of(api.post("/v2.1/messages", json=attributes))["detail"]) == [fault]
    wrapped = error_of(api.post("/v2.1/messages", json={"data": {"type": "message", "attributes": attributes}}))
    assert wrapped["status"] == 422
    assert list(wrapped["detail"]["data"]["attributes"]) == [fault]


def test_an_mms_beyond_the_size_limit_is_refused(api: httpx.Client, number: str) -> None:
    attributes = {"from": number, "to": TO, "body": "x" * 767_841, "is_mms": True}
    error = error_of(api.post("/v2.1/messages", json=attributes))
    assert (error["status"], error["detail"]) == (422, 'Error fetching media: File at "" is over 767840 byte limit.')


def test_messages_beyond_five_sms_or_one_mms_a_second_are_too_many() -> None:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen())
    with client_of(sandbox) as api:
        sms = {"from": buy(api), "to": TO, "body": "hello"}
        mms = sms | {"is_mms": True}
        assert [api.post("/v2.1/messages", json=sms).status_code for _ in range(6)] == [202] * 5 + [429]
        assert [api.post("/v2.1/messages", json=mms).status_code for _ in range(2)] == [202, 429]
        assert sandbox.control.effects()["send_message"] == {TO: 6}
        sandbox.clock.advance(1)
        assert api.post("/v2.1/messages", json=mms).status_code == 202


def test_without_the_money_nothing_is_sent(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.control.set_balance(0.005)
    statuses = [
        api.post("/v2.1/messages", json={"from": number, "to": TO, "body": "hello"}).status_code for _ in range(2)
    ]
    assert statuses == [202, 403]
    assert sandbox.control.balance() == pytest.approx(0.001)


def test_messages_are_listed_newest_first_with_only_a_next_link(
    api: httpx.Client, number: str, sandbox: Sandbox
) -> None:
    sent = []
    for _ in range(3):
        sent.append(send(api, number))
        sandbox.clock.advance(60)
    query = {"start_date": "2024-01-01", "end_date": "2024-01-02T00:00:00.00Z", "limit": "2"}
    page = api.get("/v2.1/messages", params=query).json()
    assert [item["id"] for item in page["data"]] == [sent[2], sent[1]]
    start, end = "2024-01-01T00%3A00%3A00%2B00%3A00", "2024-01-02T00%3A00%3A00%2B00%3A00"
    assert page["links"] == {"next": f"{BASE_URL}/v2.1/messages?limit=2&start_date={start}&end_date={end}&offset=2"}
    last = api.get(page["links"]["next"]).json()
    assert [item["id"] for item in last["data"]] == [sent[0]]
    assert last["links"] == {}


def test_the_span_of_time_holds(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.clock.advance(3600)
    send(api, number)

    def found(**query: str) -> int:
        return len(api.get("/v2.1/messages", params=query).json()["data"])

    assert found(start_date="2024-01-01T01:00:00.00Z") == 1
    assert found(start_date="2024-01-01T01:00:01.00Z") == 0
    assert found(start_date="2024-01-01T02:00:00+01:00") == 1
    assert found(start_date="2024-01-01", end_date="2024-01-01T00:59:59.99Z") == 0
    assert api.get("/v2.1/messages?start_date=2024-01-01T02:00:00+01:00").json()["data"] != []


def test_a_start_is_needed_and_dates_must_be_dates(api: httpx.Client) -> None:
    assert list(error_of(api.get("/v2.1/messages"))["detail"]) == ["start_date"]
    for text in ("yesterday", "2024-13-01", "0001-01-01T00:00:00+14:00"):
        answer = api.get("/v2.1/messages", params={"start_date": text})
        assert (answer.status_code, list(error_of(answer)["detail"])) == (422, ["start_date"])
    assert api.get("/v2.1/messages?start_date=2024-01-01&limit=0").status_code == 422


def test_an_unknown_message_is_not_found(api: httpx.Client) -> None:
    assert error_of(api.get("/v2.1/messages/mdr2-0"))["status"] == 404


@pytest.mark.parametrize(
    "body", [{"callback_url": "http://127.0.0.1:1/"}, {"data": {"attributes": {"callback_url": "http://127.0.0.1:1/"}}}]
)
def test_the_account_s_callbacks_are_set_looked_up_and_deleted(api: httpx.Client, body: dict[str, object]) -> None:
    path = "/v2.2/messages/sms_callback"
    assert api.get(path).status_code == 404
    assert api.put(path, json=body).status_code == 204
    assert api.get(path).json()["data"] == {
        "attributes": {"api_version": "v2.2", "callback_url": "http://127.0.0.1:1/", "product": "sms"},
        "type": "callback",
    }
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 404
    assert api.put(path, json={"callback_url": 5}).status_code == 422
    assert api.put("/v2.1/messages/other_callback", json=body).status_code == 405


def test_a_number_s_callbacks_are_set_looked_up_and_deleted(api: httpx.Client, number: str) -> None:
    path = f"/v2/numbers/{number}/relationships/mms_dlr_callback"
    assert api.get(path).status_code == 404
    assert api.post(path, json={"callback_url": "https://hooks.example/"}).status_code == 204
    assert api.get(path).json()["data"]["attributes"]["callback_url"] == "https://hooks.example/"
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 404


def test_the_real_clock_tells_the_real_time() -> None:
    clock = SandboxClock()
    clock.advance(100)
    assert 99 < (clock.now() - datetime.now(UTC)).total_seconds() < 101
    for seconds in (-1.0, float("nan"), 1e300, 1e12):
        with pytest.raises(ValueError, match="the clock"):
            clock.advance(seconds)

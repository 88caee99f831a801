"""Webhooks: every form that is known, whatever else may come, and the repeats."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from flowroute_async.errors import FlowrouteError, InvalidArgumentError, WebhookError
from flowroute_async.webhooks import (
    DeliveryReceipt,
    InboundMessage,
    Notification,
    RepeatFilter,
    UnknownWebhook,
    Webhook,
    parse,
    repeat_key,
)
from flowroute_openapi.models import Media

# Bodies that were received or documented; phone numbers and hosts are replaced.
SMS: dict[str, Any] = {
    "data": {
        "attributes": {
            "amount_display": "$0.0070",
            "amount_nanodollars": "7000000",
            "body": "Greetings on Friday evening!",
            "direction": "inbound",
            "from": "12065550100",
            "is_mms": False,
            "message_callback_url": "https://hooks.example.com/in",
            "message_encoding": 0,
            "message_type": "longcode",
            "status": "delivered",
            "timestamp": "2024-10-19T01:21:21.980000Z",
            "to": "12065550101",
        },
        "type": "message",
        "id": "mdr2-4e5435f325d9431f9e64118b20895b08",
    }
}
FLAT: dict[str, Any] = {"body": "bla", "to": "18775550101", "from": "18015550100", "id": "mdr2-6f8e"}
MMS: dict[str, Any] = {
    "data": {
        "id": "mdr2-xxxx",
        "type": "message",
        "attributes": {
            "amount_display": "$0.0195",
            "amount_nanodollars": 19500000,
            "body": None,
            "delivery_receipts": [],
            "direction": "inbound",
            "from": "12345678900",
            "is_mms": True,
            "message_encoding": 0,
            "message_type": "longcode",
            "status": "",
            "timestamp": "2022-09-03T20:40:11.00Z",
            "to": "1234567890",
        },
        "relationships": {"media": {"data": [{"id": "xxxx-1", "type": "media"}]}},
    },
    "included": [
        {
            "id": "xxxx-1",
            "type": "media",
            "attributes": {
                "file_name": "image000000.png",
                "file_size": 14832,
                "mime_type": "image/png",
                "url": "https://s3.us-west-2.amazonaws.com/flowroute-messaging-media/xxxx",
            },
            "links": {"self": "https://api.flowroute.com/v2.2/media/xxxx-1"},
        }
    ],
}
RECEIPT: dict[str, Any] = {
    "data": {
        "attributes": {
            "body": "test sms on v2",
            "level": 2,
            "status": "message buffered",
            "status_code": 1003,
            "status_code_description": "Message accepted by Carrier",
            "timestamp": "2017-12-21T16:44:35+00:00",
        },
        "id": "mdr2-39cadeace66e11e7aff806cd7f24ba2d",
        "links": {"related": "https://api.flowroute.com/v2.2/messages/mdr2-39cadeace66e11e7aff806cd7f24ba2d"},
        "type": "delivery_receipt",
    }
}
BARE_RECEIPT: dict[str, Any] = {
    "attributes": {"to": "17865550101", "from": "14585550100", "body": "hi", "status": "smsc submit"},
    "id": "mdr2-d616",
    "type": "delivery_receipt",
}
NOTIFICATION: dict[str, Any] = {
    "data": {
        "attributes": {
            "at": "2019-03-19T22:49:48.060559+00:00",
            "event_type": "status_change",
            "message": "Port Order #50404 has been cancelled.",
            "resource_id": "50404",
            "resource_type": "portorders",
            "status": "cancelled",
        },
        "id": "1e4e5686-b739-5fc5-918c-8db0b36ce6a6",
        "type": "po_status_change",
        "timestamp": "2019-03-19T22:49:48.060Z",
    }
}
BODIES = [SMS, FLAT, MMS, RECEIPT, BARE_RECEIPT, NOTIFICATION]


def changed(body: dict[str, Any], *path: Any, value: object) -> dict[str, Any]:
    copy = deepcopy(body)
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return copy


def message(body: dict[str, Any]) -> InboundMessage:
    found = parse(body)
    assert isinstance(found, InboundMessage)
    return found


def receipt(body: dict[str, Any]) -> DeliveryReceipt:
    found = parse(body)
    assert isinstance(found, DeliveryReceipt)
    return found


def notification(body: dict[str, Any]) -> Notification:
    found = parse(body)
    assert isinstance(found, Notification)
    return found


def test_an_inbound_sms_is_read() -> None:
    assert parse(SMS) == InboundMessage(
        id="mdr2-4e5435f325d9431f9e64118b20895b08",
        from_="12065550100",
        to="12065550101",
        body="Greetings on Friday evening!",
        timestamp=datetime(2024, 10, 19, 1, 21, 21, 980000, UTC),
        is_mms=False,
        amount_nanodollars=7_000_000,
        amount_display="$0.0070",
        status="delivered",
        message_type="longcode",
        message_encoding=0,
        message_callback_url="https://hooks.example.com/in",
    )


def test_an_inbound_sms_of_the_oldest_form_is_read() -> None:
    assert parse(FLAT) == InboundMessage(id="mdr2-6f8e", from_="18015550100", to="18775550101", body="bla")


def test_an_inbound_mms_is_read_with_its_files() -> None:
    found = message(MMS)
    assert (found.is_mms, found.body, found.status, found.amount_nanodollars) == (True, None, "", 19_500_000)
    assert found.timestamp == datetime(2022, 9, 3, 20, 40, 11, tzinfo=UTC)
    assert found.media == (
        Media(
            id="xxxx-1",
            type="media",
            file_name="image000000.png",
            file_size=14832,
            mime_type="image/png",
            url="https://s3.us-west-2.amazonaws.com/flowroute-messaging-media/xxxx",
        ),
    )


def test_what_is_included_besides_files_is_no_file() -> None:
    body = changed(MMS, "included", value=[*MMS["included"], {"id": "12065550101", "type": "number"}])
    assert [item.id for item in message(body).media] == ["xxxx-1"]


@pytest.mark.parametrize(
    ("timestamp", "microsecond"), [("2017-11-16T23:45:29.37Z", 370_000), ("2017-11-16T23:45:29", 0)]
)
def test_times_of_all_forms_are_aware(timestamp: str, microsecond: int) -> None:
    found = message(changed(SMS, "data", "attributes", "timestamp", value=timestamp))
    assert found.timestamp == datetime(2017, 11, 16, 23, 45, 29, microsecond, UTC)


def test_a_delivery_receipt_is_read() -> None:
    assert parse(RECEIPT) == DeliveryReceipt(
        id="mdr2-39cadeace66e11e7aff806cd7f24ba2d",
        status="message buffered",
        level=2,
        status_code="1003",
        status_code_description="Message accepted by Carrier",
        timestamp=datetime(2017, 12, 21, 16, 44, 35, tzinfo=UTC),
        body="test sms on v2",
    )


def test_a_delivery_receipt_of_the_oldest_form_is_read() -> None:
    first = receipt(BARE_RECEIPT)
    assert first == DeliveryReceipt(
        id="mdr2-d616", status="smsc submit", body="hi", from_="14585550100", to="17865550101"
    )
    second = changed(BARE_RECEIPT, "attributes", "status_code", value=1003)
    assert receipt(second).status_code == "1003"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (1003, "1003"),
        ("1003", "1003"),
        ("034", "034"),
        ("1_003", "1_003"),
        ("E30008", "E30008"),
        ("rejected", "rejected"),
        (None, None),
    ],
)
def test_a_status_code_is_text_or_nothing(given: object, code: str | None) -> None:
    assert receipt(changed(RECEIPT, "data", "attributes", "status_code", value=given)).status_code == code


def test_a_notification_is_read() -> None:
    assert parse(NOTIFICATION) == Notification(
        id="1e4e5686-b739-5fc5-918c-8db0b36ce6a6",
        type="po_status_change",
        event_type="status_change",
        resource_type="portorders",
        resource_id="50404",
        status="cancelled",
        message="Port Order #50404 has been cancelled.",
        timestamp=datetime(2019, 3, 19, 22, 49, 48, 60559, UTC),
    )


def test_a_notification_may_have_unix_times_and_numbers_as_ids() -> None:
    body = changed(NOTIFICATION, "data", "attributes", "timestamp", value=1_553_035_788)
    found = notification(changed(body, "data", "attributes", "resource_id", value=50404))
    assert found.timestamp == datetime(2019, 3, 19, 22, 49, 48, tzinfo=UTC)
    assert found.resource_id == "50404"


def test_the_time_of_a_notification_may_stand_beside_its_attributes() -> None:
    body = deepcopy(NOTIFICATION)
    del body["data"]["attributes"]["at"]
    assert notification(body).timestamp == datetime(2019, 3, 19, 22, 49, 48, 60000, UTC)


@pytest.mark.parametrize("body", BODIES)
def test_bytes_text_and_mappings_are_read_alike(body: dict[str, Any]) -> None:
    assert parse(json.dumps(body)) == parse(json.dumps(body).encode()) == parse(body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": {"type": "fax", "id": "1", "attributes": {}}},
        {"data": []},
        {"type": "message_provisioning_status", "id": 5},
        changed(SMS, "data", "attributes", "direction", value="outbound"),
        changed(SMS, "data", "type", value=["message"]),
    ],
)
def test_an_object_of_an_unknown_kind_comes_whole(body: dict[str, Any]) -> None:
    assert parse(body) == parse(json.dumps(body)) == UnknownWebhook.model_construct(payload=body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        "nonsense",
        "null",
        "[]",
        '"text"',
        "5",
        "\ud800",
        '{"data": {"type": "message"',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=range(11),
)
def test_what_is_no_json_object_is_a_webhook_error(body: bytes | str) -> None:
    with pytest.raises(WebhookError, match=r"^body: ") as caught:
        parse(body)
    assert caught.value.body == body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (changed(SMS, "data", "id", value=None), "data.id"),
        (changed(SMS, "data", "id", value=""), "data.id"),
        (changed(SMS, "data", "attributes", "from", value=None), "data.attributes.from"),
        (changed(SMS, "data", "attributes", "to", value={"Secretville": 1}), "data.attributes.to"),
        (changed(SMS, "data", "attributes", "amount_nanodollars", value="Secretville"), "amount_nanodollars"),
        (changed(SMS, "data", "attributes", "to", value="Secretville \ud83d"), "data.attributes.to"),
        (changed(BARE_RECEIPT, "attributes", "to", value=["Secretville"]), "attributes.to"),
        ({"from": "Secretville", "to": "12065550101"}, "id"),
        ({"from": "Secretville", "id": "mdr2-1"}, "to"),
        ({"to": "Secretville", "id": "mdr2-1"}, "from"),
        (changed(RECEIPT, "data", "attributes", "status", value={"Secretville": 1}), "data.attributes.status"),
        (changed(NOTIFICATION, "data", "attributes", "event_type", value=["Secretville"]), "event_type"),
    ],
)
def test_an_unreadable_field_of_a_known_kind_is_named_and_not_shown(body: dict[str, Any], field: str) -> None:
    with pytest.raises(WebhookError) as caught:
        parse(body)
    assert field in str(caught.value)
    assert "Secretville" not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert caught.value.__suppress_context__
    assert isinstance(caught.value, FlowrouteError)


@pytest.mark.parametrize(
    "body",
    [None, 5, {"Secretville": object()}, {"data": {"Secretville": {1, 2}}}],
    ids=["none", "int", "object", "set"],
)
def test_what_is_no_json_at_all_is_a_webhook_error(body: Any) -> None:
    with pytest.raises(WebhookError, match=r"^body: ") as caught:
        parse(body)
    assert "Secretville" not in str(caught.value)


def test_a_mapping_that_is_endless_or_too_deep_is_a_webhook_error() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"more": deep}
    for body in (endless, deep):
        with pytest.raises(WebhookError, match=r"^body: "):
            parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


TEXTS = ["hi \ud83d", "\udc00", "a\ud83db", "\udc00\ud83d"]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_half_of_an_emoji_does_not_lose_a_message(text: str) -> None:
    body = changed(SMS, "data", "attributes", "body", value=text)
    cut = re.sub("[\ud800-\udfff]", "\ufffd", text)
    for form in (body, json.dumps(body), json.dumps(body).encode(), json.dumps(body, ensure_ascii=False)):
        found = parse(form)
        assert isinstance(found, InboundMessage)
        assert (found.id, found.from_, found.to, found.body) == (SMS["data"]["id"], "12065550100", "12065550101", cut)
        assert InboundMessage.model_validate_json(found.model_dump_json()) == found
        assert not RepeatFilter().seen_before(found)


def test_bytes_that_are_no_utf_8_do_not_lose_a_message() -> None:
    content = json.dumps(changed(SMS, "data", "attributes", "body", value="hi @@")).encode()
    found = parse(content.replace(b"@@", b"\xf0\x9f\x98"))
    assert isinstance(found, InboundMessage)
    assert found.body == "hi \ufffd"


def test_a_webhook_of_an_unknown_kind_can_be_dumped_whatever_it_holds() -> None:
    found = parse({"data": {"type": "fax", "\ud83d": ["\udc00"]}})
    assert isinstance(found, UnknownWebhook)
    assert json.loads(found.model_dump_json()) == {"payload": {"data": {"type": "fax", "\ufffd": ["\ufffd"]}}}
    assert repeat_key(found)


@pytest.mark.parametrize(
    ("name", "field", "odd"),
    [
        ("timestamp", "timestamp", ""),
        ("timestamp", "timestamp", "yesterday"),
        ("is_mms", "is_mms", "perhaps"),
        ("message_encoding", "message_encoding", "plain"),
        ("status", "status", {"code": 1}),
        ("body", "body", ["hi"]),
        ("amount_display", "amount_display", {}),
    ],
)
def test_an_odd_field_does_not_lose_a_message_and_stands_in_unread(name: str, field: str, odd: object) -> None:
    found = message(changed(SMS, "data", "attributes", name, value=odd))
    assert found == message(changed(SMS, "data", "attributes", name, value=None))
    assert getattr(found, field) is None
    assert found.unread == {field: odd}


def test_a_direction_that_cannot_be_read_does_not_lose_a_message() -> None:
    for odd in (None, "", 5, ["inbound"], "Inbound"):
        assert message(changed(SMS, "data", "attributes", "direction", value=odd)) == message(SMS)


def test_a_size_in_words_does_not_lose_the_file() -> None:
    found = message(
        changed(MMS, "included", value=[changed(MMS["included"][0], "attributes", "file_size", value="14 kB")])
    )
    (file,) = found.media
    assert (file.file_size, file.url, file.unread) == (
        None,
        MMS["included"][0]["attributes"]["url"],
        {"file_size": "14 kB"},
    )


@pytest.mark.parametrize("odd", [None, "none", {}, 0])
def test_included_that_is_no_list_does_not_lose_a_message(odd: object) -> None:
    found = message(changed(MMS, "included", value=odd))
    assert (found.media, found.unread) == ((), {"media": odd})


@pytest.mark.parametrize("odd", [None, "x", {"type": "media"}, {"id": "", "type": "media"}])
def test_a_file_that_cannot_be_read_loses_neither_the_others_nor_the_message(odd: object) -> None:
    found = message(changed(MMS, "included", value=[odd, *MMS["included"]]))
    assert [file.id for file in found.media] == ["xxxx-1"]
    assert found.unread == {"media[0]": odd}


def test_a_file_whose_type_is_not_told_is_one() -> None:
    assert len(message(changed(MMS, "included", 0, "type", value=None)).media) == 1


@pytest.mark.parametrize("body", [SMS, FLAT, BARE_RECEIPT])
def test_phone_numbers_come_as_digits(body: dict[str, Any]) -> None:
    attributes = body["data"]["attributes"] if "data" in body else body.get("attributes", body)
    for written in ("+{}", "{}", " +{} "):
        other = deepcopy(body)
        place = other["data"]["attributes"] if "data" in other else other.get("attributes", other)
        place |= {name: written.format(attributes[name]) for name in ("from", "to")}
        found = parse(other)
        assert isinstance(found, InboundMessage | DeliveryReceipt)
        assert (found.from_, found.to) == (attributes["from"], attributes["to"])


def test_short_codes_and_names_as_senders_stay_as_they_are() -> None:
    for sender in ("24273", "BANK"):
        assert message(changed(SMS, "data", "attributes", "from", value=sender)).from_ == sender


@given(st.sampled_from(BODIES), st.data())
def test_any_change_of_one_member_loses_the_webhook_only_where_it_is_strict(
    body: dict[str, Any], data: st.DataObject
) -> None:
    strict = {
        "id",
        "from",
        "to",
        "amount_nanodollars",
        "status",
        "event_type",
        "type",
        "data",
        "attributes",
        "direction",
    }
    *path, name = data.draw(st.sampled_from([place for place in members(body) if place[-1] not in strict]))
    found = parse(changed(body, *path, name, value=data.draw(JSON)))
    assert type(found) is type(parse(body))
    before = parse(body)
    kept = {"id", "from_", "to", "status"} & type(found).model_fields.keys()
    assert {one: getattr(found, one) for one in kept} == {one: getattr(before, one) for one in kept}


def members(tree: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, member in items:
        yield (*path, name)
        yield from members(member, (*path, name))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, JsonValue]:
    """One of the known bodies, with a few members replaced, removed or added."""
    body: dict[str, Any] = deepcopy(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 3))):
        place = body
        while True:
            name = draw(st.sampled_from([*place, "type", "direction", "data", "new"]))
            inner = place.get(name)
            if not isinstance(inner, dict) or draw(st.booleans()):
                break
            place = inner
        if draw(st.booleans()):
            place[name] = draw(JSON)
        else:
            place.pop(name, None)
    return body


def outcome(body: bytes | str | dict[str, JsonValue]) -> Webhook | None:
    try:
        return parse(body)
    except WebhookError:
        return None


@given(mutated())
def test_any_changed_body_gives_a_webhook_or_a_webhook_error(body: dict[str, JsonValue]) -> None:
    found = outcome(body)
    from_text = outcome(json.dumps(body))
    assert (found is None) == (from_text is None)
    if found is not None:
        assert not RepeatFilter().seen_before(found)


@given(st.binary() | st.text() | JSON.map(json.dumps))
def test_anything_at_all_gives_a_webhook_or_a_webhook_error(body: bytes | str) -> None:
    found = outcome(body)
    assert found is None or repeat_key(found)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("body", [*BODIES, {"data": {"type": "fax", "pages": float("nan")}}])
def test_all_four_repeats_of_two_minutes_are_dropped(body: dict[str, Any]) -> None:
    clock = Clock()
    repeats = RepeatFilter(clock=clock)
    seen = []
    for _ in range(5):
        seen.append(repeats.seen_before(parse(json.dumps(body))))
        clock.now += 30
    assert seen == [False, True, True, True, True]


def test_different_webhooks_are_no_repeats() -> None:
    repeats = RepeatFilter()
    bodies = [
        *BODIES,
        changed(SMS, "data", "id", value="mdr2-another"),
        changed(RECEIPT, "data", "attributes", "level", value=1),
        changed(RECEIPT, "data", "attributes", "status", value="delivered"),
        changed(RECEIPT, "data", "id", value=SMS["data"]["id"]),
        changed(BARE_RECEIPT, "attributes", "status_code", value=1003),
        changed(NOTIFICATION, "data", "attributes", "status", value="accepted"),
        {"data": {"type": "fax", "id": 1}},
        {"data": {"type": "fax", "id": 2}},
    ]
    assert [repeats.seen_before(parse(body)) for body in bodies] == [False] * len(bodies)


def test_a_message_is_told_by_its_id_in_whatever_form_it_is_repeated() -> None:
    repeats = RepeatFilter()
    assert not repeats.seen_before(parse(SMS))
    attributes = SMS["data"]["attributes"]
    flat = {name: attributes[name] for name in ("from", "to", "body")} | {"id": SMS["data"]["id"]}
    assert repeats.seen_before(parse(flat))


def test_a_webhook_is_forgotten_after_the_window() -> None:
    clock = Clock()
    repeats = RepeatFilter(window=150, clock=clock)
    assert not repeats.seen_before(parse(SMS))
    clock.now += 149.9
    assert repeats.seen_before(parse(SMS))
    clock.now += 0.1
    assert not repeats.seen_before(parse(SMS))


def test_a_webhook_that_is_forgotten_takes_no_later_one_with_it() -> None:
    clock = Clock()
    repeats = RepeatFilter(window=150, clock=clock)
    assert not repeats.seen_before(parse(SMS))
    clock.now += 100
    assert not repeats.seen_before(parse(changed(FLAT, "id", value="mdr2-later")))
    clock.now += 50
    assert repeats.seen_before(parse(changed(FLAT, "id", value="mdr2-later")))
    assert not repeats.seen_before(parse(SMS))


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    repeats = RepeatFilter(max_remembered=100)
    webhooks = [parse(changed(FLAT, "id", value=f"mdr2-{count}")) for count in range(1_000)]
    assert not any(repeats.seen_before(webhook) for webhook in webhooks)
    assert len(repeats._first_seen) == 100
    assert repeats.seen_before(webhooks[-1])
    assert repeats.seen_before(webhooks[-100])
    assert not repeats.seen_before(webhooks[-101])


def test_a_webhook_whose_handling_failed_can_be_forgotten() -> None:
    repeats = RepeatFilter()
    repeats.forget(parse(SMS))
    assert not repeats.seen_before(parse(SMS))
    repeats.forget(parse(SMS))
    assert not repeats.seen_before(parse(SMS))


@pytest.mark.parametrize(
    "options", [{"window": 0}, {"window": -1}, {"window": float("nan")}, {"max_remembered": 0}, {"max_remembered": 1.5}]
)
def test_a_filter_that_would_remember_nothing_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError):
        RepeatFilter(**options)

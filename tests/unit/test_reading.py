"""One odd value in an answer loses nothing else, and what must not be guessed is not."""

import copy
import json
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator

from flowroute_async import InvalidRecordError, InvalidResponseError, RawResponse
from flowroute_async.decoding import decoded
from flowroute_async.resources.number_details import number_details
from flowroute_openapi import Operation, get_message, list_messages, search_available_numbers, send_message
from flowroute_openapi.models import (
    AvailableNumber,
    CnamRecordDocument,
    Message,
    MessageDocument,
    MessageListDocument,
    Model,
    NewMessage,
    NumberDocument,
    SentMessageDocument,
)
from flowroute_openapi.reading import UnreadableError, UnreadableRecordError, read

BODIES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)
RECEIVED, SENT = BODIES["messages"]["data"]
ABSENT = object()


def changed(record: Any, *path: str | int, value: object) -> Any:
    """Copy a record with one member replaced or removed."""
    record = copy.deepcopy(record)
    place = record
    for step in path[:-1]:
        place = place[step]
    if value is ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return record


def page(*records: object) -> bytes:
    return json.dumps({"data": records, "links": {"next": "more"}}).encode()


def message(*path: str | int, value: object) -> Message:
    """Read a sent message with one member changed, among good ones."""
    document = read(MessageListDocument, page(RECEIVED, changed(SENT, *path, value=value), RECEIVED))
    good = read(MessageListDocument, page(RECEIVED)).data[0]
    assert (document.data[0], document.data[2]) == (good, good)
    return document.data[1]


@pytest.mark.parametrize(
    ("wire", "field", "odd"),
    [
        ("timestamp", "timestamp", ""),
        ("timestamp", "timestamp", "yesterday"),
        ("timestamp", "timestamp", {}),
        ("direction", "direction", ["inbound"]),
        ("message_encoding", "message_encoding", "plain"),
        ("is_mms", "is_mms", "perhaps"),
        ("message_type", "message_type", {"code": 1}),
        ("status", "status", [5]),
        ("body", "body", {"text": "hi"}),
        ("amount_display", "amount_display", []),
        ("delivery_receipts", "delivery_receipts", "none"),
    ],
)
def test_an_optional_field_that_cannot_be_read_is_none_and_stands_in_unread(wire: str, field: str, odd: object) -> None:
    found = message("attributes", wire, value=odd)
    expected = read(MessageListDocument, page(changed(SENT, "attributes", wire, value=None))).data[0]
    assert found == expected
    assert getattr(found, field) is None
    assert found.unread == {field: odd}


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("id",), None),
        (("id",), ""),
        (("id",), 1.5),
        (("id",), True),
        (("id",), ABSENT),
        (("id",), "mdr2-\ud83d"),
        (("attributes", "from"), None),
        (("attributes", "from"), ""),
        (("attributes", "from"), "  "),
        (("attributes", "from"), 1.2065550100e10),
        (("attributes", "from"), True),
        (("attributes", "from"), ABSENT),
        (("attributes", "to"), {"number": "12065550100"}),
        (("attributes", "to"), "1206555010\udc00"),
        (("attributes", "amount_nanodollars"), ""),
        (("attributes", "amount_nanodollars"), "4_000_000"),
        (("attributes", "amount_nanodollars"), " 4000000 "),
        (("attributes", "amount_nanodollars"), "free"),
        (("attributes", "amount_nanodollars"), True),
        (("attributes", "amount_nanodollars"), 0.5),
        (("attributes",), ABSENT),
        (("attributes",), None),
    ],
)
def test_identity_phone_numbers_and_money_are_not_guessed(path: tuple[str, ...], odd: object) -> None:
    record = changed(SENT, *path, value=odd)
    with pytest.raises(UnreadableRecordError) as caught:
        read(MessageListDocument, page(RECEIVED, record, RECEIVED))
    error = caught.value
    assert [one.id for one in error.before] == [RECEIVED["id"]]
    assert error.index == 1
    assert error.faults[0].place[:2] == ("data", 1)
    if isinstance(error.record, dict):
        assert error.record["type"] == "message"
    assert "12012673227" not in f"{error}{error!r}"


@pytest.mark.parametrize(
    ("wire", "field", "value", "read_as"),
    [
        ("from", "from_", "+12065550100", "12065550100"),
        ("from", "from_", 12065550100, "12065550100"),
        ("from", "from_", "24273", "24273"),
        ("from", "from_", "BANK", "BANK"),
        ("from", "from_", "+BANK", "+BANK"),
        ("amount_nanodollars", "amount_nanodollars", "4000000", 4_000_000),
        ("amount_nanodollars", "amount_nanodollars", None, None),
        ("amount_nanodollars", "amount_nanodollars", 0, 0),
        ("message_encoding", "message_encoding", "8", 8),
        ("body", "body", 5, "5"),
    ],
)
def test_what_the_vendor_is_known_to_vary_is_read(wire: str, field: str, value: object, read_as: object) -> None:
    found = message("attributes", wire, value=value)
    assert getattr(found, field) == read_as
    assert type(getattr(found, field)) is type(read_as)
    assert not found.unread


@pytest.mark.parametrize(
    ("code", "text"),
    [("034", "034"), ("1_003", "1_003"), ("E30008", "E30008"), (1003, "1003"), (0, "0"), (None, None), ("", "")],
)
def test_the_codes_of_carriers_are_text(code: object, text: str | None) -> None:
    found = message("attributes", "delivery_receipts", 0, "status_code", value=code)
    assert found.delivery_receipts is not None
    assert found.delivery_receipts[0].status_code == text
    assert not found.unread
    assert not found.delivery_receipts[0].unread


@pytest.mark.parametrize("odd", ["delivered", None, 5, ["delivered"]])
def test_a_receipt_that_cannot_be_read_does_not_lose_the_message_or_the_other_receipt(odd: object) -> None:
    found = message("attributes", "delivery_receipts", 0, value=odd)
    assert found.delivery_receipts is not None
    assert [receipt.status for receipt in found.delivery_receipts] == ["smsc submit"]
    assert found.unread == {"delivery_receipts[0]": odd}


def test_a_receipt_with_an_odd_field_keeps_the_others() -> None:
    found = message("attributes", "delivery_receipts", 0, "timestamp", value="")
    assert found.delivery_receipts is not None
    receipt = found.delivery_receipts[0]
    assert (receipt.status, receipt.timestamp, receipt.unread) == ("message buffered", None, {"timestamp": ""})
    assert not found.unread


@pytest.mark.parametrize("half", ["\ud83d", "\udc00", "\ud83d\ud83d", "\udc00\ud83d"])  # noqa: PT014 - they differ
@pytest.mark.parametrize("text", ["{}", "hi {}", "{} hi", "a{}b{}c"])
def test_half_of_an_emoji_becomes_a_replacement_character(half: str, text: str) -> None:
    cut = text.replace("{}", half)
    found = message("attributes", "body", value=cut)
    assert found.body == text.replace("{}", "\ufffd" * len(half))
    assert not found.unread
    assert json.loads(found.model_dump_json())["body"] == found.body


def test_an_emoji_that_is_whole_stays() -> None:
    found = read(MessageListDocument, page(changed(SENT, "attributes", "body", value="\U0001f600 \ud83d"))).data[0]
    assert found.body == "\U0001f600 \ufffd"


@pytest.mark.parametrize("damage", [b"\xf0\x9f\x98", b"\xff", b"\xed\xa0\xbd"])
def test_bytes_that_are_no_utf_8_become_replacement_characters(damage: bytes) -> None:
    content = page(changed(SENT, "attributes", "body", value="hi @@")).replace(b"@@", damage)
    found = read(MessageListDocument, content).data[0]
    assert found.body is not None
    assert found.body.startswith("hi \ufffd")
    assert found.from_ == SENT["attributes"]["from"]


def test_damage_in_one_record_changes_no_other() -> None:
    records = [changed(RECEIVED, "id", value=f"mdr2-{place}") for place in range(250)]
    records[100] = changed(records[100], "attributes", "timestamp", value="")
    document = read(MessageListDocument, page(*records))
    assert [one.id for one in document.data] == [one["id"] for one in records]
    assert [place for place, one in enumerate(document.data) if one.unread] == [100]
    assert document.links is not None


def test_the_files_of_a_message_that_can_be_read_are_kept() -> None:
    good = {"id": "f1", "type": "media", "attributes": {"file_size": 5, "url": "https://example.com/1"}}
    body = {"data": SENT, "included": [good, {"type": "media"}, changed(good, "attributes", "file_size", value="5 kB")]}
    document = read(MessageDocument, json.dumps(body))
    assert document.included is not None
    assert [(one.id, one.file_size, one.url) for one in document.included] == [
        ("f1", 5, "https://example.com/1"),
        ("f1", None, "https://example.com/1"),
    ]
    assert document.unread == {"included[1]": {"type": "media"}}
    assert document.included[1].unread == {"file_size": "5 kB"}


def test_details_keep_what_could_not_be_read_of_the_number_and_of_what_is_included() -> None:
    body = changed(BODIES["number_details"], "data", "attributes", "cnam_lookups_enabled", value="perhaps")
    route, address = body["included"][0], {"id": "20155", "type": "e911", "attributes": {}}
    body["included"] = [{"type": "route"}, address, changed(route, "attributes", "edge_strategy_id", value="east")]
    details = number_details(read(NumberDocument, json.dumps(body)))
    assert details.unread == {"cnam_lookups_enabled": "perhaps", "included[0]": {"type": "route"}}
    assert [(one.id, one.type, one.unread) for one in details.routes] == [("0", "route", {"edge_strategy_id": "east"})]
    assert details.primary_route_id == "0"


def test_what_cannot_be_read_is_in_no_repr_and_no_dump_and_survives_copies_and_pickling() -> None:
    found = message("attributes", "message_encoding", value="Secretville")
    assert "Secretville" not in f"{found!r}{found}{found.model_dump()}{found.model_dump_json()}{dict(found)}"
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), found.model_copy()):  # noqa: S301 - our own
        assert other == found
        assert other.unread == {"message_encoding": "Secretville"}


def answered(operation: Operation[Any], body: bytes) -> RawResponse[Any]:
    return RawResponse(operation, 200, {"content-type": "application/json"}, body, 0.1, 1)


def test_an_unreadable_record_is_one_error_with_the_good_records_before_it() -> None:
    operation = list_messages(start_date=date(2017, 12, 1))
    bad = changed(SENT, "attributes", "from", value=None)
    with pytest.raises(InvalidRecordError) as caught:
        decoded(answered(operation, page(RECEIVED, RECEIVED, bad, RECEIVED)))
    error = caught.value
    assert (error.index, error.record) == (2, bad)
    assert [type(one) for one in error.records] == [Message, Message]
    assert isinstance(error, InvalidResponseError)
    assert str(error) == "list_messages: record 2 of a page cannot be read: data.2.attributes.from: phone_number"
    assert pickle.loads(pickle.dumps(error)).record == bad  # noqa: S301 - our own
    # Dask's tblib pickles what it came from too.
    origin = pickle.loads(pickle.dumps(error.__context__))  # noqa: S301 - our own
    assert isinstance(origin, UnreadableRecordError)
    assert (str(origin), origin.index, origin.record) == (str(error.__context__), 2, bad)


def test_what_is_wrong_with_an_object_survives_pickling() -> None:
    with pytest.raises(UnreadableError) as caught:
        read(MessageDocument, "{}")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (again.faults, str(again)) == (caught.value.faults, str(caught.value))


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b'{"data": null}', b"{}", b'{"data": [' + b"[" * 100_000])
def test_the_error_of_a_get_does_not_say_that_something_took_effect(body: bytes) -> None:
    for operation in (get_message("mdr2-1"), search_available_numbers()):
        with pytest.raises(InvalidResponseError) as caught:
            decoded(answered(operation, body))
        assert "took effect" not in str(caught.value)
        assert "cannot be read" in str(caught.value)


def test_the_error_of_a_call_that_does_something_says_that_it_most_likely_took_effect() -> None:
    operation = send_message(NewMessage(from_="12065550100", to="12065550101", body="x"))
    with pytest.raises(InvalidResponseError, match="most likely took effect"):
        decoded(answered(operation, b"{}"))


@pytest.mark.parametrize(
    "moment",
    [
        "Fri, 01 Jun 2018 00:17:52 +99999999999999999999",
        "Fri, 01 Jun 99999999999999 00:17:52 GMT",
        "Friday Secretville",
    ],
)
def test_a_date_of_http_that_is_none_is_an_odd_value_like_any_other(moment: str) -> None:
    body = changed(BODIES["cnam_associated"], "data", "attributes", "date_created", value=moment)
    record = read(CnamRecordDocument, json.dumps(body)).data
    assert (record.id, record.date_created, record.unread) == ("22790", None, {"date_created": moment})


@pytest.mark.parametrize("number", ["", 1.6463439507e10, True, None, ["16463439507"]])
def test_the_number_that_is_for_sale_is_not_guessed(number: object) -> None:
    with pytest.raises(UnreadableError):
        read(AvailableNumber, json.dumps(changed(BODIES["search"]["data"][0], "attributes", "value", value=number)))


prices = st.one_of(
    st.booleans(),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.decimals(min_value=-1000, max_value=1000, places=4).map(str),
)


@given(prices)
def test_a_price_is_what_was_written_or_the_number_cannot_be_read(price: object) -> None:
    record = copy.deepcopy(BODIES["search"]["data"][0])
    record["attributes"]["monthly_cost"] = price
    try:
        found = read(AvailableNumber, json.dumps(record))
    except UnreadableError:
        assert isinstance(price, bool | list | dict | str | float)
        return
    assert not isinstance(price, bool)
    assert found.monthly_cost == Decimal(str(price)) or found.monthly_cost == Decimal(float(price))  # type: ignore[arg-type] # a number


@given(st.text(st.characters(exclude_categories=()), max_size=10))
def test_any_text_of_a_message_is_read(text: str) -> None:
    found = message("attributes", "body", value=text)
    assert found.body == json.loads(json.dumps(text)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_a_sent_message_keeps_its_id_whatever_else_is_odd() -> None:
    body = changed(BODIES["message_sent"], "data", "type", value=None)
    document = read(SentMessageDocument, json.dumps(body))
    assert document.data.id == BODIES["message_sent"]["data"]["id"]


def test_the_words_of_a_validator_which_may_quote_the_value_are_not_told() -> None:
    def refuse(value: str) -> str:
        raise ValueError(value)

    class Refused(Model):
        name: Annotated[str, AfterValidator(refuse)]

    with pytest.raises(UnreadableError) as caught:
        read(Refused, '{"name": "Secretville"}')
    assert str(caught.value) == "name: Value error"

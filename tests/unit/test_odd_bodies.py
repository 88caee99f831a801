"""Bodies that are odd as a whole: other encodings, endless digits, links in other shapes, edited resume tokens."""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import FlowrouteClient, InvalidArgumentError
from flowroute_async.identity import is_about
from flowroute_async.position import Position
from flowroute_async.webhooks import InboundMessage, parse
from flowroute_openapi.models import (
    AvailableNumber,
    Message,
    MessageListDocument,
)
from flowroute_openapi.reading import UnreadableRecordError, read

BODIES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)
RECEIVED, SENT = BODIES["messages"]["data"]
NUMBER, OTHER_NUMBER = "12065550100", "12065550101"
ENDLESS = "9" * 5000
KEY = "list_available_area_codes:0123456789abcdef"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_is_read_in_any_encoding_that_it_may_have(encoding: str) -> None:
    text = json.dumps(
        {"data": [{**SENT, "attributes": {**SENT["attributes"], "body": "caf\u00e9"}}]}, ensure_ascii=False
    )
    assert read(MessageListDocument, text.encode(encoding)).data[0].body == "caf\u00e9"
    webhook = {"id": "mdr2-1", "from": NUMBER, "to": OTHER_NUMBER, "body": "caf\u00e9"}
    message = parse(json.dumps(webhook, ensure_ascii=False).encode(encoding))
    assert isinstance(message, InboundMessage)
    assert message.body == "caf\u00e9"


@pytest.mark.parametrize("field", ["message_encoding", "status", "body", "something_new", "timestamp"])
@pytest.mark.parametrize("digits", [ENDLESS, f"-{ENDLESS}"])
def test_a_number_without_end_in_one_record_loses_no_other(field: str, digits: str) -> None:
    odd = {**SENT, "attributes": {**SENT["attributes"], field: "@"}}
    body = json.dumps({"data": [RECEIVED, odd, RECEIVED]}).replace('"@"', digits)
    found = read(MessageListDocument, body).data
    assert [one.id for one in found] == [RECEIVED["id"], SENT["id"], RECEIVED["id"]]


def test_a_strict_field_of_digits_without_end_breaks_the_page_at_its_record() -> None:
    odd = {**SENT, "attributes": {**SENT["attributes"], "amount_nanodollars": "@"}}
    with pytest.raises(UnreadableRecordError) as caught:
        read(MessageListDocument, json.dumps({"data": [RECEIVED, odd]}).replace('"@"', ENDLESS))
    assert len(caught.value.before) == 1


@pytest.mark.parametrize("damage", [b"\xff", ENDLESS.encode(), b'"\\ud83d"'])
def test_damage_elsewhere_in_an_answer_does_not_hide_that_it_is_about_another_number(damage: bytes) -> None:
    odd = damage if damage != b"\xff" else b'"\xff"'
    body = b'{"data": {"id": "%s", "attributes": {"alias": %s}}}' % (OTHER_NUMBER.encode(), odd)
    assert not is_about(body, NUMBER)
    assert is_about(body.replace(OTHER_NUMBER.encode(), NUMBER.encode()), NUMBER)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-be"])
def test_an_answer_about_another_number_is_recognised_in_any_encoding(encoding: str) -> None:
    assert not is_about(json.dumps({"data": {"id": OTHER_NUMBER}}).encode(encoding), NUMBER)


@pytest.mark.parametrize(
    ("links", "asks_on"),
    [
        (None, False),
        ({}, False),
        ({"next": None}, False),
        ({"next": "https://api.flowroute.com/v2/x?offset=2"}, True),
        ({"next": {"href": "https://api.flowroute.com/v2/x?offset=2", "meta": {}}}, True),
        ({"next": 2}, True),
        ({"next": ["x"]}, True),
        ([], True),
        ("x", True),
    ],
)
@pytest.mark.anyio
async def test_a_list_does_not_end_where_its_links_cannot_be_read(links: object, *, asks_on: bool) -> None:
    def body(*codes: int) -> Mapping[str, object]:
        return {"data": [{"id": str(code), "type": "areacode"} for code in codes], "links": links}

    with respx.mock() as router:
        route = router.get("https://api.flowroute.com/v2/numbers/available/areacodes")
        route.mock(side_effect=[respx.MockResponse(200, json=body(*codes)) for codes in ((201, 202), (203,), (), ())])
        async with FlowrouteClient(access_key="a", secret_key="b") as client:
            found = [code.id async for code in client.numbers.area_codes(page_size=2)]
    assert found == (["201", "202", "203"] if asks_on else ["201", "202"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(KEY),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
    | st.tuples(st.just(KEY), st.integers(), st.integers(), st.text(max_size=30), st.none())
)
def test_an_edited_token_is_a_position_or_refused(content: object) -> None:
    token = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    try:
        position = Position.from_token(token, KEY)
    except InvalidArgumentError:
        return
    assert (type(position.offset), type(position.given)) == (int, int)
    assert Position.from_token(position.token, KEY) == position


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"9" * 5000,
        json.dumps([KEY, 5, 5, "2026-05-01", None]).encode(),
        json.dumps([KEY, 5, 5, "2026-05-01T00:00:00", None]).encode(),
        json.dumps([KEY, 5, 5, "tomorrow", None]).encode(),
        json.dumps([KEY, 5, 5]).encode(),
        b"\xff\xfe",
    ],
)
def test_a_token_that_was_edited_is_refused_as_an_argument(content: bytes) -> None:
    with pytest.raises(InvalidArgumentError, match="resume must be"):
        Position.from_token(base64.urlsafe_b64encode(content).decode(), KEY)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"0E-8"', "0.00000000"),
        ('"1.25E+2"', "125"),
        ('"-5e-3"', "-0.005"),
        ("1E-7", "1E-7"),
        ("12345678901234567890", "12345678901234567890"),
        ("9007199254740993", "9007199254740993"),
        ("-9007199254740993", "-9007199254740993"),
    ],
)
def test_an_amount_is_exact_however_it_is_written(written: str, amount: str) -> None:
    record = BODIES["search"]["data"][0]
    odd = {**record, "attributes": {**record["attributes"], "monthly_cost": "@"}}
    found = read(AvailableNumber, json.dumps(odd).replace('"@"', written))
    assert (found.monthly_cost, str(found.monthly_cost)) == (Decimal(amount), str(Decimal(amount)))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(lambda one: abs(one.adjusted()) < 60))
def test_every_amount_that_python_writes_as_text_is_read_exactly(amount: Decimal) -> None:
    record = BODIES["search"]["data"][0]
    odd = {**record, "attributes": {**record["attributes"], "monthly_cost": str(amount)}}
    assert read(AvailableNumber, json.dumps(odd)).monthly_cost == amount


@pytest.mark.parametrize(
    "written",
    [
        '"1,234.50"',
        '" 1.25"',
        '"1.25 "',
        '"+1.25"',
        '"$1.25"',
        '"\uff11.25"',
        '"1_0"',
        '"NaN"',
        '"1e999"',
        "1e400",
        "1e23",
        "NaN",
    ],
)
def test_an_amount_that_is_not_exact_or_not_plain_is_not_guessed(written: str) -> None:
    record = BODIES["search"]["data"][0]
    odd = {**record, "attributes": {**record["attributes"], "monthly_cost": "@"}}
    with pytest.raises(ValueError, match="Input should be an amount"):
        read(AvailableNumber, json.dumps(odd, ensure_ascii=False).replace('"@"', written))


@pytest.mark.parametrize(("written", "amount"), [("4000000.0", 4000000), ("4e6", 4000000), ("-0.0", 0)])
def test_a_whole_number_of_billionths_is_read_however_it_is_written(written: str, amount: int) -> None:
    odd = {**SENT, "attributes": {**SENT["attributes"], "amount_nanodollars": "@"}}
    message = read(Message, json.dumps(odd).replace('"@"', written))
    assert (message.amount_nanodollars, type(message.amount_nanodollars)) == (amount, int)

"""The JSON bodies that a vendor SDK prints as real responses decode into the right models with the right values."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from flowroute_openapi import (
    Model,
    Operation,
    associate_cnam_record,
    get_cnam_record,
    get_e911_address,
    get_message,
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_cnam_records,
    list_e911_addresses,
    list_e911_numbers,
    list_numbers,
    list_routes,
    purchase_number,
    search_available_numbers,
    unassociate_cnam_record,
)
from flowroute_openapi.models import (
    AccountNumber,
    AvailableCode,
    AvailableNumber,
    DeliveryReceipt,
    Message,
    MessageListDocument,
    NumberDocument,
    NumberRelationships,
    PageLinks,
    Relationship,
    ResourceIdentifier,
    Route,
    RouteDocument,
    RouteDocumentLinks,
    SentMessage,
    SentMessageDocument,
)

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=Model)

BODIES: dict[str, object] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)
API = "https://api.flowroute.com"
SIP_REG = Route(id="0", type="route", alias="sip-reg", route_type="sip-reg", value=None)


def decoded(operation: Operation[T], name: str) -> T:
    return operation.decode(json.dumps(BODIES[name]).encode())


def parsed(model: type[ModelT], name: str) -> ModelT:
    return model.model_validate_json(json.dumps(BODIES[name]))


def links(path: str, this: str, following: str | None) -> PageLinks:
    return PageLinks(self_=f"{API}{path}?{this}", next=f"{API}{path}?{following}" if following else None)


def test_every_body_of_the_vendor_is_here() -> None:
    assert len(BODIES) == 21


def test_area_codes() -> None:
    document = decoded(list_available_area_codes(), "area_codes")
    assert document.data == tuple(AvailableCode(id=code, type="areacode") for code in ("201", "202", "203"))
    assert document.links == links(
        "/v2/numbers/available/areacodes",
        "max_setup_cost=3&limit=3&offset=0",
        "max_setup_cost=3&limit=3&offset=3",
    )


def test_exchanges() -> None:
    document = decoded(list_available_exchanges(), "exchanges")
    assert document.data == tuple(AvailableCode(id=code, type="exchange") for code in ("347215", "347325", "347331"))
    assert document.links == links(
        "/v2/numbers/available/exchanges", "areacode=347&limit=3&offset=0", "areacode=347&limit=3&offset=3"
    )


def test_numbers_for_sale() -> None:
    document = decoded(search_available_numbers(), "search")
    assert document.data == tuple(
        AvailableNumber(
            id=number,
            type="number",
            value=number,
            rate_center="nwyrcyzn01",
            state="ny",
            number_type="standard",
            monthly_cost=Decimal("1.25"),
            setup_cost=setup_cost,
        )
        for number, setup_cost in (
            ("16463439507", Decimal(1)),
            ("16463439617", Decimal(1)),
            ("16463439667", Decimal("3.99")),
        )
    )
    assert document.links == links(
        "/v2/numbers/available",
        "contains=3&ends_with=7&starts_with=1646&limit=3&offset=0",
        "contains=3&ends_with=7&starts_with=1646&limit=3&offset=3",
    )


@pytest.mark.parametrize("name", ["purchase", "number_details"])
def test_a_number_with_its_relationships_and_routes(name: str) -> None:
    operation = purchase_number("16502390214") if name == "purchase" else get_number("16502390214")
    document = decoded(operation, name)
    nothing = Relationship(data=None)
    assert document == NumberDocument(
        data=AccountNumber(
            id="16502390214",
            type="number",
            value="16502390214",
            alias=None,
            cnam_lookups_enabled=True,
            number_type="standard",
            rate_center="millbrae",
            state="ca",
            relationships=NumberRelationships(
                cnam_preset=nothing,
                e911_address=nothing,
                failover_route=nothing,
                primary_route=Relationship(data=ResourceIdentifier(id="0", type="route")),
            ),
        ),
        included=(SIP_REG,),
        links=PageLinks(self_=f"{API}/v2/numbers/16502390214"),
    )


def test_numbers_of_the_account() -> None:
    document = decoded(list_numbers(), "account_numbers")
    assert document.data == tuple(
        AccountNumber(
            id=number,
            type="number",
            value=number,
            alias=None,
            cnam_lookups_enabled=True,
            number_type="standard",
            rate_center=rate_center,
            state="nj",
        )
        for number, rate_center in (("12012673227", "oradell"), ("12014845220", "jerseycity"))
    )
    assert document.links == links("/v2/numbers", "starts_with=1201&limit=3&offset=0", None)


def test_a_created_route() -> None:
    assert parsed(RouteDocument, "route_created") == RouteDocument(
        data=Route(id="98396", type="route", alias="new route", route_type="host", value="il775u.sonsofodin.com"),
        links=RouteDocumentLinks(self_=f"{API}/routes/98396"),
    )


def test_routes() -> None:
    document = decoded(list_routes(), "routes")
    assert document.data == (
        SIP_REG,
        Route(id="83834", type="route", alias="PSTNroute1", route_type="number", value="12065551212"),
    )
    assert document.links == links("/v2/routes", "limit=2&offset=0", "limit=2&offset=2")


def test_a_sent_message() -> None:
    assert parsed(SentMessageDocument, "message_sent").data == SentMessage(
        id="mdr2-39cadeace66e11e7aff806cd7f24ba2d", type="message"
    )


def inbound(sender: str) -> Message:
    return Message(
        id="mdr2-ca82be46e6ba11e79d08862d092cf73d",
        type="message",
        body="Hello are you there? ",
        status="delivered",
        direction="inbound",
        amount_nanodollars=4_000_000,
        amount_display="$0.0040",
        from_=sender,
        to="12012673227",
        message_encoding=0,
        message_type="longcode",
        timestamp=datetime(2017, 12, 22, 1, 52, 39, 390_000, tzinfo=UTC),
        delivery_receipts=(),
        is_mms=False,
    )


def test_messages_with_their_receipts() -> None:
    document = parsed(MessageListDocument, "messages")
    received, sent = document.data
    assert received == inbound("12061231234")
    assert sent == Message(
        id="mdr2-39cadeace66e11e7aff806cd7f24ba2d",
        type="message",
        body="test sms on v2",
        status="message buffered",
        direction="outbound",
        amount_nanodollars=4_000_000,
        amount_display="$0.0040",
        from_="12012673227",
        to="12061232634",
        message_encoding=0,
        message_type="longcode",
        timestamp=datetime(2017, 12, 21, 16, 44, 34, 930_000, tzinfo=UTC),
        is_mms=False,
        delivery_receipts=(
            DeliveryReceipt(
                level=2,
                status="message buffered",
                status_code="1003",
                status_code_description="Message accepted by Carrier",
                timestamp=datetime(2017, 12, 21, 16, 44, 35, tzinfo=UTC),
            ),
            DeliveryReceipt(
                level=1,
                status="smsc submit",
                status_code=None,
                status_code_description="Message has been sent",
                timestamp=datetime(2017, 12, 21, 16, 44, 35, tzinfo=UTC),
            ),
        ),
    )
    assert document.links is not None
    assert document.links.next is not None
    assert document.links.next.endswith("&offset=2")


def test_a_message() -> None:
    assert decoded(get_message("mdr2-ca82be46e6ba11e79d08862d092cf73d"), "message_details").data == inbound(
        "12061232634"
    )


def test_the_bodies_of_e911_addresses_and_cnam_records_decode() -> None:
    addresses = decoded(list_e911_addresses(), "e911_list").data
    assert [(address.id, address.label, address.address_type) for address in addresses] == [
        ("22127", "Funeral Homes", None),
        ("22124", "Smith Tower", None),
        ("22120", "First e911 record", None),
    ]
    assert [decoded(get_e911_address("1"), f"e911_{name}").data.id for name in ("details", "created", "updated")] == [
        "22127",
        "21907",
        "21907",
    ]
    assert [number.id for number in decoded(list_e911_numbers("1"), "e911_numbers").data] == ["12062011682"]
    assert [record.value for record in decoded(list_cnam_records(), "cnam_list").data] == [
        "BROWN BAG",
        "LEATHER REBEL",
        "MORBO",
    ]
    assert decoded(get_cnam_record("22790"), "cnam_details").data.value == "BROWN BAG"
    assert decoded(get_cnam_record("24169"), "cnam_created").data.value == "AH76WX"
    assert decoded(associate_cnam_record("1", "2"), "cnam_associated").data.id == "22790"
    assert decoded(unassociate_cnam_record("1"), "cnam_unassociated").data.type == "cnam"

"""Every operation as both layers call them, the request that each must send, and what answers it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import flowroute_openapi as operations
from flowroute_async import FlowrouteClient
from flowroute_openapi import (
    Operation,
    create_route,
    get_message,
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_messages,
    list_numbers,
    list_routes,
    purchase_number,
    search_available_numbers,
    send_message,
    set_failover_route,
    set_primary_route,
)
from flowroute_openapi.models import (
    CnamRecordChangeDocument,
    E911AddressChangeDocument,
    LetterOfAuthorization,
    NewCnamRecord,
    NewE911AddressDocument,
    NewMessage,
    NewRoute,
    NewRouteAttributes,
    NewRouteDocument,
    RouteIdentifier,
    RouteRelationship,
)
from tests.described_calls import described_call

BODIES: dict[str, dict[str, object]] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)

MEDIA = "https://example.com/cat.png"
RELATIONSHIP = {"data": {"id": "83834", "type": "route"}}
UNIT = {"address_type": "Suite", "address_type_number": "200"}
NAMES = {"label": "Home", "first_name": "Janet", "last_name": "Doe"}
PLACE = {"street_number": "3910", "street_name": "N Vassault", "city": "Tacoma", "state": "WA", "zip": "98407"}
NEW_ADDRESS = {"data": {"type": "e911", "attributes": {**NAMES, **PLACE, **UNIT, "country": "US"}}}
ADDRESS_CHANGE = {"data": {"type": "e911", "attributes": {"city": "Seattle"}}}
RECORD_CHANGE = {"data": {"type": "cnam", "attributes": {"value": "AH76WX"}}}


@dataclass(frozen=True)
class Case:
    """One operation: how to call it, what it must send, and what answers it."""

    name: str
    facade: Callable[[FlowrouteClient], Awaitable[object]]
    operation: Operation[object]
    method: str
    target: str
    status: int
    answer: str | None
    body: object = None

    @property
    def is_repeatable(self) -> bool:
        return self.operation.repeatable


def described(
    name: str, facade: Callable[[FlowrouteClient], Awaitable[object]], *, query: str = "", **values: object
) -> Case:
    """Return the case of an operation that the facade must call as the description's examples do."""
    call = described_call(name, values)
    if call.body:
        BODIES[f"described {name}"] = json.loads(call.body)
    sent = call.operation.encode_body()
    return Case(
        name,
        facade,
        replace(call.operation, query=tuple(parse_qsl(query.removeprefix("?")))),
        call.operation.method,
        call.operation.path + query,
        call.status,
        f"described {name}" if call.body else None,
        body=None if sent is None else json.loads(sent),
    )


PENDING = "?limit=200&offset=0&status=pending"

CASES = (
    Case(
        "search_available_numbers",
        lambda client: client.numbers.search(
            starts_with="+1646", contains="007", ends_with="0077", state="ny", rate_center="nwyrcyzn01"
        ),
        search_available_numbers(
            starts_with="+1646",
            contains="007",
            ends_with="0077",
            state="NY",
            rate_center="nwyrcyzn01",
            limit=200,
            offset=0,
        ),
        "GET",
        "/v2/numbers/available?starts_with=%2B1646&contains=007&ends_with=0077&limit=200&offset=0"
        "&rate_center=nwyrcyzn01&state=NY",
        200,
        "search",
    ),
    Case(
        "list_available_area_codes",
        lambda client: client.numbers.area_codes(max_setup_cost=3.25),
        list_available_area_codes(limit=400, offset=0, max_setup_cost=3.25),
        "GET",
        "/v2/numbers/available/areacodes?limit=400&offset=0&max_setup_cost=3.25",
        200,
        "area_codes",
    ),
    Case(
        "list_available_exchanges",
        lambda client: client.numbers.exchanges(areacode="347", page_size=3),
        list_available_exchanges(limit=3, offset=0, areacode="347"),
        "GET",
        "/v2/numbers/available/exchanges?limit=3&offset=0&areacode=347",
        200,
        "exchanges",
    ),
    Case(
        "list_numbers",
        lambda client: client.numbers.list(starts_with="1201", alias="My line"),
        list_numbers(starts_with="1201", limit=200, offset=0, alias="My line"),
        "GET",
        "/v2/numbers?starts_with=1201&limit=200&offset=0&alias=My+line",
        200,
        "account_numbers",
    ),
    Case(
        "get_number",
        lambda client: client.numbers.get("+1 (650) 239-0214"),
        get_number("16502390214"),
        "GET",
        "/v2/numbers/16502390214",
        200,
        "number_details",
    ),
    Case(
        "purchase_number",
        lambda client: client.numbers.purchase("6502390214"),
        purchase_number("16502390214"),
        "POST",
        "/v2/numbers/16502390214",
        201,
        "purchase",
    ),
    Case(
        "list_routes",
        lambda client: client.routes.list(route_type="host"),
        list_routes(limit=200, offset=0, route_type="host"),
        "GET",
        "/v2/routes?limit=200&offset=0&route_type=host",
        200,
        "routes",
    ),
    Case(
        "create_route",
        lambda client: client.routes.create(alias="new route", route_type="host", value="il775u.sonsofodin.com"),
        create_route(
            NewRouteDocument(
                data=NewRoute(
                    attributes=NewRouteAttributes(alias="new route", route_type="host", value="il775u.sonsofodin.com")
                )
            )
        ),
        "POST",
        "/v2/routes",
        201,
        "route_created",
        body={
            "data": {
                "type": "route",
                "attributes": {"alias": "new route", "route_type": "host", "value": "il775u.sonsofodin.com"},
            }
        },
    ),
    Case(
        "set_primary_route",
        lambda client: client.routes.set_primary("12065550100", "83834"),
        set_primary_route("12065550100", RouteRelationship(data=RouteIdentifier(id="83834"))),
        "PATCH",
        "/v2/numbers/12065550100/relationships/primary_route",
        204,
        None,
        body=RELATIONSHIP,
    ),
    Case(
        "set_failover_route",
        lambda client: client.routes.set_failover("12065550100", "83834"),
        set_failover_route("12065550100", RouteRelationship(data=RouteIdentifier(id="83834"))),
        "PATCH",
        "/v2/numbers/12065550100/relationships/failover_route",
        204,
        None,
        body=RELATIONSHIP,
    ),
    Case(
        "send_message",
        lambda client: client.messages.send(
            from_="+1 206 555 0100", to="206.555.0101", body="hello there", media_urls=[MEDIA]
        ),
        send_message(
            NewMessage(from_="12065550100", to="12065550101", body="hello there", media_urls=(MEDIA,), is_mms=True)
        ),
        "POST",
        "/v2.1/messages",
        202,
        "message_sent",
        body={
            "from": "12065550100",
            "to": "12065550101",
            "body": "hello there",
            "media_urls": [MEDIA],
            "is_mms": True,
        },
    ),
    Case(
        "list_messages",
        lambda client: client.messages.list(
            start_date=date(2017, 12, 1), end_date=datetime(2018, 1, 8, 1, 2, 3, 450000, tzinfo=UTC), page_size=2
        ),
        list_messages(
            start_date=date(2017, 12, 1),
            end_date=datetime(2018, 1, 8, 1, 2, 3, 450000, tzinfo=UTC),
            limit=2,
            offset=0,
        ),
        "GET",
        "/v2.1/messages?start_date=2017-12-01&end_date=2018-01-08T01%3A02%3A03.450Z&limit=2&offset=0",
        200,
        "messages",
    ),
    Case(
        "get_message",
        lambda client: client.messages.get("mdr2-ca82be46e6ba11e79d08862d092cf73d"),
        get_message("mdr2-ca82be46e6ba11e79d08862d092cf73d"),
        "GET",
        "/v2.1/messages/mdr2-ca82be46e6ba11e79d08862d092cf73d",
        200,
        "message_details",
    ),
    Case(
        "list_e911_addresses",
        lambda client: client.e911.list(state="wa", label="home", city="Seattle", street_name="Smith St", page_size=3),
        operations.list_e911_addresses(
            limit=3, offset=0, state="WA", label="home", city="Seattle", street_name="Smith St"
        ),
        "GET",
        "/v2/e911s?limit=3&offset=0&state=WA&label=home&city=Seattle&street_name=Smith+St",
        200,
        "e911_list",
    ),
    Case(
        "get_e911_address",
        lambda client: client.e911.get("22127"),
        operations.get_e911_address("22127"),
        "GET",
        "/v2/e911s/22127",
        200,
        "e911_details",
    ),
    Case(
        "validate_e911_address",
        lambda client: client.e911.validate(**NAMES, **PLACE, **UNIT),
        operations.validate_e911_address(NewE911AddressDocument.model_validate(NEW_ADDRESS)),
        "POST",
        "/v2/e911s/validate",
        204,
        None,
        body=NEW_ADDRESS,
    ),
    Case(
        "create_e911_address",
        lambda client: client.e911.create(**NAMES, **PLACE, **UNIT),
        operations.create_e911_address(NewE911AddressDocument.model_validate(NEW_ADDRESS)),
        "POST",
        "/v2/e911s",
        201,
        "e911_created",
        body=NEW_ADDRESS,
    ),
    Case(
        "update_e911_address",
        lambda client: client.e911.update("21907", city="Seattle"),
        operations.update_e911_address("21907", E911AddressChangeDocument.model_validate(ADDRESS_CHANGE)),
        "PATCH",
        "/v2/e911s/21907",
        200,
        "e911_updated",
        body=ADDRESS_CHANGE,
    ),
    Case(
        "delete_e911_address",
        lambda client: client.e911.delete("20930"),
        operations.delete_e911_address("20930"),
        "DELETE",
        "/v2/e911s/20930",
        204,
        None,
    ),
    Case(
        "associate_e911_address",
        lambda client: client.e911.associate("(206) 201-1682", "20930"),
        operations.associate_e911_address("12062011682", "20930"),
        "PATCH",
        "/v2/numbers/12062011682/relationships/e911s/20930",
        204,
        None,
    ),
    Case(
        "unassociate_e911_address",
        lambda client: client.e911.unassociate("2062011682"),
        operations.unassociate_e911_address("12062011682"),
        "DELETE",
        "/v2/numbers/12062011682/relationships/e911s",
        204,
        None,
    ),
    Case(
        "list_e911_numbers",
        lambda client: client.e911.numbers("21907"),
        operations.list_e911_numbers("21907", limit=200, offset=0),
        "GET",
        "/v2/e911s/21907/relationships/numbers?limit=200&offset=0",
        200,
        "e911_numbers",
    ),
    Case(
        "list_cnam_records",
        lambda client: client.cnam.list(is_approved=True, value="bag & co"),
        operations.list_cnam_records(limit=200, offset=0, is_approved=True, value="bag & co"),
        "GET",
        "/v2/cnams?limit=200&offset=0&is_approved=true&value=bag+%26+co",
        200,
        "cnam_list",
    ),
    Case(
        "get_cnam_record",
        lambda client: client.cnam.get("22790"),
        operations.get_cnam_record("22790"),
        "GET",
        "/v2/cnams/22790",
        200,
        "cnam_details",
    ),
    Case(
        "create_cnam_record",
        lambda client: client.cnam.create("ah76wx"),
        operations.create_cnam_record(NewCnamRecord(value="AH76WX")),
        "POST",
        "/v2/cnams",
        201,
        "cnam_created",
        body={"value": "AH76WX"},
    ),
    Case(
        "update_cnam_record",
        lambda client: client.cnam.update("24169", "ah76wx"),
        operations.update_cnam_record("24169", CnamRecordChangeDocument.model_validate(RECORD_CHANGE)),
        "PATCH",
        "/v2/cnams/24169",
        200,
        "cnam_created",
        body=RECORD_CHANGE,
    ),
    Case(
        "delete_cnam_record",
        lambda client: client.cnam.delete("22790"),
        operations.delete_cnam_record("22790"),
        "DELETE",
        "/v2/cnams/22790",
        204,
        None,
    ),
    Case(
        "associate_cnam_record",
        lambda client: client.cnam.associate("+1 206 201 1682", "22790"),
        operations.associate_cnam_record("12062011682", "22790"),
        "PATCH",
        "/v2/numbers/12062011682/relationships/cnams/22790",
        202,
        "cnam_associated",
    ),
    Case(
        "unassociate_cnam_record",
        lambda client: client.cnam.unassociate("12062011682"),
        operations.unassociate_cnam_record("12062011682"),
        "DELETE",
        "/v2/numbers/12062011682/relationships/cnams",
        202,
        "cnam_unassociated",
    ),
    described(
        "purchase_number",
        lambda client: client.numbers.purchase(
            "1 650 239 0214",
            cnam_lookups_enabled=False,
            messaging_enabled=True,
            messaging_callback_url="https://example.com/provisioned",
        ),
        id="16502390214",
    ),
    described(
        "update_number",
        lambda client: client.numbers.update("650-239-0214", alias="My NYC number", cnam_lookups_enabled=False),
        id="16502390214",
    ),
    described("release_number", lambda client: client.numbers.release("12062011682")),
    described("list_available_tiers", lambda client: client.numbers.tiers(), query="?limit=200&offset=0"),
    described(
        "set_number_callback",
        lambda client: client.numbers.set_callback("206 201 1682", "sms", "https://example.com/messages"),
    ),
    described("get_number_callback", lambda client: client.numbers.get_callback("2062011682", "sms")),
    described("delete_number_callback", lambda client: client.numbers.delete_callback("2062011682", "sms")),
    described(
        "update_route",
        lambda client: client.routes.update(
            "98396", alias="new alias", route_type="host", value="sip.example.com", edge_strategy_id=2
        ),
    ),
    described("delete_route", lambda client: client.routes.delete("98396")),
    described("list_edge_strategies", lambda client: client.routes.edge_strategies(), query="?limit=200&offset=0"),
    described("remove_primary_route", lambda client: client.routes.remove_primary("+12062011682")),
    described("remove_failover_route", lambda client: client.routes.remove_failover("+12062011682")),
    described(
        "set_account_callback", lambda client: client.messages.set_callback("sms", "https://example.com/messages")
    ),
    described("get_account_callback", lambda client: client.messages.get_callback("sms")),
    described("delete_account_callback", lambda client: client.messages.delete_callback("sms")),
    described(
        "provision_messaging",
        lambda client: client.message_provisioning.enable(
            "206 201 1682", callback_url="https://example.com/provisioned", email=False
        ),
    ),
    described(
        "get_message_provisioning",
        lambda client: client.message_provisioning.status("7fc8c70a-ca58-430c-b383-b89df84f8083"),
    ),
    described("check_portability", lambda client: client.porting.check("425-444-5555")),
    described(
        "create_port_order",
        lambda client: client.porting.create(
            ["+1 425 444 5555"],
            billing_name="Janet Doe",
            street="3910 N Vassault",
            city="Tacoma",
            state="Washington",
            zip="98407",
            provider="Other Telecom",
            usage_type="Residential",
            alias="My order",
            pin="1234",
            last_4_ssn="1234",
            provider_account="A-1",
        ),
    ),
    described("list_port_orders", lambda client: client.porting.list(status="pending"), query=PENDING),
    described("get_port_order", lambda client: client.porting.get("42361")),
    described("update_port_order", lambda client: client.porting.set_presets("42361", primary_route_id="98396")),
    described("get_port_order_status", lambda client: client.porting.status("42361")),
    described("cancel_port_order", lambda client: client.porting.cancel("42361")),
    described(
        "change_port_order_numbers",
        lambda client: client.porting.change_numbers("42361", add=["4254445556"], remove=["4254445555"]),
    ),
    described("add_port_order_group_numbers", lambda client: client.porting.add_numbers("38697", "4254445556")),
    described("remove_port_order_preset", lambda client: client.porting.remove_preset("42361", "cnam_id")),
    described("get_letter_of_authorization", lambda client: client.porting.loa("42361")),
    described(
        "sign_letter_of_authorization",
        lambda client: client.porting.sign_loa(
            "42361",
            LetterOfAuthorization(numbers=("4254454444",), billing_name="Janet Doe"),
            signature_name="Janet Doe",
            signature_title="Owner",
        ),
    ),
    described(
        "add_port_order_file",
        lambda client: client.porting.add_document("42361", url="https://example.com/b.pdf?filename=my.pdf"),
    ),
    described("get_port_order_file", lambda client: client.porting.document("42361", "0")),
    described(
        "create_cdr_export",
        lambda client: client.cdr_exports.create(
            datetime(2019, 1, 1, tzinfo=UTC),
            datetime(2019, 2, 1, tzinfo=UTC),
            callback_url="https://myserver.example/cdrs",
            number_aliases=["Office 221"],
        ),
    ),
    described("list_cdr_exports", lambda client: client.cdr_exports.list(), query="?limit=200&offset=0"),
    described("get_cdr_export", lambda client: client.cdr_exports.get("203485")),
)


def call_facade(client: FlowrouteClient, case: Case) -> Awaitable[object]:
    return case.facade(client)


def call_low_level(client: FlowrouteClient, case: Case) -> Awaitable[object]:
    return client.send(case.operation)


LAYERS = {"facade": call_facade, "low level": call_low_level}

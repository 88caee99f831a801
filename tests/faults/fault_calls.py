"""Every operation of the API as a call with marked values, and a good answer to it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flowroute_async.operations import (
    associate_cnam_record,
    associate_e911_address,
    create_cnam_record,
    create_e911_address,
    delete_cnam_record,
    delete_e911_address,
    get_cnam_record,
    get_e911_address,
    list_cnam_records,
    list_e911_addresses,
    list_e911_numbers,
    unassociate_cnam_record,
    unassociate_e911_address,
    update_cnam_record,
    update_e911_address,
    validate_e911_address,
)
from flowroute_async.operations.cnam import CnamRecordChange, CnamRecordChangeDocument, NewCnamRecord
from flowroute_async.operations.e911 import (
    E911AddressChange,
    E911AddressChangeDocument,
    E911AddressChanges,
    NewE911Address,
    NewE911AddressAttributes,
    NewE911AddressDocument,
)
from flowroute_openapi.api.messages import get_message, list_messages, send_message
from flowroute_openapi.api.numbers import (
    get_number,
    list_available_area_codes,
    list_available_exchanges,
    list_numbers,
    purchase_number,
    search_available_numbers,
)
from flowroute_openapi.api.routes import create_route, list_routes, set_failover_route, set_primary_route
from flowroute_openapi.models import (
    NewMessage,
    NewRoute,
    NewRouteAttributes,
    NewRouteDocument,
    RouteIdentifier,
    RouteRelationship,
)
from flowroute_openapi.types import Operation

ACCESS_KEY, SECRET_KEY = "KEYMARKACCESS", "KEYMARKSECRET"
NUMBER, OTHER_NUMBER = "14255550147", "13605550158"
MARKS = (
    ACCESS_KEY,
    SECRET_KEY,
    "S0VZTUFSS0FDQ0VTUzpLRVlNQVJLU0VDUkVU",  # both, as HTTP Basic writes them
    NUMBER[1:],
    OTHER_NUMBER[1:],
    "textmark meet me at the bridge",
    "Firstmark",
    "Lastmark",
    "Streetmark",
    "Citymark",
    "Labelmark",
    "NAMEMARK",
    "aliasmark",
    "hostmark.example.com",
)
"""What must not be found anywhere but on the wire and in the attributes that are meant to hold it."""

_BODIES: Mapping[str, object] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "vendor_bodies.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Call:
    """A call and a good answer to it."""

    operation: Operation[object]
    status: int
    body: bytes


def _call(operation: Operation[object], status: int, body: str | None = None) -> Call:
    if body is None:
        return Call(operation, status, b"")
    document = cast("dict[str, dict[str, object]]", copy.deepcopy(_BODIES[body]))
    if operation.expected_id is not None:  # the vendor's examples are about resources of their own
        document["data"]["id"] = operation.expected_id
        if operation.route.startswith("/v2/numbers"):
            cast("dict[str, object]", document["data"]["attributes"])["value"] = operation.expected_id
    return Call(operation, status, json.dumps(document).encode())


_ADDRESS = NewE911AddressDocument(
    data=NewE911Address(
        attributes=NewE911AddressAttributes(
            label="Labelmark",
            first_name="Firstmark",
            last_name="Lastmark",
            street_number="20",
            street_name="Streetmark",
            city="Citymark",
            state="WA",
            country="US",
            zip="98101",
        )
    )
)
_ADDRESS_CHANGE = E911AddressChangeDocument(
    data=E911AddressChange(attributes=E911AddressChanges(street_name="Streetmark"))
)
_RECORD_CHANGE = CnamRecordChangeDocument(data=CnamRecordChange(attributes=NewCnamRecord(value="NAMEMARK")))
_ROUTE = NewRouteDocument(
    data=NewRoute(attributes=NewRouteAttributes(alias="aliasmark", route_type="host", value="hostmark.example.com"))
)
_RELATIONSHIP = RouteRelationship(data=RouteIdentifier(id="98396"))
_MESSAGE = NewMessage(from_=NUMBER, to=OTHER_NUMBER, body="textmark meet me at the bridge")

CALLS: tuple[Call, ...] = (
    _call(list_available_area_codes(limit=3), 200, "area_codes"),
    _call(list_available_exchanges(limit=3), 200, "exchanges"),
    _call(search_available_numbers(starts_with=NUMBER), 200, "search"),
    _call(list_numbers(starts_with=NUMBER), 200, "account_numbers"),
    _call(get_number(NUMBER), 200, "number_details"),
    _call(purchase_number(NUMBER), 201, "purchase"),
    _call(list_routes(limit=3), 200, "routes"),
    _call(create_route(_ROUTE), 201, "route_created"),
    _call(set_primary_route(NUMBER, _RELATIONSHIP), 204),
    _call(set_failover_route(NUMBER, _RELATIONSHIP), 204),
    _call(send_message(_MESSAGE), 202, "message_sent"),
    _call(get_message("mdr2-39cadeace66e11e7aff806cd7f24ba2d"), 200, "message_details"),
    _call(list_messages(start_date=datetime(2026, 1, 1, tzinfo=UTC)), 200, "messages"),
    _call(list_e911_addresses(street_name="Streetmark"), 200, "e911_list"),
    _call(get_e911_address("20930"), 200, "e911_details"),
    _call(validate_e911_address(_ADDRESS), 204),
    _call(create_e911_address(_ADDRESS), 201, "e911_created"),
    _call(update_e911_address("20930", _ADDRESS_CHANGE), 200, "e911_updated"),
    _call(delete_e911_address("20930"), 204),
    _call(associate_e911_address(NUMBER, "20930"), 204),
    _call(unassociate_e911_address(NUMBER), 204),
    _call(list_e911_numbers("20930"), 200, "e911_numbers"),
    _call(list_cnam_records(value="NAMEMARK"), 200, "cnam_list"),
    _call(get_cnam_record("22671"), 200, "cnam_details"),
    _call(create_cnam_record(NewCnamRecord(value="NAMEMARK")), 201, "cnam_created"),
    _call(update_cnam_record("22671", _RECORD_CHANGE), 200, "cnam_details"),
    _call(delete_cnam_record("22671"), 204),
    _call(associate_cnam_record(NUMBER, "22671"), 202, "cnam_associated"),
    _call(unassociate_cnam_record(NUMBER), 202, "cnam_unassociated"),
)

BY_NAME: Mapping[str, Call] = {call.operation.name: call for call in CALLS}

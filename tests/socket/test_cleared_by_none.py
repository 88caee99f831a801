"""Updates over a real socket, on both event loops: None clears, what is not given stays, and the rest is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_type_hints

import pytest

from flowroute_async import FlowrouteClient, InvalidArgumentError, number_changes, port_order_parts
from flowroute_async import addresses as address_parts
from flowroute_async.resources import routes as route_fields
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock
from flowroute_openapi import update_e911_address, update_number, update_port_order, update_route
from flowroute_openapi.types import Operation
from tests.described_calls import DESCRIPTION

pytestmark = pytest.mark.anyio

NUMBER = {"alias": "desk", "cnam_lookups_enabled": True, "messaging_enabled": True}
ROUTE = {"alias": "hall", "route_type": "host", "value": "sip.example.com", "edge_strategy_id": 4}
ADDRESS = {
    "label": "HQ",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "address_type": "Suite",
    "address_type_number": "200",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
    "country": "US",
}
ORDER = {
    "billing_name": "Janet Doe",
    "street": "3910 N Vassault",
    "street2": "Rear",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
    "country": "US",
    "provider": "Other Telecom",
    "usage_type": "Business",
    "company": "Doe Ltd",
    "billing_number": "12065550199",
    "provider_account": "778899",
    "pin": "4711",
    "last_4_ssn": "0815",
    "alias": "first",
    "enable_cnam_lookups": True,
    "status_url": "https://example.com/status",
}


@dataclass
class Subject:
    """What is updated, of one kind: made, changed and read by the facade, and changed by the low level."""

    client: Any
    kind: str
    id: str = ""

    async def make(self, today: Any) -> None:
        match self.kind:
            case "number":
                offer = (await self.client.numbers.search(max_items=1)).items[0]
                self.id = (await self.client.numbers.purchase(offer, messaging_enabled=True)).id
                await self.update(**NUMBER)
            case "route":
                self.id = (await self.client.routes.create(**ROUTE)).id
            case "address":
                self.id = (await self.client.e911.create(**ADDRESS)).id
            case _:
                wanted = {"desired_completion_date": today + timedelta(days=9)}
                group = await self.client.porting.create(["12065550101"], **ORDER, **wanted)
                self.id = group.orders.data[0].id

    async def update(self, **changes: object) -> None:
        resource = {"number": "numbers", "route": "routes", "address": "e911"}.get(self.kind, "porting")
        await getattr(self.client, resource).update(self.id, **changes)

    async def read(self) -> dict[str, object]:
        match self.kind:
            case "number":
                found = await self.client.numbers.get(self.id)
            case "route":
                found = (await self.client.routes.list(max_items=2)).items[1]
            case "address":
                found = await self.client.e911.get(self.id)
            case _:
                found = await self.client.porting.get(self.id)
        whole = dict(found) | dict(getattr(found, "billing_address", None) or {})
        shown = {name: value for name, value in whole.items() if name not in {"modified_at", "billing_address"}}
        return {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in shown.items()}

    def low_level(self, attributes: Mapping[str, object]) -> Operation[Any]:
        wrapped: dict[str, Any] = {"data": {"attributes": attributes}}
        update: Any = {"route": update_route, "address": update_e911_address, "order": update_port_order}.get(self.kind)
        if update is None:
            return update_number(self.id, _body(update_number, attributes))
        operation: Operation[Any] = update(self.id, _body(update, wrapped))
        return operation


def _body(update: Any, value: Mapping[str, object]) -> Any:
    return get_type_hints(update)["body"].model_validate(value)


CLEARABLE = {
    "number": number_changes.CLEARABLE,
    "route": route_fields.CLEARABLE,
    "address": address_parts.CLEARABLE,
    "order": port_order_parts.CLEARABLE,
}
FIELDS: Mapping[str, Any] = {
    "number": number_changes.NumberChanges.__annotations__,
    "route": route_fields.RouteFields.__annotations__,
    "address": address_parts.AddressChanges.__annotations__,
    "order": port_order_parts.PortOrderParts.__annotations__,
}
EMPTY = (None, "", ())


@pytest.fixture
async def subject(served: tuple[Sandbox, str], kind: str) -> Any:
    sandbox, url = served
    sandbox.control.reset()
    clock = InstantClock(now=sandbox.clock.now)
    async with FlowrouteClient(
        access_key="sandbox", secret_key="sandbox", base_url=url, max_retries=0, clock=clock
    ) as client:
        made = Subject(client, kind)
        await made.make(sandbox.clock.now().date())
        sandbox.control.advance(5)
        yield made


@pytest.mark.parametrize("kind", CLEARABLE)
@pytest.mark.parametrize("by", ["facade", "low level"])
async def test_none_clears_what_can_be_cleared_and_nothing_else(subject: Subject, kind: str, by: str) -> None:
    before = await subject.read()
    fields = [(name,) for name in sorted(CLEARABLE[kind])] if kind != "address" else [tuple(CLEARABLE[kind])]
    for names in fields:
        assert all(before[name] not in EMPTY for name in names)
        if by == "facade":
            await subject.update(**dict.fromkeys(names))
        else:  # the vendor writes an address without a unit so
            empty = "" if kind == "address" else None
            await subject.client.send(subject.low_level(dict.fromkeys(names, empty)))
        after = await subject.read()
        assert all(after[name] in EMPTY for name in names)
        assert {name: value for name, value in after.items() if name not in names} == {
            name: value for name, value in before.items() if name not in names
        }
        before = after


@pytest.mark.parametrize("kind", CLEARABLE)
async def test_what_cannot_be_cleared_is_named_and_nothing_is_sent(
    subject: Subject, kind: str, served: tuple[Sandbox, str]
) -> None:
    before, sent = await subject.read(), len(served[0].control.requests())
    kept = [name for name in FIELDS[kind] if name not in CLEARABLE[kind]]
    assert kept
    for name in kept:
        with pytest.raises(InvalidArgumentError, match=f"^{name} must be given, or left out.*; nothing was sent$"):
            await subject.update(**dict.fromkeys(CLEARABLE[kind]), **{name: None})
    with pytest.raises(InvalidArgumentError) as caught:
        await subject.update(**dict.fromkeys(kept))
    assert [fault.argument for fault in caught.value.faults] == kept
    assert len(served[0].control.requests()) == sent
    assert await subject.read() == before


async def test_a_preset_is_not_cleared_by_none_and_the_error_names_what_removes_it() -> None:
    client: Any = FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url="http://127.0.0.1:9")
    async with client:
        for name in port_order_parts.Presets.__annotations__:
            with pytest.raises(InvalidArgumentError, match=f"^{name} must be given.*remove_preset removes an id"):
                await client.porting.set_presets("42361", **{name: None})
        with pytest.raises(InvalidArgumentError, match=r"^value must be"):
            await client.cnam.update("10", None)


@pytest.mark.parametrize(
    ("kind", "schema"), [("number", "NumberChange"), ("route", "RouteChanges"), ("order", "PortOrderChanges")]
)
def test_what_the_facade_clears_is_what_the_description_lets_be_null(kind: str, schema: str) -> None:
    described = DESCRIPTION["components"]["schemas"][schema]["properties"]
    assert {name for name, field in described.items() if field.get("nullable")} == CLEARABLE[kind]
    assert set(FIELDS[kind]) == described.keys() - {"type", "presets", "loa_details"}

"""A life of an account that meets every operation the sandbox handles: by the facade, and then by the low level."""

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import pytest

import flowroute_openapi
from flowroute_async import FlowrouteClient, RawResponse
from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.described import SENTENCE as FROM_THE_DESCRIPTION
from flowroute_async.sandbox.endpoints import ENDPOINTS
from flowroute_async.testing import InstantClock
from flowroute_openapi.types import Operation

pytestmark = pytest.mark.anyio

T = TypeVar("T")

HANDLED = {one.operation for one in ENDPOINTS if one.inferred != FROM_THE_DESCRIPTION}
OPERATIONS = {name for name in flowroute_openapi.__all__ if name.islower() and name.removesuffix("_v2_2") in HANDLED}
"""Those that the sandbox has a handler for: others have no life there that could be lived."""
OLD_CALLBACK = "https://example.com/messages"
PLACE = {"city": "Tacoma", "state": "WA", "zip": "98407"}
HOME = {"label": "Home", "first_name": "Janet", "last_name": "Doe", "street_number": "3910", **PLACE}
BILL = {"billing_name": "Janet Doe", "street": "3910 N Vassault", "provider": "Other Telecom", **PLACE}


class Recorder(FlowrouteClient):
    """A client that keeps what it sent with success, and the id that each answer had."""

    def __init__(self, sent: list[tuple[Operation[Any], str | None]], **options: Any) -> None:
        super().__init__(access_key="sandbox", secret_key="sandbox", max_retries=0, **options)
        self._sent = sent

    async def send(self, operation: Operation[T], /) -> T:
        answer = await super().send(operation)
        self._sent.append((operation, id_in(answer)))
        return answer

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        raw = await super().send_raw(operation)
        self._sent.append((operation, id_in(operation.decode(raw.content))))
        return raw


def id_in(answer: object) -> str | None:
    return getattr(getattr(answer, "data", None), "id", None)


SANDBOX = {"sms_rate": None, "mms_rate": None, "provisioning_delay": 0}


async def number_and_routes(client: FlowrouteClient) -> None:
    numbers, routes = client.numbers, client.routes
    code = (await numbers.area_codes()).items[0]
    assert (await numbers.exchanges(areacode=code.id)).items
    assert (await numbers.tiers()).items
    offer = (await numbers.search(starts_with="1206")).items[0]
    number = await numbers.purchase(offer)
    assert (await numbers.update(number, alias="desk")).alias == "desk"
    host = await routes.create(alias="host", route_type="host", value="sip.example.com")
    phone = await routes.create(alias="phone", route_type="number", value="12065550100")
    assert (await routes.edge_strategies()).items
    assert (await routes.update(host, value="sip2.example.com")).value == "sip2.example.com"
    await routes.set_primary(number, host)
    await routes.set_failover(number, phone)
    assert (await numbers.get(number)).failover_route_id == phone.id
    await routes.remove_failover(number)
    await routes.remove_primary(number)
    await routes.delete(phone)
    assert host.id in [route.id async for route in routes.list()]
    await numbers.set_callback(number, "sms", OLD_CALLBACK)
    assert (await numbers.get_callback(number, "sms")).callback_url == OLD_CALLBACK
    await numbers.delete_callback(number, "sms")
    assert [one.id async for one in numbers.list()] == [number.id]
    await numbers.release(number)


async def messages(client: FlowrouteClient, sandbox: Sandbox, number: object) -> None:
    sent = await client.messages.send(from_=number, to="12065550101", body="hello")  # type: ignore[arg-type] # a number
    sandbox.clock.advance(60)
    assert (await client.messages.get(sent)).body == "hello"
    start = sandbox.clock.now() - timedelta(days=1)
    assert sent.id in [one.id async for one in client.messages.list(start_date=start)]
    await client.messages.set_callback("sms", OLD_CALLBACK)
    assert (await client.messages.get_callback("sms")).callback_url == OLD_CALLBACK
    await client.messages.delete_callback("sms")


async def emergency_and_name(client: FlowrouteClient, sandbox: Sandbox, number: str) -> None:
    address_parts: Any = HOME | {"street_name": "N Vassault"}
    await client.e911.validate(**address_parts)
    address = await client.e911.create(**address_parts)
    assert (await client.e911.get(address)).id == address.id
    assert (await client.e911.update(address, first_name="Jane")).first_name == "Jane"
    await client.e911.associate(number, address)
    assert [one.value async for one in client.e911.numbers(address)] == [number]
    await client.e911.unassociate(number)
    assert [one.id async for one in client.e911.list()] == [address.id]
    await client.e911.delete(address)
    record = await client.cnam.create("Acme")
    assert (await client.cnam.update(record, "Acme Home")).value == "ACME HOME"
    sandbox.control.approve_cnam(record.id)
    await client.cnam.associate(number, record)
    assert (await client.cnam.get(record)).is_approved
    assert [one.id async for one in client.cnam.list()] == [record.id]
    await client.cnam.unassociate(number)
    await client.cnam.delete(record)


async def porting(client: FlowrouteClient, folder: Path) -> None:
    parts: Any = BILL
    assert (await client.porting.check("12065550101")).portable
    route = await client.routes.create(alias="office", route_type="host", value="sip.example.com")
    group = await client.porting.create(["12065550101", "12065550102"], **parts)
    (order,) = [one async for one in client.porting.list()]
    assert (await client.porting.get(order)).id == order.id
    assert (await client.porting.update(order, alias="mine")).alias == "mine"
    await client.porting.set_presets(order, primary_route_id=route)
    await client.porting.remove_preset(order, "primary_route_id")
    await client.porting.change_numbers(order, remove=["12065550102"])
    await client.porting.add_numbers(group, "12065550102")
    assert (await client.porting.group(group)).orders
    (folder / "bill.pdf").write_bytes(b"%PDF")
    document = await client.porting.add_document(order, path=folder / "bill.pdf")
    await client.porting.add_document(order, url="https://example.com/b.pdf?filename=my.pdf")
    assert document.id is not None
    await client.porting.document(order, document.id, folder / "copy.pdf")
    letter = await client.porting.loa(order)
    await client.porting.sign_loa(order, letter, signature_name="Janet Doe", signature_title="Owner")
    assert (await client.porting.status(order)).status == "processing"
    other = await client.porting.create(["12065550103"], **parts)
    assert other.orders is not None
    await client.porting.cancel(other.orders.data[0])


async def call_records(client: FlowrouteClient, sandbox: Sandbox) -> None:
    now = sandbox.clock.now()
    export = await client.cdr_exports.create(now - timedelta(days=30), now, wait=60)
    assert [one.id async for one in client.cdr_exports.list()] == [export.id]
    async with aclosing(client.cdr_exports.records(export)) as records:
        assert [record async for record in records] == []


async def test_every_operation_is_met_by_the_facade_and_means_the_same_by_the_low_level(
    served: tuple[Sandbox, str], tmp_path: Path
) -> None:
    sandbox, url = served
    sandbox.control.reset()
    clock = InstantClock(passed=sandbox.control.advance, now=sandbox.clock.now)
    sent: list[tuple[Operation[Any], str | None]] = []
    recorders = [Recorder(sent, base_url=url, clock=clock, messages_version=version) for version in ("2.1", "2.2")]
    first, second = recorders
    async with first, second:
        await number_and_routes(first)
        offer = (await first.numbers.search(starts_with="1206")).items[0]
        number = await first.numbers.purchase(offer)
        task = await first.message_provisioning.enable(number, wait=600)
        assert (await first.message_provisioning.status(task)).status == "successful"
        for client in recorders:
            await messages(client, sandbox, number)
        await emergency_and_name(first, sandbox, number.id)
        await porting(first, tmp_path)
        await call_records(first, sandbox)
    assert {operation.name for operation, _ in sent} == OPERATIONS

    sandbox.control.reset()
    ids: dict[str, str] = {}
    async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, max_retries=0) as low_level:
        for operation, id_then in sent:
            if operation.name == "associate_cnam_record":
                sandbox.control.approve_cnam(sandbox.control.snapshot().names[0].id)
            path = reduce(lambda text, one: text.replace(*one), ids.items(), operation.path)
            changed: dict[str, Any] = (
                {} if path == operation.path else {"path": path, "expected_id": path.rpartition("/")[2]}
            )
            answer: object = await low_level.send(replace(operation, **changed))
            assert isinstance(answer, operation.response)
            if id_then is not None and (id_now := id_in(answer)) is not None:
                ids[id_then] = id_now
            sandbox.control.advance(60)

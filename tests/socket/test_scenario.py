"""A number's whole life over a real socket: bought, routed, named, located, used, and taken down in order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

import anyio
import anyio.to_thread
import pytest

from flowroute_async import FlowrouteClient, NotFoundError, PermissionDeniedError, ValidationFailedError, webhooks
from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER


@pytest.fixture
def inbox() -> Iterator[tuple[str, Queue[bytes]]]:
    """Receive webhooks on a loopback port."""
    received: Queue[bytes] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", received
    server.shutdown()
    server.server_close()
    thread.join()


async def next_webhook(received: Queue[bytes]) -> webhooks.Webhook:
    return webhooks.parse(await anyio.to_thread.run_sync(lambda: received.get(timeout=HANGS_AFTER)))


@pytest.mark.anyio
async def test_a_number_lives_and_is_taken_down_in_the_only_order_that_the_rules_allow(
    inbox: tuple[str, Queue[bytes]],
) -> None:
    hook, received = inbox
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0)
    with running(sandbox) as url:
        async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url) as client:
            # bought and routed
            offer = (await client.numbers.search(state="WA", max_items=1)).items[0]
            number = await client.numbers.purchase(offer, messaging_enabled=True)
            assert number.primary_route_id == "0"
            assert [one.id async for one in client.numbers.list()] == [number.id]
            assert offer.id not in [one.id async for one in client.numbers.search(starts_with=offer.id)]
            main = await client.routes.create(alias="main", route_type="host", value="sip.example.com:5060")
            spare = await client.routes.create(alias="spare", route_type="number", value="(206) 555-0100")
            await client.routes.set_primary(number, main)
            await client.routes.set_failover(number, spare)
            with pytest.raises(PermissionDeniedError):
                await client.routes.create(alias="main", route_type="host", value="sip2.example.com")

            # located
            address = await client.e911.create(
                label="Home", first_name="Janet", last_name="Doe", street_number=3910, street_name="N Vassault",
                address_type="SUITE", address_type_number="200", city="Tacoma", state="wa", zip="98407",
            )  # fmt: skip
            assert (address.address_type, address.state) == ("Suite", "WA")
            moved = await client.e911.update(address, first_name="Jane")
            assert (moved.first_name, moved.address_type_number) == ("Jane", "200")
            await client.e911.associate(number, address)
            assert [one.id async for one in client.e911.numbers(address)] == [number.id]

            # named
            record = await client.cnam.create("Acme Corp")
            with pytest.raises(ValidationFailedError):
                await client.cnam.associate(number, record)
            sandbox.control.approve_cnam(record.id)
            assert [one.value async for one in client.cnam.list(is_approved=True)] == ["ACME CORP"]
            await client.cnam.associate(number, record)

            details = await client.numbers.get(number)
            assert details.primary_route is not None
            assert details.primary_route.alias == "main"
            assert (details.failover_route_id, details.e911_address_id, details.cnam_record_id) == (
                spare.id,
                address.id,
                record.id,
            )

            # used
            sandbox.control.set_callback("sms_callback", hook)
            sent = await client.messages.send(from_=number, to="2065550100", body="hello", dlr_callback=hook)
            receipts = [await next_webhook(received), await next_webhook(received)]
            assert [(one.id, one.level) for one in receipts if isinstance(one, webhooks.DeliveryReceipt)] == [
                (sent.id, 1),
                (sent.id, 2),
            ]
            arrived = sandbox.control.receive_message(from_="12065550100", to=number.id, body="hi there")
            inbound = await next_webhook(received)
            assert isinstance(inbound, webhooks.InboundMessage)
            assert (inbound.id, inbound.body) == (arrived, "hi there")
            assert (await client.messages.get(inbound.id)).direction == "inbound"
            yesterday = datetime.now(UTC) - timedelta(days=1)
            assert {one.id async for one in client.messages.list(start_date=yesterday)} == {sent.id, arrived}

            # taken down
            with pytest.raises(PermissionDeniedError):
                await client.e911.delete(address)
            await client.e911.unassociate(number)
            await client.e911.delete(address)
            with pytest.raises(NotFoundError):
                await client.e911.get(address)
            await client.cnam.delete(record)  # which takes the name off the number by itself
            details = await client.numbers.get(number)
            assert (details.e911_address_id, details.cnam_record_id) == (None, None)

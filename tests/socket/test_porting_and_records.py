"""Port orders and exports of call records, against the sandbox over a real socket, on asyncio and on trio."""

import gzip
import os
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import pytest

from flowroute_async import FileTransferError, FlowrouteClient, PermissionDeniedError
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock
from flowroute_openapi.models import CdrExport

pytestmark = pytest.mark.anyio

BILL = {
    "billing_name": "Janet Doe",
    "street": "3910 N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
    "provider": "Other Telecom",
}
NUMBERS = ("+1 206 555 0101", "+1 206 555 0102")


@pytest.fixture
def sandbox(served: tuple[Sandbox, str]) -> Sandbox:
    served[0].control.reset()
    return served[0]


@pytest.fixture
def client(sandbox: Sandbox, served: tuple[Sandbox, str]) -> FlowrouteClient:
    clock = InstantClock(passed=sandbox.control.advance, now=sandbox.clock.now)
    return FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=served[1], clock=clock, max_retries=0)


async def test_numbers_are_checked_ordered_changed_and_the_order_cancelled(client: FlowrouteClient) -> None:
    async with client:
        assert [order async for order in client.porting.list()] == []
        found = await client.porting.check(*NUMBERS)
        assert found.portable == ("+12065550101", "+12065550102")
        group = await client.porting.create(list(NUMBERS), pin="4711", last_4_ssn="0815", alias="first", **BILL)  # type: ignore[arg-type]  # texts
        assert "4711" not in repr(group)
        assert group.orders is not None
        (order,) = group.orders.data
        assert [one.id async for one in client.porting.list(status="pending")] == [order.id]
        read = await client.porting.get(order)
        assert "4711" not in f"{read!r} {read} {read.model_dump_json()}"
        assert read.pin is not None
        assert read.pin.get_secret_value() == "4711"
        renamed = await client.porting.update(order, alias="second", company="Doe Ltd")
        assert (renamed.alias, renamed.company) == ("second", "Doe Ltd")
        assert (await client.porting.change_numbers(order, remove=[NUMBERS[1]])).numbers == ("+12065550101",)
        assert (await client.porting.add_numbers(group, NUMBERS[1])).numbers == ("+12065550101", "+12065550102")
        together = await client.porting.group(group)
        assert together.status is not None
        assert [one.id for one in together.orders] == [order.id]
        assert (await client.porting.status(order)).status == "pending"
        assert (await client.porting.cancel(order)).status == "cancelled"


async def test_presets_are_set_and_removed(client: FlowrouteClient) -> None:
    async with client:
        route = await client.routes.create(alias="office", route_type="host", value="sip.example.com")
        group = await client.porting.create(list(NUMBERS), presets={"primary_route_id": route}, **BILL)  # type: ignore[arg-type]  # texts
        assert group.orders is not None
        order = group.orders.data[0]
        changed = await client.porting.set_presets(order, failover_route_id=route, alias="desk")
        assert changed.presets is not None
        assert (changed.presets.primary_route_id, changed.presets.failover_route_id) == (route.id, route.id)
        left = await client.porting.remove_preset(order, "primary_route_id")
        assert left.presets is not None
        assert (left.presets.primary_route_id, left.presets.failover_route_id) == (None, route.id)


async def test_a_letter_is_read_and_signed_and_documents_go_to_another_host(
    client: FlowrouteClient, tmp_path: Path
) -> None:
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"%PDF the bill")
    async with client:
        group = await client.porting.create(list(NUMBERS), **BILL)  # type: ignore[arg-type]  # texts
        assert group.orders is not None
        order = group.orders.data[0]
        sent = await client.porting.add_document(order, path=bill)
        assert sent.id is not None
        await client.porting.document(order, sent.id, tmp_path / "copy.pdf")
        assert (tmp_path / "copy.pdf").read_bytes() == b"%PDF the bill"
        fetched = await client.porting.add_document(order, url="https://example.com/b.pdf?filename=my.pdf")
        assert fetched.filename == "my.pdf"
        letter = await client.porting.loa(order)
        assert letter.numbers == ("2065550101", "2065550102")
        signed = await client.porting.sign_loa(order, letter, signature_name="Janet Doe", signature_title="Owner")
        assert signed is not None
        assert signed.status == "processing"
        with pytest.raises(PermissionDeniedError):
            await client.porting.cancel(order)


async def test_an_export_is_waited_for_downloaded_and_read(
    client: FlowrouteClient, tmp_path: Path, sandbox: Sandbox
) -> None:
    seen: list[CdrExport] = []
    now = sandbox.clock.now()
    async with client:
        pending = await client.cdr_exports.create(now - timedelta(days=30), now)
        assert pending.status == "processing"
        with pytest.raises(FileTransferError, match="there is no file yet, the export is processing"):
            await client.cdr_exports.download(pending, tmp_path / "early.csv")
        export = await client.cdr_exports.create(now - timedelta(days=30), now, wait=60, progress=seen.append)
        assert export.status == "completed"
        assert [one.status for one in seen] == ["processing", "completed"]
        assert {one.id async for one in client.cdr_exports.list(status="completed")} == {export.id, pending.id}
        await client.cdr_exports.download(export, tmp_path / "calls.csv.gz")
        await client.cdr_exports.download(export, tmp_path / "calls.csv")
        with pytest.raises(FileTransferError, match="larger than 10 bytes"):
            await client.cdr_exports.download(export, tmp_path / "small.csv", max_bytes=10)
        async with aclosing(client.cdr_exports.records(export)) as records:
            calls = [record async for record in records]
    text = (tmp_path / "calls.csv").read_text(encoding="utf-8")
    assert gzip.decompress((tmp_path / "calls.csv.gz").read_bytes()).decode() == text
    assert text.startswith("direction,start_time,")
    assert len(calls) == len(text.splitlines()) - 1
    assert sorted(os.listdir(tmp_path)) == ["calls.csv", "calls.csv.gz"]  # noqa: PTH208 - paths are no better here

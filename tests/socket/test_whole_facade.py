"""The facade against the sandbox over a real socket, resource by resource, on asyncio and on trio."""

from datetime import timedelta

import anyio
import pytest

from flowroute_async import (
    AuthenticationError,
    FlowrouteClient,
    NotFoundError,
    NumberDetails,
    PermissionDeniedError,
    Rates,
    ValidationFailedError,
)
from flowroute_async.sandbox import Sandbox
from flowroute_openapi.models import AvailableNumber

pytestmark = pytest.mark.anyio

HOME = {
    "label": "Home",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
}


SANDBOX = {"sms_rate": None, "mms_rate": None, "provisioning_delay": 0}


@pytest.fixture
def sandbox(served: tuple[Sandbox, str]) -> Sandbox:
    served[0].control.reset()
    return served[0]


@pytest.fixture
def url(sandbox: Sandbox, served: tuple[Sandbox, str]) -> str:
    return served[1]


def new_client(url: str, key: str = "sandbox") -> FlowrouteClient:
    rates = Rates(sms=None, mms=None)
    return FlowrouteClient(access_key="sandbox", secret_key=key, base_url=url, rates=rates, max_retries=0)


async def bought(client: FlowrouteClient) -> NumberDetails:
    offer = (await client.numbers.search(starts_with="1206", max_items=1)).items[0]
    return await client.numbers.purchase(offer, messaging_enabled=True)


async def test_every_number_for_sale_is_found_once_however_it_is_paged(url: str, sandbox: Sandbox) -> None:
    async with new_client(url) as client:
        everything = [number async for number in client.numbers.search(prefetch=4)]
        assert len(everything) == 3_000
        assert len({number.id for number in everything}) == 3_000
        first = everything[0]
        assert first.id == first.value
        assert first.setup_cost >= 0
        sandbox.control.set_options(max_page=37)  # the server clamps from now on
        assert [number.id async for number in client.numbers.search(prefetch=3)] == [one.id for one in everything]


async def test_numbers_are_searched_at_once_over_every_area_code(url: str) -> None:
    found: dict[str, list[AvailableNumber]] = {}

    async def search(client: FlowrouteClient, code: str) -> None:
        found[code] = [number async for number in client.numbers.search(starts_with=f"1{code}")]

    async with new_client(url) as client:
        codes = [code.id async for code in client.numbers.area_codes(max_items=40)]
        async with anyio.create_task_group() as group:
            for code in codes:
                group.start_soon(search, client, code)
    assert len(codes) == 40
    assert all(numbers for numbers in found.values())
    assert all(number.id.startswith(f"1{code}") for code, numbers in found.items() for number in numbers)


async def test_numbers_from_area_code_to_account(url: str) -> None:
    async with new_client(url) as client:
        code = (await client.numbers.area_codes(max_items=1)).items[0]
        exchange = (await client.numbers.exchanges(areacode=code.id, max_items=1)).items[0]
        assert exchange.id.startswith(code.id)
        offer = (await client.numbers.search(starts_with=f"1{exchange.id}")).items[0]
        number = await client.numbers.purchase(offer, messaging_enabled=True)
        assert (number.id, number.primary_route_id) == (offer.id, "0")
        assert number.primary_route is not None
        assert number.primary_route.route_type == "sip-reg"
        known = await client.numbers.get(offer)
        assert (known.id, known.rate_center, known.routes) == (number.id, number.rate_center, number.routes)
        assert (number.messaging_enabled, known.messaging_enabled) == (False, True)
        assert known.message_provisioning_id == number.message_provisioning_id
        assert [one.id async for one in client.numbers.list(ends_with=offer.id[-4:])] == [offer.id]
        assert [one.id async for one in client.numbers.search(starts_with=offer.id)] == []
        with pytest.raises(NotFoundError):
            await client.numbers.purchase(offer, messaging_enabled=True)
        with pytest.raises(NotFoundError):
            await client.numbers.get("12065559999")


async def test_routes_are_created_listed_and_set(url: str) -> None:
    async with new_client(url) as client:
        number = await bought(client)
        host = await client.routes.create(alias="host", route_type="host", value="sip.example.com:5060")
        phone = await client.routes.create(alias="phone", route_type="number", value="(206) 555-0100")
        uri = await client.routes.create(alias="uri", route_type="uri", value="sip:user@example.com;transport=tls")
        assert [route.id async for route in client.routes.list(page_size=1)] == ["0", host.id, phone.id, uri.id]
        assert [route.id async for route in client.routes.list(route_type="number")] == [phone.id]
        await client.routes.set_primary(number, host)
        await client.routes.set_failover(number.id, phone.id)
        details = await client.numbers.get(number)
        assert (details.primary_route, details.failover_route) == (host, phone)
        with pytest.raises(PermissionDeniedError):
            await client.routes.create(alias="host", route_type="host", value="other.example.com")
        with pytest.raises(NotFoundError):
            await client.routes.set_primary(number, "999999")


async def test_messages_are_sent_looked_up_and_listed(url: str, sandbox: Sandbox) -> None:
    async with new_client(url) as client:
        number = await bought(client)
        sms = await client.messages.send(from_=number, to="(206) 555-0101", body="hello")
        mms = await client.messages.send(from_=number, to="12065550101", media_urls=["https://example.com/cat.png"])
        sandbox.clock.advance(60)
        message = await client.messages.get(sms)
        assert (message.body, message.to, message.direction, message.is_mms) == (
            "hello",
            "12065550101",
            "outbound",
            False,
        )
        assert message.delivery_receipts
        assert (await client.messages.get(mms)).is_mms
        now = sandbox.clock.now()
        start = now - timedelta(days=1)
        assert [one.id async for one in client.messages.list(start_date=start, page_size=1)] == [mms.id, sms.id]
        assert [one async for one in client.messages.list(start_date=now + timedelta(days=1))] == []
        with pytest.raises(NotFoundError):
            await client.messages.get("mdr2-00000000000000000000000000000000")


async def test_an_emergency_address_is_kept_and_associated(url: str) -> None:
    async with new_client(url) as client:
        number = await bought(client)
        await client.e911.validate(**HOME)
        address = await client.e911.create(**HOME)
        assert await client.e911.get(address) == address
        assert (await client.e911.update(address, first_name="Jane")).first_name == "Jane"
        await client.e911.associate(number, address)
        assert [one.value async for one in client.e911.numbers(address)] == [number.id]
        assert (await client.numbers.get(number)).e911_address_id == address.id
        with pytest.raises(PermissionDeniedError):
            await client.e911.delete(address)
        await client.e911.unassociate(number)
        await client.e911.delete(address)
        assert [one async for one in client.e911.list(state="WA")] == []


async def test_a_caller_name_is_approved_and_associated(url: str, sandbox: Sandbox) -> None:
    async with new_client(url) as client:
        number = await bought(client)
        record = await client.cnam.create("Acme Corp")
        assert (record.value, record.is_approved) == ("ACME CORP", False)
        with pytest.raises(ValidationFailedError):
            await client.cnam.associate(number, record)
        sandbox.control.approve_cnam(record.id)
        await client.cnam.associate(number, record)
        assert (await client.numbers.get(number)).cnam_record_id == record.id
        await client.cnam.unassociate(number)
        await client.cnam.delete(record)
        with pytest.raises(NotFoundError):
            await client.cnam.get(record)


async def test_a_wrong_key_is_said(url: str) -> None:
    async with new_client(url, "wrong") as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.numbers.search()
    assert caught.value.errors[0].title == "Unauthorized"
    assert caught.value.request_id


async def test_many_calls_at_once_share_the_connections(url: str, sandbox: Sandbox) -> None:
    pages: list[int] = []

    async def ask(client: FlowrouteClient) -> None:
        pages.append(len((await client.numbers.search(page_size=10)).items))

    async with new_client(url) as client:
        async with anyio.create_task_group() as group:
            for _ in range(100):
                group.start_soon(ask, client)
        with anyio.move_on_after(0.001):
            async with anyio.create_task_group() as group:
                for _ in range(100):
                    group.start_soon(ask, client)
        await ask(client)  # a storm of cancelled calls leaves every connection usable
    assert set(pages) == {10}
    assert len(pages) >= 101

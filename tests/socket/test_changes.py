"""Numbers and routes changed, released and called back, against the sandbox over a real socket, on both event loops."""

import pytest

from flowroute_async import FlowrouteClient, NotFoundError, PermissionDeniedError, Rates
from flowroute_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


SANDBOX = {"sms_rate": None, "mms_rate": None}


@pytest.fixture
def sandbox(served: tuple[Sandbox, str]) -> Sandbox:
    served[0].control.reset()
    return served[0]


@pytest.fixture
def url(sandbox: Sandbox, served: tuple[Sandbox, str]) -> str:
    return served[1]


def new_client(url: str, **options: str) -> FlowrouteClient:
    rates = Rates(sms=None, mms=None)
    keys = {"access_key": "sandbox", "secret_key": "sandbox"}
    return FlowrouteClient(**keys, base_url=url, rates=rates, max_retries=0, **options)  # type: ignore[arg-type]  # texts


async def test_a_number_is_bought_with_options_changed_and_released(url: str, sandbox: Sandbox) -> None:
    async with new_client(url) as client:
        offer = (await client.numbers.search(max_items=1)).items[0]
        number = await client.numbers.purchase(offer, cnam_lookups_enabled=True, messaging_enabled=True)
        assert number.cnam_lookups_enabled is True
        assert number.incomplete is None
        assert number.message_provisioning_id is not None
        assert (await client.message_provisioning.status(number.message_provisioning_id)).status == "processing"
        sandbox.control.advance(5)
        assert (await client.message_provisioning.status(number.message_provisioning_id)).tn == number.id
        named = await client.numbers.update(number, alias="desk", cnam_lookups_enabled=False)
        assert (named.alias, named.cnam_lookups_enabled) == ("desk", False)
        assert not (await client.numbers.update(number, alias=None)).alias
        await client.numbers.release(number)
        with pytest.raises(NotFoundError):
            await client.numbers.get(number)
        assert [tier.type async for tier in client.numbers.tiers()] != []


async def test_messaging_is_enabled_and_disabled_for_many_numbers(url: str, sandbox: Sandbox) -> None:
    async with new_client(url) as client:
        found = await client.numbers.search(max_items=2)
        numbers = [await client.numbers.purchase(offer) for offer in found.items]
        task = await client.message_provisioning.enable(*numbers)
        assert task.numbers is not None
        assert sorted(task.numbers.processing) == sorted(number.id for number in numbers)
        sandbox.control.advance(5)
        after = await client.message_provisioning.status(task)
        assert after.numbers is not None
        assert sorted(after.numbers.successful) == sorted(number.id for number in numbers)
        assert (await client.numbers.get(numbers[0])).messaging_enabled is True
        await client.message_provisioning.disable(numbers[0])
        sandbox.control.advance(5)
        assert (await client.numbers.get(numbers[0])).messaging_enabled is False


async def test_a_route_is_changed_taken_away_and_deleted(url: str) -> None:
    async with new_client(url) as client:
        number = await client.numbers.purchase((await client.numbers.search(max_items=1)).items[0])
        strategy = (await client.routes.edge_strategies()).items[0]
        route = await client.routes.create(
            alias="office", route_type="host", value="sip.example.com", edge_strategy_id=strategy
        )
        changed = await client.routes.update(route, alias="home", value="sip2.example.com", edge_strategy_id=None)
        assert (changed.alias, changed.value, changed.edge_strategy_id) == ("home", "sip2.example.com", None)
        await client.routes.set_primary(number, route)
        await client.routes.set_failover(number, route)
        with pytest.raises(PermissionDeniedError):
            await client.routes.delete(route)
        await client.routes.remove_primary(number)
        await client.routes.remove_failover(number)
        bare = await client.numbers.get(number)
        assert (bare.primary_route_id, bare.failover_route_id) == (None, None)
        await client.routes.delete(route)
        assert [one.id async for one in client.routes.list()] == ["0"]


@pytest.mark.parametrize("version", ["2.1", "2.2"])
async def test_callbacks_are_set_looked_up_and_removed(url: str, version: str) -> None:
    async with new_client(url, messages_version=version) as client:
        number = await client.numbers.purchase((await client.numbers.search(max_items=1)).items[0])
        for kind in ("sms", "mms", "sms_dlr", "mms_dlr"):
            await client.messages.set_callback(kind, f"https://example.com/{kind}")
            await client.numbers.set_callback(number, kind, f"https://example.com/number/{kind}")
            assert (await client.messages.get_callback(kind)).callback_url == f"https://example.com/{kind}"
            found = await client.numbers.get_callback(number, kind)
            assert found.callback_url == f"https://example.com/number/{kind}"
            await client.messages.delete_callback(kind)
            await client.numbers.delete_callback(number, kind)
            with pytest.raises(NotFoundError):
                await client.messages.get_callback(kind)
            with pytest.raises(NotFoundError):
                await client.numbers.get_callback(number, kind)


async def test_a_message_of_version_2_2_says_what_it_costs(url: str, sandbox: Sandbox) -> None:
    async with new_client(url, messages_version="2.2") as client:
        number = await client.numbers.purchase(
            (await client.numbers.search(max_items=1)).items[0], messaging_enabled=True
        )
        sandbox.control.advance(5)
        sent = await client.messages.send(from_=number, to="12065550199", body="hello")
        assert sent.price_details is not None
        assert sent.price_details.segment_count == 1
        assert sent.price_details.charged_cost is not None
        sandbox.control.advance(60)
        assert (await client.messages.get(sent)).body == "hello"
        listed = [message.id async for message in client.messages.list(start_date=sandbox.clock.now().date())]
        assert listed == [sent.id]

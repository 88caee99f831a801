"""Numbers bought or changed in bulk whose messaging could not be set up: it is said, and nothing is done twice."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from flowroute_async import InvalidArgumentError
from flowroute_async.jobs import NumberGroup
from flowroute_async.jobs.journal import Journal
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.testing import InstantClock, client_of

pytestmark = pytest.mark.anyio

BUDGET = Decimal(50)
REPEAT = "Repeat message_provisioning.enable, and nothing else."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(numbers=3_000, clock=SandboxClock.frozen())
    yield sandbox
    sandbox.close()


async def test_numbers_are_bought_with_messaging_and_look_ups(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    report = await client.numbers.purchase_many(
        client.numbers.search(), count=3, max_cost=BUDGET, messaging_enabled=True, cnam_lookups_enabled=False
    )
    assert (len(report.bought), report.incomplete) == (3, [])
    sandbox.control.advance(5)
    for one in report.bought:
        number = await client.numbers.get(one.number)
        assert (number.messaging_enabled, number.cnam_lookups_enabled) == (True, False)


@pytest.mark.parametrize("by_plan", [False, True])
async def test_where_messaging_cannot_be_set_up_it_is_said_and_a_later_run_buys_nothing(
    sandbox: Sandbox, tmp_path: Path, *, by_plan: bool
) -> None:
    sandbox.control.set_options(provisioning_down=True)
    client, journal = client_of(sandbox), tmp_path / "buy.db"
    plan = await client.numbers.plan_purchases([NumberGroup(3, state="WA", name="WA")], max_cost=BUDGET)
    for _ in range(2):
        if by_plan:
            report = await client.numbers.purchase_many(plan, journal=journal, messaging_enabled=True)
        else:
            report = await client.numbers.purchase_many(
                client.numbers.search(), count=3, max_cost=BUDGET, journal=journal, messaging_enabled=True
            )
        assert (len(report.bought), len(report.incomplete), report.complete) == (3, 3, True)
        assert {one.reason for one in report.incomplete} == {
            f"The number was bought, and messaging could not be set up for it. {REPEAT}"
        }
        assert str(report).splitlines()[2] == (
            "3 bought without messaging, which could not be set up: "
            "repeat message_provisioning.enable for them, and nothing else"
        )
        assert len([number async for number in client.numbers.list()]) == 3
    sandbox.control.set_options(provisioning_down=False)
    owned = [number async for number in client.numbers.list()]
    await client.message_provisioning.enable(*owned)
    sandbox.control.advance(5)
    assert all([(await client.numbers.get(number)).messaging_enabled for number in owned])


@pytest.mark.parametrize("down", [False, True])
async def test_a_lost_answer_is_settled_with_what_became_of_messaging(sandbox: Sandbox, *, down: bool) -> None:
    sandbox.control.set_options(provisioning_down=down)
    sandbox.control.add_fault("purchase_number", drop="after")
    client = client_of(sandbox, clock=InstantClock(passed=sandbox.control.advance))
    offer = (await client.numbers.search(max_items=1)).items[0]
    bought = await client.numbers.purchase(offer, messaging_enabled=True)
    assert bought.id == offer.id
    assert (bought.incomplete is not None) == down
    assert not down or (bought.incomplete or "").endswith(REPEAT)
    assert (await client.numbers.get(offer)).incomplete is None


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("settled_by", ["purchase_many", "plan_purchases"])
async def test_a_purchase_left_open_by_a_crash_is_settled_with_what_became_of_messaging(
    sandbox: Sandbox, tmp_path: Path, settled_by: str, *, down: bool
) -> None:
    sandbox.control.set_options(provisioning_down=down)
    client, file = client_of(sandbox), tmp_path / "buy.db"
    offers = (await client.numbers.search(max_items=2)).items
    journal = await Journal.open(file, account=client.account)
    await journal.intend(offers[0].id, Decimal(2), messaging=True)
    await journal.aclose()
    await client.numbers.purchase(offers[0], messaging_enabled=True)
    if settled_by == "plan_purchases":
        await client.numbers.plan_purchases([NumberGroup(1, state="WA")], max_cost=BUDGET, journal=file)
    report = await client.numbers.purchase_many(offers, count=1, max_cost=BUDGET, journal=file, messaging_enabled=True)
    assert [one.number for one in report.bought] == [offers[0].id]
    assert len(report.incomplete) == down
    assert len([number async for number in client.numbers.list()]) == 1


@pytest.mark.parametrize("wanted", [False, True])
async def test_a_purchase_whose_answer_was_lost_is_settled_by_the_next_run_with_what_became_of_messaging(
    sandbox: Sandbox, tmp_path: Path, *, wanted: bool
) -> None:
    sandbox.control.set_options(provisioning_down=True)
    client, file = client_of(sandbox, max_retries=0), tmp_path / "buy.db"
    offers = (await client.numbers.search(max_items=1)).items
    sandbox.control.add_fault("purchase_number", drop="after")
    sandbox.control.add_fault("get_number", status=500)
    for state in ("unknown", "bought"):
        report = await client.numbers.purchase_many(
            offers, count=1, max_cost=BUDGET, journal=file, messaging_enabled=wanted
        )
        assert [one.outcome for one in report.purchases] == [state]
    assert len(report.incomplete) == wanted
    assert sandbox.control.effects()["purchase_number"] == {offers[0].id: 1}


async def test_changes_in_bulk_say_it_too_and_messaging_that_was_begun_is_not_begun_again(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    client, file = client_of(sandbox, max_retries=0), tmp_path / "updates.db"
    numbers = [await client.numbers.purchase(offer) for offer in (await client.numbers.search(max_items=2)).items]
    updates = [{"number": number.id, "messaging_enabled": True, "alias": "desk"} for number in numbers]
    sandbox.control.set_options(provisioning_down=True)
    report = await client.numbers.update_many(updates[:1], journal=tmp_path / "first.db")
    assert (len(report.done), len(report.incomplete)) == (1, 1)
    assert REPEAT in report.incomplete[0].reason
    assert REPEAT in str(report)
    sandbox.control.set_options(provisioning_down=False)
    sandbox.control.add_fault("update_number", drop="after")
    report = await client.numbers.update_many(updates, journal=file)
    assert (len(report.done), len(report.unknown)) == (1, 1)
    begun = [(await client.numbers.get(number)).message_provisioning_id for number in numbers]
    report = await client.numbers.update_many(updates, journal=file)
    assert (len(report.done), report.incomplete) == (2, [])
    assert [(await client.numbers.get(number)).message_provisioning_id for number in numbers] == begun
    assert {number.alias async for number in client.numbers.list()} == {"desk"}


async def test_options_are_checked_before_anything_is_sent(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    plan = await client.numbers.plan_purchases([NumberGroup(1, state="WA", name="WA")], max_cost=BUDGET)
    with pytest.raises(InvalidArgumentError, match="messaging_email must be given together with messaging_enabled"):
        await client.numbers.purchase_many(plan, messaging_email=True)
    with pytest.raises(InvalidArgumentError, match="messaging_enabled must be True or False"):
        await client.numbers.purchase_many(
            client.numbers.search(),
            count=1,
            max_cost=BUDGET,
            messaging_enabled="yes",  # type: ignore[arg-type]  # wrong on purpose
        )
    assert [number async for number in client.numbers.list()] == []

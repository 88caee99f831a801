"""Purchases by groups: a plan that can be looked at, one budget, one journal."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import FlowrouteClient, Hooks, InvalidArgumentError, PlanOutdatedError
from flowroute_async.jobs import JobProgress, NumberGroup, Outcome
from flowroute_async.jobs.journal import Journal
from flowroute_async.jobs.purchase import purchase_plan
from flowroute_async.jobs.purchase_plan import _chosen, cost_of
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of
from flowroute_openapi import SearchAvailableNumbersQuery
from flowroute_openapi.models import AvailableNumber
from tests.jobs.fake_inventory import item

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def account() -> AsyncIterator[tuple[Sandbox, FlowrouteClient]]:
    sandbox = Sandbox(numbers=4000)
    yield sandbox, client_of(sandbox)
    sandbox.close()


async def groups_of(client: FlowrouteClient, count: int, max_price: Decimal | None = None) -> list[NumberGroup]:
    """One number for each of so many rate centers."""
    numbers = [one async for one in client.numbers.search()]
    centers = Counter((one.state, one.rate_center) for one in numbers if one.state and one.rate_center)
    return [
        NumberGroup(state=state, rate_center=center, prefer={"ends_with": "7"}, max_price=max_price)
        for (state, center), _ in centers.most_common(count)
    ]


async def owned(client: FlowrouteClient) -> list[str]:
    return [number.id async for number in client.numbers.list()]


async def test_one_number_for_each_rate_center_the_preferred_and_cheapest_first_within_one_budget(
    tmp_path: Path,
) -> None:
    seen: list[JobProgress] = []
    async with account() as (_, client):
        groups = await groups_of(client, 12)
        plan = await client.numbers.plan_purchases(groups, max_cost=Decimal(100))
        assert (len(plan.planned), plan.missing, await owned(client)) == (12, {}, [])
        for one, group in zip(plan.planned, groups, strict=True):
            offers = [number async for number in client.numbers.search(**group.queries[0].filters)]
            preferred = [number for number in offers if number.id.endswith("7")]
            assert one.preferred == bool(preferred)
            assert one.price == min(map(cost_of, preferred or offers))
            assert f"{one.group}: {one.number} (" in str(plan)
        report = await client.numbers.purchase_many(plan, journal=tmp_path / "job.db", progress=seen.append)
        assert sorted(await owned(client)) == sorted(one.number for one in plan.planned)
        assert report.spent == plan.total
        assert {one.group for one in report.bought} == {group.name for group in groups}
        assert (seen[0].done, seen[-1].done, seen[-1].total) == (0, 12, 12)
        again = await client.numbers.plan_purchases(groups, max_cost=Decimal(100))
        report = await client.numbers.purchase_many(again, journal=tmp_path / "job.db")
        assert len(report.bought) == len(await owned(client)) == 12
        assert json.dumps(report.to_dict())
        assert json.dumps(plan.to_dict())


async def test_a_number_that_is_sold_meanwhile_gives_way_to_the_next_of_its_group() -> None:
    async with account() as (sandbox, client):
        (group,) = await groups_of(client, 1)
        plan = await client.numbers.plan_purchases([group], max_cost=Decimal(100))
        sandbox.control.add_fault("purchase_number", status=404)
        seen: list[JobProgress] = []
        report = await client.numbers.purchase_many(plan, progress=seen.append)
        assert [one.outcome for one in report.purchases] == [Outcome.REFUSED, Outcome.BOUGHT]
        assert (seen[-1].done, seen[-1].total) == (1, 1)
        assert len(await owned(client)) == 1


async def test_a_group_that_was_bought_in_part_is_completed_by_further_runs(tmp_path: Path) -> None:
    sandbox = Sandbox(numbers=4000)
    refuse = Hooks(on_job_item=lambda _: sandbox.control.add_fault("purchase_number", status=403))
    client = client_of(sandbox, hooks=refuse)
    plan = await client.numbers.plan_purchases([NumberGroup(3)], max_cost=Decimal(100))
    for bought in (1, 2, 3):
        sandbox.control.clear_faults()
        report = await client.numbers.purchase_many(plan, journal=tmp_path / "job.db")  # all but the first are refused
        assert len(report.bought) == len(await owned(client)) == bought
    sandbox.close()


async def test_exactly_what_was_shown_is_bought_or_it_stops_there(tmp_path: Path) -> None:
    async with account() as (sandbox, client):
        groups = await groups_of(client, 3)
        plan = await client.numbers.plan_purchases(groups, max_cost=Decimal(100))
        await client.numbers.purchase(plan.planned[1].number)  # by somebody else
        journal = tmp_path / "job.db"
        report = await client.numbers.purchase_many(plan, exactly=True, journal=journal)
        stopped = report.stopped_by
        assert isinstance(stopped, PlanOutdatedError)
        assert (stopped.number, stopped.planned, stopped.price) == (plan.planned[1].number, plan.planned[1].price, None)
        assert "is not for sale any more" in str(report)
        assert [one.number for one in report.bought] == [plan.planned[0].number]
        assert set(sandbox.control.effects()["purchase_number"]) == {plan.planned[0].number, plan.planned[1].number}
        again = await client.numbers.plan_purchases(groups, max_cost=Decimal(100), journal=journal)
        assert (again.taken, again.spent, len(again.planned)) == (1, plan.planned[0].price, 2)
        assert "1 numbers for " in str(again)
        report = await client.numbers.purchase_many(again, exactly=True, journal=journal)
        assert report.complete
        assert [one.number for one in report.bought[1:]] == [one.number for one in again.planned]


@pytest.mark.parametrize("change", ["0.01", "-0.01"])
async def test_a_number_whose_price_is_not_that_of_the_plan_is_not_bought(change: str) -> None:
    async with account() as (sandbox, client):
        (group,) = await groups_of(client, 1)
        plan = await client.numbers.plan_purchases([group], max_cost=Decimal(100))
        dearer = [
            one.model_copy(update={"setup_cost": one.setup_cost + Decimal(change)})
            for one in plan.candidates[group.name]
        ]
        report = await client.numbers.purchase_many(replace(plan, candidates={group.name: dearer}), exactly=True)
        assert isinstance(report.stopped_by, PlanOutdatedError)
        assert report.stopped_by.price == plan.planned[0].price
        assert "purchase_number" not in sandbox.control.effects()
        with pytest.raises(InvalidArgumentError, match="exactly must be left out"):
            await client.numbers.purchase_many(dearer, count=1, max_cost=Decimal(9), exactly=True)


async def test_before_it_is_bought_a_number_is_looked_up_by_itself() -> None:
    async with account() as (sandbox, client):
        plan = await client.numbers.plan_purchases(await groups_of(client, 2), max_cost=Decimal(100))
        before = len(sandbox.control.requests())
        await client.numbers.purchase_many(plan, exactly=True)
        sent = [(one.operation, one.query.partition("starts_with=")[2][:11]) for one in sandbox.control.requests()]
        assert sent[before:] == [
            step for one in plan.planned for step in (("search_available_numbers", one.number), ("purchase_number", ""))
        ]


async def test_a_number_that_a_search_lists_twice_is_not_bought() -> None:
    class Twice:
        async def search(self, **_: Unpack[SearchAvailableNumbersQuery]) -> AsyncIterator[AvailableNumber]:
            for price in (2, 3):
                yield offer(1, price)

    async with account() as (_, client):
        (group,) = await groups_of(client, 1)
        plan = await client.numbers.plan_purchases([group], max_cost=Decimal(100))
        plan = replace(plan, planned=[replace(plan.planned[0], number="1")], candidates={group.name: [offer(1, 2)]})
        journal = await Journal.open(None, account="")
        report = await purchase_plan(client.numbers, plan, journal, offers=Twice())
        await journal.aclose()
    assert isinstance(report.stopped_by, PlanOutdatedError)
    assert report.purchases == []


async def test_a_number_that_is_sold_between_the_look_and_the_purchase_ends_it_too(tmp_path: Path) -> None:
    journal = tmp_path / "job.db"
    async with account() as (sandbox, client):
        groups = await groups_of(client, 2)
        plan = await client.numbers.plan_purchases(groups, max_cost=Decimal(100))
        sandbox.control.add_fault("purchase_number", status=404)
        report = await client.numbers.purchase_many(plan, exactly=True, journal=journal)
        assert isinstance(report.stopped_by, PlanOutdatedError)
        assert [one.outcome for one in report.purchases] == [Outcome.REFUSED]
        assert await owned(client) == []
        report = await client.numbers.purchase_many(plan, exactly=True, journal=journal)  # no other takes its place
        assert [one.number for one in report.bought] == [plan.planned[1].number] == await owned(client)
        again = await client.numbers.plan_purchases(groups, max_cost=Decimal(100), journal=journal)
        (other,) = again.planned
        assert other.number != plan.planned[0].number  # which is not tried again
        assert (await client.numbers.purchase_many(again, exactly=True, journal=journal)).complete


async def test_the_first_numbers_of_several_states_within_what_one_may_cost() -> None:
    async with account() as (_, client):
        states = ["WA", "OR"]
        listed = [one for state in states async for one in client.numbers.search(state=state)]
        most = sorted(map(cost_of, listed))[len(listed) // 3]
        affordable = [one.id for one in listed if cost_of(one) <= most]
        any_of: list[SearchAvailableNumbersQuery] = [{"state": state} for state in states]
        for count in (1, 5, len(affordable)):
            group = NumberGroup(count, any_of=any_of, max_price=most, cheapest=False)
            plan = await client.numbers.plan_purchases([group], max_cost=Decimal(10000))
            assert [one.number for one in plan.planned] == affordable[:count]
        group = NumberGroup(len(affordable) + 1, any_of=any_of, max_price=most)
        plan = await client.numbers.plan_purchases([group], max_cost=Decimal(10000))
        assert sorted(one.number for one in plan.planned) == sorted(affordable)
        assert [one.price for one in plan.planned] == sorted(one.price for one in plan.planned)
        assert plan.missing == {"state=WA or state=OR": 1}


async def test_the_first_that_fit_the_rest_of_the_budget_are_found_however_far_back_they_are() -> None:
    async with account() as (_, client):
        listed = [one async for one in client.numbers.search()]
        budget = max(map(cost_of, listed)) + min(map(cost_of, listed))
        wanted, left = list[str](), budget
        for one in listed:
            if cost_of(one) <= left and len(wanted) < 3:
                wanted.append(one.id)
                left -= cost_of(one)
        plan = await client.numbers.plan_purchases([NumberGroup(3, cheapest=False)], max_cost=budget)
        assert [one.number for one in plan.planned] == wanted
        report = await client.numbers.purchase_many(plan, exactly=True)
        assert (report.spent, [one.number for one in report.bought]) == (plan.total, wanted)


async def test_a_journal_of_the_other_kind_of_purchases_is_refused(tmp_path: Path) -> None:
    async with account() as (_, client):
        numbers = client.numbers
        plan = await numbers.plan_purchases([NumberGroup()], max_cost=Decimal(9))
        await numbers.purchase_many(plan, journal=tmp_path / "groups.db")
        with pytest.raises(InvalidArgumentError) as refused:
            await numbers.purchase_many(numbers.search(), count=1, max_cost=Decimal(9), journal=tmp_path / "groups.db")
        assert str(refused.value) == (
            "journal must be the journal of purchases without groups, or a new one, not one of purchases by groups; "
            "nothing was sent"
        )
        assert refused.value.argument == "journal"
        await numbers.purchase_many(numbers.search(), count=1, max_cost=Decimal(9), journal=tmp_path / "one.db")
        with pytest.raises(InvalidArgumentError) as refused:
            await numbers.purchase_many(plan, journal=tmp_path / "one.db")
        assert str(refused.value) == (
            "journal must be the journal of purchases by groups, or a new one, not one of purchases without groups; "
            "nothing was sent"
        )
        assert refused.value.argument == "journal"


async def test_what_a_group_may_cost_and_where_the_budget_ends_is_told_beforehand() -> None:
    async with account() as (_, client):
        groups = await groups_of(client, 8, Decimal("0.5"))
        plan = await client.numbers.plan_purchases(groups, max_cost=Decimal(100))
        assert (plan.planned, sum(plan.missing.values())) == ([], 8)
        plan = await client.numbers.plan_purchases(await groups_of(client, 8), max_cost=Decimal(10))
        assert 0 < len(plan.planned) < 8
        assert plan.total <= 10
        assert len(plan.planned) + sum(plan.missing.values()) == 8
        report = await client.numbers.purchase_many(plan)
        assert report.spent <= 10


async def test_what_cannot_be_planned_is_refused() -> None:
    async with account() as (_, client):
        with pytest.raises(InvalidArgumentError, match="two of the name"):
            await client.numbers.plan_purchases([NumberGroup(state="WA"), NumberGroup(state="wa")], max_cost=Decimal(1))
        with pytest.raises(InvalidArgumentError, match="max_cost must be an amount as a Decimal"):
            await client.numbers.plan_purchases([], max_cost=1.0)  # type: ignore[arg-type] # wrong on purpose
        plan = await client.numbers.plan_purchases([], max_cost=Decimal(1))
        with pytest.raises(InvalidArgumentError, match="left out where a plan is given"):
            await client.numbers.purchase_many(plan, count=1)
    with pytest.raises(InvalidArgumentError, match="count must be"):
        NumberGroup(0, state="WA")
    with pytest.raises(InvalidArgumentError, match="state must be set by one source"):
        NumberGroup(state="WA", prefer={"state": "OR"})


def offer(number: int, price: int) -> AvailableNumber:
    return AvailableNumber.model_validate(item(str(number), "0", str(price)))


@given(
    st.lists(st.tuples(st.integers(1, 3), st.lists(st.integers(1, 12), max_size=6)), max_size=5),
    st.integers(0, 60),
    st.integers(0, 3),
)
def test_no_plan_exceeds_its_budget_or_names_a_number_twice(
    groups: list[tuple[int, list[int]]], budget: int, shared: int
) -> None:
    wanted = [NumberGroup(count, name=f"group {place}") for place, (count, _) in enumerate(groups)]
    found: dict[str, list[AvailableNumber]] = {}
    for place, (group, (_, prices)) in enumerate(zip(wanted, groups, strict=True)):
        offers = [offer(100 * place * (index >= shared) + index + 1, price) for index, price in enumerate(prices)]
        found[group.name] = sorted(offers, key=cost_of)
    counts = {group.name: group.count for group in wanted}
    planned, missing = _chosen(counts, found, {group.name: set() for group in wanted}, Decimal(budget))
    assert sum(one.price for one in planned) <= budget
    assert len({one.number for one in planned}) == len(planned)
    for group in wanted:
        mine = [one.number for one in planned if one.group == group.name]
        assert len(mine) + missing.get(group.name, 0) == group.count
        assert mine == [one.id for one in found[group.name] if one.id in mine]

"""Purchases by groups: a plan that can be looked at, one budget, one journal."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import FlowrouteClient, InvalidArgumentError
from flowroute_async.jobs import JobProgress, NumberGroup, Outcome, PurchasePlan
from flowroute_async.jobs.purchase_plan import _chosen, cost_of
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of
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
            offers = [number async for number in client.numbers.search(**group.query.filters)]
            preferred = [number for number in offers if number.id.endswith("7")]
            assert one.preferred == bool(preferred)
            assert one.price == min(map(cost_of, preferred or offers))
            assert f"{one.group}: {one.number} for " in str(plan)
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
        report = await client.numbers.purchase_many(plan)
        assert [one.outcome for one in report.purchases] == [Outcome.REFUSED, Outcome.BOUGHT]
        assert len(await owned(client)) == 1


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
    plan: PurchasePlan = _chosen(wanted, found, {group.name: set() for group in wanted}, Decimal(budget))
    assert plan.total <= budget
    assert len({one.number for one in plan.planned}) == len(plan.planned)
    for group in wanted:
        mine = [one for one in plan.planned if one.group == group.name]
        assert len(mine) + plan.missing.get(group.name, 0) == group.count
        assert [one.number for one in mine] == [
            one.id for one in plan.candidates[group.name] if one.id in {m.number for m in mine}
        ]

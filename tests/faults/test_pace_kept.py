"""A client keeps its pace where refusals are no sign of its own doing, and its part where others take all they can get.

The grid is that of `benchmarks/pace_grid.py`, on a virtual clock; its table stands in benchmarks/RESULTS.md.
"""

import logging
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRID: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "pace_grid.py"))
Demand, Row, Server, Unlimited = (_GRID[name] for name in ("Demand", "Row", "Server", "Unlimited"))
_SECONDS = 120.0


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "flowroute_async")


def _some(rows: "Sequence[Any]", each: int) -> list[Any]:
    return [pytest.param(row, id=f"{row.what}, {row.stray}, {row.retry_after}") for row in rows[::each]]


@pytest.mark.parametrize("row", _some(_GRID["MODEST"], 5))
def test_a_client_that_asks_for_less_than_it_may_keeps_its_demand_through_stray_refusals(row: Any) -> None:
    for _, (outcome,), share in _GRID["shares"](row, _SECONDS):
        assert share >= 0.95
        assert outcome.failed == 0
        assert outcome.refused > 0


@pytest.mark.parametrize("row", _some(_GRID["BESIDE"], 5))
def test_it_gets_its_part_beside_a_client_that_takes_what_it_can_get(row: Any) -> None:
    for _, outcomes, share in _GRID["shares"](row, _SECONDS):
        assert share >= row.at_least
        assert sum(outcome.rate for outcome in outcomes) >= 0.7 * row.allowance
        assert sum(outcome.failed for outcome in outcomes) <= 1


@pytest.mark.parametrize("row", _some(_GRID["GREEDY"], 2))
def test_a_client_that_asks_for_more_than_it_may_uses_the_allowance(row: Any) -> None:
    for _, _, share in _GRID["shares"](row, _SECONDS):
        assert share >= row.at_least


def test_calls_with_a_deadline_of_ten_seconds_do_not_fail_by_a_refusal_every_fifteen() -> None:
    demand = Demand(6, 2.0, deadline=10.0)
    (outcome,) = _GRID["simulate"](Server(Unlimited(), None, 15.0), [demand], 300.0)
    assert outcome.failed == 0
    assert outcome.longest < 3


@settings(max_examples=15)
@given(
    tasks=st.integers(1, 12),
    period=st.floats(0.7, 5),
    together=st.booleans(),
    stray=st.floats(8, 60),
    retry_after=st.sampled_from([None, "0", "1"]),
)
def test_no_modest_demand_falls_below_its_share_through_stray_refusals(
    *, tasks: int, period: float, together: bool, stray: float, retry_after: str | None
) -> None:
    demand = Demand(tasks, period, together)
    (outcome,) = _GRID["simulate"](Server(Unlimited(), retry_after, stray), [demand], 120.0)
    assert outcome.failed == 0
    # A task that calls one after the other loses the pauses themselves.
    assert outcome.rate >= (0.95 - 1.0 / stray) * demand.rate

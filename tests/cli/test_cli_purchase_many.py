"""`flowroute numbers purchase-many` buys as many as wanted, never more, and says how it went."""

import json
from pathlib import Path
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox

BUY = ("numbers", "purchase-many", "--state", "WA", "--output", "json")


def bought(sandbox: Sandbox) -> int:
    return len(sandbox.control.effects().get("purchase_number", {}))


def test_it_buys_as_many_as_wanted(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(*BUY, "--count", "3", "--max-cost", "20", "--yes")
    assert ended.code == 0, ended.err
    assert [one["outcome"] for one in json.loads(ended.out)] == ["bought"] * 3
    assert "3 of 3 numbers bought" in ended.err
    assert "of 20.00 US dollars" in ended.err
    assert bought(sandbox) == 3


def test_a_budget_that_is_too_small_ends_with_1(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(*BUY, "--contains", "7777", "--count", "3", "--max-cost", "2.50", "--yes")
    assert ended.code == 1
    assert bought(sandbox) <= 1


def test_nothing_is_bought_without_a_yes(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(*BUY, "--count", "3", "--max-cost", "20")
    assert ended.code == 2
    assert "US$20.00" in ended.err
    assert bought(sandbox) == 0


@pytest.mark.parametrize("amount", ["nan", "inf", "-1", "much"])
def test_a_budget_that_is_no_amount_is_refused(flowroute: Any, sandbox: Sandbox, amount: str) -> None:
    assert flowroute(*BUY, "--count", "3", "--max-cost", amount, "--yes").code == 2
    assert bought(sandbox) == 0


def test_the_same_journal_buys_nothing_twice(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    buy = (*BUY, "--count", "2", "--max-cost", "20", "--journal", str(tmp_path / "buy.db"), "--yes")
    assert flowroute(*buy).code == 0
    assert flowroute(*buy).code == 0
    assert bought(sandbox) == 2


def test_an_account_that_refuses_ends_with_what_it_said(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("purchase_number", status=403, times=9)
    ended = flowroute(*BUY, "--count", "2", "--max-cost", "20", "--yes")
    assert ended.code == 1
    assert "HTTP 403" in ended.err
    assert bought(sandbox) == 0


def test_an_outcome_that_nobody_knows_ends_with_5(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("purchase_number", drop="before")
    ended = flowroute(*BUY, "--count", "1", "--max-cost", "20", "--yes")
    assert ended.code == 5
    assert "may have been bought" in ended.err

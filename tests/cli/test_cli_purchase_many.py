"""`flowroute numbers purchase-many` buys as many as wanted, never more, and says how it went."""

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.cli.conftest import ACCESS_KEY, SECRET_KEY, asked
from tests.patience import HANGS_AFTER

BUY = ("numbers", "purchase-many", "--state-codes", "WA", "--output", "json")


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


def prices(flowroute: Any, *states: str) -> dict[str, Decimal]:
    """Return what is for sale with what it costs, in the order of the search."""
    found = [
        json.loads(line)
        for state in states
        for line in flowroute("numbers", "search", "--state", state, "--output", "jsonl").out.splitlines()
    ]
    return {one["id"]: Decimal(one["setup_cost"]) + Decimal(one["monthly_cost"]) for one in found}


def test_nothing_is_bought_without_a_yes_and_the_plan_is_shown_first(flowroute: Any, sandbox: Sandbox) -> None:
    offers = prices(flowroute, "WA", "OR")
    ended = flowroute(*BUY, "--state-codes", "OR", "--count", "3", "--max-cost", "20")
    assert ended.code == 2
    *plan, total, question, _ = ended.err.splitlines()
    first = dict(list(offers.items())[:3])
    assert [re.sub(r" \(.*\)", "", line) for line in plan] == [
        f"numbers: {number} for {price:.2f}" for number, price in first.items()
    ]
    cost = sum(first.values())
    assert total == f"3 of 3 numbers for {cost:.2f} of 20.00 US dollars"
    assert question.startswith(f"3 numbers will be bought (state=WA; state=OR), for US${cost:.2f} in all")
    assert bought(sandbox) == 0


def test_a_dry_run_shows_the_plan_as_output_and_leaves_no_trace(
    flowroute: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    journal = tmp_path / "buy.db"
    ended = flowroute(*BUY, "--count", "3", "--max-cost", "20", "--dry-run", "--yes", "--journal", str(journal))
    assert ended.code == 0, ended.err
    offers = prices(flowroute, "WA")
    assert [(one["number"], Decimal(one["price"])) for one in json.loads(ended.out)] == list(offers.items())[:3]
    assert "3 of 3 numbers for" in ended.err
    assert (bought(sandbox), journal.exists()) == (0, False)
    assert flowroute(*BUY, "--count", "3", "--max-cost", "0.10", "--dry-run").code == 1


def test_the_cheapest_of_several_states_are_bought_and_none_above_the_limit(flowroute: Any, sandbox: Sandbox) -> None:
    offers = prices(flowroute, "WA", "OR")
    cheapest = sorted(offers.values())[:4]
    buy = (*BUY, "--state-codes", "OR", "--cheapest", "--max-cost", "50", "--yes")
    ended = flowroute(*buy, "--count", "4")
    assert ended.code == 0, ended.err
    assert sorted(Decimal(one["cost"]) for one in json.loads(ended.out)) == cheapest
    ended = flowroute(
        *BUY, "--count", "1", "--max-each", str(cheapest[0] - Decimal("0.01")), "--max-cost", "9", "--yes"
    )
    assert ended.code == 1
    assert "No number that is for sale fits, so nothing is bought." in ended.err
    assert bought(sandbox) == 4


def test_a_limit_for_each_holds_for_groups_of_a_file_too(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text("state,max_price\nWA,0.50\nOR,\nCA,20\n")
    buy = ("numbers", "purchase-many", "--groups", str(tmp_path / "groups.csv"), "--max-cost", "60")
    ended = flowroute(*buy, "--max-each", "0.60", "--yes")
    assert ended.code == 1
    ended = flowroute(*buy, "--dry-run", "--output", "json")
    assert [one["group"] for one in json.loads(ended.out)] == ["state=OR", "state=CA"]
    for more in (("--state-codes", "WA"), ("--contains", "7"), ("--count", "2")):
        ended = flowroute(*buy, *more, "--yes")
        assert (ended.code, "given without --count, --state-codes and filters" in ended.err) == (2, True)
    assert bought(sandbox) == 0


def test_a_number_that_is_sold_before_the_yes_ends_it_and_none_takes_its_place(
    start: Any, sandbox: Sandbox, served: tuple[Sandbox, str], terminal: tuple[int, int], tmp_path: Path
) -> None:
    process = start([*BUY, "--count", "3", "--max-cost", "20", "--journal", str(tmp_path / "b.db")], stdin=terminal[1])
    shown = re.findall(r"^numbers: (\d{11})", asked(process), re.MULTILINE)
    httpx.post(
        f"{served[1]}/v2/numbers/{shown[1]}", auth=(ACCESS_KEY, SECRET_KEY), trust_env=False, timeout=HANGS_AFTER
    ).raise_for_status()
    os.write(terminal[0], b"y\n")
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == 1
    assert [one["number"] for one in json.loads(out)] == shown[:1]
    assert "is not for sale any more: nothing but what the plan shows is bought" in err
    assert "Run the same command again to see what can be bought now." in err
    assert set(sandbox.control.effects()["purchase_number"]) == set(shown[:2])


def test_what_the_journal_has_counts_and_the_plan_is_of_the_rest(
    flowroute: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    buy = (*BUY, "--max-cost", "20", "--journal", str(tmp_path / "buy.db"))
    assert flowroute(*buy, "--count", "2", "--yes").code == 0
    ended = flowroute(*buy, "--count", "3")
    assert "2 numbers for" in ended.err
    assert "1 number will be bought" in ended.err
    assert flowroute(*buy, "--count", "3", "--dry-run").code == 0
    ended = flowroute(*buy, "--count", "3", "--yes")
    assert (ended.code, len(json.loads(ended.out)), bought(sandbox)) == (0, 3, 3)


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

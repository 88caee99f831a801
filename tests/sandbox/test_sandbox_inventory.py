from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.sandbox.area_codes import RATE_CENTERS, STATE_OF, TOLL_FREE, US_STATES
from flowroute_async.sandbox.for_sale import Filters, ForSale
from flowroute_async.sandbox.inventory import Inventory
from tests.sandbox.sandbox_in_process import client_of, for_sale, pages


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory(1, 100_000)


def everything(inventory: Inventory) -> list[str]:
    return [number for code in STATE_OF for number in inventory.numbers(code)]


def test_every_area_code_of_a_hundred_thousand_numbers_has_some(inventory: Inventory) -> None:
    assert all(inventory.numbers(code) for code in STATE_OF)
    assert sum(len(inventory.numbers(code)) for code in STATE_OF) == 100_000
    assert len(STATE_OF) > 330
    assert {state.upper() for state in STATE_OF.values()} >= US_STATES
    assert set(STATE_OF) > TOLL_FREE


def test_numbers_are_distinct_ascending_and_well_formed(inventory: Inventory) -> None:
    numbers = everything(inventory)
    assert all(first < second for first, second in pairwise(numbers))
    assert all(len(number) == 11 and number.isdecimal() and number[4] in "23456789" for number in numbers)


def test_the_same_seed_gives_the_same_numbers_at_the_same_cost(inventory: Inventory) -> None:
    again, other = Inventory(1, 100_000), Inventory(2, 100_000)
    sample = inventory.numbers("206")
    assert again.numbers("206") == sample
    assert [again.costs(number) for number in sample] == [inventory.costs(number) for number in sample]
    assert [again.rate_center(number) for number in sample] == [inventory.rate_center(number) for number in sample]
    assert other.numbers("206") != sample


def test_the_first_numbers_of_seed_one_stay_what_they_are() -> None:
    assert Inventory(1, 100_000).numbers("206")[:3] == ["12063690174", "12063690262", "12063691332"]


def test_costs_are_whole_dollars_as_integers_and_others_as_floats(inventory: Inventory) -> None:
    costs = {cost for number in inventory.numbers("206") + inventory.numbers("415") for cost in inventory.costs(number)}
    assert {1, 1.25} <= costs
    assert all(isinstance(cost, int) == (cost == int(cost)) for cost in costs)


def test_a_million_numbers_can_be_searched() -> None:
    inventory = Inventory(1, 1_000_000)
    found = ForSale(inventory).page(Filters(prefix="1206", contains="77"), 0, 5)
    assert len(found) == 5
    assert len(inventory.numbers("206")) > 2_500


def mostly_none(*choices: str) -> st.SearchStrategy[str]:
    """Leave most filters out: with all of them, next to nothing matches."""
    return st.sampled_from(["", "", ""]) | st.sampled_from(choices)


FILTERS = st.builds(
    Filters,
    prefix=mostly_none("1", "12", "120", "1206", "12065", "120636", "1999", "44"),
    contains=mostly_none("7", "77", "06", "120"),
    suffix=mostly_none("7", "07", "123"),
    state=mostly_none("wa", "ny", "zz"),
    rate_center=mostly_none("seattle", "columbia", "no such"),
)
SMALL = Inventory(3, 5_000)
SMALL_NUMBERS = everything(SMALL)


@settings(max_examples=50, deadline=None)
@given(FILTERS, st.integers(1, 400), st.sets(st.sampled_from(SMALL_NUMBERS), max_size=20))
def test_pages_of_any_length_put_together_are_all_matches(filters: Filters, limit: int, owned: set[str]) -> None:
    shop = ForSale(SMALL)
    shop.page(filters, 0, limit)
    shop.take(owned)
    expected = [
        number
        for number in SMALL_NUMBERS
        if number not in owned
        and number.startswith(filters.prefix)
        and filters.contains in number
        and number.endswith(filters.suffix)
        and filters.state in {"", SMALL.state(number)}
        and filters.rate_center in {"", SMALL.rate_center(number)}
    ]
    found: list[str] = []
    while page := shop.page(filters, len(found), limit):
        found += page
        assert len(found) <= len(expected)
    assert found == expected


def test_pages_are_right_again_after_numbers_have_gone_and_come_back() -> None:
    shop = ForSale(Inventory(3, 5_000))
    filters = Filters(prefix="12")
    before = [number for offset in range(0, 700, 50) for number in shop.page(filters, offset, 50)]
    gone = {before[0], before[20], before[40]}
    shop.take(gone)
    after = [number for offset in range(0, 700, 7) for number in shop.page(filters, offset, 7)]
    assert len(before) > 400
    assert after == [number for number in before if number not in gone]
    shop.give_back(gone)
    assert [number for offset in range(0, 700, 50) for number in shop.page(filters, offset, 50)] == before


def test_a_deep_page_and_an_empty_exchange_are_right_at_once_after_numbers_have_gone() -> None:
    shop = ForSale(Inventory(3, 5_000))
    everything = shop.page(Filters(), 0, 5_000)
    exchange = everything[0][1:7]
    gone = [number for number in everything if number[1:7] == exchange]
    assert exchange in shop.exchanges(None)
    shop.take(gone)
    left = [number for number in everything if number not in gone]
    assert shop.page(Filters(), 4_000, 10) == left[4_000:4_010]
    assert exchange not in shop.exchanges(None)
    shop.give_back(gone)
    assert shop.page(Filters(), 4_000, 10) == everything[4_000:4_010]
    assert exchange in shop.exchanges(None)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(SMALL_NUMBERS)), max_size=30),
    st.sampled_from([None, 1.0, 3.99, 0.5]),
    st.sampled_from(["", "206", "212", "999"]),
)
def test_area_codes_and_exchanges_are_those_of_what_is_left(
    changes: list[tuple[bool, str]], cost: float | None, area_code: str
) -> None:
    shop = ForSale(SMALL)
    taken: set[str] = set()
    for is_taken, number in changes:
        shop.exchanges(cost, area_code)
        shop.take([number])
        taken.add(number)
        if not is_taken:
            shop.give_back([number])
            taken.discard(number)
    left = [
        number for number in SMALL_NUMBERS if number not in taken and (cost is None or SMALL.costs(number)[1] <= cost)
    ]
    assert shop.area_codes(cost) == sorted({number[1:4] for number in left})
    expected = sorted({number[1:7] for number in left if number[1:4].startswith(area_code)})
    assert shop.exchanges(cost, area_code) == expected
    by_cost = shop.ordered_page(Filters(), "monthly_cost", 0, 10_000, descending=True)
    assert by_cost == sorted(
        (number for number in SMALL_NUMBERS if number not in taken),
        key=lambda number: SMALL.costs(number)[0],
        reverse=True,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 250), st.sampled_from([{"starts_with": "206"}, {"state": "wa"}, {"ends_with": "77"}]))
def test_pages_over_http_have_no_gap_and_no_repeat(limit: int, filters: dict[str, str]) -> None:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen())
    with client_of(sandbox) as api:
        found = [item["id"] for page in pages(api, "/v2/numbers/available", limit, **filters) for item in page]
        assert found == [number for page in _big_pages(sandbox, **filters) for number in page]
    assert len(found) == len(set(found))


def _big_pages(sandbox: Sandbox, **filters: str) -> list[list[str]]:
    with client_of(sandbox) as api:
        return [[item["id"] for item in page] for page in pages(api, "/v2/numbers/available", 200, **filters)]


def test_two_sandboxes_of_one_seed_answer_the_same() -> None:
    first, second, other = (client_of(Sandbox(seed=seed, numbers=4_000)) for seed in (5, 5, 6))
    query = "/v2/numbers/available?state=CA&limit=200"
    assert first.get(query).content == second.get(query).content
    assert for_sale(first, state="CA") != for_sale(other, state="CA")


def test_every_rate_center_is_short_and_lower_case() -> None:
    names = [name for names in RATE_CENTERS.values() for name in names]
    assert all(name == name.lower() and 0 < len(name) <= 10 and name.isalnum() for name in names)

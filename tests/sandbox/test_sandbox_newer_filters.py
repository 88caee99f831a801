"""The filters of the vendor's newer pages: number_type, iso_country, order_by."""

from itertools import pairwise

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.sandbox.sandbox_in_process import client_of


@pytest.fixture
def api() -> httpx.Client:
    return client_of(Sandbox(numbers=20_000))


def search(api: httpx.Client, **query: str | int) -> list[dict[str, object]]:
    answer = api.get("/v2/numbers/available", params={"limit": 200, **query})
    assert answer.status_code == 200
    return [{"id": row["id"], **row["attributes"]} for row in answer.json()["data"]]


def test_number_type_tells_toll_free_numbers_from_others(api: httpx.Client) -> None:
    toll_free = {row["id"] for row in search(api, number_type="toll-free")}
    assert toll_free
    assert all(str(number)[1:4] in {"800", "833", "844", "855", "866", "877", "888"} for number in toll_free)
    assert not toll_free & {row["id"] for row in search(api, number_type="longcode", starts_with="8")}


def test_iso_country_keeps_to_one_country(api: httpx.Client) -> None:
    assert {row["state"] for row in search(api, iso_country="CA")} <= {"ab", "bc", "on", "qc"}
    assert search(api, iso_country="FR") == []


@pytest.mark.parametrize("direction", ["", ",asc", ",desc"])
def test_order_by_orders_the_whole_list_and_not_one_page(api: httpx.Client, direction: str) -> None:
    rows = [
        row
        for offset in (0, 200, 400)
        for row in search(api, order_by=f"monthly_cost{direction}", state="WA", offset=offset)
    ]
    costs = [float(str(row["monthly_cost"])) for row in rows]
    assert len({row["id"] for row in rows}) == len(rows) > 200
    assert all((a >= b) if direction == ",desc" else (a <= b) for a, b in pairwise(costs))


@pytest.mark.parametrize("query", [{"order_by": "price"}, {"order_by": "state,up"}, {"number_type": "inum"}])
def test_an_unknown_choice_is_refused(api: httpx.Client, query: dict[str, str]) -> None:
    assert api.get("/v2/numbers/available", params=query).status_code == 422

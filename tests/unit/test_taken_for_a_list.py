"""A forgotten `async` or `await` is answered by what to write, and type checkers name it before it runs."""

import asyncio
import operator
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of

READ: dict[str, tuple[Callable[[FlowrouteClient], Any], str]] = {
    "Paginator": (lambda client: client.numbers.search(), "`await` for the first page"),
    "Pages": (lambda client: client.numbers.search().pages(), "`async for page in ...`"),
    "Items": (lambda client: aiter(client.numbers.search()), "`async for item in ...`"),
    "BulkSearch": (lambda client: client.numbers.bulk_search(area_codes=["206"]), "`async for item in ...`"),
    "MessageHistory": (lambda client: client.messages.history(datetime(2026, 1, 1, tzinfo=UTC)), "`async for item in"),
    "ManyDetails": (lambda client: client.numbers.get_many(["12065550100"]), "`async for item in ...`"),
}
AWAIT_IT = "<Paginator of search_available_numbers: await it for a page, or read it with async for>"
MISTAKES: dict[str, tuple[Callable[[Any], object], str]] = {
    "for": (lambda it: [str(one) for one in it], "is no list"),
    "list": (list, "is no list"),
    "tuple": (tuple, "is no list"),
    "sorted": (sorted, "is no list"),
    "in": (lambda it: "12065550100" in it, "is no list"),
    "unpacked": (lambda it: [*it], "is no list"),
    "first": (operator.itemgetter(0), "is no list"),
    "slice": (operator.itemgetter(slice(0, 3)), "is no list"),
    "len": (len, "has no length"),
    "if": (lambda it: 1 if it else 0, "is neither true nor false"),
    "not": (operator.not_, "is neither true nor false"),
}


@pytest.fixture
def client() -> FlowrouteClient:
    return client_of(Sandbox(numbers=1_000))


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("name", READ)
def test_what_async_for_reads_says_so_where_it_is_taken_for_a_list(
    client: FlowrouteClient, name: str, mistake: str
) -> None:
    (build, hint), (take, problem) = READ[name], MISTAKES[mistake]
    sentence = f"{name} {problem}, since it is fetched as it is read: use "
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}.*{re.escape(hint)}"):
        take(build(client))


@pytest.mark.parametrize("name", READ)
def test_it_counts_as_nothing_that_can_be_read_without_waiting(client: FlowrouteClient, name: str) -> None:
    read = READ[name][0](client)
    assert not isinstance(read, Iterable)
    assert not isinstance(read, Collection)


@pytest.mark.parametrize("attribute", ["items", "has_more", "resume_token"])
def test_a_list_that_was_not_awaited_says_what_its_page_has(client: FlowrouteClient, attribute: str) -> None:
    found: Any = client.numbers.search()
    with pytest.raises(AttributeError, match=f"no attribute '{attribute}': it is one of a page, which `await` gives"):
        getattr(found, attribute)
    with pytest.raises(AttributeError, match=r"Paginator has no attribute 'item'$"):
        _ = found.item
    assert not hasattr(found, "all")


@pytest.mark.anyio
async def test_a_page_is_a_list_of_its_items(client: FlowrouteClient) -> None:
    page = await client.numbers.search(page_size=5)
    assert (len(page), page[0], page[-1], page[1:3]) == (5, page.items[0], page.items[4], page.items[1:3])
    assert [*page] == [*page.items]
    assert page.items[2] in page
    with pytest.raises(IndexError):
        _ = page[5]
    assert not await client.numbers.list()


def test_a_list_that_is_made_a_task_names_itself_and_how_it_is_read(client: FlowrouteClient) -> None:
    async def main() -> None:
        found: Any = client.numbers.search()
        await asyncio.create_task(found)

    with pytest.raises(TypeError, match=AWAIT_IT):
        asyncio.run(main())


def test_a_list_that_is_run_gives_its_first_page_from_python_3_14_and_names_itself_before(
    client: FlowrouteClient,
) -> None:
    found: Any = client.numbers.search(page_size=5)
    if sys.version_info >= (3, 14):
        assert len(asyncio.run(found)) == 5
    else:
        with pytest.raises(ValueError, match=AWAIT_IT):
            asyncio.run(found)


@pytest.mark.anyio
async def test_a_forgotten_await_names_the_method_and_does_nothing() -> None:
    sandbox = Sandbox(numbers=1_000)
    async with client_of(sandbox) as client:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            forgotten: Any = client.numbers.purchase("12065550100")
            with pytest.raises(AttributeError, match="'coroutine' object has no attribute 'id'"):
                _ = forgotten.id
            del forgotten
    assert "coroutine 'Numbers.purchase' was never awaited" in [str(one.message) for one in caught]
    assert sandbox.control.requests() == []

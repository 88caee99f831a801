"""What goes wrong in a bulk search, and what of it others feel."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from flowroute_async.errors import AuthenticationError, InvalidResponseError, ServerError
from flowroute_async.jobs import BulkSearch
from tests.jobs.fake_inventory import FakeInventory, failure, numbers_in, numbers_of

pytestmark = pytest.mark.anyio
CODES = [str(code) for code in range(201, 211)]


def failing(status: int, *, prefix: str = "1203", offset: str = "200") -> Callable[[dict[str, str]], None]:
    def before(query: dict[str, str]) -> None:
        if query.get("starts_with") == prefix and query["offset"] == offset:
            raise failure(status)

    return before


async def found(search: BulkSearch) -> list[str]:
    async with search:
        return [number.id async for number in search]


async def test_one_query_that_fails_does_not_lose_the_others() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), before=failing(500))
    search = inventory.bulk().bulk_search(area_codes=CODES)
    assert len(await found(search)) == 9 * 450 + 200
    (failed,) = search.report.failed
    assert failed.query.filters == {"starts_with": "1203"}
    assert isinstance(failed.failure, ServerError)
    assert (failed.pages, failed.numbers, failed.finished) == (1, 200, False)
    assert "starts_with=1203" in str(search.report)
    assert search.report.queries_done == 10


async def test_the_resume_token_of_a_failed_query_goes_on_where_it_broke() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), before=failing(500))
    bulk = inventory.bulk()
    search = bulk.bulk_search(area_codes=CODES)
    got = await found(search)
    inventory.before = None
    (failed,) = search.report.failed
    pages = bulk.search(**failed.query.filters).pages(resume=failed.resume_token)
    got += [number.id async for page in pages for number in page.items]
    assert sorted(got) == sorted(inventory.numbers)


async def test_with_raise_the_first_failure_is_raised_and_all_is_stopped() -> None:
    inventory = FakeInventory(numbers_in(CODES, 450), before=failing(500))
    with pytest.raises(ServerError) as raised:
        await found(inventory.bulk().bulk_search(area_codes=CODES, on_error="raise"))
    assert raised.value.resume_token is not None
    assert inventory.in_flight == 0


async def test_keys_that_are_not_accepted_raise_at_once_in_either_mode() -> None:
    def refuse(_query: dict[str, str]) -> None:
        raise failure(401, attempts=1)

    inventory = FakeInventory(numbers_in(CODES, 450), before=refuse)
    with pytest.raises(AuthenticationError):
        await found(inventory.bulk(lanes=2).bulk_search(area_codes=CODES))
    assert len(inventory.calls) <= 3


async def test_a_source_that_fails_is_raised_after_the_queries_that_came() -> None:
    async def codes() -> AsyncIterator[str]:
        yield "201"
        yield "202"
        raise failure(503)

    inventory = FakeInventory(numbers_in(CODES, 450))
    got: list[str] = []
    search = inventory.bulk().bulk_search(area_codes=codes())

    async def read() -> None:
        async with search:
            async for number in search:
                got.append(number.id)  # noqa: PERF401 - what came before the failure counts

    with pytest.raises(ServerError):
        await read()
    assert sorted(got) == sorted(numbers_in(["201", "202"], 450))


async def test_an_error_in_a_source_is_raised_as_it_is() -> None:
    def codes() -> Iterator[str]:
        yield "201"
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await found(FakeInventory([]).bulk().bulk_search(area_codes=codes(), on_error="raise"))


async def test_a_page_that_cannot_be_read_fails_its_query_alone() -> None:
    inventory = FakeInventory(numbers_in(CODES, 10))
    page = inventory._page
    inventory._page = lambda query: b"<html>" if query["starts_with"] == "1203" else page(query)  # type: ignore[method-assign] # breaks one page
    search = inventory.bulk().bulk_search(area_codes=CODES)
    assert len(await found(search)) == 90
    assert [type(one.failure) for one in search.report.failed] == [InvalidResponseError]
    assert "the answer cannot be read (6 bytes" in str(search.report.failed[0].failure)


async def test_an_unforeseen_error_is_raised_and_not_wrapped() -> None:
    def broken(_query: dict[str, str]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await found(FakeInventory(numbers_of("206", 3), before=broken).bulk().bulk_search())


async def test_the_report_of_a_search_that_was_left_lists_what_is_unfinished_with_its_place() -> None:
    inventory = FakeInventory(numbers_of("206", 1000), max_page=100)
    bulk = inventory.bulk(lanes=1)
    async with bulk.bulk_search(starts_with="1206", max_items=250) as search:
        got = [number.id async for number in search]
    (one,) = search.report.queries
    assert not one.finished
    pages = bulk.search(**one.query.filters).pages(resume=one.resume_token)
    got += [number.id async for page in pages for number in page.items]
    assert got == list(inventory.numbers)

"""What the first page says Python says of a forgotten word is what Python says."""

import asyncio
import gc
import re
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox, running
from tests.docs.documentation_page import PROJECT

ROWS = re.findall(r"^\| (`.*?) \| ", (PROJECT / "docs/index.md").read_text(encoding="utf-8"), re.MULTILINE)
SAID = [sentence for row in ROWS for sentence in re.findall(r"`(.+?)`(?:, | \(|$)", row)]


async def used_behind(client: FlowrouteClient) -> None:
    async with client:
        pass
    await client.numbers.list()


async def in_two_loops(client: FlowrouteClient) -> None:
    failures: list[Exception] = []

    async def ask() -> None:
        try:
            await client.numbers.list()
        except Exception as error:  # noqa: BLE001 - raised below
            failures.append(error)

    async with client:
        await ask()
        thread = threading.Thread(target=lambda: asyncio.run(ask()))
        thread.start()
        await asyncio.to_thread(thread.join)
    raise failures[0]


async def over_a_page(client: FlowrouteClient) -> None:
    async with client:
        async for _ in await client.numbers.list():  # type: ignore[attr-defined] # the mistake
            pass


async def run_in_a_loop(client: FlowrouteClient) -> None:
    call = client.numbers.get("12065550100")
    try:
        asyncio.run(call)
    finally:
        call.close()


async def never_closed(client: FlowrouteClient) -> None:
    await client.numbers.list()


def opened_by_with(client: FlowrouteClient) -> None:
    with client:  # type: ignore[attr-defined] # the mistake
        pass


MISTAKES: list[Callable[[FlowrouteClient], object]] = [
    lambda _: compile("async with client: pass", "", "exec"),
    lambda client: client.numbers.get("12065550100").id,  # type: ignore[attr-defined] # the mistake
    lambda client: client.numbers.list().items,  # type: ignore[attr-defined] # the mistake
    lambda client: list(client.numbers.list()),  # type: ignore[call-overload] # the mistake
    lambda client: len(client.numbers.list()),  # type: ignore[arg-type] # the mistake
    opened_by_with,
    lambda client: asyncio.run(over_a_page(client)),
    lambda client: asyncio.run(used_behind(client)),
    lambda client: asyncio.run(in_two_loops(client)),
    lambda client: asyncio.run(run_in_a_loop(client)),
    lambda client: asyncio.run(never_closed(client)),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(Sandbox(numbers=1_000)) as served:
        yield served


def said_by(mistake: Callable[[FlowrouteClient], object], url: str) -> list[str]:
    """Make a mistake, and return what Python says of it: the exception, and warnings."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            mistake(FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url))
        except Exception as error:  # noqa: BLE001 - whatever it says
            said.append(str(error))
        gc.collect()
    return [text.replace("`", "'") for text in [*said, *(str(one.message) for one in caught)]]


def test_every_sentence_of_the_page_is_said(url: str) -> None:
    heard = [sentence for mistake in MISTAKES for sentence in said_by(mistake, url)]
    assert len(SAID) == len(MISTAKES) + 1  # a forgotten await is told twice
    for sentence in SAID:
        pattern = ".*".join(re.escape(part) for part in sentence.split("..."))
        assert any(re.search(pattern.replace(r"\ .*", ".*"), one) for one in heard), (sentence, heard)

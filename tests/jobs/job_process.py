"""Jobs for a process of their own, which a test can kill."""

import itertools
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import anyio

from flowroute_async import FlowrouteClient, Hooks, Rates
from flowroute_async.clock import SystemClock
from flowroute_async.jobs import NumberGroup

CODES = [str(code) for code in range(201, 260)]
COUNT = 30
BUDGET = Decimal(200)

PERIOD = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 3, tzinfo=UTC)
TEXTS = 40
OFFICES = 30
STATES = ("WA", "OR", "CA", "NY", "TX", "FL", "IL", "OH")


async def search(client: FlowrouteClient, file: str) -> object:
    async with client.numbers.bulk_search(area_codes=CODES, checkpoint=file) as found:
        async for _ in found:
            pass
    return found.report


async def purchase(client: FlowrouteClient, file: str) -> object:
    numbers = client.numbers
    return await numbers.purchase_many(numbers.search(prefetch=1), max_cost=BUDGET, count=COUNT, journal=file)


async def groups(client: FlowrouteClient, file: str) -> object:
    wanted = [NumberGroup(3, state=state, prefer={"ends_with": "7"}) for state in STATES]
    plan = await client.numbers.plan_purchases(wanted, max_cost=BUDGET)
    return await client.numbers.purchase_many(plan, journal=file)


async def history(client: FlowrouteClient, file: str) -> object:
    async with client.messages.history(*PERIOD, checkpoint=file, page_size=20) as messages:
        async for _ in messages:
            pass
    return messages.report


async def send(client: FlowrouteClient, file: str) -> object:
    number = (await client.numbers.list(max_items=1)).items[0].id
    messages = [{"from_": number, "to": f"1206555{place:04}", "body": f"text {place}"} for place in range(TEXTS)]
    return await client.messages.send_many(messages, journal=file)


async def addresses(client: FlowrouteClient, file: str) -> object:
    number = (await client.numbers.list(max_items=1)).items[0].id
    person = {"first_name": "Ada", "last_name": "Lovelace", "street_name": "3rd Ave"}
    place = {"city": "Seattle", "state": "WA", "zip": "98104", "number": number}
    rows: list[dict[str, object]] = [
        {"label": f"Office {count}", "street_number": count + 1, **person, **place} for count in range(OFFICES)
    ]
    return await client.e911.create_many(rows, journal=file)


async def numbers_of_the_job(client: FlowrouteClient, file: str) -> list[str]:
    """Return the account's numbers as they were when the job was begun first."""
    known = Path(file).with_suffix(".json")
    if not known.exists():
        whole = known.with_suffix(".new")
        whole.write_text(json.dumps([number.id async for number in client.numbers.list()]))
        whole.replace(known)
    numbers: list[str] = json.loads(known.read_text())
    return numbers


async def release(client: FlowrouteClient, file: str) -> object:
    return await client.numbers.release_many(await numbers_of_the_job(client, file), journal=file)


async def update(client: FlowrouteClient, file: str) -> object:
    numbers = await numbers_of_the_job(client, file)
    updates = [{"number": number, "alias": f"desk {number}"} for number in numbers]
    return await client.numbers.update_many(updates, journal=file)


JOBS: dict[str, Callable[[FlowrouteClient, str], Awaitable[Any]]] = {
    "search": search,
    "purchase": purchase,
    "groups": groups,
    "history": history,
    "send": send,
    "addresses": addresses,
    "update": update,
    "release": release,
}


def client_of(url: str, ahead: float = 0.0, hooks: Hooks | None = None) -> FlowrouteClient:
    """Return a client whose calendar is so many seconds ahead."""
    return FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url=url,
        max_concurrency=3,
        rates=Rates(sms=100),
        clock=SystemClock(now=lambda: datetime.now(UTC) + timedelta(seconds=ahead)),
        hooks=hooks,
    )


def run(job: str, url: str, file: str, announced: Connection, moment: int) -> None:
    """Do a job with a file; announce when it has had so many requests and answers."""
    anyio.run(_run, job, url, file, announced, moment)


async def _run(job: str, url: str, file: str, announced: Connection, moment: int) -> None:
    events = itertools.count(1)

    def happened(_: object) -> None:
        if next(events) == moment:
            announced.send_bytes(b"now")

    async with client_of(url, hooks=Hooks(on_request=happened, on_response=happened)) as client:
        await JOBS[job](client, file)

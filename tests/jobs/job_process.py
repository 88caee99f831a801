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

from flowroute_async import CoolDownView, FlowrouteClient, Hooks, JobItemView, Rates, RequestView
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


def client_of(url: str, ahead: float = 0.0, hooks: Hooks | None = None, **options: Any) -> FlowrouteClient:
    """Return a client whose calendar is so many seconds ahead."""
    return FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url=url,
        max_concurrency=3,
        rates=Rates(api=200, sms=100),
        hooks=hooks,
        **{"clock": SystemClock(now=lambda: datetime.now(UTC) + timedelta(seconds=ahead))} | options,
    )


def run(job: str, url: str, file: str, announced: Connection, moment: int) -> None:
    """Do a job with a file; announce when it has had so many requests and answers."""
    anyio.run(_run, job, url, file, announced, moment)


async def _run(job: str, url: str, file: str, announced: Connection, moment: int) -> None:
    events = itertools.count(1)

    def happened(_: object) -> None:
        if next(events) == moment:
            announced.send_bytes(b"now")

    hooks = Hooks(on_request=happened, on_response=happened, on_cool_down=happened)
    async with client_of(url, hooks=hooks) as client:
        await JOBS[job](client, file)


class Waits(SystemClock):
    """Tells when a client does nothing but wait, since every call that would change something was refused with 429."""

    def __init__(self, announced: Connection) -> None:
        super().__init__()
        self._announced = announced
        self._sent = self._refused = 0
        self._is_waiting = False

    @property
    def hooks(self) -> Hooks:
        """What it has to be told."""
        return Hooks(on_request=self._left, on_cool_down=self._was_refused)

    async def sleep(self, seconds: float) -> None:
        """Wait for the end of the cool-down."""
        if seconds > 1:
            self._is_waiting = True
            self._tell()
        await super().sleep(seconds)

    def _left(self, request: RequestView) -> None:
        self._sent += request.method != "GET"

    def _was_refused(self, view: CoolDownView) -> None:
        self._refused += view.request.method != "GET"
        self._tell()

    def _tell(self) -> None:
        if self._is_waiting and self._sent == self._refused:
            self._announced.send_bytes(b"now")


class Holds:
    """A limiter that holds every call once three rows were done, and tells when none is under way any more."""

    def __init__(self, announced: Connection) -> None:
        self._announced = announced
        self._sent = self._done = 0
        self._is_held = False

    @property
    def hooks(self) -> Hooks:
        """What it has to be told."""
        return Hooks(on_request=self._left, on_job_item=self._was_done)

    async def acquire(self, _group: object, _rate: float | None, _time_left: float) -> bool:
        """Let a call go, or hold it for ever."""
        if self._done >= 3:
            self._is_held = True
            self._tell()
            await anyio.sleep_forever()
        return True

    async def cool_down(self, _seconds: float, _time_left: float) -> None:
        """Do nothing."""

    def _left(self, request: RequestView) -> None:
        self._sent += request.method != "GET"

    def _was_done(self, _: JobItemView) -> None:
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        if self._is_held and self._sent == self._done:
            self._announced.send_bytes(b"now")


WAITS: dict[str, Callable[[Connection], dict[str, Any]]] = {
    "refused": lambda announced: {"clock": (clock := Waits(announced)), "hooks": clock.hooks},
    "held": lambda announced: {"limiter": (limiter := Holds(announced)), "hooks": limiter.hooks},
}


def run_until_it_waits(job: str, url: str, file: str, announced: Connection, why: str) -> None:
    """Do a job with a file; announce when it does nothing but wait."""
    anyio.run(_run_until_it_waits, job, url, file, announced, why)


async def _run_until_it_waits(job: str, url: str, file: str, announced: Connection, why: str) -> None:
    async with client_of(url, **WAITS[why](announced)) as client:
        await JOBS[job](client, file)

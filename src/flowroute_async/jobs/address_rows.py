"""Creates many emergency addresses from rows and gives them to numbers; resumable."""

import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from anyio.to_thread import run_sync

from flowroute_async.addresses import new_address
from flowroute_async.arguments import HasId, phone_number
from flowroute_async.errors import FlowrouteError, InvalidArgumentError, refuse
from flowroute_async.jobs.job_file import ADDRESSES, PathLike
from flowroute_async.jobs.reporting import JobProgress, Meter, Report, Watch
from flowroute_async.jobs.row_job import RowJob, Task
from flowroute_async.jobs.row_journal import Row, RowJournal, RowOutcome
from flowroute_async.jobs.sources import Many, each
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi.models import E911Address

NUMBER = "number"
"""The column of the number that gets the address."""


class Registrar(Protocol):
    """Creates addresses and gives them to numbers: `client.e911`, or a stand-in."""

    async def create(self, **address: object) -> E911Address:
        """Create an address."""
        ...

    async def associate(self, number: str, address: str | HasId, /) -> None:
        """Assign a number an address."""
        ...

    def list(self, *, label: str) -> Paginator[E911Address]:
        """List addresses by their labels."""
        ...


@dataclass(frozen=True, slots=True)
class AddressResult:
    """The outcome of a row.

    Attributes:
        label: The address's name.
        number: The number that was to get it, or None.
        outcome: Done, refused, or unknown.
        id: The address's id, or "".
        reason: Why it was not done, or why nobody knows; empty where it was.
    """

    label: str = field(repr=False)
    number: str | None = field(repr=False)
    outcome: RowOutcome
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddressesReport(Report):
    """The report of `create_many`; with a journal, of all runs of the job.

    Attributes:
        results: Every row that was tried, in order.
        total: How many there are.
        seconds: How long this run took.
        stopped_by: What ended the run before its time, or None. The same call goes on.
    """

    results: Sequence[AddressResult] = field(repr=False)
    total: int
    seconds: float
    stopped_by: FlowrouteError | None = None

    @property
    def done(self) -> Sequence[AddressResult]:
        """The addresses that were created, and given to their numbers."""
        return self._with(RowOutcome.DONE)

    @property
    def refused(self) -> Sequence[AddressResult]:
        """The rows that were not done, and are not going to be."""
        return self._with(RowOutcome.REFUSED)

    @property
    def unknown(self) -> Sequence[AddressResult]:
        """The rows that may have been done; the next run looks for their addresses by label, and completes them."""
        return self._with(RowOutcome.UNKNOWN)

    def __str__(self) -> str:
        """Show the sums, without addresses."""
        done, refused, unknown = len(self.done), len(self.refused), len(self.unknown)
        lines = [f"{done} of {self.total} addresses, {refused} refused, {unknown} unknown, in {self.seconds:.1f} s"]
        reasons = Counter(one.reason for one in self.results if one.outcome is not RowOutcome.DONE)
        lines += [f"  {count} times: {reason}" for reason, count in reasons.most_common(10)]
        if self.stopped_by is not None:
            lines.append(f"stopped: {self.stopped_by}")
        return "\n".join(lines)

    def _with(self, outcome: RowOutcome) -> Sequence[AddressResult]:
        return [one for one in self.results if one.outcome is outcome]


@dataclass(frozen=True, slots=True)
class _AddressRow:
    parts: Mapping[str, object]
    number: str | None

    @property
    def payload(self) -> dict[str, object]:
        """The checked parts, as the journal holds them."""
        attributes = new_address(self.parts).data.attributes
        return {**attributes.model_dump(mode="json", exclude_none=True), NUMBER: self.number}

    @property
    def key(self) -> str:
        """A digest that identifies the row."""
        return hashlib.sha256(json.dumps(self.payload, sort_keys=True).encode()).hexdigest()


async def create_many(
    registrar: Registrar,
    sender: Sender,
    rows: Many[Mapping[str, object]] | PathLike,
    *,
    journal: PathLike | None,
    progress: Callable[[JobProgress], None] | None,
) -> AddressesReport:
    """Create addresses; `client.e911.create_many` describes it."""
    checked = await _checked(rows)
    async with aclosing(await RowJournal.open(journal, ADDRESSES, sender)) as opened:
        earlier = await opened.rows()
        again = {row.key: row for row in earlier if row.outcome is RowOutcome.UNKNOWN}
        known = {row.key for row in earlier} - again.keys()
        rate = sender.rates.api
        watch = Watch(progress, sender.hooks)
        meter = Meter(
            "create_many",
            "addresses",
            watch,
            total=len(checked),
            earlier=len(known),
            expected_rate=rate,
            now=sender.clock.time,
        )
        job = RowJob(opened, meter, sender.clock, concurrency=sender.max_concurrency)
        await job.run(_tasks(registrar, checked, again, rate), known, again)
        results = [_result(row) for row in await opened.rows()]
    return AddressesReport(results, len(checked), meter.seconds, job.stopped_by)


async def _checked(rows: Many[Mapping[str, object]] | PathLike) -> Sequence[_AddressRow]:
    """Read all rows and check them; all faults of all rows are told at once."""
    given: list[object]
    if isinstance(rows, str | os.PathLike):
        path = Path(rows)
        given = list(await run_sync(_read_csv, path))
    else:
        async with aclosing(each(rows)) as source:
            given = [row async for row in source]
    faults: list[InvalidArgumentError] = []
    checked: list[_AddressRow] = []
    labels: Counter[str] = Counter()
    for place, row in enumerate(given):
        argument = f"rows[{place}]"
        try:
            one = _row(row)
            labels[str(one.payload["label"])] += 1
            if labels[str(one.payload["label"])] > 1:
                faults.append(InvalidArgumentError(f"{argument}.label", "unlike that of another row: it is unique"))
            checked.append(one)
        except InvalidArgumentError as error:
            faults += [
                InvalidArgumentError(f"{argument}.{fault.argument}", fault.allowed, given=fault.given)
                for fault in error.faults
            ]
        except TypeError as error:
            faults.append(InvalidArgumentError(argument, "made of the parts of an address", given=str(error)))
    refuse(faults)
    return checked


def _row(row: object) -> _AddressRow:
    if not isinstance(row, Mapping):
        raise InvalidArgumentError("row", "a mapping", given=f"a {type(row).__name__}")
    given_parts = cast("Mapping[object, object]", row)
    parts = {str(name): value for name, value in given_parts.items() if value not in (None, "") and name != NUMBER}
    number = given_parts.get(NUMBER)
    faults: list[InvalidArgumentError] = []
    try:
        new_address(parts)
    except InvalidArgumentError as error:
        faults += error.faults
    try:
        given = None if number in (None, "") else phone_number(NUMBER, number)
    except InvalidArgumentError as error:
        faults.append(error)
        given = None
    refuse(faults)
    return _AddressRow(parts, given)


def _read_csv(path: Path) -> Sequence[Mapping[str, object]]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return [{(name or "").strip(): value for name, value in row.items()} for row in csv.DictReader(lines)]


async def _tasks(
    registrar: Registrar, rows: Sequence[_AddressRow], again: Mapping[str, Row], rate: float | None
) -> AsyncGenerator[Task]:
    for row in rows:
        yield Task(row.key, row.payload, _call(registrar, row, is_again=row.key in again), rate=rate)


def _call(registrar: Registrar, row: _AddressRow, *, is_again: bool) -> Callable[[], Awaitable[str]]:
    async def call() -> str:
        address = await _existing(registrar, row) if is_again else None
        created = (await registrar.create(**row.parts)).id if address is None else address
        if row.number is not None:  # the same address again is no error, and costs nothing
            await registrar.associate(row.number, created)
        return created

    return call


async def _existing(registrar: Registrar, row: _AddressRow) -> str | None:
    """Return the address that an earlier run has created, by its label, which is unique on the account."""
    label = str(row.payload["label"])
    async for address in registrar.list(label=label):
        if address.label == label:
            return address.id
    return None


def _result(row: Row) -> AddressResult:
    number = row.payload.get(NUMBER)
    label = str(row.payload["label"])
    return AddressResult(label, None if number is None else str(number), row.outcome, row.result, row.reason)

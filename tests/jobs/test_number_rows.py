"""Updates and releases of many numbers: each written down, and done once however often the job is begun."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flowroute_async import InvalidArgumentError, NoAnswerError, NotSentError
from flowroute_async.jobs import NumbersReport
from flowroute_async.jobs.number_rows import release_many, update_many
from flowroute_async.resources.number_details import NumberDetails
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of
from flowroute_openapi import get_number
from tests.jobs.fake_inventory import failure, numbers_of
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio

NUMBERS = numbers_of("206", 12)


@dataclass
class Account:
    """Numbers with their aliases; a call may fail before or after its effect."""

    aliases: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(NUMBERS))
    before: Callable[[str], Exception | None] = lambda _: None
    after: Callable[[str], Exception | None] = lambda _: None
    calls: list[str] = field(default_factory=list)

    async def get(self, number: str, /) -> NumberDetails:
        return NumberDetails.model_construct(id=number)

    async def update(self, number: str, /, **changes: object) -> NumberDetails:
        self._called(number)
        self.aliases[number] = str(changes["alias"])
        self._answered(number)
        return await self.get(number)

    async def release(self, number: str, /) -> None:
        self._called(number)
        del self.aliases[number]
        self._answered(number)

    def _called(self, number: str) -> None:
        self.calls.append(number)
        if error := self.before(number):
            raise error
        if number not in self.aliases:
            raise failure(404)

    def _answered(self, number: str) -> None:
        if error := self.after(number):
            raise error

    async def update_all(self, file: Path | None = None) -> NumbersReport:
        updates = [{"number": number, "alias": f"desk {number}"} for number in NUMBERS]
        return await update_many(self, StandIn(), updates, journal=file, progress=None)

    async def release_all(self, file: Path | None = None) -> NumbersReport:
        return await release_many(self, StandIn(), NUMBERS, journal=file, progress=None)


def lost(number: str) -> NoAnswerError:
    return NoAnswerError(get_number(number), "the connection broke", attempts=5)


async def test_each_number_is_updated_once_and_the_same_call_again_does_nothing(tmp_path: Path) -> None:
    account = Account()
    for _ in range(2):
        report = await account.update_all(tmp_path / "job.db")
        assert len(report.done) == 12
    assert sorted(account.calls) == NUMBERS
    assert account.aliases == {number: f"desk {number}" for number in NUMBERS}
    assert "12 of 12 numbers updated, 0 refused, 0 unknown" in str(report)
    assert NUMBERS[0] not in str(report) + repr(report)
    assert json.dumps(report.to_dict())


async def test_a_number_whose_release_was_not_answered_is_done_by_the_next_run(tmp_path: Path) -> None:
    account = Account(after=lambda number: lost(number) if number in NUMBERS[2:4] else None)
    report = await account.release_all(tmp_path / "job.db")
    assert (len(report.done), len(report.unknown)) == (10, 2)
    report = await account.release_all(tmp_path / "job.db")
    assert (len(report.done), report.refused, account.aliases) == (12, [], {})


async def test_what_an_earlier_run_has_left_open_stays_open_until_it_is_known(tmp_path: Path) -> None:
    account, file = Account(after=lambda number: lost(number) if number == NUMBERS[2] else None), tmp_path / "job.db"
    await account.release_all(file)
    account.before = lambda number: NotSentError(get_number(number), "no connection")
    report = await account.release_all(file)
    assert (len(report.unknown), report.stopped_by is not None) == (1, True)
    account.before = lambda _: None
    report = await account.release_all(file)
    assert (len(report.done), report.refused, report.unknown) == (12, [], [])


async def test_a_number_that_is_not_on_the_account_is_refused_and_the_others_are_released() -> None:
    account = Account()
    del account.aliases[NUMBERS[5]]
    report = await account.release_all()
    assert (len(report.done), [one.number for one in report.refused]) == (11, [NUMBERS[5]])


async def test_keys_that_are_refused_end_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    account = Account(before=lambda number: failure(401) if number == NUMBERS[0] else None)
    report = await account.release_all(tmp_path / "job.db")
    assert report.stopped_by is not None
    account.before = lambda _: None
    report = await account.release_all(tmp_path / "job.db")
    assert (len(report.done), report.refused) == (12, [])


@pytest.mark.parametrize(
    "row", ["12065550100", {"number": "12065550100"}, {"alias": "x"}, {"number": "911", "alias": "x"}]
)
async def test_a_row_that_breaks_a_rule_is_refused_before_anything_is_sent(row: object) -> None:
    account = Account()
    with pytest.raises(InvalidArgumentError, match=r"^updates\[1\].* must be .*nothing was sent"):
        await update_many(
            account,
            StandIn(),
            [{"number": NUMBERS[0], "alias": "x"}, row],  # type: ignore[list-item] # wrong on purpose
            journal=None,
            progress=None,
        )
    assert account.calls == []


async def test_numbers_of_the_account_are_updated_and_released(tmp_path: Path) -> None:
    sandbox = Sandbox()
    client = client_of(sandbox)
    offers = [one async for one in client.numbers.search(max_items=6)]
    numbers = [(await client.numbers.purchase(one)).id for one in offers]
    updates = [{"number": number, "alias": f"desk {number[-2:]}"} for number in numbers]
    assert len((await client.numbers.update_many(updates, journal=tmp_path / "updates.db")).done) == 6
    assert {one.alias async for one in client.numbers.list()} == {f"desk {number[-2:]}" for number in numbers}
    released = await client.numbers.release_many(numbers[:4], journal=tmp_path / "releases.db")
    assert len(released.done) == 4
    assert [one.id async for one in client.numbers.list()] == sorted(numbers[4:])
    sandbox.close()

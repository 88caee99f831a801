"""Purchases until there are enough: never too many, never too dear, and each settled truthfully."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Unpack

import anyio
import httpx
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.errors import (
    AuthenticationError,
    InvalidArgumentError,
    NoAnswerError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RateLimiterUnavailableError,
)
from flowroute_async.intent import intent_of
from flowroute_async.jobs import JobProgress, Outcome, PurchaseReport, grace
from flowroute_async.jobs.journal import Journal
from flowroute_async.jobs.purchase import SETTLED_AFTER, Order, purchase_many
from flowroute_async.jobs.reporting import Watch
from flowroute_async.number_changes import NumberOptions
from flowroute_async.resources.number_details import NumberDetails
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import InstantClock, client_of
from flowroute_openapi import purchase_number
from flowroute_openapi.models import AvailableNumber
from tests.jobs.fake_inventory import FakeInventory, failure, item, numbers_of
from tests.jobs.job_process import BUDGET, COUNT
from tests.jobs.killing import run_and_kill
from tests.patience import HANGS_AFTER

TEN = Decimal("10.00")


def for_sale(number: str, setup: str = "1", monthly: str = "1.25") -> AvailableNumber:
    return AvailableNumber.model_validate(item(number, setup, monthly))


OFFERS = [for_sale(number) for number in numbers_of("206", 50)]


@dataclass
class FakeAccount:
    """Buys numbers; `refuse` may raise instead, and says by `lost` that the number is bought all the same."""

    refuse: Callable[[str], Exception | None] = lambda _number: None
    owned: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    async def purchase(self, number: str, /, **_options: Unpack[NumberOptions]) -> NumberDetails:
        self.tried.append(number)
        error = self.refuse(number)
        if error is None or number in self.lost:
            self.owned.append(number)
        if error is not None:
            raise error
        return await self.get(number)

    async def get(self, number: str, /) -> NumberDetails:
        if number not in self.owned:
            raise failure(404)
        return NumberDetails.model_construct(id=number)


def unknown(number: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        purchase_number(number), "no answer", attempts=1, since=datetime.now(UTC), look_at="Look."
    )


@dataclass
class Job:
    """A job of purchases with a journal and a clock of its own."""

    account: FakeAccount
    journal: Path | None = None
    time: float = 1_000_000.0

    async def buy(
        self, numbers: Any = OFFERS, *, count: int = 3, max_cost: Decimal = TEN, watch: Watch | None = None
    ) -> PurchaseReport:
        journal = await Journal.open(self.journal, account="", now=lambda: self.time)
        try:
            return await purchase_many(self.account, numbers, Order(count, max_cost), journal, watch or Watch())
        finally:
            await journal.aclose()


@pytest.mark.anyio
async def test_it_buys_as_many_as_are_wanted_in_their_order() -> None:
    account = FakeAccount()
    report = await Job(account).buy()
    assert account.owned == [number.id for number in OFFERS[:3]]
    assert [one.number for one in report.bought] == account.owned
    assert report.complete
    assert report.spent == Decimal("6.75")
    assert "3 of 3 numbers bought" in str(report)
    assert account.owned[0] not in f"{report} {report!r} {report.purchases[0]!r}"


@pytest.mark.anyio
async def test_setup_and_first_month_stay_within_the_budget_and_dear_numbers_are_passed_over() -> None:
    prices = ["5", "4", "9", "3"]
    offers = [for_sale(offer.id, price, "1") for offer, price in zip(OFFERS, prices, strict=False)]
    account = FakeAccount()
    report = await Job(account).buy(offers)
    assert account.owned == [OFFERS[0].id, OFFERS[3].id]
    assert (report.spent, report.too_expensive, report.complete) == (TEN, 2, False)
    assert "2 passed over as too expensive" in str(report).splitlines()


@pytest.mark.anyio
async def test_a_number_that_is_gone_is_refused_and_the_next_one_bought() -> None:
    account = FakeAccount(refuse=lambda number: failure(404) if number == OFFERS[0].id else None)
    report = await Job(account).buy()
    assert [one.outcome for one in report.purchases] == [Outcome.REFUSED, *[Outcome.BOUGHT] * 3]
    assert "404" in report.refused[0].reason


@pytest.mark.anyio
async def test_an_unknown_outcome_counts_towards_count_and_budget() -> None:
    account = FakeAccount(refuse=lambda number: unknown(number) if number == OFFERS[0].id else None)
    report = await Job(account).buy()
    assert (len(report.bought), len(report.unknown), report.complete) == (2, 1, False)
    assert report.unknown[0].reason == str(unknown(OFFERS[0].id))
    assert {one.reason for one in report.bought} == {""}
    assert report.spent == Decimal("6.75")


@pytest.mark.anyio
@pytest.mark.parametrize("status", [403, 418])
async def test_a_refusal_that_every_number_would_meet_ends_it(status: int) -> None:
    account = FakeAccount(refuse=lambda number: failure(status) if number == OFFERS[1].id else None)
    report = await Job(account).buy()
    assert (len(report.bought), len(report.refused), len(account.tried)) == (1, 1, 2)
    assert report.stopped_by is not None
    assert str(report) == (
        "1 of 3 numbers bought, 1 refused, 0 unknown\n"
        "2.25 of 10.00 US dollars spent at the most\n"
        f"stopped: {report.stopped_by}"
    )


@pytest.mark.anyio
async def test_a_failing_server_leaves_the_outcome_unknown_and_ends_it() -> None:
    account = FakeAccount(refuse=lambda _number: failure(520))
    report = await Job(account).buy()
    assert (len(report.unknown), len(account.tried)) == (1, 1)
    assert report.stopped_by is not None
    assert report.unknown[0].reason == str(report.stopped_by)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "failure_of",
    [
        lambda number: NotSentError(purchase_number(number), "no network"),
        lambda number: RateLimiterUnavailableError(purchase_number(number)),
        lambda _: failure(401),
    ],
)
async def test_what_was_never_sent_is_forgotten_so_that_a_later_run_may_buy_it(
    tmp_path: Path, failure_of: Callable[[str], Exception]
) -> None:
    account = FakeAccount(refuse=failure_of)
    job = Job(account, tmp_path / "buy.db")
    report = await job.buy()
    assert (list(report.purchases), type(report.stopped_by)) == ([], type(failure_of("12065550100")))
    account.refuse = lambda _number: None
    assert (await job.buy()).bought[0].number == OFFERS[0].id


@pytest.mark.anyio
async def test_a_purchase_that_was_refused_for_its_pace_is_forgotten_so_that_a_later_run_may_buy_it(
    tmp_path: Path,
) -> None:
    sandbox, file = Sandbox(numbers=500), tmp_path / "buy.db"
    sandbox.control.add_fault("purchase_number", status=429)
    async with client_of(sandbox, clock=InstantClock(), max_retries=0) as client:
        offers = (await client.numbers.search(max_items=1)).items
        report = await client.numbers.purchase_many(offers, count=1, max_cost=Decimal(100), journal=file)
        assert (list(report.purchases), type(report.stopped_by)) == ([], RateLimitedError)
        report = await client.numbers.purchase_many(offers, count=1, max_cost=Decimal(100), journal=file)
    assert [one.number for one in report.bought] == [offers[0].id]
    assert sandbox.control.effects()["purchase_number"] == {offers[0].id: 1}
    sandbox.close()


@pytest.mark.anyio
async def test_a_number_that_the_client_cannot_buy_is_refused() -> None:
    account = FakeAccount(refuse=lambda number: InvalidArgumentError("number", "x") if number == OFFERS[0].id else None)
    assert (await Job(account).buy()).complete


async def two_offers_and(last: object) -> AsyncIterator[object]:
    """Offer two numbers and then something else: an error is raised."""
    for offer in OFFERS[:2]:
        yield offer
    if isinstance(last, Exception):
        raise last
    yield last


@pytest.mark.anyio
@pytest.mark.parametrize(("last", "kind"), [("12065550100", InvalidArgumentError), (failure(401), AuthenticationError)])
async def test_what_was_bought_is_not_lost_when_the_source_fails_later(last: object, kind: type[Exception]) -> None:
    account = FakeAccount()
    report = await Job(account).buy(two_offers_and(last))
    assert [one.number for one in report.bought] == account.owned == [offer.id for offer in OFFERS[:2]]
    assert isinstance(report.stopped_by, kind)
    assert isinstance(last, Exception) or str(report.stopped_by) == (
        "numbers must be numbers for sale as a search gives them, since their costs count, not a str; "
        "the purchases stopped there"
    )
    assert not report.complete


@pytest.mark.anyio
async def test_a_source_that_fails_at_once_does_not_hide_what_the_journal_holds(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[AvailableNumber]:
        raise failure(401)
        yield OFFERS[0]

    job = Job(FakeAccount(), tmp_path / "buy.db")
    with pytest.raises(AuthenticationError):
        await job.buy(broken())
    await job.buy(count=1)
    report = await job.buy(broken(), count=2)
    assert (len(report.bought), type(report.stopped_by)) == (1, AuthenticationError)


@pytest.mark.anyio
async def test_amounts_are_written_plainly() -> None:
    report = await Job(FakeAccount()).buy(count=0, max_cost=Decimal("1E+2"))
    assert "0.00 of 100.00 US dollars" in str(report)
    with pytest.raises(InvalidArgumentError) as refused:
        await Job(FakeAccount()).buy(count=-1)
    assert str(refused.value) == "count must be a whole number of numbers, 0 or more, not -1; nothing was sent"
    with pytest.raises(InvalidArgumentError, match=r"such as 25\.00 US dollars, not a float"):
        await Job(FakeAccount()).buy(max_cost=10.0)  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.anyio
async def test_a_number_that_is_offered_twice_is_tried_once() -> None:
    account = FakeAccount(refuse=unknown)
    await Job(account).buy([OFFERS[0], OFFERS[0]])
    assert account.tried == [OFFERS[0].id]


@pytest.mark.anyio
async def test_a_job_goes_on_with_its_journal_and_counts_what_it_has(tmp_path: Path) -> None:
    job = Job(FakeAccount(), tmp_path / "buy.db")
    await job.buy(count=2)
    report = await job.buy(count=3)
    assert len(report.bought) == len(job.account.owned) == 3
    assert (await job.buy(count=3)).complete
    assert len(job.account.tried) == 3


@pytest.mark.anyio
async def test_the_journal_of_another_account_is_refused(tmp_path: Path) -> None:
    for account in ("one", "one", ""):
        journal = await Journal.open(tmp_path / "buy.db", account=account)
        await journal.aclose()
    with pytest.raises(InvalidArgumentError) as refused:
        await Journal.open(tmp_path / "buy.db", account="two")
    assert str(refused.value).startswith("journal must be a file that was begun with this access key, or a new one")


@pytest.mark.anyio
async def test_all_runs_of_a_job_share_one_budget(tmp_path: Path) -> None:
    job = Job(FakeAccount(), tmp_path / "buy.db")
    await job.buy(count=2)
    report = await job.buy(count=9)
    assert (len(report.bought), report.spent, report.too_expensive) == (4, Decimal("9.00"), 46)


@pytest.mark.anyio
async def test_a_job_that_goes_on_tells_how_far_all_its_runs_have_come(tmp_path: Path) -> None:
    seen: list[JobProgress] = []
    job = Job(FakeAccount(), tmp_path / "buy.db")
    await job.buy(count=2)
    await job.buy(count=3, watch=Watch(progress=seen.append))
    assert [(one.done, one.total, one.unit) for one in (seen[0], seen[-1])] == [(2, 3, "numbers"), (3, 3, "numbers")]


@pytest.mark.anyio
async def test_an_open_intent_is_settled_by_asking_and_never_by_buying_again(tmp_path: Path) -> None:
    account = FakeAccount(refuse=unknown, lost={OFFERS[0].id})
    job = Job(account, tmp_path / "buy.db")
    assert len((await job.buy(count=2)).unknown) == 2
    account.refuse = lambda _number: None
    report = await job.buy(count=2)
    assert [one.outcome for one in report.purchases] == [Outcome.BOUGHT, Outcome.UNKNOWN]
    assert len(account.tried) == 2
    job.time += SETTLED_AFTER
    report = await job.buy(count=2)
    assert [one.outcome for one in report.purchases] == [Outcome.BOUGHT, Outcome.REFUSED, Outcome.BOUGHT]
    assert account.tried.count(OFFERS[1].id) == 1


@pytest.mark.anyio
async def test_a_purchase_that_is_cancelled_on_the_way_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grace, "GRACE", 0.0)

    class Slow(FakeAccount):
        async def purchase(self, number: str, /, **_options: Unpack[NumberOptions]) -> NumberDetails:
            intent = intent_of(purchase_number(number))
            assert intent is not None
            await intent.write()
            scope.cancel()
            await anyio.sleep_forever()
            raise AssertionError

    job = Job(Slow(), tmp_path / "buy.db")
    with anyio.CancelScope() as scope:
        await job.buy()
    job.account = FakeAccount()
    (lost,) = (await job.buy(count=1)).unknown
    assert lost.reason == "the program ended before the answer came"
    assert job.account.tried == []


@pytest.mark.anyio
async def test_a_purchase_that_may_have_been_carried_out_before_it_failed_to_leave_is_unknown() -> None:
    class Twice(FakeAccount):
        async def purchase(self, number: str, /, **_options: Unpack[NumberOptions]) -> NumberDetails:
            intent = intent_of(purchase_number(number))
            assert intent is not None
            await intent.write()
            raise NotSentError(purchase_number(number), "no network")

    report = await Job(Twice()).buy()
    assert [(one.outcome, one.reason) for one in report.purchases] == [(Outcome.UNKNOWN, str(report.stopped_by))]
    assert isinstance(report.stopped_by, NotSentError)


@pytest.mark.anyio
async def test_where_open_purchases_cannot_be_looked_up_nothing_is_bought(tmp_path: Path) -> None:
    class Offline(FakeAccount):
        async def get(self, number: str, /) -> NumberDetails:
            raise NoAnswerError(purchase_number(number), "no answer")

    job = Job(FakeAccount(refuse=unknown), tmp_path / "buy.db")
    await job.buy(count=1)
    job.account = Offline()
    with pytest.raises(NoAnswerError):
        await job.buy()
    assert job.account.tried == []


@pytest.mark.anyio
async def test_numbers_may_come_from_a_bulk_search() -> None:
    account = FakeAccount()
    async with FakeInventory(numbers_of("206", 500)).bulk().bulk_search(starts_with="1206", ordered=True) as search:
        assert (await Job(account).buy(search)).complete
    assert account.owned == numbers_of("206", 3)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("argument", "numbers", "count", "max_cost"),
    [
        ("count", OFFERS, -1, TEN),
        ("max_cost", OFFERS, 1, 10.0),
        ("max_cost", OFFERS, 1, Decimal(-1)),
        ("max_cost", OFFERS, 1, Decimal("NaN")),
        ("numbers", ["12065550000"], 1, TEN),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_bought(
    argument: str, numbers: Any, count: int, max_cost: Any
) -> None:
    account = FakeAccount()
    with pytest.raises(InvalidArgumentError) as refused:
        await Job(account).buy(numbers, count=count, max_cost=max_cost)
    assert refused.value.argument == argument
    assert account.tried == []


def test_a_job_that_is_killed_again_and_again_never_buys_too_many_and_knows_what_it_bought(
    sandbox_url: str, tmp_path: Path
) -> None:
    random, file = Random(7), tmp_path / "buy.db"  # noqa: S311 - moments, not secrets
    control = httpx.Client(base_url=f"{sandbox_url}/_sandbox/api/", timeout=HANGS_AFTER)
    faults: dict[str, object] = {"operation": "purchase_number", "drop": "after"}
    steps: list[int] = []

    def effects() -> dict[str, int]:
        found: dict[str, int] = control.get("effects").json().get("purchase_number", {})
        return found

    for _ in range(10):
        control.post("faults", json=faults)
        if run_and_kill("purchase", sandbox_url, file, random):
            break
        steps.append(len(effects()))
        assert len(effects()) <= COUNT
    assert len(set(steps)) > 1, f"the kills came too early or too late: {steps}"

    async def finish(ahead: float) -> PurchaseReport:
        async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=sandbox_url) as client:
            numbers = client.numbers
            journal = await Journal.open(file, account="", now=lambda: datetime.now(UTC).timestamp() + ahead)
            try:
                return await purchase_many(numbers, numbers.search(), Order(COUNT, BUDGET), journal)
            finally:
                await journal.aclose()

    control.delete("faults")
    report = anyio.run(finish, 0.0)
    assert len(report.bought) + len(report.unknown) == COUNT
    report = anyio.run(finish, SETTLED_AFTER)
    assert report.complete
    assert effects() == {one.number: 1 for one in report.bought}
    assert len(effects()) == COUNT
    control.close()


@pytest.mark.anyio
async def test_a_purchase_that_was_lost_stays_unknown_for_five_minutes_and_is_then_replaced(tmp_path: Path) -> None:
    account = FakeAccount(refuse=lambda number: unknown(number) if number == OFFERS[0].id else None)
    job = Job(account, tmp_path / "job.db")
    report = await job.buy()
    assert (len(report.bought), len(report.unknown)) == (2, 1)
    job.time += 299
    assert len((await job.buy()).unknown) == 1
    job.time += 2
    report = await job.buy()
    assert (len(report.bought), len(report.refused), account.tried.count(OFFERS[0].id)) == (3, 1, 1)
    assert report.refused[0].reason == "it never came to the account"


@pytest.mark.anyio
@pytest.mark.parametrize("status", [400, 404, 422])
async def test_what_is_about_one_number_does_not_end_the_job(status: int) -> None:
    account = FakeAccount(refuse=lambda number: failure(status) if number == OFFERS[1].id else None)
    report = await Job(account).buy()
    assert (len(report.bought), len(report.refused), report.stopped_by) == (3, 1, None)

"""What a job writes down of a row is written right before its call can leave, and taken back where it did not."""

import socket
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, closing
from pathlib import Path

import anyio
import anyio.abc
import pytest
from anyio.lowlevel import checkpoint

from flowroute_async import FlowrouteClient, Hooks
from flowroute_async.errors import (
    AuthenticationError,
    CallError,
    DeadlineExceededError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ValidationFailedError,
)
from flowroute_async.intent import intent_of, on_record
from flowroute_async.jobs.job_file import UPDATES
from flowroute_async.jobs.reporting import Meter, Watch
from flowroute_async.jobs.row_intent import RowIntent
from flowroute_async.jobs.row_job import RowJob, Task
from flowroute_async.jobs.row_journal import RowJournal
from flowroute_async.sandbox import Sandbox, running
from flowroute_async.testing import InstantClock, client_of
from flowroute_openapi import release_number
from tests.jobs.fake_inventory import failure
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio


class Recorder:
    """An intent that keeps what it is told, and may do something while it writes."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]] = checkpoint) -> None:
        self.told = list[str]()
        self._meanwhile = meanwhile

    async def write(self) -> None:
        await self._meanwhile()
        self.told.append("write")

    async def withdraw(self) -> None:
        await checkpoint()
        self.told.append("withdraw")


def outcomes(file: Path) -> list[str]:
    """Return what a job's file says of each row."""
    with closing(sqlite3.connect(file)) as job:
        return [str(outcome) for (outcome,) in job.execute("SELECT outcome FROM rows")]


async def bought(sandbox: Sandbox, count: int) -> list[str]:
    async with client_of(sandbox) as client:
        offers = [one async for one in client.numbers.search(max_items=count)]
        return [(await client.numbers.purchase(one)).id for one in offers]


@asynccontextmanager
async def connected(sandbox: Sandbox, *, in_process: bool) -> AsyncGenerator[FlowrouteClient]:
    """Connect by a transport of a user's own, which does not tell when bytes leave, or by connections of ours."""
    clock = InstantClock()
    if in_process:
        async with client_of(sandbox, clock=clock) as client:
            yield client
        return
    with running(sandbox) as url:
        async with FlowrouteClient(
            access_key="sandbox", secret_key="sandbox", base_url=url, clock=clock, deadline=600
        ) as client:
            yield client


def intent_of_a_row(recorder: Recorder) -> RowIntent:
    return RowIntent(anyio.CancelScope(), recorder.write, recorder.withdraw)


async def test_a_row_is_written_down_once_and_stays_while_one_of_its_attempts_may_have_been_carried_out() -> None:
    intent = intent_of_a_row(recorder := Recorder())
    for _ in range(3):
        await intent.write()
    assert recorder.told == ["write"]
    for _ in range(2):
        await intent.withdraw()
    assert (recorder.told, intent.is_written) == (["write"], True)
    await intent.withdraw()
    assert (recorder.told, intent.is_written) == (["write", "withdraw"], False)


async def test_a_row_that_was_not_carried_out_is_taken_back_also_where_its_job_is_cancelled() -> None:
    intent = intent_of_a_row(recorder := Recorder())
    with anyio.CancelScope() as job:
        await intent.write()
        job.cancel()
        await intent.withdraw()
    assert recorder.told == ["write", "withdraw"]


@pytest.mark.parametrize("in_process", [True, False])
@pytest.mark.parametrize(
    ("faults", "told", "kind"),
    [
        ([], ["write"], None),
        ([{"status": 429}] * 2, ["write", "withdraw"] * 2 + ["write"], None),
        ([{"status": 429}] * 9, ["write", "withdraw"] * 5, RateLimitedError),
        ([{"status": 422}], ["write"], ValidationFailedError),
        ([{"status": 429}, {"status": 500}], ["write", "withdraw", "write"], OutcomeUnknownError),
        ([{"status": 503, "retry_after": "1"}], ["write"], OutcomeUnknownError),
        ([{"drop": "before"}], ["write"], OutcomeUnknownError),
    ],
)
async def test_each_attempt_is_written_down_and_taken_back_only_where_it_was_not_carried_out(
    *, faults: list[dict[str, object]], told: list[str], kind: type[CallError] | None, in_process: bool
) -> None:
    sandbox, recorder = Sandbox(), Recorder()
    async with connected(sandbox, in_process=in_process) as client:
        offer = (await client.numbers.search(max_items=1)).items[0]
        for fault in faults:
            sandbox.control.add_fault("purchase_number", **fault)  # type: ignore[arg-type] # each of its own type
        with on_record(recorder):
            if kind is None:
                await client.numbers.purchase(offer)
            else:
                with pytest.raises(kind):
                    await client.numbers.purchase(offer)
            await client.numbers.list()
    assert recorder.told == told
    sandbox.close()


async def test_of_a_connection_that_is_never_made_nothing_is_written_down() -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        url, recorder = f"http://127.0.0.1:{unused.getsockname()[1]}", Recorder()
        async with FlowrouteClient(
            access_key="a", secret_key="b", base_url=url, clock=InstantClock(), max_retries=2
        ) as client:
            with on_record(recorder), pytest.raises(NotSentError):
                await client.numbers.release("12065550100")
    assert recorder.told == []


@pytest.mark.parametrize("in_process", [False, True])
async def test_a_client_that_is_closed_while_a_call_is_written_down_sends_nothing(*, in_process: bool) -> None:
    sandbox = Sandbox()
    async with connected(sandbox, in_process=in_process) as client, anyio.create_task_group() as group:

        async def close() -> None:
            group.start_soon(client.aclose)
            with anyio.CancelScope(shield=True):  # as the work of a thread, which is not cancelled
                while not client._transport._connections.closed:
                    await checkpoint()

        recorder = Recorder(close)
        with on_record(recorder), pytest.raises(NotSentError) as caught:
            await client.with_options(max_retries=0).numbers.release("12065550100")
    assert str(caught.value) == "release_number: the client was closed; nothing was sent"
    assert recorder.told == ["write", "withdraw"]
    assert sandbox.control.requests() == []
    sandbox.close()


async def test_while_a_connection_is_made_nothing_is_written_down_yet() -> None:
    """The server takes the connection, and never answers the beginning of TLS."""
    begun, recorder = anyio.Event(), Recorder()

    async def be_silent(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            begun.set()
            await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    url = f"https://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"  # noqa: S610 - no Django
    async with (
        listener,
        FlowrouteClient(access_key="a", secret_key="b", base_url=url) as client,
        anyio.create_task_group() as group,
    ):
        group.start_soon(listener.serve, be_silent)
        with on_record(recorder):
            group.start_soon(client.numbers.release, "12065550100")
        await begun.wait()
        assert recorder.told == []
        group.cancel_scope.cancel()
    assert recorder.told == []


async def test_a_repetition_on_a_connection_in_use_is_written_down_too() -> None:
    sandbox, recorder = Sandbox(), Recorder()
    (number,) = await bought(sandbox, 1)
    async with connected(sandbox, in_process=False) as client:
        await client.numbers.list()
        sandbox.control.add_fault("update_number", status=429)
        sandbox.control.add_fault("update_number", status=500)
        with on_record(recorder):
            await client.numbers.update(number, alias="x")
    assert recorder.told == ["write", "withdraw", "write", "write"]
    sandbox.close()


async def test_with_a_users_own_transport_a_call_does_not_outlast_its_deadline_while_another_is_written_down() -> None:
    begun = anyio.Event()

    async def for_ever() -> None:
        begun.set()
        await anyio.sleep_forever()

    sandbox = Sandbox()
    async with client_of(sandbox) as client, anyio.create_task_group() as group:
        with on_record(Recorder(for_ever)):
            group.start_soon(client.numbers.release, "12065550100")
            await begun.wait()
            with pytest.raises(DeadlineExceededError) as caught:
                await client.with_options(deadline=0.1).numbers.release("12065550101")
        group.cancel_scope.cancel()
    assert str(caught.value) == (
        "release_number: its turn would come after the deadline; nothing was sent. "
        "A longer deadline helps, or fewer calls at once."
    )
    assert sandbox.control.requests() == []
    sandbox.close()


@pytest.mark.parametrize("late", [0, 1])
async def test_with_a_users_own_transport_a_call_that_is_written_down_until_its_deadline_is_not_sent(late: int) -> None:
    sandbox, clock = Sandbox(), InstantClock()
    async with client_of(sandbox, clock=clock, deadline=10) as client:
        recorder = Recorder(lambda: clock.sleep(10 + late))
        with on_record(recorder), pytest.raises(DeadlineExceededError) as caught:
            await client.numbers.release("12065550100")
    assert str(caught.value) == "release_number: no time was left"
    assert recorder.told == ["write", "withdraw"]
    assert sandbox.control.requests() == []
    sandbox.close()


@pytest.mark.parametrize("in_process", [True, False])
async def test_what_raises_while_a_call_is_written_down_ends_it_and_nothing_is_sent(*, in_process: bool) -> None:
    async def fail() -> None:
        raise sqlite3.OperationalError("the disk is full")

    sandbox, recorder = Sandbox(), Recorder(fail)
    async with connected(sandbox, in_process=in_process) as client:
        for _ in range(client.max_concurrency + 1):  # neither a connection nor a turn is kept
            with on_record(recorder), pytest.raises(sqlite3.OperationalError):
                await client.numbers.release("12065550100")
        await client.numbers.list()
    assert [one.path for one in sandbox.control.requests()] == ["/v2/numbers"]
    sandbox.close()


async def test_a_job_that_is_cancelled_while_its_rows_wait_out_a_429_ends_with_nothing_open(tmp_path: Path) -> None:
    sandbox, file = Sandbox(), tmp_path / "job.db"
    numbers = await bought(sandbox, 4)
    sandbox.control.add_fault("release_number", status=429, retry_after="600", times=100)
    refused = anyio.Event()
    async with (
        client_of(sandbox, deadline=3600, hooks=Hooks(on_cool_down=lambda _: refused.set())) as client,
        anyio.create_task_group() as group,
    ):
        group.start_soon(lambda: client.numbers.release_many(numbers, journal=file))
        await refused.wait()
        group.cancel_scope.cancel()
    assert outcomes(file) == []
    sandbox.control.clear_faults()
    async with client_of(sandbox) as client:
        assert len((await client.numbers.release_many(numbers, journal=file)).done) == 4
    sandbox.close()


async def test_a_release_whose_answer_was_lost_and_whose_repetition_was_refused_is_done_by_the_next_run(
    tmp_path: Path,
) -> None:
    sandbox, file = Sandbox(), tmp_path / "job.db"
    (number,) = await bought(sandbox, 1)
    sandbox.control.add_fault("release_number", drop="after")
    sandbox.control.add_fault("release_number", status=429)
    async with client_of(sandbox, clock=InstantClock(), max_retries=1) as client:
        report = await client.numbers.release_many([number], journal=file)
        assert (len(report.unknown), type(report.stopped_by)) == (1, RateLimitedError)
        report = await client.numbers.release_many([number], journal=file)
    assert (len(report.done), report.refused, report.unknown) == (1, [], [])
    sandbox.close()


async def test_a_row_that_waits_does_not_leave_once_another_has_ended_the_job(tmp_path: Path) -> None:
    """The first row comes to its turn after the second was refused for its keys."""
    journal = await RowJournal.open(tmp_path / "job.db", UPDATES, StandIn())
    meter = Meter("update_many", "numbers", Watch(), total=2)
    job = RowJob(journal, meter, StandIn.clock, concurrency=2)
    operation, left = release_number("12065550100"), list[str]()

    async def waits() -> str:
        while job.stopped_by is None:
            await checkpoint()
        intent = intent_of(operation)
        assert intent is not None
        await intent.write()
        left.append("it left")
        return ""

    async def refused() -> str:
        intent = intent_of(operation)
        assert intent is not None
        await intent.write()
        raise failure(401)

    async def tasks() -> AsyncGenerator[Task]:
        yield Task("waits", {}, waits)
        yield Task("refused", {}, refused)

    async with aclosing(journal):
        await job.run(tasks(), set())
    assert left == []
    assert isinstance(job.stopped_by, AuthenticationError)
    assert outcomes(tmp_path / "job.db") == []

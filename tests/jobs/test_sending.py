"""Messages sent by the thousand: each at most once, written down before it leaves, and settled by looking."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpx
import pytest

from flowroute_async import (
    AuthenticationError,
    FlowrouteClient,
    Hooks,
    InvalidArgumentError,
    OutcomeUnknownError,
    RequestView,
)
from flowroute_async.jobs import JobProgress, RowOutcome, SendReport
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.testing import InstantClock

pytestmark = pytest.mark.anyio


@dataclass
class Account:
    """A client of a sandbox whose time passes with the client's."""

    sandbox: Sandbox
    clock: InstantClock
    client: FlowrouteClient
    number: str

    async def send_many(self, count: int, **options: Any) -> SendReport:
        return await self.client.messages.send_many(self.texts(count), **options)

    def texts(self, count: int) -> list[dict[str, str]]:
        return [{"from": self.number, "to": f"1206555{place:04}", "body": f"Hello {place}"} for place in range(count)]

    @property
    def received(self) -> Counter[str]:
        """How often each text was sent."""
        messages = self.sandbox._account.messages
        return Counter(message.body or "" for message in messages if message.direction == "outbound")


def stopping(scope: anyio.CancelScope, at: int) -> Callable[[JobProgress], None]:
    """Cancel once that many messages were tried."""

    def stop(progress: JobProgress) -> None:
        if progress.done >= at:
            scope.cancel()

    return stop


@asynccontextmanager
async def account(**client_options: Any) -> AsyncIterator[Account]:
    sandbox = Sandbox(clock=SandboxClock.frozen(), provisioning_delay=0)
    clock = InstantClock(passed=sandbox.control.advance, now=sandbox.clock.now)
    async with FlowrouteClient(
        access_key="sandbox",
        secret_key="sandbox",
        base_url="http://127.0.0.1",
        http_transport=httpx.ASGITransport(app=sandbox.app),
        clock=clock,
        **client_options,
    ) as client:
        offer = (await client.numbers.search(max_items=1)).items[0]
        number = (await client.numbers.purchase(offer, messaging_enabled=True)).id
        yield Account(sandbox, clock, client, number)
    sandbox.close()


async def test_messages_are_sent_in_order_within_the_rate() -> None:
    seen: list[JobProgress] = []
    left: list[float] = []

    def note(request: RequestView) -> None:
        if request.operation == "send_message":
            left.append(one.clock.time())

    async with account(hooks=Hooks(on_request=note)) as one:
        report = await one.send_many(20, progress=seen.append)
        assert one.received == Counter(f"Hello {place}" for place in range(20))
    assert 19 / 5 <= left[-1] - left[0] <= 19 / 5 * 3
    assert (len(report.sent), len(report.refused), len(report.unknown), report.complete) == (20, 0, 0, True)
    assert (seen[0].done, seen[0].total, seen[0].eta) == (0, 20, 4.0)
    assert (seen[-1].done, seen[-1].records) == (20, 20)
    assert [now.done for now in seen].count(20) == 1, "the end is told once"
    assert "20 of 20 messages sent, 0 refused, 0 unknown" in str(report)
    assert "1206555" not in str(report) + repr(report)
    assert json.dumps(report.to_dict())


async def test_progress_is_told_once_of_each_state_and_of_the_end() -> None:
    seen: list[JobProgress] = []
    async with account() as one:
        await one.send_many(10, progress=seen.append)
        await one.send_many(0, progress=seen.append)
    assert [now.done for now in seen] == [*sorted({now.done for now in seen[:-1]}), 0]
    assert (seen[0].done, seen[-2].done) == (0, 10)


async def test_mms_leave_once_a_second_while_sms_go_on() -> None:
    async with account() as one:
        media = {"media_urls": ["https://example.com/cat.png"]}
        messages = [text | (media if place % 2 else {}) for place, text in enumerate(one.texts(8))]
        began = one.clock.time()
        report = await one.client.messages.send_many(messages)
        assert len(report.sent) == 8
        assert 3 <= one.clock.time() - began <= 9


async def test_a_list_is_checked_as_a_whole_before_anything_is_sent() -> None:
    async with account() as one:
        messages: list[dict[str, str]] = [*one.texts(3), {"from": one.number, "to": "12", "body": "x"}]
        with pytest.raises(InvalidArgumentError, match=r"^messages\[3\]\.to must be .*; nothing was sent$"):
            await one.client.messages.send_many(messages)
        assert not one.received


@dataclass
class Text:
    from_: str
    to: str
    body: str


async def test_of_other_sources_a_message_that_breaks_a_rule_is_refused_and_the_others_are_sent() -> None:
    async with account() as one:

        async def source() -> AsyncIterator[object]:
            yield Text(one.number, "12065550100", "an object")
            yield {"from_": one.number, "to": "12065550100"}
            yield {"from_": one.number, "to": "12065550100", "text": "misnamed"}
            yield {"from_": one.number, "to": "12065550100", "body": "a mapping"}

        report = await one.client.messages.send_many(source())
        assert one.received == Counter(["an object", "a mapping"])
    assert len(report.refused) == 2
    assert report.total is None


async def test_the_same_call_again_sends_nothing_twice_and_a_message_that_occurs_twice_is_sent_twice(
    tmp_path: Path,
) -> None:
    async with account() as one:
        messages = [*one.texts(3), *one.texts(3)]
        for _ in range(2):
            report = await one.client.messages.send_many(messages, journal=tmp_path / "job.db")
            assert len(report.sent) == 6
        assert one.received == Counter({f"Hello {place}": 2 for place in range(3)})
        assert len({result.id for result in report.sent}) == 6


async def test_a_message_whose_answer_was_lost_is_found_by_looking_and_never_sent_again(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.add_fault("send_message", drop="after")
        report = await one.send_many(3, journal=tmp_path / "job.db")
        assert one.received == Counter(f"Hello {place}" for place in range(3))
    assert len(report.sent) == 3


async def test_a_message_that_was_lost_on_the_way_is_unknown_for_five_minutes_and_then_not_sent(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.add_fault("send_message", status=500)
        file = tmp_path / "job.db"
        report = await one.send_many(3, journal=file)
        (lost,) = report.unknown
        assert "five minutes" in lost.reason
        one.clock.advance(299)
        assert len((await one.send_many(3, journal=file)).unknown) == 1
        one.clock.advance(2)
        report = await one.send_many(3, journal=file)
        (refused,) = report.refused
        assert refused.reason == "it never came among the records"
        assert sum(one.received.values()) == 2


async def test_of_a_message_that_was_sent_by_a_clock_that_has_gone_back_nobody_knows(tmp_path: Path) -> None:
    async with account() as one:
        ahead = timedelta(hours=1)
        other = FlowrouteClient(
            access_key="sandbox",
            secret_key="sandbox",
            base_url="http://127.0.0.1",
            http_transport=httpx.ASGITransport(app=one.sandbox.app),
            clock=InstantClock(now=lambda: one.sandbox.clock.now() + ahead),
        )
        one.sandbox.control.set_options(mdr_delay=30)
        one.sandbox.control.add_fault("send_message", drop="after")
        file = tmp_path / "job.db"
        async with other:
            messages = [{"from_": one.number, "to": "12065550100", "body": "Hello 0"}]
            assert len((await other.messages.send_many(messages, journal=file)).unknown) == 1
            ahead = timedelta(0)
            for seconds in (0, 400, 7200):
                one.clock.advance(seconds)
                (unknown,) = (await other.messages.send_many(messages, journal=file)).unknown
                assert "clock has gone back" in unknown.reason
        assert one.received == Counter({"Hello 0": 1})


async def test_a_record_that_comes_late_is_found_by_a_later_run(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.set_options(mdr_delay=30)
        one.sandbox.control.add_fault("send_message", drop="after")
        report = await one.send_many(1, journal=tmp_path / "job.db")
        assert len(report.unknown) == 1
        one.clock.advance(31)
        report = await one.send_many(1, journal=tmp_path / "job.db")
        assert len(report.sent) == 1
        assert sum(one.received.values()) == 1


async def test_of_two_messages_that_are_the_same_nobody_can_tell_which_was_sent(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.add_fault("send_message", drop="after")
        one.sandbox.control.add_fault("send_message", status=500)
        messages = one.texts(1) * 2
        file = tmp_path / "job.db"
        report = await one.client.messages.send_many(messages, journal=file)
        one.clock.advance(3600)
        for _ in range(2):
            assert [result.outcome for result in report.results] == [RowOutcome.UNKNOWN] * 2
            report = await one.client.messages.send_many(messages, journal=file)
        assert "which it is cannot be told" in report.unknown[0].reason
        assert sum(one.received.values()) == 1


async def test_a_record_that_another_message_is_known_to_have_is_no_evidence(tmp_path: Path) -> None:
    async with account() as one:
        file, messages = tmp_path / "job.db", one.texts(1) * 2
        await one.client.messages.send_many(messages[:1], journal=file)
        one.sandbox.control.add_fault("send_message", status=500)
        await one.client.messages.send_many(messages, journal=file)
        one.clock.advance(3600)
        report = await one.client.messages.send_many(messages, journal=file)
        assert [result.outcome for result in report.results] == [RowOutcome.DONE, RowOutcome.REFUSED]
        assert sum(one.received.values()) == 1


async def test_what_concerns_one_message_is_refused_and_what_concerns_all_ends_the_run(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.add_fault("send_message", status=422)
        one.sandbox.control.add_fault("send_message", status=401)
        report = await one.send_many(6, journal=tmp_path / "job.db")
        assert len(report.refused) == 1
        assert isinstance(report.stopped_by, AuthenticationError)
        assert "stopped: " in str(report)
        report = await one.send_many(6, journal=tmp_path / "job.db")
        assert (len(report.sent), len(report.refused), report.stopped_by) == (5, 1, None)
        assert sum(one.received.values()) == 5


async def test_an_empty_account_ends_the_run_before_every_message_is_refused(tmp_path: Path) -> None:
    async with account() as one:
        one.sandbox.control.set_balance(0.0)
        report = await one.send_many(40, journal=tmp_path / "job.db")
        assert len(report.refused) < 15
        assert report.stopped_by is not None
        one.sandbox.control.set_balance(10.0)
        report = await one.send_many(40, journal=tmp_path / "job.db")
        assert len(report.sent) + len(report.refused) == 40


async def test_cancelling_leaves_nothing_unknown_that_has_not_left(tmp_path: Path) -> None:
    async with account() as one:
        with anyio.CancelScope() as scope:
            await one.send_many(45, journal=tmp_path / "job.db", progress=stopping(scope, 1))
        sent = sum(one.received.values())
        assert 0 < sent < 45
        report = await one.send_many(45, journal=tmp_path / "job.db")
        assert (len(report.sent), report.unknown) == (45, [])
        assert one.received == Counter(f"Hello {place}" for place in range(45))


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_lost_and_however_often_it_is_stopped_nothing_is_sent_twice(
    tmp_path: Path, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    faults: list[dict[str, Any]] = [
        {"drop": "after"},
        {"drop": "before"},
        {"status": 500, "after_effect": True},
        {"status": 503},
    ]
    async with account() as one:
        for _ in range(6):
            for _ in range(random.randrange(4)):
                one.sandbox.control.add_fault("send_message", **random.choice(faults))
            with anyio.CancelScope() as scope:
                stop = stopping(scope, random.randrange(1, 30))
                await one.send_many(30, journal=tmp_path / "job.db", progress=stop)
            one.clock.advance(random.choice([1, 400]))
        one.sandbox.control.clear_faults()
        await one.send_many(30, journal=tmp_path / "job.db")
        one.clock.advance(301)
        report = await one.send_many(30, journal=tmp_path / "job.db")
        assert max(one.received.values()) == 1
        assert {str(result.message["body"]) for result in report.sent} == set(one.received)
        assert not report.unknown
        assert len(report.results) == 30


async def test_a_single_message_is_settled_in_the_same_way() -> None:
    async with account() as one:
        messages = one.client.messages

        async def lost(**fault: Any) -> OutcomeUnknownError:
            one.sandbox.control.add_fault("send_message", **fault)
            with pytest.raises(OutcomeUnknownError) as caught:
                await messages.send(
                    from_=one.number, to="12065550100", body=f"text {len(one.sandbox.control.requests())}"
                )
            return caught.value

        found = await messages.settle(await lost(drop="after"))
        assert (found.outcome, found.message is not None and found.message.to) == (RowOutcome.DONE, "12065550100")
        error = await lost(status=500)
        assert (await messages.settle(error)).outcome is RowOutcome.UNKNOWN
        began = one.clock.time()
        assert (await messages.settle(error, wait=60)).outcome is RowOutcome.UNKNOWN
        assert one.clock.time() - began == 60
        assert (await messages.settle(error, wait=600)).outcome is RowOutcome.REFUSED
        one.sandbox.control.set_options(mdr_delay=12)
        assert (await messages.settle(await lost(drop="after"), wait=60)).outcome is RowOutcome.DONE


async def test_the_error_of_another_call_is_not_settled() -> None:
    async with account() as one:
        one.sandbox.control.add_fault("create_route", drop="after")
        with pytest.raises(OutcomeUnknownError) as caught:
            await one.client.routes.create(alias="x", route_type="host", value="sip.example.com")
        with pytest.raises(InvalidArgumentError, match="error must be the error of a message"):
            await one.client.messages.settle(caught.value)


async def test_version_2_2_of_the_api_is_used_where_the_client_says_so() -> None:
    async with account(messages_version="2.2") as one:
        report = await one.send_many(2)
        one.sandbox.control.add_fault("send_message", drop="after")
        with pytest.raises(OutcomeUnknownError) as caught:
            await one.client.messages.send(from_=one.number, to="12065550100", body="lost")
        assert (await one.client.messages.settle(caught.value)).outcome is RowOutcome.DONE
        async with one.client.messages.history(one.sandbox.clock.now() - timedelta(hours=1)) as history:
            assert len([message async for message in history]) == 3
        paths = {request.path.partition("?")[0] for request in one.sandbox.control.requests()}
    assert len(report.sent) == 2
    assert {path for path in paths if "messages" in path} == {"/v2.2/messages"}


@pytest.mark.parametrize(
    "messages", ["campaign.csv", Path("campaign.csv"), {"from": "12065550100", "to": "12065550101"}]
)
async def test_a_path_or_a_single_message_is_refused_by_name(messages: Any) -> None:
    async with account() as here:
        with pytest.raises(
            InvalidArgumentError, match=r"messages must be a list or another iterable, not a \w+; nothing"
        ):
            await here.client.messages.send_many(messages)


async def test_a_part_of_another_name_is_named_with_those_that_there_are() -> None:
    async with account() as here:
        wrong = {"from": here.number, "to": "12065550101", "text": "hello"}
        with pytest.raises(InvalidArgumentError) as caught:
            await here.client.messages.send_many([wrong])
    assert str(caught.value).startswith("messages[0] must be made of from_, to, body, ")
    assert ", or from in place of from_, not of text; nothing was sent" in str(caught.value)

"""Sends many messages, each at most once, and settles those whose answer was lost by looking at the records."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from flowroute_async.errors import FlowrouteError, InvalidArgumentError, InvalidRecordError, OutcomeUnknownError
from flowroute_async.jobs.job_file import MESSAGES, PathLike
from flowroute_async.jobs.reporting import JobProgress, Meter, Report, Watch
from flowroute_async.jobs.row_job import RowJob, Task
from flowroute_async.jobs.row_journal import Row, RowJournal, RowOutcome
from flowroute_async.jobs.sources import Many, each, refuse_single
from flowroute_async.outgoing import new_message, parts_of
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi.models import Message, NewMessage, SentMessage

SETTLED_AFTER = 300.0
"""Seconds: after this, a message that is not among the records was not sent. Before, its record may still come."""

CLOCK_TOLERANCE = 60.0
"""Seconds: this machine's clock and the server's may differ by that much."""

_CONCURRENCY = 10
_SAME: TypeAlias = tuple[str, str, str, bool]


class Messenger(Protocol):
    """Sends messages and lists their records: `client.messages`, or a stand-in."""

    async def send(self, **parts: object) -> SentMessage:
        """Send a message."""
        ...

    def list(self, *, start_date: datetime, end_date: datetime) -> Paginator[Message]:
        """List the records of a period."""
        ...


@dataclass(frozen=True, slots=True)
class MessageResult:
    """The outcome of a message.

    Attributes:
        message: Its parts, as `client.messages.send` names them.
        outcome: Done where it was sent, refused where it was not, unknown where it may have been.
        id: The id of its record, or "".
        reason: Why it was not sent, or why nobody knows; empty where it was.
        sent_at: When it was tried.
    """

    message: Mapping[str, object] = field(repr=False)
    outcome: RowOutcome
    id: str
    reason: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class SendReport(Report):
    """The report of `send_many`; with a journal, of all runs of the job.

    Attributes:
        results: Every message that was tried, in order.
        total: How many messages there are, or None where their source has no length.
        seconds: How long this run took.
        stopped_by: What ended the run before its time, or None: a failure that would have met every further message
            too, or one of the source of messages. The same call goes on.
    """

    results: Sequence[MessageResult] = field(repr=False)
    total: int | None
    seconds: float
    stopped_by: FlowrouteError | None = None

    @property
    def sent(self) -> Sequence[MessageResult]:
        """The messages that were sent."""
        return self._with(RowOutcome.DONE)

    @property
    def refused(self) -> Sequence[MessageResult]:
        """The messages that were not sent, and are not going to be."""
        return self._with(RowOutcome.REFUSED)

    @property
    def unknown(self) -> Sequence[MessageResult]:
        """The messages that may have been sent; a later run looks for them again."""
        return self._with(RowOutcome.UNKNOWN)

    @property
    def complete(self) -> bool:
        """Whether the outcome of every message is known."""
        return self.stopped_by is None and not self.unknown

    def __str__(self) -> str:
        """Show the sums, without numbers and texts."""
        known = "" if self.total is None else f" of {self.total}"
        sent, refused, unknown = len(self.sent), len(self.refused), len(self.unknown)
        lines = [f"{sent}{known} messages sent, {refused} refused, {unknown} unknown, in {self.seconds:.1f} s"]
        reasons = Counter(one.reason for one in self.results if one.outcome is not RowOutcome.DONE)
        lines += [f"  {count} times: {reason}" for reason, count in reasons.most_common(10)]
        if self.stopped_by is not None:
            lines.append(f"stopped: {self.stopped_by}")
        return "\n".join(lines)

    def _with(self, outcome: RowOutcome) -> Sequence[MessageResult]:
        return [one for one in self.results if one.outcome is outcome]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of a message whose answer was lost.

    Attributes:
        outcome: Done where it was sent, refused where it was not, unknown where looking cannot tell.
        message: Its record, where it was sent.
        reason: Why nobody knows, or how it shows that it was not sent; empty where it was.
    """

    outcome: RowOutcome
    message: Message | None
    reason: str


async def send_many(
    messenger: Messenger,
    sender: Sender,
    messages: Many[object],
    *,
    journal: PathLike | None,
    progress: Callable[[JobProgress], None] | None,
) -> SendReport:
    """Send messages; `client.messages.send_many` describes it."""
    refuse_single("messages", messages)
    total = len(messages) if isinstance(messages, Collection) else None
    if isinstance(messages, Collection):
        _check_all(messages)
    async with aclosing(await RowJournal.open(journal, MESSAGES, sender)) as opened:
        await _settle_open(messenger, sender, opened)
        known = {row.key for row in await opened.rows()}
        watch = Watch(progress, sender.hooks)
        meter = Meter(
            "send_many",
            "messages",
            watch,
            total=total,
            earlier=len(known),
            expected_rate=sender.rates.sms,
            now=sender.clock.time,
        )
        job = RowJob(opened, meter, sender.clock, concurrency=min(_CONCURRENCY, sender.max_concurrency))
        await job.run(_tasks(messenger, sender, messages), known)
        await _settle_open(messenger, sender, opened)
        results = [_result(row) for row in await opened.rows()]
    return SendReport(results, total, meter.seconds, job.stopped_by)


async def settle(messenger: Messenger, sender: Sender, error: OutcomeUnknownError, *, wait: float) -> Settlement:
    """Find out what became of a message; `client.messages.settle` describes it."""
    message = error.operation.body
    if not isinstance(message, NewMessage):
        allowed = "the error of a message that was sent"
        raise InvalidArgumentError("error", allowed, given=f"one of {error.operation.name}", consequence=None)
    digits = {"from_": message.from_.removeprefix("+"), "to": message.to.removeprefix("+")}  # version 2.2 has a plus
    same, since = _same(_payload(message.model_copy(update=digits))), error.since.timestamp()
    until = sender.clock.time() + wait
    while True:
        records, all_read = await _records(messenger, since, since)
        found = records.get(same, [])
        if len(found) == 1:
            return Settlement(RowOutcome.DONE, found[0], "")
        if found:
            reason = f"{len(found)} records fit: which of them it is, if any, cannot be told"
            return Settlement(RowOutcome.UNKNOWN, None, reason)
        if sender.clock.now().timestamp() - since >= SETTLED_AFTER:
            outcome, reason = (RowOutcome.REFUSED, _NEVER_CAME) if all_read else (RowOutcome.UNKNOWN, _UNREADABLE)
            return Settlement(outcome, None, reason)
        pause = min(_LOOK_AGAIN, until - sender.clock.time())
        if pause <= 0:
            return Settlement(RowOutcome.UNKNOWN, None, _TOO_EARLY)
        await sender.clock.sleep(pause)


_LOOK_AGAIN = 5.0
_NEVER_CAME = "it never came among the records"
_UNREADABLE = "it is not among the records that can be read, and some cannot"
_CLOCK_WENT_BACK = "this machine's clock has gone back since it was sent, so when that was is not known"
_TOO_EARLY = "it is not among the records; five minutes after it was sent, that will mean that it was not sent"


def _check_all(messages: Collection[object]) -> None:
    for place, message in enumerate(messages):
        try:
            new_message(**parts_of(message))
        except InvalidArgumentError as error:
            argument = f"messages[{place}]{'' if error.argument == 'message' else f'.{error.argument}'}"
            raise InvalidArgumentError(argument, error.allowed, given=error.given) from None


async def _tasks(messenger: Messenger, sender: Sender, messages: Many[object]) -> AsyncGenerator[Task]:
    occurrences: Counter[str] = Counter()
    async with aclosing(each(messages)) as source:
        async for message in source:
            try:
                parts = parts_of(message)
                checked = new_message(**parts)
            except InvalidArgumentError as error:
                key = _key({"invalid": repr(message)}, occurrences)
                yield Task(key, {"invalid": str(error)}, None, refusal=str(error))
                continue
            payload = _payload(checked)
            group = "mms" if checked.is_mms else "sms"
            rate = sender.rates.mms if checked.is_mms else sender.rates.sms
            yield Task(_key(payload, occurrences), payload, _call(messenger, parts), rate=rate, group=group)


def _call(messenger: Messenger, parts: Mapping[str, object]) -> Callable[[], Awaitable[str]]:
    async def call() -> str:
        return (await messenger.send(**parts)).id

    return call


def _key(payload: Mapping[str, object], occurrences: Counter[str]) -> str:
    """Return a text that tells the same message from others, and its first occurrence from its second."""
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    occurrences[digest] += 1
    return f"{digest}:{occurrences[digest]}"


def _payload(message: NewMessage) -> dict[str, object]:
    return message.model_dump(mode="json", by_alias=False, exclude_none=True)


def _same(payload: Mapping[str, object]) -> _SAME:
    """Return what shows of a message in its record."""
    return str(payload["from_"]), str(payload["to"]), str(payload.get("body") or ""), bool(payload.get("is_mms"))


def _result(row: Row) -> MessageResult:
    return MessageResult(row.payload, row.outcome, row.result, row.reason, datetime.fromtimestamp(row.sent_at, UTC))


async def _settle_open(messenger: Messenger, sender: Sender, journal: RowJournal) -> None:
    """Settle what is open by the records since then; nothing is sent again.

    A record that another message of the journal is known to have is no evidence. Of several open messages that are the
    same, all were sent where there is a record for each; where there are fewer, which of them were sent cannot be told.
    """
    rows = await journal.rows()
    waiting: dict[_SAME, list[Row]] = defaultdict(list)
    for row in rows:
        if row.outcome is RowOutcome.UNKNOWN:
            waiting[_same(row.payload)].append(row)
    if not waiting:
        return
    times = [row.sent_at for group in waiting.values() for row in group]
    records, all_read = await _records(messenger, min(times), max(times))
    known = {row.result for row in rows if row.result}
    now = sender.clock.now().timestamp()
    for same, open_rows in waiting.items():
        found = [record for record in records.get(same, []) if record.id not in known]
        late = all(now - row.sent_at >= SETTLED_AFTER for row in open_rows)
        unsure = any(row.sent_at > now + CLOCK_TOLERANCE or row.reason == _CLOCK_WENT_BACK for row in open_rows)
        never = _CLOCK_WENT_BACK if unsure else _TOO_EARLY if not late else _NEVER_CAME if all_read else _UNREADABLE
        await _settle_same(journal, open_rows, found, never)


async def _settle_same(journal: RowJournal, rows: Sequence[Row], found: Sequence[Message], never: str) -> None:
    """Settle messages that are the same, by their records; `never` is what it means that there are none."""
    if len(found) == len(rows):
        for row, record in zip(rows, sorted(found, key=lambda one: (one.timestamp or _LONG_AGO, one.id)), strict=True):
            await journal.settle(row.key, RowOutcome.DONE, record.id, "")
        return
    reason = f"{len(found)} records fit {len(rows)} messages that are the same: which it is cannot be told"
    reason = reason if found else never
    outcome = RowOutcome.REFUSED if reason == _NEVER_CAME else RowOutcome.UNKNOWN
    for row in rows:
        await journal.settle(row.key, outcome, "", reason)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def _records(messenger: Messenger, first: float, last: float) -> tuple[Mapping[_SAME, list[Message]], bool]:
    """Return the records of messages that were sent between two moments, by what shows of them.

    Returns:
        The records, and whether all of them could be read.
    """
    start = datetime.fromtimestamp(first - CLOCK_TOLERANCE, UTC)
    end = datetime.fromtimestamp(last + SETTLED_AFTER, UTC)
    found: dict[_SAME, list[Message]] = defaultdict(list)
    token: str | None = None
    all_read = True
    while True:
        try:
            async for page in messenger.list(start_date=start, end_date=end).pages(resume=token):
                for record in page:
                    if record.direction != "inbound":
                        found[record.from_, record.to, record.body or "", bool(record.is_mms)].append(record)
        except InvalidRecordError as error:
            token, all_read = error.resume_token, False
        else:
            return found, all_read

"""The journal of a job's rows: a file in which each intent is written before its call can leave."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from anyio.to_thread import run_sync

from flowroute_async.clock import Clock
from flowroute_async.jobs import job_file
from flowroute_async.jobs.job_file import JobFile, Kind, PathLike
from flowroute_async.sender import Sender


class RowOutcome(StrEnum):
    """The outcome of a row."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was tried.

    Attributes:
        key: Tells it from other rows.
        payload: What was to be done: JSON values.
        outcome: Whether it was done, was not, or may have been.
        result: The id of what it made, or what to say of what was done, or "".
        reason: Why it was not done, or why nobody knows; empty where it was.
        sent_at: When it was tried, as a Unix time.
    """

    key: str = field(repr=False)
    payload: Mapping[str, object] = field(repr=False)
    outcome: RowOutcome
    result: str = field(repr=False)
    reason: str
    sent_at: float


class RowJournal:
    """The rows of a job.

    An intent is on the disk as unknown before its call is sent, so that after a crash every call that may have been
    sent is known. Without a file it lives in memory.
    """

    def __init__(self, job: sqlite3.Connection, clock: Clock) -> None:
        self._file = JobFile(job)
        self._clock = clock

    @classmethod
    async def open(cls, path: PathLike | None, kind: Kind, sender: Sender) -> "RowJournal":
        """Open a journal, or create it.

        Raises:
            InvalidArgumentError: If the file is no journal of this kind, belongs to another account, or is in use.
            sqlite3.Error: If it cannot be read or written.
        """
        file = ":memory:" if path is None else path
        account = sender.account
        return cls(await run_sync(lambda: job_file.open_job(file, kind, "journal", account=account)), sender.clock)

    async def intend(self, key: str, payload: Mapping[str, object]) -> None:
        """Write down that a row is about to be done; one that an earlier run has left open stays open."""
        now = self._clock.now().timestamp()
        row = [key, json.dumps(payload), RowOutcome.UNKNOWN, "the program ended before the answer came", now]
        await self._file.do(
            lambda job: job.execute(
                "INSERT INTO rows (key, payload, outcome, result, reason, sent_at) VALUES (?, ?, ?, '', ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET sent_at = excluded.sent_at",
                row,
            )
        )

    async def refuse(self, key: str, payload: Mapping[str, object], reason: str) -> None:
        """Write down that a row is not going to be done."""
        row = [key, json.dumps(payload), RowOutcome.REFUSED, reason, self._clock.now().timestamp()]
        await self._file.do(
            lambda job: job.execute(
                "INSERT INTO rows (key, payload, outcome, result, reason, sent_at) VALUES (?, ?, ?, '', ?, ?)", row
            )
        )

    async def settle(self, key: str, outcome: RowOutcome, result: str, reason: str) -> None:
        """Write down what became of a row."""
        row = [outcome, result, reason, key]
        await self._file.do(
            lambda job: job.execute("UPDATE rows SET outcome = ?, result = ?, reason = ? WHERE key = ?", row)
        )

    async def withdraw(self, key: str) -> None:
        """Withdraw an intent: its call was never carried out, and may be made later."""
        await self._file.do(lambda job: job.execute("DELETE FROM rows WHERE key = ?", [key]))

    async def rows(self) -> Sequence[Row]:
        """Return all rows that were tried, in their order."""

        def read(job: sqlite3.Connection) -> Sequence[Row]:
            found = job.execute(
                "SELECT key, payload, outcome, result, reason, sent_at FROM rows ORDER BY place"
            ).fetchall()
            return [
                Row(key, json.loads(payload), RowOutcome(outcome), result, reason, sent_at)
                for key, payload, outcome, result, reason, sent_at in found
            ]

        return await self._file.do(read)

    async def aclose(self) -> None:
        """Close the file."""
        await self._file.aclose()

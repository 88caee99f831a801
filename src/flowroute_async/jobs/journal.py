"""The journal of purchases: a file in which each intent is written before its call can leave."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from anyio.to_thread import run_sync

from flowroute_async.jobs import job_file
from flowroute_async.jobs.job_file import JobFile, PathLike


class Outcome(StrEnum):
    """The outcome of a purchase."""

    BOUGHT = "bought"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that was tried.

    Attributes:
        number: The number.
        cost: What it costs: setup and the first month, in US dollars.
        outcome: Whether it was bought, was not, or may have been.
        reason: Why it was not, or why nobody knows; where it was bought, what could not be set up with it and what to
            repeat, or "".
        sent_at: When it was tried, as a Unix time.
        group: The name of its group, or "".
        messaging: Whether messaging was to be set up with it.
    """

    number: str = field(repr=False)
    cost: Decimal
    outcome: Outcome
    reason: str
    sent_at: float
    group: str = ""
    messaging: bool = False


class Journal:
    """The purchases of a job.

    An intent is on the disk as unknown before its call is sent, so that after a crash every call that may have been
    sent is known. Without a file it lives in memory.
    """

    def __init__(self, job: sqlite3.Connection, now: Callable[[], float]) -> None:
        self._file = JobFile(job)
        self._now = now

    @classmethod
    async def open(cls, path: PathLike | None, *, account: str, now: Callable[[], float] = time.time) -> "Journal":
        """Open a journal, or create it.

        Args:
            path: The file, or None for one in memory.
            account: A digest of the access key, as `Sender.account` is; an empty one goes with any.
            now: Returns the Unix time.

        Raises:
            InvalidArgumentError: If the file is no journal, belongs to another account, or is in use.
            sqlite3.Error: If it cannot be read or written.
        """
        file = ":memory:" if path is None else path
        return cls(await run_sync(lambda: job_file.open_job(file, job_file.PURCHASES, "journal", account=account)), now)

    async def intend(self, number: str, cost: Decimal, group: str = "", *, messaging: bool) -> None:
        """Write down that a number is about to be bought."""
        reason = "the program ended before the answer came"
        row = [number, str(cost), Outcome.UNKNOWN, reason, self._now(), group, messaging]
        await self._file.do(lambda job: job.execute("INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, ?)", row))

    async def settle(self, number: str, outcome: Outcome, reason: str) -> None:
        """Write down what became of it."""
        row = [outcome, reason, number]
        await self._file.do(
            lambda job: job.execute("UPDATE purchases SET outcome = ?, reason = ? WHERE number = ?", row)
        )

    async def withdraw(self, number: str) -> None:
        """Withdraw an intent: its call was never carried out, and the number may be bought later."""
        await self._file.do(lambda job: job.execute("DELETE FROM purchases WHERE number = ?", [number]))

    def age(self, purchase: Purchase) -> float:
        """Return the seconds since a purchase was tried."""
        return self._now() - purchase.sent_at

    async def purchases(self) -> Sequence[Purchase]:
        """Return all purchases, in their order."""

        def read(job: sqlite3.Connection) -> Sequence[Purchase]:
            rows = job.execute(
                'SELECT number, cost, outcome, reason, sent_at, "group", messaging FROM purchases ORDER BY rowid'
            ).fetchall()
            return [
                Purchase(number, Decimal(cost), Outcome(outcome), reason, sent_at, group, bool(messaging))
                for number, cost, outcome, reason, sent_at, group, messaging in rows
            ]

        return await self._file.do(read)

    async def aclose(self) -> None:
        """Close the file."""
        await self._file.aclose()

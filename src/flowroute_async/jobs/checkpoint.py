"""The checkpoint of a job: a file that holds records and positions, committed together."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from anyio.to_thread import run_sync

from flowroute_async.jobs import job_file
from flowroute_async.jobs.job_file import JobFile, Kind, PathLike
from flowroute_async.jobs.ledger import Recorded, recorded
from flowroute_async.jobs.query import Query, Record
from flowroute_async.jobs.query_pager import Part
from flowroute_async.position import Position

ItemT = TypeVar("ItemT", bound=Record)


class Checkpoint(Generic[ItemT]):
    """A ledger in a file.

    A transaction holds the records of some pages and the positions behind them. It is committed before the records are
    given to whoever iterates, so the file is the truth: a process that is killed leaves in it every record up to its
    positions, once.
    """

    pages_at_once = 4  # with more, the garbage collector looks at more records that are alive

    def __init__(self, job: sqlite3.Connection, read: Callable[[str], ItemT], run: int, count: int) -> None:
        self._file = JobFile(job)
        self._read = read
        self._run = run
        self._last_earlier: int = job.execute("SELECT coalesce(max(place), 0) FROM records").fetchone()[0]
        self._count = count

    @classmethod
    async def open(
        cls, path: PathLike, kind: Kind, read: Callable[[str], ItemT], *, fingerprint: str, account: str
    ) -> "Checkpoint[ItemT]":
        """Open the file of a job, or create it.

        Args:
            path: The file.
            kind: What it must be.
            read: Reads a record back from its JSON.
            fingerprint: Tells the job from others.
            account: A digest of the access key, as `Sender.account` is.

        Raises:
            InvalidArgumentError: If it is no such file, belongs to another job or account, or is in use.
            sqlite3.Error: If it cannot be read or written.
        """

        def open_job() -> "Checkpoint[ItemT]":
            job = job_file.open_job(path, kind, "checkpoint", fingerprint=fingerprint, account=account)
            run, count = job.execute(
                "SELECT (SELECT coalesce(max(run), 0) + 1 FROM queries), (SELECT count(*) FROM records)"
            ).fetchone()
            return cls(job, read, run, count)

        return await run_sync(open_job)

    @property
    def count(self) -> int:
        """The number of records in the file."""
        return self._count

    async def begin(self, query: Query[ItemT]) -> Position | None:
        """Return where a query begins, or None where it is done, or was begun in this run already."""

        def begin(job: sqlite3.Connection) -> Position | None:
            row = job.execute("SELECT position, done, run FROM queries WHERE query = ?", [query.key]).fetchone()
            position, done, run = row or (0, 0, 0)
            if done or run == self._run:
                return None
            job.execute(
                "INSERT INTO queries (query, run, position) VALUES (?, ?, 0)"
                " ON CONFLICT DO UPDATE SET run = excluded.run",
                [query.key, self._run],
            )
            return Position(query.list_key, position)

        return await self._file.do(begin)

    async def record(self, parts: Sequence[Part[ItemT]], at_most: int | None) -> Sequence[Recorded[ItemT]]:
        """Record parts in one transaction."""

        def record(job: sqlite3.Connection) -> Sequence[Recorded[ItemT]]:
            job.execute("BEGIN")
            try:
                done = self._record(job, parts, at_most)
                job.execute("COMMIT")
            except BaseException:
                if job.in_transaction:
                    job.execute("ROLLBACK")
                raise
            self._count += sum(len(one.new) for one in done)
            return done

        return await self._file.do(record)

    def _record(
        self, job: sqlite3.Connection, parts: Sequence[Part[ItemT]], at_most: int | None
    ) -> Sequence[Recorded[ItemT]]:
        def add(records: Sequence[ItemT]) -> Sequence[ItemT]:
            return [record for record in records if _insert(job, record)]

        done = recorded(parts, add, None if at_most is None else at_most - self._count)
        for one in done:
            job.execute(
                "UPDATE queries SET position = ?, done = ? WHERE query = ?",
                [one.position.offset, one.ends_well, one.part.pager.query.key],
            )
        return done

    async def earlier(self, after: int, at_most: int) -> Sequence[tuple[int, ItemT]]:
        """Return records of earlier runs, in the order in which they were found."""

        def read(job: sqlite3.Connection) -> Sequence[tuple[int, ItemT]]:
            rows = job.execute(
                "SELECT place, record FROM records WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
                [after, self._last_earlier, at_most],
            ).fetchall()  # whole, so that an unreadable record does not hold the file
            return [(place, self._read(record)) for place, record in rows]

        return await self._file.do(read)

    async def aclose(self) -> None:
        """Close the file."""
        await self._file.aclose()


def _insert(job: sqlite3.Connection, record: Record) -> bool:
    """Write a record down; return whether it is new."""
    row = [record.id, record.model_dump_json(exclude_none=True)]
    return job.execute("INSERT OR IGNORE INTO records (id, record) VALUES (?, ?)", row).rowcount == 1

"""What a bulk search has found, in a file that survives the process: numbers and positions commit together."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync

from flowroute_async.bulk import job_file
from flowroute_async.bulk.job_file import PathLike
from flowroute_async.bulk.ledger import LIST_NAME, Recorded, recorded
from flowroute_async.bulk.query import NumberQuery
from flowroute_async.bulk.walk import Part
from flowroute_async.pagination import Position
from flowroute_openapi.models import AvailableNumber

T = TypeVar("T")


class Checkpoint:
    """A ledger in a file.

    A transaction holds the numbers of some pages and the positions behind them. It is committed before the numbers are
    given to whoever iterates, so the file is the truth: a process that is killed leaves in it every number up to its
    positions, once. All work with the file is done in a thread, so that the event loop does not wait for the disk.
    """

    def __init__(self, job: sqlite3.Connection, run: int, count: int) -> None:
        self._job = job
        self._run = run
        self._last_earlier: int = job.execute("SELECT coalesce(max(place), 0) FROM numbers").fetchone()[0]
        self._count = count
        self._one_at_a_time = anyio.Lock()

    @classmethod
    async def open(cls, path: PathLike, fingerprint: str) -> "Checkpoint":
        """Open the file of a job, or create it.

        Raises:
            InvalidArgumentError: If it is no such file, belongs to another job, or is in use.
            sqlite3.Error: If it cannot be read or written.
        """

        def open_job() -> "Checkpoint":
            job = job_file.open_job(path, job_file.SEARCH, "checkpoint", fingerprint=fingerprint)
            run, count = job.execute(
                "SELECT (SELECT coalesce(max(run), 0) + 1 FROM queries), (SELECT count(*) FROM numbers)"
            ).fetchone()
            return cls(job, run, count)

        return await run_sync(open_job)

    @property
    def count(self) -> int:
        """How many numbers the file holds."""
        return self._count

    async def begin(self, query: NumberQuery) -> Position | None:
        """Say where a query begins, or None where it is done, or was begun in this run already."""

        def begin() -> Position | None:
            row = self._job.execute("SELECT position, done, run FROM queries WHERE query = ?", [query.key]).fetchone()
            position, done, run = row or (0, 0, 0)
            if done or run == self._run:
                return None
            self._job.execute(
                "INSERT INTO queries (query, run, position) VALUES (?1, ?2, 0) ON CONFLICT DO UPDATE SET run = ?2",
                [query.key, self._run],
            )
            return Position(LIST_NAME, position)

        return await self._in_thread(begin)

    async def record(self, parts: Sequence[Part], at_most: int | None) -> Sequence[Recorded]:
        """Record parts in one transaction."""

        def record() -> Sequence[Recorded]:
            self._job.execute("BEGIN")
            try:
                done = self._record(parts, at_most)
                self._job.execute("COMMIT")
            except BaseException:
                if self._job.in_transaction:
                    self._job.execute("ROLLBACK")
                raise
            self._count += sum(len(one.new) for one in done)
            return done

        return await self._in_thread(record)

    def _record(self, parts: Sequence[Part], at_most: int | None) -> Sequence[Recorded]:
        done = recorded(parts, self._add, None if at_most is None else at_most - self._count)
        for one in done:
            self._job.execute(
                "UPDATE queries SET position = ?, done = ? WHERE query = ?",
                [one.position.offset, one.ends_well, one.part.walk.query.key],
            )
        return done

    def _add(self, number: AvailableNumber) -> bool:
        text = number.model_dump_json(exclude_none=True)
        row = ("INSERT OR IGNORE INTO numbers (id, number) VALUES (?, ?)", (number.id, text))
        return self._job.execute(*row).rowcount == 1

    async def earlier(self, after: int, at_most: int) -> Sequence[tuple[int, AvailableNumber]]:
        """Give numbers of earlier runs, in the order in which they were found."""

        def read() -> Sequence[tuple[int, AvailableNumber]]:
            rows = self._job.execute(
                "SELECT place, number FROM numbers WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
                [after, self._last_earlier, at_most],
            )
            return [(place, AvailableNumber.model_validate_json(number)) for place, number in rows]

        return await self._in_thread(read)

    async def aclose(self) -> None:
        """Close the file."""
        with anyio.CancelScope(shield=True):
            await self._in_thread(self._job.close)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        async with self._one_at_a_time:
            return await run_sync(work)

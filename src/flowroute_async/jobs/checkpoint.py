"""What a bulk search has found, in a file that survives the process: numbers and positions commit together."""

import sqlite3
from collections.abc import Sequence

from anyio.to_thread import run_sync

from flowroute_async.jobs import job_file
from flowroute_async.jobs.job_file import JobFile, PathLike
from flowroute_async.jobs.ledger import Recorded, recorded
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.query_pager import Part
from flowroute_async.pager import Position
from flowroute_openapi.models import AvailableNumber


class Checkpoint:
    """A ledger in a file.

    A transaction holds the numbers of some pages and the positions behind them. It is committed before the numbers are
    given to whoever iterates, so the file is the truth: a process that is killed leaves in it every number up to its
    positions, once.
    """

    pages_at_once = 32

    def __init__(self, job: sqlite3.Connection, run: int, count: int) -> None:
        self._file = JobFile(job)
        self._run = run
        self._last_earlier: int = job.execute("SELECT coalesce(max(place), 0) FROM numbers").fetchone()[0]
        self._count = count

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

    async def record(self, parts: Sequence[Part], at_most: int | None) -> Sequence[Recorded]:
        """Record parts in one transaction."""

        def record(job: sqlite3.Connection) -> Sequence[Recorded]:
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

    def _record(self, job: sqlite3.Connection, parts: Sequence[Part], at_most: int | None) -> Sequence[Recorded]:
        def add(numbers: Sequence[AvailableNumber]) -> Sequence[AvailableNumber]:
            return [number for number in numbers if _insert(job, number)]

        done = recorded(parts, add, None if at_most is None else at_most - self._count)
        for one in done:
            job.execute(
                "UPDATE queries SET position = ?, done = ? WHERE query = ?",
                [one.position.offset, one.ends_well, one.part.pager.query.key],
            )
        return done

    async def earlier(self, after: int, at_most: int) -> Sequence[tuple[int, AvailableNumber]]:
        """Give numbers of earlier runs, in the order in which they were found."""

        def read(job: sqlite3.Connection) -> Sequence[tuple[int, AvailableNumber]]:
            rows = job.execute(
                "SELECT place, number FROM numbers WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
                [after, self._last_earlier, at_most],
            )
            return [(place, AvailableNumber.model_validate_json(number)) for place, number in rows]

        return await self._file.do(read)

    async def aclose(self) -> None:
        """Close the file."""
        await self._file.aclose()


def _insert(job: sqlite3.Connection, number: AvailableNumber) -> bool:
    """Write a number down; say whether it is new."""
    row = [number.id, number.model_dump_json(exclude_none=True)]
    return job.execute("INSERT OR IGNORE INTO numbers (id, number) VALUES (?, ?)", row).rowcount == 1

"""A SQLite file that belongs to one job: opened by one process at a time, and never mistaken for another's."""

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import anyio
from anyio.to_thread import run_sync

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.hooks import JobName

T = TypeVar("T")
PathLike: TypeAlias = str | os.PathLike[str]

_FOREIGN = "another file"

_LOCK_TIMEOUT = 0.2
_PRIMARY = 0xFF  # of an extended code of SQLite
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNUSABLE = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job file.

    Attributes:
        job: The job that it is of.
        application_id: Stands in the file's header.
        schema: The statements that create its tables.
        synchronous: NORMAL survives the death of the process, FULL that of the machine.
        of_account: Whether it belongs to an account, by the access keys that it was used with.
    """

    job: JobName
    application_id: int
    schema: str
    synchronous: Literal["NORMAL", "FULL"]
    of_account: bool = True


_RECORDS = """
    CREATE TABLE queries (
        query TEXT PRIMARY KEY,
        run INTEGER NOT NULL,
        position INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE records (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    """
SEARCH = Kind("bulk_search", application_id=0x46524253, schema=_RECORDS, synchronous="NORMAL", of_account=False)
HISTORY = Kind("history", application_id=0x46524248, schema=_RECORDS, synchronous="NORMAL")
PURCHASES = Kind(
    "purchase_many",
    application_id=0x46524250,
    schema="""
    CREATE TABLE purchases (
        number TEXT PRIMARY KEY,
        cost TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        sent_at REAL NOT NULL,
        "group" TEXT NOT NULL,
        messaging INTEGER NOT NULL
    );
    """,
    synchronous="FULL",
)

_ROWS = """
    CREATE TABLE rows (
        place INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL,
        outcome TEXT NOT NULL,
        result TEXT NOT NULL,
        reason TEXT NOT NULL,
        sent_at REAL NOT NULL
    );
    """
MESSAGES = Kind("send_many", application_id=0x4652424D, schema=_ROWS, synchronous="FULL")
ADDRESSES = Kind("create_many", application_id=0x46524241, schema=_ROWS, synchronous="FULL")
UPDATES = Kind("update_many", application_id=0x46524255, schema=_ROWS, synchronous="FULL")
RELEASES = Kind("release_many", application_id=0x46524252, schema=_ROWS, synchronous="FULL")
OF_ACCOUNTS = (HISTORY, PURCHASES, MESSAGES, ADDRESSES, UPDATES, RELEASES)

_ANOTHER_KEY = (
    "if both keys are of one account, as after a rotation, let this one go on by `flowroute config adopt-job FILE`, or "
    "in Python by `flowroute_async.jobs.adopt(FILE, client)`"
)


class JobFile:
    """An open job file, for use by the tasks of an event loop.

    All work with the file is done in a thread, so that the loop does not wait for the disk; one piece at a time.
    """

    def __init__(self, job: sqlite3.Connection) -> None:
        self._job = job
        self._one_at_a_time = threading.Lock()  # the threads', since a task may be gone before its thread is

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Call a function with the connection; give what it gives."""
        return await run_sync(self._do, work)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._one_at_a_time:
            return work(self._job)

    async def aclose(self) -> None:
        """Close the file, even where the task is cancelled."""
        try:
            with anyio.CancelScope(shield=True):
                await self.do(sqlite3.Connection.close)
        except BaseException:  # a shield does not hold off asyncio's own cancellation
            self._do(sqlite3.Connection.close)
            raise


def open_job(
    path: PathLike, kind: Kind, argument: str, *, fingerprint: str = "", account: str = "", new: bool = True
) -> sqlite3.Connection:
    """Open a job's file for this process alone, and create it where there is none.

    Whoever opens it keeps it to itself until it is closed or the process dies.

    Args:
        path: The file, or ":memory:".
        kind: What it must be.
        argument: The name of the caller's argument, for errors.
        fingerprint: Tells the job from others; an empty one goes with any.
        account: A digest of the access key, as `Sender.account` is; an empty one goes with any.
        new: Whether it may be created.

    Raises:
        InvalidArgumentError: If the file is something else, belongs to another job or was begun with another access
            key, or is in use.
        sqlite3.Error: If it cannot be read or written.
    """
    if not new and not Path(path).is_file():
        raise InvalidArgumentError(argument, "a job file that exists", consequence=None)
    job: sqlite3.Connection | None = None
    try:
        job = sqlite3.connect(path, timeout=_LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
        _set_up(job, kind, argument, fingerprint, account if kind.of_account else "", new=new)
    except BaseException as error:
        if job is not None:
            job.close()
        refusal = _refusal(error, argument, new=new) if isinstance(error, sqlite3.Error) else None
        if refusal is None:
            raise
        raise refusal from None
    return job


def _refusal(error: sqlite3.Error, argument: str, *, new: bool) -> InvalidArgumentError | None:
    """Return what is wrong with a file that cannot be opened, or None where the fault is not the caller's."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _BUSY:
        return InvalidArgumentError(argument, "a file that no other job uses", given="one in use", consequence=None)
    if code in _UNUSABLE:
        allowed = "a file that can be read and written, in a folder where files can be created"
        return InvalidArgumentError(argument, allowed, consequence=None)
    return _foreign(argument, new=new) if code == sqlite3.SQLITE_NOTADB else None


def _set_up(job: sqlite3.Connection, kind: Kind, argument: str, fingerprint: str, account: str, *, new: bool) -> None:
    job.execute("PRAGMA locking_mode=EXCLUSIVE")
    application_id, tables = (
        job.execute(question).fetchone()[0]
        for question in ("PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
    )
    if application_id != kind.application_id and (application_id or tables or not new):
        raise _foreign(argument, new=new)
    job.execute("PRAGMA journal_mode=WAL")
    job.execute(f"PRAGMA synchronous={kind.synchronous}")
    with closing(job.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        if not application_id:
            cursor.execute("CREATE TABLE job (fingerprint TEXT NOT NULL)")
            cursor.execute("CREATE TABLE accounts (account TEXT PRIMARY KEY) WITHOUT ROWID")
            cursor.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
            for statement in filter(str.strip, kind.schema.split(";")):
                cursor.execute(statement)
            cursor.execute("INSERT INTO job VALUES (?)", [fingerprint])
            cursor.execute("INSERT INTO accounts VALUES (?)", [account])
            cursor.execute(f"PRAGMA application_id={kind.application_id}")
        elif fingerprint not in {"", cursor.execute("SELECT fingerprint FROM job").fetchone()[0]}:
            allowed = "the file of this job, or a new one"
            raise InvalidArgumentError(argument, allowed, given="that of another job", consequence=None)
        elif account not in {"", *(known for (known,) in cursor.execute("SELECT account FROM accounts"))}:
            allowed = "a file that was begun with this access key, or a new one"
            raise InvalidArgumentError(argument, allowed, given="one of another key", consequence=_ANOTHER_KEY)
        cursor.execute("COMMIT")


def _foreign(argument: str, *, new: bool) -> InvalidArgumentError:
    allowed = "a job file of this kind, or a new one" if new else "a job file of this kind"
    return InvalidArgumentError(argument, allowed, given=_FOREIGN, consequence=None)


def open_any(path: PathLike, kinds: Sequence[Kind], argument: str) -> tuple[sqlite3.Connection, Kind]:
    """Open a job's file that exists, of one of some kinds, whichever it is.

    Raises:
        InvalidArgumentError: If the file is something else, or is in use.
        sqlite3.Error: If it cannot be read.
    """
    *others, last = kinds
    for kind in others:
        try:
            return open_job(path, kind, argument, new=False), kind
        except InvalidArgumentError as error:
            if error.given != _FOREIGN:
                raise
    return open_job(path, last, argument, new=False), last


async def kept_fact(
    path: PathLike, kind: Kind, argument: str, *, fingerprint: str, account: str, name: str, value: str
) -> str:
    """Return what a job's file holds under a name, and write the value down where it holds nothing.

    Args:
        path: The file.
        kind: What it must be.
        argument: The name of the caller's argument, for errors.
        fingerprint: Tells the job from others.
        account: A digest of the access key.
        name: The name.
        value: The value of a job that begins.

    Raises:
        InvalidArgumentError: If the file is something else, belongs to another job, or is in use.
        sqlite3.Error: If it cannot be read or written.
    """

    def keep() -> str:
        with closing(open_job(path, kind, argument, fingerprint=fingerprint, account=account)) as job:
            job.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", [name, value])
            kept: str = job.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()[0]
            return kept

    return await run_sync(keep)

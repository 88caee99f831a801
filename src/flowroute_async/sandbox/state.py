"""Tables of records in memory, written through to an SQLite file when there is one."""

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowroute_async.sandbox.records import Record

R = TypeVar("R", bound=Record)


class StateFile:
    """The SQLite file behind the tables; without a path, nothing is kept.

    Args:
        path: The state file, made when it is missing. One sandbox at a time may use it.
    """

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self.path: str | None = None if path is None else os.fspath(path)
        self._database: sqlite3.Connection | None = None
        if path is not None:
            # The served sandbox works in another thread than the one that made it; the sandbox's lock keeps them apart.
            self._database = sqlite3.connect(path, timeout=1, check_same_thread=False)
            try:
                self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id))"
                )
                self._database.commit()
            except sqlite3.Error:
                self.close()
                raise

    def read(self, kind: str) -> list[str]:
        """Give the bodies of all records of one kind, oldest first."""
        if self._database is None:
            return []
        rows = self._database.execute("SELECT body FROM record WHERE kind = ? ORDER BY rowid", (kind,))
        return [body for (body,) in rows]

    def write(self, kind: str, id_: str, body: str) -> None:
        """Keep a record, at the next commit."""
        if self._database is not None:
            self._database.execute(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body", (kind, id_, body)
            )

    def erase(self, kind: str, id_: str) -> None:
        """Forget a record, at the next commit."""
        if self._database is not None:
            self._database.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, id_))

    def commit(self) -> None:
        """Make everything written so far survive a kill."""
        if self._database is not None:
            self._database.commit()

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None


class Table(Generic[R]):
    """The records of one kind, by id, in the order in which they came.

    Attributes:
        rows: The records; changed only through `put` and `remove`.
        version: Changes whenever a record comes, changes or goes.
    """

    def __init__(self, kind: type[R], state_file: StateFile) -> None:
        self._kind = kind.__name__
        self._state_file = state_file
        self.rows: dict[str, R] = {}
        self.version: int = 0
        reader = TypeAdapter(kind)
        for body in state_file.read(self._kind):
            record = _read(reader, body)
            self.rows[record.id] = record

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def get(self, id_: str) -> R | None:
        """Give the record with that id."""
        return self.rows.get(id_)

    def put(self, record: R) -> R:
        """Keep a record, new or changed."""
        self.rows[record.id] = record
        self.version += 1
        self._state_file.write(self._kind, record.id, json.dumps(asdict(record)))
        return record

    def remove(self, id_: str) -> None:
        """Forget the record with that id."""
        del self.rows[id_]
        self.version += 1
        self._state_file.erase(self._kind, id_)

    def clear(self) -> None:
        """Forget all records."""
        for id_ in list(self.rows):
            self.remove(id_)


def _read(reader: TypeAdapter[R], body: str) -> R:
    """Read a record.

    Raises:
        ValueError: If it is damaged.
    """
    try:
        try:
            return reader.validate_json(body)
        except ValidationError:
            # Halves of characters, which messages may hold: only Python's reader takes them.
            return reader.validate_python(json.loads(body))
    except (ValueError, TypeError, RecursionError):
        raise ValueError("the state file is damaged: one of its records cannot be read") from None

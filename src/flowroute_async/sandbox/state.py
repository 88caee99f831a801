"""Tables of records in memory, written through to an SQLite file when there is one."""

import json
import os
import sqlite3
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowroute_async.sandbox.records import Record

R = TypeVar("R", bound=Record)
SortKey: TypeAlias = Any
"""What records of one table are sorted by: texts, numbers, or tuples of them."""


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

    def write_all(self, kind: str, rows: Iterable[tuple[str, str]]) -> None:
        """Keep many records, at the next commit."""
        if self._database is not None:
            self._database.executemany(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                ((kind, id_, body) for id_, body in rows),
            )

    def erase(self, kind: str, id_: str) -> None:
        """Forget a record, at the next commit."""
        if self._database is not None:
            self._database.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, id_))

    def erase_all(self, kind: str) -> None:
        """Forget all records of one kind, at the next commit."""
        if self._database is not None:
            self._database.execute("DELETE FROM record WHERE kind = ?", (kind,))

    @property
    def is_kept(self) -> bool:
        """Whether there is a file."""
        return self._database is not None

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

    Whatever is asked of many records has an index, made when it is first asked for and kept from then on.

    Attributes:
        rows: The records; changed only through `put`, `load` and `remove`.
        version: Changes whenever a record comes, changes or goes.
    """

    def __init__(
        self, kind: type[R], state_file: StateFile, key: Callable[[R], SortKey] = lambda record: record.id
    ) -> None:
        self._kind = kind
        self._key = key
        self._state_file = state_file
        self._by: dict[str, dict[object, dict[str, None]]] = {}
        self._sorted: list[tuple[SortKey, str]] | None = None
        self._fields = [field.name for field in fields(kind)]
        self.rows: dict[str, R] = {}
        self.version: int = 0
        reader = TypeAdapter(kind)
        for body in state_file.read(kind.__name__):
            record = _read(reader, body)
            self.rows[record.id] = record

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def get(self, id_: str) -> R | None:
        """Return the record with that id."""
        return self.rows.get(id_)

    def where(self, attribute: str, value: object) -> list[R]:
        """Return the records whose attribute has that value, in the order in which they came to have it."""
        return [self.rows[id_] for id_ in self._index(attribute).get(value, ())]

    def has(self, attribute: str, value: object) -> bool:
        """Return whether some record's attribute has that value."""
        return bool(self._index(attribute).get(value))

    @property
    def ascending(self) -> list[tuple[SortKey, str]]:
        """Sort key and id of every record, ascending; not to be changed."""
        if self._sorted is None:
            self._sorted = sorted((self._key(record), id_) for id_, record in self.rows.items())
        return self._sorted

    def between(self, low: SortKey, high: SortKey) -> list[R]:
        """Return the records whose sort key is at least `low` and less than `high`, ascending."""
        keys = self.ascending
        return [self.rows[id_] for _, id_ in keys[bisect_left(keys, (low, "")) : bisect_left(keys, (high, ""))]]

    def put(self, record: R) -> R:
        """Keep a record, new or changed."""
        old = self.rows.get(record.id)
        self.rows[record.id] = record
        self.version += 1
        for attribute, groups in self._by.items():
            value = getattr(record, attribute)
            if old is None or getattr(old, attribute) != value:
                self._leave(attribute, old)
                groups.setdefault(value, {})[record.id] = None
        if self._sorted is not None:
            self._unsort(old)
            insort(self._sorted, (self._key(record), record.id))
        if self._state_file.is_kept:
            self._state_file.write(self._kind.__name__, record.id, self._text(record))
        return record

    def load(self, records: Iterable[R]) -> None:
        """Keep many new records at once."""
        added = list(records)
        self._by.clear()
        self._sorted = None
        self.rows.update((record.id, record) for record in added)
        self.version += 1
        if self._state_file.is_kept:
            self._state_file.write_all(self._kind.__name__, ((record.id, self._text(record)) for record in added))

    def remove(self, id_: str) -> None:
        """Forget the record with that id."""
        record = self.rows.pop(id_)
        self.version += 1
        for attribute in self._by:
            self._leave(attribute, record)
        self._unsort(record)
        self._state_file.erase(self._kind.__name__, id_)

    def clear(self) -> None:
        """Forget all records."""
        self.rows.clear()
        self._by.clear()
        self._sorted = None
        self.version += 1
        self._state_file.erase_all(self._kind.__name__)

    def _index(self, attribute: str) -> dict[object, dict[str, None]]:
        groups = self._by.get(attribute)
        if groups is None:
            groups = self._by[attribute] = {}
            for id_, record in self.rows.items():
                groups.setdefault(getattr(record, attribute), {})[id_] = None
        return groups

    def _leave(self, attribute: str, record: R | None) -> None:
        if record is not None:
            groups, value = self._by[attribute], getattr(record, attribute)
            del groups[value][record.id]
            if not groups[value]:
                del groups[value]

    def _unsort(self, record: R | None) -> None:
        if record is not None and self._sorted is not None:
            del self._sorted[bisect_left(self._sorted, (self._key(record), record.id))]

    def _text(self, record: R) -> str:
        return json.dumps({name: getattr(record, name) for name in self._fields}, default=asdict)


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

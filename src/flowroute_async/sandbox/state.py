"""Tables of records in memory, written through to an SQLite file when there is one."""

import json
import os
import sqlite3
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowroute_async.sandbox.records import Record

R = TypeVar("R", bound=Record)
SortKey: TypeAlias = Any
"""What records of one table are sorted by: texts, numbers, or tuples of them."""


_Sorted: TypeAlias = list[tuple[SortKey, str]]
_VIEWS = 64


def _by_id(record: Record) -> str:
    return record.id


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
        """Return the bodies of all records of one kind, oldest first."""
        if self._database is None:
            return []
        rows = self._database.execute("SELECT body FROM record WHERE kind = ? ORDER BY rowid", (kind,))
        return [body for (body,) in rows]

    def write(self, kind: str, rows: Iterable[tuple[str, str]]) -> None:
        """Store records, given as id and body, at the next commit."""
        if self._database is not None:
            self._database.executemany(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                ((kind, id_, body) for id_, body in rows),
            )

    def erase(self, kind: str, id_: str | None = None) -> None:
        """Forget a record, or all of a kind, at the next commit."""
        if self._database is not None:
            self._database.execute("DELETE FROM record WHERE kind = ? AND id = coalesce(?, id)", (kind, id_))

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


@dataclass(frozen=True, slots=True)
class _View(Generic[R]):
    """The records that match, as sort key and id, sorted."""

    is_match: Callable[[R], bool]
    entries: _Sorted


class Table(Generic[R]):
    """The records of one kind, by id, and sorted by a key of theirs.

    What is asked of many records has an index: made when it is first asked for, kept up from then on.

    Args:
        kind: The class of the records.
        state_file: Where changes are kept.
        key: What records are sorted by; by default the id.

    Attributes:
        rows: The records; changed only through `put`, `load`, `remove` and `clear`.
        version: Changes whenever a record comes, changes or goes.
    """

    def __init__(self, kind: type[R], state_file: StateFile, key: Callable[[R], SortKey] = _by_id) -> None:
        self._kind = kind
        self._key = key
        self._state_file = state_file
        self._fields = [field.name for field in fields(kind)]
        self._sorted: _Sorted | None = None
        self._groups: dict[str, dict[object, _Sorted]] = {}
        self._views: OrderedDict[Hashable, _View[R]] = OrderedDict()
        self.rows: dict[str, R] = {}
        self.version: int = 0
        if bodies := state_file.read(kind.__name__):
            reader = TypeAdapter(kind)  # which takes half a millisecond to make
            self.rows = {record.id: record for record in (_read(reader, body) for body in bodies)}

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def get(self, id_: str) -> R | None:
        """Return the record with that id."""
        return self.rows.get(id_)

    @property
    def ascending(self) -> Sequence[tuple[SortKey, str]]:
        """Sort key and id of every record, in that order."""
        if self._sorted is None:
            self._sorted = sorted((self._key(record), id_) for id_, record in self.rows.items())
        return self._sorted

    def group(self, attribute: str, value: object) -> Sequence[tuple[SortKey, str]]:
        """Return sort key and id of every record whose attribute has that value, in that order."""
        groups = self._groups.get(attribute)
        if groups is None:
            groups = self._groups[attribute] = {}
            for entry in self.ascending:
                groups.setdefault(getattr(self.rows[entry[1]], attribute), []).append(entry)
        return groups.get(value, ())

    def where(self, attribute: str, value: object) -> list[R]:
        """Return the records whose attribute has that value, sorted."""
        return [self.rows[id_] for _, id_ in self.group(attribute, value)]

    def between(self, low: SortKey, high: SortKey) -> list[R]:
        """Return the records whose sort key is at least `low` and less than `high`, sorted."""
        return [self.rows[id_] for _, id_ in self.ascending[self.position(low) : self.position(high)]]

    def position(self, key: SortKey) -> int:
        """Return how many records have a lower sort key."""
        return bisect_left(self.ascending, (key, ""))

    def view(
        self, question: Hashable, is_match: Callable[[R], bool], find: Callable[[], _Sorted] | None = None
    ) -> Sequence[tuple[SortKey, str]]:
        """Return sort key and id of every record that matches, in that order; found once, and kept up from then on.

        Args:
            question: What tells this view from others.
            is_match: Whether a record matches.
            find: Finds all of them, where there is a quicker way than to ask of each.
        """
        view = self._views.get(question)
        if view is None:
            entries = [entry for entry in self.ascending if is_match(self.rows[entry[1]])] if find is None else find()
            view = self._views[question] = _View(is_match, entries)
            if len(self._views) > _VIEWS:
                self._views.popitem(last=False)
        self._views.move_to_end(question)
        return view.entries

    def put(self, record: R) -> R:
        """Store a record, new or changed."""
        self._unlink(self.rows.get(record.id))
        self.rows[record.id] = record
        self.version += 1
        entry = (self._key(record), record.id)
        if self._sorted is not None:
            insort(self._sorted, entry)
        for attribute, groups in self._groups.items():
            insort(groups.setdefault(getattr(record, attribute), []), entry)
        for view in self._views.values():
            if view.is_match(record):
                insort(view.entries, entry)
        if self._state_file.is_kept:
            self._state_file.write(self._kind.__name__, [(record.id, self._text(record))])
        return record

    def load(self, records: Iterable[R]) -> None:
        """Store many records at once."""
        added = {record.id: record for record in records}
        self.rows.update(added)
        self._forget_indexes()
        if self._state_file.is_kept:
            rows = ((id_, self._text(record)) for id_, record in added.items())
            self._state_file.write(self._kind.__name__, rows)

    def remove(self, id_: str) -> None:
        """Forget the record with that id."""
        self._unlink(self.rows.pop(id_))
        self.version += 1
        self._state_file.erase(self._kind.__name__, id_)

    def clear(self) -> None:
        """Forget all records."""
        self.rows.clear()
        self._forget_indexes()
        self._state_file.erase(self._kind.__name__)

    def _forget_indexes(self) -> None:
        self._sorted = None
        self._groups.clear()
        self._views.clear()
        self.version += 1

    def _unlink(self, record: R | None) -> None:
        if record is None:
            return
        entry = (self._key(record), record.id)
        if self._sorted is not None:
            del self._sorted[bisect_left(self._sorted, entry)]
        for attribute, groups in self._groups.items():
            group = groups[getattr(record, attribute)]
            del group[bisect_left(group, entry)]
        for view in self._views.values():
            if view.is_match(record):
                del view.entries[bisect_left(view.entries, entry)]

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

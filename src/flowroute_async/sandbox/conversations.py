"""The messages, and the conversations that they make."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from flowroute_async.sandbox.records import Message
from flowroute_async.sandbox.state import SortKey, StateFile, Table

Pair: TypeAlias = tuple[str, str]
"""A number of the account and the other number."""


class Messages(Table[Message]):
    """The messages by time, with the conversations between two numbers by their latest message."""

    def __init__(self, state_file: StateFile) -> None:
        super().__init__(Message, state_file, lambda message: (message.at, message.order))
        self._latest: list[tuple[SortKey, Pair]] | None = None

    def put(self, record: Message) -> Message:
        """Keep a message, new or changed."""
        if self._latest is None:
            return super().put(record)
        before = self._key_of_latest(record.pair)
        super().put(record)
        after = self._key_of_latest(record.pair)
        if before != after:
            if before is not None:
                del self._latest[bisect_left(self._latest, (before, record.pair))]
            insort(self._latest, (after, record.pair))
        return record

    def load(self, records: Iterable[Message]) -> None:
        """Keep many messages at once."""
        super().load(records)
        self._latest = None

    def clear(self) -> None:
        """Forget all messages."""
        super().clear()
        self._latest = None

    @property
    def conversations(self) -> int:
        """How many conversations there are."""
        return len(self._by_latest())

    def newest_conversations(self) -> Iterator[Pair]:
        """Walk the conversations, that with the latest message first."""
        return (pair for _, pair in reversed(self._by_latest()))

    def _by_latest(self) -> list[tuple[SortKey, Pair]]:
        if self._latest is None:
            pairs = dict.fromkeys(message.pair for message in self)
            self._latest = sorted((self._key_of_latest(pair), pair) for pair in pairs)
        return self._latest

    def _key_of_latest(self, pair: Pair) -> SortKey:
        entries = self.group("pair", pair)
        return entries[-1][0] if entries else None

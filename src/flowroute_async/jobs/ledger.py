"""The ledger of a job of queries: the position of each query, and which records are new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Generic, Protocol, TypeVar

from flowroute_async.jobs.query import Query, Record
from flowroute_async.jobs.query_pager import Part
from flowroute_async.phone_number_set import PhoneNumberSet
from flowroute_async.position import Position

ItemT = TypeVar("ItemT", bound=Record)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[ItemT]):
    """The outcome of recording a part.

    Attributes:
        part: The part.
        new: Its records that had not been found before.
        read: How many of its records were looked at.
        position: Up to where it was recorded; before its end where there was no room for more.
        whole: Whether all of it was.
    """

    part: Part[ItemT]
    new: Sequence[ItemT]
    read: int
    position: Position
    whole: bool

    @property
    def ends(self) -> bool:
        """Whether its query ends with it."""
        return self.part.last and self.whole

    @property
    def ends_well(self) -> bool:
        """Whether its query ends with it, and not before its time."""
        return self.ends and self.part.failure is None


class Ledger(Protocol[ItemT]):
    """Stores what was found; a persistent one is a checkpoint."""

    @property
    def pages_at_once(self) -> int:
        """The number of waiting pages that are best recorded together."""
        ...

    @property
    def count(self) -> int:
        """The number of records that were found."""
        ...

    async def begin(self, query: Query[ItemT], /) -> Position | None:
        """Return where a query begins, or None where it was finished before."""
        ...

    async def record(self, parts: Sequence[Part[ItemT]], at_most: int | None) -> Sequence[Recorded[ItemT]]:
        """Record parts in one go, until `at_most` numbers were found in all."""
        ...

    async def earlier(self, after: int, at_most: int, /) -> Sequence[tuple[int, ItemT]]:
        """Return numbers that were found before this run, in their order, from behind a place on."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


class MemoryLedger(Generic[ItemT]):
    """Stores what was found in memory."""

    pages_at_once = 1

    def __init__(self) -> None:
        self._seen = PhoneNumberSet()
        self._count = 0

    @property
    def count(self) -> int:
        """The number of records that were found."""
        return self._count

    async def begin(self, query: Query[ItemT], /) -> Position | None:
        """Begin every query at its beginning."""
        return Position(query.list_key)

    async def record(self, parts: Sequence[Part[ItemT]], at_most: int | None) -> Sequence[Recorded[ItemT]]:
        """Record parts."""
        room = None if at_most is None else at_most - self.count
        done = recorded(parts, self._add, room)
        self._count += sum(len(one.new) for one in done)
        return done

    def _add(self, numbers: Sequence[ItemT]) -> Sequence[ItemT]:
        return list(compress(numbers, self._seen.add([number.id for number in numbers])))

    async def earlier(self, _after: int, _at_most: int, /) -> Sequence[tuple[int, ItemT]]:
        """Return nothing: there is no earlier run."""
        return ()

    async def aclose(self) -> None:
        """Do nothing."""


def recorded(
    parts: Sequence[Part[ItemT]], add: Callable[[Sequence[ItemT]], Sequence[ItemT]], room: int | None
) -> Sequence[Recorded[ItemT]]:
    """Add the numbers of parts until there is no room for more; what comes after that is not looked at.

    Args:
        parts: The parts; those of one query in their order.
        add: Adds numbers; gives those that are new.
        room: How many new numbers there is room for, or None for any.
    """
    done: list[Recorded[ItemT]] = []
    for part in parts:
        new: list[ItemT] = []
        read = 0
        while read < len(part.records) and room != 0:
            some = part.records[read:] if room is None else part.records[read : read + room]
            found = add(some)
            new += found
            read += len(some)
            room = None if room is None else room - len(found)
        whole = read == len(part.records)
        done.append(Recorded(part, new, read, part.end if whole else part.start.after(read), whole=whole))
        if not done[-1].whole:
            break
    return done

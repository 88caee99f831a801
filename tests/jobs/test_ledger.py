"""What is recorded of the parts of a query: new records while there is room, and the place from which a job goes on."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from flowroute_async.jobs.ledger import recorded
from flowroute_async.jobs.query_pager import Part
from flowroute_async.position import Position

Numbers = Sequence[str]


def part(numbers: Numbers, *, end: Position, start: int = 0) -> Part[Any]:
    return Part(cast("Any", None), Position("list_numbers", start), numbers, end, last=False)


def adding_to(known: set[str]) -> Callable[[Numbers], Numbers]:
    """Return what adds numbers to those that are known; it is called as often as there are numbers, at the most."""
    turns = iter(range(len("abcdef")))

    def add(numbers: Numbers) -> Numbers:
        next(turns)
        new = [number for number in numbers if number not in known]
        known.update(new)
        return new

    return add


@pytest.mark.parametrize(
    ("known", "room", "new", "read"),
    [
        ("", None, "abcdef", 6),
        ("abc", None, "def", 6),
        ("", 2, "ab", 2),
        ("abc", 2, "de", 5),
        ("bd", 3, "ace", 5),
        ("abcdef", 1, "", 6),
        ("", 0, "", 0),
    ],
)
def test_a_part_is_read_up_to_the_record_that_fills_the_room(known: str, room: int | None, new: str, read: int) -> None:
    """Known ones take no room, and nothing behind the last new one is passed over by the run that goes on."""
    end = Position("list_numbers", 106, 6, last="f")
    (one,) = recorded([part("abcdef", start=100, end=end)], adding_to(set(known)), room)
    assert ("".join(one.new), one.read, one.whole) == (new, read, read == len("abcdef"))
    assert one.position == (end if one.whole else Position("list_numbers", 100 + read, read))


def test_what_comes_after_a_part_that_had_no_room_is_not_looked_at() -> None:
    parts = [part(numbers, end=Position("list_numbers", 2)) for numbers in ("ab", "cd", "ef")]
    known: set[str] = set()
    assert ["".join(one.new) for one in recorded(parts, adding_to(known), 3)] == ["ab", "c"]
    assert known == {"a", "b", "c"}

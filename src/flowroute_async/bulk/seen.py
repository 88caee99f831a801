"""A compact set of phone numbers: a few bytes for each where they are scattered, less than one where dense."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

_BLOCK_BITS = 20
_PLACE_BITS = (1 << _BLOCK_BITS) - 1
_BITMAP_BYTES = (1 << _BLOCK_BITS) // 8
_MOST_LISTED = _BITMAP_BYTES // 4
"""From this many on, a bitmap is smaller than a list of four bytes each."""


class Seen:
    """Numbers that have been found.

    Digits are cut into blocks of 2**20: a block is a sorted array, and a bitmap once that is smaller (the idea of
    roaring bitmaps). What is no plain number is kept as text.
    """

    def __init__(self) -> None:
        self._lists: dict[int, array[int]] = {}
        self._bitmaps: dict[int, bytearray] = {}
        self._texts: set[str] = set()

    def add(self, numbers: Sequence[str]) -> list[bool]:
        """Add numbers; say of each whether it is new."""
        if _are_plain(numbers):
            return self._add_digits(map(int, numbers))
        return [self._add_digits([int(one)])[0] if _are_plain([one]) else self._add_text(one) for one in numbers]

    def _add_text(self, text: str) -> bool:
        new = text not in self._texts
        self._texts.add(text)
        return new

    # Each number that is found comes through this loop, so it calls as little as it can.
    def _add_digits(self, numbers: Iterable[int]) -> list[bool]:
        lists, new = self._lists, list[bool]()
        for digits in numbers:
            block, place = digits >> _BLOCK_BITS, digits & _PLACE_BITS
            listed = lists.get(block)
            if listed is None:
                new.append(self._add_to_other(block, place))
            elif place > listed[-1]:
                listed.append(place)
                new.append(True)
            elif listed[at := bisect_left(listed, place)] == place:
                new.append(False)
            else:
                listed.insert(at, place)
                new.append(True)
            if listed is not None and len(listed) > _MOST_LISTED:
                self._make_bitmap(block)
        return new

    def _add_to_other(self, block: int, place: int) -> bool:
        bitmap = self._bitmaps.get(block)
        if bitmap is not None:
            return _set_bit(bitmap, place)
        self._lists[block] = array("I", (place,))
        return True

    def _make_bitmap(self, block: int) -> None:
        bitmap = self._bitmaps[block] = bytearray(_BITMAP_BYTES)
        for place in self._lists.pop(block):
            _set_bit(bitmap, place)


def _are_plain(numbers: Sequence[str]) -> bool:
    """Say whether each is the one way to write a whole number, so that it comes back from its digits."""
    text = "".join(numbers)
    return text.isascii() and text.isdecimal() and {number[:1] for number in numbers}.isdisjoint({"", "0"})


def _set_bit(bitmap: bytearray, place: int) -> bool:
    byte, bit = place >> 3, 1 << (place & 7)
    new = not bitmap[byte] & bit
    bitmap[byte] |= bit
    return new

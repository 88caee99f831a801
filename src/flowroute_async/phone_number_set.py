"""A compact set of phone numbers: a few bytes for each where they are scattered, less than one where dense."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence

_BLOCK_BITS = 20
_PLACE_BITS = (1 << _BLOCK_BITS) - 1
_BITMAP_BYTES = (1 << _BLOCK_BITS) // 8
# From this many on, a bitmap is smaller than a list of four bytes each.
_MOST_LISTED = _BITMAP_BYTES // 4
_LONGEST = 20


class PhoneNumberSet:
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
        digits = _digits(numbers)
        if digits is None:
            return [self._add_one(one) for one in numbers]
        ascending = sorted(set(digits))
        known = self._add_digits(ascending)
        if not known and len(ascending) == len(digits):
            return [True] * len(digits)
        new: list[bool] = []
        for one in digits:
            new.append(one not in known)
            known.add(one)
        return new

    def _add_one(self, number: str) -> bool:
        """Add what may be no plain number; ids of messages, for instance, are none."""
        return self._add_text(number) if _digits((number,)) is None else self.add((number,))[0]

    def _add_text(self, text: str) -> bool:
        new = text not in self._texts
        self._texts.add(text)
        return new

    def _add_digits(self, ascending: Sequence[int]) -> set[int]:
        """Add numbers, block by block; give those that were there already."""
        known: set[int] = set()
        start = 0
        while start < len(ascending):
            block = ascending[start] >> _BLOCK_BITS
            end = bisect_left(ascending, (block + 1) << _BLOCK_BITS, start)
            places = [one & _PLACE_BITS for one in ascending[start:end]]
            known.update((block << _BLOCK_BITS) + place for place in self._add_places(block, places))
            start = end
        return known

    def _add_places(self, block: int, places: Sequence[int]) -> Sequence[int]:
        """Add ascending places of a block; give those that were there already."""
        if (bitmap := self._bitmaps.get(block)) is not None:
            return [place for place in places if not _set_bit(bitmap, place)]
        listed = self._lists.setdefault(block, array("I"))
        known: Sequence[int] = ()
        if not listed or places[0] > listed[-1]:  # pages ascend, mostly
            listed.extend(places)
        else:
            known = [place for place in places if not _insert(listed, place)]
        if len(listed) > _MOST_LISTED:
            self._make_bitmap(block)
        return known

    def _make_bitmap(self, block: int) -> None:
        bitmap = self._bitmaps[block] = bytearray(_BITMAP_BYTES)
        for place in self._lists.pop(block):
            _set_bit(bitmap, place)


def _digits(numbers: Sequence[str]) -> list[int] | None:
    """Return the values of whole numbers, or None unless each is written in the one way that its value tells."""
    if numbers and not numbers[0][:1].isdecimal():  # the first one tells of most
        return None
    text = "".join(numbers)
    if not text.isascii() or not text.isdecimal() or max(map(len, numbers)) > _LONGEST:
        return None
    return [*map(int, numbers)] if min(numbers) >= "1" else None  # neither empty nor with a zero in front


def _insert(listed: "array[int]", place: int) -> bool:
    at = bisect_left(listed, place)
    if new := at == len(listed) or listed[at] != place:
        listed.insert(at, place)
    return new


def _set_bit(bitmap: bytearray, place: int) -> bool:
    byte, bit = place >> 3, 1 << (place & 7)
    new = not bitmap[byte] & bit
    bitmap[byte] |= bit
    return new

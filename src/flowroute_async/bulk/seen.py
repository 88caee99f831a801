"""A compact set of phone numbers: a few bytes for each where they are scattered, less than one where dense."""

from array import array
from bisect import bisect_left

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
        self._blocks: dict[int, array[int] | bytearray] = {}
        self._texts: set[str] = set()

    def add(self, number: str) -> bool:
        """Add a number; say whether it is new."""
        if not (number.isascii() and number.isdecimal()) or number[0] == "0":
            new = number not in self._texts
            self._texts.add(number)
            return new
        digits = int(number)
        block_number, place = digits >> _BLOCK_BITS, digits & _PLACE_BITS
        block = self._blocks.get(block_number)
        if block is None:
            self._blocks[block_number] = array("I", [place])
            return True
        if isinstance(block, bytearray):
            return _set_bit(block, place)
        at = bisect_left(block, place)
        if at < len(block) and block[at] == place:
            return False
        if len(block) < _MOST_LISTED:
            block.insert(at, place)
            return True
        bitmap = self._blocks[block_number] = bytearray(_BITMAP_BYTES)
        for listed in block:
            _set_bit(bitmap, listed)
        return _set_bit(bitmap, place)


def _set_bit(bitmap: bytearray, place: int) -> bool:
    byte, bit = place >> 3, 1 << (place & 7)
    new = not bitmap[byte] & bit
    bitmap[byte] |= bit
    return new

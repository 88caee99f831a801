"""How many segments an SMS takes: characters, units and limits as carriers count them. Pure, and needed by nobody else.

A text whose every character is in the GSM 03.38 alphabet is sent in septets: 160 fit into a single message, and 153
into each segment of a longer one, whose header takes the rest. Characters of the alphabet's extension take two. One
character outside makes the whole text UCS-2, counted in units of UTF-16: 70 fit into a single message, 67 into a
segment. Neither an escaped character nor a surrogate pair is cut in two, so that a segment can stay one unit short.

Source: ETSI TS 123 038 (alphabets) and TS 123 040 (concatenation). Flowroute's own page says 140 rather than 153 for
a segment and calls any text in the alphabet ASCII, so that a count is an estimate of what it charges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["GSM_7", "GSM_7_EXTENSION", "SegmentEstimate", "estimate_segments"]

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The characters of the GSM 03.38 default alphabet."""

GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""The characters of its extension table, which take two septets."""

_SEPTETS = GSM_7 | GSM_7_EXTENSION
_LAST_OF_ONE_UNIT = "\uffff"


@dataclass(frozen=True, slots=True)
class SegmentEstimate:
    """What a text takes as an SMS.

    Attributes:
        segments: How many segments it is sent and charged as; 0 for an empty text.
        encoding: `GSM-7` or `UCS-2`; the API's `message_encoding` is 0 for the first and 8 for the second.
        units: Septets, or units of UTF-16, in all.
        left: Units that still fit into the last segment.
        price: What it costs in dollars, if a rate was given.
    """

    segments: int
    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    left: int
    price: Decimal | None = None


def estimate_segments(text: str, *, rate: Decimal | None = None) -> SegmentEstimate:
    """Estimate how many segments a text takes as an SMS.

    Args:
        text: The text of the message.
        rate: Dollars for a segment, surcharges included, for the price.

    Returns:
        Segments, encoding, units, and the price if a rate was given.
    """
    characters = set(text)
    is_gsm = characters <= _SEPTETS
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7" if is_gsm else "UCS-2"
    single, part = (160, 153) if is_gsm else (70, 67)
    twice = characters & GSM_7_EXTENSION if is_gsm else {one for one in characters if one > _LAST_OF_ONE_UNIT}
    units = len(text) + sum(map(text.count, twice))
    if units <= single:
        segments, left = min(units, 1), single - units
    else:
        segments, left = _fill((2 if one in twice else 1 for one in text), part)
    return SegmentEstimate(segments, encoding, units, left, None if rate is None else segments * rate)


def _fill(sizes: Iterable[int], part: int) -> tuple[int, int]:
    segments, left = 0, 0
    for size in sizes:
        if size > left:
            segments, left = segments + 1, part
        left -= size
    return segments, left

"""The numbers that can be bought: derived from a seed, made per area code when first asked for, kept as text."""

from array import array
from collections.abc import Iterable
from random import Random
from zlib import crc32

from flowroute_async.sandbox.area_codes import CANADIAN_PROVINCES, RATE_CENTERS, STATE_OF, TOLL_FREE

# Central office codes run from 200; N11 are services and 555 is reserved.
_EXCHANGES = [code for code in range(200, 1000) if code % 100 != 11 and code != 555]  # noqa: PLR2004 - numbering plan
_LINES = 10_000
_DIGITS = 11
_NUMBERS_PER_EXCHANGE = 24

_Plans = tuple[tuple[float, float], ...]
# Monthly and setup cost in dollars; whole dollars are written as integers, as the vendor does.
_PLANS: _Plans = ((1.25, 1), (1.25, 1), (1, 1), (1.25, 3.99), (0.85, 1), (2.5, 9.99))
_PREMIUM_PLANS: _Plans = ((1.25, 3.99), (2.5, 9.99), (5, 24.99))
_PREMIUM_ONE_IN = 12
_PROMOTED_PLAN = (0.85, 1)
_STANDARD, _PROMOTION = "Standard", "US Promo $1.0/$0.85/$0.005"
TIERS = (_STANDARD, _PROMOTION)
"""The price lists; as the vendor's, their names hold spaces, dollars and slashes."""

RATES = {_STANDARD: 0.012, _PROMOTION: 0.005}
"""What a minute of an inbound call costs in dollars, by price list."""


class Inventory:
    """All numbers of one seed.

    Args:
        seed: The same seed and size give the same numbers.
        size: How many numbers there are in all, spread evenly over the area codes.
    """

    def __init__(self, seed: int, size: int) -> None:
        if size < 0:
            raise ValueError("the inventory cannot be smaller than empty")
        self.seed = seed
        self.size = size
        base, extra = divmod(size, len(STATE_OF))
        self._counts = {code: base + (index < extra) for index, code in enumerate(STATE_OF)}
        self._exchanges: dict[str, tuple[str, _Plans]] = {}
        self._texts: dict[str, str] = {}
        self._added: dict[str, set[str]] = {}

    def add(self, numbers: Iterable[str]) -> None:
        """Add numbers, each of eleven digits; those of an area code that the inventory does not know are left out."""
        for number in numbers:
            code = number[1:4]
            if number[:1] == "1" and code in self._counts and len(number) == _DIGITS:
                self._added.setdefault(code, set()).add(number)
                self._texts.pop(code, None)

    def restore(self) -> None:
        """Remove the numbers that were added."""
        self._added.clear()
        self._texts.clear()

    def __contains__(self, number: str) -> bool:
        """Return whether the number was ever for sale (eleven digits)."""
        return number[1:4] in self._counts and f"\n{number}\n" in self._text(number[1:4])

    def numbers(self, area_code: str) -> list[str]:
        """Return the numbers of one area code, ascending."""
        return self._text(area_code).split()

    def rate_center(self, number: str) -> str:
        """Return the rate center of the number's exchange."""
        return self._exchange(number)[0]

    def costs(self, number: str) -> tuple[float, float]:
        """Return monthly cost and setup cost in dollars."""
        plans = self._exchange(number)[1]
        return plans[self._hash(number) % len(plans)]

    def state(self, number: str) -> str:
        """Return the number's state or province, two lower-case letters."""
        return STATE_OF.get(number[1:4], "")

    def number_type(self, number: str) -> str:
        """Return the vendor's word for the kind of number."""
        return "tollfree" if number[1:4] in TOLL_FREE else "standard"

    def tier(self, number: str) -> str:
        """Return the name of the number's price list."""
        return _PROMOTION if self.costs(number) == _PROMOTED_PLAN else _STANDARD

    def country(self, number: str) -> str:
        """Return the country of the number, in lower case."""
        return country_of(self.state(number))

    def _text(self, code: str) -> str:
        text = self._texts.get(code)
        if text is None:
            text = self._texts[code] = self._make(code)
        return text

    def _make(self, code: str) -> str:
        count = self._counts[code]
        random = Random(f"{self.seed} {code}")  # noqa: S311 - an inventory needs repeatable numbers, not secret ones
        size = min(len(_EXCHANGES), -(-count // _NUMBERS_PER_EXCHANGE))
        exchanges = array("H", sorted(random.sample(_EXCHANGES, size)))
        picks = sorted(random.sample(range(size * _LINES), count))
        lines = [f"1{code}{exchanges[pick // _LINES]}{pick % _LINES:04}" for pick in picks]
        if code in self._added:
            lines = sorted(self._added[code].union(lines))
        return "\n" + "\n".join(lines) + "\n"

    def _exchange(self, number: str) -> tuple[str, _Plans]:
        exchange = number[1:7]
        known = self._exchanges.get(exchange)
        if known is None:
            centers = RATE_CENTERS[self.state(number)]
            premium = self._hash(f"premium {number[1:4]}") % _PREMIUM_ONE_IN == 0
            known = centers[self._hash(exchange) % len(centers)], _PREMIUM_PLANS if premium else _PLANS
            self._exchanges[exchange] = known
        return known

    def _hash(self, text: str) -> int:
        return crc32(f"{self.seed} {text}".encode())


def country_of(state: str) -> str:
    """Return the country of a state or province, in lower case."""
    return "ca" if state.upper() in CANADIAN_PROVINCES else "us"

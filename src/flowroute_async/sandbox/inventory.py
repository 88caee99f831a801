"""The numbers that can be bought: derived from a seed, made per area code when first asked for, kept as text."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from random import Random
from zlib import crc32

from flowroute_async.sandbox.area_codes import CANADIAN_PROVINCES, RATE_CENTERS, STATE_OF, TOLL_FREE

# Central office codes run from 200; N11 are services and 555 is reserved.
_EXCHANGES = [code for code in range(200, 1000) if code % 100 != 11 and code != 555]  # noqa: PLR2004 - numbering plan
_LINES = 10_000
_NUMBERS_PER_EXCHANGE = 24
_REMEMBERED_SEARCHES = 256

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


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search asks for; an empty string asks for nothing.

    Attributes:
        prefix: First digits, country code included.
        contains: Digits anywhere in the eleven.
        suffix: Last digits.
        state: Two lower-case letters.
        rate_center: Lower case.
        number_type: `longcode` or `toll-free`.
        country: `us` or `ca`.
        tier: One of `TIERS`.
    """

    prefix: str = ""
    contains: str = ""
    suffix: str = ""
    state: str = ""
    rate_center: str = ""
    number_type: str = ""
    country: str = ""
    tier: str = ""


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
        self._found: OrderedDict[Filters, dict[str, int]] = OrderedDict()
        self._found_without: object = None
        self._sorted: tuple[tuple[Filters, str, bool], object, list[str]] | None = None

    def __contains__(self, number: str) -> bool:
        """Tell whether the number was ever for sale (eleven digits)."""
        return number[1:4] in self._counts and f"\n{number}\n" in self._text(number[1:4])

    def numbers(self, area_code: str) -> list[str]:
        """Give the numbers of one area code, ascending."""
        return self._text(area_code).split()

    def rate_center(self, number: str) -> str:
        """Give the rate center of the number's exchange."""
        return self._exchange(number)[0]

    def costs(self, number: str) -> tuple[float, float]:
        """Give monthly cost and setup cost in dollars."""
        plans = self._exchange(number)[1]
        return plans[self._hash(number) % len(plans)]

    def state(self, number: str) -> str:
        """Return the number's state or province, two lower-case letters."""
        return STATE_OF[number[1:4]]

    def number_type(self, number: str) -> str:
        """Give the vendor's word for the kind of number."""
        return "tollfree" if number[1:4] in TOLL_FREE else "standard"

    def tier(self, number: str) -> str:
        """Return the name of the number's price list."""
        return _PROMOTION if self.costs(number) == _PROMOTED_PLAN else _STANDARD

    def page(self, filters: Filters, offset: int, limit: int, owned: AbstractSet[str], version: object) -> list[str]:
        """Find numbers in ascending order.

        Args:
            filters: What they must match.
            offset: How many matches to leave out.
            limit: How many matches to give at most.
            owned: Numbers that are no longer for sale.
            version: Changes whenever `owned` does: counts remembered for another version are forgotten.
        """
        counts = self._remembered(filters, version)
        page: list[str] = []
        position = 0
        for code in self._area_codes(filters):
            known = counts.get(code)
            if known is not None and position + known <= offset:
                position += known
                continue
            matches = self._matches(code, filters, owned)
            counts[code] = len(matches)
            page += matches[max(0, offset - position) : max(0, offset - position) + limit - len(page)]
            position += len(matches)
            if len(page) == limit:
                break
        return page

    def ordered(
        self, filters: Filters, attribute: str, *, descending: bool, owned: AbstractSet[str], version: object
    ) -> list[str]:
        """Find all matching numbers, ordered by one of `ORDERS`, and among equals in ascending order."""
        wanted = (filters, attribute, descending)
        if self._sorted is None or self._sorted[:2] != (wanted, version):
            key = ORDERS[attribute]
            matches = [number for code in self._area_codes(filters) for number in self._matches(code, filters, owned)]
            matches.sort(key=lambda number: key(self, number), reverse=descending)
            self._sorted = (wanted, version, matches)
        return self._sorted[2]

    def country(self, number: str) -> str:
        """Give the country of the number, in lower case."""
        return _country(self.state(number))

    def area_codes(self, owned: AbstractSet[str], max_setup_cost: float | None) -> list[str]:
        """List the area codes with a number for sale at that setup cost or less."""
        return [code for code in self._counts if any(self._for_sale(code, owned, max_setup_cost))]

    def exchanges(self, owned: AbstractSet[str], max_setup_cost: float | None, area_code: str = "") -> list[str]:
        """List the exchanges (area code and three digits) with a number for sale at that setup cost or less."""
        codes: Collection[str] = [area_code] if area_code in self._counts else () if area_code else self._counts
        return sorted({number[1:7] for code in codes for number in self._for_sale(code, owned, max_setup_cost)})

    def _for_sale(self, code: str, owned: AbstractSet[str], max_setup_cost: float | None) -> Iterator[str]:
        for number in self.numbers(code):
            if number not in owned and (max_setup_cost is None or self.costs(number)[1] <= max_setup_cost):
                yield number

    def _remembered(self, filters: Filters, version: object) -> dict[str, int]:
        if version != self._found_without:
            self._found.clear()
            self._found_without = version
        counts = self._found.setdefault(filters, {})
        self._found.move_to_end(filters)
        if len(self._found) > _REMEMBERED_SEARCHES:
            self._found.popitem(last=False)
        return counts

    def _area_codes(self, filters: Filters) -> Iterator[str]:
        for code, state in STATE_OF.items():
            full = f"1{code}"
            if (
                (not filters.state or filters.state == state)
                and (filters.prefix.startswith(full) or full.startswith(filters.prefix))
                and (not filters.rate_center or filters.rate_center in RATE_CENTERS[state])
                and (
                    not filters.number_type or filters.number_type == ("toll-free" if code in TOLL_FREE else "longcode")
                )
                and (not filters.country or filters.country == _country(state))
            ):
                yield code

    def _matches(self, code: str, filters: Filters, owned: AbstractSet[str]) -> list[str]:
        found = self.numbers(code)
        if len(filters.prefix) > len("1206"):
            found = [number for number in found if number.startswith(filters.prefix)]
        if filters.contains:
            found = [number for number in found if filters.contains in number]
        if filters.suffix:
            found = [number for number in found if number.endswith(filters.suffix)]
        if filters.rate_center:
            found = [number for number in found if self.rate_center(number) == filters.rate_center]
        if filters.tier:
            found = [number for number in found if self.tier(number) == filters.tier]
        return [number for number in found if number not in owned] if owned else found

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
        return "\n" + "\n".join(lines) + "\n"

    def _exchange(self, number: str) -> tuple[str, _Plans]:
        exchange = number[1:7]
        known = self._exchanges.get(exchange)
        if known is None:
            centers = RATE_CENTERS[STATE_OF[number[1:4]]]
            premium = self._hash(f"premium {number[1:4]}") % _PREMIUM_ONE_IN == 0
            known = centers[self._hash(exchange) % len(centers)], _PREMIUM_PLANS if premium else _PLANS
            self._exchanges[exchange] = known
        return known

    def _hash(self, text: str) -> int:
        return crc32(f"{self.seed} {text}".encode())


def _country(state: str) -> str:
    return "ca" if state.upper() in CANADIAN_PROVINCES else "us"


ORDERS: Mapping[str, Callable[[Inventory, str], tuple[float, str]]] = {
    "monthly_cost": lambda inventory, number: (inventory.costs(number)[0], ""),
    "iso_country": lambda inventory, number: (0, inventory.country(number)),
    "number_type": lambda inventory, number: (0, inventory.number_type(number)),
    "state": lambda inventory, number: (0, inventory.state(number)),
    "rate_center": lambda inventory, number: (0, inventory.rate_center(number)),
    "number": lambda _inventory, number: (0, number),
    "value": lambda _inventory, number: (0, number),
    "tn": lambda _inventory, number: (0, number),
}
"""What a search can be ordered by."""

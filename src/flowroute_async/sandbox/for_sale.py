"""What of the inventory is for sale at the moment: searched by filters, and remembered until something changes."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flowroute_async.sandbox.area_codes import RATE_CENTERS, STATE_OF, TOLL_FREE
from flowroute_async.sandbox.inventory import Inventory, country_of

_REMEMBERED_SEARCHES = 256
_REMEMBERED_ORDERS = 16


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


class ForSale:
    """The numbers of an inventory that nobody has taken.

    What is remembered is remembered for each area code, so that a purchase makes nothing else be found anew.

    Args:
        inventory: All numbers.

    Attributes:
        version: Changes whenever a number is taken or given back.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._taken: set[str] = set()
        self._touched: set[str] = set()
        self._counts: OrderedDict[Filters, dict[str, int]] = OrderedDict()
        self._exchanges: dict[float | None, dict[str, list[str]]] = {}
        self._ordered: OrderedDict[tuple[Filters, str, bool], list[str]] = OrderedDict()
        self.version: int = 0

    def add(self, numbers: Iterable[str]) -> None:
        """Sell further numbers."""
        self._inventory.add(numbers)
        self.version += 1
        self._counts.clear()
        self._exchanges.clear()
        self._ordered.clear()

    def restore(self) -> None:
        """Sell what the inventory began with, and nothing else."""
        self._taken.clear()
        self._inventory.restore()
        self.add(())

    def take(self, numbers: Iterable[str]) -> None:
        """Sell some numbers no longer."""
        for number in numbers:
            self._taken.add(number)
            self._touched.add(number[1:4])
            self._forget(number[1:4])
            for found in self._ordered.values():
                if number in found:
                    found.remove(number)

    def give_back(self, numbers: Iterable[str]) -> None:
        """Sell some numbers again; those that the inventory did not have, it has from then on."""
        self._ordered.clear()
        for number in numbers:
            self._taken.discard(number)
            if number not in self._inventory:
                self._inventory.add([number])
            self._forget(number[1:4])

    def page(self, filters: Filters, offset: int, limit: int) -> list[str]:
        """Find numbers in ascending order.

        Args:
            filters: What they must match.
            offset: How many matches to leave out.
            limit: How many matches to return at most.
        """
        counts = self._remembered_counts(filters)
        page: list[str] = []
        position = 0
        for code in _area_codes(filters):
            known = counts.get(code)
            if known is not None and position + known <= offset:
                position += known
                continue
            matches = self._matches(code, filters)
            counts[code] = len(matches)
            page += matches[max(0, offset - position) : max(0, offset - position) + limit - len(page)]
            position += len(matches)
            if len(page) == limit:
                break
        return page

    def ordered_page(self, filters: Filters, attribute: str, offset: int, limit: int, *, descending: bool) -> list[str]:
        """Find numbers ordered by one of `ORDERS`, and among equals in ascending order."""
        wanted = (filters, attribute, descending)
        found = self._ordered.get(wanted)
        if found is None:
            key = ORDERS[attribute]
            found = [number for code in _area_codes(filters) for number in self._matches(code, filters)]
            found.sort(key=lambda number: key(self._inventory, number), reverse=descending)
            self._ordered[wanted] = found
            if len(self._ordered) > _REMEMBERED_ORDERS:
                self._ordered.popitem(last=False)
        return found[offset : offset + limit]

    def area_codes(self, max_setup_cost: float | None) -> list[str]:
        """List the area codes with a number for sale at that setup cost or less."""
        return [code for code in STATE_OF if self._exchanges_of(code, max_setup_cost)]

    def exchanges(self, max_setup_cost: float | None, area_code: str = "") -> list[str]:
        """List the exchanges (area code and three digits) with a number for sale at that setup cost or less."""
        codes: Sequence[str] = list(STATE_OF) if not area_code else [area_code] if area_code in STATE_OF else []
        return [exchange for code in codes for exchange in self._exchanges_of(code, max_setup_cost)]

    def _exchanges_of(self, code: str, max_setup_cost: float | None) -> list[str]:
        found = self._exchanges.setdefault(max_setup_cost, {})
        if code not in found:
            costs = self._inventory.costs
            found[code] = sorted(
                {
                    number[1:7]
                    for number in self._matches(code, _EVERYTHING)
                    if max_setup_cost is None or costs(number)[1] <= max_setup_cost
                }
            )
            if len(self._exchanges) > _REMEMBERED_SEARCHES:
                del self._exchanges[next(iter(self._exchanges))]
        return found[code]

    def _forget(self, code: str) -> None:
        self.version += 1
        for counts in self._counts.values():
            counts.pop(code, None)
        for exchanges in self._exchanges.values():
            exchanges.pop(code, None)

    def _remembered_counts(self, filters: Filters) -> dict[str, int]:
        counts = self._counts.setdefault(filters, {})
        self._counts.move_to_end(filters)
        if len(self._counts) > _REMEMBERED_SEARCHES:
            self._counts.popitem(last=False)
        return counts

    def _matches(self, code: str, filters: Filters) -> list[str]:
        found, taken = self._stock(code, filters), self._taken
        return [number for number in found if number not in taken] if code in self._touched else found

    def _stock(self, code: str, filters: Filters) -> list[str]:
        inventory = self._inventory
        found = inventory.numbers(code)
        if len(filters.prefix) > len("1206"):
            found = [number for number in found if number.startswith(filters.prefix)]
        if filters.contains:
            found = [number for number in found if filters.contains in number]
        if filters.suffix:
            found = [number for number in found if number.endswith(filters.suffix)]
        if filters.rate_center:
            found = [number for number in found if inventory.rate_center(number) == filters.rate_center]
        if filters.tier:
            found = [number for number in found if inventory.tier(number) == filters.tier]
        return found


_EVERYTHING = Filters()


def _area_codes(filters: Filters) -> Iterator[str]:
    for code, state in STATE_OF.items():
        full = f"1{code}"
        if (
            (not filters.state or filters.state == state)
            and (filters.prefix.startswith(full) or full.startswith(filters.prefix))
            and (not filters.rate_center or filters.rate_center in RATE_CENTERS[state])
            and (not filters.number_type or filters.number_type == ("toll-free" if code in TOLL_FREE else "longcode"))
            and (not filters.country or filters.country == country_of(state))
        ):
            yield code


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

"""The numbers of the account: sorted, searched by filters, and taken from what is for sale."""

from collections.abc import Iterable, Mapping, Sequence

from flowroute_async.sandbox.for_sale import ForSale
from flowroute_async.sandbox.records import OwnedNumber
from flowroute_async.sandbox.state import StateFile, Table


class OwnedNumbers(Table[OwnedNumber]):
    """The numbers of the account.

    Args:
        state_file: Where changes are kept.
        for_sale: What numbers that come are taken from, and numbers that go come back to.
    """

    def __init__(self, state_file: StateFile, for_sale: ForSale) -> None:
        super().__init__(OwnedNumber, state_file)
        self._for_sale = for_sale
        for_sale.take(self.rows)

    def put(self, record: OwnedNumber) -> OwnedNumber:
        """Store a number, new or changed."""
        if record.id not in self.rows:
            self._for_sale.take([record.id])
        return super().put(record)

    def load(self, records: Iterable[OwnedNumber]) -> None:
        """Store many numbers at once."""
        super().load(records)
        self._for_sale.take(self.rows)

    def remove(self, id_: str) -> None:
        """Forget a number."""
        super().remove(id_)
        self._for_sale.give_back([id_])

    def clear(self) -> None:
        """Forget all numbers; what is for sale is what it was at the start."""
        self._for_sale.restore()
        super().clear()

    def matching(self, filters: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        """Return the numbers that match filters, ascending, each with its id twice, as `ascending` has them.

        Args:
            filters: Some of `starts_with`, `ends_with`, `contains`, `alias` and `tier`.
        """
        if not filters:
            return self.ascending
        start, end = filters.get("starts_with", ""), filters.get("ends_with", "")
        part, alias, tier = filters.get("contains", ""), filters.get("alias"), filters.get("tier")

        def is_match(number: OwnedNumber) -> bool:
            id_ = number.id
            return (
                id_.startswith(start)
                and id_.endswith(end)
                and part in id_
                and alias in {None, number.alias}
                and tier in {None, number.tier}
            )

        def find() -> list[tuple[str, str]]:
            # One filter after the other, each asked of what the one before has left, the quickest ones first.
            found: Sequence[tuple[str, str]] = self.ascending if alias is None else self.group("alias", alias)
            if start and alias is None:
                found = found[self.position(start) : self.position(f"{start}:")]  # a colon follows the nine
            elif start:
                found = [entry for entry in found if entry[1].startswith(start)]
            if part:
                found = [entry for entry in found if part in entry[1]]
            if end:
                found = [entry for entry in found if entry[1].endswith(end)]
            if tier is not None:
                found = [entry for entry in found if self.rows[entry[1]].tier == tier]
            return list(found)

        return self.view(tuple(filters.items()), is_match, find)

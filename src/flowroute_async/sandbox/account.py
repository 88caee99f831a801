"""The account: its tables, its money, its clock, and what is for sale to it."""

from dataclasses import replace
from typing import Any, Final

from flowroute_async.sandbox.clock import Clock
from flowroute_async.sandbox.errors import insufficient_funds, not_found
from flowroute_async.sandbox.inventory import Inventory
from flowroute_async.sandbox.options import Options
from flowroute_async.sandbox.rates import Rates
from flowroute_async.sandbox.records import (
    Address,
    Callback,
    CallerName,
    Delivery,
    Effect,
    Ledger,
    Message,
    OwnedNumber,
    Route,
)
from flowroute_async.sandbox.state import Journal, R, Table

NANO: Final = 1_000_000_000
"""Nanodollars in a dollar."""

_LEDGER: Final = "account"


class Account:
    """Everything that operations read and change.

    Args:
        seed: The inventory's seed.
        numbers: The inventory's size.
        journal: Where changes are kept.
        clock: The time.
        options: The settings.

    Raises:
        ValueError: If the state file was made with another seed or size.
    """

    def __init__(self, *, seed: int, numbers: int, journal: Journal, clock: Clock, options: Options) -> None:
        self.journal = journal
        self.clock = clock
        self.options = options
        self.rates: Rates = Rates()
        self.inventory: Inventory = Inventory(seed, numbers)
        self._tables: list[Table[Any]] = []
        self.numbers: Table[OwnedNumber] = self._table(OwnedNumber)
        self.routes: Table[Route] = self._table(Route)
        self.addresses: Table[Address] = self._table(Address)
        self.names: Table[CallerName] = self._table(CallerName)
        self.messages: Table[Message] = self._table(Message)
        self.callbacks: Table[Callback] = self._table(Callback)
        self.deliveries: Table[Delivery] = self._table(Delivery)
        self.effects: Table[Effect] = self._table(Effect)
        self._ledgers = self._table(Ledger)
        ledger = self._ledgers.get(_LEDGER)
        if ledger is None:
            self._begin()
        elif (ledger.seed, ledger.numbers) != (seed, numbers):
            raise ValueError(f"the state file was made with seed {ledger.seed} and {ledger.numbers} numbers")
        else:
            clock.offset = ledger.clock_offset

    @property
    def ledger(self) -> Ledger:
        """The account's own record."""
        return self._ledgers.rows[_LEDGER]

    def new_id(self) -> str:
        """Give an id that was never given before."""
        number = self.ledger.next_id
        self._ledgers.put(replace(self.ledger, next_id=number + 1))
        return str(number)

    def charge(self, nanodollars: int) -> None:
        """Take money from the balance, when there is one.

        Raises:
            ApiError: If the balance does not cover it; nothing is taken.
        """
        balance = self.ledger.nanodollars
        if balance is None:
            return
        if balance < nanodollars:
            raise insufficient_funds()
        self.set_balance(balance - nanodollars)

    def set_balance(self, nanodollars: int | None) -> None:
        """Set the balance; None for money without end."""
        self._ledgers.put(replace(self.ledger, nanodollars=nanodollars))

    def advance(self, seconds: float) -> None:
        """Move the clock, and remember that it was moved."""
        self.clock.advance(seconds)
        self._ledgers.put(replace(self.ledger, clock_offset=self.clock.offset))

    def count(self, operation: str, target: str) -> None:
        """Note that an operation took effect."""
        id_ = f"{operation} {target}"
        seen = self.effects.get(id_)
        self.effects.put(Effect(id_, operation, target, 1 if seen is None else seen.count + 1))

    def owned(self, number: str) -> OwnedNumber:
        """Give a number of the account.

        Raises:
            ApiError: If the account has no such number.
        """
        record = self.numbers.get(number)
        if record is None:
            raise not_found()
        return record

    def reset(self) -> None:
        """Go back to an account that was never used, and the clock to where it was never advanced."""
        for table in self._tables:
            table.clear()
        self.rates.clear()
        self.clock.offset = 0.0
        self._begin()

    def _table(self, kind: type[R]) -> Table[R]:
        table = Table(kind, self.journal)
        self._tables.append(table)
        return table

    def _begin(self) -> None:
        self._ledgers.put(Ledger(_LEDGER, self.inventory.seed, self.inventory.size))
        self.routes.put(Route("0", alias="sip-reg", route_type="sip-reg", value=None))
        self.journal.commit()

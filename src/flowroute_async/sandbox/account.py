"""The account: its tables, its money, its clock, and what is for sale to it."""

from dataclasses import replace
from typing import Final

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
from flowroute_async.sandbox.state import Journal, Table

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
        ValueError: The state file was made with another seed or size.
    """

    def __init__(self, *, seed: int, numbers: int, journal: Journal, clock: Clock, options: Options) -> None:
        self.journal = journal
        self.clock = clock
        self.options = options
        self.rates: Rates = Rates()
        self.inventory: Inventory = Inventory(seed, numbers)
        self.numbers: Table[OwnedNumber] = Table(OwnedNumber, journal)
        self.routes: Table[Route] = Table(Route, journal)
        self.addresses: Table[Address] = Table(Address, journal)
        self.names: Table[CallerName] = Table(CallerName, journal)
        self.messages: Table[Message] = Table(Message, journal)
        self.callbacks: Table[Callback] = Table(Callback, journal)
        self.deliveries: Table[Delivery] = Table(Delivery, journal)
        self.effects: Table[Effect] = Table(Effect, journal)
        self._ledgers = Table(Ledger, journal)
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
            ApiError: The balance does not cover it; nothing is taken.
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
            ApiError: The account has no such number.
        """
        record = self.numbers.get(number)
        if record is None:
            raise not_found()
        return record

    def reset(self) -> None:
        """Go back to an account that was never used, and the clock to where it was never advanced."""
        for table in (
            self.numbers,
            self.routes,
            self.addresses,
            self.names,
            self.messages,
            self.callbacks,
            self.deliveries,
            self.effects,
        ):
            table.clear()
        self.rates.clear()
        self.clock.offset = 0.0
        self._begin()

    def _begin(self) -> None:
        self._ledgers.put(Ledger(_LEDGER, self.inventory.seed, self.inventory.size))
        self.routes.put(Route("0", alias="sip-reg", route_type="sip-reg", value=None))
        self.journal.commit()

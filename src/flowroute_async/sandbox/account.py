"""The account: its tables, its money, its clock, and what is for sale to it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.clock import SandboxClock
from flowroute_async.sandbox.conversations import Messages
from flowroute_async.sandbox.deliveries import Deliveries
from flowroute_async.sandbox.errors import insufficient_funds, not_found
from flowroute_async.sandbox.for_sale import ForSale
from flowroute_async.sandbox.inventory import Inventory
from flowroute_async.sandbox.options import Options
from flowroute_async.sandbox.owned_numbers import OwnedNumbers
from flowroute_async.sandbox.rate_limits import RateLimits
from flowroute_async.sandbox.records import (
    AccountRecord,
    Address,
    Callback,
    CallerName,
    CdrExport,
    Effect,
    OwnedNumber,
    PhoneCall,
    PortFile,
    PortOrder,
    ProvisioningTask,
    Record,
    Route,
)
from flowroute_async.sandbox.state import R, SortKey, StateFile, Table

if TYPE_CHECKING:
    from flowroute_async.sandbox.past import Past

NANO = 1_000_000_000
"""Nanodollars in a dollar."""

_ACCOUNT = "account"


def _by_id(record: Record) -> str:
    return record.id


def _by_number(record: Record) -> int:
    return int(record.id)


class Account:
    """Everything that operations read and change.

    Args:
        seed: The inventory's seed.
        numbers: The inventory's size.
        state_file: Where changes are kept.
        clock: The time.
        options: The settings.
        webhook_hosts: Hosts that webhooks may go to besides this machine.
        past: What it begins with, if it is not empty.

    Raises:
        ValueError: If the state file was made with another seed, size or past, or the past makes no sense.
    """

    def __init__(
        self,
        *,
        seed: int,
        numbers: int,
        state_file: StateFile,
        clock: SandboxClock,
        options: Options,
        webhook_hosts: frozenset[str] = frozenset(),
        past: "Past | None" = None,
    ) -> None:
        self._past = past
        self.webhook_hosts = webhook_hosts
        self.state_file = state_file
        self.clock = clock
        self.options = options
        self.rate_limits: RateLimits = RateLimits()
        self.inventory: Inventory = Inventory(seed, numbers)
        self._tables: list[Table[Any]] = []
        self.for_sale: ForSale = ForSale(self.inventory)
        self.numbers: OwnedNumbers = OwnedNumbers(state_file, self.for_sale)
        self._tables.append(self.numbers)
        self.routes: Table[Route] = self._table(Route, _by_number)
        self.addresses: Table[Address] = self._table(Address, _by_number)
        self.names: Table[CallerName] = self._table(CallerName, _by_number)
        self.messages: Messages = Messages(state_file)
        self._tables.append(self.messages)
        self.callbacks: Table[Callback] = self._table(Callback)
        self.deliveries: Deliveries = Deliveries(state_file)
        self._tables.append(self.deliveries)
        self.attempts: Table[Attempt] = self._table(Attempt, lambda attempt: attempt.number)
        self.port_orders: Table[PortOrder] = self._table(PortOrder, _by_number)
        self.port_files: Table[PortFile] = self._table(
            PortFile, lambda file: (file.order, int(file.id.partition("/")[2]))
        )
        self.calls: Table[PhoneCall] = self._table(PhoneCall, lambda call: call.at)
        self.exports: Table[CdrExport] = self._table(CdrExport, _by_number)
        self.provisioning: Table[ProvisioningTask] = self._table(
            ProvisioningTask, lambda task: (task.ready_at, task.order)
        )
        self.effects: Table[Effect] = self._table(Effect)
        self._own = self._table(AccountRecord)
        self.resets: int = 0
        """How often the account was reset: a request that came before is of an account that is gone."""
        record = self._own.get(_ACCOUNT)
        if record is None:
            self._begin()
        elif (record.seed, record.numbers) != (seed, numbers):
            raise ValueError(f"the state file was made with seed {record.seed} and {record.numbers} numbers")
        elif record.past != self._past_name:
            raise ValueError(f"the state file was made with another past: {record.past or 'a new account'}")
        else:
            clock.offset = record.clock_offset
            if past is not None:
                past.begin(self, is_new=False)

    @property
    def _past_name(self) -> str:
        return "" if self._past is None else self._past.name

    @property
    def record(self) -> AccountRecord:
        """The account's own record."""
        return self._own.rows[_ACCOUNT]

    def new_id(self) -> str:
        """Return an id that was never returned before."""
        number = self.record.next_id
        self._own.put(replace(self.record, next_id=number + 1))
        return str(number)

    def charge(self, nanodollars: int) -> None:
        """Charge the balance, when there is one.

        Raises:
            ApiError: If the balance does not cover it; nothing is taken.
        """
        self.require(nanodollars)
        balance = self.record.nanodollars
        if balance is not None:
            self.set_balance(balance - nanodollars)

    def require(self, nanodollars: int) -> None:
        """Refuse what the balance does not cover, and take nothing.

        Raises:
            ApiError: If the balance is lower.
        """
        balance = self.record.nanodollars
        if balance is not None and balance < nanodollars:
            raise insufficient_funds()

    def set_balance(self, nanodollars: int | None) -> None:
        """Set the balance; None for money without end."""
        self._own.put(replace(self.record, nanodollars=nanodollars))

    def advance(self, seconds: float) -> None:
        """Move the clock, and remember that it was moved."""
        self.clock.advance(seconds)
        self._own.put(replace(self.record, clock_offset=self.clock.offset))

    @property
    def time(self) -> float:
        """The present moment in seconds since 1970."""
        return self.clock.now().timestamp()

    def count(self, operation: str, target: str) -> None:
        """Count that an operation took effect."""
        id_ = f"{operation} {target}"
        seen = self.effects.get(id_)
        self.effects.put(Effect(id_, operation, target, 1 if seen is None else seen.count + 1))

    def owned(self, number: str) -> OwnedNumber:
        """Return a number of the account.

        Raises:
            ApiError: If the account has no such number.
        """
        record = self.numbers.get(number)
        if record is None:
            raise not_found()
        return record

    def reset(self) -> None:
        """Restore what the account began with, and reset the clock."""
        for table in self._tables:
            table.clear()
        self.resets += 1
        self.rate_limits.clear()
        self.clock.offset = 0.0
        self._begin()

    def _table(self, kind: type[R], key: Callable[[R], SortKey] = _by_id) -> Table[R]:
        table = Table(kind, self.state_file, key)
        self._tables.append(table)
        return table

    def _begin(self) -> None:
        self._own.put(AccountRecord(_ACCOUNT, self.inventory.seed, self.inventory.size, past=self._past_name))
        self.routes.put(Route("0", alias="sip-reg", route_type="sip-reg", value=None))
        if self._past is not None:
            self._past.begin(self, is_new=True)
        self.state_file.commit()

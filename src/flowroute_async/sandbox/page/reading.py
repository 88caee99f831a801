"""What the page reads of the account: of what has no bound the latest, found through the account's indexes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import RLock
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.conversations import Pair
from flowroute_async.sandbox.page.inspection import is_found
from flowroute_async.sandbox.records import Address, Callback, CallerName, Delivery, Message, OwnedNumber, Record, Route
from flowroute_async.sandbox.state import R, SortKey, Table

T = TypeVar("T")
_WALKED = 20_000  # messages that a search found, walked through for the conversations that they are of


@dataclass(frozen=True, slots=True)
class Facts:
    """What every view shows.

    Attributes:
        now: The time.
        balance: Dollars; None without end.
        numbers: How many numbers the account has.
        messages: How many messages there are.
        waiting_names: How many CNAM records wait for approval.
    """

    now: datetime
    balance: float | None
    numbers: int
    messages: int
    waiting_names: int


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of the records that there are.

    Attributes:
        shown: These.
        found: How many there are.
    """

    shown: list[T]
    found: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.found - len(self.shown)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages between one number of the account and one other number.

    Attributes:
        own: The number of the account.
        peer: The other one.
        messages: The latest of them, oldest first.
        count: How many there are.
    """

    own: str
    peer: str
    messages: list[Message]
    count: int

    @property
    def latest(self) -> Message:
        """The latest message."""
        return self.messages[-1]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.messages)

    @property
    def query(self) -> str:
        """The query that chooses it."""
        return urlencode({"own": self.own, "peer": self.peer}, errors="replace")


class Reading:
    """Reads the account for the page.

    Args:
        account: The account.
        lock: Held while the account is read.
    """

    def __init__(self, account: Account, lock: RLock) -> None:
        self._account = account
        self._lock = lock

    def facts(self) -> Facts:
        """Return what every view shows."""
        with self._lock:
            account = self._account
            nanodollars = account.record.nanodollars
            return Facts(
                now=account.clock.now(),
                balance=None if nanodollars is None else nanodollars / NANO,
                numbers=len(account.numbers.rows),
                messages=len(account.messages.rows),
                waiting_names=len(account.names.group("is_waiting", True)),
            )

    def conversations(self, wanted: str, most: int) -> Part[Conversation]:
        """Return conversations, that with the latest message first; of a search, those with a message that matches."""
        with self._lock:
            messages = self._account.messages
            if not wanted:
                pairs: Iterable[Pair] = islice(messages.newest_conversations(), most)
                found = messages.conversations
            else:
                entries = self._matching(messages, wanted, lambda one: (*one.pair, one.body or ""))
                walked = dict.fromkeys(messages.rows[id_].pair for _, id_ in reversed(entries[-_WALKED:]))
                pairs, found = islice(walked, most), len(walked)
            return Part([self._conversation(pair, 1) for pair in pairs], found)

    def conversation(self, own: str, peer: str, most: int) -> Conversation | None:
        """Return the conversation between two numbers; where only one is given, the newest that it has."""
        with self._lock:
            messages = self._account.messages
            if not (own and peer):
                attribute, value = ("own", own) if own else ("peer", peer)
                entries = messages.group(attribute, value) if value else messages.ascending
                if not entries:
                    return None
                own, peer = messages.rows[entries[-1][1]].pair
            return self._conversation((own, peer), most)

    def numbers(self, wanted: str, most: int) -> Part[OwnedNumber]:
        """Return numbers of the account, ascending."""
        with self._lock:
            table = self._account.numbers
            entries = self._matching(table, wanted, lambda one: (one.id, one.rate_center, one.state, one.alias or ""))
            return Part([table.rows[id_] for _, id_ in entries[:most]], len(entries))

    def routes(self, most: int) -> Part[Route]:
        """Return the oldest routes."""
        return self._first(self._account.routes, most)

    def addresses(self, most: int) -> Part[Address]:
        """Return the oldest addresses."""
        return self._first(self._account.addresses, most)

    def related(self, numbers: Sequence[OwnedNumber]) -> dict[str, Record]:
        """Return the routes, addresses and names that numbers have, by their ids, which no two of them share."""
        with self._lock:
            tables: list[tuple[str, Table[Route] | Table[Address] | Table[CallerName]]] = [
                ("primary_route", self._account.routes),
                ("failover_route", self._account.routes),
                ("e911", self._account.addresses),
                ("cnam", self._account.names),
            ]
            found = (
                table.get(id_)
                for number in numbers
                for attribute, table in tables
                if (id_ := getattr(number, attribute)) is not None
            )
            return {record.id: record for record in found if record is not None}

    def names(self, *, is_waiting: bool, most: int) -> Part[CallerName]:
        """Return the newest CNAM records that wait for approval, or that are decided, oldest first."""
        with self._lock:
            table = self._account.names
            entries = table.group("is_waiting", is_waiting)
            return Part([table.rows[id_] for _, id_ in entries[-most:]], len(entries))

    def numbers_with_name(self, name: str, most: int) -> Part[OwnedNumber]:
        """Return numbers that show a name."""
        with self._lock:
            table = self._account.numbers
            entries = table.group("cnam", name)
            return Part([table.rows[id_] for _, id_ in entries[:most]], len(entries))

    def webhooks(self, wanted: str, status: str, most: int) -> Part[Delivery]:
        """Return webhooks, the newest first."""
        with self._lock:
            table = self._account.deliveries
            if wanted:
                entries = table.view(
                    ("page", wanted, status),
                    lambda one: status in {"", one.status} and is_found(wanted, one.url, one.payload),
                )
            else:
                entries = table.group("status", status) if status else table.ascending
            return Part([table.rows[id_] for _, id_ in reversed(entries[-most:])], len(entries))

    def webhook(self, id_: str) -> Delivery | None:
        """Return one webhook, or None if there is no such."""
        with self._lock:
            return self._account.deliveries.get(id_)

    def webhook_count(self) -> int:
        """Count the webhooks."""
        return len(self._account.deliveries.rows)

    def callbacks(self) -> list[Callback]:
        """Return where the account's webhooks go."""
        with self._lock:
            return list(self._account.callbacks)

    def _first(self, table: Table[R], most: int) -> Part[R]:
        with self._lock:
            return Part([table.rows[id_] for _, id_ in table.ascending[:most]], len(table.rows))

    def _conversation(self, pair: Pair, most: int) -> Conversation:
        messages = self._account.messages
        entries = messages.group("pair", pair)
        return Conversation(*pair, [messages.rows[id_] for _, id_ in entries[-most:]], len(entries))

    def _matching(
        self, table: Table[R], wanted: str, texts: Callable[[R], tuple[str, ...]]
    ) -> Sequence[tuple[SortKey, str]]:
        """Return the records in whose texts the words of a search are: looked for once, and kept up from then on."""
        if not wanted:
            return table.ascending
        return table.view(("page", wanted), lambda record: is_found(wanted, *texts(record)))

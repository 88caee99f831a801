"""Webhooks on their way: those that wait, by the receiver that they go to."""

from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import TypeAlias
from urllib.parse import urlsplit

from flowroute_async.sandbox.guard import is_loopback
from flowroute_async.sandbox.records import Delivery
from flowroute_async.sandbox.state import StateFile, Table

ATTEMPTS = 5
"""How often a webhook is sent at most: once, and four times more."""

INTERVAL = 30.0
"""Seconds by the clock between two attempts."""

HEADERS: Mapping[str, str] = {"content-type": "application/json", "accept-encoding": "identity"}
"""What a webhook's request says besides what every request does."""

_Waiting: TypeAlias = list[tuple[float, int, str]]


class Deliveries(Table[Delivery]):
    """The webhooks, with those that wait in the order in which they are due, by receiver."""

    def __init__(self, state_file: StateFile) -> None:
        super().__init__(Delivery, state_file, lambda delivery: delivery.order)
        self._waiting: dict[str, _Waiting] = {}
        self._find_waiting()

    def put(self, record: Delivery) -> Delivery:
        """Store a webhook, new or changed."""
        if record.status == "pending":
            heappush(self._waiting.setdefault(receiver_of(record.url), []), (record.due, record.order, record.id))
        return super().put(record)

    def load(self, records: Iterable[Delivery]) -> None:
        """Store many new webhooks at once."""
        super().load(records)
        self._find_waiting()

    def clear(self) -> None:
        """Forget all webhooks."""
        self._waiting.clear()
        super().clear()

    def next_due(
        self, now: float, takes_more: Callable[[str], bool], is_free: Callable[[Delivery], bool]
    ) -> Delivery | None:
        """Return the webhook that has been due for longest, or None if none is due.

        Args:
            now: Seconds since 1970 by the clock.
            takes_more: Whether a receiver can be sent one.
            is_free: Whether a webhook can be sent.
        """
        found: Delivery | None = None
        for receiver in list(self._waiting):
            if takes_more(receiver):
                first = self._first_due(receiver, now, is_free)
                if first is not None and (found is None or (first.due, first.order) < (found.due, found.order)):
                    found = first
        return found

    def _first_due(self, receiver: str, now: float, is_free: Callable[[Delivery], bool]) -> Delivery | None:
        waiting = self._waiting[receiver]
        passed: _Waiting = []
        found: Delivery | None = None
        while waiting and waiting[0][0] <= now:
            due, _, id_ = waiting[0]
            delivery = self.get(id_)
            if delivery is None or delivery.status != "pending" or delivery.due != due:
                heappop(waiting)  # what it was before it changed
            elif is_free(delivery):
                found = delivery
                break
            else:
                passed.append(heappop(waiting))
        for entry in passed:
            heappush(waiting, entry)
        if not waiting:
            del self._waiting[receiver]
        return found

    def _find_waiting(self) -> None:
        self._waiting.clear()
        for one in self:
            if one.status == "pending":
                self._waiting.setdefault(receiver_of(one.url), []).append((one.due, one.order, one.id))
        for waiting in self._waiting.values():
            heapify(waiting)


def receiver_of(url: str) -> str:
    """Return who gets a webhook: the host and port of its URL."""
    return url.partition("://")[2].partition("/")[0]


def is_allowed(url: str, hosts: frozenset[str]) -> bool:
    """Return whether a webhook may go to a URL: on this machine, or on a host that the user has allowed."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return is_loopback(host) or host in hosts

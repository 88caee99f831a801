"""Webhooks on their way: those that wait, sending what is due, and what came of each attempt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import httpx

from flowroute_async.sandbox.guard import is_loopback
from flowroute_async.sandbox.records import Delivery
from flowroute_async.sandbox.state import StateFile, Table

if TYPE_CHECKING:
    from flowroute_async.sandbox.account import Account

__all__ = ["Attempt"]

ATTEMPTS = 5
"""How often a webhook is sent at most: once, and four times more."""

INTERVAL = 30.0
"""Seconds by the clock between two attempts."""

_TIMEOUT = 5.0  # inferred: how long the vendor waits for an answer
_KEPT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send a webhook.

    Attributes:
        at: When, in seconds since 1970 by the clock.
        duration: Seconds until the answer, or until it was given up.
        status: The answer's status; None without an answer.
        headers: The answer's headers.
        body: The beginning of the answer's body, as text.
        error: Why there was no answer; empty if there was one.
    """

    at: float
    duration: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    error: str = ""


class Deliveries(Table[Delivery]):
    """The webhooks, with those that wait in the order in which they are due.

    Attributes:
        attempts: What came of the attempts since the start, by the webhook's id.
    """

    def __init__(self, state_file: StateFile) -> None:
        super().__init__(Delivery, state_file)
        self.attempts: dict[str, list[Attempt]] = {}
        self._waiting: list[tuple[float, int, str]] = []
        self._find_waiting()

    def put(self, record: Delivery) -> Delivery:
        """Store a webhook, new or changed."""
        if record.status == "pending":
            heappush(self._waiting, (record.due, record.order, record.id))
        return super().put(record)

    def remove(self, id_: str) -> None:
        """Forget a webhook."""
        self.attempts.pop(id_, None)
        super().remove(id_)

    def load(self, records: Iterable[Delivery]) -> None:
        """Store many new webhooks at once."""
        super().load(records)
        self._find_waiting()

    def clear(self) -> None:
        """Forget all webhooks."""
        self.attempts.clear()
        self._waiting.clear()
        super().clear()

    def next_due(self, now: float) -> Delivery | None:
        """Return the webhook that has been due for longest, or None if none is due.

        Args:
            now: Seconds since 1970 by the clock.
        """
        while self._waiting:
            due, _, id_ = self._waiting[0]
            delivery = self.get(id_)
            if delivery is None or delivery.status != "pending" or delivery.due != due:
                heappop(self._waiting)  # what it was before it changed
            else:
                return delivery if due <= now else None
        return None

    def _find_waiting(self) -> None:
        self._waiting = [(one.due, one.order, one.id) for one in self if one.status == "pending"]
        heapify(self._waiting)


def is_allowed(url: str, hosts: frozenset[str]) -> bool:
    """Return whether a webhook may go to a URL: on this machine, or on a host that the user has allowed."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return is_loopback(host) or host in hosts


async def deliver_due(account: "Account", lock: RLock, transport: httpx.AsyncBaseTransport | None) -> int:
    """Send every webhook that is due by the clock, and the repeats that have become due.

    Whatever goes wrong with one is kept with its attempt, and touches no other.

    Args:
        account: The account.
        lock: Held while the account is read or changed.
        transport: How to send; by default over the network.

    Returns:
        How many attempts were made.
    """
    attempts = 0
    with lock:
        if account.deliveries.next_due(account.clock.now().timestamp()) is None:
            return attempts
    async with httpx.AsyncClient(
        transport=transport,
        timeout=_TIMEOUT,
        trust_env=False,
        verify=False,  # noqa: S501 - it goes to this machine or to hosts of the user's, where certificates are home-made
    ) as client:
        while (claimed := _claim(account, lock)) is not None:
            attempts += 1
            attempt = await _send(client, claimed)
            with lock:
                if claimed.id in account.deliveries.rows:
                    status = "delivered" if attempt.status == int(httpx.codes.OK) else "pending"
                    if status == "pending" and claimed.attempts >= ATTEMPTS:
                        status = "failed"
                    account.deliveries.put(replace(claimed, status=status))
                    account.deliveries.attempts.setdefault(claimed.id, []).append(attempt)
                    account.state_file.commit()
    return attempts


def _claim(account: "Account", lock: RLock) -> Delivery | None:
    with lock:
        now = account.clock.now().timestamp()
        while (first := account.deliveries.next_due(now)) is not None:
            if is_allowed(first.url, account.webhook_hosts):
                # The attempt counts before it is made: a kill in between repeats no webhook more often than promised,
                # and whoever else looks for due ones does not find this one.
                claimed = replace(first, attempts=first.attempts + 1, due=first.due + INTERVAL, tried=now)
                account.deliveries.put(claimed)
                account.state_file.commit()
                return claimed
            account.deliveries.put(replace(first, status="refused"))  # an earlier sandbox on the file allowed it
        account.state_file.commit()
        return None


async def _send(client: httpx.AsyncClient, delivery: Delivery) -> Attempt:
    at, started = delivery.tried or 0.0, perf_counter()
    headers = {"content-type": "application/json", "accept-encoding": "identity"}
    try:
        with anyio.fail_after(_TIMEOUT):
            async with client.stream("POST", delivery.url, content=delivery.payload, headers=headers) as answer:
                # From here on there is an answer, whatever becomes of its body.
                body = await _beginning(answer)
                duration = perf_counter() - started
                return Attempt(at, duration, answer.status_code, dict(answer.headers), body)
    except TimeoutError:
        error = f"no answer within {_TIMEOUT:g} s"
    except Exception as reason:  # noqa: BLE001 - a webhook that cannot be sent must not keep the others from being sent
        error = str(reason) or type(reason).__name__
    return Attempt(at, perf_counter() - started, error=error)


async def _beginning(answer: httpx.Response) -> str:
    body = b""
    try:
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) >= _KEPT_BYTES:
                break
    except httpx.HTTPError as error:
        return f"{body.decode(errors='replace')}[{type(error).__name__}]"
    return body[:_KEPT_BYTES].decode(errors="replace")

"""The states of a port order, and what each of them means for the account."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from flowroute_async.sandbox import webhooks
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.errors import REFUSAL, ApiError
from flowroute_async.sandbox.records import PortOrder

FEE = 7.5
"""Dollars for a number, taken when the order goes to the losing carrier."""

PATIENCE = 45 * 86_400.0
"""Seconds for which an order waits for its letter of authorization."""

CHANGEABLE = ("pending", "rejected")
"""States in which the customer may change an order."""

OPEN = ("pending", "processing", "submitted", "rejected", "review", "accepted")
"""States in which the numbers are still to come."""

_STAFF: Mapping[str, tuple[str, ...]] = {
    "pending": ("processing", "review", "cancelled", "abandoned"),
    "processing": ("submitted", "review", "rejected", "hard_canceled"),
    "submitted": ("accepted", "rejected", "review", "hard_canceled"),
    "accepted": ("completed", "rejected", "review", "hard_canceled"),
    "rejected": ("processing", "review", "abandoned", "hard_canceled"),
    "review": ("processing", "submitted", "accepted", "rejected", "cancelled", "hard_canceled"),
}
"""Where an order can go from each state; the states that are missing are final."""

STATUSES = tuple(dict.fromkeys((*_STAFF, *(status for after in _STAFF.values() for status in after))))
"""All states."""


def next_statuses(order: PortOrder) -> tuple[str, ...]:
    """Return the states to which an order can go."""
    return _STAFF.get(order.status, ())


def require(order: PortOrder, statuses: Collection[str]) -> None:
    """Refuse a change that the order's state does not allow.

    Raises:
        ApiError: If it is in another state.
    """
    if order.status not in statuses:
        words = f"A port order that is {order.status} cannot be changed so."
        raise ApiError(403, words, "Forbidden", inferred=REFUSAL)


def move(account: Account, order: PortOrder, status: str, message: str | None = None) -> PortOrder:
    """Move an order to another state: charge the fee, let its numbers come or go, and queue the news.

    Raises:
        ApiError: If the fee is due and the balance is too low; the order stays where it is.
    """
    if status == "submitted":
        account.charge(round(FEE * NANO) * len(order.numbers))
    now = account.time
    comments = [*order.comments, message] if message else order.comments
    moved = account.port_orders.put(replace(order, status=status, status_at=now, modified_at=now, comments=comments))
    if status == "completed":
        _arrive(account, moved)
    elif status not in OPEN:
        for number in moved.numbers:
            account.numbers.remove(number[1:])
    url = str(moved.details.get("status_url", ""))
    if url:
        webhooks.queue_notification(
            account,
            url,
            kind="po_status_change",
            resource_type="portorders",
            resource_id=moved.id,
            status=status,
            message=message or f"Port Order #{moved.id} has been {status}.",
            at=now,
        )
    return moved


def summary(orders: Sequence[PortOrder]) -> str:
    """Return the state of a group of orders in one word."""
    statuses = {order.status for order in orders}
    if statuses & set(CHANGEABLE):
        return "requires action"
    if statuses & set(OPEN):
        return "in progress"
    return "completed" if "completed" in statuses else "canceled"


def _arrive(account: Account, order: PortOrder) -> None:
    presets = order.presets
    for number in order.numbers:
        held = account.numbers.rows[number[1:]]
        account.numbers.put(
            replace(
                held,
                port_order=None,
                alias=presets.get("alias", held.alias),
                # What was deleted since then cannot be had.
                cnam=presets.get("cnam_id") if presets.get("cnam_id") in account.names.rows else None,
                e911=presets.get("e911_id") if presets.get("e911_id") in account.addresses.rows else None,
                primary_route=_route(account, presets.get("primary_route_id")) or "0",
                failover_route=_route(account, presets.get("failover_route_id")),
                cnam_lookups_enabled=bool(order.details.get("enable_cnam_lookups", False)),
            )
        )


def _route(account: Account, id_: str | None) -> str | None:
    return id_ if id_ in account.routes.rows else None

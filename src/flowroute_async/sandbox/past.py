"""Writes what an account begins with into one that was never used."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random

from flowroute_async.sandbox import mdr
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.area_codes import STATE_OF
from flowroute_async.sandbox.callbacks import CALLBACK_TYPES, is_url
from flowroute_async.sandbox.cnam import written
from flowroute_async.sandbox.lived_in import lived_in
from flowroute_async.sandbox.port_states import OPEN, STATUSES
from flowroute_async.sandbox.records import (
    Address,
    Callback,
    CallerName,
    CdrExport,
    Message,
    OwnedNumber,
    PhoneCall,
    PortOrder,
    Route,
)
from flowroute_async.sandbox.seed import (
    BUILT_IN_ROUTE,
    Seed,
    SeedCall,
    SeedExport,
    SeedMessage,
    SeedName,
    SeedNumber,
    SeedPortOrder,
    numbers_for_sale,
    read_seed,
)


class Past:
    """What an account begins with.

    Args:
        name: Tells one past from others, in state files.
        seed_of: Makes the seed for an account that is set up but for it.
    """

    def __init__(self, name: str, seed_of: Callable[[Account], Seed]) -> None:
        self.name = name
        self._seed_of = seed_of

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Past":
        """Read a seed file.

        Raises:
            OSError: If it cannot be opened.
            ValueError: If it cannot be read, or something in it is wrong.
        """
        content = Path(path).read_bytes()
        seed = read_seed(os.fspath(path), content)
        return cls(f"seed file {sha256(content).hexdigest()[:12]}", lambda _account: seed)

    @classmethod
    def lived_in(cls) -> "Past":
        """Make the past of an account that was used for months."""
        return cls("lived-in", lived_in)

    def begin(self, account: Account, *, is_new: bool) -> None:
        """Put the numbers of the past up for sale, and write the rest into an account that was never used."""
        seed = self._seed_of(account)
        if is_new:
            give_past(account, seed)
        given_back = (number.number for number in seed.numbers if number.number not in account.numbers.rows)
        account.for_sale.add([*numbers_for_sale(seed), *given_back])


def give_past(account: Account, seed: Seed) -> None:
    """Write a seed into an account that was never used.

    Raises:
        ValueError: If a relation, a callback or a state names nothing that there is; the text names the place.
    """
    if seed.balance is not None:
        account.set_balance(round(seed.balance * NANO))
    for callback, url in seed.callbacks.items():
        _check_callback("callbacks", callback, url)
        account.callbacks.put(Callback(callback, url, "v2.1"))
    routes = {route.alias: Route(account.new_id(), **route.model_dump()) for route in seed.routes}
    addresses = {address.label: Address(account.new_id(), **address.model_dump()) for address in seed.e911s}
    names = {name.value.upper(): _name(account, name) for name in seed.cnams}
    account.routes.load(routes.values())
    account.addresses.load(addresses.values())
    account.names.load(names.values())
    relations = {
        "route": {alias: route.id for alias, route in routes.items()} | {BUILT_IN_ROUTE: "0"},
        "e911": {label: address.id for label, address in addresses.items()},
        "cnam": {value: name.id for value, name in names.items()},
    }
    account.numbers.load(_number(account, number, relations) for number in seed.numbers)
    for order in seed.port_orders:
        _open_order(account, order)
    account.messages.load(_messages(account, seed.messages))
    account.calls.load([_call(account, call) for call in seed.calls])
    account.exports.load([_export(account, export) for export in seed.cdr_exports])


def _name(account: Account, name: SeedName) -> CallerName:
    default = "Rejected." if name.status == "rejected" else None
    return CallerName(
        account.new_id(),
        name.value.upper(),
        None if name.created is None else written(name.created),
        is_approved=name.status == "approved",
        approval_datetime=None if name.approved is None else written(name.approved),
        rejection_reason=default if name.rejection_reason is None else name.rejection_reason,
    )


def _number(account: Account, number: SeedNumber, relations: Mapping[str, Mapping[str, str]]) -> OwnedNumber:
    place = f"numbers: {number.number}"
    for callback, url in (number.callbacks or {}).items():
        _check_callback(place, callback, url)

    def related(kind: str, name: str | None) -> str | None:
        if name is None:
            return None
        if name not in relations[kind]:
            raise ValueError(f"{place}: there is no {kind} {name}")
        return relations[kind][name]

    digits, inventory = number.number, account.inventory
    is_known = digits[1:4] in STATE_OF
    return OwnedNumber(
        digits,
        rate_center=number.rate_center or (inventory.rate_center(digits) if is_known else ""),
        state=number.state or (inventory.state(digits) if is_known else ""),
        number_type=inventory.number_type(digits),
        alias=number.alias,
        cnam_lookups_enabled=number.cnam_lookups_enabled,
        primary_route=related("route", number.primary_route),
        failover_route=related("route", number.failover_route),
        e911=related("e911", number.e911),
        cnam=related("cnam", None if number.cnam is None else number.cnam.upper()),
        emergency_capable=number.emergency_capable,
        callbacks=number.callbacks or {},
        messaging_enabled=number.messaging_enabled,
        tier=number.tier or (inventory.tier(digits) if is_known else "Standard"),
    )


def _messages(account: Account, messages: list[SeedMessage]) -> list[Message]:
    ids = Random(account.inventory.seed)  # noqa: S311 - ids that are the same each time, and no secret
    now = account.time
    return [
        mdr.message_of(
            id_=message.id or f"mdr2-{ids.getrandbits(128):032x}",
            order=order,
            at=_at(message.at, now),
            direction=message.direction or ("outbound" if message.from_ in account.numbers.rows else "inbound"),
            sender=message.from_,
            recipient=message.to,
            body=message.body,
            is_mms=bool(message.media_urls),
            urls=message.media_urls,
            buffered_after=1.0,
            code=message.status_code,
        )
        for order, message in enumerate(messages)
    ]


def _call(account: Account, call: SeedCall) -> PhoneCall:
    is_outbound = call.from_ in account.numbers.rows
    own = account.numbers.get(call.from_ if is_outbound else call.to)
    return PhoneCall(
        account.new_id(),
        at=_at(call.at, account.time),
        direction="Outbound" if is_outbound else "Inbound",
        duration=call.duration,
        destination=call.to,
        caller=call.from_,
        number_alias=(own.alias if own is not None else None) or "",
        rate=round(call.rate * NANO),
        result=call.result,
        sip_code=call.sip_code,
        reason=call.reason,
    )


def _export(account: Account, export: SeedExport) -> CdrExport:
    requested = _at(export.requested, account.time)
    ready = requested + account.options.export_delay
    span = {"start_call_start_time": export.start.isoformat(), "start_call_end_time": export.end.isoformat()}
    return CdrExport(
        account.new_id(),
        filters=dict(span),
        callback_url=export.callback_url,
        requested_at=requested,
        ready_at=ready,
        status=export.status,
        completed_at=ready if export.status == "completed" else None,
    )


def _open_order(account: Account, order: SeedPortOrder) -> None:
    if order.status not in STATUSES:
        raise ValueError(f"port_orders: there is no status {order.status}; they are {', '.join(STATUSES)}")
    at = _at(order.created, account.time)
    numbers = [f"+{number}" for number in order.numbers]
    kept = account.port_orders.put(
        PortOrder(
            account.new_id(),
            group=account.new_id(),
            numbers=numbers,
            details=dict(order.details),
            created_at=at,
            modified_at=at,
            status=order.status,
            status_at=None if order.status == "pending" else at,
            comments=order.comments,
        )
    )
    if order.status in OPEN:
        relations: Mapping[str, Mapping[str, str]] = {}
        held = [SeedNumber(number=number, primary_route=None) for number in order.numbers]
        account.numbers.load(replace(_number(account, number, relations), port_order=kept.id) for number in held)


def _check_callback(place: str, callback: str, url: str) -> None:
    if callback not in CALLBACK_TYPES or not is_url(url):
        raise ValueError(f"{place}: {callback} must be one of {', '.join(CALLBACK_TYPES)}, with a URL")


def _at(moment: datetime | None, now: float) -> float:
    return now if moment is None else moment.timestamp()

"""Port orders: numbers of other carriers that are to come to the account."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flowroute_async.sandbox import port_states, porting_answers, porting_documents, porting_filters
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.area_codes import CANADIAN_AREA_CODES, STATE_OF, TOLL_FREE
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.errors import ApiError, invalid
from flowroute_async.sandbox.paging import window
from flowroute_async.sandbox.porting_fields import (
    PRESETS,
    checked_details,
    checked_presets,
    checked_urls,
    phone_numbers,
    some_phone_numbers,
)
from flowroute_async.sandbox.records import OwnedNumber, PortOrder

_WITHOUT_PLUS = "that a number without a plus is taken: the documentation wants one, a sample leaves it out"


def check_portability(account: Account, call: Call) -> Reply:
    """Return which numbers can be ported.

    inferred: which ones: those of an area code that the inventory knows and that are not on the account already; and
    of them, those with an even exchange by the quicker way.
    """
    given = call.attributes.get("numbers")
    numbers = phone_numbers(call, "numbers", _with_plus(given))
    portable = [number for number in numbers if _is_portable(account, number)]
    quick = [number for number in portable if int(number[5:8]) % 2 == 0]
    rest = [number for number in numbers if number not in portable]
    reply = Reply.json(200, {"data": {"hypernetwork_enabled": quick, "nonportable": rest, "portable": portable}})
    return reply if _with_plus(given) == given else replace(reply, inferred=_WITHOUT_PLUS)


def _with_plus(given: object) -> object:
    """Write a plus before digits without one, which a sample of the vendor's Python SDK sends."""
    if isinstance(given, list):
        return [_with_plus(item) for item in cast("list[object]", given)]
    is_plain = isinstance(given, str) and given.isascii() and given.isdecimal()
    return f"+{given}" if is_plain else given


def create_port_order(account: Account, call: Call) -> Reply:
    """Order numbers to be ported: one order for each kind of number and country, all of one group."""
    attributes = call.attributes
    numbers = phone_numbers(call, "numbers", attributes.get("numbers"))
    details = checked_details(account, call, attributes, {})
    presets = checked_presets(account, call, attributes.get("presets"), {})
    _refuse_nonportable(account, call, numbers)
    documents = checked_urls(call, "business_documents")
    group = account.new_id()
    orders = [_open(account, group, part, details, presets) for part in _split(numbers)]
    for order in orders:
        for url in documents:
            porting_documents.add_fetched(account, order, url)
    account.count(call.operation, group)
    # inferred: the body; the type of a group is all that is known of it.
    return Reply.json(201, porting_answers.group(call, account, group, orders))


def list_port_orders(account: Account, call: Call) -> Reply:
    """List the port orders; an account without any has nothing to find."""
    if "group_id" in call.query:
        return _group_status(account, call, call.query["group_id"])
    shown = window(call, account.options)
    if not account.port_orders.rows:
        raise _no_such_order()
    newest = [account.port_orders.rows[id_] for _, id_ in reversed(account.port_orders.ascending)]  # inferred
    orders = [order for order in newest if porting_filters.matches(call, order)]
    rows = [
        {"attributes": {"id": order.id, "alias": order.details.get("alias", ""), "status": order.status}}
        for order in shown.cut(orders)[: shown.limit]
    ]
    # The vendor's sample has no links.
    return Reply.json(200, {"data": {"type": "portorder_list", "attributes": {"orders": {"data": rows}}}})


def get_port_order(account: Account, call: Call) -> Reply:
    """Return one order."""
    return porting_answers.reply(account, call, find(account, call))


def get_port_order_status(account: Account, call: Call) -> Reply:
    """Return how far an order has come."""
    return Reply.json(200, {"data": porting_answers.status(find(account, call))})


def update_port_order(account: Account, call: Call) -> Reply:
    """Change an order's details, or what its numbers are to have once they have come."""
    order = find(account, call)
    attributes = dict(call.attributes)
    presets = order.presets
    if "presets" in attributes:
        port_states.require(order, port_states.OPEN)
        presets = checked_presets(account, call, attributes.pop("presets"), order.presets)
    details = order.details
    if attributes:
        port_states.require(order, port_states.CHANGEABLE)
        details = checked_details(account, call, attributes, order.details)
    changed = account.port_orders.put(replace(order, details=details, presets=presets, modified_at=account.time))
    account.count(call.operation, order.id)
    return porting_answers.reply(account, call, changed)


def remove_port_order_preset(account: Account, call: Call) -> Reply:
    """Remove from an order one of the things that its numbers are to have."""
    order = find(account, call)
    port_states.require(order, port_states.OPEN)
    presets = {name: value for name, value in order.presets.items() if name != call.ids["preset"]}
    changed = account.port_orders.put(replace(order, presets=presets, modified_at=account.time))
    account.count(call.operation, order.id)
    # As in the vendor's sample, the ids that are left are integers here, and what is not there is null.
    resource = porting_answers.resource(account, call, changed)
    shown: dict[str, object] = {name: _integer(presets.get(name)) for name in PRESETS if name != "alias"}
    attributes = cast("dict[str, object]", resource["attributes"])
    attributes["presets"] = shown | {"alias": presets.get("alias")}
    return Reply.json(200, {"data": resource, "links": resource["links"]})


def change_port_order_numbers(account: Account, call: Call) -> Reply:
    """Add numbers to an order, and take others from it."""
    order = find(account, call)
    port_states.require(order, ("pending",))
    added, removed = (some_phone_numbers(call, name) for name in ("add", "remove"))
    new = [number for number in added if number not in order.numbers]
    _refuse_nonportable(account, call, new)
    left = [number for number in [*order.numbers, *new] if number not in removed]
    if not left:
        raise invalid({"remove": ["A port order needs a number."]})
    for number in set(order.numbers) - set(left):
        account.numbers.remove(number[1:])
    changed = account.port_orders.put(replace(order, numbers=left, modified_at=account.time))
    _hold(account, changed)
    account.count(call.operation, order.id)
    return porting_answers.reply(account, call, changed)


def add_port_order_group_numbers(account: Account, call: Call) -> Reply:
    """Add numbers to the orders of a group, where they are open, or to new orders of it."""
    orders = _group_orders(account, call.ids["order"])
    numbers = phone_numbers(call, "add", call.attributes.get("add", call.attributes.get("numbers")))
    _refuse_nonportable(account, call, numbers)
    changed = orders[0]
    for part in _split(numbers):
        fitting = [order for order in orders if order.status == "pending" and _kind(order.numbers[0]) == _kind(part[0])]
        if fitting:
            joined = [*fitting[0].numbers, *part]
            changed = account.port_orders.put(replace(fitting[0], numbers=joined, modified_at=account.time))
            _hold(account, changed)
        else:
            changed = _open(account, call.ids["order"], part, orders[0].details, orders[0].presets)
    account.count(call.operation, call.ids["order"])
    return porting_answers.reply(account, call, changed)


def cancel_port_order(account: Account, call: Call) -> Reply:
    """Cancel a pending order, or abandon a rejected one."""
    order = find(account, call)
    status = call.attributes.get("status")
    if not isinstance(status, str) or status.lower() not in {"cancelled", "canceled"}:
        raise call.rejected({"status": "Must be: cancelled."})
    port_states.require(order, port_states.CHANGEABLE)
    ended = port_states.move(account, order, "cancelled" if order.status == "pending" else "abandoned")
    account.count(call.operation, order.id)
    return Reply.json(200, {"data": porting_answers.status(ended)})


def get_letter_of_authorization(account: Account, call: Call) -> Reply:
    """Return the letter of authorization, signed or not."""
    return Reply.json(200, {"data": {"type": "loa", "attributes": porting_answers.letter(find(account, call))}})


def sign_letter_of_authorization(account: Account, call: Call) -> Reply:
    """Sign the letter of authorization: the order is on its way."""
    order = find(account, call)
    port_states.require(order, port_states.CHANGEABLE)
    names = {name: call.attributes.get(name) for name in ("signature_name", "signature_title")}
    faults = {
        name: "Missing data for required field."
        for name, value in names.items()
        if not isinstance(value, str) or not value.strip()
    }
    changes = {
        name: "Must be as in the port order."
        for name, value in porting_answers.letter(order).items()
        if name not in {*names, "loa_copy"} and call.attributes.get(name, value) != value
    }
    if faults | changes:
        raise call.rejected(faults | changes)
    name, title = (str(value) for value in names.values())
    signed = account.port_orders.put(replace(order, signature_name=name, signature_title=title))
    porting_documents.add(account, signed, name=f"loa-{order.id}.pdf", content=b"%PDF-1.4 letter of authorization")
    moved = port_states.move(account, signed, "processing")
    account.count(call.operation, order.id)
    return porting_answers.reply(account, call, moved, 201)


def expire(account: Account) -> None:
    """Abandon the orders that waited too long for their letter of authorization."""
    for order in account.port_orders.where("status", "pending"):
        if order.created_at + port_states.PATIENCE <= account.time:
            port_states.move(account, order, "abandoned")


def find(account: Account, call: Call) -> PortOrder:
    """Return the order that a path names.

    Raises:
        ApiError: If there is none.
    """
    order = account.port_orders.get(call.ids["order"])
    if order is None:
        raise _no_such_order()
    return order


def _no_such_order() -> ApiError:
    return ApiError(404, "No such port order", "Resource not found")


def _open(
    account: Account, group: str, numbers: list[str], details: dict[str, object], presets: dict[str, str]
) -> PortOrder:
    now = account.time
    order = account.port_orders.put(PortOrder(account.new_id(), group, numbers, details, now, now, presets))
    _hold(account, order)
    return order


def _hold(account: Account, order: PortOrder) -> None:
    """Show the numbers of an order among the account's, inactive until they have come."""
    for number in order.numbers:
        digits = number[1:]
        if account.numbers.get(digits) is None:
            account.numbers.put(
                OwnedNumber(
                    digits,
                    rate_center=account.inventory.rate_center(digits),
                    state=account.inventory.state(digits),
                    number_type=account.inventory.number_type(digits),
                    primary_route=None,
                    port_order=order.id,
                )
            )


def _group_orders(account: Account, group: str) -> list[PortOrder]:
    orders = account.port_orders.where("group", group)
    if not orders:
        raise _no_such_order()
    return orders


def _group_status(account: Account, call: Call, group: str) -> Reply:
    orders = _group_orders(account, group)
    if "status" not in call.query:  # inferred: that without the flag the whole orders come
        return Reply.json(200, porting_answers.group(call, account, group, orders))
    rows = [{"attributes": {"id": order.id, "numbers": order.numbers, "status": order.status}} for order in orders]
    attributes = {"status": port_states.summary(orders), "orders": {"data": rows}}  # inferred: the body
    return Reply.json(200, {"data": {"type": "portorder_group", "id": group, "attributes": attributes}})


def _is_portable(account: Account, number: str) -> bool:
    return number[2:5] in STATE_OF and account.numbers.get(number[1:]) is None


def _refuse_nonportable(account: Account, call: Call, numbers: Sequence[str]) -> None:
    refused = [number for number in numbers if not _is_portable(account, number)]
    if refused:
        raise call.rejected({"numbers": f"These numbers cannot be ported: {', '.join(refused)}."})


def _kind(number: str) -> str:
    code = number[2:5]
    return "toll-free" if code in TOLL_FREE else "ca" if code in CANADIAN_AREA_CODES else "us"


def _split(numbers: Sequence[str]) -> list[list[str]]:
    parts: dict[str, list[str]] = {}
    for number in numbers:
        parts.setdefault(_kind(number), []).append(number)
    return list(parts.values())


def _integer(value: str | None) -> int | None:
    return None if value is None else int(value)

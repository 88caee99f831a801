"""What the API shows of a port order: the order, how far it has come, its group, and its letter of authorization."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from flowroute_async.sandbox import port_states, porting_documents
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.porting_fields import PRESETS, TEXTS
from flowroute_async.sandbox.records import PortOrder


def reply(account: Account, call: Call, order: PortOrder, code: int = 200) -> Reply:
    """Answer with an order."""
    shown = resource(account, call, order)
    return Reply.json(code, {"data": shown, "links": shown["links"]})


def resource(account: Account, call: Call, order: PortOrder) -> dict[str, object]:
    """Return an order as it is shown."""
    details = order.details
    texts = {name: details.get(name, "") for name in TEXTS}
    address = {name: texts.pop(name) for name in ("city", "country", "state", "street", "street2", "zip")}
    attributes: dict[str, object] = texts | {
        "billing_address": address,
        "business_documents": porting_documents.listed(account, call, order),
        "comments": order.comments,
        "cost": str(port_states.FEE * len(order.numbers)),
        "desired_completion_date": details.get("desired_completion_date"),
        "enable_cnam_lookups": details.get("enable_cnam_lookups", False),
        "group_id": order.group,
        "loa_details": {"cc": "", "email": ""} | cast("dict[str, object]", details.get("loa_details", {})),
        "numbers": order.numbers,
        "presets": {name: order.presets.get(name, "") for name in PRESETS},
        "status": order.status,
        "status_updated_at": _written(order.status_at),
    }
    return {
        "attributes": {name: attributes[name] for name in sorted(attributes)},
        "id": order.id,
        "links": {"self": call.url(f"/v2/portorders/{order.id}")},
        "type": "portorder",
    }


def status(order: PortOrder) -> dict[str, object]:
    """Return how far an order has come."""
    attributes = {"status": order.status, "status_updated_at": _written(order.status_at)}
    return {"attributes": attributes, "id": order.id, "type": "portorder"}


def group(call: Call, account: Account, id_: str, orders: Sequence[PortOrder]) -> dict[str, object]:
    """Return the orders of a group."""
    attributes = {
        "status": port_states.summary(orders),
        "orders": {"data": [resource(account, call, order) for order in orders]},
    }
    return {"data": {"type": "portorder_group", "id": id_, "attributes": attributes}}


def letter(order: PortOrder) -> dict[str, object]:
    """Return the letter of authorization, signed or not."""
    details = order.details
    names = (
        "billing_name",
        "street",
        "street2",
        "city",
        "state",
        "zip",
        "country",
        "provider",
        "usage_type",
        "company",
    )
    return {
        "numbers": [number.removeprefix("+1") for number in order.numbers],
        **{name: details.get(name, "") for name in names},
        "signature_name": order.signature_name,
        "signature_title": order.signature_title,
        "loa_copy": "",
    }


def _written(at: float | None) -> str | None:
    return None if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"

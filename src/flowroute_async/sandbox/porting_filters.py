"""Which port orders a query of the list wants."""

from datetime import UTC, datetime

from flowroute_async.sandbox.call import Call
from flowroute_async.sandbox.errors import invalid
from flowroute_async.sandbox.records import PortOrder

_TIMES = {
    "modified_after": ("modified_at", 1),
    "modified_before": ("modified_at", -1),
    "created_after": ("created_at", 1),
    "created_before": ("created_at", -1),
    "completed_after": ("status_at", 1),
    "completed_before": ("status_at", -1),
}


def matches(call: Call, order: PortOrder) -> bool:
    """Whether an order is wanted.

    Raises:
        ApiError: If a time of the query is none.
    """
    query = call.query
    number = query.get("numbers", "").strip().lstrip("+")
    if number and not any(f"+{part.strip().lstrip('+')}" in order.numbers for part in number.split(",")):
        return False
    if query.get("status", order.status).lower() != order.status:
        return False
    if query.get("alias", "").lower() not in str(order.details.get("alias", "")).lower():
        return False
    if "completion_date" in query:
        _moment(query["completion_date"], "completion_date")
        if query["completion_date"] != order.details.get("desired_completion_date"):
            return False
    for name, (attribute, sign) in _TIMES.items():
        if name in query:
            at = getattr(order, attribute)
            limit = _moment(query[name], name)
            if at is None or (name.startswith("completed") and order.status != "completed") or (at - limit) * sign < 0:
                return False
    return True


def _moment(text: str, name: str) -> float:
    try:
        time = datetime.fromisoformat(text.replace(" ", "+"))
        return (time.replace(tzinfo=UTC) if time.tzinfo is None else time).timestamp()
    except (ValueError, OverflowError):
        raise invalid({name: ["Not a valid datetime."]}) from None

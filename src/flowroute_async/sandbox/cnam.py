"""CNAM records, and which of them a number shows."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.area_codes import CANADIAN_AREA_CODES
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.errors import ApiError, invalid, not_found
from flowroute_async.sandbox.number_reference import number_reference
from flowroute_async.sandbox.paging import UNLIMITED, page, window
from flowroute_async.sandbox.records import CallerName

_VALUE = re.compile(r"[A-Za-z0-9 \-_.,@+&'/\"]{1,15}")
_PRICE = NANO  # inferred: the vendor refuses creation for lack of funds; how much it costs is not known


def list_cnam_records(account: Account, call: Call) -> Reply:
    """List the account's records."""
    shown = window(call, account.options, UNLIMITED)
    filters: dict[str, str] = {}
    approved = call.query.get("is_approved")
    if approved is not None:
        wanted = boolean(approved)
        if wanted is None:
            raise invalid({"is_approved": ["Not a valid boolean."]})
        filters["is_approved"] = str(wanted)
    value = call.query.get("value")
    if value is not None:
        filters["value"] = value
    names = account.names
    entries = names.view(tuple(filters.items()), lambda record: _is_match(record, filters))
    rows = [resource(call, names.rows[id_]) for _, id_ in shown.cut(entries)]
    return Reply.json(200, page(call, shown, rows, filters))


def get_cnam_record(account: Account, call: Call) -> Reply:
    """Return one record, and the numbers that show it."""
    record = _record(account, call)
    numbers = account.numbers.where("cnam", record.id)
    related = {"numbers": {"data": [{"id": number.id, "type": "number"} for number in numbers]}}
    body: dict[str, object] = {
        "data": resource(call, record) | ({"relationships": related} if record.is_approved else {})
    }
    if numbers:
        body["included"] = [number_reference(call, number) for number in numbers]
    return Reply.json(200, body)


def create_cnam_record(account: Account, call: Call) -> Reply:
    """Create a record; it waits for approval."""
    value = _checked(account, call, None)
    account.charge(_PRICE)
    record = account.names.put(CallerName(account.new_id(), value, written(account.clock.now())))
    account.count(call.operation, value)
    return Reply.json(201, {"data": resource(call, record)})


def update_cnam_record(account: Account, call: Call) -> Reply:
    """Change the name of a record that is not approved yet."""
    record = _record(account, call)
    if record.is_approved:
        raise invalid("Only a pending CNAM record can be changed.")
    value = _checked(account, call, record)
    changed = account.names.put(replace(record, value=value, rejection_reason=None))
    account.count(call.operation, record.id)
    return Reply.json(200, {"data": resource(call, changed)})


def delete_cnam_record(account: Account, call: Call) -> Reply:
    """Delete a record; its numbers show it no more."""
    record = account.names.get(call.ids["record"])
    if record is None:
        raise ApiError(404, "CNAM record not found. Nothing to delete.", "Resource not found")
    for number in account.numbers.where("cnam", record.id):
        account.numbers.put(replace(number, cnam=None))
    account.names.remove(record.id)
    account.count(call.operation, record.id)
    return NO_CONTENT


def associate_cnam_record(account: Account, call: Call) -> Reply:
    """Associate a record with a number."""
    number = account.owned(call.ids["number"])
    record = _record(account, call)
    if not record.is_approved:
        raise invalid("The CNAM record has not been approved.")
    if number.port_order is not None:
        raise invalid("A number on an open port order cannot show a CNAM record.")
    if number.number_type == "tollfree" or number.id[1:4] in CANADIAN_AREA_CODES:
        raise invalid("A CNAM record can only be associated with a US local number.")
    # inferred: that the association shows at once; in reality it takes effect days later.
    account.numbers.put(replace(number, cnam=record.id))
    account.count(call.operation, number.id)
    return _accepted(account, int(record.id))


def unassociate_cnam_record(account: Account, call: Call) -> Reply:
    """Remove the record from a number."""
    number = account.owned(call.ids["number"])
    if number.cnam is not None:  # inferred: that taking away nothing is no error
        account.numbers.put(replace(number, cnam=None))
        account.count(call.operation, number.id)
    return _accepted(account, None)


def approve(account: Account, record: CallerName) -> CallerName:
    """Approve a record, as the vendor's staff does."""
    return account.names.put(
        replace(record, is_approved=True, approval_datetime=written(account.clock.now()), rejection_reason=None)
    )


def reject(account: Account, record: CallerName, reason: str) -> CallerName:
    """Reject a record, as the vendor's staff does."""
    return account.names.put(replace(record, is_approved=False, approval_datetime=None, rejection_reason=reason))


def resource(call: Call, record: CallerName) -> dict[str, object]:
    """Write a record as the API does."""
    return {
        "attributes": {
            "approval_datetime": record.approval_datetime,
            "creation_datetime": record.creation_datetime,
            "is_approved": record.is_approved,
            "rejection_reason": record.rejection_reason,
            "value": record.value,
        },
        "id": record.id,
        "links": {"self": call.url(f"/v2/cnams/{record.id}")},
        "type": "cnam",
    }


def _is_match(record: CallerName, filters: Mapping[str, str]) -> bool:
    is_approved = str(record.is_approved)
    return filters.get("is_approved", is_approved) == is_approved and filters.get("value", "").upper() in record.value


def _record(account: Account, call: Call) -> CallerName:
    record = account.names.get(call.ids["record"])
    if record is None:
        raise not_found()
    return record


def _checked(account: Account, call: Call, old: CallerName | None) -> str:
    value = call.attributes.get("value")
    if not isinstance(value, str) or not value.strip():
        raise call.rejected({"value": "Missing data for required field."})
    if not _VALUE.fullmatch(value) or not any(letter.isalpha() for letter in value):
        raise call.rejected({"value": "Must have 1 to 15 of the allowed characters, and at least one letter."})
    value = value.upper()
    if any(record is not old for record in account.names.where("value", value)):
        raise invalid("Duplicate CNAM entry found on your account", observed=True)
    return value


def written(moment: datetime) -> str:
    """Write a time as CNAM records do: with a space instead of a T, and always six digits of the second's fraction."""
    return moment.isoformat(sep=" ", timespec="microseconds")


def _accepted(account: Account, id_: int | None) -> Reply:
    created = format_datetime(account.clock.now(), usegmt=True)
    return Reply.json(202, {"data": {"attributes": {"date_created": created}, "id": id_, "type": "cnam"}})

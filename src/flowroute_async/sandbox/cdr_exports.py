"""Exports of call detail records: asked for, ready after a while, and downloaded from elsewhere for some days."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from flowroute_async.sandbox import cdr_file, storage
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.errors import invalid, not_found
from flowroute_async.sandbox.paging import page_with_links, window
from flowroute_async.sandbox.records import CdrExport, PhoneCall

STATUSES = ("processing", "completed", "failed")
FOLDER = "/flowroute-cdrexports"
"""Where the files are, in the store."""

_LIFE = 259_200  # seconds: three days
_LONGEST_SPAN = timedelta(days=92)
_SPAN = ("start_call_start_time", "start_call_end_time")
_MONEY = ("total_cost", "call_subtotal", "connect_fees", "cnamlookup_fees", "usf_fees", "ccrf")
_INTERNAL = "http://cdr-api/cdrs/exports"  # what links of these lists name: a host that nobody outside can reach


def create_cdr_export(account: Account, call: Call) -> Reply:
    """Create an export; its file is ready after a while."""
    attributes = call.attributes
    filters = _filters(call, attributes.get("filter_parameters"))
    callback = attributes.get("callback_url")
    if callback is not None and not (isinstance(callback, str) and is_url(callback)):
        raise call.rejected({"callback_url": "Not a valid URL."})
    now = account.time
    export = account.exports.put(
        CdrExport(account.new_id(), filters, callback, now, now + account.options.export_delay)
    )
    account.count(call.operation, export.id)
    # This answer alone has the filters beside the other attributes, a string for an id, and the API's own host.
    link = {"self": call.url(f"/v2/cdrs/exports/{export.id}")}
    shown: dict[str, object] = {
        **filters,
        **_attributes(account, call, export),
        "filter_parameters": dict[str, object](),
    }
    data = {"attributes": shown, "id": export.id, "links": link, "type": "cdrexport"}
    return Reply.json(201, {"data": data, "links": link})


def list_cdr_exports(account: Account, call: Call) -> Reply:
    """List the exports; each item is wrapped twice, and links name a host inside the vendor's network."""
    shown = window(call, account.options)
    status = call.query.get("status")
    if status is not None and status not in STATUSES:
        raise invalid({"status": ["Not a valid choice."]})
    found = account.exports.ascending if status is None else account.exports.group("status", status)
    newest = shown.cut_from_end(found, 0, len(found))  # inferred: that order
    rows = [{"data": _resource(account, call, account.exports.rows[id_])} for _, id_ in newest]
    query = {} if status is None else {"status": status}
    return Reply.json(200, page_with_links(shown, rows, query, _INTERNAL))


def get_cdr_export(account: Account, call: Call) -> Reply:
    """Return one export."""
    export = account.exports.get(call.ids["export"])
    if export is None:
        raise not_found()
    link = {"self": f"{_INTERNAL}/{export.id}"}
    resource = _resource(account, call, export)
    # As in the vendor's sample, in which a list has become a text.
    attributes = cast("dict[str, object]", resource["attributes"])
    filters = cast("Mapping[str, object]", attributes["filter_parameters"])
    attributes["filter_parameters"] = {
        name: str(cast("object", value)) if isinstance(value, list) else value for name, value in filters.items()
    }
    return Reply.json(200, {"data": resource | {"links": link}, "links": link})


def download_cdr_file(account: Account, call: Call) -> Reply:
    """Return the file of an export: a compressed table."""
    export = account.exports.get(call.ids["file"].removesuffix(".csv.gz"))
    if export is None or export.status != "completed":
        return storage.missing()
    content = cdr_file.compressed(_calls(account, export), newer=account.options.shape != "2018")
    # The store names the compression as the file's type, and not as an encoding that a client would undo.
    return Reply(200, content, {"content-type": "application/x-gzip", "accept-ranges": "bytes"})


def _resource(account: Account, call: Call, export: CdrExport) -> dict[str, object]:
    return {"attributes": _attributes(account, call, export), "id": int(export.id), "type": "cdrexport"}


def _attributes(account: Account, call: Call, export: CdrExport) -> dict[str, object]:
    requested = _written(export.requested_at)
    attributes: dict[str, object] = {
        **dict.fromkeys(_MONEY),
        "callback_url": export.callback_url,
        "created_at": requested,
        "download_url": None,
        "expires_at": None,
        "filter_parameters": export.filters,
        "num_calls": None,
        "billed_minutes": None,
        "requested_at": requested,
        "status": export.status,
    }
    if export.completed_at is not None:
        totals = cdr_file.totals(_calls(account, export))
        left = export.completed_at + _LIFE - account.time
        path = f"{FOLDER}/{export.id}.csv.gz"
        attributes |= {
            "billed_minutes": totals.billed_minutes,
            "download_url": storage.presigned(account, call, path, max(0, left)),
            "expires_at": _written(export.completed_at + _LIFE),
            "num_calls": totals.calls,
            "total_cost": totals.total,
            "call_subtotal": totals.subtotal,
            **dict.fromkeys(("connect_fees", "cnamlookup_fees", "usf_fees", "ccrf"), "0.0"),
        }
    return attributes


def _calls(account: Account, export: CdrExport) -> list[PhoneCall]:
    filters = export.filters
    begin, end = (datetime.fromisoformat(str(filters[name])).timestamp() for name in _SPAN)
    span = account.calls.between(begin, end)
    return [call for call in span if all(_FILTERS[name](call, filters[name]) for name in filters if name in _FILTERS)]


def _texts(value: object) -> list[str]:
    return [str(item) for item in cast("list[object]", value)]


def _is_list_of_texts(value: object) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value))
    )


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


_KINDS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "number_aliases": ("list of strings", _is_list_of_texts),
    "number_aliases_contains": ("list of strings", _is_list_of_texts),
    "destination_numbers": ("list of strings", _is_list_of_texts),
    "callerid_numbers": ("list of strings", _is_list_of_texts),
    "custom_x_tags": ("list of strings", _is_list_of_texts),
    "caller_ip": ("string", _is_text),
    "duration_greater_than": ("number", _is_number),
}
_FILTERS: Mapping[str, Callable[[PhoneCall, object], bool]] = {
    "number_aliases": lambda call, value: call.number_alias in _texts(value),
    "number_aliases_contains": lambda call, value: any(part in call.number_alias for part in _texts(value)),
    "destination_numbers": lambda call, value: call.destination in [text.lstrip("+") for text in _texts(value)],
    "callerid_numbers": lambda call, value: call.caller in [text.lstrip("+") for text in _texts(value)],
    "custom_x_tags": lambda call, value: call.tag in _texts(value),
    "caller_ip": lambda call, value: call.ip.partition(":")[0] == str(value).partition(":")[0],
    "duration_greater_than": lambda call, value: isinstance(value, int | float) and call.duration > value,
}


def _filters(call: Call, value: object) -> dict[str, object]:
    # inferred: that a filter which nobody knows is left out.
    if not isinstance(value, dict):
        raise call.rejected({"filter_parameters": "Missing data for required field."})
    given = cast("Mapping[str, object]", value)
    faults = {name: fault for name in _SPAN if (fault := _time_fault(given.get(name))) is not None}
    faults |= {name: f"Not a valid {kind}." for name, (kind, fits) in _KINDS.items() if not fits(given.get(name))}
    begin, end = (datetime.max.replace(tzinfo=UTC) if name in faults else _moment(str(given[name])) for name in _SPAN)
    if not faults and not begin < end:
        faults[_SPAN[1]] = "Must be after the start."
    elif not faults and end - begin > _LONGEST_SPAN:
        faults[_SPAN[1]] = f"The span is longer than {_LONGEST_SPAN.days} days."
    if faults:
        detail = {name: [text] for name, text in faults.items()}
        raise invalid({"data": {"attributes": {"filter_parameters": detail}}})
    span = {name: moment.isoformat() for name, moment in zip(_SPAN, (begin, end), strict=True)}
    return span | {name: given[name] for name in _KINDS if given.get(name) is not None}


def _time_fault(value: object) -> str | None:
    if value is None:
        return "Missing data for required field."
    try:
        _moment(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        return "Not a valid datetime."
    return None


def _moment(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")

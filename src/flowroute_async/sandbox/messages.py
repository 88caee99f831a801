"""Messages: sending them, and looking them up."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from flowroute_async.sandbox import mdr, webhooks
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.errors import invalid, messaging_disabled, not_authorized, not_found
from flowroute_async.sandbox.paging import UNLIMITED, link, window
from flowroute_async.sandbox.provisioning import is_enabled
from flowroute_async.sandbox.records import Message

_NUMBER = re.compile(r"\+?[0-9]{7,15}")  # inferred: which recipients are refused
_MMS_BYTES = 767_840
_LEGACY = "v2"


@dataclass(frozen=True, slots=True)
class _Submission:
    """A message to send, checked."""

    sender: str
    recipient: str
    text: str | None
    is_mms: bool
    media_urls: list[str]
    callback: str | None


def send_message(account: Account, call: Call) -> Reply:
    """Send an SMS or MMS."""
    wanted = _submission(call)
    number = account.numbers.get(wanted.sender)
    if number is None:
        raise not_authorized("the refusal's status, 403 rather than 422")
    if number.port_order is not None or not is_enabled(account, number):
        raise messaging_disabled()
    if wanted.is_mms and wanted.text is not None and len(wanted.text.encode(errors="replace")) > _MMS_BYTES:
        raise invalid(f'Error fetching media: File at "" is over {_MMS_BYTES} byte limit.', observed=True)
    kind, rate = ("mms", account.options.mms_rate) if wanted.is_mms else ("sms", account.options.sms_rate)
    account.rate_limits.spend(kind, rate, account.clock.now())
    cost = mdr.cost_of(wanted.text, is_mms=wanted.is_mms)
    account.charge(cost.nanodollars)
    message = mdr.record(
        account,
        direction="outbound",
        sender=number.id,
        recipient=wanted.recipient,
        body=wanted.text,
        is_mms=wanted.is_mms,
        urls=wanted.media_urls,
        generation=1 if call.version == _LEGACY else 2,
    )
    account.count(call.operation, message.recipient)
    webhooks.queue_receipts(account, message, number, wanted.callback)
    data: dict[str, object] = {
        "links": {"self": call.url(f"{call.path}/{message.id}")},
        "type": "message",
        "id": message.id,
    }
    if call.version == "v2.2":
        data["attributes"] = {
            "price_details": {
                "base_rate": cost.rate / NANO,
                "surcharge_rate": 0,
                "segment_count": cost.segments,
                "charged_cost": cost.nanodollars / NANO,
            }
        }
    priced = "where price_details stand, their types, and that there is no surcharge" if "attributes" in data else ""
    return replace(Reply.json(200 if call.version == _LEGACY else 202, {"data": data}), inferred=priced)


def list_messages(account: Account, call: Call) -> Reply:
    """List the messages of a span of time."""
    start, end = _moment(call, "start_date"), _moment(call, "end_date")
    if start is None:
        raise invalid({"start_date": ["Missing data for required field."]}, observed=True)
    shown = window(call, account.options, UNLIMITED)  # inferred: that its default limit is 10 too
    table, visible = account.messages, account.time - account.options.mdr_delay
    last = visible if end is None else min(visible, end.timestamp())
    # inferred: newest first, and that both ends belong to the span.
    low, high = table.position((start.timestamp(), -1)), table.position((last, float("inf")))
    rows = [table.rows[id_] for _, id_ in shown.cut_from_end(table.ascending, low, high)]
    # This list has no link to itself, and orders the query in its own way.
    query = {"limit": str(shown.limit), "start_date": start.isoformat()}
    if end is not None:
        query["end_date"] = end.isoformat()
    query["offset"] = str(shown.offset + shown.limit)
    links = {"next": link(call, query)} if len(rows) > shown.limit else {}
    rows = rows[: shown.limit]
    body: dict[str, object] = {"data": [mdr.resource(account, message) for message in rows], "links": links}
    included = [item for message in rows for item in mdr.media_resources(call.base_url, message)]
    return Reply.json(200, body | ({"included": included} if included else {}))


def get_message(account: Account, call: Call) -> Reply:
    """Return one message's record."""
    message = account.messages.get(call.ids["message"])
    if message is None or not _is_visible(account, message):
        raise not_found()
    included = mdr.media_resources(call.base_url, message)
    return Reply.json(200, {"data": mdr.resource(account, message)} | ({"included": included} if included else {}))


def _submission(call: Call) -> _Submission:
    attributes = call.attributes
    body, media, callback = attributes.get("body"), attributes.get("media_urls"), attributes.get("dlr_callback")
    urls = cast("list[object]", media) if isinstance(media, list) else []
    # Samples of the vendor send the word as a string.
    is_mms = boolean(attributes.get("is_mms", False))
    # inferred: the texts.
    faults = {
        "from": _number_fault(attributes.get("from")),
        "to": _number_fault(attributes.get("to")),
        "body": _body_fault(body, needed=not urls),
        "media_urls": None if media is None or (media == urls and all(map(_is_url, urls))) else "Not a list of URLs.",
        "is_mms": "Not a valid boolean." if is_mms is None else None,
        "dlr_callback": None if callback is None or _is_url(callback) else "Not a valid URL.",
    }
    found = {name: text for name, text in faults.items() if text is not None}
    if found:
        raise call.rejected(found)
    return _Submission(
        # One version of the API writes numbers with a plus, the other without; both are read.
        sender=str(attributes["from"]).removeprefix("+"),
        recipient=str(attributes["to"]).removeprefix("+"),
        text=str(body) if body else None,
        is_mms=bool(urls) or bool(is_mms),
        media_urls=[str(url) for url in urls],
        callback=None if callback is None else str(callback),
    )


def _number_fault(value: object) -> str | None:
    if value is None or value == "":
        return "Missing data for required field."
    if not isinstance(value, str):
        return "Not a valid string."
    return None if _NUMBER.fullmatch(value) else "Not a valid phone number."


def _body_fault(value: object, *, needed: bool) -> str | None:
    if value is not None and not isinstance(value, str):
        return "Not a valid string."
    return "Missing data for required field." if needed and not value else None


def _is_visible(account: Account, message: Message) -> bool:
    return message.at + account.options.mdr_delay <= account.clock.now().timestamp()


def _moment(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        # An unescaped plus in a query arrives as a space.
        time = datetime.fromisoformat(text.replace(" ", "+"))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid({name: ["Not a valid datetime."]}) from None


def _is_url(value: object) -> bool:
    return isinstance(value, str) and is_url(value)

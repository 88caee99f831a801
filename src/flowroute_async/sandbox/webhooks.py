"""Webhooks: what is queued for a message, and where it goes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from flowroute_async.sandbox import mdr
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.deliveries import is_allowed
from flowroute_async.sandbox.records import Delivery, Message, OwnedNumber


def queue_receipts(account: Account, message: Message, number: OwnedNumber, url: str | None) -> None:
    """Queue the receipts of a message that was sent.

    Args:
        account: The account.
        message: The message.
        number: The number that it was sent from.
        url: The message's own callback, if it has one: it comes before those of number and account.
    """
    kinds = ("mms_dlr_callback",) if message.is_mms else ("sms_dlr_callback", "dlr_callback")
    url = url or _callback(account, number, kinds)
    if url is None:
        return
    for receipt in mdr.receipts_of(message):
        queue(account, url, _receipt(account, message, receipt), receipt.at, message.id)


def queue_inbound(account: Account, message: Message, number: OwnedNumber) -> None:
    """Queue a message that has arrived."""
    url = _callback(account, number, ("mms_callback",) if message.is_mms else ("sms_callback",))
    if url is not None:
        queue(account, url, _inbound(account, message, url), message.at, message.id)


def queue_notification(
    account: Account, url: str, *, kind: str, resource_type: str, resource_id: str, status: str, message: str, at: float
) -> None:
    """Queue the news that a long task has changed its state; the sample of port orders stands for the others too."""
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    id_ = account.new_id()
    attributes = {
        "at": moment,
        "customer_id": 1,
        "event_type": "status_change",
        "id": id_,
        "message": message,
        "resource_id": resource_id,
        "resource_type": resource_type,
        "status": status,
        "timestamp": moment,
        "type": "event",
        "url_override": "",
        "version": "1.0",
    }
    payload = {"data": {"attributes": attributes, "id": id_, "type": kind, "timestamp": moment}}
    queue(account, url, payload, at, f"{resource_type} {resource_id}")


def queue(account: Account, url: str, payload: object, due: float, subject: str) -> None:
    """Queue a webhook that tells of a message or a task."""
    order = len(account.deliveries.rows)
    status = "pending" if is_allowed(url, account.webhook_hosts) else "refused"
    text = json.dumps(payload)
    account.deliveries.put(Delivery(account.new_id(), order, url, text, due, status=status, subject=subject))


def _callback(account: Account, number: OwnedNumber, kinds: Sequence[str]) -> str | None:
    own = (number.callbacks.get(kind) for kind in kinds)
    shared = (callback.url for kind in kinds if (callback := account.callbacks.get(kind)) is not None)
    return next((url for url in own if url is not None), None) or next(shared, None)


def _receipt(account: Account, message: Message, receipt: mdr.Receipt) -> dict[str, object]:
    body = "" if message.is_mms else message.body
    if account.options.webhook_format == "flat":
        attributes: dict[str, object] = {
            "to": message.recipient,
            "from": message.sender,
            "body": body,
            "status": receipt.status,
        }
        if receipt.status_code is not None:
            attributes["status_code"] = receipt.status_code
        return {"attributes": attributes, "id": message.id, "type": "delivery_receipt"}
    return {
        "data": {
            "attributes": {
                "body": body,
                "level": receipt.level,
                "status": receipt.status,
                "status_code": receipt.status_code,
                "status_code_description": receipt.description,
                "timestamp": datetime.fromtimestamp(receipt.at, UTC).isoformat(timespec="seconds"),
            },
            "id": message.id,
            # The vendor's links are its own; the sandbox does not know here under which address it is reached.
            "links": {"related": f"https://api.flowroute.com/v2.2/messages/{message.id}"},
            "type": "delivery_receipt",
        }
    }


def _inbound(account: Account, message: Message, url: str) -> dict[str, object]:
    if account.options.webhook_format == "flat":
        return {"body": message.body, "to": message.recipient, "from": message.sender, "id": message.id}
    attributes: dict[str, object] = {
        "amount_display": mdr.dollars(message.nanodollars),
        "body": message.body,
        "direction": message.direction,
        "from": message.sender,
        "is_mms": message.is_mms,
        "message_encoding": message.encoding,
        "message_type": message.message_type,
        "to": message.recipient,
    }
    if not message.is_mms:
        # In the webhook of an SMS the amount is a string, and the time has six digits of a fraction.
        time = datetime.fromtimestamp(message.at, UTC)
        attributes |= {
            "amount_nanodollars": str(message.nanodollars),
            "message_callback_url": url,
            "status": "delivered",
            "timestamp": f"{time:%Y-%m-%dT%H:%M:%S.%f}Z",
        }
        return {"data": {"attributes": attributes, "type": "message", "id": message.id}}
    attributes |= {
        "amount_nanodollars": message.nanodollars,
        "delivery_receipts": [],
        "status": "",
        "timestamp": mdr.moment(message.at),
    }
    media = {"media": {"data": [{"id": item.id, "type": "media"} for item in message.media]}}
    return {
        "data": {"id": message.id, "type": "message", "attributes": attributes, "relationships": media},
        "included": mdr.media_resources("https://api.flowroute.com", message),
    }

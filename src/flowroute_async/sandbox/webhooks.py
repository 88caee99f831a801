"""Webhooks: what is queued for a message, and sending what is due, again until it is answered with 200."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock
from urllib.parse import urlsplit

import httpx

from flowroute_async.sandbox import mdr
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.guard import is_loopback
from flowroute_async.sandbox.records import Delivery, Message, OwnedNumber

ATTEMPTS = 5
"""How often a webhook is sent at most: once, and four times more."""

INTERVAL = 30.0
"""Seconds by the clock between two attempts."""

_TIMEOUT = 5.0  # inferred: how long the vendor waits for an answer


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
        queue(account, url, _receipt(account, message, receipt), receipt.at)


def queue_inbound(account: Account, message: Message, number: OwnedNumber) -> None:
    """Queue a message that has arrived."""
    url = _callback(account, number, ("mms_callback",) if message.is_mms else ("sms_callback",))
    if url is not None:
        queue(account, url, _inbound(account, message, url), message.at)


async def deliver_due(account: Account, lock: RLock, transport: httpx.AsyncBaseTransport | None) -> int:
    """Send every webhook that is due by the clock, and the repeats that have become due.

    Args:
        account: The account.
        lock: Held while the account is read or changed.
        transport: How to send; by default over the network, to this machine only.

    Returns:
        How many attempts were made.
    """
    attempts = 0
    if not has_due(account, lock):
        return attempts
    async with httpx.AsyncClient(
        transport=transport,
        timeout=_TIMEOUT,
        trust_env=False,
        verify=False,  # noqa: S501 - it goes to this machine only, where certificates are home-made
    ) as client:
        while (delivery := _claim(account, lock)) is not None:
            attempts += 1
            try:
                answer = await client.post(
                    delivery.url, content=delivery.payload, headers={"content-type": "application/json"}
                )
                delivered = answer.status_code == 200  # noqa: PLR2004 - the status that is documented to stop repeats
            except (httpx.HTTPError, httpx.InvalidURL):
                delivered = False
            with lock:
                if delivery.id in account.deliveries.rows:
                    status = "delivered" if delivered else "failed" if delivery.attempts == ATTEMPTS else "pending"
                    account.deliveries.put(replace(delivery, status=status))
                    account.state_file.commit()
    return attempts


def has_due(account: Account, lock: RLock) -> bool:
    """Tell whether a webhook is due by the clock."""
    with lock:
        return bool(_due(account))


def _due(account: Account) -> list[Delivery]:
    now = account.clock.now().timestamp()
    return [delivery for delivery in account.deliveries if delivery.status == "pending" and delivery.due <= now]


def _claim(account: Account, lock: RLock) -> Delivery | None:
    with lock:
        due = _due(account)
        if not due:
            return None
        first = min(due, key=lambda delivery: (delivery.due, delivery.order))
        # The attempt counts before it is made: a kill in between repeats no webhook more often than promised, and
        # whoever else looks for due ones does not find this one.
        now = account.clock.now().timestamp()
        claimed = replace(first, attempts=first.attempts + 1, due=first.due + INTERVAL, tried=now)
        account.deliveries.put(claimed)
        account.state_file.commit()
        return claimed


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
    queue(account, url, {"data": {"attributes": attributes, "id": id_, "type": kind, "timestamp": moment}}, at)


def queue(account: Account, url: str, payload: object, due: float) -> None:
    """Queue a webhook."""
    order = len(account.deliveries.rows)
    # The sandbox sends nothing to other machines.
    status = "pending" if is_loopback(urlsplit(url).hostname) else "refused"
    account.deliveries.put(Delivery(account.new_id(), order, url, json.dumps(payload), due, status=status))


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

"""Message detail records: how they are kept, and how the API writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from uuid import uuid4

from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.area_codes import TOLL_FREE
from flowroute_async.sandbox.receipt_codes import status_of
from flowroute_async.sandbox.records import Media, Message
from flowroute_async.segments import estimate_segments

_SMS_RATE = 4_000_000
_MMS_RATE = 19_500_000  # inferred from an inbound MMS
_UCS2 = 8
_FILE_SIZE = 14832  # the sandbox fetches nothing, so that every file has this size


@dataclass(frozen=True, slots=True)
class Cost:
    """What a message costs: so many segments, at a rate in nanodollars."""

    encoding: int
    segments: int
    rate: int

    @property
    def nanodollars(self) -> int:
        """The whole."""
        return self.segments * self.rate


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery receipt; `at` is in seconds since 1970."""

    level: int
    status: str
    status_code: int | None
    description: str
    at: float


def cost_of(text: str | None, *, is_mms: bool) -> Cost:
    """Return what a message with that text costs; a media message is one segment, whatever its length."""
    estimate = estimate_segments(text or "")
    encoding = 0 if estimate.encoding == "GSM-7" else _UCS2
    return Cost(encoding, 1, _MMS_RATE) if is_mms else Cost(encoding, estimate.segments, _SMS_RATE)


def receipts_of(message: Message) -> list[Receipt]:
    """Return the receipts of a message, those yet to come included; one that has arrived has none."""
    if message.buffered_at is None:
        return []
    status, description = status_of(message.code)
    return [
        Receipt(1, "smsc submit", None, "Message has been sent", message.at),
        Receipt(2, status, message.code, description, message.buffered_at),
    ]


def record(
    account: Account,
    *,
    direction: str,
    sender: str,
    recipient: str,
    body: str | None,
    is_mms: bool,
    urls: list[str],
    generation: int = 2,
    at: float | None = None,
) -> Message:
    """Store a message that was sent or has arrived, now or at another time, in seconds since 1970.

    Ids of the oldest version of the API say `mdr1`, all others `mdr2`.
    """
    now = account.time if at is None else at
    return account.messages.put(
        message_of(
            id_=f"mdr{generation}-{uuid4().hex}",
            order=len(account.messages.rows),
            at=now,
            direction=direction,
            sender=sender,
            recipient=recipient,
            body=body,
            is_mms=is_mms,
            urls=urls,
            buffered_after=account.options.receipt_delay,
            code=account.options.receipt_code,
        )
    )


def message_of(
    *,
    id_: str,
    order: int,
    at: float,
    direction: str,
    sender: str,
    recipient: str,
    body: str | None,
    is_mms: bool,
    urls: Sequence[str],
    buffered_after: float,
    code: int | None,
) -> Message:
    """Make the record of a message that was sent or has arrived."""
    cost = cost_of(body, is_mms=is_mms)
    own = sender if direction == "outbound" else recipient
    media = [
        Media(
            f"{id_.partition('-')[2]}-{index}",
            url,
            PurePosixPath(urlsplit(url).path).name or f"media{index}",
            guess_type(url)[0] or "application/octet-stream",
            _FILE_SIZE,
        )
        for index, url in enumerate(urls, 1)
    ]
    return Message(
        id=id_,
        order=order,
        at=at,
        direction=direction,
        sender=sender,
        recipient=recipient,
        body=body,
        is_mms=is_mms,
        message_type="toll-free" if own[1:4] in TOLL_FREE else "longcode",
        encoding=cost.encoding,
        nanodollars=cost.nanodollars,
        media=media,
        buffered_at=at + buffered_after if direction == "outbound" else None,
        code=code if direction == "outbound" else None,
    )


def resource(account: Account, message: Message) -> dict[str, object]:
    """Write a message's record as the API does."""
    receipts = [
        {
            "level": receipt.level,
            "status": receipt.status,
            "status_code": receipt.status_code,
            "status_code_description": receipt.description,
            "timestamp": moment(receipt.at),
        }
        for receipt in reversed(receipts_of(message))
        if receipt.at <= account.clock.now().timestamp()
    ]
    status: object = receipts[0]["status"] if receipts else "" if message.is_mms else "delivered"
    result: dict[str, object] = {
        "attributes": {
            "body": message.body,
            "status": status,
            "direction": message.direction,
            "amount_nanodollars": message.nanodollars,
            "to": message.recipient,
            "message_encoding": message.encoding,
            "timestamp": moment(message.at),
            "delivery_receipts": receipts,
            "amount_display": dollars(message.nanodollars),
            "from": message.sender,
            "is_mms": message.is_mms,
            "message_type": message.message_type,
        },
        "type": "message",
        "id": message.id,
    }
    if message.media:
        result["relationships"] = {"media": {"data": [{"id": item.id, "type": "media"} for item in message.media]}}
    return result


def media_resources(base_url: str, message: Message) -> list[dict[str, object]]:
    """Write a message's files as the API does."""
    return [
        {
            "id": item.id,
            "type": "media",
            "attributes": {
                "file_name": item.file_name,
                "file_size": item.file_size,
                "mime_type": item.mime_type,
                "url": item.url,
            },
            "links": {"self": f"{base_url}/v2.2/media/{item.id}"},
        }
        for item in message.media
    ]


def moment(at: float) -> str:
    """Write a time as message records do: with two digits of the second's fraction."""
    time = datetime.fromtimestamp(at, UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 10_000:02}Z"


def dollars(nanodollars: int) -> str:
    """Write an amount for display."""
    return f"${nanodollars / NANO:.4f}"

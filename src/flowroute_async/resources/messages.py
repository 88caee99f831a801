"""SMS and MMS: send them, and look at what was sent and received."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Unpack, cast

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.config import MessagesVersion
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.message_jobs import MessageJobs
from flowroute_async.message_callbacks import CallbackKind, callback_kind, callback_setting
from flowroute_async.outgoing import new_message
from flowroute_async.pagination import Paginator
from flowroute_async.periods import period
from flowroute_async.segments import SegmentEstimate, estimate_segments
from flowroute_async.sender import Sender
from flowroute_openapi import (
    ListMessagesQuery,
    delete_account_callback,
    delete_account_callback_v2_2,
    get_account_callback,
    get_account_callback_v2_2,
    get_message,
    get_message_v2_2,
    list_messages,
    list_messages_v2_2,
    send_message,
    send_message_v2_2,
    set_account_callback,
    set_account_callback_v2_2,
)
from flowroute_openapi.models import Callback, Media, Message, MessageListDocument, SentMessage
from flowroute_openapi.reading import extended
from flowroute_openapi.types import Operation

__all__ = ["MessageDetails", "Messages"]


class MessageDetails(Message):
    """A message with its files.

    Attributes:
        media: The files of an MMS; their addresses are good for about seven days.
    """

    media: tuple[Media, ...] = ()


class Messages(MessageJobs):
    """SMS and MMS, by version 2.1 or 2.2 of the API: the newer one says what a message costs as it is sent."""

    def __init__(self, sender: Sender, *, version: MessagesVersion = "2.1") -> None:
        self._sender = sender
        self._is_newer = version == "2.2"

    async def send(
        self,
        *,
        from_: str | HasId,
        to: str | HasId,
        body: str | None = None,
        media_urls: Sequence[str] | None = None,
        is_mms: bool | None = None,
        dlr_callback: str | None = None,
    ) -> SentMessage:
        """Send an SMS, or an MMS where there are `media_urls` or `is_mms` is true. It reaches a person and costs money.

        It is paced to the vendor's limits (5 SMS and 1 MMS a second, unless `rates` says otherwise), and never sent
        again by itself once it may have reached the server.

        Args:
            from_: A number of the account, in any usual form, or the resource.
            to: The recipient's number, in any usual form; North American, and no short code.
            body: The text. Needed for an SMS. Over 160 characters (70 where a sign is outside GSM 03.38) it is sent and
                charged in parts.
            media_urls: Addresses of files to send along; the message is at most 750 kB in all.
            is_mms: Whether to send a text as MMS.
            dlr_callback: Where delivery receipts of this message go, in place of the account's address.

        Returns:
            The message's id; look it up with `get` some seconds later. By version 2.2 also `price_details`.

        Raises:
            InvalidArgumentError: If a number, an address or the text is not of that form.
            OutcomeUnknownError: If no answer came: it may have been sent.
        """
        message = new_message(
            from_=from_, to=to, body=body, media_urls=media_urls, is_mms=is_mms, dlr_callback=dlr_callback
        )
        if self._is_newer:  # which takes numbers with a plus
            message = message.model_copy(update={"from_": f"+{message.from_}", "to": f"+{message.to}"})
        operation = send_message_v2_2(message) if self._is_newer else send_message(message)
        return (await self._sender.send(operation)).data

    def estimate(self, text: str, *, rate: Decimal | None = None) -> SegmentEstimate:
        """Estimate how many segments a text is sent and charged as. Nothing is sent.

        Characters are counted as carriers do: 160 of the GSM 03.38 alphabet to a message or 153 to a segment of a
        longer one, 70 or 67 units where one character is outside the alphabet. Flowroute has the last word.

        Args:
            text: The text of an SMS.
            rate: Dollars for a segment, for the price: what `price_details` of an earlier message says, or your
                contract.

        Raises:
            InvalidArgumentError: If the text is none, or the rate is no amount.
        """
        return estimate_segments(_text(text), rate=None if rate is None else _rate(rate))

    async def get(self, message: str | HasId) -> MessageDetails:
        """Look up a message, with its media. One that was just sent may not be found for some seconds.

        Args:
            message: Its id, which begins with `mdr2-`, or the resource.

        Raises:
            InvalidArgumentError: If it is no id.
            NotFoundError: If there is no such message, or not yet.
        """
        look_up = get_message_v2_2 if self._is_newer else get_message
        document = await self._sender.send(look_up(arguments.resource_id("message", message)))
        return extended(MessageDetails, document.data, document.unread, media=document.included or ())

    async def set_callback(self, kind: CallbackKind, url: str) -> None:
        """Set where messages of the account are called back; a number's own callback comes before it.

        Args:
            kind: "sms" or "mms" for inbound messages, "sms_dlr" or "mms_dlr" for delivery receipts.
            url: An absolute http or https URL that the vendor can reach.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
        """
        setting = set_account_callback_v2_2 if self._is_newer else set_account_callback
        await self._sender.send(setting(callback_kind(kind), callback_setting(url)))

    async def get_callback(self, kind: CallbackKind) -> Callback:
        """Return the callback URL for messages of the account.

        Args:
            kind: As in `set_callback`.

        Raises:
            InvalidArgumentError: If there is no such kind.
            NotFoundError: If there is no such callback.
        """
        looking = get_account_callback_v2_2 if self._is_newer else get_account_callback
        return (await self._sender.send(looking(callback_kind(kind)))).data

    async def delete_callback(self, kind: CallbackKind) -> None:
        """Remove a callback of the account: its messages are called back no more, but for numbers with their own.

        Args:
            kind: As in `set_callback`.

        Raises:
            InvalidArgumentError: If there is no such kind.
            NotFoundError: If there is no such callback.
        """
        removing = delete_account_callback_v2_2 if self._is_newer else delete_account_callback
        await self._sender.send(removing(callback_kind(kind)))

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        time_zone: tzinfo = UTC,
        **filters: Unpack[ListMessagesQuery],
    ) -> Paginator[Message]:
        """List the messages sent and received, the newest first.

        Args:
            page_size: Messages to a page; 200 by default, and the endpoint sets no limit.
            max_items: The most messages to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            time_zone: Where days begin and end; UTC by default.
            **filters: The document's filters: `start_date`, which is needed, and `end_date`, which is the present by
                default; each an aware `datetime`, or a `date`, which is the whole day at both ends.

        A period that is not over is ended when a walk begins, one minute from now, as clocks differ: messages that
        arrive meanwhile are no part of the walk, and one that is resumed keeps its end.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or the end lies before the start.
        """
        checked = arguments.filters(filters, ListMessagesQuery.__annotations__)
        span = period(checked.get("start_date"), checked.get("end_date"), time_zone)
        start = checked.get("start_date") if time_zone is UTC else span.start  # a day as it was given: it begins in UTC
        others = {name: value for name, value in checked.items() if name not in {"start_date", "end_date"}}

        def request(limit: int, offset: int, end: datetime | None) -> Operation[MessageListDocument]:
            query = cast("ListMessagesQuery", {**others, "start_date": start, "end_date": end or span.end})
            if self._is_newer:
                return list_messages_v2_2(limit=limit, offset=offset, **query)
            return list_messages(limit=limit, offset=offset, **query)

        return Paginator[Message].of_period(
            self._sender,
            request,
            now=lambda: span.ended(self._sender.clock.now()),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgumentError("text", "a text", given=arguments.kind(value))
    return value


def _rate(value: object) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise InvalidArgumentError("rate", "a Decimal of 0 or more", given=arguments.kind(value))
    return value

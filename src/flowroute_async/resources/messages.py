"""SMS and MMS: send them, and look at what was sent and received."""

from collections.abc import Sequence
from typing import Unpack

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi.api.messages import ListMessagesQuery, get_message, list_messages, send_message
from flowroute_openapi.models import Media, Message, NewMessage, SentMessage
from flowroute_openapi.reading import extended

__all__ = ["MessageDetails", "Messages"]


class MessageDetails(Message):
    """A message with its files.

    Attributes:
        media: The files of an MMS; their addresses are good for about seven days.
    """

    media: tuple[Media, ...] = ()


class Messages:
    """SMS and MMS."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

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
            to: The recipient's number, in any usual form.
            body: The text. Needed for an SMS. Over 160 characters (70 where a sign is outside GSM 03.38) it is sent and
                charged in parts.
            media_urls: Addresses of files to send along; the message is at most 750 kB in all.
            is_mms: Whether to send a text as MMS.
            dlr_callback: Where delivery receipts of this message go, in place of the account's address.

        Returns:
            The message's id; look it up with `get` some seconds later.

        Raises:
            InvalidArgumentError: If a number, an address or the text is not of that form.
            OutcomeUnknownError: If no answer came: it may have been sent.
        """
        is_mms = None if is_mms is None else arguments.flag("is_mms", is_mms)
        if isinstance(media_urls, str):
            raise InvalidArgumentError("media_urls", "a sequence of addresses", given="a single text")
        urls = tuple(arguments.web_url(f"media_urls[{place}]", url) for place, url in enumerate(media_urls or ()))
        if body is None and not urls:
            needed = "a text, media_urls or both for an MMS" if is_mms else "a text: an SMS has nothing else to send"
            raise InvalidArgumentError("body", needed, given="nothing")
        if is_mms is False and urls:
            raise InvalidArgumentError("is_mms", "true or left out: media can be sent by MMS only", given="False")
        message = NewMessage(
            from_=arguments.phone_number("from_", from_),
            to=arguments.phone_number("to", to),
            body=None if body is None else arguments.text("body", body),
            media_urls=urls or None,
            is_mms=True if urls else is_mms,
            dlr_callback=None if dlr_callback is None else arguments.web_url("dlr_callback", dlr_callback),
        )
        document = await self._sender.send(send_message(message))
        return document.data

    async def get(self, message: str | HasId) -> MessageDetails:
        """Look up a message, with its media. One that was just sent may not be found for some seconds.

        Args:
            message: Its id, which begins with `mdr2-`, or the resource.

        Raises:
            InvalidArgumentError: If it is no id.
            NotFoundError: If there is no such message, or not yet.
        """
        document = await self._sender.send(get_message(arguments.resource_id("message", message)))
        return extended(MessageDetails, document.data, document.unread, media=document.included or ())

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListMessagesQuery],
    ) -> Paginator[Message]:
        """List the messages sent and received, the newest first.

        Args:
            page_size: Messages to a page; 200 by default, and the endpoint sets no limit.
            max_items: The most messages to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `start_date`, which is needed, and `end_date`; each a `date`, which is
                a day in UTC, or an aware `datetime`.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListMessagesQuery.__annotations__)
        arguments.point_in_time("start_date", checked.get("start_date"))  # needed, whoever checks types or not
        return Paginator(
            self._sender,
            lambda limit, offset: list_messages(limit=limit, offset=offset, **checked),
            max_page_size=None,
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

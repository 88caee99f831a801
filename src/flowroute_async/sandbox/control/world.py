"""What the world and time do: messages that arrive, calls, the clock, money."""

import re
from collections.abc import Sequence

from flowroute_async.sandbox import mdr, webhooks
from flowroute_async.sandbox.account import NANO
from flowroute_async.sandbox.clock import moment_of
from flowroute_async.sandbox.control.controlled import Controlled
from flowroute_async.sandbox.phone_numbers import digits_of
from flowroute_async.sandbox.progress import settle
from flowroute_async.sandbox.records import PhoneCall

_MEDIA = re.compile(r"https?://[^/]|data:", re.IGNORECASE)


class WorldControl(Controlled):
    """What the world and time do: messages that arrive, calls, the clock, money."""

    def receive_message(
        self, *, from_: str, to: str, body: str | None = None, media_urls: Sequence[str] = (), at: str | None = None
    ) -> str:
        """Receive a message from outside: an MMS if it has media, else an SMS.

        Args:
            from_: Who sent it: a phone number in any usual form.
            to: A number of the account, likewise.
            body: The text.
            media_urls: Where the files are: http, https or data URLs.
            at: When it arrived, in ISO 8601, UTC without an offset; by default now.

        Returns:
            The message's id.

        Raises:
            LookupError: If the number is not on the account.
            ValueError: If the message has neither text nor media, or a number or URL is none.
        """
        sender, recipient = digits_of("from", from_), digits_of("to", to)
        if not all(_MEDIA.match(url) for url in media_urls):
            raise ValueError("media must be http, https or data URLs")
        if not body and not media_urls:
            raise ValueError("a message needs a body or media")
        with self._lock:
            number = self._number(recipient)
            message = mdr.record(
                self._account,
                direction="inbound",
                sender=sender,
                recipient=number.id,
                body=body,
                is_mms=bool(media_urls),
                urls=list(media_urls),
                at=None if at is None else moment_of(at),
            )
            webhooks.queue_inbound(self._account, message, number)
            self._account.count("receive_message", number.id)
            self._account.state_file.commit()
            return message.id

    def add_call(
        self,
        *,
        from_: str,
        to: str,
        duration: float,
        at: str | None = None,
        rate: float = 0.0098,
        result: str = "completed",
    ) -> str:
        """Record a phone call of the past.

        Args:
            from_: Who called, digits.
            to: Who was called, digits; one of the two is a number of the account.
            duration: Seconds.
            at: When it began, in ISO 8601, UTC without an offset; by default now.
            rate: Dollars a minute.
            result: `completed` or another word.

        Returns:
            The id of its record.

        Raises:
            LookupError: If neither number is on the account.
            ValueError: If the time cannot be read, or a value is out of range.
        """
        if not 0 <= duration < float("inf") or not 0 <= rate < float("inf"):
            raise ValueError("duration and rate must be numbers of 0 or more")
        with self._lock:
            own = self._account.numbers.get(from_) or self._number(to)
            call = PhoneCall(
                self._account.new_id(),
                at=self._account.time if at is None else moment_of(at),
                direction="Outbound" if own.id == from_ else "Inbound",
                duration=round(duration),
                destination=to,
                caller=from_,
                number_alias=own.alias or "",
                rate=round(rate * NANO),
                result=result,
            )
            self._account.calls.put(call)
            self._account.state_file.commit()
            return call.id

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            self._account.advance(seconds)
            settle(self._account)
            self._account.state_file.commit()

    def balance(self) -> float | None:
        """Return the balance in dollars; None for money without end."""
        with self._lock:
            nanodollars = self._account.record.nanodollars
        return None if nanodollars is None else nanodollars / NANO

    def set_balance(self, dollars: float | None) -> None:
        """Set the balance in dollars; None for money without end."""
        with self._lock:
            self._account.set_balance(None if dollars is None else round(float(dollars) * NANO))
            self._account.state_file.commit()

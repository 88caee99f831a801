"""The other side of the counter: what the vendor's staff, the world and time do, and what a test wants to know."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from threading import RLock
from typing import cast

from flowroute_async.sandbox import cnam, mdr, port_states, webhooks
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.api import Api
from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.call import JSON_API, Call
from flowroute_async.sandbox.callbacks import CALLBACK_TYPES, is_url
from flowroute_async.sandbox.clock import moment_of
from flowroute_async.sandbox.deliveries import is_allowed
from flowroute_async.sandbox.endpoints import OPERATIONS, find
from flowroute_async.sandbox.errors import ApiError
from flowroute_async.sandbox.faults import EVERY_OPERATION, Fault
from flowroute_async.sandbox.options import Options
from flowroute_async.sandbox.phone_numbers import digits_of
from flowroute_async.sandbox.progress import end_export, settle
from flowroute_async.sandbox.records import Callback, CallerName, Delivery, OwnedNumber, PhoneCall, Record
from flowroute_async.sandbox.request_log import Answer, RequestRecord
from flowroute_async.sandbox.snapshot import Snapshot

_MEDIA = re.compile(r"https?://[^/]|data:", re.IGNORECASE)


class Control:
    """Controls a sandbox; every method can be called from any thread.

    Args:
        account: What it works on.
        api: The API that the account serves.
        lock: Held while the account is read or changed.
    """

    def __init__(self, account: Account, api: Api, lock: RLock) -> None:
        self._account = account
        self._api = api
        self._lock = lock
        self._options_at_start = replace(account.options)

    @property
    def has_default_keys(self) -> bool:
        """Whether the keys are those of a sandbox that was given none, which are no secret."""
        return self._api.has_default_keys

    def perform(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, attributes: object = None
    ) -> dict[str, object]:
        """Carry out an operation of the API as the account's holder does: without keys, faults, limits and record.

        Args:
            method: The HTTP method.
            path: The path.
            query: The query's values.
            attributes: The attributes of the body, if it has one.

        Returns:
            The answer.

        Raises:
            ValueError: If the API refuses.
        """
        content = b"" if attributes is None else json.dumps({"data": {"attributes": attributes}}).encode()
        match = find(method, path)
        if match.endpoint is None:
            raise ValueError(f"there is no operation {method} {path}")
        call = Call(match.endpoint.operation, "", path, match.ids, query or {}, JSON_API, content)
        with self._lock:
            try:
                settle(self._account)
                reply = match.endpoint.handler(self._account, call)
            except ApiError as error:
                raise ValueError(error.sentence) from None
            finally:
                self._account.state_file.commit()
        return cast("dict[str, object]", json.loads(reply.body)) if reply.body else {}

    @property
    def state_path(self) -> str | None:
        """The file that keeps the account, if one does."""
        return self._account.state_file.path

    def reset(self) -> None:
        """Restore the start: records, faults, requests, options, clock, and what a state file keeps."""
        with self._lock:
            self._account.reset()
            self._api.faults.clear()
            self._api.log.clear()
            self._set(asdict(self._options_at_start))

    def approve_cnam(self, record: str) -> None:
        """Approve a CNAM record.

        Raises:
            LookupError: If there is no such record.
        """
        with self._lock:
            cnam.approve(self._account, self._name(record))
            self._account.state_file.commit()

    def reject_cnam(self, record: str, reason: str) -> None:
        """Reject a CNAM record.

        Raises:
            LookupError: If there is no such record.
        """
        with self._lock:
            cnam.reject(self._account, self._name(record), reason)
            self._account.state_file.commit()

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

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            self._account.advance(seconds)
            settle(self._account)
            self._account.state_file.commit()

    def requests(self) -> list[RequestRecord]:
        """List the API requests since the start or the last `clear_requests`."""
        with self._lock:
            return self._api.log.all()

    def request(self, number: int | str) -> RequestRecord:
        """Return one request by its number, which `requests` gives.

        Raises:
            LookupError: If there is none, or it is forgotten.
        """
        with self._lock:
            found = self._api.log.find(_count(number))
        if found is None:
            raise LookupError("there is no such request, or it is forgotten")
        return found

    def answer(self, number: int | str) -> Answer | None:
        """Return what a request was answered: None if its connection was dropped, or the answer is forgotten.

        Raises:
            LookupError: If there is no such request, or it is forgotten.
        """
        with self._lock:
            return self._api.log.answer(self.request(number).number)

    def clear_requests(self) -> None:
        """Forget the requests."""
        with self._lock:
            self._api.log.clear()

    def add_fault(
        self,
        operation: str = EVERY_OPERATION,
        *,
        times: int = 1,
        status: int | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        retry_after: str | float | None = None,
        after_effect: bool = False,
        drop: str | None = None,
        delay: float = 0.0,
        truncate: bool = False,
    ) -> None:
        """Make the next requests of an operation fail.

        Args:
            operation: The operation's name, or `*` for any request.
            times: How many requests meet the fault.
            status: Answer with this status, and without the effect unless `after_effect` is set.
            body: The answer's body, text or anything JSON; by default an error body in the vendor's form.
            headers: Further headers of the answer.
            retry_after: The answer's Retry-After, whatever its form.
            after_effect: Let the request take effect before the answer with `status`.
            drop: Close the connection without an answer, "before" or "after" the effect.
            delay: Seconds of real time to wait first.
            truncate: Announce the whole body, send half of it, and close the connection.

        Raises:
            ValueError: If there is no such operation, or a value is out of range.
        """
        if operation not in {*OPERATIONS, EVERY_OPERATION}:
            raise ValueError(f"there is no operation {operation}")
        with self._lock:
            self._api.faults.add(
                Fault(
                    operation=operation,
                    times=times,
                    status=status,
                    body=body if body is None or isinstance(body, str) else json.dumps(body),
                    headers={name.lower(): str(value) for name, value in (headers or {}).items()},
                    retry_after=None if retry_after is None else str(retry_after),
                    after_effect=after_effect,
                    drop=drop,
                    delay=delay,
                    truncate=truncate,
                )
            )

    def faults(self) -> list[Fault]:
        """List the faults that still wait."""
        with self._lock:
            return self._api.faults.waiting()

    def clear_faults(self) -> None:
        """Forget the faults that still wait."""
        with self._lock:
            self._api.faults.clear()

    def options(self) -> Options:
        """Return the settings in force."""
        return replace(self._account.options)

    def set_options(self, **changes: float | str | bool | None) -> None:
        """Change some settings: the fields of `Options`.

        Raises:
            ValueError: If there is no such setting, or the value is out of range.
        """
        with self._lock:
            self._set(changes)

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

    def set_callback(self, callback: str, url: str | None) -> None:
        """Choose where the account's webhooks of one kind go.

        Args:
            callback: The kind: `sms_callback`, `mms_callback`, `sms_dlr_callback`, `mms_dlr_callback`, `dlr_callback`.
            url: A URL on this machine, or on a host given to the sandbox as one for webhooks; None to send none.

        Raises:
            ValueError: If there is no such kind, or the URL is on another host.
        """
        if callback not in CALLBACK_TYPES:
            raise ValueError(f"there is no callback {callback}; the kinds are {', '.join(CALLBACK_TYPES)}")
        hosts = self._account.webhook_hosts
        if url is not None and not (is_url(url) and is_allowed(url, hosts)):
            raise ValueError(
                "the sandbox sends webhooks to this machine only, "
                f"{', '.join(['localhost', '127.0.0.1', '[::1]', *sorted(hosts)])}, or to hosts given by --webhook-host"
            )
        with self._lock:
            if url is not None:
                self._account.callbacks.put(Callback(callback, url, "v2.1"))
            elif self._account.callbacks.get(callback) is not None:
                self._account.callbacks.remove(callback)
            self._account.state_file.commit()

    def move_port_order(self, order: str, status: str, message: str | None = None) -> None:
        """Move a port order to another state, as the vendor's staff and the losing carrier do.

        Args:
            order: The order's id.
            status: `processing`, `submitted` (the fee is taken), `accepted`, `rejected`, `review`, `completed` (the
                numbers have come), `cancelled`, `abandoned` or `hard_canceled`.
            message: What the notification says, and a comment on the order.

        Raises:
            LookupError: If there is no such order.
            ValueError: If an order cannot go from its state to that one, or the fee is not covered.
        """
        with self._lock:
            found = self._account.port_orders.get(order)
            if found is None:
                raise LookupError("there is no such port order")
            possible = port_states.next_statuses(found)
            if status not in possible:
                raise ValueError(f"a port order that is {found.status} can become: {', '.join(possible) or 'nothing'}")
            try:
                port_states.move(self._account, found, status, message)
            except ApiError:
                raise ValueError("the balance does not cover the fee") from None
            self._account.state_file.commit()

    def fail_export(self, export: str) -> None:
        """Make an export of call records that is under way fail.

        Raises:
            LookupError: If there is no such export.
            ValueError: If it is not under way any more.
        """
        with self._lock:
            found = self._account.exports.get(export)
            if found is None:
                raise LookupError("there is no such export")
            if found.status != "processing":
                raise ValueError(f"the export has {found.status}")
            end_export(self._account, found, "failed")
            self._account.state_file.commit()

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

    def set_emergency_capable(self, number: str, *, capable: bool) -> None:
        """Choose whether a number of the account supports emergency services.

        Raises:
            LookupError: If the number is not on the account.
        """
        with self._lock:
            self._account.numbers.put(replace(self._number(number), emergency_capable=capable))
            self._account.state_file.commit()

    def effects(self) -> dict[str, dict[str, int]]:
        """Count how often each operation took effect, by operation and target."""
        with self._lock:
            counts: dict[str, dict[str, int]] = {}
            for effect in self._account.effects:
                counts.setdefault(effect.operation, {})[effect.target] = effect.count
            return counts

    def deliveries(self) -> list[Delivery]:
        """List the webhooks, sent and to be sent."""
        with self._lock:
            return list(self._account.deliveries)

    def attempts(self, delivery: str) -> list[Attempt]:
        """List what came of the attempts to send a webhook.

        Raises:
            LookupError: If there is no such webhook.
        """
        with self._lock:
            return self._account.attempts.where("delivery", self._delivery(delivery).id)

    def resend(self, delivery: str) -> str:
        """Send a webhook again, whatever became of it: as a new one with the same content.

        Returns:
            The new webhook's id.

        Raises:
            LookupError: If there is no such webhook.
            ValueError: If it would leave for a host that it may not go to.
        """
        with self._lock:
            account = self._account
            sent = self._delivery(delivery)
            if not is_allowed(sent.url, account.webhook_hosts):
                raise ValueError("the webhook's host is not one that the sandbox may send to")
            due = account.clock.now().timestamp()
            order = len(account.deliveries.rows)
            again = Delivery(account.new_id(), order, sent.url, sent.payload, due, subject=sent.subject)
            account.deliveries.put(again)
            account.state_file.commit()
            return again.id

    def snapshot(self) -> Snapshot:
        """Return all records, the balance and the time, as they are at this moment."""
        with self._lock:
            account = self._account
            return Snapshot(
                numbers=list(account.numbers),
                routes=list(account.routes),
                addresses=list(account.addresses),
                names=list(account.names),
                messages=list(account.messages),
                callbacks=list(account.callbacks),
                deliveries=list(account.deliveries),
                port_orders=list(account.port_orders),
                calls=list(account.calls),
                exports=list(account.exports),
                provisioning=list(account.provisioning),
                balance=self.balance(),
                now=account.clock.now(),
            )

    def state(self) -> dict[str, object]:
        """Show the snapshot as JSON has it."""
        snapshot = self.snapshot()
        state: dict[str, object] = asdict(snapshot)
        state["now"] = snapshot.now.isoformat()
        return state

    def state_of(self, part: str) -> object:
        """Show one part of the snapshot as JSON has it: `numbers`, `names`, `now` or another of its fields.

        Raises:
            LookupError: If it has no such part.
        """
        if part not in Snapshot.__dataclass_fields__:
            raise LookupError(f"the parts that can be shown are {', '.join(Snapshot.__dataclass_fields__)}")
        found: object = getattr(self.snapshot(), part)
        if isinstance(found, list):
            return [asdict(record) for record in cast("list[Record]", found)]
        return found.isoformat() if isinstance(found, datetime) else found

    def _set(self, changes: Mapping[str, object]) -> None:
        unknown = changes.keys() - Options.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f"there is no option {', '.join(sorted(unknown))}")
        checked = replace(self._account.options, **changes)  # type: ignore[arg-type] # Options checks the values itself
        for name in changes:
            setattr(self._account.options, name, getattr(checked, name))

    def _delivery(self, delivery: str) -> Delivery:
        found = self._account.deliveries.get(delivery)
        if found is None:
            raise LookupError("there is no such webhook")
        return found

    def _name(self, record: str) -> CallerName:
        found = self._account.names.get(record)
        if found is None:
            raise LookupError("there is no such CNAM record")
        return found

    def _number(self, number: str) -> OwnedNumber:
        found = self._account.numbers.get(number)
        if found is None:
            raise LookupError("the number is not on the account")
        return found


def _count(number: int | str) -> int:
    return int(number) if re.fullmatch(r"[0-9]{1,15}", str(number), re.ASCII) else 0

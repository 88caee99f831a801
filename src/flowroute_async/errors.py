"""Everything that can go wrong, as one tree.

    FlowrouteError
    ├── ConfigurationError            a client that cannot be built: no key, an unsafe address, a bad option
    ├── InvalidArgumentError          a call that was refused here, before anything was sent
    ├── WebhookError                  a webhook's body that cannot be read
    ├── FileTransferError             a file on another host that cannot be fetched or sent
    ├── PlanOutdatedError             a number of a plan that is not for sale any more, or not at its price
    └── CallError                     a call that failed
        ├── NotSentError              it never left this machine: nothing happened
        ├── RateLimiterUnavailableError   the rate limit that is shared with others cannot be asked
        ├── NoAnswerError             it was sent, and no whole answer came; safe to repeat
        ├── DeadlineExceededError     the time for the whole call was over before it was answered
        ├── PaginationError           a list that the server does not page through properly
        ├── OutcomeUnknownError       it was sent, no answer came, and it must not be repeated blindly
        └── ResponseError             it was answered, but not with what was asked for
            ├── InvalidResponseError  success, but a body that cannot be read
            │   └── InvalidRecordError    a page of a list with a record that cannot be read
            ├── ResponseTooLargeError a body past the limit
            └── StatusError           a status that is no success
                ├── BadRequestError            400
                ├── AuthenticationError        401
                ├── PermissionDeniedError      403
                ├── NotFoundError              404
                ├── MethodNotAllowedError      405
                ├── UnsupportedMediaTypeError  415
                ├── ValidationFailedError      422
                ├── RateLimitedError           429
                ├── ServerError                500 to 599
                └── UnexpectedStatusError      any other

Texts are made of what is known: the operation, the status, names of fields, and those sentences of the vendor's that
are always the same. Whatever else the server said stands in the attributes, whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from flowroute_async.error_documents import error_objects, refused_fields
from flowroute_async.money import dollars
from flowroute_async.privacy import mask_numbers
from flowroute_async.response import RawResponse
from flowroute_async.vendor_words import known_path, known_sentence
from flowroute_openapi.types import Operation

if TYPE_CHECKING:  # a program that begins has no use for models yet, and they take a while
    from pydantic import JsonValue

    from flowroute_openapi.models import ErrorObject

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "CallError",
    "ConfigurationError",
    "DeadlineExceededError",
    "FileTransferError",
    "FlowrouteError",
    "InvalidArgumentError",
    "InvalidRecordError",
    "InvalidResponseError",
    "MethodNotAllowedError",
    "NoAnswerError",
    "NotFoundError",
    "NotSentError",
    "OutcomeUnknownError",
    "PaginationError",
    "PermissionDeniedError",
    "PlanOutdatedError",
    "RateLimitedError",
    "RateLimiterUnavailableError",
    "ResponseError",
    "ResponseTooLargeError",
    "ServerError",
    "StatusError",
    "UnexpectedStatusError",
    "UnsupportedMediaTypeError",
    "ValidationFailedError",
    "WebhookError",
]


class FlowrouteError(Exception):
    """The root of all errors of this package."""

    # Pickling calls the class with `args`, which keyword-only arguments do not survive.
    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by attributes."""
        return (_rebuild, (type(self), self.args, self.__dict__))


def _rebuild(kind: type[FlowrouteError], args: tuple[object, ...], attributes: dict[str, object]) -> FlowrouteError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class ConfigurationError(FlowrouteError, ValueError):
    """A client cannot be built as asked: a missing key, an unsafe address, an option out of its range."""


class InvalidArgumentError(FlowrouteError, ValueError):
    """An argument was refused here, before anything was sent for it.

    Attributes:
        argument: The argument's name; a path with dots for a part of it.
        allowed: What is allowed, in words.
        given: What was given, as far as it may be shown, or None.
        consequence: What follows, in words; None where there is nothing to say.
    """

    def __init__(
        self,
        argument: str,
        allowed: str,
        *,
        given: str | None = None,
        consequence: str | None = "nothing was sent",
        others: Sequence[InvalidArgumentError] = (),
    ) -> None:
        self.argument = argument
        self.allowed = allowed
        self.given: str | None = None if given is None else mask_numbers(given)
        self.consequence = consequence
        self._others = tuple(others)
        super().__init__(argument, allowed)

    @property
    def faults(self) -> tuple[InvalidArgumentError, ...]:
        """Every argument that was refused, in order: this one first, and where several were checked the others."""
        return (self, *self._others)

    def __str__(self) -> str:
        """Name each argument, what is allowed, what was given and what follows."""
        faults = [f"{fault.argument} must be {fault.allowed}{fault._not_given()}" for fault in self.faults]  # noqa: SLF001 - its own kind
        several = f"{len(faults)} faults: " if len(faults) > 1 else ""
        consequence = f"; {self.consequence}" if self.consequence else ""
        return f"{several}{'; '.join(faults)}{consequence}"

    def _not_given(self) -> str:
        return f", not {self.given}" if self.given is not None else ""


def refuse(faults: Sequence[InvalidArgumentError]) -> None:
    """Raise what was found wrong as one error, unless that is nothing.

    Raises:
        InvalidArgumentError: The first fault; its `faults` holds all.
    """
    if faults:
        first, *others = faults
        raise InvalidArgumentError(
            first.argument, first.allowed, given=first.given, consequence=first.consequence, others=others
        )


class WebhookError(FlowrouteError, ValueError):
    """The body of a webhook cannot be read.

    Attributes:
        body: The body, as it was given to `parse`.
    """

    def __init__(self, problem: str, body: bytes | str | Mapping[str, JsonValue]) -> None:
        self.body = body
        super().__init__(problem)


class FileTransferError(FlowrouteError):
    """A file on another host cannot be fetched or sent. The text shows the host, and nothing else of the address.

    Attributes:
        host: The host's name; empty where none was asked.
        status_code: The HTTP status, or None where none came.
    """

    def __init__(self, problem: str, *, host: str, status_code: int | None = None) -> None:
        self.host = host
        self.status_code = status_code
        super().__init__(f"{host}: {problem}" if host else problem)


class PlanOutdatedError(FlowrouteError):
    """A number of a plan is not for sale any more, or costs something else by now; it was not bought.

    Attributes:
        number: The number.
        planned: What the plan says that it costs, in US dollars.
        price: What it costs now, or None where it is not for sale.
    """

    def __init__(self, number: str, planned: Decimal, price: Decimal | None = None) -> None:
        self.number = number
        self.planned = planned
        self.price = price
        now = "is not for sale any more" if price is None else f"costs {dollars(price)} now, and not {dollars(planned)}"
        super().__init__(f"a number of the plan {now}: nothing but what the plan shows is bought")


class CallError(FlowrouteError):
    """A call failed.

    Attributes:
        operation: The call, whole, to look at it or to send it again.
        attempts: How often it was sent.
        time_left: Seconds that were left of its deadline, for what is to be looked up afterwards.
        resume_token: Where a paginated list can be resumed, or None.
    """

    def __init__(self, operation: Operation[object], problem: str, *, attempts: int = 0) -> None:
        self.operation = operation
        self.problem = problem
        self.attempts = attempts
        self.time_left: float = math.inf
        self.resume_token: str | None = None
        super().__init__(problem)

    def __str__(self) -> str:
        """Name the call that failed, how it failed, and after how many attempts."""
        tries = f" ({self.attempts} attempts)" if self.attempts > 1 else ""
        return f"{self.operation.name}: {self.problem}{tries}"


class NotSentError(CallError):
    """The request never left this machine (no connection, no name, no TLS, no free connection): nothing happened."""


class RateLimiterUnavailableError(CallError):
    """The rate limit that is shared with other processes cannot be asked; the call was not sent, or not again."""

    def __init__(self, operation: Operation[object], *, attempts: int = 0) -> None:
        not_sent = "not sent again" if attempts else "not sent"
        problem = f"{not_sent}: the rate limit that is shared with other processes cannot be asked"
        super().__init__(operation, problem, attempts=attempts)


class NoAnswerError(CallError):
    """The request was sent, as far as can be told, but no whole answer came. The operation is safe to repeat."""


class DeadlineExceededError(CallError):
    """The deadline of the whole call passed before an answer came; nothing that must not be repeated was left open."""


class PaginationError(CallError):
    """The server does not page through a list properly: it gives the same page again."""


class OutcomeUnknownError(CallError):
    """The request was sent and no answer came, and sending it again could do it twice.

    Attributes:
        since: When the request was sent, aware, in UTC.
        look_at: What to look at to find out what happened.
        raw: The answer, where there was one that does not tell (5xx, 408, a redirect), or None.
    """

    def __init__(
        self,
        operation: Operation[object],
        problem: str,
        *,
        attempts: int,
        since: datetime,
        look_at: str,
        raw: RawResponse[object] | None = None,
    ) -> None:
        super().__init__(operation, problem, attempts=attempts)
        self.since = since
        self.look_at = look_at
        self.raw = raw

    def __str__(self) -> str:
        """Name what is not known, since when, and what to look at."""
        return (
            f"{super().__str__()}; the request was sent at {self.since:%Y-%m-%d %H:%M:%S} UTC and may have been "
            f"carried out. It was not repeated. {self.look_at}"
        )


class ResponseError(CallError):
    """The server answered, but not with what was asked for.

    Attributes:
        raw: The answer as it came.
        status_code: Its HTTP status.
        errors: The vendor's error objects; `detail` is text, or an object keyed like the request. Empty where the body
            is not the vendor's error document.
        request_id: The vendor's id of the request, to give to its support, or None.
    """

    def __init__(self, raw: RawResponse[object], problem: str) -> None:
        super().__init__(raw.operation, problem, attempts=raw.attempts)
        self.raw = raw
        self.time_left: float = raw.time_left
        self.status_code: int = raw.status_code
        self.errors: tuple[ErrorObject, ...] = error_objects(raw.content)
        self.request_id: str | None = next(
            (str(error.id) for error in self.errors if error.id), raw.headers.get("x-request-id")
        )


class InvalidResponseError(ResponseError):
    """The server reported success, with a body that cannot be read. A call that changes something most likely did."""


class InvalidRecordError(InvalidResponseError):
    """A record of a list cannot be read: its id, a phone number or an amount of money is not what the API describes.

    A walk through the list breaks at the record; with `resume_token`, it goes on behind it.

    Attributes:
        records: The records before it on its page, which were read.
        record: The record as it came: JSON, decoded.
        index: Its place on the page, from 0.
    """

    def __init__(
        self, raw: RawResponse[object], problem: str, *, records: Sequence[object], record: JsonValue, index: int
    ) -> None:
        super().__init__(raw, problem)
        self.records: tuple[object, ...] = tuple(records)
        self.record = record
        self.index = index


class ResponseTooLargeError(ResponseError):
    """The body is larger than the client accepts; `raw.content` holds its beginning."""


class StatusError(ResponseError):
    """The server answered with a status that is no success.

    Attributes:
        field_errors: For a refused field: (path, message), such as ("data.attributes.zip", "ZIP code must be ...").
    """

    title: ClassVar[str] = "the server refused the call"

    def __init__(self, raw: RawResponse[object]) -> None:
        super().__init__(raw, self.title)
        self._refused_fields = tuple(found for error in self.errors for found in refused_fields(error.detail))
        self.field_errors: tuple[tuple[str, str], ...] = tuple(
            (".".join(path), message) for path, message in self._refused_fields
        )
        if self.errors and not self._known_words():
            self.add_note(REASON_NOT_SHOWN)

    def __str__(self) -> str:
        """Name the status, the fields that were refused, and what the vendor says, where it is a known sentence."""
        words = self._known_words()
        request = f" [request {self.request_id}]" if _REQUEST_ID.fullmatch(self.request_id or "") else ""
        return f"{super().__str__()}, HTTP {self.status_code}{': ' if words else ''}{words}{request}"

    def _known_words(self) -> str:
        said = [known_sentence(words) for error in self.errors for words in (error.title, error.detail)]
        said += [
            ": ".join(filter(None, (known_path(path), known_sentence(message))))
            for path, message in self._refused_fields[:_MOST_FIELDS]
        ]
        return "; ".join(dict.fromkeys(filter(None, said)))


class BadRequestError(StatusError):
    """400: the request cannot be carried out as it stands; for an E911 address: it cannot be located."""

    title = "the request cannot be carried out"


class AuthenticationError(StatusError):
    """401: the access key or the secret key is wrong."""

    title = "the keys were not accepted"


class PermissionDeniedError(StatusError):
    """403: the account may not do this, or its state forbids it."""

    title = "not allowed"


class NotFoundError(StatusError):
    """404: no such resource on the account."""

    title = "not found"


class MethodNotAllowedError(StatusError):
    """405: the address does not take this method."""

    title = "the address does not take this method"


class UnsupportedMediaTypeError(StatusError):
    """415: the content type is not accepted."""

    title = "the content type is not accepted"


class ValidationFailedError(StatusError):
    """422: a value was refused by the server; `field_errors` names the fields where the server does."""

    title = "a value was refused by the server"


class RateLimitedError(StatusError):
    """429: too many requests.

    Attributes:
        retry_after: Seconds to wait that the server asked for, or None.
    """

    title = "too many requests"
    retry_after: float | None = None


class ServerError(StatusError):
    """500 to 599: the server failed."""

    title = "the server failed"


class UnexpectedStatusError(StatusError):
    """A status that the API does not document."""

    title = "a status that the API does not document"


_BY_STATUS: Mapping[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    415: UnsupportedMediaTypeError,
    422: ValidationFailedError,
    429: RateLimitedError,
}

REASON_NOT_SHOWN = (
    "The server's reason is in `errors` of this exception; it may quote private data, so it is not shown."
)
"""The note on an error of which the server says why, but in no known sentence."""

# The vendor's ids are UUIDs; anything else may be anything.
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
# More are not shown in a text.
_MOST_FIELDS = 20
_FIRST_SERVER_ERROR, _LAST_SERVER_ERROR = 500, 599


def reported_success(raw: RawResponse[object]) -> str:
    """Return what a status of success means for the call, where the answer itself is of no use."""
    effect = "" if raw.operation.method == "GET" else ", so the call most likely took effect"
    return f"the server reported success (HTTP {raw.status_code}){effect}"


def status_error(raw: RawResponse[object]) -> StatusError:
    """Return the error of an answer whose status is no success."""
    if _FIRST_SERVER_ERROR <= raw.status_code <= _LAST_SERVER_ERROR:
        return ServerError(raw)
    return _BY_STATUS.get(raw.status_code, UnexpectedStatusError)(raw)

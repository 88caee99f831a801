"""Async SDK for the Flowroute telecom API: numbers, inbound routes, messages, E911 addresses and CNAM records."""

from typing import TYPE_CHECKING

from flowroute_async.client import FlowrouteClient
from flowroute_async.config import Rates
from flowroute_async.errors import (
    AuthenticationError,
    BadRequestError,
    CallError,
    ConfigurationError,
    DeadlineExceededError,
    FlowrouteError,
    InvalidArgumentError,
    InvalidRecordError,
    InvalidResponseError,
    MethodNotAllowedError,
    NoAnswerError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PaginationError,
    PermissionDeniedError,
    RateLimitedError,
    RateLimiterUnavailableError,
    ResponseError,
    ResponseTooLargeError,
    ServerError,
    StatusError,
    UnexpectedStatusError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
    WebhookError,
)
from flowroute_async.hooks import CoolDownView, Hooks, RequestView, ResponseView, RetryView
from flowroute_async.pagination import Page, Paginator
from flowroute_async.response import RawResponse
from flowroute_async.version import __version__

if TYPE_CHECKING:
    from flowroute_async.resources.messages import MessageDetails
    from flowroute_async.resources.numbers import NumberDetails

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "CallError",
    "ConfigurationError",
    "CoolDownView",
    "DeadlineExceededError",
    "FlowrouteClient",
    "FlowrouteError",
    "Hooks",
    "InvalidArgumentError",
    "InvalidRecordError",
    "InvalidResponseError",
    "MessageDetails",
    "MethodNotAllowedError",
    "NoAnswerError",
    "NotFoundError",
    "NotSentError",
    "NumberDetails",
    "OutcomeUnknownError",
    "Page",
    "PaginationError",
    "Paginator",
    "PermissionDeniedError",
    "RateLimitedError",
    "RateLimiterUnavailableError",
    "Rates",
    "RawResponse",
    "RequestView",
    "ResponseError",
    "ResponseTooLargeError",
    "ResponseView",
    "RetryView",
    "ServerError",
    "StatusError",
    "UnexpectedStatusError",
    "UnsupportedMediaTypeError",
    "ValidationFailedError",
    "WebhookError",
    "__version__",
]

if not TYPE_CHECKING:  # to a type checker, any name would seem to exist

    def __getattr__(name: str) -> object:
        """Import the models when they are asked for: they take longer than all the rest."""
        match name:
            case "MessageDetails":
                from flowroute_async.resources.messages import MessageDetails  # noqa: PLC0415 - see above

                return MessageDetails
            case "NumberDetails":
                from flowroute_async.resources.numbers import NumberDetails  # noqa: PLC0415 - see above

                return NumberDetails
            case _:
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

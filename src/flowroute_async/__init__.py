"""Async SDK for the Flowroute telecom API: numbers, inbound routes, messages, E911 addresses and CNAM records."""

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
from flowroute_async.hooks import Hooks, RequestView, ResponseView, RetryView
from flowroute_async.pagination import Page, Paginator
from flowroute_async.resources.messages import MessageDetails
from flowroute_async.resources.numbers import NumberDetails
from flowroute_async.response import RawResponse
from flowroute_async.version import __version__

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "CallError",
    "ConfigurationError",
    "DeadlineExceededError",
    "FlowrouteClient",
    "FlowrouteError",
    "Hooks",
    "InvalidArgumentError",
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

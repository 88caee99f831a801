"""Async SDK for the Flowroute telecom API: numbers, inbound routes, messages, E911 addresses and CNAM records."""

from importlib import import_module
from typing import TYPE_CHECKING

from flowroute_async.version import __version__

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.config import Rates
    from flowroute_async.errors import (
        AuthenticationError,
        BadRequestError,
        CallError,
        ConfigurationError,
        DeadlineExceededError,
        FileTransferError,
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
        PlanOutdatedError,
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
    from flowroute_async.hooks import CallView, CoolDownView, Hooks, JobItemView, RequestView, ResponseView, RetryView
    from flowroute_async.pagination import Page, Paginator
    from flowroute_async.resources.messages import MessageDetails
    from flowroute_async.resources.number_details import NumberDetails
    from flowroute_async.response import RawResponse

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "CallError",
    "CallView",
    "ConfigurationError",
    "CoolDownView",
    "DeadlineExceededError",
    "FileTransferError",
    "FlowrouteClient",
    "FlowrouteError",
    "Hooks",
    "InvalidArgumentError",
    "InvalidRecordError",
    "InvalidResponseError",
    "JobItemView",
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
    "PlanOutdatedError",
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

# Where the names are defined, the modules that import least first.
_MODULES = (
    "errors",
    "config",
    "hooks",
    "response",
    "pagination",
    "client",
    "resources.messages",
    "resources.number_details",
)

if not TYPE_CHECKING:  # to a type checker, any name would seem to exist

    def __getattr__(name: str) -> object:
        """Import a name when it is asked for: a command shows its help before the HTTP library alone is imported."""
        if name in __all__:
            for module in map(import_module, (f"{__name__}.{module}" for module in _MODULES)):
                if hasattr(module, name):
                    globals()[name] = getattr(module, name)
                    return globals()[name]
        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

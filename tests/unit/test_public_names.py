"""What the package promises to keep: its public names, and the shape of its error tree."""

import flowroute_async
from flowroute_async import errors

NAMES = [
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

TREE = {
    "FlowrouteError": "Exception",
    "ConfigurationError": "FlowrouteError",
    "InvalidArgumentError": "FlowrouteError",
    "WebhookError": "FlowrouteError",
    "CallError": "FlowrouteError",
    "NotSentError": "CallError",
    "RateLimiterUnavailableError": "CallError",
    "NoAnswerError": "CallError",
    "DeadlineExceededError": "CallError",
    "PaginationError": "CallError",
    "OutcomeUnknownError": "CallError",
    "ResponseError": "CallError",
    "InvalidResponseError": "ResponseError",
    "ResponseTooLargeError": "ResponseError",
    "StatusError": "ResponseError",
    "BadRequestError": "StatusError",
    "AuthenticationError": "StatusError",
    "PermissionDeniedError": "StatusError",
    "NotFoundError": "StatusError",
    "MethodNotAllowedError": "StatusError",
    "UnsupportedMediaTypeError": "StatusError",
    "ValidationFailedError": "StatusError",
    "RateLimitedError": "StatusError",
    "ServerError": "StatusError",
    "UnexpectedStatusError": "StatusError",
}


def test_the_public_names_are_these() -> None:
    assert sorted(flowroute_async.__all__) == NAMES
    assert all(hasattr(flowroute_async, name) for name in NAMES)


def test_the_tree_of_errors_is_this_one_and_all_of_it_is_public() -> None:
    assert {name: getattr(errors, name).__bases__[0].__name__ for name in errors.__all__} == TREE
    assert set(errors.__all__) <= set(flowroute_async.__all__)


def test_the_tree_is_drawn_at_the_top_of_its_module() -> None:
    drawing = (errors.__doc__ or "").split("\n\n")[1]
    assert [line.split("─ ")[-1].split()[0] for line in drawing.splitlines()] == list(TREE)

"""What a client tells those who watch it, by the package's logger and by hooks: nothing secret or personal."""

import inspect
import logging
import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from flowroute_async.errors import ConfigurationError
from flowroute_openapi.types import RateGroup

__all__ = ["CallView", "CoolDownView", "Hooks", "JobItemView", "RequestView", "ResponseView", "RetryView"]

logger: logging.Logger = logging.getLogger("flowroute_async")
"""The package's only logger."""

LOG_VARIABLE = "FLOWROUTE_LOG"
"""The environment variable that shows the logger's lines on stderr from a level on: debug, info or warning."""

if os.environ.get(LOG_VARIABLE, "").upper() in {"DEBUG", "INFO", "WARNING"}:
    logger.setLevel(os.environ[LOG_VARIABLE].upper())
    logger.addHandler(logging.StreamHandler())

ViewT = TypeVar("ViewT")


@dataclass(frozen=True, slots=True)
class CallView:
    """A call that is about to wait for its turn, and then to be sent as often as its policy allows.

    Attributes:
        operation: The operation's name, such as `send_message`.
        method: The HTTP method.
        route: The path with the names of its parameters, such as `/v2/numbers/{id}`.
        rate_group: Which of the vendor's rate limits it counts towards: "api", "sms" or "mms".
    """

    operation: str
    method: str
    route: str
    rate_group: RateGroup = "api"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request that is about to be sent.

    Attributes:
        operation: The operation's name, such as `send_message`.
        method: The HTTP method.
        route: The path with the names of its parameters, such as `/v2/numbers/{id}`.
        attempt: 1 for the first time it is sent.
        rate_group: Which of the vendor's rate limits it counts towards: "api", "sms" or "mms".
        rate: How many calls of this group the client lets go in a second at present, or None for no limit.
        queue_time: Seconds that this attempt waited for its turn, after a refusal (429) too, and for a connection.
    """

    operation: str
    method: str
    route: str
    attempt: int
    rate_group: RateGroup = "api"
    rate: float | None = None
    queue_time: float = 0.0


@dataclass(frozen=True, slots=True)
class ResponseView:
    """The end of an attempt.

    Attributes:
        request: The request.
        status_code: The HTTP status, or None where no answer came or the call was cancelled.
        elapsed: Seconds from sending to the last byte.
        maybe_sent: False where it is shown that nothing of the request has left; a cancelled call can tell by it.
    """

    request: RequestView
    status_code: int | None
    elapsed: float
    maybe_sent: bool = True


@dataclass(frozen=True, slots=True)
class RetryView:
    """A request that will be sent again.

    Attributes:
        request: The request that failed.
        reason: What happened, in words.
        wait: Seconds until it is sent again, at the least.
    """

    request: RequestView
    reason: str
    wait: float


@dataclass(frozen=True, slots=True)
class CoolDownView:
    """A refusal (429, or 503 with Retry-After) that makes every call of the client wait.

    Attributes:
        request: The request that was refused.
        seconds: How long no call goes out, from now on.
    """

    request: RequestView
    seconds: float


JobName: TypeAlias = Literal[
    "bulk_search", "history", "get_many", "purchase_many", "send_many", "create_many", "update_many", "release_many"
]
JobItemOutcome: TypeAlias = Literal["done", "refused", "unknown", "failed"]


@dataclass(frozen=True, slots=True)
class JobItemView:
    """An item of a job that a run is through with: a message, a number, an address, a query, a window of time.

    Attributes:
        job: The method that runs it.
        outcome: What became of it: done; refused, and so not done; unknown, where it may have been done; or failed, of
            an item that was only to be read. What is unknown may be settled later: the report tells.
        place: Its place among the items that were given, from 0; None for a purchase, which goes by candidates.
        reason: Why it was not done, or why nobody knows; empty where it was.
        records: How many records it has brought, of a query or a window; otherwise 1, or 0 where it was not done.
    """

    job: JobName
    outcome: JobItemOutcome
    place: int | None
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions to call; they must be quick and must not block. One that raises is logged and does no harm.

    Attributes:
        on_request: Called before each attempt.
        on_response: Called after each attempt, however it ended; its `request` is the object that `on_request` got.
        on_retry: Called when a request will be sent again.
        on_cool_down: Called when a refusal makes every call wait; once for each refusal, also those of one burst.
        around_call: Returns a context manager, entered before a call waits for its turn and left when it has ended. It
            sees the exception that ends a call, and cannot keep it from the caller.
        on_job_item: Called when a job is through with an item; not for those that earlier runs have done.
    """

    on_request: Callable[[RequestView], None] | None = None
    on_response: Callable[[ResponseView], None] | None = None
    on_retry: Callable[[RetryView], None] | None = None
    on_cool_down: Callable[[CoolDownView], None] | None = None
    around_call: Callable[[CallView], AbstractContextManager[object]] | None = None
    on_job_item: Callable[[JobItemView], None] | None = None

    def __post_init__(self) -> None:
        """Refuse coroutine functions, which would never run.

        Raises:
            ConfigurationError: If a hook is a coroutine function.
        """
        for name in ("on_request", "on_response", "on_retry", "on_cool_down", "on_job_item", "around_call"):
            if inspect.iscoroutinefunction(getattr(self, name)):
                raise ConfigurationError(f"{name} must be a plain function: hooks are called, not awaited")


@contextmanager
def around(hook: Callable[[CallView], AbstractContextManager[object]] | None, view: CallView) -> Generator[None]:
    """Enter what a hook returns, if there is one, and keep its failures from the call."""
    if hook is None:
        yield
        return
    manager: AbstractContextManager[object] | None = None
    try:
        manager = hook(view)
        manager.__enter__()
    except Exception:
        logger.debug("a hook raised for %s", type(view).__name__, exc_info=True)
        manager = None
    try:
        yield
    except BaseException as error:
        _leave(manager, error)
        raise
    _leave(manager, None)


def _leave(manager: AbstractContextManager[object] | None, error: BaseException | None) -> None:
    if manager is None:
        return
    try:
        manager.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)
    except BaseException as raised:
        if raised is not error and not isinstance(raised, Exception):
            raise
        if raised is not error:
            logger.debug("a hook raised as a call ended", exc_info=True)


def call(hook: Callable[[ViewT], None] | None, view: ViewT) -> None:
    """Call a hook, if there is one, and keep its failures from the call."""
    if hook is None:
        return
    try:
        hook(view)
    except Exception:
        logger.debug("a hook raised for %s", type(view).__name__, exc_info=True)

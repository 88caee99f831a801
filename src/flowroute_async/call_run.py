"""A call on its way: its limits, how far it came, and the error that it ends with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from flowroute_async.errors import (
    CallError,
    DeadlineExceededError,
    InvalidResponseError,
    NoAnswerError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    reported_success,
    status_error,
)
from flowroute_async.exchange import Exchange, Request, SendStatus
from flowroute_async.hooks import logger
from flowroute_async.intent import Intent
from flowroute_async.response import RawResponse
from flowroute_async.retry import Failure
from flowroute_openapi.types import Operation

T_co = TypeVar("T_co", covariant=True)

SUCCESS = frozenset({200, 201, 202, 204, 207})
"""The statuses that the vendor documents as success. 207: done, but messaging could not be set up for the number."""


@dataclass(frozen=True, slots=True)
class Failed(Generic[T_co]):
    """An attempt that brought no success."""

    failure: Failure
    reason: str
    raw: RawResponse[T_co] | None = None
    retry_after: float | None = None
    cause: Exception | None = None


@dataclass(slots=True)
class Run(Generic[T_co]):
    """A call on its way: its limits, and how far it came."""

    operation: Operation[T_co]
    request: Request
    at_most: float
    started: float
    ends: float
    intent: Intent | None = None
    """What a job records of its attempts."""
    is_recorded: bool = False
    """Whether the present attempt is recorded as one that may be carried out."""
    attempts: int = 0
    maybe_done: bool = False
    """Whether an earlier attempt may have been carried out."""
    exchange: Exchange | None = None
    max_bytes: int = 0

    @property
    def how_far(self) -> str:
        """What is known of it where it is cancelled."""
        if self.maybe_done or (self.exchange is not None and self.exchange.status is SendStatus.MAYBE_SENT):
            return "cancelled; the request may have been sent, and may be carried out"
        return "cancelled; the request was not sent"

    async def record(self) -> None:
        """Record that the present attempt can leave, unless that was done."""
        if self.intent is not None and not self.is_recorded:
            self.is_recorded = True
            await self.intent.write()

    async def withdraw(self) -> None:
        """Withdraw the record of the present attempt, if there is one: it was not carried out."""
        if self.intent is not None and self.is_recorded:
            await self.intent.withdraw()


def log_giving_up(error: CallError) -> CallError:
    """Log that a call is abandoned, and return its error."""
    tries = "1 attempt" if error.attempts == 1 else f"{error.attempts} attempts"
    when = f"after {tries}" if error.attempts else "before it was sent"
    logger.warning("%s: gave up %s: %s", error.operation.name, when, type(error).__name__)
    return error


def _not_sent(attempts: int) -> str:
    return "it was not sent again" if attempts else "nothing was sent"


def too_late(operation: Operation[object], problem: str, attempts: int) -> DeadlineExceededError:
    """Build the error of a call that does not come to its turn in time."""
    advice = "A longer deadline helps, or fewer calls at once."
    return DeadlineExceededError(operation, f"{problem}; {_not_sent(attempts)}. {advice}", attempts=attempts)


def closed_error(run: Run[object]) -> CallError:
    """Build the error of a call that the closing of the client has ended."""
    if run.maybe_done:
        problem = "the client was closed before the call was sent again"
        return NoAnswerError(run.operation, problem, attempts=run.attempts)
    return NotSentError(run.operation, f"the client is closed; {_not_sent(run.attempts)}", attempts=run.attempts)


def error_of(run: Run[object], failed: Failed[object], since: datetime, *, unknown: bool, in_time: bool) -> CallError:
    """Build the error for an abandoned call."""
    operation, attempts = run.operation, run.attempts
    if unknown:
        return OutcomeUnknownError(
            operation,
            failed.reason,
            attempts=attempts,
            since=since,
            look_at=operation.look_at or "Look at the account before sending it again.",
            raw=failed.raw,
        )
    raw = failed.raw
    is_damaged = failed.failure is Failure.DAMAGED and operation.repeatable
    if not in_time and (raw is None or is_damaged):
        return DeadlineExceededError(operation, failed.reason, attempts=attempts)
    if raw is not None:
        return _answered(raw, failed)
    if failed.failure in {Failure.NOT_SENT, Failure.BARRED} and not run.maybe_done:
        return NotSentError(operation, f"{failed.reason}; nothing was sent", attempts=attempts)
    return NoAnswerError(operation, failed.reason, attempts=attempts)


def _answered(raw: RawResponse[object], failed: Failed[object]) -> CallError:
    if raw.status_code in SUCCESS:
        return InvalidResponseError(raw, f"{reported_success(raw)}, but {failed.reason}")
    error = status_error(raw)
    if isinstance(error, RateLimitedError):
        error.retry_after = failed.retry_after
    return error

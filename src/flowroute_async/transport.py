"""The one executor: deadline, throttle, send, decide, and again if the policy allows it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flowroute_async import retry
from flowroute_async.clock import Clock
from flowroute_async.config import Config, Options
from flowroute_async.connections import Answer, ConnectionPool, NoResponse, Request, SendStatus
from flowroute_async.errors import (
    CallError,
    DeadlineExceededError,
    InvalidArgumentError,
    InvalidResponseError,
    NoAnswerError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RateLimiterUnavailableError,
    ResponseTooLargeError,
    reported_success,
    status_error,
)
from flowroute_async.hooks import CoolDownView, Hooks, RequestView, ResponseView, RetryView, call, logger
from flowroute_async.response import RawResponse
from flowroute_async.retry import Failure
from flowroute_async.throttle import LONGEST_COOL_DOWN, RateLimiter, Throttle
from flowroute_async.version import __version__
from flowroute_openapi.types import Operation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

SUCCESS = frozenset({200, 201, 202, 204, 207})
"""The statuses that the vendor documents as success. 207: done, but messaging could not be set up for the number."""

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class _Failed(Generic[T_co]):
    """An attempt that brought no success."""

    failure: Failure
    reason: str
    raw: RawResponse[T_co] | None = None
    retry_after: float | None = None
    cause: Exception | None = None


class Transport:
    """Sends calls for a client and all its copies."""

    def __init__(
        self,
        config: Config,
        pool: ConnectionPool,
        *,
        clock: Clock,
        hooks: Hooks,
        limiter: RateLimiter | None = None,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = config.base_url
        self._max_bytes = config.max_response_bytes
        self._pool = pool
        self._throttle = Throttle(config.rates, clock, limiter)
        self._clock = clock
        self._hooks = hooks
        self._random = randomness
        self._headers = {
            "authorization": config.credentials.authorization,
            "accept": "application/vnd.api+json, application/json",
            "accept-encoding": "gzip",
            "user-agent": f"flowroute-async/{__version__}",
        }
        self._headers_with_body = {**self._headers, "content-type": "application/vnd.api+json"}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def send(self, operation: Operation[T], options: Options) -> RawResponse[T]:
        """Send a call until it is answered with success, must not be sent again, or its time is over."""
        started = self._clock.time()
        ends = started + options.deadline
        request = self._request(operation)
        attempt = 0
        maybe_done = False
        while True:
            queued_at = self._clock.time()
            await self._admit(operation, ends, attempt)
            attempt += 1
            view = RequestView(
                operation.name,
                operation.method,
                operation.route,
                attempt,
                operation.rate_group,
                self._throttle.rate(operation),
                self._clock.time() - queued_at,
            )
            since, sent_at = self._clock.now(), self._clock.time()
            try:
                result = await self._attempt(
                    operation, request, view, started=started, ends=ends, at_most=options.timeout
                )
            finally:
                self._pool.release()
            if isinstance(result, RawResponse):
                return result
            if maybe_done and operation.done_if_gone and result.raw is not None and result.raw.status_code == NOT_FOUND:
                return result.raw
            maybe_done = maybe_done or result.failure in {Failure.NO_ANSWER, Failure.FAILED}
            time_left = ends - self._clock.time()
            decision = retry.decide(
                result.failure,
                repeatable=operation.repeatable,
                attempt=attempt,
                max_retries=options.max_retries,
                time_left=time_left,
                random=self._random,
                retry_after=result.retry_after,
            )
            if result.failure is Failure.REFUSED:
                wait = decision.wait if isinstance(decision, retry.Retry) else result.retry_after
                asked = retry.DEFAULT_RATE_LIMIT_WAIT if wait is None else wait
                await self._throttle.refused(operation, sent_at, asked, time_left)
                call(self._hooks.on_cool_down, CoolDownView(view, self._throttle.cool_down()))
            if isinstance(decision, retry.GiveUp):
                error = _error(
                    operation,
                    result,
                    attempt,
                    since,
                    unknown=decision.unknown,
                    in_time=time_left > 0,
                    maybe_done=maybe_done,
                )
                error.time_left = max(time_left, 0.0)
                answered = result.failure in {Failure.REJECTED, Failure.UNEXPECTED} and not decision.unknown
                raise error if answered else _log_giving_up(error) from result.cause
            logger.info("%s: %s, retry %d in %.2f s", operation.name, result.reason, attempt, decision.wait)
            call(self._hooks.on_retry, RetryView(view, result.reason, decision.wait))
            # The pause after a refusal is everybody's, and kept by the throttle up to its limit.
            if result.failure is not Failure.REFUSED or decision.wait > LONGEST_COOL_DOWN:
                await self._clock.sleep(decision.wait)

    async def _admit(self, operation: Operation[object], ends: float, attempts: int) -> None:
        """Wait for the call's turn and for a free connection, which must be released afterwards."""
        while True:
            if self._pool.closed:
                raise NotSentError(operation, f"the client is closed; {_not_sent(attempts)}", attempts=attempts)
            try:
                is_its_turn = await self._throttle.acquire(operation, ends - self._clock.time())
            except ConnectionError:
                raise _log_giving_up(RateLimiterUnavailableError(operation, attempts=attempts)) from None
            if not is_its_turn:
                raise _log_giving_up(_too_late(operation, "its turn would come after the deadline", attempts))
            bursts = self._throttle.bursts
            if not await self._pool.acquire(ends - self._clock.time()):
                raise _log_giving_up(_too_late(operation, "no connection became free before the deadline", attempts))
            if bursts == self._throttle.bursts:
                return
            self._pool.release()  # the server refused others meanwhile: this one waits with them

    async def _attempt(
        self,
        operation: Operation[T],
        request: Request,
        view: RequestView,
        *,
        started: float,
        ends: float,
        at_most: float,
    ) -> RawResponse[T] | _Failed[T]:
        began = self._clock.time()
        call(self._hooks.on_request, view)
        try:
            outcome = await self._pool.send(
                request,
                seconds=min(at_most, ends - began),
                max_bytes=self._max_bytes,
                fresh=not operation.repeatable,
            )
        except BaseException:  # cancelled: whoever counts requests sees it end all the same
            self._ended(ResponseView(view, None, self._clock.time() - began))
            raise
        now = self._clock.time()
        if isinstance(outcome, NoResponse):
            self._ended(ResponseView(view, None, now - began))
            failure = Failure.NOT_SENT if outcome.status is SendStatus.NOT_SENT else Failure.NO_ANSWER
            return _Failed(failure, outcome.problem, cause=outcome.cause)
        self._ended(ResponseView(view, outcome.status_code, now - began))
        raw = RawResponse(
            operation,
            outcome.status_code,
            outcome.headers,
            outcome.content,
            elapsed=now - started,
            attempts=view.attempt,
            time_left=max(ends - now, 0.0),
        )
        return self._read(raw, outcome)

    def _ended(self, attempt: ResponseView) -> None:
        status = "no answer" if attempt.status_code is None else f"HTTP {attempt.status_code}"
        logger.debug("%s: %s in %.3f s", attempt.request.operation, status, attempt.elapsed)
        call(self._hooks.on_response, attempt)

    def _read(self, raw: RawResponse[T], answer: Answer) -> RawResponse[T] | _Failed[T]:
        if answer.status_code in SUCCESS:
            self._throttle.answered(raw.operation)
            if answer.too_large:
                problem = f"{reported_success(raw)}, but the answer is larger than {self._max_bytes} bytes"
                raise _log_giving_up(ResponseTooLargeError(raw, problem))
            if answer.content and answer.headers.get("content-type", "").lower().startswith("text/html"):
                problem = (
                    f"a web page came (HTTP {raw.status_code}): something in between answered, such as a login page"
                )
                raise _log_giving_up(InvalidResponseError(raw, problem))
            return raw
        retry_after = retry.parse_retry_after(answer.headers.get("retry-after"), self._clock.now())
        failure = retry.classify(answer.status_code, retry_after)
        return _Failed(failure, f"HTTP {answer.status_code}", raw, retry_after)

    def _request(self, operation: Operation[object]) -> Request:
        try:
            content = operation.encode_body()
            query = f"?{urlencode(operation.query)}" if operation.query else ""
        except ValueError:  # half of a surrogate pair, which no encoding has
            raise InvalidArgumentError("every text", "encodable as UTF-8") from None
        return Request(
            operation.method,
            f"{self._base_url}{operation.path}{query}",
            self._headers if content is None else self._headers_with_body,
            content,
        )


def _log_giving_up(error: CallError) -> CallError:
    tries = "1 attempt" if error.attempts == 1 else f"{error.attempts} attempts"
    when = f"after {tries}" if error.attempts else "before it was sent"
    logger.warning("%s: gave up %s: %s", error.operation.name, when, type(error).__name__)
    return error


def _not_sent(attempts: int) -> str:
    return "it was not sent again" if attempts else "nothing was sent"


def _too_late(operation: Operation[object], problem: str, attempts: int) -> DeadlineExceededError:
    advice = "A longer deadline helps, or fewer calls at once."
    return DeadlineExceededError(operation, f"{problem}; {_not_sent(attempts)}. {advice}", attempts=attempts)


def _error(
    operation: Operation[object],
    failed: _Failed[object],
    attempts: int,
    since: datetime,
    *,
    unknown: bool,
    in_time: bool,
    maybe_done: bool,
) -> CallError:
    """Give the error that tells the truth about a call that is given up."""
    if unknown:
        return OutcomeUnknownError(
            operation,
            failed.reason,
            attempts=attempts,
            since=since,
            look_at=operation.look_at or "Look at the account before sending it again.",
            raw=failed.raw,
        )
    if failed.raw is not None:
        error = status_error(failed.raw)
        if isinstance(error, RateLimitedError):
            error.retry_after = failed.retry_after
        return error
    if not in_time:
        return DeadlineExceededError(operation, failed.reason, attempts=attempts)
    if failed.failure is Failure.NOT_SENT and not maybe_done:
        return NotSentError(operation, f"{failed.reason}; nothing was sent", attempts=attempts)
    return NoAnswerError(operation, failed.reason, attempts=attempts)

"""The one executor: deadline, throttle, send, decide, and again if the policy allows it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flowroute_async import retry
from flowroute_async.clock import Clock
from flowroute_async.config import Config, Options
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
    status_error,
)
from flowroute_async.hooks import Hooks, RequestView, ResponseView, RetryView, call, logger
from flowroute_async.lanes import Answer, Fate, Lanes, Lost, Request
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


_LOOK_AT: Mapping[str, str] = {
    "purchase_number": "Look whether the number is on the account (numbers.get).",
    "send_message": "Look whether it is among the messages sent since then (messages.list).",
    "create_route": "Look whether the route exists (routes.list).",
    "create_e911_address": "Look whether the address exists (e911.list).",
    "create_cnam_record": "Look whether the record exists (cnam.list).",
    "associate_cnam_record": "Look at the numbers of the record (cnam.get).",
}


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
        lanes: Lanes,
        *,
        clock: Clock,
        hooks: Hooks,
        limiter: RateLimiter | None = None,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = config.base_url
        self._max_bytes = config.max_response_bytes
        self._lanes = lanes
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
        await self._lanes.aclose()

    async def send(self, operation: Operation[T], options: Options) -> RawResponse[T]:
        """Send a call until it is answered with success, must not be sent again, or its time is over."""
        started = self._clock.time()
        ends = started + options.deadline
        request = self._request(operation)
        attempt = 0
        maybe_done = False
        while True:
            await self._admit(operation, ends, attempt)
            attempt += 1
            since, sent_at = datetime.now(UTC), self._clock.time()
            try:
                result = await self._attempt(
                    operation, request, attempt=attempt, started=started, ends=ends, at_most=options.timeout
                )
            finally:
                self._lanes.leave()
            if isinstance(result, RawResponse):
                return result
            if maybe_done and result.raw is not None and _is_gone(result.raw):
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
                asked = retry.UNASKED_WAIT if wait is None else wait
                await self._throttle.refused(operation, sent_at, asked, time_left)
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
                raise error if answered else self._surrender(error) from result.cause
            logger.info("%s: %s, retry %d in %.2f s", operation.name, result.reason, attempt, decision.wait)
            view = RequestView(operation.name, operation.method, operation.route, attempt)
            call(self._hooks.on_retry, RetryView(view, result.reason, decision.wait))
            # The pause after a refusal is everybody's, and kept by the throttle up to its limit.
            if result.failure is not Failure.REFUSED or decision.wait > LONGEST_COOL_DOWN:
                await self._clock.sleep(decision.wait)

    async def _admit(self, operation: Operation[object], ends: float, attempts: int) -> None:
        """Wait for the call's turn and for a free lane; the lane must be left afterwards."""
        while True:
            if self._lanes.closed:
                raise NotSentError(operation, f"the client is closed; {_not_sent(attempts)}", attempts=attempts)
            try:
                is_its_turn = await self._throttle.acquire(operation, ends - self._clock.time())
            except ConnectionError:
                raise self._surrender(RateLimiterUnavailableError(operation, attempts=attempts)) from None
            if not is_its_turn:
                raise self._surrender(_too_late(operation, "its turn would come after the deadline", attempts))
            bursts = self._throttle.bursts
            if not await self._lanes.enter(ends - self._clock.time()):
                raise self._surrender(_too_late(operation, "no connection became free before the deadline", attempts))
            if bursts == self._throttle.bursts:
                return
            self._lanes.leave()  # the server refused others meanwhile: this one waits with them

    async def _attempt(
        self,
        operation: Operation[T],
        request: Request,
        *,
        attempt: int,
        started: float,
        ends: float,
        at_most: float,
    ) -> RawResponse[T] | _Failed[T]:
        began = self._clock.time()
        view = RequestView(operation.name, operation.method, operation.route, attempt)
        call(self._hooks.on_request, view)
        try:
            outcome = await self._lanes.exchange(
                request,
                seconds=min(at_most, ends - began),
                max_bytes=self._max_bytes,
                fresh=not operation.repeatable,
            )
        except BaseException:  # cancelled: whoever counts requests sees it end all the same
            self._ended(ResponseView(view, None, self._clock.time() - began))
            raise
        now = self._clock.time()
        if isinstance(outcome, Lost):
            self._ended(ResponseView(view, None, now - began))
            failure = Failure.NOT_SENT if outcome.fate is Fate.NOT_SENT else Failure.NO_ANSWER
            return _Failed(failure, outcome.problem, cause=outcome.cause)
        self._ended(ResponseView(view, outcome.status_code, now - began))
        raw = RawResponse(
            operation,
            outcome.status_code,
            outcome.headers,
            outcome.content,
            elapsed=now - started,
            attempts=attempt,
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
                problem = (
                    f"the server reported success (HTTP {raw.status_code}), so the call most likely took effect, "
                    f"but the answer is larger than {self._max_bytes} bytes"
                )
                raise self._surrender(ResponseTooLargeError(raw, problem))
            if answer.content and answer.headers.get("content-type", "").lower().startswith("text/html"):
                problem = (
                    f"a web page came (HTTP {raw.status_code}): something in between answered, such as a login page"
                )
                raise self._surrender(InvalidResponseError(raw, problem))
            return raw
        retry_after = retry.parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
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

    def _surrender(self, error: CallError) -> CallError:
        tries = "1 attempt" if error.attempts == 1 else f"{error.attempts} attempts"
        when = f"after {tries}" if error.attempts else "before it was sent"
        logger.warning("%s: gave up %s: %s", error.operation.name, when, type(error).__name__)
        return error


def _not_sent(attempts: int) -> str:
    return "it was not sent again" if attempts else "nothing was sent"


def _too_late(operation: Operation[object], problem: str, attempts: int) -> DeadlineExceededError:
    advice = "A longer deadline helps, or fewer calls at once."
    return DeadlineExceededError(operation, f"{problem}; {_not_sent(attempts)}. {advice}", attempts=attempts)


def _is_gone(raw: RawResponse[object]) -> bool:
    """Whether a deletion is done: an earlier attempt, whose answer was lost, left nothing to delete.

    Only where the path ends with the id of what is deleted: of `/numbers/{number_id}/relationships/e911s`, it is the
    number that is not found.
    """
    return raw.operation.method == "DELETE" and raw.operation.route.endswith("}") and raw.status_code == NOT_FOUND


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
            look_at=_LOOK_AT.get(operation.name, "Look at the account before sending it again."),
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

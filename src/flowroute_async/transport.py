"""The one executor: deadline, throttle, send, decide, and again if the policy allows it."""

import math
import random
import re
import warnings
from collections.abc import Callable
from types import NoneType
from typing import TypeVar

from flowroute_async import retry
from flowroute_async.body_limits import largest_body
from flowroute_async.call_run import SUCCESS, Failed, Run, closed_error, error_of, log_giving_up, too_late
from flowroute_async.clock import Clock
from flowroute_async.config import Config, Options
from flowroute_async.connections import ConnectionPool, Connections, ConnectionsElsewhereError, in_time
from flowroute_async.errors import (
    InvalidResponseError,
    NotSentError,
    RateLimiterUnavailableError,
    ResponseTooLargeError,
    reported_success,
)
from flowroute_async.exchange import Answer, Exchange, NoResponse, SendStatus
from flowroute_async.hooks import (
    CallView,
    CoolDownView,
    Hooks,
    RequestView,
    ResponseView,
    RetryView,
    around,
    call,
    logger,
)
from flowroute_async.identity import is_about
from flowroute_async.intent import intent_of
from flowroute_async.request_builder import RequestBuilder
from flowroute_async.response import RawResponse
from flowroute_async.retry import Failure
from flowroute_async.stray_answer import stray_answer
from flowroute_async.throttle import LONGEST_COOL_DOWN, RateLimiter, Throttle
from flowroute_openapi.types import Operation

T = TypeVar("T")

NOT_FOUND = 404

_PERHAPS_CARRIED_OUT = frozenset({Failure.UNAVAILABLE, Failure.FAILED, Failure.NO_ANSWER, Failure.DAMAGED})
_NOT_CARRIED_OUT = frozenset({Failure.NOT_SENT, Failure.BARRED, Failure.REFUSED})
_SECONDS = re.compile(r"[0-9]{1,12}")
_TOLD_TO_WAIT = frozenset({Failure.REFUSED, Failure.UNAVAILABLE})


class Transport:
    """Sends calls for a client and all its copies."""

    def __init__(
        self,
        config: Config,
        connections: Connections,
        *,
        clock: Clock,
        hooks: Hooks,
        limiter: RateLimiter | None = None,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = config.base_url
        self._requests = RequestBuilder(config)
        self._max_bytes = config.max_response_bytes
        self._connections = connections
        self._throttle = Throttle(config.rates, clock, limiter)
        self.clock: Clock = clock
        self._clock = clock
        self.hooks: Hooks = hooks
        self._random = randomness
        self._unknown_at = -math.inf  # when the outcome of a call was last unknown, on the clock

    def __del__(self) -> None:
        """Warn where nobody closed the client: here, since the client's copies share this."""
        if self._connections.is_left_open:
            message = f"FlowrouteClient(base_url={self._base_url!r}) was never closed: use `async with`, or `aclose`"
            warnings.warn(message, ResourceWarning, stacklevel=1, source=self)

    async def aclose(self) -> None:
        """Close the connections; nothing leaves after this returns."""
        await self._connections.aclose()

    async def renew_connections(self) -> None:
        """Use no connection again that was opened before, since an answer on one of them was not what was asked for."""
        await self._connections.pool().renew()

    async def send(self, operation: Operation[T], options: Options) -> RawResponse[T]:
        """Send a call until it is answered with success, must not be sent again, or its time is over."""
        try:
            pool = self._connections.pool()
        except ConnectionsElsewhereError as error:
            raise NotSentError(operation, f"{error}; nothing was sent") from None
        started = self._clock.time()
        run = Run(operation, self._requests.build(operation), options.timeout, started, started + options.deadline)
        run.max_bytes, run.intent = self._max_bytes or largest_body(operation), intent_of(operation)
        view = CallView(operation.name, operation.method, operation.route, operation.rate_group)
        try:
            with around(self.hooks.around_call, view):
                return await self._send(run, pool, options.max_retries)
        except BaseException as error:
            if not isinstance(error, Exception):  # cancelled
                error.add_note(f"flowroute_async: {operation.name}: {run.how_far}")
            raise

    async def _send(self, run: "Run[T]", pool: ConnectionPool, max_retries: int) -> RawResponse[T]:
        operation = run.operation
        while True:
            queued_at, run.is_recorded = self._clock.time(), False
            await (self._admit_on_record(run, pool) if run.intent and pool.is_shared else self._admit(run, pool))
            run.attempts += 1
            view = self._view(run, self._clock.time() - queued_at)
            since, sent_at = self._clock.now(), self._clock.time()
            try:
                result = await self._attempt_on_record(run, pool, view)
            finally:
                pool.release()
            if isinstance(result, RawResponse):
                return result
            if run.maybe_done and operation.done_if_gone and result.raw and result.raw.status_code == NOT_FOUND:
                return result.raw
            run.maybe_done = run.maybe_done or result.failure in _PERHAPS_CARRIED_OUT
            time_left = run.ends - self._clock.time()
            decision = retry.decide(
                result.failure,
                repeatable=operation.repeatable,
                attempt=run.attempts,
                max_retries=max_retries,
                time_left=time_left,
                random=self._random,
                retry_after=result.retry_after,
            )
            unknown = isinstance(decision, retry.GiveUp) and decision.unknown
            is_told_to_wait = result.failure in _TOLD_TO_WAIT and not unknown
            if is_told_to_wait:
                wait = decision.wait if isinstance(decision, retry.Retry) else result.retry_after
                asked = retry.DEFAULT_RATE_LIMIT_WAIT if wait is None else wait
                await self._throttle.refused(operation, sent_at, asked, time_left)
                call(self.hooks.on_cool_down, CoolDownView(view, self._throttle.cool_down()))
            if unknown:
                self._unknown_at = self._clock.time()
            if unknown or result.failure in {Failure.DAMAGED, Failure.MISTAKEN}:
                await pool.renew()  # what is looked up now is looked up on a new connection
            if isinstance(decision, retry.GiveUp):
                error = error_of(run, result, since, unknown=unknown, in_time=time_left > 0)
                error.time_left = max(time_left, 0.0)
                answered = result.failure in {Failure.REJECTED, Failure.UNEXPECTED} and not unknown
                raise error if answered else log_giving_up(error) from result.cause
            logger.info("%s: %s, retry %d in %.2f s", operation.name, result.reason, run.attempts, decision.wait)
            call(self.hooks.on_retry, RetryView(view, result.reason, decision.wait))
            # The pause after a refusal is everybody's, and kept by the throttle up to its limit.
            if not is_told_to_wait or decision.wait > LONGEST_COOL_DOWN:
                with pool.interruptible():
                    await self._clock.sleep(decision.wait)

    async def _admit(self, run: "Run[object]", pool: ConnectionPool) -> None:
        """Wait for the call's turn and for a free connection, which must be released afterwards."""
        if not pool.closed:
            with pool.interruptible():
                await self._wait(run, pool)
        if pool.closed:  # what was acquired has no use any more
            raise log_giving_up(closed_error(run))

    async def _admit_on_record(self, run: "Run[object]", pool: ConnectionPool) -> None:
        """Admit a call, and record that it can leave now.

        One at a time: while one is recorded, the turns of others would pass, and they would leave all at once.
        """
        leaving = pool.leaving[run.operation.rate_group]
        if not await in_time(leaving.acquire, run.ends - self._clock.time()):
            raise log_giving_up(too_late(run.operation, "its turn would come after the deadline", run.attempts))
        try:
            await self._admit(run, pool)
            try:
                await run.record()
            except BaseException:
                pool.release()
                await run.withdraw()
                raise
        finally:
            leaving.release()

    async def _wait(self, run: "Run[object]", pool: ConnectionPool) -> None:
        operation, attempts = run.operation, run.attempts
        while True:
            try:
                is_its_turn = await self._throttle.acquire(operation, run.ends - self._clock.time())
            except ConnectionError:
                raise log_giving_up(RateLimiterUnavailableError(operation, attempts=attempts)) from None
            if not is_its_turn:
                raise log_giving_up(too_late(operation, "its turn would come after the deadline", attempts))
            bursts = self._throttle.bursts
            if not await pool.acquire(run.ends - self._clock.time()):
                raise log_giving_up(too_late(operation, "no connection became free before the deadline", attempts))
            if bursts == self._throttle.bursts:
                return
            pool.release()  # the server refused others meanwhile: this one waits with them

    def _view(self, run: "Run[object]", queue_time: float) -> RequestView:
        operation = run.operation
        rate = self._throttle.rate(operation)
        return RequestView(
            operation.name, operation.method, operation.route, run.attempts, operation.rate_group, rate, queue_time
        )

    async def _attempt_on_record(
        self, run: "Run[T]", pool: ConnectionPool, view: RequestView
    ) -> RawResponse[T] | Failed[T]:
        """Send a call once, and withdraw the record of the attempt if it was not carried out."""
        run.exchange = None
        try:
            result = await self._attempt(run, pool, view)
        except BaseException:
            if run.exchange is None or run.exchange.status is SendStatus.NOT_SENT:
                await run.withdraw()
            raise
        if isinstance(result, Failed) and result.failure in _NOT_CARRIED_OUT:
            await run.withdraw()
        return result

    async def _attempt(self, run: "Run[T]", pool: ConnectionPool, view: RequestView) -> RawResponse[T] | Failed[T]:
        operation, began = run.operation, self._clock.time()
        exchange = run.exchange = Exchange(
            run.request, run.max_bytes, once=not operation.repeatable, before_sending=run.record if run.intent else None
        )
        call(self.hooks.on_request, view)
        status_code: int | None = None
        try:
            outcome = await pool.send(
                exchange,
                seconds=min(run.at_most, run.ends - began),
                limit=min(run.at_most, run.ends - run.started),
                fresh=not operation.repeatable,
            )
            status_code = outcome.status_code if isinstance(outcome, Answer) else None
        finally:  # also where it is cancelled: whoever counts requests sees it end all the same
            now = self._clock.time()
            maybe_sent = exchange.status is SendStatus.MAYBE_SENT
            self._ended(ResponseView(view, status_code, now - began, maybe_sent=maybe_sent))
        if isinstance(outcome, NoResponse):
            not_sent = Failure.BARRED if outcome.is_final else Failure.NOT_SENT
            failure = not_sent if outcome.status is SendStatus.NOT_SENT else Failure.NO_ANSWER
            return Failed(failure, outcome.problem, cause=outcome.cause)
        if (cached := self._cached(outcome, now)) is not None:
            return Failed(Failure.MISTAKEN, cached)
        raw = RawResponse(
            operation,
            outcome.status_code,
            outcome.headers,
            outcome.content,
            elapsed=now - run.started,
            attempts=run.attempts,
            time_left=max(run.ends - now, 0.0),
        )
        return self._read(raw, outcome)

    def _cached(self, answer: Answer, now: float) -> str | None:
        """Return why an answer from a cache does not count, in words, or else None."""
        if answer.from_cache:
            return "the answer came from a cache of http_transport, not from the server"
        age = answer.headers.get("age", "")
        if _SECONDS.fullmatch(age) and now - int(age) < self._unknown_at:
            return "the answer came from a cache, and is older than a call whose outcome is unknown"
        return None

    def _ended(self, attempt: ResponseView) -> None:
        status = "no answer" if attempt.status_code is None else f"HTTP {attempt.status_code}"
        logger.debug("%s: %s in %.3f s", attempt.request.operation, status, attempt.elapsed)
        call(self.hooks.on_response, attempt)

    def _read(self, raw: RawResponse[T], answer: Answer) -> RawResponse[T] | Failed[T]:
        if answer.status_code in SUCCESS:
            self._throttle.answered(raw.operation)
            if answer.too_large:
                problem = f"{reported_success(raw)}, but the answer is larger than {len(raw.content)} bytes"
                raise log_giving_up(ResponseTooLargeError(raw, problem))
            if (stray := stray_answer(raw)) is not None:
                raise log_giving_up(InvalidResponseError(raw, stray))
            if answer.damage is not None and raw.operation.response is not NoneType:
                return Failed(Failure.DAMAGED, f"the answer is damaged: {answer.damage}", raw)
            if not is_about(raw.content, raw.operation.expected_id):
                return Failed(Failure.MISTAKEN, "the answer is about another resource than the one asked for", raw)
            return raw
        retry_after = retry.parse_retry_after(answer.headers.get("retry-after"), self._clock.now())
        failure = retry.classify(answer.status_code, retry_after)
        return Failed(failure, f"HTTP {answer.status_code}", raw, retry_after)

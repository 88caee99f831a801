"""Whether a call that failed is sent again, and when. Pure: no clock, no network, no randomness of its own.

The policy, in full, is `POLICY`. What matters is whether the server can have acted: a call that costs money or reaches
a person is never sent again once it may have been carried out.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TypeAlias

FIRST_PAUSE = 0.5
"""Seconds: the longest pause before the first repetition; it doubles from one to the next."""
DEFAULT_RATE_LIMIT_WAIT = 1.0
"""Seconds, and a pause on top, after a refusal that does not say how long to wait: most limits count by the second."""
LONGEST_PAUSE = 8.0
"""Seconds: the longest pause where the server does not ask for one."""

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")
# A date has a comma of its own, after the day of the week.
_VALUES = re.compile(r"(?:[ \t]*[A-Za-z]+,)?[^,]+")
_TOO_MANY_REQUESTS = 429
_SERVICE_UNAVAILABLE = 503
_FIRST_CLIENT_ERROR, _FIRST_SERVER_ERROR = 400, 500
_REQUEST_TIMEOUT = 408


class Failure(Enum):
    """What happened, as far as it matters for repeating."""

    NOT_SENT = "shown not to have left: our own connection failed before the first byte (DNS, TCP, TLS, proxy)"
    BARRED = "not sent: the proxy refused a tunnel with 407, 403 or another 4xx, but for 408, 425 and 429"
    REFUSED = "refused: 429"
    UNAVAILABLE = "503 with Retry-After, from whatever stands in between, perhaps after the effect"
    FAILED = "500, 502, 503, 504 and any other 5xx; 408"
    NO_ANSWER = "sent, or it cannot be shown that it was not, and the answer was lost or did not come in time"
    DAMAGED = "success, but the body was cut off or cannot be decompressed"
    MISTAKEN = "success, but the answer is about another resource than the one asked for; any answer from a cache"
    REJECTED = "400, 401, 403, 404, 405, 415, 422 and any other 4xx"
    UNEXPECTED = "a status that the API does not document: 1xx, 3xx, other 2xx"


class Verdict(Enum):
    """What to do about it."""

    RETRY = "retry after a pause"
    RETRY_WHEN_ASKED = "retry after the wait that the server asks for"
    UNKNOWN = "never by itself: `OutcomeUnknownError`"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class RetryRule:
    """One row of the policy: for calls that are safe to repeat, and for those that are not."""

    repeatable: Verdict
    not_repeatable: Verdict


POLICY: Mapping[Failure, RetryRule] = {
    Failure.NOT_SENT: RetryRule(Verdict.RETRY, Verdict.RETRY),
    Failure.BARRED: RetryRule(Verdict.RAISE, Verdict.RAISE),
    Failure.REFUSED: RetryRule(Verdict.RETRY_WHEN_ASKED, Verdict.RETRY_WHEN_ASKED),
    Failure.UNAVAILABLE: RetryRule(Verdict.RETRY_WHEN_ASKED, Verdict.UNKNOWN),
    Failure.FAILED: RetryRule(Verdict.RETRY, Verdict.UNKNOWN),
    Failure.NO_ANSWER: RetryRule(Verdict.RETRY, Verdict.UNKNOWN),
    Failure.DAMAGED: RetryRule(Verdict.RETRY, Verdict.RAISE),
    Failure.MISTAKEN: RetryRule(Verdict.RAISE, Verdict.UNKNOWN),
    Failure.REJECTED: RetryRule(Verdict.RAISE, Verdict.RAISE),
    Failure.UNEXPECTED: RetryRule(Verdict.RAISE, Verdict.UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Retry:
    """Send it again after that many seconds."""

    wait: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not send it again; `unknown` says that nobody knows whether it was carried out."""

    unknown: bool


Decision: TypeAlias = Retry | GiveUp


def classify(status_code: int, retry_after: float | None) -> Failure:
    """Classify a status that is no success: whether the call may be repeated."""
    if status_code == _TOO_MANY_REQUESTS:
        return Failure.REFUSED
    if status_code == _SERVICE_UNAVAILABLE and retry_after is not None:
        return Failure.UNAVAILABLE
    # 408 comes from proxies that were about to hang up; a CDN has statuses of its own from 520 on. Neither tells
    # whether the server behind them acted.
    if status_code >= _FIRST_SERVER_ERROR or status_code == _REQUEST_TIMEOUT:
        return Failure.FAILED
    return Failure.REJECTED if status_code >= _FIRST_CLIENT_ERROR else Failure.UNEXPECTED


def decide(  # the whole situation, so that the decision needs nothing else
    failure: Failure,
    *,
    repeatable: bool,
    attempt: int,
    max_retries: int,
    time_left: float,
    random: Callable[[], float],
    retry_after: float | None = None,
) -> Decision:
    """Decide about a call that has failed `attempt` times.

    Args:
        failure: What happened.
        repeatable: Whether sending the call twice has the effect of sending it once.
        attempt: How often it was sent, or tried to, at least 1.
        max_retries: How often it may be sent again at the most.
        time_left: Seconds until the deadline of the whole call.
        random: Gives a number from 0 up to 1, for jitter.
        retry_after: Seconds that the server asked to wait, or None.

    Returns:
        A pause that ends before the deadline, or to give up.
    """
    row = POLICY[failure]
    verdict = row.repeatable if repeatable else row.not_repeatable
    give_up = GiveUp(unknown=verdict is Verdict.UNKNOWN)
    if verdict in {Verdict.RAISE, Verdict.UNKNOWN} or attempt > max_retries:
        return give_up
    wait = pause(attempt, random())
    if verdict is Verdict.RETRY_WHEN_ASKED:
        wait = DEFAULT_RATE_LIMIT_WAIT + wait / 4 if retry_after is None else retry_after
    return Retry(wait) if wait < time_left else give_up


def pause(attempt: int, random: float) -> float:
    """Return a pause with full jitter: anything up to a bound that doubles with each attempt, to a cap."""
    return random * min(LONGEST_PAUSE, math.ldexp(FIRST_PAUSE, min(attempt - 1, 16)))


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, section 10.2.3): seconds, or an HTTP date. Of several, the longest counts.

    Returns:
        Seconds from now, 0 for a date that has passed; None where there is no header or it makes no sense.
    """
    waits = [_wait(one.strip(" \t"), now) for one in _VALUES.findall(value or "")]
    return max((wait for wait in waits if wait is not None), default=None)


def _wait(value: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(value):
        seconds = float(value)
        return seconds if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError, TypeError, IndexError):  # the parser lets all of them out
        return None

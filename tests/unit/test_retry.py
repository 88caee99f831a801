"""Whether a call is sent again, and when: the policy, row by row."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import retry
from flowroute_async.retry import POLICY, Failure, GiveUp, Retry, Verdict

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAGE = Path(__file__).parents[2] / "docs" / "retries.md"


def decide(
    failure: Failure,
    *,
    repeatable: bool = True,
    attempt: int = 1,
    time_left: float = 100.0,
    random: float = 0.5,
    retry_after: float | None = None,
) -> retry.Decision:
    return retry.decide(
        failure,
        repeatable=repeatable,
        attempt=attempt,
        max_retries=4,
        time_left=time_left,
        random=lambda: random,
        retry_after=retry_after,
    )


def test_the_page_about_retries_shows_the_policy_as_it_is() -> None:
    shown = PAGE.read_text(encoding="utf-8").split("<!-- policy: begin -->")[1].split("<!-- policy: end -->")[0]
    rows = [
        f"| {failure.value} | {row.repeatable.value} | {row.not_repeatable.value} |" for failure, row in POLICY.items()
    ]
    assert shown.strip().splitlines()[2:] == rows
    assert set(POLICY) == set(Failure)


@pytest.mark.parametrize("failure", [Failure.FAILED, Failure.NO_ANSWER, Failure.UNEXPECTED])
def test_what_may_have_been_carried_out_is_never_sent_twice(failure: Failure) -> None:
    assert decide(failure, repeatable=False) == GiveUp(unknown=True)


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("failure", [Failure.NOT_SENT, Failure.REFUSED])
def test_what_was_not_carried_out_is_sent_again(failure: Failure, repeatable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert isinstance(decide(failure, repeatable=repeatable), Retry)
    assert decide(failure, repeatable=repeatable, attempt=5) == GiveUp(unknown=False)


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_rejection_is_raised(repeatable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert decide(Failure.REJECTED, repeatable=repeatable) == GiveUp(unknown=False)


@given(
    failure=st.sampled_from(Failure),
    repeatable=st.booleans(),
    attempt=st.integers(1, 1000),
    time_left=st.floats(-10, 1000),
    random=st.floats(0, 1, exclude_max=True),
    retry_after=st.none() | st.floats(0, 1e12),
)
def test_no_wait_ends_after_the_deadline_and_none_is_negative(
    *,
    failure: Failure,
    repeatable: bool,
    attempt: int,
    time_left: float,
    random: float,
    retry_after: float | None,
) -> None:
    decision = decide(
        failure,
        repeatable=repeatable,
        attempt=attempt,
        time_left=time_left,
        random=random,
        retry_after=retry_after,
    )
    if isinstance(decision, Retry):
        assert 0 <= decision.wait < time_left
        assert attempt <= 4
    verdict = POLICY[failure].repeatable if repeatable else POLICY[failure].not_repeatable
    assert isinstance(decision, GiveUp) or verdict in {Verdict.RETRY, Verdict.RETRY_WHEN_ASKED}


def test_pauses_double_to_a_cap_with_full_jitter() -> None:
    assert [retry.pause(attempt, 1.0) for attempt in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert retry.pause(10_000, 1.0) == 8.0
    assert retry.pause(3, 0.0) == 0.0
    assert retry.pause(3, 0.25) == 0.5


def test_a_refusal_is_obeyed_to_the_second_and_waits_a_second_where_it_does_not_say() -> None:
    assert decide(Failure.REFUSED, retry_after=17.5) == Retry(17.5)
    assert decide(Failure.REFUSED, retry_after=0.0) == Retry(0.0)
    assert decide(Failure.REFUSED, random=0.0) == Retry(1.0)
    assert decide(Failure.REFUSED, random=1.0) == Retry(1.125), "not all at once"
    assert decide(Failure.REFUSED, retry_after=100.0) == GiveUp(unknown=False)


@pytest.mark.parametrize(
    ("status", "retry_after", "failure"),
    [
        (429, None, Failure.REFUSED),
        (429, 3.0, Failure.REFUSED),
        (503, 3.0, Failure.UNAVAILABLE),
        (503, 0.0, Failure.UNAVAILABLE),
        (503, None, Failure.FAILED),
        (500, 3.0, Failure.FAILED),
        (524, None, Failure.FAILED),
        (599, None, Failure.FAILED),
        (408, None, Failure.FAILED),
        (400, None, Failure.REJECTED),
        (404, 3.0, Failure.REJECTED),
        (451, None, Failure.REJECTED),
        (302, None, Failure.UNEXPECTED),
        (206, None, Failure.UNEXPECTED),
        (101, None, Failure.UNEXPECTED),
    ],
)
def test_a_status_is_classified_by_what_it_tells(status: int, retry_after: float | None, failure: Failure) -> None:
    assert retry.classify(status, retry_after) is failure


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("31536000", 31536000.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e400", None),
        ("9" * 5000, None),
        ("1_0", None),
        ("1e1", None),
        ("+10", None),
        ("\u0661\u0660", None),
        ("10.", 10.0),
        ("\t10 ", 10.0),
        ("soon", None),
        ("X7", None),
        ("\x0b7", None),
        ("\xa07", None),
        ("Fri, 01 May 2026 12:01:30 GMT", 90.0),
        ("Fri, 01 May 2026 14:01:30 +0200", 90.0),
        ("Fri, 01 May 2026 12:01:30 -0000", 90.0),
        ("Friday, 01-May-26 12:01:30 GMT", 90.0),
        ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
        ("Fri, 01 May 2026 12:01:30 +2300", 0.0),
        ("Fri, 99 May 2026 12:01:30 GMT", None),
        ("Fri, 01 May 99999999999999999999 12:01:30 GMT", None),
        ("0, 120", 120.0),
        ("120,0", 120.0),
        ("soon, 5", None),
        ("5, soon", 5.0),
        ("-1, 5", 5.0),
        (",", None),
        ("5,", 5.0),
        ("Fri, 01 May 2026 12:01:30 GMT, Fri, 01 May 2026 12:03:00 GMT", 180.0),
        ("Fri, 01 May 2026 12:01:30 GMT, 5", 90.0),
        ("5, Fri, 01 May 2026 12:01:30 GMT", 90.0),
    ],
)
def test_retry_after_is_read_or_taken_as_absent_and_of_several_the_longest_counts(
    value: str | None, seconds: float | None
) -> None:
    assert retry.parse_retry_after(value, NOW) == seconds


@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,30} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} ?[+-]?[0-9A-Z]{0,9}")
)
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    seconds = retry.parse_retry_after(value, NOW)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)


@given(st.integers(0, 10**8))
def test_every_http_date_to_come_is_read(seconds: int) -> None:
    value = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry.parse_retry_after(value, NOW) == seconds

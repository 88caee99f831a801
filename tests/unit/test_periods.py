"""Periods of time: whole days at both ends, in any zone, and never backwards."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.periods import CLOCK_TOLERANCE, period

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
ZONES = st.timezones(no_cache=True)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - bounds are naive


@given(DAYS, DAYS, ZONES)
def test_every_moment_of_the_days_lies_in_the_period_and_none_of_another_day(
    first: date, last: date, zone: tzinfo
) -> None:
    first, last = min(first, last), max(first, last)
    span = period(first, last, zone)
    assert span.end is not None
    assert span.start.astimezone(zone).date() == first
    assert span.end.astimezone(zone).date() == last
    assert (span.start - timedelta(milliseconds=1)).astimezone(zone).date() < first or _skipped(first, zone)
    assert (span.end + timedelta(milliseconds=1)).astimezone(zone).date() > last or _skipped(last, zone)


def _skipped(day: date, zone: tzinfo) -> bool:
    """Whether a midnight comes twice or never there: clocks are set at that hour in some zones."""
    hours = [datetime.combine(one, datetime.min.time(), zone) for one in (day, day + timedelta(1))]
    return any(
        hour.astimezone(UTC).astimezone(zone) != hour or hour.utcoffset() != hour.replace(fold=1).utcoffset()
        for hour in hours
    )


@given(MOMENTS, MOMENTS)
def test_an_end_before_the_start_is_refused(start: datetime, end: datetime) -> None:
    assume(end < start)
    with pytest.raises(InvalidArgumentError, match="end_date must be no earlier than start_date"):
        period(start, end)


@given(DAYS, DAYS)
def test_a_day_before_the_first_is_refused(first: date, last: date) -> None:
    assume(last < first)
    with pytest.raises(InvalidArgumentError, match="nothing was sent"):
        period(first, last)


def test_a_day_in_new_york_begins_and_ends_there() -> None:
    span = period(date(2026, 3, 8), date(2026, 3, 8), ZoneInfo("America/New_York"))  # of 23 hours
    assert span.start == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert span.end == datetime(2026, 3, 9, 3, 59, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["America/New_York", None, 5])
def test_a_zone_that_is_none_is_refused(zone: object) -> None:
    with pytest.raises(InvalidArgumentError, match="time_zone must be a tzinfo"):
        period(date(2026, 1, 1), None, zone)


def test_a_day_at_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="within the calendar"):
        period(date(2026, 1, 1), date.max)


def test_a_period_that_is_not_over_ends_a_minute_from_now() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert period(date(2026, 1, 1), None).ended(now) == now + CLOCK_TOLERANCE
    assert period(date(2026, 1, 1), date(2027, 1, 1)).ended(now) == now + CLOCK_TOLERANCE
    assert period(date(2026, 1, 1), date(2026, 1, 1)).ended(now) < now

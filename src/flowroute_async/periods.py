"""Periods of time as callers give them: days are whole at both ends, and an end before the start is refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from flowroute_async.arguments import kind, point_in_time
from flowroute_async.errors import InvalidArgumentError

_RESOLUTION = timedelta(milliseconds=1)
"""Queries write a time to the millisecond."""

CLOCK_TOLERANCE = timedelta(seconds=60)
"""A period that ends now is asked for that much longer: this machine's clock may be behind the server's."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period, both ends included.

    Attributes:
        start: Its first moment, in UTC.
        end: Its last moment, in UTC, or None for the present.
    """

    start: datetime
    end: datetime | None

    def ended(self, now: datetime) -> datetime:
        """Return the end that a walk keeps to which begins now."""
        present = now + CLOCK_TOLERANCE
        return present if self.end is None else min(self.end, present)


def period(start_date: object, end_date: object, time_zone: object = UTC) -> Period:
    """Return the period from one moment or day to another.

    Args:
        start_date: A `date`, from whose beginning on, or an aware `datetime`.
        end_date: A `date`, to whose end, an aware `datetime`, or None for the present.
        time_zone: Where the days begin and end.

    Raises:
        InvalidArgumentError: If an end is neither, a datetime is naive, or the end lies before the start.
    """
    if not isinstance(time_zone, tzinfo):
        raise InvalidArgumentError("time_zone", "a tzinfo, such as zoneinfo.ZoneInfo", given=kind(time_zone))
    first = point_in_time("start_date", start_date)
    last = None if end_date is None else point_in_time("end_date", end_date)
    start = _moment("start_date", first, time_zone, days=0)
    end = None if last is None else _moment("end_date", last, time_zone, days=1)
    if end is not None and end < start:
        raise InvalidArgumentError("end_date", "no earlier than start_date", given=f"{last} (start_date is {first})")
    return Period(start, end)


def _moment(argument: str, value: date | datetime, time_zone: tzinfo, *, days: int) -> datetime:
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        midnight = datetime.combine(value + timedelta(days=days), time.min, time_zone)
        return midnight.astimezone(UTC) - days * _RESOLUTION
    except OverflowError:
        raise InvalidArgumentError(argument, "a date within the calendar", given=str(value)) from None

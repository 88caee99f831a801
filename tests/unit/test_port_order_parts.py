"""The day on which a port order is to be complete: from today on, at most 30 days away."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flowroute_async import InvalidArgumentError
from flowroute_async.port_order_parts import port_order_parts

TODAYS = [
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 1, 31),
    date(2024, 2, 28),
    date(2025, 2, 28),
    date(2024, 4, 30),
]


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_the_last_possible_day_is_the_thirtieth_from_today(today: date) -> None:
    for days in (0, 1, 29, 30):
        day = today + timedelta(days=days)
        assert port_order_parts({"desired_completion_date": day}, today) == {"desired_completion_date": day}
    for days, given in ((-1, "1 days ago"), (31, "31 days away"), (365, "365 days away")):
        with pytest.raises(InvalidArgumentError, match=f"at most 30 days away .UTC., not {given}; nothing was sent"):
            port_order_parts({"desired_completion_date": today + timedelta(days=days)}, today)


@pytest.mark.parametrize("value", ["2024-02-31", "2024-01-15", 5, datetime(2024, 1, 15, tzinfo=UTC)])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="at most 30 days away"):
        port_order_parts({"desired_completion_date": value}, date(2024, 1, 1))

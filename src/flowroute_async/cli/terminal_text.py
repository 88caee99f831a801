"""Values and texts from elsewhere, made fit for a terminal."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

from flowroute_async.money import dollars


def one_line(text: str) -> str:
    """Replace each character that a terminal obeys (escape, line end, direction mark) with a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def shown(value: object) -> str:
    """Write a field's value: amounts with their cents, times to the second, and what has parts as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return dollars(value)
        case datetime():
            return _moment(value)
        case dict() | list() | tuple():
            return json.dumps(_without_nulls(cast("object", value)), default=shown)
        case _:
            return str(value)


def _moment(value: datetime) -> str:
    try:
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except OverflowError:  # at an end of the calendar
        return str(value)


def _without_nulls(value: object) -> object:
    match value:
        case dict():
            members = cast("dict[str, object]", value).items()
            return {name: _without_nulls(member) for name, member in members if member is not None}
        case list() | tuple():
            return [_without_nulls(member) for member in cast("Sequence[object]", value)]
        case _:
            return value

"""What may be shown: masks phone numbers, and takes a call's own values out of texts that quote them."""

import logging
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from flowroute_openapi.types import Operation

HIDDEN = "[hidden]"

_DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")

_discreet: ContextVar[bool] = ContextVar("flowroute_async_discreet", default=False)


class _Discretion(logging.Filter):
    """Drops the lines of the HTTP library's debug log that show what was answered to us, and those only."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.msg)
        return not (_discreet.get() and (" return_value=" in text or " exception=" in text))


logging.getLogger("httpcore.http11").addFilter(_Discretion())


@contextmanager
def discreetly() -> Generator[None]:
    """Keep the headers of an answer, which may quote the call, out of the HTTP library's debug log."""
    token = _discreet.set(True)
    try:
        yield
    finally:
        _discreet.reset(token)


def mask_number(number: str) -> str:
    """Hide a phone number but for its last two digits: `*********00`."""
    return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 4 else "*" * len(number)  # noqa: PLR2004 - a short one would be told by two digits


def mask_numbers(text: str) -> str:
    """Hide every run of seven digits or more but for the last two."""
    return _DIGITS.sub(lambda match: mask_number(match.group()), text)


def without_values(text: str, operation: Operation[object]) -> str:
    """Take out of a text whatever the call itself carried: path parameters, filters, and every string of its body.

    The vendor's error texts may quote the request. What they say stays; whom they say it about goes.
    """
    for value in sorted(set(_values(operation)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return mask_numbers(text)


def _values(operation: Operation[object]) -> Iterator[str]:
    fixed = set(operation.route.split("/"))
    yield from (part for part in operation.path.split("/") if part not in fixed)
    yield from (value for _, value in operation.query if value)
    if operation.body is not None:
        yield from _strings(operation.body)


def _strings(value: object) -> Iterator[str]:
    from flowroute_openapi.models import Model  # noqa: PLC0415 - imported with the first call that has a body

    match value:
        case str() if value.strip():
            yield value
        case Model():
            for name in type(value).model_fields:
                if name != "type":
                    yield from _strings(getattr(value, name))
        case tuple() | list():
            for item in cast("Sequence[object]", value):
                yield from _strings(item)
        case _:
            return

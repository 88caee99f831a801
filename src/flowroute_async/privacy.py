"""What may be shown: masks phone numbers, and keeps what was sent out of the logs and frames of other libraries."""

import logging
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import cast

import anyio

HIDDEN = "[hidden]"

_DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0 +-]*[\d*.]*[a-zA-Z]")
# httpcore's lines begin with one: `receive_response_headers.complete return_value=...`.
_EVENT = re.compile(r"[a-z0-9_]{1,40}\.(started|complete|failed)\b", re.ASCII)
_OWN_LOGGER = "flowroute_async"
# Where the libraries are that carry requests, whatever their names.
_LIBRARIES = str(Path(anyio.__file__).parents[1])

_is_exchanging: ContextVar[bool] = ContextVar("flowroute_async_is_exchanging", default=False)


@contextmanager
def redact_library_logs() -> Generator[None]:
    """Keep what is sent and answered out of the lines that other libraries log meanwhile.

    Those lines may quote anything. Of each, the constant part is kept: the text without its values, or the name of an
    event, such as `receive_response_headers.complete`. It holds for whatever runs in the context of the exchange: every
    line at DEBUG, and every line of an installed library. What a transport of the user's own logs above DEBUG stays.
    """
    _install()
    token = _is_exchanging.set(True)
    try:
        yield
    finally:
        _is_exchanging.reset(token)


class _Redacting:
    """A factory of log records that hides values while a request is under way."""

    def __init__(self, previous: "type[logging.LogRecord] | _Redacting") -> None:
        self._previous = previous

    def __call__(self, *args: object, **kwargs: object) -> logging.LogRecord:
        record: logging.LogRecord = self._previous(*args, **kwargs)  # type: ignore[arg-type] # whatever logging passes
        if _is_exchanging.get() and record.name != _OWN_LOGGER and _is_of_libraries(record):
            _hide_values(record)
        return record


def _install() -> None:
    previous = logging.getLogRecordFactory()
    if not isinstance(previous, _Redacting):  # also where somebody has set another one since
        logging.setLogRecordFactory(_Redacting(previous))  # type: ignore[arg-type] # any callable


def _is_of_libraries(record: logging.LogRecord) -> bool:
    return record.levelno <= logging.DEBUG or record.pathname.startswith(_LIBRARIES)


def _hide_values(record: logging.LogRecord) -> None:
    text = str(record.msg)
    if record.args:
        record.msg = _PLACEHOLDER.sub(HIDDEN, text)
    else:
        event = _EVENT.match(text)
        record.msg = event.group() if event else HIDDEN
    record.args = record.exc_info = record.exc_text = record.stack_info = None


def chain(error: BaseException) -> Iterator[BaseException]:
    """Walk an error and those beneath it, each once: a chain may be a circle."""
    waiting, seen = [error], set[int]()
    while waiting:
        beneath = waiting.pop(0)
        if id(beneath) in seen:
            continue
        seen.add(id(beneath))
        yield beneath
        within: tuple[BaseException, ...] = ()
        if isinstance(beneath, BaseExceptionGroup):
            within = cast("BaseExceptionGroup[BaseException]", beneath).exceptions
        waiting += [one for one in (beneath.__cause__ or beneath.__context__, *within) if one is not None]


def forget_frames(error: BaseException, handled: BaseException | None) -> None:
    """Leave out where an error and those beneath it were raised: the variables there hold keys, and what was sent.

    Args:
        error: The error, which comes out of the HTTP library.
        handled: What was being handled before, which is somebody else's and stays.
    """
    others = set[int]() if handled is None else {id(one) for one in chain(handled)}
    for one in chain(error):
        if id(one) not in others:
            one.__traceback__ = None


def mask_number(number: str) -> str:
    """Hide a phone number but for its last two digits: `*********00`."""
    return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 4 else "*" * len(number)  # noqa: PLR2004 - a short one would be told by two digits


def mask_numbers(text: str) -> str:
    """Hide every run of seven digits or more but for the last two."""
    return _DIGITS.sub(lambda match: mask_number(match.group()), text)

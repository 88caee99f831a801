"""The faults: what the server does at the chosen moment, and what the caller must get then."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime

import anyio

from tests.faults.fault_calls import MARKS
from tests.faults.fault_peer import Peer, head
from tests.faults.fault_server import Behaviour, Case, Fault
from tests.virtual_time import LoopClock


async def _reset(peer: Peer, _case: Case) -> None:
    peer.reset()


async def _close(peer: Peer, _case: Case) -> None:
    peer.end()


async def _reset_in_headers(peer: Peer, _case: Case) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    await anyio.sleep(0.005)
    peer.reset()


async def _reset_in_body(peer: Peer, case: Case) -> None:
    await peer.send(head(200, {"Content-Length": "5000"}) + case.call.body[:100])
    await anyio.sleep(0.005)
    peer.reset()


async def _stall(peer: Peer, _case: Case) -> None:
    await peer.stall()


async def _stall_in_headers(peer: Peer, _case: Case) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    await peer.stall()


async def _stall_in_body(peer: Peer, case: Case) -> None:
    await peer.send(head(200, {"Content-Length": "5000"}) + case.call.body[:100])
    await peer.stall()


async def _dribble(peer: Peer, _case: Case) -> None:
    await peer.send(head(200, {"Content-Length": "5000"}))
    for _ in range(5000):
        await peer.send(b" ")
        await anyio.sleep(0.5)


async def _interim_for_ever(peer: Peer, _case: Case) -> None:
    while True:
        await peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await anyio.sleep(0.5)


async def _length_too_long(peer: Peer, case: Case) -> None:
    await peer.send(head(200, {"Content-Length": "50000"}) + case.call.body)
    peer.end()


async def _length_too_short(peer: Peer, case: Case) -> None:
    body = case.call.body or b"{}"
    await peer.send(head(200, {"Content-Length": str(len(body) // 2)}) + body)


async def _truncated_chunks(peer: Peer, case: Case) -> None:
    await peer.send(head(200, {"Transfer-Encoding": "chunked"}) + b"40\r\n" + case.call.body[:20])
    peer.end()


async def _bad_chunks(peer: Peer, _case: Case) -> None:
    await peer.send(head(200, {"Transfer-Encoding": "chunked"}) + MARKS[3].encode() + b"zz\r\n")


async def _truncated_json(peer: Peer, case: Case) -> None:
    await peer.answer(200, (case.call.body or b"{}")[:-1])


async def _two_answers(peer: Peer, case: Case) -> None:
    surplus = head(404, {"Content-Length": "2"}) + b"{}"
    await peer.send(head(case.call.status, {"Content-Length": str(len(case.call.body))}) + case.call.body + surplus)
    peer.stays = True


async def _two_answers_apart(peer: Peer, case: Case) -> None:
    await peer.answer(case.call.status, case.call.body)
    await anyio.sleep(0.005)
    await peer.send(head(404, {"Content-Length": "2"}) + b"{}")


async def _unasked_408(peer: Peer, case: Case) -> None:
    await peer.answer(case.call.status, case.call.body)
    await anyio.sleep(0.005)
    await peer.send(b"HTTP/1.0 408 Request Time-out\r\nConnection: close\r\n\r\n")
    peer.stays = False


def _cut(status: int, retry_after: str | None = None) -> Behaviour:
    async def behave(peer: Peer, _case: Case) -> None:
        extra = {} if retry_after is None else {"Retry-After": retry_after}
        await peer.send(head(status, {"Content-Length": "5000", **extra}) + b'{"errors": [')
        peer.end()

    return behave


def _wrongly_compressed(status: int, retry_after: str | None = None) -> Behaviour:
    async def behave(peer: Peer, _case: Case) -> None:
        extra = {} if retry_after is None else {"Retry-After": retry_after}
        await peer.answer(status, b'{"errors": []}', {"Content-Encoding": "gzip", **extra})

    return behave


def _never_ending(status: int, retry_after: str | None = None) -> Behaviour:
    async def behave(peer: Peer, _case: Case) -> None:
        extra = {} if retry_after is None else {"Retry-After": retry_after}
        await peer.send(head(status, {"Content-Length": "5000", **extra}) + b'{"errors": [')
        await peer.stall()

    return behave


def _heavy(status: int) -> Behaviour:
    async def behave(peer: Peer, _case: Case) -> None:
        await peer.answer(status, _BOMB, {"Content-Encoding": "gzip"})

    return behave


async def _web_page(peer: Peer, _case: Case) -> None:
    await peer.answer(200, b"<html><title>Please log in</title></html>", {"Content-Type": "text/html; charset=utf-8"})


async def _no_content_as_a_web_page(peer: Peer, _case: Case) -> None:
    await peer.answer(204, b"", {"Content-Type": "text/html"})


async def _other_type(peer: Peer, case: Case) -> None:
    await peer.answer(200, case.call.body, {"Content-Type": "text/plain"})


async def _redirect(peer: Peer, case: Case) -> None:
    # To the same server by another name, so that a client that follows is counted.
    await peer.answer(302, b"", {"Location": f"http://localhost:{peer.port}/{case.prefix}/{MARKS[3]}"})


async def _gzip_bomb(peer: Peer, _case: Case) -> None:
    await peer.answer(200, _BOMB, {"Content-Encoding": "gzip"})


async def _endless(peer: Peer, _case: Case) -> None:
    await peer.send(head(200, {}))
    while True:
        await peer.send(b" " * 65536)


async def _endless_after_gzip(peer: Peer, _case: Case) -> None:
    await peer.send(head(200, {"Content-Encoding": "gzip"}) + gzip.compress(b"{}"))
    while True:
        await peer.send(b" " * 65536)


async def _bad_gzip(peer: Peer, case: Case) -> None:
    await peer.answer(200, b"\x1f\x8bnot gzip" + case.call.body, {"Content-Encoding": "gzip"})


async def _half_gzip(peer: Peer, case: Case) -> None:
    await peer.answer(200, gzip.compress(case.call.body)[:-9], {"Content-Encoding": "gzip"})


async def _unasked_encoding(peer: Peer, case: Case) -> None:
    await peer.answer(200, case.call.body, {"Content-Encoding": MARKS[3]})


async def _garbage(peer: Peer, _case: Case) -> None:
    await peer.send(f"{MARKS[5]} {MARKS[3]}\r\n\r\n".encode())


async def _bad_header(peer: Peer, _case: Case) -> None:
    await peer.send(f"HTTP/1.1 200 OK\r\n{MARKS[5]} {MARKS[3]}\r\n\r\n".encode())


async def _huge_headers(peer: Peer, _case: Case) -> None:
    await peer.send(head(200, {"X-Large": "x" * 300_000}))


async def _continue_first(peer: Peer, case: Case) -> None:
    await peer.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    await peer.answer(case.call.status, case.call.body)


async def _http_1_0(peer: Peer, case: Case) -> None:
    await peer.send(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + case.call.body)
    peer.end()


async def _compressed(peer: Peer, case: Case) -> None:
    await peer.answer(200, gzip.compress(case.call.body), {"Content-Encoding": "gzip"})


async def _stale(peer: Peer, case: Case) -> None:
    await peer.answer(case.call.status, case.call.body)
    peer.stale = True


async def _polite_close(peer: Peer, case: Case) -> None:
    await peer.answer(case.call.status, case.call.body)
    peer.stays = False


def _status(status: int, retry_after: str | Callable[[], str] | None = None) -> Behaviour:
    # The vendor's error bodies may quote the request.
    errors = (
        b'{"errors": [{"id": "6b1c2a8e-0f0a-4a51-9d3e-000000000000", "status": "%d", "title": "No", "detail": "%s"}]}'
    )

    async def behave(peer: Peer, case: Case) -> None:
        quoted = b" ".join(mark.encode() for mark in MARKS[3:] if mark.encode() in _sent(case))
        wait = retry_after() if callable(retry_after) else retry_after
        await peer.answer(status, errors % (status, quoted), {} if wait is None else {"Retry-After": wait})

    return behave


def _sent(case: Case) -> bytes:
    operation = case.call.operation
    return operation.path.encode() + repr(operation.query).encode() + (operation.encode_body() or b"")


def _zeros() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(20)) + packer.flush()


_BOMB = _zeros()
_RETRY_AFTER: Mapping[str, str | Callable[[], str] | None] = {
    "nothing": None,
    "2 seconds": "2",
    "0 seconds": "0",
    "a date": lambda: format_datetime(LoopClock().now() + timedelta(seconds=3), usegmt=True),
    "a date long past": "Sun, 06 Nov 1994 08:49:37 GMT",
    "a date with an odd zone": "Sun, 06 Nov 1994 08:49:37 -9959",
    "a negative number": "-5",
    "NaN": "nan",
    "infinity": "inf",
    "1e400": "1e400",
    "4500 digits": "9" * 4500,
    "garbage": "soon, soon; 7",
}

_VALUE = ("value", "value")
_LOST_ONCE, _LOST = ("value", "OutcomeUnknownError"), ("NoAnswerError", "OutcomeUnknownError")
_FAILED = ("ServerError", "OutcomeUnknownError")
_DAMAGED_ONCE = ("value", "InvalidResponseError")
_DAMAGED_LATE = ("DeadlineExceededError", "InvalidResponseError")
_LATE = ("DeadlineExceededError", "OutcomeUnknownError")
_LIMITED = ("RateLimitedError", "RateLimitedError")
_UNREADABLE = ("InvalidResponseError", "InvalidResponseError")
_TOO_LARGE = ("ResponseTooLargeError", "ResponseTooLargeError")


def _damaged(status: int, once: tuple[str, str], always: tuple[str, str]) -> list[Fault]:
    ways = {"cut": _cut, "wrongly compressed": _wrongly_compressed, "never ending": _never_ending}
    wait = "2" if status == 429 else None
    return [
        Fault(
            f"{status}, its body {name}",
            way(status, wait),
            carried_out=status >= 500,
            once=once,
            always=always,
        )
        for name, way in ways.items()
    ]


def _rejected(status: int, kind: str) -> Fault:
    return Fault(f"{status}", _status(status), carried_out=False, once=(kind, kind), always=(kind, kind))


FAULTS: tuple[Fault, ...] = (
    Fault("reset before reading", _reset, carried_out=False, once=_LOST_ONCE, always=_LOST),
    Fault("reset after the effect", _reset, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("hang up without an answer", _close, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("reset in the headers", _reset_in_headers, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("reset in the body", _reset_in_body, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("stall before the headers", _stall, carried_out=True, once=_LOST_ONCE, always=_LATE, slow=True),
    Fault("stall in the headers", _stall_in_headers, carried_out=True, once=_LOST_ONCE, always=_LATE, slow=True),
    Fault("stall in the body", _stall_in_body, carried_out=True, once=_DAMAGED_ONCE, always=_DAMAGED_LATE, slow=True),
    Fault("dribble", _dribble, carried_out=True, once=_DAMAGED_ONCE, always=_DAMAGED_LATE, slow=True),
    Fault("100 Continue for ever", _interim_for_ever, carried_out=True, once=_LOST_ONCE, always=_LATE, slow=True),
    *(
        Fault(
            f"429, Retry-After: {name}",
            _status(429, value),
            carried_out=False,
            once=_VALUE,
            always=_LIMITED,
        )
        for name, value in _RETRY_AFTER.items()
    ),
    Fault(
        "429, Retry-After: a year",
        _status(429, "31536000"),
        carried_out=False,
        once=_LIMITED,
        always=_LIMITED,
    ),
    Fault(
        "503 with Retry-After, after the effect",
        _status(503, "1"),
        carried_out=True,
        once=_LOST_ONCE,
        always=_FAILED,
    ),
    *(
        Fault(f"{status} after the effect", _status(status), carried_out=True, once=_LOST_ONCE, always=_FAILED)
        for status in (500, 502, 503, 504, 520)
    ),
    Fault(
        "408 after the effect",
        _status(408),
        carried_out=True,
        once=_LOST_ONCE,
        always=("UnexpectedStatusError", "OutcomeUnknownError"),
    ),
    Fault(
        "redirect to another host",
        _redirect,
        carried_out=True,
        once=("UnexpectedStatusError", "OutcomeUnknownError"),
        always=("UnexpectedStatusError", "OutcomeUnknownError"),
    ),
    _rejected(400, "BadRequestError"),
    _rejected(401, "AuthenticationError"),
    _rejected(403, "PermissionDeniedError"),
    _rejected(404, "NotFoundError"),
    _rejected(405, "MethodNotAllowedError"),
    _rejected(415, "UnsupportedMediaTypeError"),
    _rejected(422, "ValidationFailedError"),
    *_damaged(401, ("AuthenticationError",) * 2, ("AuthenticationError",) * 2),
    *_damaged(404, ("NotFoundError",) * 2, ("NotFoundError",) * 2),
    *_damaged(422, ("ValidationFailedError",) * 2, ("ValidationFailedError",) * 2),
    *_damaged(429, _VALUE, _LIMITED),
    *_damaged(500, _LOST_ONCE, _FAILED),
    Fault(
        "404 with a heavy body",
        _heavy(404),
        carried_out=False,
        once=("NotFoundError",) * 2,
        always=("NotFoundError",) * 2,
    ),
    Fault("500 with a heavy body", _heavy(500), carried_out=True, once=_LOST_ONCE, always=_FAILED),
    Fault("two answers", _two_answers, carried_out=True, once=_VALUE, always=_VALUE),
    Fault("two answers, then a request", _two_answers, carried_out=True, once=_VALUE, always=_VALUE, idle=True),
    Fault(
        "two answers apart, then a request", _two_answers_apart, carried_out=True, once=_VALUE, always=_VALUE, idle=True
    ),
    Fault("an idle connection ended by a 408", _unasked_408, carried_out=True, once=_VALUE, always=_VALUE, idle=True),
    Fault("a web page", _web_page, carried_out=True, once=_UNREADABLE, always=_UNREADABLE),
    Fault("204 labelled text/html", _no_content_as_a_web_page, carried_out=True, once=_UNREADABLE, always=_UNREADABLE),
    Fault("truncated JSON", _truncated_json, carried_out=True, once=_UNREADABLE, always=_UNREADABLE),
    Fault("a length too long", _length_too_long, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("a length too short", _length_too_short, carried_out=True, once=_UNREADABLE, always=_UNREADABLE),
    Fault("truncated chunks", _truncated_chunks, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("a chunk without a length", _bad_chunks, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("another content type", _other_type, carried_out=True, once=_VALUE, always=_VALUE),
    Fault("a gzip bomb", _gzip_bomb, carried_out=True, once=_TOO_LARGE, always=_TOO_LARGE),
    Fault("an endless body", _endless, carried_out=True, once=_TOO_LARGE, always=_TOO_LARGE),
    Fault("endless data after gzip", _endless_after_gzip, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("invalid gzip", _bad_gzip, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("half of the gzip", _half_gzip, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("an encoding not asked for", _unasked_encoding, carried_out=True, once=_DAMAGED_ONCE, always=_UNREADABLE),
    Fault("a garbage status line", _garbage, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("a garbage header", _bad_header, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("huge headers", _huge_headers, carried_out=True, once=_LOST_ONCE, always=_LOST),
    Fault("100 Continue first", _continue_first, carried_out=True, once=_VALUE, always=_VALUE),
    Fault("HTTP/1.0, ended by closing", _http_1_0, carried_out=True, once=_VALUE, always=_VALUE),
    Fault("gzip", _compressed, carried_out=True, once=_VALUE, always=_VALUE),
    Fault("an idle connection reset", _stale, carried_out=True, once=_VALUE, always=_VALUE, idle=True),
    Fault("an idle connection closed", _polite_close, carried_out=True, once=_VALUE, always=_VALUE, idle=True),
)

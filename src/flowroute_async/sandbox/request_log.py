"""The requests that the sandbox has seen."""

import re
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flowroute_async.sandbox.call import Reply
from flowroute_async.sandbox.porting_fields import SECRETS

__all__ = ["Answer", "RequestRecord"]

_KEPT = 20_000
_ANSWERS_KEPT = 500
_KEPT_BYTES = 64 * 1024


_OF_PORT_ORDERS = "/portorders"
_NAMES = "|".join(SECRETS)
# As JSON has them, and as a form.
_SECRET = re.compile(
    rf"""("(?:{_NAMES})"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[^\s",}}\]]+)|((?:^|&)(?:[^&=]*(?:%5B|\[))?(?:{_NAMES})(?:%5D|\])?=)[^&]*"""
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request of the API.

    Attributes:
        method: The HTTP method.
        path: The path, decoded.
        query: The query string, as sent.
        operation: The operation's name; "unknown" when there is none.
        status: The answer's status; None when the connection was dropped.
        duration: Seconds from the request to the answer.
        headers: The headers, without the credentials.
        body: The body as text; of port orders without their secrets.
        at: When it came, in seconds since 1970 by the sandbox's clock.
        number: Which one it is, counted from 1 since the start.
        inferred: What of the answer rests on inference; empty if nothing does.
    """

    method: str
    path: str
    query: str
    operation: str
    status: int | None
    duration: float
    headers: Mapping[str, str]
    body: str
    at: float = 0.0
    number: int = 0
    inferred: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered.

    Attributes:
        status: The status.
        headers: The headers.
        body: The body as text; of more than 64 kB the beginning, and of port orders without their secrets.
    """

    status: int
    headers: Mapping[str, str]
    body: str


class RequestLog:
    """The latest requests, oldest first; of more than 20 000 the oldest are forgotten, and of answers all but 500."""

    def __init__(self) -> None:
        self._requests: deque[RequestRecord] = deque(maxlen=_KEPT)
        self._answers: OrderedDict[int, Reply] = OrderedDict()
        self._count = 0
        self.clearings: int = 0
        """How often the log was cleared: a request that came before belongs to what was forgotten."""

    def add(self, request: RequestRecord, reply: Reply | None) -> None:
        """Store a request, and its answer if it got one; of port orders without their secrets."""
        self._count += 1
        if _OF_PORT_ORDERS in request.path:
            request = replace(request, body=_hidden(request.body))
            if reply is not None:
                reply = replace(reply, body=_hidden(reply.body.decode(errors="replace")).encode())
        self._requests.append(replace(request, number=self._count))
        if reply is not None:
            self._answers[self._count] = reply
            if len(self._answers) > _ANSWERS_KEPT:
                self._answers.popitem(last=False)

    def find(self, number: int) -> RequestRecord | None:
        """Return the request of that number, or None if there is none or it is forgotten."""
        index = number - self._count + len(self._requests) - 1
        return self._requests[index] if 0 <= index < len(self._requests) else None

    def answer(self, number: int) -> Answer | None:
        """Return the answer to the request of that number, or None if it got none or it is forgotten."""
        reply = self._answers.get(number)
        if reply is None:
            return None
        return Answer(reply.status, dict(reply.headers), reply.body[:_KEPT_BYTES].decode(errors="replace"))

    def all(self) -> list[RequestRecord]:
        """List the requests."""
        return list(self._requests)

    def clear(self) -> None:
        """Forget them."""
        self._requests.clear()
        self._answers.clear()
        self.clearings += 1


def _hidden(body: str) -> str:
    return _SECRET.sub(lambda found: f'{found[1]}"***"' if found[1] else f"{found[2]}***", body)

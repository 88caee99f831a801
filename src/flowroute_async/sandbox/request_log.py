"""The requests that the sandbox has seen."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["RequestRecord"]

_KEPT = 20_000


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
        body: The body as text.
    """

    method: str
    path: str
    query: str
    operation: str
    status: int | None
    duration: float
    headers: Mapping[str, str]
    body: str


class RequestLog:
    """The latest requests, oldest first; of more than 20 000 the oldest are forgotten."""

    def __init__(self) -> None:
        self._requests: deque[RequestRecord] = deque(maxlen=_KEPT)

    def add(self, request: RequestRecord) -> None:
        """Note a request."""
        self._requests.append(request)

    def all(self) -> list[RequestRecord]:
        """List the requests."""
        return list(self._requests)

    def clear(self) -> None:
        """Forget them."""
        self._requests.clear()

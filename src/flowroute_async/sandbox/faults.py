"""Faults on demand: what the next requests of an operation meet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flowroute_async.sandbox.call import Reply
from flowroute_async.sandbox.errors import plain

__all__ = ["Fault"]

EVERY_OPERATION = "*"
_DROPS = (None, "before", "after")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\u0080-\u00ff]*")
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to some requests.

    Attributes:
        operation: The operation that it waits for, or `*` for any request.
        times: How many requests meet it.
        status: Answer with this status, and without the effect unless `after_effect` is set.
        body: The answer's text; by default an error body in the vendor's form.
        headers: Further headers of the answer.
        retry_after: The answer's Retry-After, whatever its form.
        after_effect: Let the request take effect before the answer with `status`.
        drop: Close the connection without an answer, "before" or "after" the effect.
        delay: Seconds of real time to wait first.
        truncate: Announce the whole body, send half of it, and close the connection.
    """

    operation: str = EVERY_OPERATION
    times: int = 1
    status: int | None = None
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    retry_after: str | None = None
    after_effect: bool = False
    drop: str | None = None
    delay: float = 0.0
    truncate: bool = False

    def __post_init__(self) -> None:
        if self.times < 1 or self.times != int(self.times):
            raise ValueError("times must be a whole number of 1 or more")
        if self.status is not None and not 200 <= self.status <= 599:  # noqa: PLR2004 - the range of final statuses
            raise ValueError("status must be from 200 to 599")
        headers = {**self.headers, "retry-after": self.retry_after or ""}
        if any(not _HEADER.fullmatch(f"{name}: {value}") for name, value in headers.items()):
            raise ValueError("headers and retry_after must be such as HTTP can carry")
        if self.drop not in _DROPS:
            raise ValueError("drop must be before or after")
        if not self.delay >= 0:
            raise ValueError("delay must be 0 or more")

    @property
    def prevents_effect(self) -> bool:
        """Whether the request must not take effect."""
        return self.drop == "before" or (self.drop is None and self.status is not None and not self.after_effect)

    def answer(self, reply: Reply | None) -> Reply | None:
        """Return the answer instead of the one due; None for no answer at all."""
        if self.drop is not None:
            return None
        extra = dict(self.headers)
        if self.retry_after is not None:
            extra["retry-after"] = self.retry_after
        if self.status is not None and self.status in _BODILESS:
            reply = Reply(self.status)
        elif self.status is not None:
            reply = Reply.of_error(plain(self.status))
            if self.body is not None:
                reply = Reply(self.status, self.body.encode(errors="replace"), {"content-type": "application/json"})
        return None if reply is None else replace(reply, headers={**reply.headers, **extra})


class Faults:
    """The faults that wait for requests, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault that waits for its requests."""
        self._waiting.append(fault)

    def claim(self, operation: str) -> Fault | None:
        """Return the oldest fault that waits for the operation, and count it."""
        for index, fault in enumerate(self._waiting):
            if fault.operation in {operation, EVERY_OPERATION}:
                if fault.times == 1:
                    del self._waiting[index]
                else:
                    self._waiting[index] = replace(fault, times=fault.times - 1)
                return fault
        return None

    def waiting(self) -> list[Fault]:
        """List those that wait."""
        return list(self._waiting)

    def clear(self) -> None:
        """Forget them all."""
        self._waiting.clear()

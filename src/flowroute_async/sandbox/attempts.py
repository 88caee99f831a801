"""What came of each attempt to send a webhook."""

from dataclasses import dataclass, field

from flowroute_async.sandbox.records import Record

__all__ = ["Attempt"]


@dataclass(frozen=True, slots=True)
class Attempt(Record):
    """One attempt to send a webhook.

    Attributes:
        id: The webhook's id, a slash and the attempt's number.
        delivery: The webhook's id.
        number: Which of its attempts it is, counted from 1.
        at: When, in seconds since 1970 by the clock.
        duration: Seconds until the answer, or until it was given up.
        status: The answer's status; None without an answer.
        headers: The answer's headers.
        body: The beginning of the answer's body, as text.
        error: Why there was no answer; empty if there was one.
    """

    delivery: str
    number: int
    at: float
    duration: float = 0.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    error: str = ""

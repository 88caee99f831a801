"""The sandbox's time: real time plus what was advanced, or time that stands still."""

from datetime import UTC, datetime, timedelta


def moment_of(text: str) -> float:
    """Return a moment in seconds since 1970.

    Args:
        text: ISO 8601; in UTC where it has no offset.

    Raises:
        ValueError: If it cannot be read.
    """
    try:
        time = datetime.fromisoformat(text)
        return (time.replace(tzinfo=UTC) if time.tzinfo is None else time).timestamp()
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time such as 2024-05-01T12:00:00Z") from None


class SandboxClock:
    """Tells the time by which receipts, retries and rate limits go.

    Args:
        frozen_at: An aware moment at which time stands still until it is advanced; by default time passes.
    """

    def __init__(self, *, frozen_at: datetime | None = None) -> None:
        if frozen_at is not None and frozen_at.tzinfo is None:
            raise ValueError("frozen_at must be an aware datetime")
        self._frozen_at = frozen_at
        self._shift = timedelta()
        self.offset: float = 0.0

    @classmethod
    def frozen(cls, at: datetime | None = None) -> "SandboxClock":
        """Make a clock that moves only when it is advanced.

        Args:
            at: The aware moment at which it stands; by default the start of 2024, in UTC.
        """
        return cls(frozen_at=at or datetime(2024, 1, 1, tzinfo=UTC))

    @classmethod
    def starting_at(cls, at: datetime) -> "SandboxClock":
        """Make a clock that shows a moment now, and goes on from there.

        Args:
            at: The moment, aware.
        """
        if at.tzinfo is None:
            raise ValueError("at must be an aware datetime")
        clock = cls()
        clock._shift = at - datetime.now(UTC)
        return clock

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        base = datetime.now(UTC) if self._frozen_at is None else self._frozen_at.astimezone(UTC)
        return base + self._shift + timedelta(seconds=self.offset)

    def advance(self, seconds: float) -> None:
        """Move time forward.

        Args:
            seconds: How far; zero or more.

        Raises:
            ValueError: If time would go back, or past the calendar's end.
        """
        if not seconds >= 0:
            raise ValueError("the clock can only move forward")
        before = self.offset
        self.offset += seconds
        try:
            self.now()
        except OverflowError:
            self.offset = before
            raise ValueError("the clock cannot move past the calendar's end") from None

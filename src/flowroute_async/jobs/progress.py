"""The progress of a bulk search."""

from dataclasses import dataclass

INTERVAL = 0.2
"""Seconds: a progress callback is not called more often, but for the end."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A bulk search at one moment.

    Attributes:
        queries_done: Queries that were finished, failed or left out.
        queries_known: How many queries there are, or None while that is not known.
        pages: Pages that came in this run.
        numbers: Numbers that were found; with a checkpoint, those of earlier runs included.
        seconds: Since the search began.
        rate: Numbers a second in this run.
        eta: Seconds until it is over, estimated from the queries or from `max_items`; None while there is no telling.
    """

    queries_done: int
    queries_known: int | None
    pages: int
    numbers: int
    seconds: float
    rate: float
    eta: float | None


def eta(seconds: float, *shares: tuple[float, float | None]) -> float | None:
    """Estimate the seconds that are left from shares of the work: what was done in this run, and what is left of it.

    The first share to be completed ends the search.
    """
    times = [seconds * left / done for done, left in shares if done > 0 and left is not None]
    return min(times, default=None)

"""The settings of a job of many queries."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.progress import Progress

OnError: TypeAlias = Literal["collect", "raise"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a bulk search; `bulk_search` describes them.

    Attributes:
        concurrency: Requests in flight.
        rate_allowed: Requests a second that the client may send, or None where that is not known.
        max_items: The most numbers to give, or None for all.
        ordered: Whether numbers come in the order of the queries.
        on_error: What a query's failure does.
        progress: Called at the beginning, now and then, and at the end.
        checkpoint: The file that the search is resumed from.
        replay: Whether numbers of earlier runs are given again.
        now: Gives seconds that only ever grow.
    """

    concurrency: int
    rate_allowed: float | None = None
    max_items: int | None = None
    ordered: bool = False
    on_error: OnError = "collect"
    progress: Callable[[Progress], None] | None = None
    checkpoint: PathLike | None = None
    replay: bool = False
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        if self.max_items is not None:
            arguments.whole_number("max_items", self.max_items, 0, None, unit="items")
        if self.on_error not in {"collect", "raise"}:
            raise InvalidArgumentError("on_error", '"collect" or "raise"', given=repr(self.on_error))
        if self.replay and self.checkpoint is None:
            raise InvalidArgumentError("replay", "given together with checkpoint")

"""The report of a bulk search: query by query, and in sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from flowroute_async.errors import CallError
from flowroute_async.jobs.query import NumberQuery, Record
from flowroute_async.jobs.query_pager import QueryPager
from flowroute_async.jobs.reporting import Report, rate_used

ItemT = TypeVar("ItemT", bound=Record)

MOST_LISTED = 10_000
"""So many queries that went well are listed; of further ones only the sums are kept, as there may be no end of them."""


@dataclass(frozen=True, slots=True)
class QueryReport(Report):
    """The report of one query, of this run.

    Attributes:
        query: The query.
        pages: Its pages that came.
        numbers: Numbers that no query had found before.
        requests: Requests that were sent for it, repetitions included.
        retries: How many of them were repetitions.
        finished: Whether it came to its end.
        failure: Why it did not, or None.
        resume_token: Where to go on: give it to `client.numbers.search(**query.filters).pages(resume=...)`; None where
            it is finished.
    """

    query: NumberQuery
    pages: int
    numbers: int
    requests: int
    retries: int
    finished: bool
    failure: CallError | None
    resume_token: str | None


@dataclass(frozen=True, slots=True)
class SearchReport(Report):
    """The report of a bulk search, of this run.

    Attributes:
        queries: The queries that were begun, in the order in which they ended, then those that did not end. Of those
            that went well, the first 10 000.
        queries_done: How many were finished, failed or left out.
        queries_known: How many there are, or None where that is not known.
        queries_left_out: Those that a checkpoint had as done, or that came twice.
        pages: Pages that came.
        numbers: Numbers that were found.
        duplicates: Numbers that had been found before and were not given again.
        requests: Requests that were sent, repetitions included.
        retries: How many of them were repetitions.
        seconds: From the beginning to the end, or to now.
        rate_allowed: Requests a second that the client may send, or None where that is not known.
    """

    queries: Sequence[QueryReport]
    queries_done: int
    queries_known: int | None
    queries_left_out: int
    pages: int
    numbers: int
    duplicates: int
    requests: int
    retries: int
    seconds: float
    rate_allowed: float | None

    @property
    def failed(self) -> Sequence[QueryReport]:
        """The queries that failed."""
        return [query for query in self.queries if query.failure is not None]

    @property
    def numbers_a_second(self) -> float:
        """Numbers found a second."""
        return self.numbers / self.seconds if self.seconds else 0.0

    @property
    def rate_used(self) -> float | None:
        """The share of the allowed rate that was used, 1.0 for all of it, or None where that rate is not known."""
        return rate_used(self.requests, self.seconds, self.rate_allowed)

    def __str__(self) -> str:
        """Summarize it in words: the sums, and each query that failed."""
        known = "?" if self.queries_known is None else str(self.queries_known)
        used = "" if self.rate_used is None else f", {self.rate_used:.0%} of the allowed rate"
        lines = [
            f"{self.numbers} numbers in {self.seconds:.1f} s, {self.numbers_a_second:.0f} a second{used}",
            f"{self.queries_done} of {known} queries, {self.queries_left_out} of them left out as done before",
            f"{self.requests} requests, {self.retries} of them repeated, for {self.pages} pages",
            f"{self.duplicates} numbers found more than once",
        ]
        if failed := self.failed:
            lines.append(f"{len(failed)} queries failed:")
            lines += [f"  {one.query}: {one.failure} (after {one.pages} pages)" for one in failed]
        return "\n".join(lines)


class Tally:
    """Keeps count while a search runs."""

    def __init__(self, known: int | None) -> None:
        self.known: int | None = known
        """The number of queries, or None where that shows only at the end."""
        self.pages = self.numbers = self.duplicates = self.requests = self.retries = self.left_out = 0
        self.finished: int = 0
        self._ended: list[QueryReport] = []
        self._listed_well = 0

    @property
    def done(self) -> int:
        """Queries that are finished, failed or left out."""
        return self.finished + self.left_out

    def ended(self, pager: QueryPager[ItemT]) -> None:
        """Record that a query has ended."""
        self.finished += 1
        if pager.failure is None:
            self._listed_well += 1
            if self._listed_well > MOST_LISTED:
                return
        self._ended.append(_query_report(pager, finished=pager.failure is None))

    def report(
        self,
        unfinished: Sequence[QueryPager[ItemT]],
        *,
        seconds: float,
        rate_allowed: float | None,
    ) -> SearchReport:
        """Return the report as of now."""
        return SearchReport(
            queries=(*self._ended, *(_query_report(pager, finished=False) for pager in unfinished)),
            queries_done=self.done,
            queries_known=self.known,
            queries_left_out=self.left_out,
            pages=self.pages,
            numbers=self.numbers,
            duplicates=self.duplicates,
            requests=self.requests,
            retries=self.retries,
            seconds=seconds,
            rate_allowed=rate_allowed,
        )


def _query_report(pager: QueryPager[ItemT], *, finished: bool) -> QueryReport:
    return QueryReport(
        query=cast("NumberQuery", pager.query),  # of a history, a window, which its own report shows
        pages=pager.pages,
        numbers=pager.records,
        requests=pager.requests,
        retries=pager.retries,
        finished=finished,
        failure=pager.failure,
        resume_token=None if finished else pager.position.token,
    )

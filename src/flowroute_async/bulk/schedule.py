"""Which page to fetch next, over all queries of a bulk search, and which numbers to give next. Pure: no I/O."""

from collections import deque

from flowroute_async.bulk.walk import Answer, Fetch, Part, Walk


class Schedule:
    """Keeps every connection busy and what is held in memory bounded.

    A page that a begun query needs goes first, then the first page of a new query, then pages ahead: so a search of
    many queries fetches nothing in vain, and one of few long queries still uses all connections. At most `window`
    pages are in flight or in memory; only the page that all others wait for may exceed it.
    """

    def __init__(self, *, concurrency: int, ordered: bool) -> None:
        """Start without queries.

        Args:
            concurrency: Requests in flight.
            ordered: Whether parts are given in the order of the queries.
        """
        self._window = 2 * concurrency
        self._new_limit = concurrency
        self._ordered = ordered
        self._new: deque[Walk] = deque()
        self._begun: dict[int, Walk] = {}
        self._needy: dict[int, Walk] = {}
        self._giving: dict[int, Walk] = {}
        self._pages_held = 0
        self.source_ended = False

    @property
    def wants_query(self) -> bool:
        """Whether there is room for another query."""
        return len(self._new) < self._new_limit

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to fetch or to give."""
        return self.source_ended and not self._new and not self._begun

    @property
    def unfinished(self) -> tuple[Walk, ...]:
        """The queries that were begun and not finished, in their order."""
        return tuple(self._begun.values())

    def add(self, walk: Walk) -> None:
        """Take in a query; they come in their order."""
        self._new.append(walk)

    def next(self) -> Fetch | None:
        """Give the page to fetch next, or None where there is none for now."""
        fetch = self._choose()
        if fetch is not None:
            self._pages_held += 1
        return fetch

    def _choose(self) -> Fetch | None:
        begun = self._begun.values()
        if self._pages_held >= self._window:
            first = next(iter(begun))
            return first.needed() if self._ordered else None
        while self._needy:
            walk = self._needy.pop(min(self._needy))
            if (fetch := walk.needed()) is not None:
                return fetch
        if self._new:
            walk = self._new.popleft()
            self._begun[walk.index] = walk
            return walk.needed()
        return next((fetch for walk in begun if (fetch := walk.ahead()) is not None), None)

    def arrived(self, fetch: Fetch, answer: Answer) -> None:
        """Take in a page, or why there is none."""
        walk = fetch.walk
        before = walk.pages_held
        walk.arrived(fetch, answer)
        self._pages_held += walk.pages_held - before
        self._keep(walk)

    def take(self) -> Part | None:
        """Decode a page that can be given now, or give None where there is none."""
        walk = self._first_unfinished() if self._ordered else next(iter(self._giving.values()), None)
        if walk is None or not walk.can_give:
            return None
        before = walk.pages_held
        part = walk.give()
        self._pages_held += walk.pages_held - before
        self._needy[walk.index] = walk
        del self._giving[walk.index]
        self._keep(walk)
        return part

    def _first_unfinished(self) -> Walk | None:
        return next((walk for walk in self._begun.values() if not walk.over), None)

    def _keep(self, walk: Walk) -> None:
        if walk.can_give:
            self._giving[walk.index] = walk

    def ended(self, walk: Walk) -> None:
        """Forget a query whose last part was given."""
        del self._begun[walk.index]

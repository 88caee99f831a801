"""Sources of rows and queries: any iterable; area codes, exchanges, states, rate centers, and their products."""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Collection, Generator, Iterable, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias, TypeVar, cast

from anyio.lowlevel import checkpoint

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.pagination import Paginator

T = TypeVar("T")
Many: TypeAlias = Iterable[T] | AsyncIterable[T]
"""A list, a generator, an async generator, a paginator: whatever can be iterated."""

_EXCHANGE = re.compile(r"[2-9]\d{2}[2-9]\d{2}")


def _of_query(value: object) -> NumberQuery:
    if not isinstance(value, NumberQuery):
        raise InvalidArgumentError("queries", "made of NumberQuery", given=f"of {type(value).__name__}")
    return value


def _of_area_code(value: object) -> NumberQuery:
    return NumberQuery(starts_with=f"1{arguments.area_code('area_codes', value)}")


def _of_exchange(value: object) -> NumberQuery:
    code = value.id if isinstance(value, HasId) else value
    if not isinstance(code, str) or not code.isascii() or not _EXCHANGE.fullmatch(code):
        allowed = "made of area code and exchange, six digits as a string, such as 206555"
        raise InvalidArgumentError("exchanges", allowed, given=f"of {type(value).__name__}")
    return NumberQuery(starts_with=f"1{code}")


def _of_state(value: object) -> NumberQuery:
    return NumberQuery(state=arguments.state("state_codes", value))


def _of_rate_center(value: object) -> NumberQuery:
    return NumberQuery(rate_center=arguments.text("rate_centers", value))


@dataclass(frozen=True, slots=True)
class _Source:
    """One source and how its values become queries; a list holds queries already."""

    values: Many[object]
    query: Callable[[object], NumberQuery]

    async def read(self) -> AsyncGenerator[NumberQuery]:
        """Return its queries one by one."""
        async with aclosing(each(self.values)) as values:
            async for value in values:
                with _while_running():
                    query = self.query(value)
                yield query


async def each(values: Many[T]) -> AsyncGenerator[T]:
    """Return what a source holds; a generator is closed with this one."""
    if isinstance(values, AsyncIterable):
        iterator = aiter(values)
        try:
            async for value in iterator:
                yield value
        finally:
            if isinstance(iterator, AsyncGenerator):
                await iterator.aclose()
    else:
        for value in values:
            await checkpoint()  # one without an end must not hold the loop
            yield value


async def each_until_exhausted(values: Many[T]) -> AsyncGenerator[T]:
    """Yield what a source holds whose values leave it as they are processed, such as numbers that are bought.

    Those behind them move up, past the walk of a paginator: it is walked again until that brings nothing new, or as
    many have come as it gives at the most.
    """
    if not isinstance(values, Paginator):
        async with aclosing(each(values)) as source:
            async for value in source:
                yield value
        return
    paginator = cast("Paginator[HasId]", values)
    known: set[str] = set()
    before = -1
    while before < len(known):
        before = len(known)
        async for item in paginator:
            if len(known) == paginator.max_items:
                return
            if item.id not in known:
                known.add(item.id)
                yield cast("T", item)


class Sources:
    """The queries of a bulk search: the cross product of its sources, each with the common filters.

    The order is that of nested loops: `queries` outermost, then `area_codes` or `exchanges`, `state_codes`, and
    `rate_centers` innermost. The outermost source is read as its queries are needed and may be endless; those inside
    it are read to their end first.

    Attributes:
        known: How many queries there are, or None where that shows only at the end.
        fingerprint: A text that tells jobs apart: the filters, which sources there are, and what they hold where that
            is known before they are read.
    """

    def __init__(
        self,
        common: NumberQuery,
        *,
        queries: Many[NumberQuery] | None = None,
        area_codes: Many[str | HasId] | None = None,
        exchanges: Many[str | HasId] | None = None,
        state_codes: Many[str] | None = None,
        rate_centers: Many[str] | None = None,
    ) -> None:
        """Check what can be checked before reading.

        Raises:
            InvalidArgumentError: If a source cannot be iterated or holds what it should not, or two sources, or a
                source and a filter, would set the same filter.
        """
        given: list[tuple[str, Many[object] | None, Callable[[object], NumberQuery]]] = [
            ("queries", queries, _of_query),
            ("area_codes", area_codes, _of_area_code),
            ("exchanges", exchanges, _of_exchange),
            ("state_codes", state_codes, _of_state),
            ("rate_centers", rate_centers, _of_rate_center),
        ]
        self._common = common
        self._sources: list[_Source] = []
        _refuse_twice("starts_with", area_codes is not None, exchanges is not None, "starts_with" in common.filters)
        _refuse_twice("state", state_codes is not None, "state" in common.filters)
        _refuse_twice("rate_center", rate_centers is not None, "rate_center" in common.filters)
        self.known: int | None = 1
        described: list[tuple[str, str]] = [("filters", common.key)]
        for name, values, query in given:
            if values is None:
                continue
            refuse_single(name, values)
            fixed = [query(value) for value in values] if isinstance(values, Collection) else None
            self._sources.append(_Source(values, query) if fixed is None else _Source(fixed, _of_query))
            self.known = None if fixed is None or self.known is None else self.known * len(fixed)
            described.append((name, "as read" if fixed is None else json.dumps([one.key for one in fixed])))
        self.fingerprint: str = hashlib.sha256(json.dumps(described).encode()).hexdigest()

    async def read(self) -> AsyncGenerator[NumberQuery]:
        """Return the queries one by one."""
        if not self._sources:
            yield self._common
            return
        outermost, *inner = self._sources
        inner_queries: list[list[NumberQuery]] = []
        for source in inner:
            async with aclosing(source.read()) as queries:
                inner_queries.append([query async for query in queries])
        async with aclosing(outermost.read()) as queries:
            async for first in queries:
                for others in product(*inner_queries):
                    with _while_running():
                        query = self._common.merged(first)
                        for other in others:
                            query = query.merged(other)
                    yield query


@contextmanager
def _while_running() -> Generator[None]:
    """Add to a refusal what follows from it in a search that has begun."""
    try:
        yield
    except InvalidArgumentError as error:
        error.consequence = "the search stopped there"
        raise


def refuse_single(name: str, values: object) -> None:
    """Refuse a single value, or a path, where many are wanted.

    Raises:
        InvalidArgumentError: If it is one.
    """
    kind = type(values).__name__
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable | AsyncIterable):
        raise InvalidArgumentError(name, "a list or another iterable", given=f"a {kind}")


def _refuse_twice(name: str, *given: bool) -> None:
    if sum(given) > 1:
        raise InvalidArgumentError(name, "set by one source or filter", given="by two")

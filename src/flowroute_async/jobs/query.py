"""The queries of a job: searches for numbers, or windows of time."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, Unpack, cast

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.pager import ListDocument
from flowroute_async.position import list_key
from flowroute_openapi import SearchAvailableNumbersQuery, search_available_numbers
from flowroute_openapi.models import AvailableNumberListDocument
from flowroute_openapi.types import Operation

ItemT = TypeVar("ItemT", bound="Record")


class Record(Protocol):
    """A record of a list."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    def model_dump_json(self, *, exclude_none: bool) -> str:
        """Return it as JSON."""
        ...


class Query(Protocol[ItemT]):
    """One list of the API, as a value."""

    @property
    def key(self) -> str:
        """A text that only equal queries share."""
        ...

    @property
    def list_key(self) -> str:
        """The list that its resume tokens belong to."""
        ...

    @property
    def selects(self) -> Callable[[Sequence[ItemT]], Sequence[bool]] | None:
        """Returns of each record whether it is given; None for all."""
        ...

    def operation(self, limit: int, offset: int) -> Operation[ListDocument[ItemT]]:
        """Return the call of a page."""
        ...


@dataclass(frozen=True, slots=True, init=False)
class NumberQuery:
    """A search for numbers for sale, as a value: two with the same filters are equal.

    `client.numbers.search(**query.filters).pages(resume=token)` goes on with a query that a report lists as failed.

    Attributes:
        pairs: Names and values of the filters that are set, by name.
    """

    pairs: tuple[tuple[str, object], ...]

    def __init__(self, **filters: Unpack[SearchAvailableNumbersQuery]) -> None:
        """Check the filters, which are those of `client.numbers.search`.

        Raises:
            InvalidArgumentError: If a filter cannot match what it is meant for.
        """
        checked = arguments.filters(cast("Mapping[str, object]", filters), SearchAvailableNumbersQuery.__annotations__)
        pairs = tuple(sorted((name, value) for name, value in checked.items() if value is not None))
        object.__setattr__(self, "pairs", pairs)

    def __hash__(self) -> int:
        """Return the hash of the key: a filter may be a list."""
        return hash(self.key)

    @property
    def filters(self) -> SearchAvailableNumbersQuery:
        """The filters that are set."""
        return cast("SearchAvailableNumbersQuery", dict(self.pairs))

    @property
    def key(self) -> str:
        """A text that only equal queries share."""
        return json.dumps(self.pairs, default=str)

    @property
    def list_key(self) -> str:
        """The list that its resume tokens belong to."""
        return list_key(self.operation(1, 0))

    @property
    def selects(self) -> None:
        """All that the server gives."""
        return None

    def merged(self, other: "NumberQuery") -> "NumberQuery":
        """Return the query that asks for both.

        Raises:
            InvalidArgumentError: If both set the same filter.
        """
        twice = {name for name, _ in self.pairs} & {name for name, _ in other.pairs}
        if twice:
            raise InvalidArgumentError(min(twice), "set by one source or filter", given="by two")
        return NumberQuery(**cast("SearchAvailableNumbersQuery", dict(self.pairs + other.pairs)))

    def operation(self, limit: int, offset: int) -> Operation[AvailableNumberListDocument]:
        """Return the call for a part of the list."""
        return search_available_numbers(limit=limit, offset=offset, **self.filters)

    def __str__(self) -> str:
        """Show the filters."""
        return ", ".join(f"{name}={value}" for name, value in self.pairs) or "all numbers"

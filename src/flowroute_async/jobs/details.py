"""Details and connections of many numbers, several at once."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Self, TypeAlias, TypeVar, cast

import anyio

from flowroute_async.arguments import HasId, phone_number
from flowroute_async.async_only import AsyncOnly
from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_async.errors import AuthenticationError, CallError, InvalidArgumentError, NotFoundError
from flowroute_async.hooks import Hooks
from flowroute_async.jobs.reporting import Meter, Report, Watch
from flowroute_async.jobs.sources import Many
from flowroute_async.pager import HasNext
from flowroute_async.response import RawResponse
from flowroute_async.sender import Sender
from flowroute_openapi.models import NumberListDocument
from flowroute_openapi.types import Operation

T = TypeVar("T")
DetailsT = TypeVar("DetailsT", bound=HasId)
Get: TypeAlias = Callable[[str], Awaitable[DetailsT]]

_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class FailedNumber:
    """A number whose details did not come.

    Attributes:
        number: The number.
        failure: Why.
    """

    number: str = field(repr=False)
    failure: CallError


@dataclass(frozen=True, slots=True)
class DetailsReport(Report):
    """The report of `get_many`.

    Attributes:
        found: How many numbers' details came.
        failed: Those whose details did not come; a number that is not on the account has a `NotFoundError`.
        total: How many there are, or None where their source has no length.
        seconds: From the beginning to now.
    """

    found: int
    failed: Sequence[FailedNumber]
    total: int | None
    seconds: float

    def __str__(self) -> str:
        """Show the sums, without the numbers."""
        known = "" if self.total is None else f" of {self.total}"
        lines = [f"{self.found}{known} numbers, {len(self.failed)} failed, in {self.seconds:.1f} s"]
        lines += [f"  {one.failure}" for one in self.failed]
        return "\n".join(lines)


class ManyDetails(AsyncOnly, Generic[DetailsT]):
    """The details of many numbers, in their order; iterate over it with `async for`.

    No task is left running between two of them, so that the loop may be left at any time. It is read once.
    """

    def __init__(
        self,
        get: "Get[DetailsT]",
        numbers: Many[str | HasId],
        *,
        concurrency: int,
        on_error: Literal["collect", "raise"] = "collect",
        watch: Watch = Watch(),  # noqa: B008 - it cannot be changed
        expected_rate: float | None = None,
    ) -> None:
        """Check a list of numbers; nothing is sent yet.

        Raises:
            InvalidArgumentError: If a number is none, or an option is out of its range.
        """
        if on_error not in {"collect", "raise"}:
            raise InvalidArgumentError("on_error", '"collect" or "raise"', given=repr(on_error))
        self._total = len(numbers) if isinstance(numbers, Collection) else None
        if isinstance(numbers, Collection):
            numbers = [phone_number(f"numbers[{place}]", number) for place, number in enumerate(numbers)]
        self._get, self._concurrency, self._on_error = get, concurrency, on_error
        self._source: Iterator[str | HasId] | AsyncIterator[str | HasId]
        self._source = aiter(numbers) if isinstance(numbers, AsyncIterable) else iter(numbers)
        self._watch, self._expected_rate = watch, expected_rate
        self._meter: Meter | None = None
        self._buffer: Iterator[DetailsT] = iter(())
        self._found = self._place = 0
        self._failed: list[FailedNumber] = []
        self._failure: CallError | None = None

    def __aiter__(self) -> Self:
        """Return the details, once."""
        return self

    async def __anext__(self) -> DetailsT:
        """Return the next number's details.

        Raises:
            CallError: If a look fails with `on_error="raise"`, or the keys are refused.
        """
        while True:
            for details in self._buffer:
                return details
            if self._failure is not None:
                raise self._failure
            await self._look_at_some()

    async def _look_at_some(self) -> None:
        if self._meter is None:
            self._meter = Meter(
                "get_many", "numbers", self._watch, total=self._total, expected_rate=self._expected_rate
            )
        numbers = await self._some()
        if not numbers:
            self._meter.finish()
            raise StopAsyncIteration
        found = await look_at_all(self._get, numbers, self._concurrency)
        good: list[DetailsT] = []
        for number, result in zip(numbers, found, strict=True):
            self._place += 1
            if not isinstance(result, CallError):
                self._meter.count("done", place=self._place - 1)
                good.append(result)
                continue
            self._meter.count("failed", str(result), self._place - 1)
            self._failed.append(FailedNumber(number, result))
            if self._on_error == "raise" or isinstance(result, AuthenticationError):
                self._failure = result
                break
        self._found += len(good)
        self._buffer = iter(good)

    async def _some(self) -> list[str]:
        numbers: list[str] = []
        while len(numbers) < _CHUNKS * self._concurrency:
            try:
                source = self._source
                number = await anext(source) if isinstance(source, AsyncIterator) else next(source)
            except (StopIteration, StopAsyncIteration):
                break
            numbers.append(phone_number("numbers", number))
        return numbers

    @property
    def report(self) -> DetailsReport:
        """The report, as of now."""
        seconds = 0.0 if self._meter is None else self._meter.seconds
        return DetailsReport(self._found, tuple(self._failed), self._total, seconds)


async def look_at_all(get: "Get[DetailsT]", numbers: Sequence[str], concurrency: int) -> list[DetailsT | CallError]:
    """Fetch numbers at once; return the details of each, or why there are none, in their order."""
    results: list[DetailsT | CallError | None] = [None] * len(numbers)
    places = iter(range(len(numbers)))

    async def work() -> None:
        for place in places:
            try:
                results[place] = await get(numbers[place])
            except CallError as error:
                results[place] = error

    async with anyio.create_task_group() as group:
        for _ in range(min(concurrency, len(numbers))):
            group.start_soon(work)
    return cast("list[DetailsT | CallError]", results)


@dataclass(frozen=True, slots=True)
class _DetailedPage(Generic[DetailsT]):
    data: Sequence[DetailsT]
    links: HasNext | None


class DetailedList(Generic[DetailsT]):
    """Sends calls for a page of the account's numbers, and looks at each number of it.

    A number that is released in between is left out; where all of a page were, those that have moved up are looked at.
    """

    def __init__(self, sender: Sender, get: "Get[DetailsT]") -> None:
        self._sender = sender
        self._get = get
        self.clock: Clock = sender.clock
        self.max_concurrency: int = sender.max_concurrency
        self.rates: Rates = sender.rates
        self.hooks: Hooks = sender.hooks
        self.account: str = sender.account

    async def send(self, operation: Operation[T], /) -> T:
        """Send a call for a page; return the page with details in place of its numbers.

        Raises:
            CallError: If the page or the details of a number cannot be fetched.
        """
        gone: set[str] = set()
        while True:
            page = cast("NumberListDocument", await self._sender.send(operation))
            numbers = [number.id for number in page.data]
            found = await look_at_all(self._get, numbers, self.max_concurrency)
            failed = [one for one in found if isinstance(one, CallError) and not isinstance(one, NotFoundError)]
            if failed:
                raise failed[0]
            details = [one for one in found if not isinstance(one, CallError)]
            if details or gone.issuperset(numbers):
                return cast("T", _DetailedPage(details, page.links))
            gone.update(numbers)

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        """Send a call."""
        return await self._sender.send_raw(operation)

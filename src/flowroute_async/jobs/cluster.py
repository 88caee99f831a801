"""A bulk search on a Dask cluster: its queries in parts, each searched by a worker's own client (extra `dask`)."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import compress
from pathlib import Path
from typing import Protocol, TypeAlias, Unpack, cast

import anyio

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.extras import require_extra
from flowroute_async.jobs.export import replaced, write_parquet
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.report import SearchReport
from flowroute_async.jobs.search import BulkSearch
from flowroute_async.jobs.sources import Sources
from flowroute_async.phone_number_set import PhoneNumberSet
from flowroute_openapi import SearchAvailableNumbersQuery
from flowroute_openapi.models import AvailableNumber

__all__ = ["BulkSearching", "Cluster", "ClusterSearch", "Connect", "Future", "Partition", "Searching"]

_FAILED = "flowroute_async.failed_queries"
# One to search and one to come: results wait in the cluster's memory until they are read.
_PARTS_FOR_A_THREAD = 2
_NOTHING = SearchReport((), 0, 0, 0, 0, 0, 0, 0, 0, 0.0, None)


class BulkSearching(Protocol):
    """The part of `client.numbers` that a worker uses."""

    def bulk_search(self, *, queries: Sequence[NumberQuery]) -> BulkSearch:
        """Search by many queries at once."""
        ...


class Searching(Protocol):
    """The part of a client that a worker uses."""

    @property
    def numbers(self) -> BulkSearching:
        """Phone numbers."""
        ...


class Future(Protocol):
    """The part of a `distributed.Future` that is used."""

    def result(self) -> object:
        """Return what the task returned."""
        ...


class _Completed(Protocol):
    def add(self, future: Future, /) -> None: ...

    def __iter__(self) -> Iterator[Future]: ...


class Cluster(Protocol):
    """The part of a `distributed.Client` that is used."""

    @property
    def asynchronous(self) -> bool:
        """Whether its methods are to be awaited."""
        ...

    def submit(self, func: Callable[["Partition"], object], partition: "Partition", /, *, pure: bool) -> Future:
        """Submit the function to a worker."""
        ...

    def cancel(self, futures: Sequence[Future], /) -> object:
        """Abandon tasks."""
        ...

    def nthreads(self) -> object:
        """Return the threads of each worker."""
        ...

    def sync(self, func: Callable[[Sources], Awaitable[object]], sources: Sources, /) -> object:
        """Wait for what runs on its loop."""
        ...


Connect: TypeAlias = Callable[[], AbstractAsyncContextManager[Searching]]


@dataclass(frozen=True, slots=True)
class Partition:
    """Some of the queries, and all that a worker needs to search them; pickled, it holds no key.

    Attributes:
        connect: The module and the name of what gives the client.
        queries: The queries.
        folder: Where the numbers go as Parquet, or None where they go to the caller.
    """

    connect: tuple[str, str]
    queries: Sequence[NumberQuery]
    folder: str | None

    @property
    def name(self) -> str:
        """The name of its file: the same for the same queries."""
        keys = "\n".join(query.key for query in self.queries)
        return f"numbers-{hashlib.sha256(keys.encode()).hexdigest()[:24]}.parquet"


class ClusterSearch:
    """Searches the numbers for sale by many queries on a Dask cluster.

        with distributed.Client("scheduler:8786") as cluster:
            search = ClusterSearch(cluster, connect, area_codes=codes, contains="777")
            for number in search:
                ...
            print(search.report)

    The queries are cut into partitions, always the same for the same queries, and each is a task. A task whose worker
    dies is given to another one by Dask. Each opens a client by `connect`, in its worker; so that all keep to one
    rate, those clients share it by a `flowroute_async.shared_rate.RedisRateLimiter`.

    Iterating searches, and gives each number once, in no order. Only a few partitions are ahead of the reader;
    breaking off (`contextlib.closing(iter(search))`) cancels them.

    It blocks, as Dask's own client does: in a program with an event loop, use it in a thread.

    Attributes:
        report: What the last run did, as of now.
    """

    def __init__(
        self,
        cluster: Cluster,
        connect: Connect,
        *,
        queries: Iterable[NumberQuery] | None = None,
        area_codes: Iterable[str | HasId] | None = None,
        exchanges: Iterable[str | HasId] | None = None,
        state_codes: Iterable[str] | None = None,
        rate_centers: Iterable[str] | None = None,
        partition_size: int = 10,
        **filters: Unpack[SearchAvailableNumbersQuery],
    ) -> None:
        """Read the sources; nothing is sent yet.

        Args:
            cluster: A `distributed.Client`, not an asynchronous one.
            connect: Gives a worker its client, as an async context: a function of a module that the workers can
                import, or `FlowrouteClient` itself. Only its name goes over the network; keys and addresses come from
                the worker's environment, or from wherever the function takes them.
            queries: Searches as `NumberQuery`.
            area_codes: As in `client.numbers.bulk_search`, like the other sources; here each has an end.
            exchanges: Exchanges with their area codes.
            state_codes: US states and Canadian provinces.
            rate_centers: Rate centers.
            partition_size: Queries of one task.
            **filters: The filters of all queries.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or two would set the same filter.
            ImportError: If the extra is not installed.
        """
        with require_extra("dask"):
            self._as_completed: Callable[[], _Completed] = import_module("distributed").as_completed
        arguments.whole_number("partition_size", partition_size, 1, None, unit="queries")
        if cluster.asynchronous:
            raise InvalidArgumentError("cluster", "a Dask client that blocks", given="an asynchronous one")
        self._connect = _name_of(connect)
        self._cluster = cluster
        sources = Sources(
            NumberQuery(**filters),
            queries=queries,
            area_codes=area_codes,
            exchanges=exchanges,
            state_codes=state_codes,
            rate_centers=rate_centers,
        )
        # On Dask's loop, since this thread may have one of its own, as in a notebook.
        found = cast("Sequence[NumberQuery]", cluster.sync(_read, sources))
        once = list(dict.fromkeys(found))
        self._left_out = len(found) - len(once)
        self._queries_known = len(found)
        self._parts = [once[start : start + partition_size] for start in range(0, len(once), partition_size)]
        self.report: SearchReport = self._fresh_report()

    def __iter__(self) -> Generator[AvailableNumber]:
        """Search, and give the numbers.

        Raises:
            AuthenticationError: If the keys are not accepted. A query that fails otherwise stands in the report.
            distributed.KilledWorker: If a task outlived too many workers.
        """
        seen = PhoneNumberSet()
        with closing(self._run(None)) as results:
            for numbers, part in results:
                new = list(compress(numbers, seen.add([number.id for number in numbers])))
                self._note(part, duplicates=len(numbers) - len(new))
                yield from new

    def to_parquet(self, folder: PathLike) -> SearchReport:
        """Search, and have the workers write the numbers to a folder that all of them see, a file for each partition.

        A file takes its place when it is whole. A later run with the same queries and partition size leaves alone the
        files that are there, but for those with failed queries: it searches their partitions again. Where queries of
        two partitions overlap, a number may be in two files.

        Args:
            folder: Where the files go; it is made where there is none.

        Returns:
            What it did; numbers of files that were there are counted, requests that were made for them are not.

        Raises:
            AuthenticationError: If the keys are not accepted.
            ImportError: If the workers lack the extra `parquet`.
            distributed.KilledWorker: If a task outlived too many workers.
        """
        with closing(self._run(str(Path(folder).absolute()))) as results:
            for _, part in results:
                self._note(part)
        return self.report

    def _run(self, folder: str | None) -> Generator[tuple[Sequence[AvailableNumber], SearchReport]]:
        """Keep some partitions submitted to the cluster, and yield the results as they come."""
        self.report = self._fresh_report()
        self._began = time.monotonic()
        partitions = iter([Partition(self._connect, part, folder) for part in self._parts])
        submitted: set[Future] = set()
        completed = self._as_completed()

        def submit(count: int) -> None:
            for _, partition in zip(range(count), partitions, strict=False):
                future = self._cluster.submit(search_partition, partition, pure=False)
                submitted.add(future)
                completed.add(future)

        threads = cast("Mapping[str, int]", self._cluster.nthreads())
        try:
            submit(max(1, _PARTS_FOR_A_THREAD * sum(threads.values())))
            for future in completed:
                result = cast("tuple[Sequence[AvailableNumber], SearchReport]", future.result())
                submitted.discard(future)
                submit(1)
                yield result
        finally:
            self._cluster.cancel(list(submitted))

    def _fresh_report(self) -> SearchReport:
        return replace(
            _NOTHING,
            queries_done=self._left_out,
            queries_known=self._queries_known,
            queries_left_out=self._left_out,
        )

    def _note(self, part: SearchReport, *, duplicates: int = 0) -> None:
        so_far = self.report
        self.report = SearchReport(
            queries=(*so_far.queries, *part.queries),
            queries_done=so_far.queries_done + part.queries_done,
            queries_known=so_far.queries_known,
            queries_left_out=so_far.queries_left_out + part.queries_left_out,
            pages=so_far.pages + part.pages,
            numbers=so_far.numbers + part.numbers - duplicates,
            duplicates=so_far.duplicates + part.duplicates + duplicates,
            requests=so_far.requests + part.requests,
            retries=so_far.retries + part.retries,
            seconds=time.monotonic() - self._began,
            rate_allowed=so_far.rate_allowed if part.rate_allowed is None else part.rate_allowed,
        )


def search_partition(partition: Partition) -> tuple[Sequence[AvailableNumber], SearchReport]:
    """Search the queries of a partition. This is the task that runs in a worker."""
    if partition.folder is None:
        return anyio.run(_search, partition)
    path = Path(partition.folder) / partition.name
    count = _count_of_whole_file(path)
    if count is not None:
        done = len(partition.queries)
        return (), replace(_NOTHING, queries_done=done, queries_left_out=done, queries_known=done, numbers=count)
    numbers, report = anyio.run(_search, partition)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as target:
        rows = iter([[number.model_dump_json() for number in numbers]])
        write_parquet(target, rows, {_FAILED: str(len(report.failed))})
    return (), report


async def _search(partition: Partition) -> tuple[Sequence[AvailableNumber], SearchReport]:
    module, name = partition.connect
    connect = cast("Connect", getattr(import_module(module), name))
    async with connect() as client, client.numbers.bulk_search(queries=partition.queries) as search:
        numbers = [number async for number in search]
    return numbers, search.report


def _count_of_whole_file(path: Path) -> int | None:
    """Return how many numbers a file holds, if it is there and none of its queries failed."""
    if not path.exists():
        return None
    metadata = import_module("pyarrow.parquet").read_metadata(path)
    return metadata.num_rows if metadata.metadata.get(_FAILED.encode()) == b"0" else None


async def _read(sources: Sources) -> Sequence[NumberQuery]:
    return [query async for query in sources.read()]


def _name_of(connect: Connect) -> tuple[str, str]:
    module, name = str(getattr(connect, "__module__", None)), str(getattr(connect, "__qualname__", None))
    if module in {"None", "__main__"} or getattr(import_module(module), name, None) is not connect:
        allowed = "a function of a module that the workers can import: it goes to them by its name"
        raise InvalidArgumentError("connect", allowed, given=f"a {type(connect).__name__} of {module}")
    return module, name

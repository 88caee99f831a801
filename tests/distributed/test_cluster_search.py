"""Bulk searches on a Dask cluster of two processes that share one rate, with workers killed on the way."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import anyio
import httpx
import pyarrow.dataset  # type: ignore[import-untyped] # it has no types
import pytest
from distributed import Client, LocalCluster

from flowroute_async import FlowrouteClient
from flowroute_async.errors import AuthenticationError, InvalidArgumentError
from flowroute_async.jobs import NumberQuery
from flowroute_async.jobs.cluster import ClusterSearch, Connect, Partition
from flowroute_async.sandbox import Sandbox
from tests.distributed.connection import connect, connect_with_a_wrong_key
from tests.patience import HANGS_AFTER
from tests.shared_rate.redis_server import RedisServer

SIZE = 20_000
CODES = [str(code) for code in (*range(201, 211), *range(212, 221), *range(301, 311), *range(312, 321))]
REFUSED_ABOVE = 60
# The workers share 40. What a busy test machine delays must not count as too fast; two that did not share would.


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--numbers", str(SIZE), "--rate", str(REFUSED_ABOVE)]
    with subprocess.Popen([*command, "--latency", "0.2"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def cluster(sandbox_url: str) -> Iterator[Client]:
    with RedisServer() as redis, pytest.MonkeyPatch.context() as environment:
        environment.setenv("FR_ACCESS_KEY", "sandbox")
        environment.setenv("FR_SECRET_KEY", "sandbox")
        environment.setenv("FR_BASE_URL", sandbox_url)
        environment.setenv("TEST_REDIS", redis.url)
        workers = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")  # type: ignore[no-untyped-call] # Dask's
        with workers, Client(workers) as dask:  # type: ignore[no-untyped-call] # Dask's
            yield dask


@pytest.fixture(scope="module")
def for_sale() -> set[str]:
    """What a search without a cluster finds."""

    async def search() -> set[str]:
        transport = httpx.ASGITransport(app=Sandbox(numbers=SIZE).app)
        async with (
            FlowrouteClient(
                access_key="sandbox", secret_key="sandbox", base_url="http://127.0.0.1", http_transport=transport
            ) as client,
            client.numbers.bulk_search(area_codes=CODES) as found,
        ):
            return {number.id async for number in found}

    return anyio.run(search)


def control(url: str, verb: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{url}/_sandbox/api/{path}", data, headers, method=verb)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        text = answer.read()
    return json.loads(text) if text else None


@pytest.fixture(autouse=True)
def forgotten(sandbox_url: str) -> None:
    control(sandbox_url, "DELETE", "requests")


def statuses(url: str) -> Counter[int]:
    return Counter(request["status"] for request in control(url, "GET", "requests"))


def kill_the_holder(dask: Client, url: str) -> None:
    """Kill the worker whose query is held, once every other query was answered."""
    until = time.monotonic() + HANGS_AFTER
    while statuses(url).total() < len(CODES) - 1 or len(busy := _busy(dask)) != 1:
        assert time.monotonic() < until, "no worker was left with the query"
    os.kill(dask.run(os.getpid, workers=busy)[busy[0]], signal.SIGKILL)


def _busy(dask: Client) -> list[str]:
    return [worker for worker, tasks in dask.processing().items() if tasks]  # type: ignore[no-untyped-call] # Dask's


@contextmanager
def a_worker_killed_at_work(dask: Client, url: str) -> Iterator[None]:
    control(url, "POST", "faults", {"operation": "search_available_numbers", "delay": 60})
    killing = Thread(target=kill_the_holder, args=[dask, url])
    killing.start()
    yield
    killing.join()


def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    cluster: Client, sandbox_url: str, for_sale: set[str]
) -> None:
    search = ClusterSearch(cluster, connect, area_codes=[*CODES, CODES[0]], partition_size=10)
    with a_worker_killed_at_work(cluster, sandbox_url):
        found = [number.id for number in search]
    assert len(found) == len(set(found)) == search.report.numbers
    assert set(found) == for_sale
    assert search.report.queries_done == search.report.queries_known == len(CODES) + 1
    assert not search.report.failed
    assert search.report.rate_allowed == 40
    assert set(statuses(sandbox_url)) == {200}
    assert statuses(sandbox_url).total() > search.report.requests  # what the killed one had asked was asked again


def test_parquet_is_whole_after_a_worker_was_killed_and_is_not_fetched_again(
    cluster: Client, sandbox_url: str, for_sale: set[str], tmp_path: Path
) -> None:
    search = ClusterSearch(cluster, connect, area_codes=CODES, partition_size=10)
    with a_worker_killed_at_work(cluster, sandbox_url):
        report = search.to_parquet(tmp_path / "numbers")
    table = pyarrow.dataset.dataset(tmp_path / "numbers").to_table()
    assert sorted(table["id"].to_pylist()) == sorted(for_sale)
    assert report.numbers == len(for_sale)
    requests = statuses(sandbox_url).total()
    again = search.to_parquet(tmp_path / "numbers")
    assert (again.numbers, again.requests, again.queries_left_out) == (len(for_sale), 0, len(CODES))
    assert statuses(sandbox_url).total() == requests


def test_a_partition_with_a_failed_query_is_searched_again(
    cluster: Client, sandbox_url: str, for_sale: set[str], tmp_path: Path
) -> None:
    control(sandbox_url, "POST", "faults", {"operation": "search_available_numbers", "status": 400})
    search = ClusterSearch(cluster, connect, area_codes=CODES, partition_size=10)
    report = search.to_parquet(tmp_path)
    assert len(report.failed) == 1
    assert report.numbers < len(for_sale)
    assert len(list(tmp_path.glob("*.parquet"))) == 4
    report = search.to_parquet(tmp_path)
    assert not report.failed
    assert 0 < report.requests < len(CODES)
    ids = pyarrow.dataset.dataset(tmp_path).to_table()["id"].to_pylist()
    assert sorted(ids) == sorted(for_sale)


def test_overlapping_queries_give_each_number_once(cluster: Client) -> None:
    queries = [NumberQuery(starts_with="1206"), NumberQuery(state="WA", starts_with="1206")]
    search = ClusterSearch(cluster, connect, queries=queries, partition_size=1)
    found = [number.id for number in search]
    assert len(found) == len(set(found)) == search.report.duplicates > 0


def test_breaking_off_cancels_the_rest(cluster: Client, sandbox_url: str) -> None:
    search = ClusterSearch(cluster, connect, area_codes=CODES, partition_size=1)
    with closing(iter(search)) as numbers:
        next(numbers)
    while any(cluster.processing().values()):  # type: ignore[no-untyped-call] # Dask's
        time.sleep(0.01)
    # A thread that searched is not cancelled: what it still asks must not be counted in another test.
    while any(cluster.run(lambda dask_worker: len(dask_worker.state.executing)).values()):
        time.sleep(0.01)
    assert statuses(sandbox_url).total() < len(CODES)


def test_keys_that_are_not_accepted_raise(cluster: Client) -> None:
    search = ClusterSearch(cluster, connect_with_a_wrong_key, area_codes=CODES[:2])
    with pytest.raises(AuthenticationError):
        next(iter(search))


def local_function() -> Connect:
    return lambda: FlowrouteClient(secret_key="marked")


@pytest.mark.parametrize("unnamed", [local_function(), partial(FlowrouteClient, secret_key="marked")])
def test_what_gives_the_client_must_have_a_name(cluster: Client, unnamed: Connect) -> None:
    with pytest.raises(InvalidArgumentError, match="by its name") as refused:
        ClusterSearch(cluster, unnamed, area_codes=CODES)
    assert "marked" not in str(refused.value)


def test_partitions_are_the_same_for_the_same_queries_and_hold_no_key(cluster: Client) -> None:
    names = [
        [Partition(("m", "f"), part, None).name for part in ClusterSearch(cluster, connect, area_codes=CODES)._parts]
        for _ in range(2)
    ]
    assert names[0] == names[1]
    assert len(set(names[0])) == 4
    assert b"sandbox" not in pickle.dumps(Partition(("m", "f"), [NumberQuery(state="WA")], None))


def test_a_size_of_nothing_is_refused(cluster: Client) -> None:
    with pytest.raises(InvalidArgumentError, match="partition_size"):
        ClusterSearch(cluster, connect, area_codes=CODES, partition_size=0)


def test_without_the_extra_the_error_names_it(cluster: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"flowroute-async\[dask\]"):
        ClusterSearch(cluster, connect, area_codes=CODES)

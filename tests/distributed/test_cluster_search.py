"""Bulk searches on a Dask cluster of two processes that share one rate, with workers killed on the way."""

import json
import os
import pickle
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pyarrow.dataset  # type: ignore[import-untyped] # it has no types
import pytest
from distributed import Client, LocalCluster

from flowroute_async import FlowrouteClient
from flowroute_async.bulk import NumberQuery
from flowroute_async.bulk.cluster import ClusterSearch, Partition
from flowroute_async.errors import AuthenticationError, InvalidArgumentError
from flowroute_async.sandbox import Sandbox
from tests.distributed.connection import connect
from tests.shared_rate.redis_server import RedisServer

pytestmark = [
    # Dask's scheduler and its worker's guardians are stopped from another thread than the one that made them.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

SIZE = 5000
CODES = [str(code) for code in (*range(201, 211), *range(212, 221), *range(301, 311), *range(312, 321))]
REFUSED_ABOVE = 60
# Twice the rate of one worker would be 80; what a busy test machine delays must not count as too fast.


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--numbers", str(SIZE), "--rate", str(REFUSED_ABOVE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
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
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers,  # type: ignore[no-untyped-call] # Dask's own
            Client(workers) as client,  # type: ignore[no-untyped-call] # Dask's own
        ):
            yield client


@pytest.fixture(scope="module")
async def _unused() -> None: ...


def expected(sandbox: Sandbox) -> set[str]:
    return set()


def kill_one_worker(cluster: Client) -> None:
    pids: dict[str, int] = cluster.run(os.getpid)  # type: ignore[no-untyped-call] # Dask's own
    os.kill(next(iter(pids.values())), signal.SIGKILL)


def statuses(sandbox_url: str) -> Counter[int]:
    with urllib.request.urlopen(f"{sandbox_url}/_sandbox/api/requests") as answer:
        return Counter(request["status"] for request in json.load(answer))


def test_a_killed_worker_loses_nothing_and_doubles_nothing(cluster: Client, sandbox_url: str) -> None:
    search = ClusterSearch(cluster, connect, area_codes=CODES, partition_size=3)
    found: list[str] = []
    for number in search:
        found.append(number.id)
        if len(found) == 200:
            kill_one_worker(cluster)
    assert len(found) == len(set(found))
    print(len(found), search.report, statuses(sandbox_url))
    assert set(statuses(sandbox_url)) == {200}

"""A redis-server for each test that wants one."""

from collections.abc import Iterator

import pytest

from tests.shared_rate.redis_server import RedisServer


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running

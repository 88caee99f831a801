"""The fault server that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.faults.fault_server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server().running() as running:
        yield running

"""All of this folder runs in virtual time, with the fault server in the test's own event loop."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.fault_server import Server
from tests.virtual_time import VIRTUAL_TIME


@pytest.fixture(params=VIRTUAL_TIME)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    loop: str = request.param
    return loop, VIRTUAL_TIME[loop]()


@pytest.fixture
async def server(anyio_backend: object) -> AsyncIterator[Server]:
    async with Server().serving() as server:
        yield server

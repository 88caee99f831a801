"""The sandbox over a socket, for the tests of this folder."""

from collections.abc import Iterator

import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, str]]:
    """A sandbox whose clock stands still, and its URL; further options of it are the module's `SANDBOX`."""
    options = getattr(request.module, "SANDBOX", {})
    sandbox = Sandbox(numbers=3_000, clock=SandboxClock.frozen(), **options)
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()

"""The pytest plugin: fixtures for a sandbox in process and a client on it. Nothing is imported until one is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowroute_async.client import FlowrouteClient
    from flowroute_async.sandbox import Sandbox
    from flowroute_async.testing.clock import InstantClock

__all__ = ["flowroute_client", "flowroute_clock", "flowroute_sandbox"]


@pytest.fixture
def flowroute_sandbox() -> Iterator[Sandbox]:
    """Return a new sandbox whose time stands still until the client pauses or the test moves it."""
    from flowroute_async.sandbox import Sandbox, SandboxClock  # noqa: PLC0415 - see above

    sandbox = Sandbox(clock=SandboxClock.frozen())
    yield sandbox
    sandbox.close()


@pytest.fixture
def flowroute_clock(flowroute_sandbox: Sandbox) -> InstantClock:
    """Return the time of the client; when it passes, it passes for the sandbox too."""
    from flowroute_async.testing.clock import InstantClock  # noqa: PLC0415 - see above

    return InstantClock(passed=flowroute_sandbox.control.advance, now=flowroute_sandbox.clock.now)


@pytest.fixture
def flowroute_client(flowroute_sandbox: Sandbox, flowroute_clock: InstantClock) -> FlowrouteClient:
    """Return a client of the sandbox. It holds no connection, so there is nothing to close."""
    from flowroute_async.testing.in_process import client_of  # noqa: PLC0415 - see above

    return client_of(flowroute_sandbox, clock=flowroute_clock)

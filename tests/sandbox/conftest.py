from collections.abc import Iterator

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import buy, client_of


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen(), sms_rate=None, mms_rate=None, provisioning_delay=0)
    yield sandbox
    sandbox.close()


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(sandbox) as client:
        yield client


@pytest.fixture
def number(api: httpx.Client) -> str:
    return buy(api, starts_with=206)

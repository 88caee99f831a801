from collections.abc import Iterator

import pytest

from flowroute_async.sandbox import Sandbox, running
from tests.foreign.account_in_use import AccountInUse, begin_anew


@pytest.fixture(scope="session")
def foreign_sandbox() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(sms_rate=None, mms_rate=None, provisioning_delay=0)
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()


@pytest.fixture
def account(foreign_sandbox: tuple[Sandbox, str]) -> AccountInUse:
    return begin_anew(*foreign_sandbox)

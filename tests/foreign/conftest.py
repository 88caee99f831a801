from collections.abc import Iterator

import pytest

from flowroute_async.sandbox import Sandbox, running
from tests.foreign.account_in_use import AccountInUse, begin_anew


@pytest.fixture(scope="session")
def foreign_sandbox() -> Iterator[tuple[Sandbox, str]]:
    # As numbers were when the vendor made the SDKs whose READMEs the answers are held against.
    sandbox = Sandbox(shape="2018", sms_rate=None, mms_rate=None)
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()


@pytest.fixture
def account(foreign_sandbox: tuple[Sandbox, str]) -> AccountInUse:
    return begin_anew(*foreign_sandbox)

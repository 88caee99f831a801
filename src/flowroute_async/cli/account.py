"""Which account a command works on: a profile's, the environment's, or a sandbox's in this process."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from flowroute_async.cli.profiles import Profile, find_profile
from flowroute_async.client import FlowrouteClient
from flowroute_async.config import Options, Rates
from flowroute_async.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Account:
    """What the options before the command say.

    Attributes:
        profile: The name of a profile, or None.
        base_url: The address of the API, or None.
        sandbox: Whether to work on a sandbox in this process.
        sandbox_state: The file that keeps the sandbox, or None.
        deadline: Seconds for a whole call.
        max_retries: How often a call may be sent again.
    """

    profile: str | None = None
    base_url: str | None = None
    sandbox: bool = False
    sandbox_state: Path | None = None
    deadline: float = Options.deadline
    max_retries: int = Options.max_retries

    def find(self) -> Profile:
        """Find the keys and the address.

        Raises:
            ConfigurationError: If there are no keys, or the file of profiles cannot be read.
        """
        return find_profile(self.profile, self.base_url)


@asynccontextmanager
async def open_client(account: Account, rates: Rates | None = None) -> AsyncGenerator[FlowrouteClient]:
    """Give a client of an account.

    Args:
        account: The account.
        rates: The requests a second that it is allowed; by default what `FlowrouteClient` takes for granted.

    Raises:
        ConfigurationError: If there are no keys, the address cannot be used, or the sandbox's file cannot.
    """
    if account.sandbox:
        async with _sandboxed(account, rates) as client:
            yield client
    else:
        profile = account.find()
        async with FlowrouteClient(
            access_key=profile.access_key,
            secret_key=profile.secret_key,
            base_url=profile.base_url,
            deadline=account.deadline,
            max_retries=account.max_retries,
            rates=rates,
        ) as client:
            yield client


@asynccontextmanager
async def _sandboxed(account: Account, rates: Rates | None) -> AsyncGenerator[FlowrouteClient]:
    from flowroute_async.sandbox import Sandbox  # noqa: PLC0415 - only a sandbox needs its packages
    from flowroute_async.testing import client_of  # noqa: PLC0415 - likewise

    try:
        sandbox = Sandbox(state=account.sandbox_state)
    except (sqlite3.Error, ValueError) as error:
        problem = f"--sandbox-state: {account.sandbox_state} cannot be used: {error}"
        raise ConfigurationError(problem) from None
    try:
        async with client_of(
            sandbox, deadline=account.deadline, max_retries=account.max_retries, rates=rates
        ) as client:
            yield client
        await sandbox.deliver_due()  # the receipts of what was just sent; a served sandbox does so by itself
    finally:
        sandbox.close()

"""Which account a command works on: a profile's, the environment's, or a sandbox's in this process."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowroute_async.cli.profiles import Profile, find_profile
from flowroute_async.config import MessagesVersion, Options, Rates
from flowroute_async.errors import ConfigurationError

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient


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
        messages_version: Which version of the API messages go by.
        verbose: Whether to show each request.
        output: The form of output that was asked for before the command, or None.
        given: The options that stand before the command.
    """

    profile: str | None = None
    base_url: str | None = None
    sandbox: bool = False
    sandbox_state: Path | None = None
    deadline: float = Options.deadline
    max_retries: int = Options.max_retries
    messages_version: MessagesVersion = "2.1"
    verbose: bool = False
    output: str | None = None
    given: AbstractSet[str] = frozenset()

    def updated(self, options: Mapping[str, Any], given: AbstractSet[str]) -> Account:
        """Return this account with other options, of which some were typed."""
        in_sandbox = self.sandbox or bool(options.get("sandbox")) or options.get("sandbox_state") is not None
        return replace(self, **{**options, "sandbox": in_sandbox, "given": self.given | given})

    def find(self) -> Profile:
        """Find the keys and the address.

        Raises:
            ConfigurationError: If there are no keys, or the file of profiles cannot be read.
        """
        return find_profile(self.profile, self.base_url)


@asynccontextmanager
async def open_client(account: Account, rates: Rates | None = None) -> AsyncGenerator[FlowrouteClient]:
    """Return a client of an account.

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
        from flowroute_async.client import FlowrouteClient

        profile = account.find()
        async with FlowrouteClient(
            access_key=profile.access_key,
            secret_key=profile.secret_key,
            base_url=profile.base_url,
            deadline=account.deadline,
            max_retries=account.max_retries,
            rates=rates,
            messages_version=account.messages_version,
        ) as client:
            yield client


@asynccontextmanager
async def _sandboxed(account: Account, rates: Rates | None) -> AsyncGenerator[FlowrouteClient]:
    from flowroute_async.sandbox import Sandbox
    from flowroute_async.testing import client_of

    try:
        sandbox = Sandbox(state=account.sandbox_state, provisioning_delay=0)
    except (sqlite3.Error, ValueError) as error:
        problem = f"--sandbox-state: {account.sandbox_state} cannot be used: {error}"
        raise ConfigurationError(problem) from None
    try:
        async with client_of(
            sandbox,
            deadline=account.deadline,
            max_retries=account.max_retries,
            rates=rates,
            messages_version=account.messages_version,
        ) as client:
            yield client
        await sandbox.deliver_due()  # the receipts of what was just sent; a served sandbox does so by itself
    finally:
        sandbox.close()

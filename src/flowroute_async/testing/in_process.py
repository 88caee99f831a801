"""A client that reaches a sandbox in the same process, without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from flowroute_async.client import FlowrouteClient
from flowroute_async.clock import Clock, SystemClock
from flowroute_async.config import MessagesVersion, Options, Rates
from flowroute_async.hooks import Hooks

if TYPE_CHECKING:  # pytest imports this package at its start, the extra `sandbox` installed or not
    from flowroute_async.sandbox import Sandbox


def client_of(
    sandbox: Sandbox,
    *,
    clock: Clock | None = None,
    access_key: str = "sandbox",
    secret_key: str = "sandbox",  # noqa: S107 - the sandbox's own
    deadline: float = Options.deadline,
    max_retries: int = Options.max_retries,
    rates: Rates | None = None,
    hooks: Hooks | None = None,
    messages_version: MessagesVersion = "2.1",
) -> FlowrouteClient:
    """Return a client of a sandbox.

    Args:
        sandbox: What it talks to.
        clock: Where its pauses get their time from, such as an `InstantClock`; by default real
            seconds, and the sandbox's date and time.
        access_key: The access key; by default the sandbox's default.
        secret_key: The secret key; by default the sandbox's default.
        deadline: Seconds for a whole call.
        max_retries: How often a call may be sent again.
        rates: The requests a second that the account is allowed.
        hooks: Functions that are told of requests, answers and repetitions.
        messages_version: Which version of the API messages go by.
    """
    return FlowrouteClient(
        access_key=access_key,
        secret_key=secret_key,
        base_url="http://127.0.0.1",
        http_transport=httpx.ASGITransport(app=sandbox.app),
        clock=clock or SystemClock(now=sandbox.clock.now),
        deadline=deadline,
        max_retries=max_retries,
        rates=rates,
        hooks=hooks,
        messages_version=messages_version,
    )

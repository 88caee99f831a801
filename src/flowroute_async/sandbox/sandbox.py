"""The sandbox, put together."""

import os
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Literal

import anyio
import httpx
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.api import Api
from flowroute_async.sandbox.clock import SandboxClock, moment_of
from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.control_api import UNKNOWN_CONTROL, control_routes
from flowroute_async.sandbox.courier import Courier
from flowroute_async.sandbox.errors import ApiError
from flowroute_async.sandbox.guard import ROOT, SAFE_METHODS, Guard, host_names, is_own_path
from flowroute_async.sandbox.options import Options, Shape
from flowroute_async.sandbox.page import Reading, page_routes
from flowroute_async.sandbox.past import Past
from flowroute_async.sandbox.state import StateFile

_PATIENCE = 2.0  # seconds that page and control interface wait for webhooks, so that what they show next is there


class Sandbox:
    """A local Flowroute: stateful, with the vendor's shapes, rules and error bodies.

    `app` is an ASGI application: the API, and under `/_sandbox/` the page and the control interface. Serve it with
    `serve` or `running`, or call it in process through `httpx.ASGITransport(app=sandbox.app)`, on asyncio or on trio.

    Args:
        seed: Decides which numbers are for sale.
        numbers: How many there are for sale.
        latency: Seconds before each answer.
        max_page: Longest page of every list; from 200 on, each endpoint keeps the vendor's maximum.
        access_key: The user name that requests must show.
        secret_key: The password that requests must show.
        state: A file that keeps the account over a restart or a kill; by default it is kept in memory.
        rate: Requests a second in all; None for no limit.
        sms_rate: SMS a second; None for no limit.
        mms_rate: MMS a second; None for no limit.
        provisioning_delay: Seconds by the clock until messaging is turned on or off for a number.
        shape: How numbers look, and whether messaging must be turned on first: as in "2018", or as "today".
        strict: Whether an answer that rests on inference, and not on what the vendor documents or was seen to do, has
            the header `Flowroute-Sandbox-Inferred`, which says what of it does.
        account: "new" for an account that was never used, "lived-in" for one that was used for months.
        seed_file: A YAML or JSON file of what the account begins with, in place of `account`.
        now: The time at the start, from which it goes on: an aware datetime, or a text in ISO 8601, which is in UTC
            without an offset.
        clock: The time; by default the real one, and by `now`.
        base_url: Scheme and host of links in answers; by default those of the request.
        webhook_transport: How webhooks are sent; by default over the network.
        webhook_hosts: Hosts that webhooks may go to, besides this machine.
        allowed_hosts: Names by which the sandbox may be asked, besides those of this machine, as by other containers;
            whoever asks by one of them may use page and control interface too.

    Raises:
        ValueError: If a value is out of range, a host is none, the state file is damaged, it was made with another
            seed, number of numbers or past, or the seed file makes no sense.
        OSError: If the seed file cannot be opened.
        sqlite3.Error: If the state file cannot be used, for one because another sandbox uses it.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        numbers: int = 100_000,
        latency: float = Options.latency,
        max_page: int = Options.max_page,
        access_key: str = "sandbox",
        secret_key: str = "sandbox",  # noqa: S107 - the sandbox's keys are no secret
        state: str | os.PathLike[str] | None = None,
        rate: float | None = Options.rate,
        sms_rate: float | None = Options.sms_rate,
        mms_rate: float | None = Options.mms_rate,
        provisioning_delay: float = Options.provisioning_delay,
        shape: Shape = Options.shape,
        strict: bool = Options.strict,
        account: Literal["new", "lived-in"] = "new",
        seed_file: str | os.PathLike[str] | None = None,
        now: datetime | str | None = None,
        clock: SandboxClock | None = None,
        base_url: str | None = None,
        webhook_transport: httpx.AsyncBaseTransport | None = None,
        webhook_hosts: Iterable[str] = (),
        allowed_hosts: Iterable[str] = (),
    ) -> None:
        self._guard = Guard(allowed_hosts)
        hosts = host_names("webhook_hosts", webhook_hosts)
        if clock is not None and now is not None:
            raise ValueError("give either a clock or the time now")
        self.clock: SandboxClock = clock or _clock_at(now)
        self._lock = RLock()
        options = Options(
            latency=latency,
            max_page=max_page,
            rate=rate,
            sms_rate=sms_rate,
            mms_rate=mms_rate,
            provisioning_delay=provisioning_delay,
            shape=shape,
            strict=strict,
        )
        self._state_file = StateFile(state)
        try:
            self._account = Account(
                seed=seed,
                numbers=numbers,
                state_file=self._state_file,
                clock=self.clock,
                options=options,
                webhook_hosts=hosts,
                past=_past(account, seed_file),
            )
        except BaseException:
            self._state_file.close()
            raise
        self._courier = Courier(self._account, self._lock, webhook_transport)
        self._is_served = False
        self._api = Api(self._account, self._lock, access_key=access_key, secret_key=secret_key, base_url=base_url)
        self.control: Control = Control(self._account, self._api, self._lock)
        self._control_app = Starlette(
            routes=[
                *control_routes(self.control, self._deliver_or_wait),
                UNKNOWN_CONTROL,
                *page_routes(self.control, Reading(self._account, self._lock), self._deliver_or_wait),
            ],
            lifespan=self._deliver_while_served,
        )

    def __repr__(self) -> str:
        inventory = self._account.inventory
        return f"Sandbox(seed={inventory.seed}, numbers={inventory.size})"

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        answer: ASGIApp = self._control_app
        if scope["type"] == "http":
            refused = self._guard.refusal(scope)
            if refused is not None:
                answer = _refuse(scope["path"], refused)
            elif scope["path"] == "/favicon.ico":
                answer = RedirectResponse(f"{ROOT}/icon.svg")  # which browsers ask for; it is no request of the API
            elif _is_of_reader(scope):
                answer = RedirectResponse(f"{ROOT}/")
            elif not is_own_path(scope["path"]):
                answer = self._api
        await answer(scope, receive, send)

    async def deliver_due(self) -> int:
        """Send the webhooks that are due by the clock; a served sandbox does so by itself.

        Returns:
            How many attempts were made.
        """
        return await self._courier.deliver_due()

    def close(self) -> None:
        """Close the state file."""
        with self._lock:
            self._state_file.close()

    @asynccontextmanager
    async def _deliver_while_served(self, _app: Starlette) -> AsyncGenerator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._courier.run)
            self._is_served = True
            yield
            self._is_served = False
            tasks.cancel_scope.cancel()

    async def _deliver_or_wait(self) -> None:
        if self._is_served:
            await self._courier.wait_until_sent(_PATIENCE)
        else:
            await self.deliver_due()


def _clock_at(now: datetime | str | None) -> SandboxClock:
    if now is None:
        return SandboxClock()
    return SandboxClock.starting_at(datetime.fromtimestamp(moment_of(now), UTC) if isinstance(now, str) else now)


def _past(account: str, seed_file: str | os.PathLike[str] | None) -> Past | None:
    if account not in {"new", "lived-in"}:
        raise ValueError("account must be new or lived-in")
    if seed_file is None:
        return Past.lived_in() if account == "lived-in" else None
    if account != "new":
        raise ValueError("a seed file takes the place of another account: give one of the two")
    return Past.from_file(seed_file)


def _is_of_reader(scope: Scope) -> bool:
    """Return whether somebody opens the sandbox's address in a browser."""
    is_html_wanted = "text/html" in Headers(scope=scope).get("accept", "")
    return scope["path"] == "/" and scope["method"] in SAFE_METHODS and is_html_wanted


def _refuse(path: str, reason: str) -> Response:
    if path.startswith(f"{ROOT}/api/"):
        return JSONResponse({"error": reason}, 403)
    if is_own_path(path):
        return PlainTextResponse(f"{reason}\n", 403, {"x-content-type-options": "nosniff"})
    return JSONResponse(ApiError(403, reason, "Refused by the sandbox").body, 403)

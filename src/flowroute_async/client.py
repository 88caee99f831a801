"""The client: the options of a connection to Flowroute, its resources, and the way to send any call."""

import os
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from flowroute_async.body_limits import LARGE
from flowroute_async.clock import Clock, SystemClock
from flowroute_async.config import (
    BASE_URL,
    BASE_URL_VARIABLE,
    Config,
    Credentials,
    MessagesVersion,
    Options,
    Rates,
    hide_arguments,
    refuse_other_type,
)
from flowroute_async.connections import open_connections
from flowroute_async.decoding import decoded, decoded_in_thread
from flowroute_async.errors import InvalidResponseError
from flowroute_async.file_transfer import FileTransfer
from flowroute_async.foreign_transport import AsyncTransport
from flowroute_async.hooks import Hooks
from flowroute_async.response import RawResponse
from flowroute_async.throttle import RateLimiter
from flowroute_async.transport import Transport
from flowroute_openapi.types import Operation

if TYPE_CHECKING:
    from flowroute_async.resources.cdr_exports import CdrExports
    from flowroute_async.resources.cnam import Cnam
    from flowroute_async.resources.e911 import E911
    from flowroute_async.resources.message_provisioning import MessageProvisioning
    from flowroute_async.resources.messages import Messages
    from flowroute_async.resources.numbers import Numbers
    from flowroute_async.resources.porting import Porting
    from flowroute_async.resources.routes import Routes

__all__ = ["FlowrouteClient"]

T = TypeVar("T")

# What `FlowrouteClient.options` has set here, by client.
_options_within: ContextVar[Mapping["FlowrouteClient", Options]] = ContextVar("options", default=MappingProxyType({}))


class FlowrouteClient:
    """An account at Flowroute.

    Use it as an async context manager, or call `aclose` at the end. One client serves any number of tasks, on asyncio
    or trio; its connections belong to the event loop that used them first.
    """

    @hide_arguments
    def __init__(
        self,
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        base_url: str | None = None,
        timeout: float = Options.timeout,
        deadline: float = Options.deadline,
        max_retries: int = Options.max_retries,
        max_concurrency: int = Config.max_concurrency,
        max_response_bytes: int | None = Config.max_response_bytes,
        rates: Rates | None = None,
        limiter: RateLimiter | None = None,
        http_transport: AsyncTransport | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        hooks: Hooks | None = None,
        clock: Clock | None = None,
        messages_version: MessagesVersion = Config.messages_version,
    ) -> None:
        """Check the options; nothing is connected yet.

        Args:
            access_key: The access key; by default the environment's `FR_ACCESS_KEY`.
            secret_key: The secret key; by default the environment's `FR_SECRET_KEY`.
            base_url: The address of the API; by default the environment's `FR_BASE_URL`, or else the vendor's. https
                only, but for loopback hosts, where a sandbox may run.
            timeout: Seconds for one attempt.
            deadline: Seconds for a whole call: queueing, pacing, pauses and all attempts.
            max_retries: How often a call may be sent again. What must not be repeated never is; see `retry.POLICY`.
            max_concurrency: Connections, and so requests in flight, from 1 to 1000; further calls queue.
            max_response_bytes: The largest body that is accepted, decompressed; by default near what the largest
                page of the operation needs, from 1 to 8 MiB.
            rates: The requests a second that the account is allowed.
            limiter: Shares these rates with other processes, such as a `shared_rate.RedisRateLimiter`.
            http_transport: A transport of your own, of httpx or httpx2; it sends every request, and is closed with the
                client.
            proxy: The address of a proxy; by default that of the environment (`HTTPS_PROXY`, `NO_PROXY`).
            ssl_context: TLS settings, for private roots. One that does not verify the server is refused.
            hooks: Functions that are told of requests, answers and repetitions.
            clock: Where pauses and deadlines get their time from; for tests.
            messages_version: Which version of the API messages go by: "2.1", or "2.2", which says what a message costs
                as it is sent.

        Raises:
            ConfigurationError: If a key is missing, or an option cannot be used.
        """
        options_by_type: tuple[tuple[str, object, type], ...] = (
            ("access_key", access_key, str),
            ("secret_key", secret_key, str),
            ("base_url", base_url, str),
            ("rates", rates, Rates),
            ("proxy", proxy, str),
            ("ssl_context", ssl_context, ssl.SSLContext),
            ("hooks", hooks, Hooks),
        )
        for name, value, kind in options_by_type:
            refuse_other_type(name, value, kind)
        config = Config(
            credentials=Credentials(access_key, secret_key),
            base_url=(os.environ.get(BASE_URL_VARIABLE) or BASE_URL) if base_url is None else base_url,
            max_concurrency=max_concurrency,
            max_response_bytes=max_response_bytes,
            rates=rates or Rates(),
            messages_version=messages_version,
        )
        connections = open_connections(
            config.max_concurrency,
            config.base_url,
            http_transport=http_transport,
            proxy=proxy,
            ssl_context=ssl_context,
        )
        self._files = FileTransfer(
            http_transport=http_transport,
            proxy=proxy,
            ssl_context=ssl_context,
            timeout=timeout,
            allows_loopback=config.base_url.startswith("http:"),
        )
        options = Options(timeout, deadline, max_retries)
        transport = Transport(
            config, connections, clock=clock or SystemClock(), hooks=hooks or Hooks(), limiter=limiter
        )
        self._set_up(transport, options, config, owner=True)

    def _set_up(self, transport: Transport, options: Options, config: Config, *, owner: bool) -> None:
        self._transport = transport
        self._options = options
        self._config = config
        self._owner = owner

    # Each resource is imported when it is first used: most programs use one or two.

    @cached_property
    def numbers(self) -> "Numbers":
        """Phone numbers: search, purchase, and those on the account."""
        from flowroute_async.resources.numbers import Numbers  # noqa: PLC0415 - see above

        return Numbers(self)

    @cached_property
    def routes(self) -> "Routes":
        """Inbound voice routes."""
        from flowroute_async.resources.routes import Routes  # noqa: PLC0415 - see above

        return Routes(self)

    @cached_property
    def messages(self) -> "Messages":
        """SMS and MMS."""
        from flowroute_async.resources.messages import Messages  # noqa: PLC0415 - see above

        return Messages(self, version=self._config.messages_version)

    @cached_property
    def e911(self) -> "E911":
        """Emergency addresses."""
        from flowroute_async.resources.e911 import E911  # noqa: PLC0415 - see above

        return E911(self)

    @cached_property
    def cnam(self) -> "Cnam":
        """Caller ID names."""
        from flowroute_async.resources.cnam import Cnam  # noqa: PLC0415 - see above

        return Cnam(self)

    @cached_property
    def porting(self) -> "Porting":
        """Numbers of other carriers that are brought over."""
        from flowroute_async.resources.porting import Porting  # noqa: PLC0415 - see above

        return Porting(self, self._files)

    @cached_property
    def cdr_exports(self) -> "CdrExports":
        """Call detail records, exported to files."""
        from flowroute_async.resources.cdr_exports import CdrExports  # noqa: PLC0415 - see above

        return CdrExports(self, self._files)

    @cached_property
    def message_provisioning(self) -> "MessageProvisioning":
        """Which numbers can send and receive messages."""
        from flowroute_async.resources.message_provisioning import MessageProvisioning  # noqa: PLC0415 - see above

        return MessageProvisioning(self)

    @property
    def clock(self) -> Clock:
        """Where pauses, deadlines and points in time come from."""
        return self._transport.clock

    @property
    def max_concurrency(self) -> int:
        """The most requests in flight."""
        return self._config.max_concurrency

    @property
    def rates(self) -> Rates:
        """The requests a second that the account is allowed, by kind of call."""
        return self._config.rates

    @property
    def hooks(self) -> Hooks:
        """Functions that are told what happens."""
        return self._transport.hooks

    @property
    def account(self) -> str:
        """A digest of the access key: the journals of jobs belong to one account."""
        return self._config.credentials.account

    def with_options(
        self, *, timeout: float | None = None, deadline: float | None = None, max_retries: int | None = None
    ) -> "FlowrouteClient":
        """Return a client with other options that shares connections, throttle and credentials with this one.

        Closing it does nothing: the connections belong to the client that it was made from.

        Raises:
            ConfigurationError: If an option is out of its range.
        """
        options = self._options.updated(timeout, deadline, max_retries)
        copy = type(self).__new__(type(self))
        copy._files = self._files  # noqa: SLF001 - as below
        copy._set_up(self._transport, options, self._config, owner=False)  # noqa: SLF001 - it is our own kind
        return copy

    @contextmanager
    def options(
        self, *, timeout: float | None = None, deadline: float | None = None, max_retries: int | None = None
    ) -> Generator[None]:
        """Use other options for the calls of this client that are made within, by this task and those that it starts.

        Example:
            >>> with client.options(deadline=5, max_retries=0):
            ...     number = await client.numbers.get("12065550100")

        Raises:
            ConfigurationError: If an option is out of its range.
        """
        within = _options_within.get()
        options = within.get(self, self._options).updated(timeout, deadline, max_retries)
        token = _options_within.set({**within, self: options})
        try:
            yield
        finally:
            _options_within.reset(token)

    async def send(self, operation: Operation[T], /) -> T:
        """Send a call and give its decoded answer.

        Raises:
            CallError: If it fails; `flowroute_async.errors` shows the tree.
        """
        raw = await self._transport.send(operation, _options_within.get().get(self, self._options))
        try:
            if len(raw.content) < LARGE:
                return decoded(raw)
            return await decoded_in_thread(raw)
        except InvalidResponseError:
            await self._transport.renew_connections()  # it may be the answer to something else
            raise

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        """Send a call and give its answer as it came: status, headers, body, elapsed time and attempts.

        Raises:
            CallError: If it fails, or is answered with a status that is no success.
        """
        return await self._transport.send(operation, _options_within.get().get(self, self._options))

    async def aclose(self) -> None:
        """Close the connections. Later calls raise `NotSentError`."""
        if self._owner:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()

    if not TYPE_CHECKING:  # a type checker knows that there is none

        def __enter__(self) -> None:
            """Say what a beginner has forgotten."""
            raise TypeError("a client is opened by `async with`, not by `with`")

        def __exit__(self, *_: object) -> None:
            """Do nothing: it was not entered."""

    def __repr__(self) -> str:
        """Show the address, and nothing of the keys."""
        config: Config | None = getattr(self, "_config", None)  # none where it could not be built: tracebacks show it
        return "FlowrouteClient()" if config is None else f"FlowrouteClient(base_url={config.base_url!r})"

    def __reduce__(self) -> str:
        """Refuse to be pickled: connections and credentials stay where they are."""
        raise TypeError("a client is not pickled; build it anew where it is needed")

"""How far a request came, by the HTTP library's trace of it: the only evidence that it was not sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, cast

import httpx
from anyio.lowlevel import checkpoint_if_cancelled

from flowroute_async.leftovers import ReceiveBuffers

if TYPE_CHECKING:
    import httpcore


class UnaskedDataError(Exception):
    """The server spoke, or hung up, before the request was written; nothing of the request was sent."""


class SentAgainError(Exception):
    """The transport was about to send again what must not be sent twice."""


class SendTrace:
    """What the HTTP library says of one request while it connects and sends."""

    def __init__(self, *, once: bool, before_sending: Callable[[], Awaitable[None]] | None) -> None:
        self.refusal: BaseException | None = None
        """What `before_sending` raised, or None; nothing is sent then."""
        self.opened: httpcore.AsyncNetworkStream | None = None
        self.is_evidence: bool
        """Whether it shows all that happens to the request; with a transport of the user's own it may not."""
        self._once = once
        self._before_sending = before_sending
        self._is_connecting = False
        self._is_sending = False
        self._failure: BaseException | None = None

    async def note(self, event: str, info: Mapping[str, object]) -> None:
        """Handle one event of httpcore's trace extension."""
        stage, _, moment = event.rpartition(".")
        if stage.endswith(("connect_tcp", "connect_unix_socket")) and moment == "started":
            self._is_connecting = True
        elif stage.endswith(("connect_tcp", "start_tls")) and moment == "complete":
            self.opened = cast("httpcore.AsyncNetworkStream", info["return_value"])
        elif stage.endswith("send_request_headers") and moment == "started":
            # To a proxy, CONNECT goes first, and does nothing.
            if cast("httpcore.Request", info["request"]).method != b"CONNECT":
                # A transport that retries would; HTTP/2 does on the word of a server that goes away.
                if self._is_sending and self._once:
                    raise SentAgainError
                await self.announce()
                if self.is_evidence and stage.startswith("http11."):
                    self._check_silence()
                self._is_sending = True
        elif moment == "failed" and not self._is_sending:
            self._failure = cast("BaseException", info["exception"])

    async def announce(self) -> None:
        """Await what is to be done before the first byte leaves, once."""
        before, self._before_sending = self._before_sending, None
        if before is None:
            return
        try:
            await before()
            await checkpoint_if_cancelled()
        except BaseException as error:
            self.refusal = error
            raise

    def _check_silence(self) -> None:
        """Refuse a connection on which an answer has come before its request, or the end."""
        if self.opened is not None and not ReceiveBuffers(self.opened).are_empty_before_use():
            self._failure = UnaskedDataError()
            raise self._failure

    def shows_not_sent(self, error: BaseException) -> bool:
        """Whether the request was to be sent, and what ended it was a failure before its first byte."""
        if not self.is_evidence or not self._is_connecting or self._is_sending:
            return False
        # What came out is the failure that was traced, bare or as httpx translates it, and not of something sent since;
        # a proxy's refusal is not traced, and is nobody else's.
        return isinstance(error, httpx.ProxyError) or self._failure in (error, error.__cause__)

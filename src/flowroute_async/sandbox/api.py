"""The API as an ASGI application: from a request to its answer, by way of faults, keys and rate limits."""

import hmac
from base64 import b64encode
from collections import OrderedDict
from dataclasses import replace
from threading import RLock
from time import perf_counter

import anyio
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.announcement import KEY
from flowroute_async.sandbox.bodies import read_query
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.connection import drop, send_reply, send_truncated
from flowroute_async.sandbox.endpoints import Match, find
from flowroute_async.sandbox.errors import ApiError, method_not_allowed, unauthorized, unknown_path
from flowroute_async.sandbox.faults import Faults
from flowroute_async.sandbox.progress import settle
from flowroute_async.sandbox.request_log import RequestLog, RequestRecord
from flowroute_async.sandbox.storage import refusal

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
INFERRED = "flowroute-sandbox-inferred"
"""The header that says, on request, what of an answer rests on inference."""

_HEAD = "that a request for the head alone is answered"
UNKNOWN_OPERATION = "unknown"
_CACHED_PAGES = 1024
# Their answers depend on the query and on which numbers are owned, and on nothing else that changes without notice.
_CACHEABLE = frozenset({"search_available_numbers", "list_available_area_codes", "list_available_exchanges"})


class Api:
    """The vendor's API.

    Args:
        account: What it works on.
        lock: Held while the account is read or changed.
        access_key: The user name that requests must show.
        secret_key: The password that requests must show.
        base_url: Scheme and host of links; by default those of the request.
    """

    def __init__(
        self, account: Account, lock: RLock, *, access_key: str, secret_key: str, base_url: str | None = None
    ) -> None:
        self.faults: Faults = Faults()
        self.log: RequestLog = RequestLog()
        self._account = account
        self._lock = lock
        self.has_default_keys: bool = access_key == secret_key == KEY
        self._credentials = b64encode(f"{access_key}:{secret_key}".encode()).decode()
        self._base_url = base_url and base_url.rstrip("/")
        self._pages: OrderedDict[tuple[str, str, bytes], Reply] = OrderedDict()
        self._pages_version: object = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = perf_counter()
        headers = Headers(scope=scope)
        body = await _read(receive)
        path: str = scope["path"]
        match = find(scope["method"], path.rstrip("/"))
        operation = UNKNOWN_OPERATION if match.endpoint is None else match.endpoint.operation
        with self._lock:
            came = self._account.clock.now().timestamp()
            fault = self.faults.claim(operation)
            delay = self._account.options.latency + (0.0 if fault is None else fault.delay)
            resets, clearings = self._account.resets, self.log.clearings
        if delay:
            await anyio.sleep(delay)
        reply = None
        with self._lock:
            is_of_this_account = resets == self._account.resets
            if is_of_this_account and (fault is None or not fault.prevents_effect):
                reply = self._perform(scope, headers, match, body)
        if not is_of_this_account:
            await drop(scope, receive)
            return
        if fault is not None:
            reply = fault.answer(reply)
        if reply is not None and scope["method"] == "HEAD" and not reply.inferred:
            reply = replace(reply, inferred=_HEAD)
        if reply is not None and reply.inferred and self._account.options.strict:
            reply = replace(reply, headers={**reply.headers, INFERRED: reply.inferred})
        record = RequestRecord(
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            operation=operation,
            status=None if reply is None else reply.status,
            duration=perf_counter() - started,
            headers={name: value for name, value in headers.items() if name not in _SECRET_HEADERS},
            body=body.decode(errors="replace"),
            at=came,
            inferred="" if reply is None else reply.inferred,
        )
        with self._lock:
            if clearings == self.log.clearings:
                self.log.add(record, reply)
        if reply is None:
            await drop(scope, receive)
        elif fault is not None and fault.truncate:
            await send_truncated(scope, receive, send, reply)
        else:
            await send_reply(send, reply, has_body=scope["method"] != "HEAD")

    def _perform(self, scope: Scope, headers: Headers, match: Match, body: bytes) -> Reply:
        with self._lock:
            try:
                settle(self._account)
                if match.endpoint is None or not match.endpoint.is_stored:
                    self._check_credentials(headers)
                    self._account.rate_limits.spend("any", self._account.options.rate, self._account.clock.now())
                # inferred: that keys and rate are checked first.
                if match.endpoint is None:
                    raise method_not_allowed(", ".join(match.allowed)) if match.allowed else unknown_path()
                base_url = self._base_url or f"{scope['scheme']}://{headers.get('host', 'localhost')}"
                key = (base_url, scope["path"], scope["query_string"])
                cached = self._cached(key)
                if cached is not None:
                    return cached
                call = Call(
                    operation=match.endpoint.operation,
                    base_url=base_url,
                    path=scope["path"].rstrip("/"),
                    ids=match.ids,
                    query=read_query(scope["query_string"]),
                    content_type=headers.get("content-type", ""),
                    content=body,
                )
                if match.endpoint.is_stored:
                    refused = refusal(
                        self._account, call, match.endpoint.method, authorization="authorization" in headers
                    )
                    if refused is not None:
                        return refused
                reply = match.endpoint.handler(self._account, call)
                if match.endpoint.inferred and not reply.inferred:
                    reply = replace(reply, inferred=match.endpoint.inferred)
                if call.operation in _CACHEABLE:
                    self._keep(key, reply)
            except ApiError as error:
                return Reply.of_error(error)
            finally:
                # Committed before anything is answered: what was answered survives a kill.
                self._account.state_file.commit()
            return reply

    def _check_credentials(self, headers: Headers) -> None:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or not hmac.compare_digest(given.strip().encode(), self._credentials.encode()):
            raise unauthorized()

    def _cached(self, key: tuple[str, str, bytes]) -> Reply | None:
        options = self._account.options
        version = (self._account.for_sale.version, options.max_page, options.shape)
        if version != self._pages_version:
            self._pages.clear()
            self._pages_version = version
        return self._pages.get(key)

    def _keep(self, key: tuple[str, str, bytes], reply: Reply) -> None:
        self._pages[key] = reply
        if len(self._pages) > _CACHED_PAGES:
            self._pages.popitem(last=False)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)

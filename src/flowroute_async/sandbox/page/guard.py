"""Keeps the page to browsers on this machine, and to itself: who may ask, and what an answer may load."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowroute_async.sandbox.webhooks import is_loopback

IMAGE_HOSTS: Final = ("127.0.0.1", "localhost")
"""Hosts whose pictures the page shows; a policy cannot name `[::1]`."""

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: " + " ".join(f"http://{host}:*" for host in IMAGE_HOSTS),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Not "no-referrer": under it, browsers send forms with the origin "null".
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class Guard:
    """ASGI middleware: refuses other machines, other host names and other sites, and sets the page's policy.

    Args:
        app: What it guards.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = _refusal(scope)
        answer = self._app if refusal is None else PlainTextResponse(f"{refusal}\n", 403)
        await answer(scope, receive, send_with_policy)


def _refusal(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    client: tuple[str, int] | None = scope.get("client")
    if client is not None and not is_loopback(client[0]):
        return "The sandbox's page answers this machine only."
    host = headers.get("host", "")
    # A foreign name that was made to point at this machine arrives here with its own Host.
    if not is_loopback(_hostname(host)):
        return "The sandbox's page answers to localhost, 127.0.0.1 and [::1] only."
    if scope["method"] not in _SAFE_METHODS:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        # Every browser says at least one of them with a form, and no page can forge them.
        is_own = site in {None, "same-origin"} and origin in {None, f"{scope['scheme']}://{host}"}
        if not is_own or (origin is None and site is None):
            return "The sandbox's page takes its own forms only."
    return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None

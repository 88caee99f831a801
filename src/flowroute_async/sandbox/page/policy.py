"""What a page may load and who may frame it; and that it takes forms of browsers only."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowroute_async.sandbox.guard import SAFE_METHODS

IMAGE_HOSTS = ("127.0.0.1", "localhost")
"""Hosts whose pictures the page shows; a policy cannot name `[::1]`."""

_POLICY = "; ".join(
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
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Not "no-referrer": under it, browsers send forms with the origin "null".
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
}


class Policy:
    """ASGI middleware: sets the page's policy, and refuses forms that no browser sent.

    Args:
        app: What it protects.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        # Every browser says at least one of them with a form, and no page can forge them.
        is_form_of_browser = "origin" in headers or "sec-fetch-site" in headers
        is_taken = scope["method"] in SAFE_METHODS or is_form_of_browser
        answer = self._app if is_taken else PlainTextResponse("The sandbox's page takes its own forms only.\n", 403)
        await answer(scope, receive, send_with_policy)

"""Keeps the page and the controls to this machine and to their own pages: who may ask."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

ROOT = "/_sandbox"
"""Where the page is, and below it the control interface."""

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def refusal(scope: Scope) -> str | None:
    """Say why a request is refused, or None where it is not.

    Programs and browsers of this machine may ask; a browser only by a name of this machine, and only from the
    sandbox's own pages.

    Args:
        scope: The request's ASGI scope.
    """
    client: tuple[str, int] | None = scope.get("client")
    if client is not None and not is_loopback(client[0]):
        return "The sandbox answers this machine only."
    headers = Headers(scope=scope)
    host, origin, site = (headers.get(name) for name in ("host", "origin", "sec-fetch-site"))
    is_browser = origin is not None or site is not None
    name = _hostname(host or "")
    # A foreign name that was made to point at this machine arrives here with its own Host, and when it only reads,
    # perhaps without any header that tells a browser. In process there are no browsers, and the server has any name.
    if not is_loopback(name) and (is_browser or name is None or name != _server_name(scope)):
        return "The sandbox answers to localhost, 127.0.0.1 and [::1] only."
    is_foreign = origin is not None and origin != f"{scope['scheme']}://{host}"
    # Following a link from elsewhere, or typing the address, only reads.
    if is_foreign or (scope["method"] not in SAFE_METHODS and site not in {None, "same-origin"}):
        return "The sandbox answers its own pages only."
    return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _server_name(scope: Scope) -> str | None:
    # Behind a socket it is the socket's address, which is no name.
    server: tuple[str, int | None] | None = scope.get("server")
    return None if server is None else server[0]

"""Decides who may ask: programs, and of browsers' pages only the sandbox's own."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

ROOT = "/_sandbox"
"""Where the page is, and below it the control interface."""

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

_HOST = re.compile(r"(\[(?P<address>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(:[0-9]{1,5})?")
_NAMES = "localhost, 127.0.0.1 and [::1]"


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host or "")
    except ValueError:
        return False
    # Newer Pythons count an IPv4 address within an IPv6 address as well; no program that runs here says that.
    return address.is_loopback and not (isinstance(address, IPv6Address) and address.ipv4_mapped)


def host_names(argument: str, hosts: Iterable[str]) -> frozenset[str]:
    """Read the names of hosts.

    Args:
        argument: What to call them in an error.
        hosts: Names or addresses, without scheme and port.

    Raises:
        ValueError: If one of them is none.
    """
    names: set[str] = set()
    for host in [hosts] if isinstance(hosts, str) else hosts:
        bracketed = f"[{host}]" if host.count(":") > 1 else host
        if not host or _hostname(bracketed) != host.lower():
            raise ValueError(f"{argument}: {host!r} is not the name of a host; leave scheme, port and path out")
        names.add(host.lower())
    return frozenset(names)


def is_own_path(path: str) -> bool:
    """Return whether a path is the page's or the control interface's, not the API's."""
    return f"{path}/".startswith(f"{ROOT}/")


class Guard:
    """Refuses requests that a foreign page may have made a browser send, and other machines at page and controls.

    A browser says with a request which page sent it: `Origin`, `Sec-Fetch-Site`, `Referer`. Programs send none of
    these. A foreign name that was made to point at this machine (DNS rebinding) shows in `Host`.

    Args:
        allowed_hosts: Names by which the sandbox may be asked besides those of this machine, as by other containers.
            Whoever uses one of them may use page and control interface too.

    Raises:
        ValueError: If a name is none.
    """

    def __init__(self, allowed_hosts: Iterable[str] = ()) -> None:
        self._allowed = host_names("allowed_hosts", allowed_hosts)

    def refusal(self, scope: Scope) -> str | None:
        """Return why a request is refused, or None where it is not.

        Args:
            scope: The request's ASGI scope.
        """
        headers = Headers(scope=scope)
        # A program of HTTP/1.0 may name no host; every browser does.
        host = headers.get("host", "" if _is_of_browser(headers) else _server_host(scope))
        name = _name_of(host)
        is_allowed = name in self._allowed
        client: tuple[str, int] | None = scope.get("client")
        is_own = is_own_path(scope["path"])
        if is_own and client is not None and not is_loopback(client[0]) and not is_allowed:
            return f"The sandbox's page and controls answer this machine only, or by an --allowed-host{_shown(name)}."
        # In process there are no browsers and the server has any name; behind a socket its name is an address.
        is_server = name is not None and name == _server_name(scope) and not _is_of_browser(headers)
        if not (is_loopback(name) or is_allowed or is_server):
            return f"The sandbox answers to {_NAMES} only, or to an --allowed-host{_shown(name)}."
        if _is_foreign(headers, f"{scope['scheme']}://{host}") and not _follows_link(scope, headers):
            return "The sandbox answers programs and its own page, and no other page of a browser."
        # What a browser sends without a page (a typed address, a bookmark) only reads.
        if headers.get("sec-fetch-site") == "none" and scope["method"] not in SAFE_METHODS:
            return "The sandbox answers programs and its own page only."
        return None


def _is_of_browser(headers: Headers) -> bool:
    return any(name in headers for name in ("origin", "sec-fetch-site", "referer"))


def _is_foreign(headers: Headers, own: str) -> bool:
    # Of each that is there several times, every one counts.
    return (
        any(site not in {"same-origin", "none"} for site in headers.getlist("sec-fetch-site"))
        or any(origin != own for origin in headers.getlist("origin"))
        or any(not f"{referer}/".startswith(f"{own}/") for referer in headers.getlist("referer"))
    )


def _follows_link(scope: Scope, headers: Headers) -> bool:
    """Return whether a request is that of a reader who follows a link to the page, which only reads."""
    path: str = scope["path"]
    is_page = path == "/" or (is_own_path(path) and not path.startswith(f"{ROOT}/api/"))
    is_navigation = headers.get("sec-fetch-mode", "navigate") == "navigate" and "origin" not in headers
    return scope["method"] in SAFE_METHODS and is_page and is_navigation


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _name_of(host: str) -> str | None:
    """Return the name in a Host header, or None where it has anything but a name and a port."""
    found = _HOST.fullmatch(host)
    return found and (found["address"] or found["name"]).lower()


def _server_name(scope: Scope) -> str | None:
    server: tuple[str, int | None] | None = scope.get("server")
    return None if server is None else server[0]


def _server_host(scope: Scope) -> str:
    name = _server_name(scope) or ""
    return f"[{name}]" if ":" in name else name


def _shown(name: str | None) -> str:
    # What is repeated goes into an answer's text: a plain name, no more.
    is_plain = name is not None and name.isascii() and name.replace("-", "").replace(".", "").replace("_", "").isalnum()
    return f" (here: {name})" if is_plain else ""

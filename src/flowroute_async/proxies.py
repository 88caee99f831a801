"""Which proxy leads to an address: the one that is named, or that of the environment; and why it refused a tunnel."""

import importlib.util
import re
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from flowroute_async.errors import ConfigurationError

_LAST_PORT = 65535
_STATUS = re.compile(r"([1-5][0-9]{2})(?: |$)", re.ASCII)
# tinyproxy answers a wrong password with 401.
_WANTS_CREDENTIALS = frozenset({401, 407})
_REFUSED = range(400, 500)
# Of these, another try may be better served: the proxy was slow, or busy.
_PASSING = frozenset({408, 425, 429})


def proxy_for(base_url: str, proxy: str | None) -> httpx.Proxy | None:
    """Return the proxy to an address: the one that is named, or that of the environment.

    Raises:
        ConfigurationError: If its address cannot be used.
    """
    parts = urlsplit(base_url)
    if proxy is None:
        # Plain http is for loopback only: it must not leave the machine by way of a proxy, keys and all.
        if parts.scheme == "http" or proxy_bypass(parts.netloc):
            return None
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all")
        if proxy is None:
            return None
        proxy = proxy if "://" in proxy else f"http://{proxy}"
    if proxy.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ConfigurationError("a socks proxy needs the package socksio: pip install httpx[socks]")
    through: httpx.Proxy | None = None
    with suppress(ValueError, httpx.InvalidURL):
        through = httpx.Proxy(proxy)
    if through is None or not through.url.host or not 0 < (through.url.port or 1) <= _LAST_PORT:
        # Neither the address nor the library's text: a proxy's address often holds a password.
        raise ConfigurationError("proxy must be an http://, https:// or socks5:// address")
    return through


def tunnel_refusal(error: httpx.ProxyError) -> tuple[str, bool]:
    """Return why a proxy did not open a tunnel, in words, and whether it will refuse the next one, too."""
    found = _STATUS.match(str(error))  # what else the proxy says may be anything
    if found is None:
        return "the proxy did not lead to the server (ProxyError)", False
    status = int(found[1])
    reason = f"the proxy refused the connection (HTTP {status})"
    if status in _WANTS_CREDENTIALS:
        reason = f"{reason}: it asks for a user name and a password, or does not accept those of its address"
    return reason, status in _REFUSED and status not in _PASSING

"""Proxies that clients are told to use: Squid and tinyproxy, which tunnel, and mitmproxy, which reads along."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proxies.real_proxies import free_port, started

USER, PASSWORD = "clerk", "s3cret-of-the-proxy"
FORWARD = ("squid", "tinyproxy", "mitmproxy")
ROOT = Path(__file__).parents[1] / "fixtures/tls/root.pem"
MITMDUMP = Path(__file__).parents[2] / "build/proxies/python/bin/mitmdump"

_SQUID = """http_port 127.0.0.1:{port}
pid_filename none
cache deny all
access_log none
cache_log {folder}/cache.log
coredump_dir {folder}
shutdown_lifetime 0 seconds
connect_timeout 2 seconds
"""
_SQUID_OPEN = "http_access allow all\n"
_SQUID_ASKS = """auth_param basic program {folder}/check
auth_param basic realm proxy
acl known proxy_auth REQUIRED
http_access allow known
"""
_SQUID_CHECK = """#!/bin/sh
while read -r said; do
  if [ "$said" = "{user} {password}" ]; then echo OK; else echo ERR; fi
done
"""
_TINYPROXY = """Port {port}
Listen 127.0.0.1
LogLevel Warning
LogFile "{folder}/tinyproxy.log"
"""


@dataclass(frozen=True)
class Forward:
    """A proxy that runs."""

    port: int
    process: "subprocess.Popen[bytes]"
    trusted: ssl.SSLContext
    """What a client trusts behind it."""


@contextmanager
def forward_proxy(name: str, *, asks: bool = False) -> Iterator[Forward]:
    """Run a proxy until the end of the block; with `asks`, it wants a user name and a password."""
    with TemporaryDirectory(prefix=name) as place:
        folder, port = Path(place), free_port()
        folder.chmod(0o777)  # some become a user of their own
        command = {"squid": _squid, "tinyproxy": _tinyproxy, "mitmproxy": _mitmproxy}[name](folder, port, asks=asks)
        with started(command, folder, port) as process:
            reads_along = folder / "mitmproxy-ca-cert.pem"
            root = reads_along if reads_along.exists() else ROOT
            yield Forward(port, process, ssl.create_default_context(cafile=str(root)))


def _squid(folder: Path, port: int, *, asks: bool) -> list[str]:
    check, settings = folder / "check", folder / "squid.conf"
    check.write_text(_SQUID_CHECK.format(user=USER, password=PASSWORD), encoding="utf-8")
    check.chmod(0o755)
    settings.write_text(
        (_SQUID + (_SQUID_ASKS if asks else _SQUID_OPEN)).format(folder=folder, port=port), encoding="utf-8"
    )
    return ["squid", "-N", "-f", str(settings)]


def _tinyproxy(folder: Path, port: int, *, asks: bool) -> list[str]:
    settings = folder / "tinyproxy.conf"
    text = _TINYPROXY.format(folder=folder, port=port) + (f"BasicAuth {USER} {PASSWORD}\n" if asks else "")
    settings.write_text(text, encoding="utf-8")
    return ["tinyproxy", "-d", "-c", str(settings)]


def _mitmproxy(folder: Path, port: int, *, asks: bool) -> list[str]:
    options = [f"confdir={folder}", f"ssl_verify_upstream_trusted_ca={ROOT}"]
    options += [f"proxyauth={USER}:{PASSWORD}"] if asks else []
    sets = [part for option in options for part in ("--set", option)]
    return [str(MITMDUMP), "--quiet", "--listen-host", "127.0.0.1", "--listen-port", str(port), *sets]

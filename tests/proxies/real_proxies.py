"""Varnish, nginx and HAProxy as the distribution has them, each in front of one backend."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_VARNISH = """vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{backend}"; .first_byte_timeout = 1s; .between_bytes_timeout = 1s; }}
"""
_NGINX = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream flowroute {{ server 127.0.0.1:{backend}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://flowroute; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 1s;
    }}
  }}
}}
"""
_HAPROXY = """defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 1s
listen flowroute
  bind 127.0.0.1:{port}
  server one 127.0.0.1:{backend}
"""


def _varnish(folder: Path, port: int, backend: int) -> list[str]:
    (folder / "default.vcl").write_text(_VARNISH.format(backend=backend), encoding="utf-8")
    listening = ["-a", f"127.0.0.1:{port}", "-f", str(folder / "default.vcl"), "-s", "malloc,8m"]
    # Else it refuses for some time to connect to a backend that it just failed to reach, and retries here do not wait.
    patient = ["-p", "backend_local_error_holddown=0", "-p", "backend_remote_error_holddown=0"]
    return ["varnishd", "-F", "-j", "none", *patient, "-n", str(folder / "varnish"), *listening]


def _nginx(folder: Path, port: int, backend: int) -> list[str]:
    text = _NGINX.format(folder=folder, port=port, backend=backend)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def _haproxy(folder: Path, port: int, backend: int) -> list[str]:
    (folder / "haproxy.cfg").write_text(_HAPROXY.format(port=port, backend=backend), encoding="utf-8")
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


PROXIES: dict[str, Callable[[Path, int, int], list[str]]] = {
    "varnish": _varnish,
    "nginx": _nginx,
    "haproxy": _haproxy,
}


@contextmanager
def proxy(name: str, folder: Path, backend: int) -> Iterator[int]:
    """Run a proxy until the end of the block; its port."""
    port = free_port()
    with started(PROXIES[name](folder, port, backend), folder, port):
        yield port


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def started(command: list[str], folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a proxy until the end of the block, from when it accepts connections."""
    program = shutil.which(command[0])
    if program is None:
        raise RuntimeError(f"{command[0]} is not installed: say make test-proxies, which installs it")
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, *command[1:]], stdout=output, stderr=output)
        try:
            _wait_until_it_accepts(port, process, log)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_it_accepts(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))

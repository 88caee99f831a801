"""A server behind the proxies: it acts, and then fails in the way that the first part of the path names."""

import socket
import socketserver
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.faults.fault_calls import CALLS

_BY_PATH = {(call.operation.method, call.operation.path): call for call in CALLS}

Answering = Callable[[socket.socket, int, bytes], None]


class Backend(socketserver.ThreadingTCPServer):
    """Counts what it carried out, by case and operation; a case begins with the failure's name."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._tls = tls
        self.port: int = self.server_address[1]
        self.effects: Counter[tuple[str, str]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.lock = threading.Lock()

    def finish_request(self, request: "socket.socket | tuple[bytes, socket.socket]", client_address: object) -> None:
        """Serve one connection, in a thread of its own."""
        assert isinstance(request, socket.socket)
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with suppress(OSError), self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)


class _Handler(socketserver.StreamRequestHandler):
    # One request to a connection: Varnish repeats by itself what breaks on one that it kept.
    def handle(self) -> None:
        backend = self.server
        assert isinstance(backend, Backend)
        with suppress(OSError):
            lines = [line.decode("latin-1") for line in iter(self.rfile.readline, b"\r\n") if line]
            method, target, _ = lines[0].split(" ")
            headers = dict(line.strip().lower().split(": ", 1) for line in lines[1:])
            self.rfile.read(int(headers.get("content-length", 0)))
            case, _, path = target.removeprefix("/").partition("/")
            failure = case.partition("~")[0]
            call = _BY_PATH[method, f"/{path.partition('?')[0]}"]
            key = (case, call.operation.name)
            with backend.lock:
                backend.asked[key] += 1
                backend.effects[key] += 1
                if backend.asked[key] > 1 and call.operation.repeatable:
                    failure = "none"  # a read fails once
            FAILURES[failure](self.connection, call.status, call.body)


def _whole(status: int, body: bytes, extra: str = "Connection: close\r\n") -> bytes:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


def _none(sock: socket.socket, status: int, body: bytes) -> None:
    sock.sendall(_whole(status, body))


def _hang_up(sock: socket.socket, status: int, body: bytes) -> None:
    del sock, status, body


def _reset(sock: socket.socket, status: int, body: bytes) -> None:
    del status, body
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _half_a_head(sock: socket.socket, status: int, body: bytes) -> None:
    sock.sendall(_whole(status, body)[:25])


def _half_a_body(sock: socket.socket, status: int, body: bytes) -> None:
    whole = _whole(status, body)
    sock.sendall(whole[: len(whole) - len(body) // 2])


def _garbage(sock: socket.socket, status: int, body: bytes) -> None:
    del status, body
    sock.sendall(b"this is no HTTP\r\n\r\n")


def _stall(sock: socket.socket, status: int, body: bytes) -> None:
    del status, body
    sock.recv(1)  # until the proxy has had enough


def _two_answers(sock: socket.socket, status: int, body: bytes) -> None:
    # A proxy that kept this connection would give the second answer to somebody else, and no client could tell.
    sock.sendall(_whole(status, body) + _whole(404, b"{}"))


def _says(status: int, extra: str = "") -> Answering:
    def answer(sock: socket.socket, _status: int, _body: bytes) -> None:
        sock.sendall(_whole(status, b'{"errors": []}', f"Connection: close\r\n{extra}"))

    return answer


FAILURES: dict[str, Answering] = {
    "none": _none,
    "hang-up": _hang_up,
    "reset": _reset,
    "half-a-head": _half_a_head,
    "half-a-body": _half_a_body,
    "garbage": _garbage,
    "stall": _stall,
    "two-answers": _two_answers,
    "500": _says(500),
    "502": _says(502),
    "503": _says(503),
    "503-later": _says(503, "Retry-After: 1\r\n"),
    "408": _says(408),
}


@contextmanager
def backend(tls: ssl.SSLContext | None = None) -> Iterator[Backend]:
    """Run a backend in threads of its own, so that it serves clients on any event loop."""
    with Backend(tls) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.shutdown()
            thread.join(10)

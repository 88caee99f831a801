"""Tiny servers on loopback: an API over TLS with a root of its own, and a proxy that notes what passes through it."""

import select
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.patience import HANGS_AFTER

TLS_FILES = Path(__file__).parents[1] / "fixtures/tls"
_ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"data": []}'


def trusting_the_test_root() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(TLS_FILES / "root.pem"))


@contextmanager
def tls_api() -> Iterator[int]:
    """Serve an empty list over TLS; yield the port. Connections that are still open at the end are ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS_FILES / "server.pem")

    opened: list[ssl.SSLSocket] = []

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            opened.append(secured)
            while _head(secured):
                secured.sendall(_ANSWER)

    with _listening(serve) as port:
        yield port
        for secured in opened:
            with suppress(OSError):  # it has ended
                secured.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(noted: list[str], *, refuses: bool = False) -> Iterator[int]:
    """Run a proxy that notes the first line and the credentials of each request; give the port."""

    def serve(connection: socket.socket) -> None:
        head = _head(connection)
        if not head:
            return
        first, *headers = head.decode("latin-1").split("\r\n")
        noted.append(first)
        noted.extend(line for line in headers if line.lower().startswith("proxy-authorization"))
        if refuses:
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            return
        host, _, port = first.split(" ")[1].rpartition(":")
        with socket.create_connection((host, int(port)), timeout=HANGS_AFTER) as upstream:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            _pump(connection, upstream)

    with _listening(serve) as port:
        yield port


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Accept connections on a free port of 127.0.0.1, each served in a thread."""
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def handle(connection: socket.socket) -> None:
            with connection:
                connection.settimeout(10)
                try:
                    serve(connection)
                except OSError:  # the client hung up, or did not like the certificate
                    return

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                thread = threading.Thread(target=handle, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            acceptor.join(10)
            for thread in threads:
                thread.join(10)


def _head(connection: socket.socket) -> bytes:
    """Read to the end of a request's head; empty where the connection ends."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    while True:
        readable, _, _ = select.select([one, other], [], [], 10)
        if not readable:
            return
        for source, target in ((one, other), (other, one)):
            if source in readable:
                data = source.recv(65536)
                if not data:
                    return
                target.sendall(data)


@contextmanager
def answering(answer: Callable[[bytes], Iterable[bytes]]) -> Iterator[int]:
    """Answer each request, of one to a connection, with the pieces that a function makes of its head; give the port."""

    def serve(connection: socket.socket) -> None:
        if asked := _head(connection):
            pieces = iter(answer(asked))
            try:
                for piece in pieces:
                    connection.sendall(piece)
            finally:
                if isinstance(pieces, Generator):
                    pieces.close()

    with _listening(serve) as port:
        yield port

"""Whether anything is left on a connection that no request has asked for, at whatever layer it waits.

A server or proxy that writes two answers to one request leaves the second one to be read as the answer to the next.
httpcore keeps such a connection, and no layer below offers to tell, so this module looks into their objects. Where it
does not find what it knows, it says that something is left: the connection is then closed, which is slow and safe.
"""

import select
import sys
from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import Sized
    from socket import socket
    from ssl import MemoryBIO, SSLObject

    import httpcore
    from h11 import Connection


class ReceiveBuffers:
    """Where bytes of one connection wait until they are read: the socket, the event loop, and TLS."""

    def __init__(self, stream: "httpcore.AsyncNetworkStream") -> None:
        """Find the buffers of a connection, which stay the same as long as it lives."""
        self.socket: socket | None = cast("socket | None", stream.get_extra_info("socket"))
        """Its socket, in the event loop's own wrapping."""
        self._ssl_object = cast("SSLObject | None", stream.get_extra_info("ssl_object"))
        self._encrypted: list[MemoryBIO | None] = []
        inner: object = getattr(stream, "_stream", None)
        while hasattr(inner, "transport_stream"):
            # Between socket and TLS: `_read_bio` is anyio's name, `_incoming` trio's.
            buffer: object = getattr(inner, "_read_bio", None) or getattr(inner, "_incoming", None)
            self._encrypted.append(cast("MemoryBIO | None", buffer))
            inner = cast("object", inner.transport_stream)
        queue: object = getattr(getattr(inner, "_protocol", None), "read_queue", None)
        # trio reads from the socket itself
        self._queue = cast("Sized | None", () if hasattr(inner, "socket") else queue)

    def are_empty(self) -> bool:
        """Whether nothing waits to be read, not even the end of the connection, as far as it has arrived."""
        if self._queue is None or len(self._queue) or None in self._encrypted or _is_readable(self.socket):
            return False
        if self._ssl_object is not None and self._ssl_object.pending():
            return False
        return not any(cast("MemoryBIO", buffer).pending for buffer in self._encrypted)

    def are_empty_before_use(self) -> bool:
        """Whether the server has neither spoken nor hung up on a new connection before any request was written.

        Over TLS this cannot be told from its session tickets, and counts as true.
        """
        return self._ssl_object is not None or self.are_empty()


def connection_of(response: httpx.Response) -> "httpcore.AsyncConnectionInterface | None":
    """Return httpcore's HTTP/1.1 connection that an answer came on.

    None for HTTP/2, whose streams cannot be mixed up, for mocks and for other libraries.
    """
    inner: object = response.stream
    for attribute in ("_httpcore_stream", "_stream", "_connection"):
        inner = getattr(inner, attribute, None)
    return cast("httpcore.AsyncConnectionInterface", inner) if hasattr(inner, "_h11_state") else None


def has_surplus(connection: "httpcore.AsyncConnectionInterface") -> bool:
    """Whether more than an answer was read from a connection, once the answer's body is read to its end."""
    data, _ = cast("Connection", getattr(connection, "_h11_state", None)).trailing_data
    return bool(data)


def _is_readable(sock: "socket | None") -> bool:
    if sock is None or sock.fileno() < 0:
        return True
    if sys.platform == "win32":
        return bool(select.select([sock.fileno()], [], [], 0)[0])
    poller = select.poll()
    poller.register(sock.fileno(), select.POLLIN)
    return bool(poller.poll(0))

"""A second answer in a TLS record of its own, which waits between the socket and TLS, is given to no other request."""

import json
import socket
import ssl

import pytest

from flowroute_async import FlowrouteClient
from tests.facade.loopback_servers import TLS_FILES, _listening, trusting_the_test_root
from tests.faults.fault_calls import BY_NAME, NUMBER

pytestmark = pytest.mark.anyio

OTHERS = (NUMBER, "12065550100", "12065550101")


def _answer(number: str) -> bytes:
    document = json.loads(BY_NAME["get_number"].body)
    document["data"]["id"] = document["data"]["attributes"]["value"] = number
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Records:
    """TLS whose records are sent when they are flushed, together."""

    def __init__(self, connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS_FILES / "server.pem")
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def flush(self) -> None:
        self._connection.sendall(self._outgoing.read())

    def receive(self) -> bool:
        data = self._connection.recv(65536)
        self._incoming.write(data)
        return bool(data)

    def handshake(self) -> None:
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                self.receive()
            else:
                return self.flush()

    def read(self) -> bytes:
        while True:
            try:
                return self.tls.read(65536)
            except ssl.SSLWantReadError:
                if not self.receive():
                    return b""


def _client(port: int) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=f"https://localhost:{port}",
        ssl_context=trusting_the_test_root(),
        max_retries=0,
    )


async def test_a_second_answer_in_a_record_of_its_own_is_given_to_no_other_request() -> None:
    connections: list[int] = []

    def serve(connection: socket.socket) -> None:
        connections.append(1)
        records = _Records(connection)
        records.handshake()
        while head := records.read():
            records.tls.write(_answer(head.split(b" ")[1].decode().rpartition("/")[2]))
            records.tls.write(_answer("12065550199"))
            records.flush()

    with _listening(serve) as port:
        async with _client(port) as client:
            for number in OTHERS:
                assert (await client.numbers.get(number)).id == number
    assert len(connections) == len(OTHERS)


async def test_a_connection_over_tls_is_kept_where_nothing_is_left_over() -> None:
    connections: list[int] = []

    def serve(connection: socket.socket) -> None:
        connections.append(1)
        records = _Records(connection)
        records.handshake()
        while head := records.read():
            records.tls.write(_answer(head.split(b" ")[1].decode().rpartition("/")[2]))
            records.flush()

    with _listening(serve) as port:
        async with _client(port) as client:
            for number in OTHERS:
                await client.numbers.get(number)
    assert len(connections) == 1

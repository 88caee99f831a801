import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from flowroute_async.sandbox.__main__ import main
from flowroute_async.sandbox.server import HttpImplementation
from tests.patience import HANGS_AFTER
from tests.sandbox.sandbox_in_process import buy, wrap

CONTROL = "/_sandbox/api"


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, auth=("sandbox", "sandbox"), timeout=HANGS_AFTER, trust_env=False)


# uvicorn's implementations of HTTP: its own requirement, and the other one where it is installed.
IMPLEMENTATIONS: list[HttpImplementation] = ["h11"]
if find_spec("httptools") is not None:
    IMPLEMENTATIONS.append("httptools")


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, httpx.Client]]:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, sms_rate=None)
    with running(sandbox, http=request.param) as url, client(url) as api:
        yield sandbox, api


@pytest.fixture
def live(served: tuple[Sandbox, httpx.Client]) -> tuple[Sandbox, httpx.Client]:
    served[0].control.reset()
    return served


def test_a_served_sandbox_links_to_itself(live: tuple[Sandbox, httpx.Client]) -> None:
    _, api = live
    assert str(api.base_url).startswith("http://127.0.0.1:")
    assert api.get("/v2/routes").json()["links"]["self"].startswith(str(api.base_url).rstrip("/"))


@pytest.mark.parametrize(("drop", "effects"), [("before", {}), ("after", {"create_cnam_record": {"ACME": 1}})])
def test_a_dropped_connection_ends_without_a_byte(
    live: tuple[Sandbox, httpx.Client], drop: str, effects: dict[str, Any]
) -> None:
    sandbox, api = live
    sandbox.control.add_fault("create_cnam_record", drop=drop)
    body = b'{"value":"ACME"}'
    head = (
        b"POST /v2/cnams HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic c2FuZGJveDpzYW5kYm94\r\n"
        b"content-length: " + str(len(body)).encode() + b"\r\n\r\n"
    )
    with closing(
        socket.create_connection((api.base_url.host, api.base_url.port or 0), timeout=HANGS_AFTER)
    ) as connection:
        connection.sendall(head + body)
        try:
            received = connection.recv(100)
        except ConnectionResetError:
            received = b""
    assert received == b""
    assert sandbox.control.effects() == effects


def test_an_http_client_meets_each_kind_of_fault(
    live: tuple[Sandbox, httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    sandbox, api = live
    for fault in ({"drop": "before"}, {"drop": "after"}, {"truncate": True}):
        assert api.post(f"{CONTROL}/faults", json={"operation": "list_routes", **fault}).status_code == 204
        with pytest.raises(httpx.RemoteProtocolError):
            api.get("/v2/routes")
    sandbox.control.add_fault("list_routes", status=503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")
    answer = api.get("/v2/routes")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "Wed, 21 Oct 2026 07:28:00 GMT")
    for status in (204, 299, 304, 418, 520, 599):
        sandbox.control.add_fault("list_routes", status=status)
        assert api.get("/v2/routes").status_code == status
    sandbox.control.add_fault("list_routes", delay=0.5)
    with pytest.raises(httpx.ReadTimeout):
        api.get("/v2/routes", timeout=httpx.Timeout(HANGS_AFTER, read=0.05))
    assert api.get("/v2/routes").status_code == 200
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


def test_a_truncated_body_stops_half_way_of_its_length(live: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = live
    whole = api.get("/v2/routes").content
    sandbox.control.add_fault(truncate=True)
    with api.stream("GET", "/v2/routes") as answer:
        assert answer.headers["content-length"] == str(len(whole))
        chunks: list[bytes] = []
        with pytest.raises(httpx.RemoteProtocolError):
            chunks.extend(answer.iter_raw())
    assert b"".join(chunks) == whole[: len(whole) // 2]


def test_answers_are_not_held_back_by_the_network_stack(live: tuple[Sandbox, httpx.Client]) -> None:
    _, api = live
    taken: list[float] = []
    for _ in range(60):
        started = time.perf_counter()
        api.get("/v2/routes")
        taken.append(time.perf_counter() - started)
    # Each would wait for a delayed acknowledgement, 40 ms, once the connection is no longer young.
    assert min(taken[30:]) < 0.03


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.put(body)  # type: ignore[attr-defined] # set below
        self.send_response(self.server.answers.pop(0))  # type: ignore[attr-defined] # set below
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def hook(*answers: int) -> Iterator[tuple[str, "Queue[bytes]"]]:
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    received: Queue[bytes] = Queue()
    server.received, server.answers = received, list(answers)  # type: ignore[attr-defined] # for the handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_served_sandbox_sends_webhooks_by_itself_and_repeats_when_the_clock_moves(
    live: tuple[Sandbox, httpx.Client],
) -> None:
    sandbox, api = live
    number = buy(api)
    with hook(200, 200, 500, 200) as (url, received):
        api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "hi", "dlr_callback": url})
        levels = [
            b'"level": 1' in received.get(timeout=HANGS_AFTER),
            b'"level": 2' in received.get(timeout=HANGS_AFTER),
        ]
        assert levels == [True, True]
        sandbox.control.set_callback("sms_callback", url)
        sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
        first = received.get(timeout=HANGS_AFTER)
        assert api.post(f"{CONTROL}/advance", json={"seconds": 31}).status_code == 204
        assert received.get(timeout=HANGS_AFTER) == first


def test_a_sandbox_can_be_served_again(live: tuple[Sandbox, httpx.Client]) -> None:
    sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen())
    for alias in ("a", "b"):
        with running(sandbox) as url, client(url) as api:
            created = api.post("/v2/routes", json=wrap("route", alias=alias, route_type="host", value="a.example"))
            assert created.status_code == 201
    assert sandbox.control.effects() == {"create_route": {"a": 1, "b": 1}}


def test_a_port_in_use_is_refused(live: tuple[Sandbox, httpx.Client], capsys: pytest.CaptureFixture[str]) -> None:
    _, api = live
    sentence = f"{api.base_url.host}:{api.base_url.port} cannot be listened on: Address already in use"
    with pytest.raises(OSError, match=re.escape(sentence)), running(Sandbox(numbers=400), port=api.base_url.port or 0):
        pass
    with pytest.raises(SystemExit):
        main(["--port", str(api.base_url.port), "--numbers", "400"])
    assert capsys.readouterr().err == f"{sentence}; take another --port, or 0 for a free one\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--max-page", "0"], "max_page must be a number of 1 or more"),
        (["--port", "99999"], "the port must be from 0 to 65535"),
        (["--host", "no.such.invalid"], "no.such.invalid:0 cannot be listened on: there is no such address"),
        (["--state", "/dev/null/state"], "/dev/null/state cannot be used"),
    ],
)
def test_what_cannot_be_served_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--numbers", "400", *options])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(sentence)


@contextmanager
def process(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            yield served, served.stdout.readline().strip()
        finally:
            served.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_command_s_first_line_is_its_url_and_a_signal_ends_it_cleanly(ending: signal.Signals) -> None:
    options = ["--seed", "1", "--numbers", "4000", "--latency", "0.01", "--max-page", "20"]
    keys = ["--access-key", "a", "--secret-key", "b"]
    with process(*options, *keys) as (served, url):
        assert url.startswith("http://127.0.0.1:")
        with client(url) as api:
            assert api.get("/v2/routes").status_code == 401
            page = api.get("/v2/numbers/available?limit=99", auth=("a", "b")).json()
            assert len(page["data"]) == 20
            served.send_signal(ending)
            assert served.wait(600) == 0
        out, err = served.communicate()
        assert out == ""
        assert err == f"Look at it: {url}/_sandbox/\nUse it: FR_BASE_URL={url} flowroute ...\n", "and no key"


def test_the_account_survives_a_kill(tmp_path: Path) -> None:
    options = ["--numbers", "4000", "--provisioning-delay", "0", "--state", os.fspath(tmp_path / "state")]
    with process(*options) as (served, url), client(url) as api:
        number = buy(api)
        api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "hi"})
        before = api.get(f"{CONTROL}/state").json()
        served.kill()
        served.wait(600)
    with process(*options) as (_, url), client(url) as api:
        after = api.get(f"{CONTROL}/state").json()
        assert api.post(f"/v2/numbers/{number}").status_code == 404
    del before["now"], after["now"]
    assert after == before

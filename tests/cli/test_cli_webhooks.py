"""`flowroute webhooks listen` shows what is posted to it, once."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.patience import HANGS_AFTER

SMS = {
    "data": {
        "type": "message",
        "id": "mdr2-1",
        "attributes": {"from": "12065550100", "to": "12065550101", "body": "hi \x1b[31m", "direction": "inbound"},
    }
}
RECEIPT = {"data": {"type": "delivery_receipt", "id": "mdr2-2", "attributes": {"level": 1, "status": "delivered"}}}


def listening(start: Any, *arguments: str) -> tuple["subprocess.Popen[str]", str]:
    process = start(["webhooks", "listen", *arguments])
    return process, process.stdout.readline().strip()


def posted(url: str, content: object) -> int:
    return httpx.post(url, json=content, trust_env=False, timeout=HANGS_AFTER).status_code


def test_webhooks_are_shown_as_they_come_and_repeats_only_answered(start: Any) -> None:
    process, url = listening(start, "--output", "jsonl", "--max-items", "2")
    assert [posted(url, one) for one in (SMS, SMS, RECEIPT)] == [200, 200, 200]
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert (process.returncode, err) == (0, "")
    message, receipt = map(json.loads, out.splitlines())
    assert (message["kind"], message["id"], message["body"]) == ("InboundMessage", "mdr2-1", "hi \x1b[31m")
    assert (receipt["kind"], receipt["status"]) == ("DeliveryReceipt", "delivered")


def test_a_person_sees_a_table_without_control_signs(start: Any) -> None:
    process, url = listening(start, "--max-items", "1")
    assert posted(url, SMS) == 200
    out, _ = process.communicate(timeout=HANGS_AFTER)
    assert "InboundMessage" in out
    assert "12065550100" in out
    assert "\x1b" not in out


def test_only_the_secret_path_on_this_machine_answers(start: Any) -> None:
    process, url = listening(start)
    other_process, other = listening(start)
    assert url.startswith("http://127.0.0.1:")
    assert len(httpx.URL(url).path) >= 32
    assert httpx.URL(url).path != httpx.URL(other).path
    assert posted(str(httpx.URL(url).copy_with(path="/")), SMS) == 404
    assert httpx.get(url, trust_env=False, timeout=HANGS_AFTER).status_code == 405
    for one in (process, other_process):
        one.send_signal(signal.SIGINT)
        assert "Traceback" not in one.communicate(timeout=HANGS_AFTER)[1]
        assert one.returncode == 0


def test_what_cannot_be_read_is_refused_and_told_without_its_values(start: Any) -> None:
    process, url = listening(start)
    assert posted(url, {"data": {"type": "message", "attributes": {"from": "canary", "to": "canary"}}}) == 400
    assert httpx.post(url, content=b"x" * (1024 * 1024 + 1), trust_env=False, timeout=HANGS_AFTER).status_code == 413
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert (process.returncode, out) == (0, "")
    assert "cannot be read" in err
    assert "canary" not in err


def test_a_port_that_is_taken_is_a_wrong_argument(flowroute: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = flowroute("webhooks", "listen", "--port", str(taken.getsockname()[1]))
    assert ended.code == 2
    told, hint = ended.err.splitlines()
    assert told.endswith("cannot be listened on: Address already in use")
    assert hint == "Take another --port, or 0 for a free one."


def test_a_message_of_a_sandbox_brings_its_receipt(start: Any, flowroute: Any, tmp_path: Path) -> None:
    process, url = listening(start, "--output", "jsonl", "--max-items", "1")
    state = ("--sandbox-state", str(tmp_path / "state"))
    number = flowroute(*state, "numbers", "search", "--max-items", "1", "-o", "csv").out.splitlines()[1].split(",")[0]
    assert flowroute(*state, "numbers", "purchase", number, "--messaging-enabled", "--yes").code == 0
    send = ("messages", "send", "--from", number, "--to", "12065550100", "--body", "hi", "--dlr-callback", url, "--yes")
    sent = json.loads(flowroute(*state, *send, "-o", "json").out)
    out, _ = process.communicate(timeout=HANGS_AFTER)
    receipt = json.loads(out.splitlines()[0])
    assert (receipt["kind"], receipt["id"]) == ("DeliveryReceipt", sent["id"])


class Application:
    """An application under development: it notes what it is posted, and answers with one status after the other."""

    def __init__(self, *statuses: int) -> None:
        self.posted: Queue[tuple[str, bytes]] = Queue()
        answers = iter(statuses)
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(next(answers, 200))
                self.send_header("content-length", "0")
                self.end_headers()
                application.posted.put((self.headers["content-type"], body))

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/flowroute"


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application(500)
    thread = Thread(target=application.server.serve_forever, daemon=True)
    thread.start()
    yield application
    application.server.shutdown()
    application.server.server_close()
    thread.join()


def registered_hooks(sandbox: Sandbox) -> dict[str, str]:
    return {callback.id: callback.url for callback in sandbox.control.snapshot().callbacks}


def test_it_registers_itself_with_the_sandbox_and_forwards_until_the_end(
    start: Any, sandbox: Sandbox, served: tuple[Sandbox, str], application: Application, number: str
) -> None:
    sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/before")
    process, url = listening(start, "--forward-to", application.url, "--output", "jsonl")
    assert process.stderr.readline() == f"The sandbox at {served[1]} sends its webhooks here.\n"  # type: ignore[union-attr] # it is a pipe
    kinds = {"sms_callback", "mms_callback", "sms_dlr_callback", "mms_dlr_callback"}
    assert registered_hooks(sandbox) == dict.fromkeys(kinds, url)
    sandbox.control.receive_message(from_="12065550100", to=number, body="lemons")
    label, body = application.posted.get(timeout=HANGS_AFTER)
    payload = json.loads(body)["data"]
    assert (label, payload["attributes"]["body"]) == ("application/json", "lemons")
    assert process.stderr.readline() == f"Forwarded to {application.url}: 500\n"  # type: ignore[union-attr] # likewise
    shown = json.loads(process.stdout.readline())  # type: ignore[union-attr] # likewise
    assert (shown["kind"], shown["id"]) == ("InboundMessage", payload["id"])
    sandbox.control.advance(30)
    again = application.posted.get(timeout=HANGS_AFTER)
    assert again == (label, body), "the application's answer is the sandbox's, which repeats the webhook"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=HANGS_AFTER)
    assert (process.returncode, out) == (0, ""), "a repeat is not shown again"
    assert registered_hooks(sandbox) == {"sms_callback": "http://127.0.0.1:9/before"}


def test_an_application_that_does_not_answer_is_told_to_the_sandbox_and_to_the_person(
    start: Any, sandbox: Sandbox, number: str
) -> None:
    process, url = listening(start, "--forward-to", "http://127.0.0.1:9/hook", "--max-items", "1")
    assert posted(url, SMS) == 502
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert "InboundMessage" in out
    assert "Not forwarded: http://127.0.0.1:9/hook does not answer (ConnectError)." in err


def test_without_a_sandbox_it_forwards_all_the_same_and_says_so(start: Any, application: Application) -> None:
    process = start(
        ["--base-url", "http://127.0.0.1:9", "webhooks", "listen", "--forward-to", application.url, "--max-items", "1"]
    )
    url = process.stdout.readline().strip()
    assert posted(url, RECEIPT) == 500
    _, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == 0
    assert "No sandbox answers at http://127.0.0.1:9. Have webhooks sent to the address above yourself." in err


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:x/"])
def test_what_is_no_url_cannot_be_forwarded_to(flowroute: Any, url: str) -> None:
    assert flowroute("webhooks", "listen", "--forward-to", url).code == 2


@pytest.mark.parametrize("form", ["json", "csv"])
def test_webhooks_without_end_are_not_shown_in_a_form_that_needs_one(flowroute: Any, form: str) -> None:
    for words in (("--output", form, "webhooks", "listen"), ("webhooks", "listen", "--output", form)):
        ended = flowroute(*words)
        assert (ended.code, ended.out) == (2, "")
        assert "--output is table or jsonl here" in ended.err

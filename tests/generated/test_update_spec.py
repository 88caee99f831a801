"""`make update-spec`: a newer document is tried and reported, and nothing is changed unasked."""

import json
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

import update_spec
from regeneration.pipeline import Proving, regenerate
from regeneration.reading import DocumentError
from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]
TLS_FILES = PROJECT / "tests/fixtures/tls"


@pytest.mark.parametrize("url", ["http://example.com/a.yaml", "ftp://example.com/a", "file:///etc/passwd"])
def test_only_https_is_fetched(url: str) -> None:
    with pytest.raises(DocumentError, match="is not https"):
        update_spec.fetched(url)


class TlsServer:
    """A server of documents on loopback, over TLS, with a certificate of the tests' own root."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.sent = 0
        self.ended = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/silent":
                    owner.ended.wait(60)
                    return
                status, headers, content = owner.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for place in range(0, len(content), 1_000_000):
                        owner.sent += self.wfile.write(content[place : place + 1_000_000])
                except OSError:  # the other side has had enough
                    pass

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS_FILES / "server.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_port}"


@pytest.fixture
def server() -> Iterator[TlsServer]:
    served = TlsServer()
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield served
    served.ended.set()
    served.server.shutdown()
    served.server.server_close()
    thread.join()


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS_FILES / "root.pem"))


@pytest.mark.usefixtures("trusted")
def test_a_document_is_fetched_over_https_through_redirects(server: TlsServer) -> None:
    server.pages = {
        "/old": (302, {"location": "/new"}, b""),
        "/new": (301, {"location": f"{server.url}/a.yaml"}, b""),
        "/a.yaml": (200, {}, b"openapi: 3.0.0"),
    }
    assert update_spec.fetched(f"{server.url}/old") == b"openapi: 3.0.0"


def test_a_server_with_a_certificate_that_nobody_trusts_is_refused(server: TlsServer) -> None:
    server.pages = {"/a.yaml": (200, {}, b"openapi: 3.0.0")}
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        update_spec.fetched(f"{server.url}/a.yaml")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("page", "said"),
    [
        ((302, {"location": "http://localhost/b.yaml"}, b""), r"http://localhost/b\.yaml is not https"),
        ((302, {"location": "file:///etc/passwd"}, b""), "is not https"),
        ((302, {"location": "/a.yaml"}, b""), "redirects more than 3 times"),
    ],
)
def test_a_redirect_elsewhere_or_without_an_end_is_refused(
    server: TlsServer, page: tuple[int, dict[str, str], bytes], said: str
) -> None:
    server.pages = {"/a.yaml": page}
    with pytest.raises(DocumentError, match=said):
        update_spec.fetched(f"{server.url}/a.yaml")


@pytest.mark.usefixtures("trusted")
def test_a_document_that_is_too_large_is_cut_off(server: TlsServer) -> None:
    server.pages = {"/a.yaml": (200, {}, b"a" * (8 * update_spec.MAX_BYTES))}
    with pytest.raises(DocumentError, match="more than 8000000 bytes"):
        update_spec.fetched(f"{server.url}/a.yaml")
    assert server.sent < 4 * update_spec.MAX_BYTES


@pytest.mark.usefixtures("trusted")
def test_a_server_that_sends_nothing_is_given_up(server: TlsServer) -> None:
    with pytest.raises(DocumentError, match=r"did not come within 0\.2 seconds"):
        update_spec.fetched(f"{server.url}/silent", seconds=0.2)


@pytest.mark.usefixtures("trusted")
def test_a_refusal_is_told_in_one_sentence(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["update_spec.py", f"{server.url}/missing.yaml"])
    assert update_spec.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("the document was not taken: Client error '404 Not Found'")
    assert len(said.splitlines()) == 1


@pytest.mark.usefixtures("trusted")
def test_a_newer_document_becomes_a_report_and_a_patch_with_its_lock(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    vendors = (PROJECT / "spec/flowroute.yaml").read_text(encoding="utf-8")
    newer = vendors.replace("summary: Send a Message", "summary: Send a Text", 1)
    assert newer != vendors
    server.pages = {"/v2.yaml": (200, {}, newer.encode())}
    patch = tmp_path / "change.patch"
    arguments = [f"{server.url}/v2.yaml", "--diff", str(patch), "--date", "2026-01-31"]
    monkeypatch.setattr(sys, "argv", ["update_spec.py", *arguments])
    monkeypatch.setattr(update_spec, "regenerate", partial(regenerate, proving=Proving.NOTHING))
    assert update_spec.main() == 0
    assert "texts changed in 2 places: send_message, send_message_v2_2" in capsys.readouterr().out
    changed = patch.read_text(encoding="utf-8")
    files = {line.removeprefix("+++ b/") for line in changed.splitlines() if line.startswith("+++ ")}
    assert {"spec/flowroute.yaml", "spec/flowroute.yaml.sha256", "spec/flowroute.complete.yaml"} < files
    assert {"spec/flowroute.lock", "generated/flowroute_openapi/api/messages/send_message.py"} < files
    assert f'+  "source": "{server.url}/v2.yaml"' in changed
    checked = [shutil.which("git") or "git", "-C", str(PROJECT), "apply", "--check", str(patch)]
    assert subprocess.run(checked, check=False, timeout=HANGS_AFTER).returncode == 0


def test_the_lock_says_source_digest_and_date(tmp_path: Path) -> None:
    update_spec.write_lock(tmp_path / "lock", "https://example.com/a.yaml", b"content", date(2026, 1, 31))
    assert json.loads((tmp_path / "lock").read_text(encoding="utf-8")) == {
        "source": "https://example.com/a.yaml",
        "sha256": "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",
        "date": "2026-01-31",
    }


def test_the_difference_applies_to_a_branch(tmp_path: Path) -> None:
    standing, fresh = tmp_path / "standing", tmp_path / "fresh"
    for folder, text in ((standing, "one\ntwo\n"), (fresh, "one\nthree\n")):
        (folder / "spec").mkdir(parents=True)
        (folder / "spec/flowroute.yaml").write_text(text, encoding="utf-8")
    (fresh / "spec/flowroute.lock").write_text("{}\n", encoding="utf-8")
    (tmp_path / "change.patch").write_text("".join(update_spec.difference(standing, fresh)), encoding="utf-8")
    subprocess.run(
        [shutil.which("git") or "git", "apply", str(tmp_path / "change.patch")], check=True, cwd=standing, timeout=30
    )
    assert (standing / "spec/flowroute.yaml").read_text(encoding="utf-8") == "one\nthree\n"
    assert (standing / "spec/flowroute.lock").exists()


def test_what_is_no_document_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.yaml").write_text("- a list", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["update_spec.py", str(tmp_path / "odd.yaml")])
    assert update_spec.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("the document was not taken: ")
    assert len(said.splitlines()) == 1

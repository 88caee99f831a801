"""`flowroute call`: any operation of the description."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

import flowroute_openapi
from flowroute_openapi.models import Model
from flowroute_openapi.types import Operation
from regeneration import document
from regeneration.api import Api
from tests.cli.conftest import Flowroute


def test_every_operation_of_the_description_can_be_called(flowroute: Flowroute) -> None:
    ended = flowroute("call", "--help")
    description = document.read(Path(__file__).parents[2] / "spec/flowroute.complete.yaml")
    operations = [operation.python_name for operation in Api(description).operations]
    assert operations
    assert [name for name in operations if name not in ended.out] == []


def test_an_operation_without_a_command_is_sent_typed(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "list_available_tiers", "--limit", "1", "--output", "json")
    assert ended.code == 0, ended.err
    assert len(json.loads(ended.out)["data"]) == 1


def test_a_value_of_another_type_is_refused_by_name(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "list_available_tiers", "--limit", "many")
    assert ended.code == 2
    assert "--limit" in ended.err


def test_what_costs_money_asks_first(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "purchase_number", "--id", "12065550100")
    assert ended.code == 2
    assert "purchase_number can cost money or reach a person" in ended.err


def test_a_body_is_checked_before_it_is_sent(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "send_message", "--yes", "--body", "{}")
    assert ended.code == 2
    assert "--body: from" in ended.err


def test_a_body_can_come_from_a_file(flowroute: Flowroute, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text('{"value": "NAME"}', encoding="utf-8")
    ended = flowroute(
        "--sandbox", "call", "create_cnam_record", "--body", f"@{tmp_path / 'body.json'}", "--yes", "--output", "json"
    )
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["data"]["value"] == "NAME"


def test_an_empty_path_is_refused_before_it_is_sent(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "get_number", "--id", "")
    assert ended.code == 2
    assert "id must name a resource" in ended.err


class Upload(Model):
    """A body with files, as the description of an operation that takes some would give it."""

    file: bytes
    pages: tuple[bytes, ...] = ()
    note: str | None = None


def upload_media(body: Upload) -> Operation[None]:
    """Upload media."""
    return Operation(
        name="upload_media",
        method="POST",
        route="/v2.2/media",
        path="/v2.2/media",
        response=type(None),
        repeatable=False,
        body=body,
        body_format="multipart",
        content_type="multipart/form-data",
    )


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[bytes]]]:
    """A server that keeps what is uploaded, and an operation that uploads."""
    monkeypatch.setattr(flowroute_openapi, "upload_media", upload_media, raising=False)
    monkeypatch.setattr(flowroute_openapi, "__all__", [*flowroute_openapi.__all__, "upload_media"])
    kept: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            kept.append(f"content-type: {self.headers['content-type']}\r\n\r\n".encode() + content)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", kept
        server.shutdown()
        thread.join()


def test_files_are_attached_with_their_names_and_media_types(
    flowroute: Flowroute, uploads: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    url, kept = uploads
    for name in ("photo.png", "one.txt", "two.bin"):
        (tmp_path / name).write_bytes(name.encode() + b"\x00\xff")
    attached = [f"--attach={field}={tmp_path / name}" for field, name in (("file", "photo.png"), ("pages", "one.txt"))]
    body = ("--body", '{"note": "n"}')
    ended = flowroute(
        "--base-url", url, "call", "upload_media", *attached, f"--attach=pages={tmp_path / 'two.bin'}", *body
    )
    assert ended.code == 0, ended.err
    (message,) = map(BytesParser(policy=HTTP).parsebytes, kept)
    assert isinstance(message, EmailMessage)
    assert [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_content_type())
        for part in message.iter_parts()
        if isinstance(part, EmailMessage)
    ] == [
        ("file", "photo.png", "image/png"),
        ("pages", "one.txt", "text/plain"),
        ("pages", "two.bin", "application/octet-stream"),
        ("note", None, "text/plain"),
    ]
    assert kept[0].count(b"\x00\xff") == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--attach: file: Field required"),
        (("--attach", "picture=a.png"), "is not FIELD=PATH with a field of file, pages"),
        (("--attach", "file=/nowhere/a.png"), "--attach: /nowhere/a.png: No such file"),
        (("--body", "["), "--body: it is no JSON"),
    ],
)
def test_what_cannot_be_attached_is_refused_before_it_is_sent(
    flowroute: Flowroute, uploads: tuple[str, list[bytes]], arguments: tuple[str, ...], said: str
) -> None:
    url, kept = uploads
    ended = flowroute("--base-url", url, "call", "upload_media", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert kept == []

"""Files of servers of every kind, over sockets, on both event loops: whole and within their size, or not there."""

import csv
import gzip
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from flowroute_async import FileTransferError, FlowrouteClient
from flowroute_async.file_transfer import FileTransfer
from flowroute_async.resources.porting import Porting
from flowroute_async.sender import Sender
from tests.described_calls import described_call
from tests.facade.loopback_servers import answering
from tests.facade.test_changes_of_numbers_and_routes import Recorder

pytestmark = pytest.mark.anyio

CSV = b"direction,duration,number_alias\n" + b"".join(
    b"Inbound,%d,%s\n" % (place, sha256(b"%d" % place).hexdigest().encode()) for place in range(2000)
)
WHOLE = gzip.compress(CSV)
NOISE = b"number_alias\n" + b"".join(sha256(b"%d" % place).digest() for place in range(1250)).hex().encode() + b"\n"
STORED = gzip.compress(NOISE, compresslevel=0)
EMPTY = gzip.compress(b"")


def head(**headers: object) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nconnection: close\r\n{lines}\r\n".encode()


def sized(content: bytes, length: int | None = None) -> Iterable[bytes]:
    return (head(content_length=len(content) if length is None else length), content)


def moved(status: str, location: str) -> Iterable[bytes]:
    return (f"HTTP/1.1 {status}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode(),)


def chunked(content: bytes, size: int) -> Iterable[bytes]:
    yield head(transfer_encoding="chunked")
    for place in range(0, len(content), size):
        piece = content[place : place + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def members(content: bytes, count: int) -> bytes:
    step = len(content) // count + 1
    return b"".join(gzip.compress(content[place : place + step]) for place in range(0, len(content), step))


class Hosts:
    """An API and the host of a file, both at one address of loopback, and what was asked of them."""

    def __init__(self, answer: Callable[[], Iterable[bytes]]) -> None:
        self.answer = answer
        self.heads: list[bytes] = []
        self.url = ""
        self.is_left = threading.Event()

    def __call__(self, request: bytes) -> Iterable[bytes]:
        self.heads.append(request)
        if b" /v2/cdrs/exports/" in request:
            export: Any = json.loads(described_call("get_cdr_export").body)
            export["data"]["attributes"]["download_url"] = f"{self.url}/file.gz?Signature=canary"
            yield from sized(json.dumps(export).encode())
            return
        try:
            yield from self.answer()
        finally:
            self.is_left.set()

    def client(self) -> FlowrouteClient:
        return FlowrouteClient(access_key="a", secret_key="s", base_url=self.url, max_retries=0)


async def counted(client: FlowrouteClient, **options: int) -> int:
    async with aclosing(client.cdr_exports.records("203485", **options)) as records:
        return len([record async for record in records])


@pytest.fixture
def hosts(request: pytest.FixtureRequest) -> Iterator[Hosts]:
    made = Hosts(getattr(request, "param", lambda: sized(WHOLE)))
    with answering(made) as port:
        made.url = f"http://127.0.0.1:{port}"
        yield made


GOOD: Mapping[str, Callable[[], Iterable[bytes]]] = {
    "with its length": lambda: sized(WHOLE),
    "until the end": lambda: (head(), WHOLE),
    "in chunks": lambda: chunked(WHOLE, 777),
    "byte by byte": lambda: chunked(gzip.compress(CSV[: CSV.index(b"\n", 300) + 1]), 1),
    "several members": lambda: sized(members(CSV, 7)),
    "members cut in the midst": lambda: chunked(members(CSV, 7), 1001),
    "members that hold nothing": lambda: sized(EMPTY + WHOLE + EMPTY),
    "padded with zeros": lambda: sized(WHOLE + bytes(512)),
    "named as encoded": lambda: (head(content_encoding="gzip", content_length=len(WHOLE)), WHOLE),
    "not compressed": lambda: sized(CSV),
}


@pytest.mark.parametrize("hosts", GOOD.values(), ids=GOOD, indirect=True)
async def test_a_file_comes_whole_however_it_is_sent(hosts: Hosts, tmp_path: Path, request: Any) -> None:
    path = tmp_path / "calls.csv"
    async with hosts.client() as client:
        await client.cdr_exports.download("203485", path)
        assert CSV.startswith(path.read_bytes())
        assert len(path.read_bytes()) in {len(CSV), CSV.index(b"\n", 300) + 1}
        records = [record async for record in client.cdr_exports.records("203485")]
        assert [record.duration for record in records] == list(range(len(records)))
        assert len(records) == path.read_bytes().count(b"\n") - 1
        if "not compressed" not in request.node.name:
            await client.cdr_exports.download("203485", tmp_path / "calls.csv.GZ")
            assert gzip.decompress((tmp_path / "calls.csv.GZ").read_bytes()) == path.read_bytes()
    assert {file.name for file in tmp_path.iterdir()} <= {"calls.csv", "calls.csv.GZ"}  # noqa: ASYNC240 - a few files
    for one in hosts.heads:
        assert (b"authorization:" in one.lower()) == (b" /v2/" in one)
        assert b"cookie" not in one.lower()


BAD: Mapping[str, tuple[Callable[[], Iterable[bytes]], str]] = {
    "shorter than its length": (lambda: sized(WHOLE, len(WHOLE) + 5), "connection failed"),
    "longer than its length": (lambda: sized(WHOLE, len(WHOLE) - 5), "ends in the midst"),
    "cut off until the end": (lambda: (head(), WHOLE[:-9]), "ends in the midst"),
    "cut off between chunks": (lambda: list(chunked(WHOLE, 1000))[:3], "connection failed"),
    "cut off in the second member": (lambda: sized(members(CSV, 2)[:-3]), "ends in the midst"),
    "a second member of one byte": (lambda: sized(WHOLE + b"\x1f"), "ends in the midst"),
    "rubbish after it": (lambda: sized(WHOLE + b"rubbish"), "damaged"),
    "a wrong sum": (lambda: sized(WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:]), "damaged"),
    "a bomb": (lambda: sized(gzip.compress(bytes(20_000_000))), "larger than 1000000 bytes"),
    "members that hold nothing, without end": (lambda: (head(), *repeat(EMPTY * 1000, 5000)), "larger than"),
    "no end at all": (lambda: (head(), *repeat(bytes(65536), 5000)), "larger than 1000000 bytes|not compressed"),
    "moved": (lambda: moved("302 Found", "https://example.com/"), "redirects"),
    "moved to http": (lambda: moved("307 Moved", "http://127.0.0.1:9/"), "redirects"),
    "refused": (lambda: (b"HTTP/1.1 403 Forbidden\r\ncontent-length: 6\r\n\r\nsecret",), "HTTP 403; the address may"),
    "no answer": (lambda: (), "connection failed"),
    "no HTTP": (lambda: (b"220 ftp ready\r\n",), "connection failed"),
}  # fmt: skip


@pytest.mark.parametrize(("hosts", "said"), BAD.values(), ids=BAD, indirect=["hosts"])
@pytest.mark.parametrize("name", ["calls.csv", "calls.csv.gz"])
async def test_a_file_that_does_not_come_whole_leaves_what_there_was(
    hosts: Hosts, said: str, name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text("before", encoding="utf-8")
    async with hosts.client() as client:
        with pytest.raises(FileTransferError, match=said) as caught:
            await client.cdr_exports.download("203485", path, max_bytes=1_000_000)
        with pytest.raises(FileTransferError, match=f"{said}|a row of the file is longer"):
            await counted(client, max_bytes=1_000_000)
    assert "canary" not in f"{caught.value} {caught.value!r}"
    assert path.read_text(encoding="utf-8") == "before"
    assert [file.name for file in tmp_path.iterdir()] == [name]  # noqa: ASYNC240 - a folder of one file


@pytest.mark.parametrize("hosts", [lambda: sized(WHOLE), lambda: sized(STORED), lambda: sized(NOISE)], indirect=True)
@pytest.mark.parametrize("name", ["calls.csv", "calls.csv.gz"])
async def test_the_size_that_is_accepted_is_exact_and_that_of_the_decompressed_file(
    hosts: Hosts, name: str, tmp_path: Path
) -> None:
    stored = b"".join(hosts.answer()).partition(b"\r\n\r\n")[2]
    is_compressed = stored.startswith(b"\x1f\x8b")
    size = len(gzip.decompress(stored) if is_compressed else stored)
    if not is_compressed and name.endswith(".gz"):
        return
    async with hosts.client() as client:
        await client.cdr_exports.download("203485", tmp_path / name, max_bytes=size)
        assert (tmp_path / name).stat().st_size == (len(stored) if name.endswith(".gz") else size)
        with pytest.raises(FileTransferError, match=f"larger than {size - 1} bytes"):
            await client.cdr_exports.download("203485", tmp_path / name, max_bytes=size - 1)


@pytest.mark.parametrize("hosts", [lambda: sized(CSV)], indirect=True)
async def test_what_is_not_compressed_is_not_named_as_if_it_were(hosts: Hosts, tmp_path: Path) -> None:
    async with hosts.client() as client:
        with pytest.raises(FileTransferError, match="not compressed"):
            await client.cdr_exports.download("203485", tmp_path / "calls.csv.gz")
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - an empty folder


async def test_a_download_that_is_cancelled_leaves_nothing_and_ends_its_connection(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield head(transfer_encoding="chunked")
        yield b"%x\r\n%s\r\n" % (1000, WHOLE[:1000])
        begun.set()
        assert go_on.wait(30)
        yield from repeat(b"%x\r\n%s\r\n" % (65536, bytes(65536)), 200)

    hosts = Hosts(slow)
    with answering(hosts) as port:
        hosts.url = f"http://127.0.0.1:{port}"
        async with hosts.client() as client, anyio.create_task_group() as group:
            group.start_soon(client.cdr_exports.download, "203485", tmp_path / "calls.csv")
            await anyio.to_thread.run_sync(begun.wait, 30)
            group.cancel_scope.cancel()
        assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - an empty folder
        go_on.set()
        assert await anyio.to_thread.run_sync(hosts.is_left.wait, 30)


async def test_two_downloads_to_one_path_leave_one_whole_file(hosts: Hosts, tmp_path: Path) -> None:
    async with hosts.client() as client, anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(client.cdr_exports.download, "203485", tmp_path / "calls.csv")
    assert (tmp_path / "calls.csv").read_bytes() == CSV
    assert len(list(tmp_path.iterdir())) == 1  # noqa: ASYNC240 - a folder of one file


async def test_a_reader_that_leaves_early_ends_the_connection(hosts: Hosts) -> None:
    async with hosts.client() as client, aclosing(client.cdr_exports.records("203485")) as records:
        async for record in records:
            assert record.duration == 0
            break
    assert await anyio.to_thread.run_sync(hosts.is_left.wait, 30)


@pytest.mark.parametrize(
    "cell",
    [b"x" * 131_073, b'"' + b"x\n" * 100_000 + b'"', b'"' + b"y" * 5_000_000, b"a\rb"],
    ids=["long", "many lines", "never closed", "a bare carriage return"],
)
async def test_a_row_that_cannot_be_read_is_an_error_of_ours_behind_the_rows_before_it(cell: bytes) -> None:
    hosts = Hosts(lambda: sized(gzip.compress(b"direction,number_alias\nInbound,\nOutbound," + cell + b"\nInbound,\n")))
    with answering(hosts) as port:
        hosts.url = f"http://127.0.0.1:{port}"
        async with hosts.client() as client, aclosing(client.cdr_exports.records("203485")) as records:
            assert (await anext(records)).direction == "Inbound"
            with pytest.raises(FileTransferError, match="a row of the file"):
                await anext(records)


async def test_a_limit_of_the_program_itself_is_an_error_of_ours_too(hosts: Hosts) -> None:
    before = csv.field_size_limit(10)
    try:
        async with hosts.client() as client:
            with pytest.raises(FileTransferError, match="a row of the file cannot be read"):
                await counted(client)
    finally:
        csv.field_size_limit(before)


ADDRESSES = [
    "http://files.example.com/calls.gz",
    "http://127.0.0.1/calls.gz",
    "ftp://files.example.com/calls.gz",
    "file:///etc/passwd",
    "//files.example.com/calls.gz",
    "https:///calls.gz",
    "https://user:password@files.example.com/calls.gz",
    "https://[::1/calls.gz",
    "data:text/csv,a",
    "",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("own", [True, False])
async def test_an_address_that_is_not_of_https_alone_is_not_asked(address: str, *, own: bool) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=WHOLE)

    files = FileTransfer(http_transport=httpx.MockTransport(answer) if own else None)
    with pytest.raises(FileTransferError, match="its address"):
        await anext(files.unpacked(address, max_bytes=1000))
    with pytest.raises(FileTransferError, match="its address"):
        await files.send(address, b"content")
    assert asked == []


async def test_a_document_is_kept_as_it_is_even_if_it_is_compressed(tmp_path: Path) -> None:
    class Stored(FileTransfer):
        async def pieces(self, url: str, *, max_bytes: int) -> AsyncGenerator[bytes]:
            assert url
            assert max_bytes
            yield WHOLE

    sender: Sender = Recorder()
    await Porting(sender, Stored()).document("42361", "0", tmp_path / "bill.csv")
    assert (tmp_path / "bill.csv").read_bytes() == WHOLE

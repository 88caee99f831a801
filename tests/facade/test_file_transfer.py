"""Files on other hosts: no credentials go there, nothing shows the address, sizes are kept, damage is told."""

import gzip
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowroute_async import FileTransferError, FlowrouteClient, InvalidArgumentError
from flowroute_openapi.models import LetterOfAuthorization
from tests.described_calls import described_call

EXPORT: Any = json.loads(described_call("get_cdr_export").body)
ADDRESS = EXPORT["data"]["attributes"]["download_url"]
CSV = b"direction,duration\n" + b"Inbound,5\n" * 3
WHOLE = gzip.compress(CSV)
NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.anyio


class Hosts:
    """The API and the file's host, which answers as it is told, and what was asked of both."""

    def __init__(self, content: bytes = WHOLE, status: int = 200, **headers: str) -> None:
        self.file = (status, content, headers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "api.flowroute.com":
            return httpx.Response(200, json=EXPORT)
        status, content, headers = self.file
        return httpx.Response(status, content=content, headers=headers)

    def client(self) -> FlowrouteClient:
        return FlowrouteClient(access_key="a", secret_key="s", http_transport=httpx.MockTransport(self))


async def test_no_credentials_go_to_the_files_host(tmp_path: Path) -> None:
    hosts = Hosts()
    async with hosts.client() as client:
        await client.cdr_exports.download("203485", tmp_path / "calls.csv")
    api, file = hosts.asked
    assert "authorization" in api.headers
    assert "authorization" not in file.headers
    assert str(file.url) == ADDRESS
    assert (tmp_path / "calls.csv").read_bytes() == CSV


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        (Hosts(status=403), "HTTP 403; the address may have expired"),
        (Hosts(status=302, location="https://elsewhere.example/"), "HTTP 302"),
        (Hosts(WHOLE[:-9]), "ends in the midst of its data"),
        (Hosts(WHOLE[:12] + b"damaged" + WHOLE[12:]), "damaged"),
        (Hosts(gzip.compress(bytes(1 << 20))), "larger than 1000 bytes"),
        (Hosts(bytes(2000)), "larger than 1000 bytes"),
    ],
)
async def test_a_file_that_cannot_be_had_leaves_what_there_was(hosts: Hosts, said: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("before", encoding="utf-8")
    async with hosts.client() as client:
        with pytest.raises(FileTransferError, match=said) as caught:
            await client.cdr_exports.download("203485", path, max_bytes=1000)
    assert "Signature" not in f"{caught.value} {caught.value!r}"
    assert caught.value.host == "s3.us-west-2.amazonaws.com"
    assert path.read_text(encoding="utf-8") == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["calls.csv"]  # noqa: ASYNC240 - a folder of one file


async def test_nothing_logged_shows_the_address(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with Hosts().client() as client:
            await client.cdr_exports.download("203485", tmp_path / "calls.csv")
    assert "Signature" not in caplog.text


@pytest.mark.parametrize(
    ("start", "end", "others", "argument"),
    [
        (datetime(2026, 1, 1), NOW, {}, "start"),  # noqa: DTZ001 - a naive one is what is tried
        (NOW, NOW, {}, "end"),
        (NOW, NOW + timedelta(days=93), {}, "end"),
        (NOW, NOW + timedelta(days=1), {"number_aliases": "Office"}, "number_aliases"),
        (NOW, NOW + timedelta(days=1), {"destination_numbers": ["911"]}, "destination_numbers[0]"),
        (NOW, NOW + timedelta(days=1), {"duration_greater_than": -1}, "duration_greater_than"),
        (NOW, NOW + timedelta(days=1), {"callback_url": "x"}, "callback_url"),
        (NOW, NOW + timedelta(days=1), {"wait": -1}, "wait"),
    ],
)
async def test_what_makes_no_sense_of_an_export_is_refused(
    start: datetime, end: datetime, others: dict[str, Any], argument: str
) -> None:
    hosts = Hosts()
    async with hosts.client() as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await client.cdr_exports.create(start, end, **others)
    assert caught.value.argument == argument
    assert hosts.asked == []


PARTS: dict[str, Any] = {"billing_name": "J", "street": "S", "city": "C", "state": "WA", "provider": "P"}


@pytest.mark.parametrize(
    ("parts", "argument"),
    [
        ({"state": "Wonderland"}, "state"),
        ({"country": "MX"}, "country"),
        ({"provider": None}, "provider"),
        ({"usage_type": "business"}, "usage_type"),
        ({"last_4_ssn": "12345"}, "last_4_ssn"),
        ({"pin": ""}, "pin"),
        ({"status_url": "x"}, "status_url"),
        ({"enable_cnam_lookups": 1}, "enable_cnam_lookups"),
        ({"desired_completion_date": datetime.now(UTC).date() - timedelta(days=2)}, "desired_completion_date"),
        ({"business_documents": "https://example.com"}, "business_documents"),
    ],
)
async def test_what_makes_no_sense_of_a_port_order_is_refused_and_shows_no_secret(
    parts: dict[str, Any], argument: str
) -> None:
    hosts = Hosts()
    async with hosts.client() as client:
        with pytest.raises(InvalidArgumentError) as caught:
            await client.porting.create(["12065550100"], **PARTS | parts)
    assert caught.value.argument == argument
    assert "12345" not in str(caught.value)
    assert hosts.asked == []


async def test_a_letter_is_signed_as_it_was_read_only() -> None:
    hosts = Hosts()
    letter = LetterOfAuthorization(billing_name="Janet Doe")
    async with hosts.client() as client:
        porting: Any = client.porting
        for call in (
            porting.sign_loa("1", {"billing_name": "x"}, signature_name="J", signature_title="Owner"),
            porting.sign_loa("1", letter, signature_name=" ", signature_title="Owner"),
            porting.add_document("1"),
            porting.remove_preset("1", "alias"),
            porting.check(),
            porting.update("1"),
        ):
            with pytest.raises(InvalidArgumentError):
                await call
    assert hosts.asked == []

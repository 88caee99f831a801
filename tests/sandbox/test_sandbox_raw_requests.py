"""Requests as bytes on a socket, as old, careless and odd clients send them: each is answered, and never by a 500."""

import gzip
import json
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER
from tests.sandbox.sandbox_in_process import buy

KEYS = b64encode(b"sandbox:sandbox").decode()


@dataclass(frozen=True)
class Served:
    sandbox: Sandbox
    host: str
    port: int
    number: str

    def ask(
        self, method: str, target: str, body: bytes = b"", *headers: str, version: str = "1.1", chunked: bool = False
    ) -> tuple[int, Any, HTTPResponse]:
        """Send a request byte by byte as given; return the status, what the body holds, and the answer."""
        lines = [f"{method} {target} HTTP/{version}", f"Authorization: Basic {KEYS}", "Connection: close", *headers]
        if not any(header.lower().startswith("host:") for header in headers) and version == "1.1":
            lines.append(f"Host: {self.host}:{self.port}")
        if chunked:
            lines.append("Transfer-Encoding: chunked")
            middle = len(body) // 2
            parts = (body[:middle], body[middle:], b"")
            body = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
        elif body or method in {"POST", "PATCH", "PUT"}:
            lines.append(f"Content-Length: {len(body)}")
        with socket.create_connection((self.host, self.port), timeout=HANGS_AFTER) as connection:
            connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            content = answer.read()
        return answer.status, json.loads(content) if content else None, answer

    def alias(self) -> str | None:
        found: str | None = self.sandbox.control.snapshot().numbers[0].alias
        return found


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    sandbox = Sandbox(numbers=4_000, sms_rate=None, mms_rate=None)
    with running(sandbox) as url:
        with httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER) as api:
            number = buy(api, starts_with=206)
        at = httpx.URL(url)
        yield Served(sandbox, at.host, at.port or 80, number)
    sandbox.close()


def body_of(alias: str) -> bytes:
    return json.dumps({"type": "number", "alias": alias}).encode()


@pytest.mark.parametrize(
    "label",
    [
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=ISO-8859-1",
        "multipart/form-data",
        "application/octet-stream",
        "TEXT/PLAIN",
        "application/vnd.api+json; ext=bulk",
        "json",
        ";",
        "",
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\r\n\t "], ids=["plain", "byte order mark", "white space"])
def test_json_is_read_under_any_label_and_after_a_mark(served: Served, label: str, mark: bytes) -> None:
    status, _, _ = served.ask(
        "PATCH", f"/v2/numbers/{served.number}", mark + body_of(label or "none"), f"Content-Type: {label}"
    )
    assert (status, served.alias()) == (200, label or "none")


def test_a_body_in_pieces_is_a_body(served: Served) -> None:
    status, _, _ = served.ask("PATCH", f"/v2/numbers/{served.number}", body_of("chunked"), chunked=True)
    assert (status, served.alias()) == (200, "chunked")


def test_a_client_that_waits_to_be_told_to_go_on_is_told(served: Served) -> None:
    # As curl does for large bodies; the standard library's reader skips the interim answer.
    status, _, _ = served.ask("PATCH", f"/v2/numbers/{served.number}", body_of("waited"), "Expect: 100-continue")
    assert (status, served.alias()) == (200, "waited")


def test_http_1_0_is_answered_with_a_host_and_without(served: Served) -> None:
    for headers in ((), (f"Host: {served.host}:{served.port}",)):
        status, body, _ = served.ask("GET", f"/v2/numbers/{served.number}", b"", *headers, version="1.0")
        assert (status, body["data"]["id"]) == (200, served.number)


@pytest.mark.parametrize("path", ["/v2/numbers", "/v2/routes?limit=1", "/v2.1/messages?start_date=2018-01-01"])
def test_a_request_for_the_head_has_the_head_of_what_is_read(served: Served, path: str) -> None:
    status, body, head = served.ask("HEAD", path)
    full = served.ask("GET", path)[2]
    assert (status, body) == (200, None)
    assert [head.getheader(name) for name in ("content-type", "content-length")] == [
        full.getheader(name) for name in ("content-type", "content-length")
    ]


def test_a_request_for_the_head_of_what_is_not_read_is_refused(served: Served) -> None:
    assert served.ask("HEAD", "/v2/portorders/portability")[0] in {404, 405}
    assert served.ask("HEAD", "/v2/nothing")[0] == 404


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(body_of("packed")), ("Content-Encoding: gzip", "Content-Type: application/json")),
        (body_of("wide").decode().encode("utf-16"), ("Content-Type: application/json; charset=utf-16",)),
        (body_of("wide").decode().encode("utf-32"), ("Content-Type: application/json",)),
        ('{"alias": "é"}'.encode("latin-1"), ("Content-Type: application/json; charset=iso-8859-1",)),
        (b'{"alias": "x"', ("Content-Type: application/json",)),
        (b'{"alias": ' + b"[" * 100_000, ()),
        (b'{"alias": 1' + b"0" * 10_000 + b"}", ()),
    ],
    ids=["gzip", "UTF-16", "UTF-32", "Latin-1", "cut", "deep", "long number"],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(
    served: Served, body: bytes, headers: tuple[str, ...]
) -> None:
    before = served.alias()
    status, answer, _ = served.ask("PATCH", f"/v2/numbers/{served.number}", body, *headers)
    assert status in {400, 415, 422}
    assert answer["errors"][0]["status"] == status
    assert served.alias() == before


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "LOCK", "get", "PROPFIND"])
def test_a_method_that_a_path_does_not_know_is_refused_with_those_that_it_does(served: Served, method: str) -> None:
    status, _, answer = served.ask(method, "/v2/numbers")
    assert (status, answer.getheader("allow")) == (405, "GET, HEAD")


KNOWN = {
    "/v2/numbers/": 200,
    "/v2/numbers//": 200,
    "/v2/numbers?": 200,
    "/v2/numbers??limit=1": 200,
    "/v2%2Fnumbers": 200,
    "/v2/numbers?limit=5&&offset=0&": 200,
    "/v2/numbers?limit=7&limit=5": 200,
    "/v2/numbers?limit[]=5&unknown=1&%ff=%ff&a%zz=1&=3": 200,
    "//v2/numbers": 404,
    "/v2//numbers": 404,
    "/v2/x/../numbers": 404,
    "/V2/numbers": 404,
    "/v2/numbers/%00": 404,
    "/v2/numbers/%ff": 404,
    "/v2/numbers/%zz": 404,
    "/v2/numbers/" + "1" * 5_000: 404,
    "*": 404,
    "http://evil.test/v2/numbers": 404,
}


@pytest.mark.parametrize(("target", "status"), KNOWN.items(), ids=lambda value: str(value)[:40])
def test_odd_targets_have_an_answer_each(served: Served, target: str, status: int) -> None:
    assert served.ask("GET", target)[0] == status


LIMITS = [
    "-1",
    "0",
    "1.5",
    "1e3",
    "%2B5",
    "0x10",
    "1_0",
    "null",
    "true",
    "abc",
    "%00",
    "%D9%A3",
    "99999999999999999999",
]


@pytest.mark.parametrize("value", ["", *LIMITS, "9" * 5_000], ids=lambda value: value[:12] or "empty")
@pytest.mark.parametrize("path", ["/v2/numbers", "/v2/numbers/available", "/v2/routes", "/v2/cnams", "/v2/e911s"])
def test_a_limit_that_is_none_is_refused_by_its_name(served: Served, path: str, value: str) -> None:
    status, body, _ = served.ask("GET", f"{path}?limit={value}")
    assert (status, list(body["errors"][0]["detail"])) == (422, ["limit"])


MEANT = {
    True: "1 True true yes t on False&is_approved=1",
    False: "0 False no f OFF True&is_approved=0",
    None: "2 maybe null None 10",
}
WORDS = [(word, meant) for meant, words in MEANT.items() for word in words.split()]


@pytest.mark.parametrize(("word", "meant"), [*WORDS, ("", None)])
def test_a_boolean_may_be_any_of_the_usual_words(served: Served, word: str, meant: bool | None) -> None:  # noqa: FBT001 - what is expected
    status, body, _ = served.ask("GET", f"/v2/cnams?is_approved={word}")
    assert status == (422 if meant is None else 200)
    assert meant is None or f"is_approved={meant}" in body["links"]["self"]


NO_TEXT = ["Not a valid string."]


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"from": 12065550100, "to": "12065550123", "body": "x"}, {"from": NO_TEXT}),
        ({"from": "12065550100", "to": 12065550123, "body": 5}, {"to": NO_TEXT, "body": NO_TEXT}),
        ({"from": None, "to": [], "body": {}}, None),
        ({"from": True, "to": 1.5, "body": "x", "is_mms": "perhaps"}, None),
    ],
)
def test_what_is_no_text_gets_an_error_that_says_so(
    served: Served, attributes: dict[str, object], named: dict[str, list[str]] | None
) -> None:
    for body in (attributes, {"data": {"type": "message", "attributes": attributes}}):
        status, answer, _ = served.ask("POST", "/v2.1/messages", json.dumps(body).encode())
        detail = answer["errors"][0]["detail"]
        assert status == 422
        found = detail["data"]["attributes"] if "data" in detail else detail
        assert named is None or {name: found.get(name) for name in named} == named
    assert "send_message" not in served.sandbox.control.effects()

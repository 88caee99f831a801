"""What comes with a status of success in place of an answer: web pages and error documents, whatever their labels."""

import gzip
import zlib
from dataclasses import replace

import httpx
import pytest
import respx

from flowroute_async import FlowrouteClient, InvalidResponseError, RateLimitedError, RawResponse
from flowroute_async.stray_answer import stray_answer
from flowroute_openapi import Operation, delete_e911_address, get_number
from tests.described_calls import described_call

NUMBER = "12065550100"
PAGE = b"<!doctype html><title>Log in</title>"
DONE_IN_PART = b'{"errors": [{"title": "Messaging failed"}], "data": {"id": "1"}}'
ERRORS = b'{"errors": [{"status": 500, "title": "Backend failed"}]}'


def answer(operation: Operation[object], content: bytes, kind: str | None = None) -> RawResponse[object]:
    return RawResponse(operation, 200, {} if kind is None else {"content-type": kind}, content, 0.1, 1)


@pytest.mark.parametrize("operation", [get_number(NUMBER), delete_e911_address("1")])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PAGE, None),
        (PAGE, "text/plain"),
        (PAGE, "application/json"),
        (b"\xef\xbb\xbf \r\n" + PAGE, "application/vnd.api+json"),
        (b"<?xml version='1.0'?><error/>", "text/xml"),
        (b"Please log in", "text/html"),
        (b"Please log in", "Application/XHTML+XML; charset=utf-8"),
    ],
)
def test_a_web_page_is_recognised_by_what_it_is(operation: Operation[object], content: bytes, kind: str | None) -> None:
    assert stray_answer(answer(operation, content, kind)) == (
        "a web page came (HTTP 200): something in between answered, such as a login page"
    )


@pytest.mark.parametrize("header", [("accept", "text/csv"), ("x-form", "html")])
def test_a_call_that_asks_for_something_else_gets_no_page(header: tuple[str, str]) -> None:
    operation = replace(get_number(NUMBER), headers=(header,))
    assert "a web page came" in str(stray_answer(answer(operation, b"Please log in", "text/html")))


@pytest.mark.parametrize("operation", [get_number(NUMBER), delete_e911_address("1")])
@pytest.mark.parametrize(
    "content", [b"", b"  ", b'{"data": {"id": "1"}}', b"[]", b'{"errors": []}', b'{"errors": null}', DONE_IN_PART]
)
def test_an_answer_is_one_whatever_its_label(operation: Operation[object], content: bytes) -> None:
    assert stray_answer(answer(operation, content, "text/html")) is None


def test_a_call_that_asks_for_a_page_gets_one() -> None:
    asking = replace(get_number(NUMBER), headers=(("accept", "text/html"),), answer_format="text")
    assert stray_answer(answer(asking, PAGE, "text/html")) is None
    assert stray_answer(answer(replace(asking, headers=()), b"Please log in", "text/html")) is not None


@pytest.mark.parametrize("content", [ERRORS, ERRORS.decode().encode("utf-16"), b'{"errors": "none of them"}'])
def test_an_error_document_is_no_success_of_a_call_that_is_answered_without_a_body(content: bytes) -> None:
    found = stray_answer(answer(delete_e911_address("1"), content))
    told = "an error document came with a status of success (HTTP 200): it may not have taken effect"
    assert found == (told if content.startswith(b"{") else None)


def test_an_error_document_that_answers_a_question_is_left_to_whoever_reads_it() -> None:
    assert stray_answer(answer(get_number(NUMBER), ERRORS)) is None


@pytest.mark.anyio
async def test_a_message_is_not_reported_as_sent_where_an_error_document_came() -> None:
    async with FlowrouteClient(access_key="a", secret_key="b") as client:
        with respx.mock() as router:
            sending = router.post("https://api.flowroute.com/v2.1/messages").respond(200, content=ERRORS)
            with pytest.raises(InvalidResponseError, match="it may not have taken effect") as caught:
                await client.messages.send(from_=NUMBER, to="12065550101", body="hello")
    assert sending.call_count == 1
    assert "most likely took effect" not in str(caught.value)


@pytest.mark.parametrize("content", [b"[" * 50_000, b'{"a":' * 50_000, b'{"errors', b"OK", b'"errors"'])
def test_what_is_neither_leaves_it_to_the_status(content: bytes) -> None:
    assert stray_answer(answer(delete_e911_address("1"), content)) is None


@pytest.mark.anyio
async def test_a_deletion_is_not_reported_as_done_where_a_page_or_an_error_document_came() -> None:
    async with FlowrouteClient(access_key="a", secret_key="b") as client:
        for content, said in ((PAGE, "a web page came"), (ERRORS, "it may not have taken effect")):
            with respx.mock() as router:
                router.delete("https://api.flowroute.com/v2/e911s/20930").respond(200, content=content)
                with pytest.raises(InvalidResponseError, match=said) as caught:
                    await client.e911.delete("20930")
            assert caught.value.raw.content == content
            assert "most likely took effect" not in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", "text/html; charset=utf-8")],
        [("content-encoding", "identity"), ("content-encoding", "identity")],
        [("content-encoding", "identity"), ("content-encoding", "gzip")],
        [("content-encoding", "X-GZIP")],
        [("content-encoding", "deflate")],
    ],
)
async def test_an_answer_is_read_by_its_body_whatever_its_headers(headers: list[tuple[str, str]]) -> None:
    call = described_call("get_number", {"id": NUMBER})
    written: dict[str, bytes] = {"gzip": gzip.compress(call.body), "deflate": zlib.compress(call.body)}
    content = written.get(headers[-1][1].lower().removeprefix("x-"), call.body)

    def respond(_: httpx.Request) -> httpx.Response:  # as it comes from the wire, not yet decompressed
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))

    with respx.mock() as router:
        router.get(url__startswith="https://api.flowroute.com/").mock(side_effect=respond)
        async with FlowrouteClient(access_key="a", secret_key="b") as client:
            assert (await client.send(call.operation)) is not None


@pytest.mark.anyio
async def test_an_answer_without_content_is_whole_whatever_its_headers_say() -> None:
    call = described_call("sign_letter_of_authorization", {})
    with respx.mock() as router:
        router.route().respond(204, headers={"content-encoding": "gzip"})
        async with FlowrouteClient(access_key="a", secret_key="b") as client:
            assert await client.send(call.operation) is None


@pytest.mark.anyio
async def test_of_several_retry_after_headers_the_longest_counts() -> None:
    headers = [("retry-after", "600"), ("retry-after", "0")]
    with respx.mock() as router:
        asked = router.get(url__startswith="https://api.flowroute.com/").respond(429, headers=headers)
        async with FlowrouteClient(access_key="a", secret_key="b", deadline=100) as client:
            with pytest.raises(RateLimitedError) as caught:
                await client.numbers.get(NUMBER)
    assert (caught.value.retry_after, asked.call_count) == (600.0, 1)

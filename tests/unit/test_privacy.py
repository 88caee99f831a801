"""Phone numbers are masked; the log lines of other libraries hold no values while a request is under way."""

import base64
import html
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_async.privacy import HIDDEN, mask_number, mask_numbers, redact_library_logs
from flowroute_async.testing import InstantClock
from flowroute_async.vendor_words import SENTENCES
from flowroute_openapi import get_number, list_numbers, send_message
from flowroute_openapi.models import NewMessage

ACCESS_KEY, SECRET_KEY = "71fe0c3a", "9d2b64c1e8f05a7733c1b2a4d5e6f708"
PLANTED = {
    "the access key": ACCESS_KEY,
    "the secret key": SECRET_KEY,
    "the header": base64.b64encode(f"{ACCESS_KEY}:{SECRET_KEY}".encode()).decode(),
    "a number": "12065550147",
    "a name": "Zoltán O'Brien & Söhne",
    "an address": "1218 Quixotic Ave #7 <rear>",
    "a text": "Your code is 884-213, don't share it!",
}
WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "html": html.escape,
    "json": lambda text: json.dumps(text)[1:-1],
    "url": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "cut": lambda text: text[: max(len(text) * 2 // 3, 6)],
    "late": lambda text: "x" * 5000 + text,
    "upper": str.upper,
    "in a sentence": lambda text: f"Basic {text} may not do that; was it you, {text}?",
    "spaced": " ".join,
}


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class _Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name} {record.getMessage()} {record.args} {record.exc_text}")
            if record.exc_info:
                lines.append("".join(traceback.format_exception(*record.exc_info)))

    handler, root = _Keep(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def shown(error: BaseException) -> Iterator[str]:
    """All that somebody may print of an error, and of those beneath it."""
    yield "".join(traceback.format_exception(error))
    beneath: BaseException | None = error
    while beneath is not None:
        yield from (str(beneath), repr(beneath), *getattr(beneath, "__notes__", ()))
        beneath = beneath.__cause__ or (None if beneath.__suppress_context__ else beneath.__context__)


def pieces(text: str) -> Iterator[str]:
    """What may be seen nowhere: the text in each writing, and its longer words."""
    for write in ("plain", "html", "json", "url", "form", "cut", "upper", "spaced"):
        yield WRITINGS[write](text)
    yield from (word for word in text.split() if len(word) >= 6)


@pytest.mark.parametrize(
    ("number", "masked"), [("12065550147", "*********47"), ("20655", "***55"), ("2065", "****"), ("", "")]
)
def test_a_number_shows_its_last_two_digits(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    "number", ["12065550147", "+12065550147", "(206) 555-0147", "206.555.0147", "1 206 555 0147", "555-0147"]
)
def test_a_number_in_any_form_is_masked_in_a_text(number: str) -> None:
    masked = mask_numbers(f"No such number: {number}.")
    assert "555" not in masked
    assert masked.endswith("47.")


def test_short_numbers_stay() -> None:
    assert mask_numbers("HTTP 404 after 30 seconds, 123456") == "HTTP 404 after 30 seconds, 123456"


ids = st.sampled_from(sorted(PLANTED))
ways = st.sampled_from(sorted(WRITINGS))
bodies = st.sampled_from(["title", "detail", "nested", "key", "id", "status", "text", "html", "success", "type"])


def _document(place: str, text: str) -> bytes:
    error: dict[str, object] = {"id": "7fc8c70a-ca58-430c-b383-b89df84f8083", "status": 422, "title": "Client Error"}
    match place:
        case "nested":
            error["detail"] = {"data": {"attributes": {"zip": [text, "Missing data for required field."]}}}
        case "key":
            error["detail"] = {"data": {text: {"zip": [text]}, "attributes": {text: text}}}
        case "text":
            return text.encode()
        case "html":
            return f"<html><body>{text}</body></html>".encode()
        case "success":
            return json.dumps(
                {"data": [{"id": text, "type": text, text: text, "attributes": {"value": text}}]}
            ).encode()
        case _:
            error[place] = text
    return json.dumps({"errors": [error]}).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(what=ids, way=ways, place=bodies, status=st.sampled_from([200, 400, 401, 403, 404, 418, 422, 429, 500, 503]))
def test_nothing_that_a_server_says_is_shown(what: str, way: str, place: str, status: int) -> None:
    said = WRITINGS[way](PLANTED[what])
    content = _document(place, said)
    header = said.encode("ascii", "replace").decode().replace("\n", " ")[:200]
    answer = httpx.Response(status, content=content, headers={"x-request-id": header, "content-type": header})
    message = NewMessage(from_="12065550147", to="12065550199", body=PLANTED["a text"])

    async def main() -> None:
        client = FlowrouteClient(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            base_url="http://127.0.0.1",
            http_transport=httpx.MockTransport(lambda _: answer),
            max_retries=0,
            clock=InstantClock(),
        )
        for operation in (get_number("12065550147"), list_numbers(), send_message(message)):
            with everything_logged() as lines:
                try:
                    await client.send(operation)
                except FlowrouteError as error:
                    lines.extend(shown(error))
            seen = "\n".join(lines)
            for piece in pieces(PLANTED[what]):
                assert piece not in seen, f"{what} is shown: {seen}"

    anyio.run(main)


def test_known_sentences_and_fields_are_shown_and_others_stand_in_attributes() -> None:
    content = _document("nested", "Ask for Zoltan")

    async def main() -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(422, content=content))
        client = FlowrouteClient(access_key="a", secret_key="b", http_transport=transport)
        with pytest.raises(FlowrouteError) as caught:
            await client.send(get_number("12065550147"))
        assert str(caught.value) == (
            "get_number: a value was refused by the server, HTTP 422: Client Error; data.attributes.zip; "
            "data.attributes.zip: Missing data for required field. [request 7fc8c70a-ca58-430c-b383-b89df84f8083]"
        )
        assert caught.value.field_errors[0] == ("data.attributes.zip", "Ask for Zoltan")  # type: ignore[attr-defined] # a ValidationFailedError

    anyio.run(main)


@pytest.mark.parametrize("sentence", sorted(SENTENCES))
def test_each_known_sentence_is_shown(sentence: str) -> None:
    async def main() -> None:
        answer = httpx.Response(404, json={"errors": [{"detail": sentence}]})
        client = FlowrouteClient(access_key="a", secret_key="b", http_transport=httpx.MockTransport(lambda _: answer))
        with pytest.raises(FlowrouteError) as caught:
            await client.send(get_number("12065550147"))
        assert sentence in str(caught.value)

    anyio.run(main)


@pytest.mark.parametrize(
    "name", ["httpcore.http11", "httpcore2.http2", "hpack.hpack", "h2", "some.other", "aiohttp.client"]
)
def test_what_any_library_logs_of_an_exchange_holds_no_values(name: str) -> None:
    logger, secret = logging.getLogger(name), "Basic c2VjcmV0"
    with everything_logged() as lines:
        with redact_library_logs():
            logger.debug("receive_response_headers.complete return_value=(200, [(b'x', b'Basic c2VjcmV0')])")
            logger.debug("Decoded %s, consumed %d bytes", secret, 12)
            logger.debug(secret)
            logger.debug(secret.split()[1])
            logger.debug("it failed", exc_info=ValueError(secret))
        logger.debug("afterwards %s", "shown")
    seen = "\n".join(lines)
    assert secret not in seen
    assert "c2VjcmV0" not in seen
    assert f"{name} receive_response_headers.complete" in seen
    assert f"Decoded {HIDDEN}, consumed {HIDDEN} bytes" in seen
    assert "afterwards shown" in seen


def test_the_log_is_redacted_where_somebody_has_set_a_record_factory_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    with everything_logged() as lines, redact_library_logs():
        logging.getLogger("httpcore.http11").debug("x.complete %s", "secret")
    assert "secret" not in "\n".join(lines)


def test_what_a_transport_of_ones_own_logs_above_debug_stays() -> None:
    with everything_logged() as lines, redact_library_logs():
        logging.getLogger("my.audit").info("sent to %s", "somewhere")
    assert "my.audit sent to somewhere" in lines[0]

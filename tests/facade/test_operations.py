"""Every operation of the API through both layers: the request it sends, and every answer and error to it."""

import base64
import json
import ssl
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
import respx

from flowroute_async import (
    AuthenticationError,
    BadRequestError,
    CallError,
    FlowrouteClient,
    InvalidResponseError,
    MethodNotAllowedError,
    NoAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    Rates,
    ServerError,
    StatusError,
    UnexpectedStatusError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
    __version__,
)
from flowroute_openapi import Model
from tests.facade.operation_table import BODIES, CASES, LAYERS, Case

BASE_URL = "https://api.flowroute.com"
ACCESS, SECRET = "12345678", "sEcReT-kEy"
TLS = ssl.create_default_context()  # one for all clients: making it takes far longer than a test

REQUEST_ID = "7fc8c70a-ca58-430c-b383-b89df84f8083"
REFUSALS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    415: UnsupportedMediaTypeError,
    422: ValidationFailedError,
    429: RateLimitedError,
}
UNDOCUMENTED = (299, 302, 307, 418, 499, 520, 599)
FAILURES = (500, 502, 503, 504)

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "application/vnd.api+json"),
    "truncated JSON": (b'{"data": {"id": "1', "application/vnd.api+json"),
    "plain text": (b"OK", "text/plain"),
    "not UTF-8": (b'{"data": "\xff\xfe"}', "application/vnd.api+json"),
    "another shape": (b'[{"data": []}]', "application/json"),
    "null": (b"null", "application/json"),
    "very deep": (b"[" * 20_000, "application/json"),
}

Answer = Callable[[httpx.Request], httpx.Response]

everywhere = pytest.mark.parametrize("layer", LAYERS)
every_operation = pytest.mark.parametrize(
    "case", CASES, ids=[f"{place} {case.name}" for place, case in enumerate(CASES)]
)
pytestmark = pytest.mark.anyio


def new_client() -> FlowrouteClient:
    rates = Rates(sms=None, mms=None)
    return FlowrouteClient(access_key=ACCESS, secret_key=SECRET, max_retries=0, rates=rates, ssl_context=TLS)


def always(status: int, **parts: Any) -> Answer:
    """Answer every request alike."""
    return lambda _: httpx.Response(status, **parts)


async def failures(layer: str, case: Case, *answers: Answer) -> list[CallError]:
    """Call an operation once for each of the answers; give the errors."""
    errors: list[CallError] = []
    with respx.mock(base_url=BASE_URL) as router:
        async with new_client() as client:
            for answer in answers:
                router.route().mock(side_effect=answer)
                with pytest.raises(CallError) as caught:
                    await LAYERS[layer](client, case)
                errors.append(caught.value)
    return errors


@everywhere
@every_operation
async def test_the_request_has_its_method_address_headers_and_body(layer: str, case: Case) -> None:
    with respx.mock(base_url=BASE_URL) as router:
        answer = BODIES[case.answer] if case.answer else None
        route = router.route().respond(case.status, json=answer)
        async with new_client() as client:
            result = await LAYERS[layer](client, case)
    assert route.call_count == 1
    request = route.calls.last.request
    assert request.method == case.method
    assert str(request.url) == BASE_URL + case.target
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCESS}:{SECRET}".encode()).decode()
    assert "application/vnd.api+json" in request.headers["accept"]
    assert request.headers["user-agent"] == f"flowroute-async/{__version__}"
    if case.body is None:
        assert request.content == b""
        assert "content-type" not in request.headers
    else:
        assert json.loads(request.content) == case.body
        assert request.headers["content-type"] == "application/vnd.api+json"
    assert (result is None) == (case.answer is None)


@every_operation
async def test_the_raw_answer_is_to_be_had(case: Case) -> None:
    content = json.dumps(BODIES[case.answer]).encode() if case.answer else b""
    with respx.mock(base_url=BASE_URL) as router:
        router.route().respond(case.status, content=content, headers={"X-Thing": "yes"})
        async with new_client() as client:
            raw = await client.send_raw(case.operation)
    assert (raw.status_code, raw.content, raw.attempts) == (case.status, content, 1)
    assert raw.headers["x-thing"] == "yes"
    assert raw.elapsed >= 0
    assert raw.operation is case.operation


@everywhere
@every_operation
async def test_any_documented_success_is_a_success(layer: str, case: Case) -> None:
    with respx.mock(base_url=BASE_URL) as router:
        async with new_client() as client:
            for status in (200, 201, 202, 207):
                router.route().respond(status, json=BODIES[case.answer] if case.answer else None)
                result = await LAYERS[layer](client, case)
                assert (result is None) == (case.answer is None)


@everywhere
@every_operation
async def test_every_documented_refusal_is_an_error_of_its_own(layer: str, case: Case) -> None:
    bodies = {
        status: {"errors": [{"id": REQUEST_ID, "status": status, "title": "Client Error", "detail": "A detail."}]}
        for status in REFUSALS
    }
    errors = await failures(layer, case, *(always(status, json=body) for status, body in bodies.items()))
    for error, (status, kind) in zip(errors, REFUSALS.items(), strict=True):
        assert type(error) is kind
        assert isinstance(error, StatusError)
        assert (error.status_code, error.request_id, error.attempts) == (status, REQUEST_ID, 1)
        assert [(one.status, one.title, one.detail) for one in error.errors] == [(status, "Client Error", "A detail.")]
        assert json.loads(error.raw.content) == bodies[status]
        assert error.operation.name == case.name
        assert str(error) == f"{case.name}: {kind.title}, HTTP {status}: Client Error [request {REQUEST_ID}]"
        assert SECRET not in str(error) + repr(error)


@everywhere
@every_operation
async def test_a_failing_server_is_an_error_or_an_unknown_outcome(layer: str, case: Case) -> None:
    errors = await failures(layer, case, *(always(status, text="oops") for status in FAILURES))
    for error, status in zip(errors, FAILURES, strict=True):
        if case.is_repeatable:
            assert type(error) is ServerError
            assert error.status_code == status
        else:
            assert type(error) is OutcomeUnknownError
            assert error.raw is not None
            assert error.raw.status_code == status
            assert error.look_at


@everywhere
@every_operation
async def test_a_status_outside_the_document_is_a_typed_error_and_no_redirect_is_followed(
    layer: str, case: Case
) -> None:
    asked: list[str] = []

    def answering(status: int) -> Answer:
        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.method)
            return httpx.Response(status, headers={"location": f"{BASE_URL}/elsewhere"}, json={"data": []})

        return answer

    errors = await failures(layer, case, *(answering(status) for status in UNDOCUMENTED))
    assert asked.count(case.method) == len(UNDOCUMENTED)
    for error, status in zip(errors, UNDOCUMENTED, strict=True):
        if case.is_repeatable or 400 <= status < 500:
            assert isinstance(error, ServerError if status >= 500 else UnexpectedStatusError)
            assert error.status_code == status
        else:  # nobody documents what such a status means for a call that must not be made twice
            assert type(error) is OutcomeUnknownError
            assert error.raw is not None
            assert error.raw.status_code == status


def unreadable(status: int) -> list[Answer]:
    return [
        always(status, content=content, headers={"content-type": kind, "x-request-id": "from-header"})
        for content, kind in UNREADABLE.values()
    ]


@everywhere
@every_operation
async def test_success_with_an_unreadable_body_is_a_typed_error(layer: str, case: Case) -> None:
    if case.answer is None:
        with respx.mock(base_url=BASE_URL) as router:
            async with new_client() as client:
                for answer in unreadable(case.status):
                    router.route().mock(side_effect=answer)
                    assert await LAYERS[layer](client, case) is None
        return
    bodies = [body for body in UNREADABLE.values() if body[0] or not case.operation.may_be_empty]
    answers = unreadable(case.status)[-len(bodies) :]
    for error, (content, _) in zip(await failures(layer, case, *answers), bodies, strict=True):
        assert type(error) is InvalidResponseError
        assert (error.status_code, error.raw.content) == (case.status, content)
        assert ("most likely took effect" in str(error)) == (error.operation.method != "GET")


@everywhere
@every_operation
async def test_a_web_page_in_place_of_an_answer_is_a_typed_error(layer: str, case: Case) -> None:
    (error,) = await failures(layer, case, always(200, html="<!doctype html><title>Log in</title>"))
    assert type(error) is InvalidResponseError
    assert "a web page came" in str(error)


@everywhere
@every_operation
async def test_a_refusal_with_an_unreadable_body_keeps_its_status(layer: str, case: Case) -> None:
    answers = [*unreadable(404), always(404, html="<p>Not here</p>", headers={"x-request-id": "from-header"})]
    for error in await failures(layer, case, *answers):
        assert type(error) is NotFoundError
        assert (error.errors, error.request_id) == ((), "from-header")


@everywhere
@every_operation
async def test_what_a_mock_raises_is_sent_once_where_it_must_not_be_repeated(layer: str, case: Case) -> None:
    kinds = (httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout, httpx.ConnectError, httpx.ConnectTimeout)
    with respx.mock(base_url=BASE_URL) as router:
        for kind in kinds:
            router.route().mock(side_effect=kind)
            async with new_client() as client:
                with pytest.raises(CallError) as caught:
                    await LAYERS[layer](client, case)
            # A mock shows nothing: whether it would have been sent is not known.
            assert type(caught.value) is (NoAnswerError if case.is_repeatable else OutcomeUnknownError)
            assert caught.value.attempts == 1


async def test_field_errors_name_the_field_and_its_message() -> None:
    detail = {"data": {"attributes": {"value": ["Too long", "No letter"], "alias": "Taken"}}}
    body = {"errors": [{"detail": detail, "id": REQUEST_ID, "status": 422}]}
    (error,) = await failures("facade", CASES[7], always(422, json=body))
    assert isinstance(error, ValidationFailedError)
    assert error.field_errors == (
        ("data.attributes.value", "Too long"),
        ("data.attributes.value", "No letter"),
        ("data.attributes.alias", "Taken"),
    )
    assert str(error).endswith("HTTP 422: data.attributes.value; data.attributes.alias [request " + REQUEST_ID + "]")


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"status": 403, "detail": "", "title": "ActionNotAuthorizedError"}]},
        {"errors": [{"detail": "Could not find that resource on your account.", "id": "d668", "status": 403}]},
        {"errors": []},
        {"errors": None},
        {},
        {"errors": [{"id": None, "detail": None, "title": None}]},
    ],
)
async def test_an_error_body_may_lack_any_member(body: dict[str, object]) -> None:
    (error,) = await failures("facade", CASES[4], always(403, json=body))
    assert isinstance(error, PermissionDeniedError)
    assert len(error.errors) == len(cast("list[object]", body.get("errors") or []))
    assert "HTTP 403" in str(error)


async def test_a_wait_that_the_server_asks_for_stands_on_the_error() -> None:
    (error,) = await failures("facade", CASES[0], always(429, headers={"Retry-After": "7"}))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 7.0


async def test_a_model_of_the_facade_and_of_the_low_level_are_the_same() -> None:
    with respx.mock(base_url=BASE_URL) as router:
        router.route().respond(200, json=BODIES["search"])
        async with new_client() as client:
            page = await client.numbers.search()
            document = await client.send(CASES[0].operation)
    assert isinstance(document, Model)
    assert page.items == document.model_copy().__dict__["data"]

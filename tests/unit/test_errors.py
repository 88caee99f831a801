"""Errors survive pickling, and show no personal data."""

import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flowroute_async import (
    FlowrouteError,
    InvalidArgumentError,
    NotSentError,
    OutcomeUnknownError,
    PlanOutdatedError,
    RateLimiterUnavailableError,
    StatusError,
    WebhookError,
)
from flowroute_async.errors import status_error
from flowroute_async.response import RawResponse
from flowroute_openapi import get_number, models
from flowroute_openapi.models import ErrorDocument, Model

CALL = get_number("12065550100")


@pytest.mark.parametrize(
    "error",
    [
        InvalidArgumentError("to", "a number", given="nothing"),
        WebhookError("data.id: missing", b"{}"),
        PlanOutdatedError("12065550100", Decimal(2), Decimal(3)),
        NotSentError(CALL, "no connection", attempts=2),
        RateLimiterUnavailableError(CALL, attempts=1),
        OutcomeUnknownError(CALL, "reset", attempts=1, since=datetime.now(UTC), look_at="Look."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickling_with_its_notes(error: FlowrouteError) -> None:
    error.add_note("a note")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_a_number_that_was_refused_is_masked_wherever_the_error_is_shown() -> None:
    error = InvalidArgumentError("starts_with", "1 to 15 digits", given="'206 555 0100'")
    for shown in (str(error), repr(error), str(error.given), repr(error.args)):
        assert "555" not in shown


def test_an_argument_that_is_about_no_call_says_nothing_of_sending() -> None:
    assert str(InvalidArgumentError("window", "above 0", consequence=None)) == "window must be above 0"
    assert str(InvalidArgumentError("to", "a number")) == "to must be a number; nothing was sent"


def test_a_limiter_that_fails_later_does_not_claim_that_nothing_was_sent() -> None:
    assert "not sent:" in str(RateLimiterUnavailableError(CALL))
    assert "not sent again:" in str(RateLimiterUnavailableError(CALL, attempts=1))


def test_a_reason_that_is_not_shown_is_pointed_to() -> None:
    def refusal(detail: str) -> StatusError:
        body = b'{"errors": [{"detail": "%s", "status": 403}]}' % detail.encode()
        return status_error(RawResponse(CALL, 403, {}, body, elapsed=0.1, attempts=1))

    unknown = refusal("Janet has it already.")
    assert "Janet" not in str(unknown)
    assert [note for note in unknown.__notes__ if "`errors`" in note]
    assert "Janet" not in "".join(unknown.__notes__)
    assert not hasattr(refusal("Authentication failed."), "__notes__")


@pytest.mark.parametrize("status", [404, "404 Not Found: The requested URL was not found on the server."])
def test_the_status_in_an_error_body_is_a_number_or_a_sentence(status: int | str) -> None:
    (error,) = ErrorDocument.model_validate_json(json.dumps({"errors": [{"status": status}]})).errors or ()
    assert (error.status, error.unread) == (status, {})


class CodedError(Model):
    """An error as another API describes it."""

    code: int
    message: str


class NumberedError(Model):
    """An error whose id is a number, with the other fields of the vendor's."""

    id: int
    title: str
    detail: str


class ErrorsByField(Model):
    """An error document without a list."""

    errors: dict[str, list[str]]


class Coded(Model):
    """A document with a list of other errors."""

    errors: tuple[CodedError, ...]


class Numbered(Model):
    """A document with a list of errors that have an id."""

    errors: tuple[NumberedError, ...]


class Texts(Model):
    """A document with a list of sentences."""

    errors: tuple[str, ...]


@pytest.mark.parametrize("status", [404, 503])
@pytest.mark.parametrize(
    ("model", "body"),
    [
        (None, b'{"message": "no"}'),
        (CodedError, b'{"code": 7, "message": "no"}'),
        (str, b'"no"'),
        (ErrorsByField, b'{"errors": {"name": ["is too long"]}}'),
        (Coded, b'{"errors": [{"code": 7, "message": "no"}]}'),
        (Texts, b'{"errors": ["no"]}'),
        (Numbered, b'{"errors": [{"id": 7, "title": "no", "detail": "no"}]}'),
    ],
)
def test_an_error_of_another_api_keeps_its_type_and_its_body(
    monkeypatch: pytest.MonkeyPatch, model: type | None, body: bytes, status: int
) -> None:
    if model is None:
        monkeypatch.delattr(models, "ErrorDocument")
    else:
        monkeypatch.setattr(models, "ErrorDocument", model)
    error = status_error(RawResponse(CALL, status, {}, body, elapsed=0.1, attempts=1))
    assert type(error).__name__ == {404: "NotFoundError", 503: "ServerError"}[status]
    assert f"HTTP {status}" in str(error)
    assert error.raw.content == body
    assert error.request_id == ("7" if model is Numbered else None)
    assert len(error.errors) == (1 if model is Numbered else 0)

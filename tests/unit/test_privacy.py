"""What may be shown of a call, and what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async.privacy import HIDDEN, mask_number, mask_numbers, without_values
from flowroute_openapi.api.messages import send_message
from flowroute_openapi.api.numbers import get_number, search_available_numbers
from flowroute_openapi.models import NewMessage


@pytest.mark.parametrize(
    ("number", "masked"), [("12065550147", "*********47"), ("20655", "***55"), ("2065", "****"), ("", "")]
)
def test_a_number_shows_its_last_two_digits(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize("number", ["12065550147", "+12065550147", "(206) 555-0147", "206.555.0147", "1 206 555 0147"])
def test_a_number_in_any_form_is_masked_in_a_text(number: str) -> None:
    masked = mask_numbers(f"No such number: {number}.")
    assert "555" not in masked
    assert masked.endswith("47.")


def test_short_numbers_stay() -> None:
    assert mask_numbers("HTTP 404 after 30 seconds, 123456") == "HTTP 404 after 30 seconds, 123456"


def test_what_a_call_carried_is_taken_out_of_a_text_that_quotes_it() -> None:
    message = NewMessage(from_="12065550147", to="12065550158", body="meet me", media_urls=("https://example.com/a",))
    text = "12065550147 may not send 'MEET ME' with https://example.com/a to 12065550158"
    assert without_values(text, send_message(message)) == f"{HIDDEN} may not send '{HIDDEN}' with {HIDDEN} to {HIDDEN}"


def test_path_and_filters_are_taken_out_too() -> None:
    assert without_values("12065550147 is gone", get_number("12065550147")) == f"{HIDDEN} is gone"
    assert without_values("no kenmore here", search_available_numbers(rate_center="KENMORE")) == f"no {HIDDEN} here"


@given(st.text(min_size=1, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_message_text_survives_as_a_word_of_its_own(body: str, before: str, after: str) -> None:
    operation = send_message(NewMessage(from_="12065550147", to="12065550158", body=body))
    quoted = without_values(f"{before} {body} {after}", operation)
    assert not body.strip() or f" {body} " not in quoted.replace(HIDDEN, "") or body in f"{before} {after}"

"""Amounts: exact decimals, from JSON numbers and strings and from Python."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flowroute_openapi.models import Amount, Model


class Priced(Model):
    price: Amount


amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=5)


@given(amounts)
def test_the_digits_of_a_json_number_are_kept(amount: Decimal) -> None:
    assert Priced.model_validate_json(f'{{"price": {amount:f}}}').price == amount
    assert Priced.model_validate_json(f'{{"price": "{amount:f}"}}').price == amount


@given(amounts)
def test_an_amount_survives_json_and_python_round_trips(amount: Decimal) -> None:
    priced = Priced(price=amount)
    assert Priced.model_validate_json(priced.model_dump_json()) == priced
    assert Priced.model_validate(priced.model_dump()) == priced


@pytest.mark.parametrize(("text", "shown"), [("1", "1"), ("1.25", "1.25"), ("3.99", "3.99"), ("0", "0"), ("-0.0", "0")])
def test_an_amount_is_shown_as_it_was_written(text: str, shown: str) -> None:
    assert str(Priced.model_validate_json(f'{{"price": {text}}}').price) == shown


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", '"a lot"', "null", "[]", "{}"])
def test_what_is_no_finite_number_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        Priced.model_validate_json(f'{{"price": {value}}}')


def test_json_of_a_model_writes_amounts_as_strings() -> None:
    assert json.loads(Priced(price=Decimal("1.10")).model_dump_json()) == {"price": "1.10"}

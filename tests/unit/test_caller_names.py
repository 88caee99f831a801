"""The rules of a caller name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async.arguments import plain
from flowroute_async.caller_names import caller_name
from flowroute_async.errors import InvalidArgumentError

ALLOWED = string.ascii_letters + string.digits + " -_.,@+&'/\""


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("Heartwood", "HEARTWOOD"),
        ("a", "A"),
        ('Bob\'s "Cafe"/2', 'BOB\'S "CAFE"/2'),
        ("A-_.,@+&'/ 5", "A-_.,@+&'/ 5"),
        ("EXACTLY 15 CHAR", "EXACTLY 15 CHAR"),
        ("  Bob Law ", "BOB LAW"),
        ("Bob\u2019s", "BOB'S"),
        ("Bob\u00a0Law", "BOB LAW"),
        ("A\u2011B\u2013C", "A-B-C"),
        ("\u200eBob\u200f", "BOB"),
    ],
)
def test_a_good_name_is_sent_in_capitals(value: str, sent: str) -> None:
    assert caller_name("value", value) == sent


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "SIXTEEN LETTERS!",
        "SIXTEEN LETTERS X",
        "12065550100",
        "+1 206 555",
        "Café",
        "ß",
        "A*B",
        "A\nB",
    ],
)
def test_a_bad_name_is_refused_with_the_rules_and_without_the_name(value: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        caller_name("value", value)
    assert caught.value.argument == "value"
    assert "1 to 15 characters, at least one of them a letter" in str(caught.value)
    assert not value.strip() or value not in str(caught.value)


@pytest.mark.parametrize("value", [None, 5, b"BOB"])
def test_a_name_is_text(value: object) -> None:
    with pytest.raises(InvalidArgumentError):
        caller_name("value", value)


@given(st.text(max_size=20) | st.text(ALLOWED, max_size=20))
def test_a_name_is_accepted_exactly_if_it_keeps_the_rules(value: str) -> None:
    name = plain(value).strip()
    good = 1 <= len(name) <= 15 and set(name) <= set(ALLOWED) and any(letter in string.ascii_letters for letter in name)
    try:
        assert caller_name("value", value) == name.upper()
        assert good
    except InvalidArgumentError:
        assert not good

"""Phone numbers are understood however a person or a program has typeset them."""

from hypothesis import given
from hypothesis import strategies as st

from flowroute_async import arguments

BETWEEN = st.sampled_from(
    [
        "",
        " ",
        "-",
        ".",
        "\u2011",
        "\u2010",
        "\u2013",
        "\u00a0",
        "\u202f",
        "\u2009",
        "\u2022",
        "\u2219",
        "\u2044",
        "\uff0f",
        "\uff0e",
    ]
)
INVISIBLE = st.sampled_from(["", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\u200b", "\ufeff"])
FULL_WIDTH = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


@given(
    st.from_regex(r"[2-9][02-8][0-9][2-9][02-9][0-9]{5}", fullmatch=True),
    st.sampled_from(["", "1", "+1"]),
    st.tuples(BETWEEN, BETWEEN, BETWEEN),
    st.tuples(INVISIBLE, INVISIBLE, INVISIBLE, INVISIBLE),
)
def test_a_number_is_understood_however_it_is_typeset(
    digits: str, country: str, between: tuple[str, str, str], invisible: tuple[str, str, str, str]
) -> None:
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    first = f"{country}{between[0]}" if country else ""
    written = (
        f"{invisible[0]}{first}{invisible[1]}{area}{between[1]}{invisible[2]}{exchange}{between[2]}{line}{invisible[3]}"
    )

    assert arguments.phone_number("number", written) == f"1{digits}"
    assert arguments.north_american_number("number", f"{country}({area}) {exchange}-{line}") == f"1{digits}"
    assert arguments.phone_number("number", written.translate(FULL_WIDTH)) == f"1{digits}"
    assert arguments.phone_number("number", f"tel:+1-{area}-{exchange}-{line}") == f"1{digits}"

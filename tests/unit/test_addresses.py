"""The rules of an E911 address."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async.addresses import ADDRESS_TYPES, NewAddress, changed_address, new_address
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.postal import CANADIAN_PROVINCES, US_STATES
from flowroute_openapi import create_e911_address, update_e911_address

HOME: dict[str, object] = {
    "label": "Home",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
}
TORONTO = {"country": "CA", "state": "ON", "zip": "M4C 5K7"}


def created(**parts: object) -> dict[str, Any]:
    """Return the attributes that are sent for the home address with some parts replaced."""
    body = create_e911_address(new_address(HOME | parts)).encode_body()
    assert body is not None
    data = json.loads(body)["data"]
    assert data["type"] == "e911"
    attributes: dict[str, Any] = data["attributes"]
    return attributes


def changed(**parts: object) -> dict[str, Any]:
    body = update_e911_address("1", changed_address(parts)).encode_body()
    assert body is not None
    attributes: dict[str, Any] = json.loads(body)["data"]["attributes"]
    return attributes


def refusal(**parts: object) -> InvalidArgumentError:
    with pytest.raises(InvalidArgumentError) as caught:
        new_address(HOME | parts)
    return caught.value


def test_an_address_without_a_unit_is_sent_without_one_and_in_the_us_by_default() -> None:
    assert created() == HOME | {"country": "US"}


def test_an_address_with_a_unit_is_sent_with_it() -> None:
    assert created(address_type="SUITE", address_type_number=200) == HOME | {
        "country": "US",
        "address_type": "Suite",
        "address_type_number": "200",
    }


@pytest.mark.parametrize("name", HOME)
@pytest.mark.parametrize("missing", [None, "", "   ", 7.5, "two\nlines"])
def test_each_required_part_must_be_given_and_is_named_if_it_is_not(name: str, missing: object) -> None:
    assert refusal(**{name: missing}).argument == name


@pytest.mark.parametrize("name", HOME)
def test_a_part_that_is_left_out_is_named(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{name} must be given; nothing was sent$"):
        new_address({part: value for part, value in HOME.items() if part != name})


def test_a_part_that_does_not_exist_is_a_type_error_as_with_any_function() -> None:
    with pytest.raises(TypeError, match="zip_code"):
        new_address(HOME | {"zip_code": "98407"})


def test_texts_are_sent_without_the_spaces_around_them() -> None:
    assert created(label="  Home ", city=" Tacoma\t")["label"] == "Home"


@pytest.mark.parametrize(
    ("street_number", "sent"), [(3910, "3910"), ("3910 1/2", "3910 1/2"), ("12-B", "12-B"), (0, "0")]
)
def test_a_street_number_may_be_a_number_or_a_text(street_number: object, sent: str) -> None:
    assert created(street_number=street_number)["street_number"] == sent


@pytest.mark.parametrize("street_number", [True, -1, 1.5])
def test_a_street_number_is_not_any_number(street_number: object) -> None:
    assert refusal(street_number=street_number).argument == "street_number"


def test_there_are_23_address_types() -> None:
    assert len(set(ADDRESS_TYPES)) == 23


@pytest.mark.parametrize("kind", ADDRESS_TYPES)
def test_an_address_type_is_taken_in_any_letter_case_and_sent_as_the_vendor_writes_it(kind: str) -> None:
    for written in (kind.upper(), kind.lower(), kind.swapcase(), f" {kind} "):
        assert created(address_type=written, address_type_number="A-1")["address_type"] == kind


def test_a_wrong_address_type_is_shown_with_all_that_are_allowed() -> None:
    error = refusal(address_type="Castle", address_type_number="1")
    assert (error.argument, error.given) == ("address_type", "Castle")
    assert all(kind in error.allowed for kind in ADDRESS_TYPES)


def test_a_type_needs_a_unit_number_and_a_unit_number_a_type() -> None:
    assert refusal(address_type="Suite").argument == "address_type_number"
    assert refusal(address_type="Suite", address_type_number=" ").argument == "address_type_number"
    assert refusal(address_type_number="200").argument == "address_type"


@pytest.mark.parametrize("state", ["wa", "DC", "pr", "GU", "AK"])
def test_us_states_the_district_and_territories_are_known(state: str) -> None:
    assert created(state=state)["state"] == state.upper()


@pytest.mark.parametrize("province", ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"])
def test_all_canadian_provinces_and_territories_are_known(province: str) -> None:
    sent = created(**TORONTO | {"state": province.lower()})
    assert (sent["state"], sent["country"]) == (province, "CA")


@pytest.mark.parametrize(("country", "state"), [("US", "ON"), ("CA", "WA"), ("US", "ZZ"), ("US", "Was")])
def test_a_state_must_be_one_of_its_country(country: str, state: str) -> None:
    error = refusal(**TORONTO | {"country": country, "state": state, "zip": "98407" if country == "US" else "M4C 5K7"})
    assert (error.argument, error.given) == ("state", state.upper())
    assert ("WA" in error.allowed, "ON" in error.allowed) == (country == "US", country == "CA")


@pytest.mark.parametrize(
    ("part", "value"),
    [("state", "Wonderland"), ("state", "12"), ("country", "Main"), ("country", "5a"), ("address_type", "12 Main St")],
)
def test_what_does_not_look_like_a_code_or_a_type_is_not_shown(part: str, value: str) -> None:
    error = refusal(**{"address_type": "Suite", "address_type_number": "1", part: value})
    assert (error.argument, error.given) == (part, None)


@pytest.mark.parametrize(
    "written", ["us", "US", "USA", "usa", "U.S.", "U.S.A.", "United States", "united\u00a0states of America", " US "]
)
def test_the_us_is_known_by_all_its_usual_names(written: str) -> None:
    assert created(country=written)["country"] == "US"


@pytest.mark.parametrize("written", ["ca", "CA", "CAN", "Canada", "CANADA"])
def test_canada_is_known_by_all_its_usual_names(written: str) -> None:
    assert created(**TORONTO | {"country": written})["country"] == "CA"


def test_no_other_country_is_allowed() -> None:
    error = refusal(country="MX")
    assert (error.argument, error.given, error.allowed) == ("country", "MX", "one of US, CA")


@pytest.mark.parametrize("written", ["M4C5K7", "m4c 5k7", "M4C-5K7", " M4C 5K7 "])
def test_a_canadian_postal_code_is_sent_in_its_usual_form(written: str) -> None:
    assert created(**TORONTO | {"zip": written})["zip"] == "M4C 5K7"


@pytest.mark.parametrize("code", ["9840", "984071", "98407-1234", "M4C 5K7", "٩٨٤٠٧", 98407])
def test_a_us_zip_code_has_five_digits(code: object) -> None:
    error = refusal(zip=code)
    assert error.argument == "zip"
    assert str(code) not in str(error)


@pytest.mark.parametrize("code", ["98407", "D4C 5K7", "M4C 5O7", "M4C 5K", "M4C  5K7", "Z4C 5K7"])
def test_a_canadian_postal_code_follows_the_rule_of_its_letters(code: str) -> None:
    assert refusal(**TORONTO | {"zip": code}).argument == "zip"


@pytest.mark.parametrize(
    ("written", "digits"),
    [("98407-1234", "98407"), ("984071234", "98407"), ("98407\u20111234", "98407"), ("02134 0001", "02134")],
)
def test_a_zip_plus_4_is_refused_with_its_five_digits_named(written: str, digits: str) -> None:
    error = refusal(zip=written)
    assert error.argument == "zip"
    assert f"ZIP+4 code only, {digits};" in str(error)
    with pytest.raises(InvalidArgumentError, match=digits):
        changed_address({"zip": written})


def test_a_zip_code_as_a_number_is_refused_since_it_may_begin_with_0() -> None:
    assert "may begin with 0" in str(refusal(zip=2134))


# The codes that the Postal Service and Canada Post print, in an order of their own.
US_CODES = (
    "AL NE AK NV AZ NH AR NJ CA NM CO NY CT NC DE ND DC OH FL OK GA OR HI PA ID PR IL RI IN SC IA SD KS TN KY TX LA UT "
    "ME VT MD VA MA VI MI WA MN WV MS WI MO WY MT AS GU MP"
)


def test_every_state_district_and_territory_can_be_written_by_code_and_name() -> None:
    assert sorted(US_STATES) == sorted(US_CODES.split())
    assert len(set(US_STATES.values())) == len(US_STATES)
    assert len(CANADIAN_PROVINCES) == 13
    for table, place in ((US_STATES, {}), (CANADIAN_PROVINCES, TORONTO)):
        for code, name in table.items():
            for written in (code, code.lower(), name, name.upper(), name.replace(" ", "\u00a0"), f" {name} "):
                assert created(**place | {"state": written})["state"] == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("D.C.", "DC"), ("Washington, D.C.", "DC"), ("N.Y.", "NY"), ("U.S. Virgin Islands", "VI"), ("Puerto  Rico", "PR")],
)
def test_states_are_known_with_periods_and_commas(written: str, code: str) -> None:
    assert created(state=written)["state"] == code


def test_a_province_is_known_with_its_accents() -> None:
    assert created(**TORONTO | {"state": "Qu\u00e9bec"})["state"] == "QC"


# US Postal Service, Publication 28, appendix C2; the vendor has no hangars.
ABBREVIATIONS = (
    "Apt Apartment, Bsmt Basement, Bldg Building, Dept Department, Fl Floor, Frnt Front, Key Key, Lbby Lobby, Lot Lot, "
    "Lowr Lower, Ofc Office, Ph Penthouse, Pier Pier, Rear Rear, Rm Room, Side Side, Slip Slip, Spc Space, Stop Stop, "
    "Ste Suite, Trlr Trailer, Unit Unit, Uppr Upper, # Unit"
)


@pytest.mark.parametrize(("abbreviation", "kind"), [entry.split() for entry in ABBREVIATIONS.split(", ")])
def test_the_postal_services_abbreviations_of_units_are_sent_in_the_vendors_words(abbreviation: str, kind: str) -> None:
    for written in (
        abbreviation,
        abbreviation.upper(),
        abbreviation.lower(),
        f"{abbreviation}.",
        f"\u00a0{abbreviation} ",
    ):
        assert created(address_type=written, address_type_number="5")["address_type"] == kind


@pytest.mark.parametrize("written", ["5", "#5", "# 5", "\u00a0#\u00a05"])
def test_a_number_sign_before_a_unit_is_left_out(written: str) -> None:
    sent = created(address_type="Ste", address_type_number=written)
    assert (sent["address_type"], sent["address_type_number"]) == ("Suite", "5")


SPACES = "\u00a0\u1680\u2000\u2003\u2009\u200a\u202f\u205f\u3000"


@pytest.mark.parametrize("name", ["label", "first_name", "last_name", "street_name", "city"])
@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_parts_with_other_spaces_are_sent_with_ordinary_ones(name: str, space: str) -> None:
    assert created(**{name: f"{space}New{space}Words{space}"})[name] == "New Words"


def test_quotes_and_dashes_are_sent_as_a_keyboard_writes_them() -> None:
    sent = created(last_name="O\u2019Brien\u2013Smith", label="\u201cHome\u201d", street_number="39\u201110")
    assert (sent["last_name"], sent["label"], sent["street_number"]) == ("O'Brien-Smith", '"Home"', "39-10")


def test_a_direction_mark_is_not_sent() -> None:
    assert created(city="\u200eTacoma\u200f", state="\u202aWA\u202c", zip="\u200b98407")["zip"] == "98407"


def test_all_faults_of_an_address_come_at_once() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        new_address(
            {
                "label": " ",
                "first_name": "Janet",
                "street_number": -1,
                "address_type": "Castle",
                "state": "ZZ",
                "zip": "1",
            }
        )
    error = caught.value
    wrong = ["label", "last_name", "street_number", "street_name", "address_type", "address_type_number", "city"]
    assert [fault.argument for fault in error.faults] == [*wrong, "state", "zip"]
    assert error.argument == "label"
    assert str(error).startswith("9 faults: label must be ")
    assert str(error).endswith("; nothing was sent")
    assert str(error).count("nothing was sent") == 1
    assert all(f"{name} must be " in str(error) for name in (*wrong, "state", "zip"))
    assert pickle.loads(pickle.dumps(error)).faults[8].argument == "zip"  # noqa: S301 - our own
    assert [str(one) for one in pickle.loads(pickle.dumps(error)).faults[1:]] == [str(one) for one in error.faults[1:]]  # noqa: S301 - our own


def test_one_fault_is_told_as_ever() -> None:
    error = refusal(city="")
    assert error.faults == (error,)
    assert str(error).startswith("city must be one line of text")


def test_the_faults_of_a_change_come_at_once() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        changed_address({"city": "", "state": "ZZ", "zip": "1", "address_type": "Apt"})
    assert [fault.argument for fault in caught.value.faults] == ["address_type_number", "city", "state", "zip"]


BAD: dict[str, list[object]] = {
    "label": ["", "two\nlines", 5],
    "first_name": [" ", "\u00a0", None],
    "last_name": ["", 1.5],
    "street_number": [True, -1, ""],
    "street_name": ["\x07", b"Main"],
    "city": ["", "a\u2028b"],
    "state": ["ZZ", "Cascadia", 5],
    "zip": ["1234", "98407-1234", 98407],
    "country": ["MX", "Mars", 1],
}


@given(st.dictionaries(st.sampled_from(sorted(BAD)), st.integers(0, 2), min_size=1))
def test_whatever_parts_are_wrong_exactly_those_are_told(chosen: dict[str, int]) -> None:
    parts = {name: BAD[name][place % len(BAD[name])] for name, place in chosen.items()}
    wrong = {fault.argument for fault in refusal(**parts).faults}
    assert wrong == set(parts)


@given(
    st.dictionaries(
        st.sampled_from(["label", "first_name", "last_name", "street_name", "city"]),
        st.text(st.sampled_from(f"abc \u2011\u2013\u2019\u200e{SPACES}"), min_size=1).filter(lambda text: "a" in text),
    )
)
def test_any_typography_is_sent_plain(parts: dict[str, str]) -> None:
    sent = created(**parts)
    assert all(sent[name].isascii() and "a" in sent[name] for name in parts)


def test_a_change_holds_only_what_changes() -> None:
    assert changed(city="Seattle") == {"city": "Seattle"}
    assert changed(label="Office", street_number=12) == {"label": "Office", "street_number": "12"}


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="at least one of label, first_name"):
        changed_address({})


@pytest.mark.parametrize("name", [name for name in NewAddress.__annotations__ if not name.startswith("address_type")])
def test_what_an_address_always_has_cannot_be_cleared(name: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        changed_address({"address_type": None, name: None})
    assert caught.value.argument == name


def test_a_unit_is_changed_whole() -> None:
    assert changed(address_type="floor", address_type_number=2) == {"address_type": "Floor", "address_type_number": "2"}
    for part, missing in (("address_type", "address_type_number"), ("address_type_number", "address_type")):
        with pytest.raises(InvalidArgumentError) as caught:
            changed_address({part: "Suite"})
        assert caught.value.argument == missing


def test_a_unit_that_is_given_as_none_is_removed_and_stays_where_it_is_not_given() -> None:
    none: dict[str, object] = {"address_type": None, "address_type_number": None}
    assert changed(**none) == changed(address_type=None) == {"address_type": "", "address_type_number": ""}
    assert changed(**none, city="Seattle") == {"city": "Seattle", "address_type": "", "address_type_number": ""}
    assert changed(city="Seattle") == {"city": "Seattle"}
    with pytest.raises(InvalidArgumentError, match="address_type must be one of"):
        changed_address({"address_type": "", "address_type_number": ""})


def test_half_a_unit_is_not_removed() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        changed_address({"address_type": "Suite", "address_type_number": None})
    assert caught.value.argument == "address_type_number"


def test_a_changed_state_or_zip_may_be_of_either_country_where_the_country_is_not_given() -> None:
    assert changed(state="on", zip="m4c5k7") == {"state": "ON", "zip": "M4C 5K7"}
    assert changed(zip="98101") == {"zip": "98101"}
    assert changed(zip="m4c5k7") == {"zip": "M4C 5K7"}
    assert changed(state="bc") == {"state": "BC"}


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ({"state": "ON", "zip": "98101"}, "zip"),
        ({"state": "ZZ"}, "state"),
        ({"zip": "1234"}, "zip"),
        ({"country": "CA", "state": "WA"}, "state"),
        ({"country": "CA", "zip": "98101"}, "zip"),
    ],
)
def test_the_changed_parts_must_fit_together(parts: dict[str, object], wrong: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        changed_address(parts)
    assert caught.value.argument == wrong


@given(name=st.sampled_from(sorted(HOME)), text=st.text(min_size=5).map(lambda text: f"{text} Secretville \n"))
def test_an_error_never_shows_a_part_of_the_address(name: str, text: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        new_address(HOME | {name: text, "state": "98101 Secretville"})
    assert "secretville" not in f"{caught.value}{caught.value.args}".lower()

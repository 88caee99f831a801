"""The vendor's rules for an E911 address, checked before anything is sent. Pure.

Source: the vendor's reference of the E911 endpoints; the words of addresses are those of `postal`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, NoReturn, NotRequired, TypedDict

from flowroute_async.arguments import clear_only, kind, plain
from flowroute_async.errors import InvalidArgumentError, refuse
from flowroute_async.postal import CANADIAN_PROVINCES, UNITS, US_STATES, country_code, state_code, unit_name
from flowroute_openapi.api import lazy_models as models  # the help of `e911` takes what stands here, and no model

__all__ = ["ADDRESS_TYPES", "AddressChanges", "NewAddress", "changed_address", "new_address"]

ADDRESS_TYPES = tuple(UNITS.values())
"""The kinds of unit, as the vendor writes them."""


class NewAddress(TypedDict):
    """The parts of a new address.

    Texts are one line, not blank. They are sent with the spaces, dashes and quotes of a keyboard, and without spaces
    around them.

    Attributes:
        label: A name of your own for the address, unique on the account.
        first_name: Of the person there.
        last_name: Of the person there.
        street_number: Such as 3910, or "3910 1/2".
        street_name: Such as "N Vassault".
        address_type: The kind of unit, one of `ADDRESS_TYPES` in any letter case, an abbreviation of the US Postal
            Service such as Apt or Ste, or `#` for a unit of no known kind; only with `address_type_number`.
        address_type_number: The unit, such as 200 or "A-1"; only with `address_type`.
        city: The city's name.
        state: A US state, district or territory, or a Canadian province or territory, by its two letters or its name.
        zip: The US zip code, five digits without the four after the hyphen, or the Canadian postal code.
        country: US (unless given) or CA, or a usual name of them such as USA.
    """

    label: str
    first_name: str
    last_name: str
    street_number: str | int
    street_name: str
    address_type: NotRequired[str | None]
    address_type_number: NotRequired[str | int | None]
    city: str
    state: str
    zip: str
    country: NotRequired[str]


class AddressChanges(TypedDict, total=False):
    """The parts of an address that can be changed, as in `NewAddress`. What is not given stays.

    None removes the unit, `address_type` and `address_type_number` together; each other part is always there.
    """

    label: str | None
    first_name: str | None
    last_name: str | None
    street_number: str | int | None
    street_name: str | None
    address_type: str | None
    address_type_number: str | int | None
    city: str | None
    state: str | None
    zip: str | None
    country: str | None


class _Country(NamedTuple):
    states: Mapping[str, str]
    zip: re.Pattern[str]
    zip_in_words: str


_COUNTRIES = {
    "US": _Country(US_STATES, re.compile("([0-9]{5})"), "a US zip code of five digits, such as 98104"),
    "CA": _Country(
        CANADIAN_PROVINCES,
        # Canada Post uses neither D, F, I, O, Q and U nor, in the first place, W and Z.
        re.compile("([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[ -]?([0-9][ABCEGHJ-NPRSTV-Z][0-9])"),
        "a Canadian postal code, such as M4C 5K7",
    ),
}
_ZIP_PLUS_4 = re.compile("([0-9]{5})[ -]?[0-9]{4}")
_UNIT = ("address_type", "address_type_number")
CLEARABLE = frozenset(_UNIT)
"""What None clears in `AddressChanges`."""
_REQUIRED = tuple(name for name in NewAddress.__annotations__ if name not in {*_UNIT, "country"})
_LONGEST_CODE_SHOWN, _LONGEST_TYPE_SHOWN = 3, 12


def new_address(parts: Mapping[str, object]) -> "models.NewE911AddressDocument":
    """Return the body that creates or validates an address.

    Args:
        parts: A `NewAddress`.

    Raises:
        InvalidArgumentError: If parts are missing or break a rule; `faults` has one error for each, whose `argument` is
            the part's name. Of what was given, the text shows only codes, kinds and the five digits of a longer zip
            code, never names, streets, cities or labels.
    """
    attributes = models.NewE911AddressAttributes.model_validate(_checked({"country": "US"} | _given(parts), _REQUIRED))
    return models.NewE911AddressDocument(data=models.NewE911Address(attributes=attributes))


def changed_address(changes: Mapping[str, object]) -> "models.E911AddressChangeDocument":
    """Return the body that changes an address; it holds only what changes.

    A state and a zip code are checked against the country if that changes too, or else against both countries.

    Args:
        changes: An `AddressChanges`.

    Raises:
        InvalidArgumentError: If parts break a rule, half a unit is given or removed, a part that is always there is
            None, or nothing changes; see `new_address`.
    """
    given = _given(changes)
    cleared = [name for name in changes if name not in given]
    clear_only(changes, CLEARABLE)
    if not changes:
        raise InvalidArgumentError("changes", f"at least one of {', '.join(AddressChanges.__annotations__)}")
    if cleared and any(name in given for name in _UNIT):
        raise InvalidArgumentError(cleared[0], "given together with the other part of the unit, or both are None")
    # The vendor writes an address without a unit so.
    attributes = _checked(given, ()) | (dict.fromkeys(_UNIT, "") if cleared else {})
    change = models.E911AddressChange(attributes=models.E911AddressChanges.model_validate(attributes))
    return models.E911AddressChangeDocument(data=change)


def _given(parts: Mapping[str, object]) -> dict[str, object]:
    unknown = parts.keys() - NewAddress.__annotations__.keys()
    if unknown:
        msg = f"an E911 address has no {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    return {name: value for name, value in parts.items() if value is not None}


def _checked(given: Mapping[str, object], required: Collection[str]) -> dict[str, str]:
    """Return the parts as they are sent.

    Raises:
        InvalidArgumentError: With all that is wrong.
    """
    values: dict[str, str] = {}
    faults = {name: InvalidArgumentError(name, "given") for name in required if name not in given}
    for name, value in given.items():
        try:
            values[name] = _CHECKS[name](name, value)
        except InvalidArgumentError as fault:
            faults[name] = fault
    for name, other in (_UNIT, _UNIT[::-1]):
        if name in given and other not in given:
            faults[other] = InvalidArgumentError(other, f"given together with {name}")
    countries: Sequence[_Country] = [_COUNTRIES[values["country"]]] if "country" in values else [*_COUNTRIES.values()]
    for name, check in (("state", _in_a_country), ("zip", _zip)):
        if name in values:
            try:
                values[name], countries = check(values[name], countries)
            except InvalidArgumentError as fault:
                faults[name] = fault
    refuse([faults[name] for name in NewAddress.__annotations__ if name in faults])
    return values


def _plain(value: object) -> str:
    return plain(value).strip() if isinstance(value, str) else ""


def _text(name: str, value: object) -> str:
    text = _plain(value)
    if not text or not text.isprintable():
        raise InvalidArgumentError(
            name, "one line of text that is not blank, without control characters", given=kind(value)
        )
    return text


def _text_or_number(name: str, value: object) -> str:
    return str(value) if type(value) is int and value >= 0 else _text(name, value)


def _unit_number(name: str, value: object) -> str:
    return _text(name, _text_or_number(name, value).removeprefix("#"))


def _country(name: str, value: object) -> str:
    text = _plain(value)
    return country_code(text) or _refuse_word(name, text, _COUNTRIES, _LONGEST_CODE_SHOWN)


def _address_type(name: str, value: object) -> str:
    text = _plain(value)
    return unit_name(text) or _refuse_word(name, text, ADDRESS_TYPES, _LONGEST_TYPE_SHOWN)


def _refuse_word(name: str, text: str, allowed: Collection[str], longest_shown: int) -> NoReturn:
    # A longer text may be a part of the address that was put in the wrong place.
    given = text if text.isalpha() and len(text) <= longest_shown else None
    raise InvalidArgumentError(name, f"one of {', '.join(allowed)}", given=given)


def _state(name: str, value: object) -> str:
    text = _text(name, value)
    return state_code(text) or text.upper()


def _in_a_country(text: str, countries: Sequence[_Country]) -> tuple[str, Sequence[_Country]]:
    fitting = [country for country in countries if text in country.states]
    if not fitting:
        allowed = [state for country in countries for state in country.states]
        _refuse_word("state", text, allowed, _LONGEST_CODE_SHOWN)
    return text, fitting


def _zip(text: str, countries: Sequence[_Country]) -> tuple[str, Sequence[_Country]]:
    for country in countries:
        if match := country.zip.fullmatch(text):
            return " ".join(match.groups()), [country]
    if _COUNTRIES["US"] in countries and (longer := _ZIP_PLUS_4.fullmatch(text)):
        raise InvalidArgumentError("zip", f"the first five digits of the ZIP+4 code only, {longer[1]}")
    raise InvalidArgumentError("zip", " or ".join(country.zip_in_words for country in countries))


def _zip_code(name: str, value: object) -> str:
    if type(value) is int:
        raise InvalidArgumentError(name, "text, since a zip code may begin with 0", given="an int")
    return _text(name, value).upper()


_CHECKS: Mapping[str, Callable[[str, object], str]] = {
    "label": _text,
    "first_name": _text,
    "last_name": _text,
    "street_number": _text_or_number,
    "street_name": _text,
    "address_type": _address_type,
    "address_type_number": _unit_number,
    "city": _text,
    "state": _state,
    "zip": _zip_code,
    "country": _country,
}

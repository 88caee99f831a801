"""The vendor's rules for an E911 address, checked before anything is sent. Pure.

Source: the vendor's reference of the E911 endpoints; the codes of states, provinces and territories are those of the
US and Canadian postal services.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, NotRequired, TypedDict

from flowroute_async.arguments import kind
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.models import (
    E911AddressChange,
    E911AddressChangeDocument,
    E911AddressChanges,
    NewE911Address,
    NewE911AddressAttributes,
    NewE911AddressDocument,
)

__all__ = ["ADDRESS_TYPES", "AddressChanges", "NewAddress", "changed_address", "new_address"]

ADDRESS_TYPES = (
    *("Apartment", "Basement", "Building", "Department", "Floor", "Front", "Key", "Lobby", "Lot", "Lower", "Office"),
    *("Penthouse", "Pier", "Rear", "Room", "Side", "Slip", "Space", "Stop", "Suite", "Trailer", "Unit", "Upper"),
)
"""The kinds of unit, as the vendor writes them."""


class NewAddress(TypedDict):
    """The parts of a new address.

    Texts are one line, not blank; spaces around them are not sent.

    Attributes:
        label: A name of your own for the address, unique on the account.
        first_name: Of the person there.
        last_name: Of the person there.
        street_number: Such as 3910, or "3910 1/2".
        street_name: Such as "N Vassault".
        address_type: The kind of unit, one of `ADDRESS_TYPES` in any letter case; only with `address_type_number`.
        address_type_number: The unit, such as 200 or "A-1"; only with `address_type`.
        city: The city's name.
        state: A US state, district or territory, or a Canadian province or territory: two letters.
        zip: The US zip code, five digits without the four after the hyphen, or the Canadian postal code.
        country: US (unless given) or CA.
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
    """The parts of an address that can be changed, as in `NewAddress`; None and what is not given stays."""

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
    states: tuple[str, ...]
    zip: re.Pattern[str]
    zip_in_words: str


_US_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
_CANADIAN_PROVINCES = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
_COUNTRIES = {
    "US": _Country(
        tuple(_US_STATES.split()),
        re.compile("([0-9]{5})"),
        "a US zip code of five digits, such as 98104",
    ),
    "CA": _Country(
        tuple(_CANADIAN_PROVINCES.split()),
        # Canada Post uses neither D, F, I, O, Q and U nor, in the first place, W and Z.
        re.compile("([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[ -]?([0-9][ABCEGHJ-NPRSTV-Z][0-9])"),
        "a Canadian postal code, such as M4C 5K7",
    ),
}
_TYPE_BY_LOWER = {name.lower(): name for name in ADDRESS_TYPES}
_UNIT = ("address_type", "address_type_number")
_REQUIRED = tuple(name for name in NewAddress.__annotations__ if name not in {*_UNIT, "country"})
_LONGEST_CODE_SHOWN, _LONGEST_TYPE_SHOWN = 3, 12


def new_address(parts: Mapping[str, object]) -> NewE911AddressDocument:
    """Give the body that creates or validates an address.

    Args:
        parts: A `NewAddress`.

    Raises:
        InvalidArgumentError: If a part is missing or breaks a rule; `argument` is its name. Of what was given, the text
            shows only codes and kinds, never names, streets, cities or labels.
    """
    given = {"country": "US"} | _given(parts)
    for name in _REQUIRED:
        if name not in given:
            raise InvalidArgumentError(name, "given")
    attributes = NewE911AddressAttributes.model_validate(_checked(given))
    return NewE911AddressDocument(data=NewE911Address(attributes=attributes))


def changed_address(changes: Mapping[str, object], *, remove_unit: bool = False) -> E911AddressChangeDocument:
    """Give the body that changes an address; it holds only what changes.

    A state and a zip code are checked against the country if that changes too, or else against both countries.

    Args:
        changes: An `AddressChanges`.
        remove_unit: Whether the address is to have no unit any more.

    Raises:
        InvalidArgumentError: If a part breaks a rule, half a unit is given, or nothing changes.
    """
    given = _given(changes)
    if remove_unit and any(name in given for name in _UNIT):
        raise InvalidArgumentError("remove_unit", "used without address_type and address_type_number")
    if not given and not remove_unit:
        raise InvalidArgumentError("changes", f"at least one of {', '.join(AddressChanges.__annotations__)}")
    attributes = _checked(given) | (dict.fromkeys(_UNIT, "") if remove_unit else {})
    change = E911AddressChange(attributes=E911AddressChanges.model_validate(attributes))
    return E911AddressChangeDocument(data=change)


def _given(parts: Mapping[str, object]) -> dict[str, object]:
    unknown = parts.keys() - NewAddress.__annotations__.keys()
    if unknown:
        msg = f"an E911 address has no {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    return {name: value for name, value in parts.items() if value is not None}


def _checked(given: Mapping[str, object]) -> dict[str, str]:
    values = {name: _CHECKS[name](name, value) for name, value in given.items()}
    for name, other in (_UNIT, _UNIT[::-1]):
        if name in values and other not in values:
            raise InvalidArgumentError(other, f"given together with {name}")
    countries = [_COUNTRIES[values["country"]]] if "country" in values else [*_COUNTRIES.values()]
    if "state" in values:
        countries = _with_state(values["state"], countries)
    if "zip" in values:
        values["zip"] = _zip(values["zip"], countries)
    return values


def _text(name: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or not text.isprintable():
        raise InvalidArgumentError(name, "one line of text that is not blank", given=kind(value))
    return text


def _text_or_number(name: str, value: object) -> str:
    return str(value) if type(value) is int and value >= 0 else _text(name, value)


def _country(name: str, value: object) -> str:
    return _one_of(name, value, {code.lower(): code for code in _COUNTRIES}, _LONGEST_CODE_SHOWN)


def _address_type(name: str, value: object) -> str:
    return _one_of(name, value, _TYPE_BY_LOWER, _LONGEST_TYPE_SHOWN)


def _one_of(name: str, value: object, by_lower: Mapping[str, str], longest_shown: int) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if text.lower() not in by_lower:
        raise _not_one_of(name, text, by_lower.values(), longest_shown)
    return by_lower[text.lower()]


def _not_one_of(name: str, text: str, allowed: Collection[str], longest_shown: int) -> InvalidArgumentError:
    # A longer text may be a part of the address that was put in the wrong place.
    given = text if text.isalpha() and len(text) <= longest_shown else None
    return InvalidArgumentError(name, f"one of {', '.join(allowed)}", given=given)


def _with_state(text: str, countries: Collection[_Country]) -> list[_Country]:
    fitting = [country for country in countries if text in country.states]
    if not fitting:
        allowed = [state for country in countries for state in country.states]
        raise _not_one_of("state", text, allowed, _LONGEST_CODE_SHOWN)
    return fitting


def _zip(text: str, countries: Collection[_Country]) -> str:
    for country in countries:
        if match := country.zip.fullmatch(text):
            return " ".join(match.groups())
    raise InvalidArgumentError("zip", " or ".join(country.zip_in_words for country in countries))


def _capitals(name: str, value: object) -> str:
    return _text(name, value).upper()


_CHECKS: Mapping[str, Callable[[str, object], str]] = {
    "label": _text,
    "first_name": _text,
    "last_name": _text,
    "street_number": _text_or_number,
    "street_name": _text,
    "address_type": _address_type,
    "address_type_number": _text_or_number,
    "city": _text,
    "state": _capitals,
    "zip": _capitals,
    "country": _country,
}

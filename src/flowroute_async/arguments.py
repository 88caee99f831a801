"""Checks and normal forms of what callers pass, before anything is sent.

Values come as `object`: types promise what they are, and only a check at run time keeps the promise.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sized
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar, cast, runtime_checkable

from flowroute_async.errors import InvalidArgumentError, refuse
from flowroute_async.postal import state_code
from flowroute_async.privacy import mask_number

QueryT = TypeVar("QueryT", bound=Mapping[str, object])

_SEPARATORS = re.compile(r"[\s().\-/]")
_TEL = re.compile(r"\Atel:", re.IGNORECASE)
_EXTENSION = re.compile(r"\d{10,}(?:x|ext|extension|[,;#]).*", re.IGNORECASE | re.DOTALL)
_NATIONAL = r"[2-9]\d{2}[2-9]\d{6}"
_NANP = re.compile(f"1{_NATIONAL}")
_TYPED_WITH_PLUS = re.compile(rf"\+(?!{_NATIONAL}$)[2-9]\d{{7,14}}")
_TYPED_WITHOUT = re.compile(rf"[2-9](?!{_NATIONAL}$)\d{{10,14}}")
_LISTED = re.compile(r"[0-9]{5,15}")
_SHORT_CODE = re.compile(r"\d{5,6}")
_PREFIX = re.compile(r"\+?\d{1,15}")
_DIGITS = re.compile(r"\d{1,15}")
_STATE = re.compile(r"[A-Za-z]{2}")
_AREA_CODE = re.compile(r"[2-9]\d{2}")
_MAX_ALIAS = 64
_MAX_SHOWN = 24
_TELLS_NOBODY = 3


@runtime_checkable
class HasId(Protocol):
    """A resource of the API: anything with an `id`."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


def kind(value: object) -> str:
    """Describe a value without showing it."""
    name = type(value).__name__
    named = f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
    match value:
        case None:
            return "nothing"
        case str() if not value.strip():
            return "a blank text" if value else "an empty text"
        case str():
            return f"a text of {len(value)} characters"
        case Sized():
            return f"{named} of {len(value)}"
        case _:
            return named


def _shown(value: object) -> str:
    """Show a filter or an option, which is no personal data, in brief."""
    text = repr(value) if isinstance(value, str | int | float) else kind(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"'),
        **dict.fromkeys("\uff0e\u00b7\u2027\u2022\u2219\u22c5\u30fb", "."),
        **dict.fromkeys("\u2044\u2215\uff0f", "/"),
        **dict(zip("\uff0b\uff08\uff09", "+()", strict=True)),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},  # full-width
    }
)


def plain(text: str) -> str:
    """Return a text with the spaces, dashes, quotes and digits of a keyboard in place of typographic ones.

    Marks that show nothing, such as those of direction, are left out. The vendor says that smart quotes cause errors.
    """
    kept = (
        " " if category == "Zs" else sign
        for sign in text.translate(_PLAIN)
        if (category := unicodedata.category(sign)) != "Cf"
    )
    return "".join(kept)


def phone_number(argument: str, value: object) -> str:
    """Return a phone number as digits with the country code, `12065550100`.

    Accepts a number resource, and digits with or without the country code 1, a plus, spaces, dots, dashes, slashes or
    parentheses, in any typography, and a `tel:` address (RFC 3966). The rule is that of the North American Numbering
    Plan: area code and exchange begin with 2 to 9. A number of another country, which the vendor lists too, is taken
    from a resource, or as text with a plus and the country code, or as bare digits where they cannot be a mistyped
    North American number. An extension is refused: the number alone can be bought, or sent to.

    Raises:
        InvalidArgumentError: If it is anything else.
    """
    text = _id_of(value)
    if (
        text is not value
        and isinstance(text, str)
        and text == getattr(value, "value", None)
        and _LISTED.fullmatch(text)
    ):
        return text  # a number as the vendor lists it: the country code is there, whichever it is
    typed = _typed(value)
    digits = typed.removeprefix("+")
    if north_american := _north_american(typed):
        return north_american
    # Bare digits only: in "2065550100.0" and "206 555 0100 5" more follows a North American number.
    if _TYPED_WITH_PLUS.fullmatch(typed) or (_TYPED_WITHOUT.fullmatch(typed) and typed == str(text).strip()):
        return digits
    raise InvalidArgumentError(
        argument,
        "a North American number as text, such as 12065550100, +1 (206) 555-0100 or 2065550100, or a number of another "
        "country with a plus",
        given=_masked(value, digits),
    )


def north_american_number(argument: str, value: object) -> str:
    """Return a North American number as 11 digits, in any of the forms that `phone_number` takes.

    Raises:
        InvalidArgumentError: If it is none.
    """
    typed = _typed(value)
    if number := _north_american(typed):
        return number
    allowed = "a North American number as text, such as 12065550100, +1 (206) 555-0100 or 2065550100"
    raise InvalidArgumentError(argument, allowed, given=_masked(value, typed.removeprefix("+")))


def message_number(argument: str, value: object) -> str:
    """Return the number that a message comes from or goes to, as 11 digits.

    Raises:
        InvalidArgumentError: If it is no North American number; of a short code, which the vendor does not support, the
            error says that it is one.
    """
    if _SHORT_CODE.fullmatch(_typed(value)):
        raise InvalidArgumentError(
            argument,
            "a North American number as text, such as 12065550100: Flowroute supports no short codes",
            given="a short code of five or six digits",
        )
    return north_american_number(argument, value)


def _typed(value: object) -> str:
    """Return the digits of a number as it was written, with the plus if there is one; empty where it is no text."""
    text = _id_of(value)
    written = _TEL.sub("", plain(text).strip(), count=1) if isinstance(text, str) else ""
    typed = _SEPARATORS.sub("", written)
    return typed if typed.isascii() and "(0)" not in written else ""


def _north_american(typed: str) -> str | None:
    digits = typed.removeprefix("+")
    if len(digits) == 10 and typed == digits:  # noqa: PLR2004 - without country code
        digits = f"1{digits}"
    return digits if _NANP.fullmatch(digits) else None


def _masked(value: object, digits: str) -> str:
    if _EXTENSION.fullmatch(digits):
        return "a number with an extension"
    if isinstance(value, str) and "(0)" in value:
        return "one with (0), which is dialled within its country only"
    return mask_number(digits) if digits.isdigit() else kind(_id_of(value))


def resource_id(argument: str, value: object) -> str:
    """Return the id of a resource, or an id as it is.

    Raises:
        InvalidArgumentError: If it is no id: not a string, empty, dots, or with a space or a slash in it.
    """
    text = _id_of(value)
    if not isinstance(text, str) or text in {"", ".", ".."} or not text.isprintable() or re.search(r"[\s/?#]", text):
        raise InvalidArgumentError(argument, "the id of a resource, or the resource itself", given=kind(text))
    return text


def state(argument: str, value: object) -> str:
    """Return a US state or Canadian province, which may be given by its name, as two capitals.

    Raises:
        InvalidArgumentError: If it is neither two letters nor the name of one.
    """
    text = plain(value).strip() if isinstance(value, str) else ""
    if code := state_code(text):
        return code
    if not _STATE.fullmatch(text):
        raise InvalidArgumentError(argument, "two letters, such as WA or BC, or a state's name", given=_briefly(value))
    return text.upper()


def area_code(argument: str, value: object) -> str:
    """Return the code of an area code resource, or an area code as it is.

    Raises:
        InvalidArgumentError: If it is not three digits that can begin a number.
    """
    return _matching(argument, _id_of(value), _AREA_CODE, "an area code of three digits, as a string")


def whole_number(argument: str, value: object, lowest: int, highest: int | None, *, unit: str = "") -> int:
    """Return a whole number that lies between two bounds, both allowed.

    Raises:
        InvalidArgumentError: If it does not, or is no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest or (highest and value > highest):
        bounds = f"from {lowest} to {highest}" if highest else f"{lowest} or more"
        counted = f" of {unit}" if unit else ""
        raise InvalidArgumentError(argument, f"a whole number{counted}, {bounds}", given=_shown(value))
    return value


def flag(argument: str, value: object) -> bool:
    """Return true or false.

    Raises:
        InvalidArgumentError: If it is anything else: the text "false" would count as true.
    """
    if not isinstance(value, bool):
        raise InvalidArgumentError(argument, "True or False", given=kind(value))
    return value


def point_in_time(argument: str, value: object) -> date | datetime:
    """Return a date, or a datetime that knows its time zone.

    Raises:
        InvalidArgumentError: If it is anything else; a naive datetime names no moment.
    """
    if not isinstance(value, date) or (isinstance(value, datetime) and value.utcoffset() is None):
        given = "a datetime without a time zone" if isinstance(value, datetime) else kind(value)
        raise InvalidArgumentError(argument, "a date, or a datetime with a time zone", given=given)
    return value


def text(argument: str, value: object, *, longest: int | None = None) -> str:
    """Return a text that is not blank.

    Raises:
        InvalidArgumentError: If it is blank, too long, or no text.
    """
    if not isinstance(value, str) or not value.strip() or (longest is not None and len(value) > longest):
        limit = f" of at most {longest} characters" if longest else ""
        given = f"{len(value)} characters" if isinstance(value, str) else kind(value)
        raise InvalidArgumentError(argument, f"a text{limit} that is not blank", given=given)
    return value


def clear_only(changes: Mapping[str, object], clearable: Collection[str], *, hint: str = "") -> None:
    """Check that nothing but what can be cleared is None.

    Args:
        changes: What is to change, by name.
        clearable: The names of what None clears.
        hint: What clears the others, in words, or "".

    Raises:
        InvalidArgumentError: If something else is None; `faults` has an error for each.
    """
    allowed = f"given, or left out to stay as it is: None does not clear it{hint}"
    refuse(
        [
            InvalidArgumentError(name, allowed)
            for name, value in changes.items()
            if value is None and name not in clearable
        ]
    )


def web_url(argument: str, value: object) -> str:
    """Return a web address.

    Raises:
        InvalidArgumentError: If it is not an absolute http or https URL.
    """
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", value):
        raise InvalidArgumentError(argument, "an absolute http or https URL", given=kind(value))
    return value


def filters(query: QueryT, known: Collection[str]) -> QueryT:
    """Check the filters of a list, by name and by value; the values of those that the document adds pass as they are.

    Args:
        query: The filters.
        known: The names of those that the list has.

    Raises:
        TypeError: If the list has no such filter.
        InvalidArgumentError: If a filter cannot match what it is meant for.
    """
    if unknown := ", ".join(sorted(query.keys() - set(known))):
        raise TypeError(
            f"there is no filter {unknown}; the filters are {', '.join(sorted(known))}, "
            "and how many items come is said by page_size and max_items"
        )
    checked = dict(query)
    for name, value in checked.items():
        if value is not None and name in _FILTERS:
            checked[name] = _FILTERS[name](name, value)
    return cast("QueryT", checked)


def _prefix(argument: str, value: object) -> str:
    return _matching(argument, value, _PREFIX, "1 to 15 digits, with a plus before a country code")


def _digits(argument: str, value: object) -> str:
    return _matching(argument, value, _DIGITS, "1 to 15 digits, as a string so that leading zeros count")


def _matching(argument: str, value: object, pattern: re.Pattern[str], allowed: str) -> str:
    if not isinstance(value, str) or not value.isascii() or not pattern.fullmatch(value):
        digits = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())
        raise InvalidArgumentError(argument, allowed, given=_shown(value) if digits else _briefly(value))
    return value


def _cost(argument: str, value: object) -> object:
    match value:
        case int() | float() | Decimal() if not isinstance(value, bool) and Decimal(value).is_finite() and value >= 0:
            return value
        case _:
            raise InvalidArgumentError(argument, "an amount in US dollars, 0 or more", given=_shown(value))


def _alias(argument: str, value: object) -> str:
    return text(argument, value, longest=_MAX_ALIAS)


_NUMBER_TYPES = {"standard": "longcode", "tollfree": "toll-free"}
# Answers use the words on the left, the filter those on the right.


def _number_type(argument: str, value: object) -> str:
    checked = text(argument, value).strip()
    return _NUMBER_TYPES.get(checked.lower(), checked)


_FILTERS: Mapping[str, Callable[[str, object], object]] = {
    "starts_with": _prefix,
    "ends_with": _digits,
    "contains": _digits,
    "areacode": area_code,
    "state": state,
    "rate_center": text,
    "number_type": _number_type,
    "alias": _alias,
    "max_setup_cost": _cost,
    "start_date": point_in_time,
    "end_date": point_in_time,
}


def _id_of(value: object) -> object:
    # A text is told first: the check against a protocol is slow, and ids come as texts most of the time.
    return value.id if not isinstance(value, str) and isinstance(value, HasId) else value


def _briefly(value: object) -> str:
    """Show what is too short to be an address or a name."""
    return repr(value) if isinstance(value, str) and 0 < len(value) <= _TELLS_NOBODY else kind(value)

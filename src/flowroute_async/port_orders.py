"""What a port order is made of, and the checks before anything is sent. Source: the vendor's pages porting/v2.0."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict

from pydantic import SecretStr

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.models import (
    LetterDetails,
    NewPortOrder,
    NewPortOrderAttributes,
    NewPortOrderDocument,
    PortOrderChange,
    PortOrderChangeDocument,
    PortOrderChanges,
    PortOrderPresets,
)

__all__ = ["NewPortOrderFields", "PortOrderFields", "PortPresets", "Preset"]

Preset: TypeAlias = Literal["cnam_id", "e911_id", "primary_route_id", "failover_route_id"]
"""What ported numbers can be set up with, by the id of something that the account has."""

_PRESETS: tuple[Preset, ...] = ("cnam_id", "e911_id", "primary_route_id", "failover_route_id")
_COUNTRIES = ("US", "CA")
_SECRETS = frozenset({"pin", "last_4_ssn", "provider_account"})
_DIGITS_OF_SSN = 4


class PortPresets(TypedDict, total=False):
    """What the numbers are set up with once they are ported; each must exist on the account.

    Attributes:
        cnam_id: A CNAM record.
        e911_id: An E911 address.
        primary_route_id: The route that calls take.
        failover_route_id: The route that they take where that one fails.
        alias: A name of your own.
    """

    cnam_id: str | HasId
    e911_id: str | HasId
    primary_route_id: str | HasId
    failover_route_id: str | HasId
    alias: str


class PortOrderFields(TypedDict, total=False):
    """The details of a port order; in a change, what is not given stays as it is.

    `pin`, `last_4_ssn` and `provider_account` are treated as keys are: no repr or text shows them.

    Attributes:
        billing_name: The name on the losing carrier's bill.
        street: The street of the billing address, with the house number.
        street2: A further line of it.
        city: Its city.
        state: Its state or province, two letters or the name.
        zip: Its ZIP or postal code.
        country: "US" or "CA".
        provider: The losing carrier.
        usage_type: "Business" or "Residential".
        company: The company's name.
        billing_number: The main number of the bill, in any usual form.
        provider_account: The account at the losing carrier.
        pin: The PIN at the losing carrier.
        last_4_ssn: The last four digits of the owner's social security number.
        alias: A name of your own for the order.
        desired_completion_date: The day on which to port, at most 30 days away.
        enable_cnam_lookups: Whether names of callers are looked up for the numbers; each look-up is charged.
        status_url: Called when the status changes; an http or https URL.
    """

    billing_name: str
    street: str
    street2: str
    city: str
    state: str
    zip: str
    country: str
    provider: str
    usage_type: str
    company: str
    billing_number: str | HasId
    provider_account: str | SecretStr
    pin: str | SecretStr
    last_4_ssn: str | SecretStr
    alias: str
    desired_completion_date: date
    enable_cnam_lookups: bool
    status_url: str


class NewPortOrderFields(PortOrderFields, total=False):
    """The details of a new port order: six of them are required.

    Attributes:
        loa_email: Where the vendor mails the letter of authorization; documented, and not built yet.
        loa_cc: Who gets a copy of it.
        business_documents: Addresses of documents, such as a bill, that the vendor fetches.
        presets: What the numbers are set up with once they are ported.
    """

    loa_email: str
    loa_cc: str
    business_documents: Sequence[str]
    presets: PortPresets


_REQUIRED = ("billing_name", "street", "city", "state", "country", "provider")


def plus_numbers(argument: str, numbers: Sequence[object]) -> tuple[str, ...]:
    """Return numbers as porting has them, with a plus.

    Raises:
        InvalidArgumentError: If there is none, or one is no North American number.
    """
    if not numbers:
        raise InvalidArgumentError(argument, "one number or more", given="none")
    return tuple(
        f"+{arguments.north_american_number(f'{argument}[{place}]', number)}" for place, number in enumerate(numbers)
    )


def new_port_order(numbers: Sequence[object], details: Mapping[str, Any]) -> NewPortOrderDocument:
    """Return the body that creates a port order.

    Raises:
        InvalidArgumentError: If a detail is missing, or not of its form.
        TypeError: If there is no such detail.
    """
    _refuse_unknown(details, NewPortOrderFields.__annotations__)
    if missing := [name for name in _REQUIRED if details.get(name) is None]:
        raise InvalidArgumentError(missing[0], f"given: {', '.join(_REQUIRED)} are required", given="nothing")
    given = dict(details)
    presets, documents = given.pop("presets", None), given.pop("business_documents", None)
    email, cc = given.pop("loa_email", None), given.pop("loa_cc", None)
    if isinstance(documents, str) or not isinstance(documents, Sequence | None):
        raise InvalidArgumentError("business_documents", "a sequence of addresses", given=arguments.kind(documents))
    attributes = NewPortOrderAttributes(
        numbers=plus_numbers("numbers", numbers),
        business_documents=tuple(
            arguments.web_url(f"business_documents[{place}]", url) for place, url in enumerate(documents or ())
        )
        or None,
        presets=None if presets is None else checked_presets(presets),
        loa_details=LetterDetails(
            email=None if email is None else arguments.text("loa_email", email),
            cc=None if cc is None else arguments.text("loa_cc", cc),
        )
        if email or cc
        else None,
        **_checked(given),
    )
    return NewPortOrderDocument(data=NewPortOrder(attributes=attributes))


def port_order_change(details: Mapping[str, Any]) -> PortOrderChangeDocument:
    """Return the body that changes the details of a port order.

    Raises:
        InvalidArgumentError: If a detail is not of its form, or none is given.
        TypeError: If there is no such detail.
    """
    _refuse_unknown(details, PortOrderFields.__annotations__)
    if not details:
        raise InvalidArgumentError("details", f"at least one of {', '.join(PortOrderFields.__annotations__)}")
    return _change(PortOrderChanges(**_checked(details)))


def preset_change(presets: Mapping[str, object]) -> PortOrderChangeDocument:
    """Return the body that changes what the numbers of a port order are set up with.

    Raises:
        InvalidArgumentError: If a preset is not of its form, or none is given.
        TypeError: If there is no such preset.
    """
    if not presets:
        raise InvalidArgumentError("presets", f"at least one of {', '.join(PortPresets.__annotations__)}")
    return _change(PortOrderChanges(presets=checked_presets(presets)))


def checked_presets(presets: Mapping[str, object]) -> PortOrderPresets:
    """Return what ported numbers are set up with.

    Raises:
        InvalidArgumentError: If a preset is not of its form.
        TypeError: If there is no such preset.
    """
    _refuse_unknown(presets, PortPresets.__annotations__)
    return PortOrderPresets(
        **{
            name: arguments.text(name, value) if name == "alias" else arguments.resource_id(name, value)
            for name, value in presets.items()
        }
    )


def preset(name: object) -> Preset:
    """Return the name of a preset that can be removed.

    Raises:
        InvalidArgumentError: If there is no such preset.
    """
    for known in _PRESETS:
        if name == known:
            return known
    raise InvalidArgumentError("preset", f"one of {', '.join(_PRESETS)}", given=arguments.kind(name))


def _change(changes: PortOrderChanges) -> PortOrderChangeDocument:
    return PortOrderChangeDocument(data=PortOrderChange(attributes=changes))


def _refuse_unknown(given: Mapping[str, object], known: Mapping[str, object]) -> None:
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; there is {', '.join(known)}")


def _checked(details: Mapping[str, object]) -> dict[str, Any]:
    return {name: _detail(name, value) for name, value in details.items()}


def _detail(name: str, value: object) -> object:  # noqa: PLR0911 - one for each kind of detail
    match name:
        case "state":
            return arguments.state(name, value)
        case "country":
            country = arguments.text(name, value).strip().upper()
            if country not in _COUNTRIES:
                raise InvalidArgumentError(name, "US or CA", given=country[:20])
            return country
        case "billing_number":
            return f"+{arguments.north_american_number(name, value)}"
        case "desired_completion_date":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise InvalidArgumentError(name, "a date", given=arguments.kind(value))
            return value
        case "enable_cnam_lookups":
            return arguments.flag(name, value)
        case "status_url":
            return arguments.web_url(name, value)
        case _ if name in _SECRETS:
            return _secret(name, value)
        case _:
            return arguments.text(name, value)


def _secret(name: str, value: object) -> SecretStr:
    """Return a secret; no error text quotes it."""
    secret = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(secret, str) or not secret.strip():
        raise InvalidArgumentError(name, "a text that is not empty", given=type(value).__name__)
    digits = secret.strip()
    if name == "last_4_ssn" and not (digits.isascii() and digits.isdigit() and len(digits) == _DIGITS_OF_SSN):
        raise InvalidArgumentError(name, "four digits", given="something else")
    return SecretStr(digits)

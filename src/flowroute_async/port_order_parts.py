"""What a port order consists of: its parts, its presets and its numbers, and the checks before anything is sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, cast

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.postal import country_code
from flowroute_openapi.api import lazy_models as models  # the help of `porting` takes what stands here, and no model

__all__ = ["NewPortOrderParts", "PortOrderParts", "PresetName", "Presets"]

PresetName: TypeAlias = Literal["cnam_id", "e911_id", "primary_route_id", "failover_route_id"]

_SECRETS = frozenset({"provider_account", "pin", "last_4_ssn"})
CLEARABLE = frozenset(
    {"street2", "company", "billing_number", "alias", "desired_completion_date", "status_url", *_SECRETS}
)
"""What None clears in `PortOrderParts`."""

_LONGEST_WAIT = 30
_POSSIBLE_DAYS = f"a date from today on, at most {_LONGEST_WAIT} days away (UTC)"
_SSN = re.compile("[0-9]{4}")


class PortOrderParts(TypedDict, total=False):
    """The parts of a port order that can be changed. What is not given stays as it is.

    None clears `street2`, `company`, `billing_number`, `provider_account`, `pin`, `last_4_ssn`, `alias`,
    `desired_completion_date` and `status_url`, and nothing else.

    Attributes:
        billing_name: The name on the losing carrier's bill.
        street: The street address on that bill.
        street2: A second line of it.
        city: The city.
        state: A US state or Canadian province: two letters, or its name.
        zip: The zip or postal code.
        country: US or CA.
        provider: The losing carrier.
        usage_type: "Business" or "Residential".
        company: The company's name.
        billing_number: The main number of the account there.
        provider_account: The account there. Shown nowhere.
        pin: The PIN there. Shown nowhere.
        last_4_ssn: The last four digits of the social security number. Shown nowhere.
        alias: A name of your own.
        desired_completion_date: At most 30 days away, by the date in UTC.
        enable_cnam_lookups: Whether callers' names are looked up later; each look-up is charged.
        status_url: Called when the status changes.
        business_documents: Addresses of documents that the vendor fetches.
    """

    billing_name: str
    street: str
    street2: str | None
    city: str
    state: str
    zip: str
    country: str
    provider: str
    usage_type: Literal["Business", "Residential"]
    company: str | None
    billing_number: str | None
    provider_account: str | None
    pin: str | None
    last_4_ssn: str | None
    alias: str | None
    desired_completion_date: date | None
    enable_cnam_lookups: bool
    status_url: str | None
    business_documents: Sequence[str]


class NewPortOrderParts(TypedDict):
    """The parts of a new port order, as in `PortOrderParts`; country is US unless given."""

    billing_name: str
    street: str
    street2: NotRequired[str | None]
    city: str
    state: str
    zip: NotRequired[str]
    country: NotRequired[str]
    provider: str
    usage_type: NotRequired[Literal["Business", "Residential"]]
    company: NotRequired[str | None]
    billing_number: NotRequired[str | None]
    provider_account: NotRequired[str | None]
    pin: NotRequired[str | None]
    last_4_ssn: NotRequired[str | None]
    alias: NotRequired[str | None]
    desired_completion_date: NotRequired[date | None]
    enable_cnam_lookups: NotRequired[bool]
    status_url: NotRequired[str | None]
    business_documents: NotRequired[Sequence[str]]


class Presets(TypedDict, total=False):
    """What the numbers are set up with once they are ported; each an id or the resource.

    Attributes:
        cnam_id: The caller name.
        e911_id: The emergency address.
        primary_route_id: The primary route.
        failover_route_id: The failover route.
        alias: The alias.
    """

    cnam_id: str | HasId
    e911_id: str | HasId
    primary_route_id: str | HasId
    failover_route_id: str | HasId
    alias: str


def hide_secrets(parts: dict[str, Any]) -> None:
    """Put the secrets of a port order out of sight, before anything else is done: tracebacks can show variables."""
    from pydantic import SecretStr  # noqa: PLC0415 - as above

    for name in _SECRETS & parts.keys():
        if parts[name] is not None and not isinstance(parts[name], SecretStr):
            parts[name] = SecretStr(parts[name])


def port_order_parts(given: Mapping[str, object], today: date) -> dict[str, Any]:
    """Return the parts of a port order as they are sent; None stays None.

    Args:
        given: The parts, their secrets hidden.
        today: The day from which the vendor's 30 days count.

    Raises:
        InvalidArgumentError: If a part is not of its form.
        TypeError: If there is no such part.
    """
    known = PortOrderParts.__annotations__
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; a port order has {', '.join(known)}")
    return {name: _part(name, value, today) for name, value in given.items()}


def ported_numbers(argument: str, numbers: object) -> tuple[str, ...]:
    """Return the numbers of a port order as they are sent, with a plus.

    Raises:
        InvalidArgumentError: If one is no number, or there is none.
    """
    kind = arguments.kind(numbers)
    if isinstance(numbers, str) or not isinstance(numbers, Sequence) or not numbers:
        raise InvalidArgumentError(argument, "one number or more", given=kind)
    given = cast("Sequence[object]", numbers)
    return tuple(f"+{arguments.phone_number(f'{argument}[{place}]', number)}" for place, number in enumerate(given))


def port_order_presets(given: Mapping[str, object]) -> "models.PortOrderPresets":
    """Return presets as they are sent.

    Raises:
        InvalidArgumentError: If a preset is not of its form.
        TypeError: If there is no such preset.
    """
    known = Presets.__annotations__
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; presets are {', '.join(known)}")
    arguments.clear_only(given, (), hint="; remove_preset removes an id")
    return models.PortOrderPresets(
        **{
            name: arguments.text(name, value) if name == "alias" else arguments.resource_id(name, value)
            for name, value in given.items()
        }
    )


def _part(name: str, value: object, today: date) -> object:
    if value is None and name in CLEARABLE:
        return None
    if name == "desired_completion_date":
        return _day(name, value, today)
    return _CHECKS.get(name, arguments.text)(name, value)


def _day(name: str, value: object, today: date) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise InvalidArgumentError(name, _POSSIBLE_DAYS, given=arguments.kind(value))
    away = (value - today).days
    if not 0 <= away <= _LONGEST_WAIT:
        raise InvalidArgumentError(name, _POSSIBLE_DAYS, given=f"{abs(away)} days {'ago' if away < 0 else 'away'}")
    return value


def _country(name: str, value: object) -> str:
    code = country_code(value) if isinstance(value, str) else None
    if code is None:
        raise InvalidArgumentError(name, "US or CA", given=arguments.kind(value))
    return code


def _usage(name: str, value: object) -> str:
    if value not in ("Business", "Residential"):
        raise InvalidArgumentError(name, "Business or Residential", given=arguments.kind(value))
    return str(value)


def _urls(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidArgumentError(name, "a sequence of addresses", given=arguments.kind(value))
    given = cast("Sequence[object]", value)
    return tuple(arguments.web_url(f"{name}[{place}]", url) for place, url in enumerate(given))


def _secret(name: str, value: object) -> object:
    """Check a secret without a variable that holds it."""
    reveal = cast("Callable[[], object]", getattr(value, "get_secret_value", str))
    if not isinstance(reveal(), str) or not str(reveal()).strip():
        raise InvalidArgumentError(name, "a text that is not blank")
    if name == "last_4_ssn" and not _SSN.fullmatch(str(reveal())):
        raise InvalidArgumentError(name, "four digits")
    return value


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "state": arguments.state,
    "country": _country,
    "usage_type": _usage,
    "enable_cnam_lookups": arguments.flag,
    "status_url": arguments.web_url,
    "business_documents": _urls,
    **dict.fromkeys(sorted(_SECRETS), _secret),
}

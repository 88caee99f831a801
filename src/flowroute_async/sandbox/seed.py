"""What an account begins with: read from a file, checked, and written into an account that was never used."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from flowroute_async.extras import require_extra
from flowroute_async.sandbox.phone_numbers import digits_of

BUILT_IN_ROUTE = "sip-reg"
"""The alias of the route that every account has."""

_SHOWN_FAULTS = 5
_BLOCK = re.compile(r"\+?([1-9][0-9]{10})\s*-\s*\+?([1-9][0-9]{10})")
_LONGEST_BLOCK = 10_000
_PLAIN, _LONGEST = 11, 15  # digits of a number that needs no second look


def _digits(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and _PLAIN <= len(value) <= _LONGEST:
        return value
    # YAML takes digits for an integer.
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError("it must be a phone number")  # noqa: TRY004 - so that the checks go on
    digits = digits_of("it", str(value))
    if digits.startswith("0"):
        raise ValueError("it must be a phone number: no country code begins with 0")
    return digits


def _in_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is beyond the years 1 to 9999") from None


PhoneNumber: TypeAlias = Annotated[str, BeforeValidator(_digits)]
Moment: TypeAlias = Annotated[datetime, AfterValidator(_in_utc)]
Dollars: TypeAlias = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Scalar: TypeAlias = str | int | float | bool | None


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class SeedRoute(_Part):
    """An inbound route; the built-in one is there by itself."""

    alias: str
    route_type: Literal["host", "uri", "number"]
    value: str
    edge_strategy_id: int | None = None


class SeedAddress(_Part):
    """An E911 address; nothing of it is checked, since old ones break the rules of today."""

    label: str
    first_name: str
    last_name: str
    street_number: str
    street_name: str
    city: str
    state: str
    country: str = "US"
    zip: str
    address_type: str = ""
    address_type_number: str = ""


class SeedName(_Part):
    """A CNAM record; `created` and `approved` are null on records of long ago."""

    value: str
    status: Literal["pending", "approved", "rejected"] = "pending"
    created: Moment | None = None
    approved: Moment | None = None
    rejection_reason: str | None = None


class SeedNumber(_Part):
    """A number of the account; relations are named by a route's alias, an address's label and a name's value."""

    number: PhoneNumber
    alias: str | None = None
    cnam_lookups_enabled: bool = True
    messaging_enabled: bool | None = None
    emergency_capable: bool = True
    primary_route: str | None = "sip-reg"
    failover_route: str | None = None
    e911: str | None = None
    cnam: str | None = None
    callbacks: dict[str, str] | None = None
    state: str | None = None
    rate_center: str | None = None
    tier: str | None = None


class SeedMessage(_Part):
    """A message; without a direction it is outbound if it is from a number of the account."""

    from_: Annotated[PhoneNumber, Field(alias="from")]
    to: PhoneNumber
    body: str | None = None
    media_urls: tuple[str, ...] = ()
    at: Moment | None = None
    direction: Literal["inbound", "outbound"] | None = None
    status_code: Annotated[int, Field(ge=0, lt=10_000)] | None = 1003
    id: str | None = None


class SeedCall(_Part):
    """A phone call; `rate` is in dollars a minute."""

    from_: Annotated[PhoneNumber, Field(alias="from")]
    to: PhoneNumber
    duration: Annotated[int, Field(ge=0, le=10_000_000)]
    at: Moment | None = None
    rate: Dollars = 0.0098
    result: str = "completed"
    sip_code: int = 200
    reason: str = "OK"


class SeedPortOrder(_Part):
    """A port order; `details` holds the fields of a request that are not here."""

    numbers: list[PhoneNumber]
    status: str = "pending"
    created: Moment | None = None
    comments: list[str] = []
    details: dict[str, Scalar | dict[str, Scalar]] = {}


class SeedExport(_Part):
    """An export of call records; `start` and `end` are the span in which its calls began."""

    start: Moment
    end: Moment
    requested: Moment | None = None
    status: Literal["processing", "completed", "failed"] = "completed"
    callback_url: str | None = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.start >= self.end:
            raise ValueError("it must end after its start")
        return self


class Seed(_Part):
    """The whole of what an account begins with.

    Attributes:
        balance: Dollars; None for money without end.
        for_sale: Numbers to sell besides those of the inventory: single ones, or blocks as `12065551000-12065551099`.
        routes: Inbound routes.
        e911s: E911 addresses, the oldest first.
        cnams: CNAM records, the oldest first.
        numbers: Numbers of the account.
        callbacks: Where webhooks go, by kind.
        messages: Messages sent and received.
        calls: Phone calls, for exports of call records.
        port_orders: Port orders, the oldest first.
        cdr_exports: Exports of call records, the oldest first.
    """

    balance: Dollars | None = None
    for_sale: list[str] = []
    routes: list[SeedRoute] = []
    e911s: list[SeedAddress] = []
    cnams: list[SeedName] = []
    numbers: list[SeedNumber] = []
    callbacks: dict[str, str] = {}
    messages: list[SeedMessage] = []
    calls: list[SeedCall] = []
    port_orders: list[SeedPortOrder] = []
    cdr_exports: list[SeedExport] = []

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        _check_once("routes", "alias", [BUILT_IN_ROUTE, *(route.alias for route in self.routes)])
        _check_once("e911s", "label", (address.label for address in self.e911s))
        _check_once("cnams", "value", (name.value.upper() for name in self.cnams))
        _check_once("numbers", "number", (number.number for number in self.numbers))
        _check_once("messages", "id", (message.id for message in self.messages if message.id is not None))
        return self


def read_seed(name: str, content: bytes) -> Seed:
    """Read a file of what an account begins with.

    Args:
        name: The file's name: JSON if it ends in `.json`, and else YAML.
        content: What is in it.

    Raises:
        ValueError: If it cannot be read, or something in it is wrong; the text names the place.
    """
    try:
        if name.endswith(".json"):
            return Seed.model_validate_json(content.removeprefix(BOM_UTF8))
        return Seed.model_validate(_yaml(content))
    except ValidationError as error:
        raise ValueError(f"{name}: {_in_words(error)}") from None
    except RecursionError:
        raise ValueError(f"{name}: the file is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{name}: the file cannot be read: {error}") from None


def numbers_for_sale(seed: Seed) -> list[str]:
    """Write out the blocks of numbers of a seed.

    Raises:
        ValueError: If a block is none.
    """
    found: list[str] = []
    for text in seed.for_sale:
        block = _BLOCK.fullmatch(text.strip())
        first, last = (block[1], block[2]) if block is not None else (digits_of("for_sale", text),) * 2
        numbers = range(int(first), int(last) + 1)
        if not 0 < len(numbers) <= _LONGEST_BLOCK:
            raise ValueError(f"for_sale: {text} is no block of up to {_LONGEST_BLOCK} numbers")
        found += map(str, numbers)
    return found


def _yaml(content: bytes) -> object:
    with require_extra("sandbox"):
        from ruamel.yaml import YAML  # noqa: PLC0415 - only such a file needs it
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise
    try:
        value: object = YAML(typ="safe").load(content)  # pyright: ignore[reportUnknownMemberType]  # ruamel has no types
    except YAMLError as error:
        raise ValueError(str(error)) from None
    return {} if value is None else value


def _check_once(part: str, name: str, values: Iterable[str]) -> None:
    """Refuse a value that stands there twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{part}: there are two with the {name} {value}")
        seen.add(value)


def _in_words(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False)
    lines = [f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}" for fault in faults[:_SHOWN_FAULTS]]
    more = f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
    return "; ".join(lines) + more

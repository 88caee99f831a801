"""The objects of the API's requests and responses, and the types of their fields. Generated; see spec/templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    JsonValue,
    PlainSerializer,
    SecretStr,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    WrapSerializer,
)
from pydantic_core import PydanticCustomError, core_schema

from flowroute_openapi.types import SENT, Date

__all__ = [
    "Amount",
    "EmptyIsNone",
    "HttpDate",
    "Identifier",
    "Meaning",
    "Model",
    "Nanodollars",
    "NoneIsEmpty",
    "OpenEnum",
    "PhoneNumber",
    "ReadStrictly",
    "Secret",
    "Timestamp",
    "STATUS_CODES",
    "AccountNumber",
    "AvailableCode",
    "AvailableCodeListDocument",
    "AvailableNumber",
    "AvailableNumberListDocument",
    "BillingAddress",
    "Callback",
    "CallbackDocument",
    "CallbackSetting",
    "CdrExport",
    "CdrExportDocument",
    "CdrExportListDocument",
    "CdrFilters",
    "CnamNumbers",
    "CnamRecord",
    "CnamRecordChange",
    "CnamRecordChangeDocument",
    "CnamRecordDocument",
    "CnamRecordListDocument",
    "CnamRelationships",
    "DeliveryReceipt",
    "E911Address",
    "E911AddressChange",
    "E911AddressChangeDocument",
    "E911AddressChanges",
    "E911AddressDocument",
    "E911AddressListDocument",
    "E911Number",
    "E911NumberListDocument",
    "EdgeStrategy",
    "EdgeStrategyListDocument",
    "ErrorDocument",
    "ErrorObject",
    "LetterDetails",
    "LetterOfAuthorization",
    "LetterOfAuthorizationDocument",
    "Media",
    "MediaRelationship",
    "Message",
    "MessageDocument",
    "MessageListDocument",
    "MessagePageLinks",
    "MessageProvisioning",
    "MessageProvisioningDocument",
    "MessageProvisioningNumbers",
    "MessageProvisioningRequest",
    "MessageRelationships",
    "NewCdrExport",
    "NewCdrExportAttributes",
    "NewCdrExportDocument",
    "NewCnamRecord",
    "NewE911Address",
    "NewE911AddressAttributes",
    "NewE911AddressDocument",
    "NewMessage",
    "NewPortOrder",
    "NewPortOrderAttributes",
    "NewPortOrderDocument",
    "NewPortOrderFile",
    "NewPortOrderUpload",
    "NewRoute",
    "NewRouteAttributes",
    "NewRouteDocument",
    "NumberChange",
    "NumberDocument",
    "NumberListDocument",
    "NumberRelationships",
    "PageLinks",
    "Portability",
    "PortabilityCheck",
    "PortabilityDocument",
    "PortOrder",
    "PortOrderCancellation",
    "PortOrderCancellationDocument",
    "PortOrderCancellationStatus",
    "PortOrderChange",
    "PortOrderChangeDocument",
    "PortOrderChanges",
    "PortOrderDocument",
    "PortOrderFile",
    "PortOrderFileDocument",
    "PortOrderGroup",
    "PortOrderGroupDocument",
    "PortOrderGroupNumbers",
    "PortOrderGroupOrders",
    "PortOrderListDocument",
    "PortOrderNumbersChange",
    "PortOrderPresets",
    "PortOrderStatus",
    "PortOrderStatusDocument",
    "PortOrderSummary",
    "PriceDetails",
    "PurchaseOptions",
    "Relationship",
    "ResourceIdentifier",
    "Route",
    "RouteChange",
    "RouteChangeDocument",
    "RouteChanges",
    "RouteDocument",
    "RouteDocumentLinks",
    "RouteIdentifier",
    "RouteListDocument",
    "RouteRelationship",
    "SentMessage",
    "SentMessageDocument",
    "SignedLetter",
    "SignedLetterAttributes",
    "SignedLetterDocument",
]


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


Timestamp = Annotated[datetime, AfterValidator(_aware)]
"""An aware `datetime`. The API's times are in UTC; one without an offset is read as UTC."""


def _from_http_date(value: object) -> object:
    try:
        return parsedate_to_datetime(value) if isinstance(value, str) and value[:1].isalpha() else value
    except (ValueError, OverflowError):
        raise PydanticCustomError("http_date", "Input should be a date of HTTP") from None


def _to_http_date(value: datetime, write: SerializerFunctionWrapHandler, info: SerializationInfo) -> object:
    return format_datetime(value.astimezone(UTC), usegmt=True) if info.context is SENT else write(value)


HttpDate = Annotated[Timestamp, BeforeValidator(_from_http_date), WrapSerializer(_to_http_date)]
"""A `Timestamp` that comes and goes as "Fri, 01 Jun 2018 00:17:52 GMT"; the other form, digits first, is read too."""

EmptyIsNone: BeforeValidator = BeforeValidator(lambda value: None if value == "" else value)
"""Marks a field that comes as an empty string where it has no value."""

NoneIsEmpty: BeforeValidator = BeforeValidator(lambda value: "" if value is None else value)
"""Marks a text that comes as null where it is empty."""


def _revealed(value: SecretStr, info: SerializationInfo) -> str:
    return value.get_secret_value() if info.context is SENT else str(value)


Secret = Annotated[SecretStr, PlainSerializer(_revealed, return_type=str, when_used="json")]
"""A text that is sent, and never shown: `get_secret_value()` of the field reveals it."""


class Meaning(NamedTuple):
    """What a code means.

    Attributes:
        words: Its meaning in words.
        is_final: Whether it is the last word.
    """

    words: str
    is_final: bool


class ReadStrictly:
    """Marks a type that is never guessed: where it cannot be read, nor can the object that it belongs to."""

    from_json: ClassVar[core_schema.CoreSchema]
    or_whole_number: ClassVar[bool] = False
    """Whether a whole number is as good as its digits; `flowroute_openapi.reading` sees to it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.json_or_python_schema(json_schema=cls.from_json, python_schema=handler(source))


def _digits(number: str) -> str:
    number = number.strip()
    if not number:
        raise PydanticCustomError("phone_number", "Input should be a phone number")
    digits = number.removeprefix("+")
    return digits if digits.isascii() and digits.isdigit() else number


_TEXT_OF_WHOLE_NUMBER = core_schema.no_info_after_validator_function(str, core_schema.int_schema(strict=True, ge=0))
# True and 1.0 are no whole numbers here.


class _Identifier(ReadStrictly):
    # A whole number is left to the second pass: in the first, a union would cost a twentieth of a page's time.
    from_json = core_schema.str_schema(min_length=1, strict=True)
    or_whole_number = True


class _PhoneNumber(ReadStrictly):
    from_json = core_schema.union_schema(
        [
            core_schema.str_schema(pattern="^[0-9]+$", strict=True),
            core_schema.no_info_after_validator_function(_digits, core_schema.str_schema(strict=True)),
            _TEXT_OF_WHOLE_NUMBER,
        ],
        mode="left_to_right",
        custom_error_type="phone_number",
        custom_error_message="Input should be a phone number, as text or a whole number",
    )


_MOST_AMOUNTS = 1024
_FIRST_INEXACT = 2.0**53


class _ExactAmounts(dict[float, Decimal]):
    """The amounts seen last by their floats: prices repeat. A look-up in it takes half the time of a cached function."""

    def __missing__(self, number: float) -> Decimal:
        if len(self) >= _MOST_AMOUNTS:
            self.clear()
        if abs(number) >= _FIRST_INEXACT:  # read digit by digit instead
            raise PydanticCustomError("amount", "Input should be an amount that a float holds exactly")
        amount = self[number] = Decimal(int(number)) if number.is_integer() else Decimal(repr(number))
        return amount


_exact = _ExactAmounts().__getitem__


def _from_digits(digits: str) -> Decimal:
    return Decimal(format(Decimal(digits), "f"))


def _written(amount: Decimal, info: SerializationInfo) -> float | str:
    return float(amount) if info.context is SENT else str(amount)  # a number where it is sent, exact digits elsewhere


class _Amount(ReadStrictly):
    """Reads an amount from JSON by way of a float and a cache: prices repeat, and it takes half the time.

    The shortest digits that give a float back are those that the JSON had, up to 15 of them. True is no amount. Text may
    have a power of ten, with which Python's `str` writes an exact zero: "0E-8".
    """

    from_json = core_schema.union_schema(
        [
            core_schema.no_info_after_validator_function(
                _exact, core_schema.float_schema(allow_inf_nan=False, strict=True)
            ),
            core_schema.no_info_after_validator_function(
                _from_digits,
                core_schema.str_schema(
                    pattern=r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$",
                    strict=True,
                ),
            ),
            core_schema.no_info_after_validator_function(Decimal, core_schema.int_schema(strict=True)),
        ],
        mode="left_to_right",
        custom_error_type="amount",
        custom_error_message="Input should be an amount, as a number or its digits",
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=cls.from_json,
            python_schema=handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(_written, info_arg=True, when_used="json"),
        )


def _whole(number: float) -> int:
    if not number.is_integer() or abs(number) >= _FIRST_INEXACT:
        raise PydanticCustomError("nanodollars", "Input should be a whole number")
    return int(number)


class _Nanodollars(ReadStrictly):
    from_json = core_schema.union_schema(
        [
            core_schema.int_schema(strict=True),
            core_schema.no_info_after_validator_function(
                int, core_schema.str_schema(pattern="^-?[0-9]{1,30}$", strict=True)
            ),
            core_schema.no_info_after_validator_function(
                _whole, core_schema.float_schema(allow_inf_nan=False, strict=True)
            ),
        ],
        mode="left_to_right",
        custom_error_type="nanodollars",
        custom_error_message="Input should be a whole number, or its digits",
    )


Identifier = Annotated[str, _Identifier]
"""What names something, such as an id or a phone number: a text that is not empty, or a whole number as its digits."""

PhoneNumber = Annotated[str, _PhoneNumber]
"""A phone number as digits, without a plus; what is no digits, such as a name of five letters, as it came."""

Amount = Annotated[Decimal, _Amount]
"""An exact `Decimal`, such as a price in US dollars."""

Nanodollars = Annotated[int, _Nanodollars]
"""Billionths of a US dollar."""


class OpenEnum:
    """Marks an enumeration that the API may extend: the type names the known values, any string is accepted.

    Validated as a plain string, which is quicker than trying the known values first.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.str_schema()


UNREAD = "_unread"
# Where a model's `__dict__` keeps what could not be read: a private attribute would slow down the building of each.


class Model(BaseModel):
    """An object of the API: frozen, and tolerant of fields it does not know.

    Texts of validation errors never show the values that were refused.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        defer_build=True,
        protected_namespaces=(),  # the names of pydantic's own that a field may have are changed
    )

    @property
    def unread(self) -> Mapping[str, JsonValue]:
        """What of the answer could not be read: the raw values by the names of the fields, which have their defaults.

        An item of a list stands there as `name[index]`, and was left out of the list. It may hold personal data, and is
        in no `repr` and no dump.
        """
        found: Mapping[str, JsonValue] = self.__dict__.get(UNREAD, {})
        return MappingProxyType(found)


STATUS_CODES: Mapping[str, Meaning] = {
    "1000": Meaning("default state", False),
    "1001": Meaning("queued for delivery", False),
    "1002": Meaning("sent", False),
    "1003": Meaning("accepted by carrier", False),
    "1004": Meaning("delivered to handset", True),
    "1005": Meaning("rejected", True),
    "1006": Meaning("expired", True),
    "1007": Meaning("failed", True),
    "1008": Meaning("permanent send error", True),
    "1009": Meaning("partial send failure", True),
    "1010": Meaning("validation failed", True),
    "1100": Meaning("unknown error", True),
    "1101": Meaning("source carrier invalid", True),
    "1102": Meaning("destination carrier invalid", True),
    "1103": Meaning("source not authorized", True),
    "1104": Meaning("source carrier disabled", True),
    "1105": Meaning("destination carrier disabled", True),
    "1106": Meaning("no valid route", True),
    "1107": Meaning("invalid source type of number", True),
    "1108": Meaning("invalid destination type of number", True),
    "1109": Meaning("route denied", True),
    "1110": Meaning("user opted out (STOP)", True),
    "1111": Meaning("temporary resolution failure", False),
    "1112": Meaning("permanent resolution failure", True),
    "1115": Meaning("no handler found", True),
    "1116": Meaning("destination not text enabled", True),
    "1150": Meaning("spam", True),
    "1152": Meaning("spam reject", True),
    "1160": Meaning("toll-free messaging limits exceeded", True),
    "1200": Meaning("unknown error", True),
    "1201": Meaning("message too long", True),
    "1202": Meaning("invalid priority flag", True),
    "1203": Meaning("invalid registered delivery flag", True),
    "1204": Meaning("system error", True),
    "1205": Meaning("invalid source address", True),
    "1206": Meaning("invalid destination address", True),
    "1207": Meaning("message id invalid", True),
    "1208": Meaning("cancelling failed", True),
    "1209": Meaning("replacing failed", True),
    "1210": Meaning("message queue full", True),
    "1211": Meaning("invalid service type", True),
    "1212": Meaning("invalid number of destinations", True),
    "1213": Meaning("invalid distribution list", True),
    "1214": Meaning("invalid destination flag", True),
    "1215": Meaning("invalid submit-with-replace", True),
    "1216": Meaning("invalid esm class", True),
    "1217": Meaning("invalid submit to list", True),
    "1218": Meaning("submitting failed", True),
    "1219": Meaning("invalid source type of number", True),
    "1220": Meaning("invalid source numbering plan", True),
    "1221": Meaning("invalid destination type of number", True),
    "1222": Meaning("invalid destination numbering plan", True),
}
"""What each known `status_code` means."""


class ResourceIdentifier(Model):
    """The type and the id of a resource.

    Attributes:
        type: For example route.
    """

    id: Identifier
    type: str | None = None


class Relationship(Model):
    """A connection to one resource, or to none."""

    data: ResourceIdentifier | None = None


class NumberRelationships(Model):
    """What a number is connected to.

    Attributes:
        cnam_preset: A connection to one resource, or to none.
        e911_address: A connection to one resource, or to none.
        failover_route: A connection to one resource, or to none.
        primary_route: A connection to one resource, or to none.
        message_provision: A connection to one resource, or to none.
    """

    cnam_preset: Relationship | None = None
    e911_address: Relationship | None = None
    failover_route: Relationship | None = None
    primary_route: Relationship | None = None
    message_provision: Relationship | None = None


class AccountNumber(Model):
    """A resource, flat: its attributes are fields.

    Attributes:
        relationships: What a number is connected to.
        type: For example number.
        value: For example 16502390214.
        inbound_rate: US dollars a minute of inbound calls. For example 0.012.
        monthly_cost: US dollars a month.
        setup_cost: US dollars once.
        rate_type: For example local.
        iso_country: For example US.
        tier: For example Standard.
        status: For example PURCHASED.
    """

    id: Identifier
    relationships: NumberRelationships | None = None
    type: str = "number"
    value: Identifier = Field(validation_alias=AliasPath("attributes", "value"))
    alias: str | None = Field(default=None, validation_alias=AliasPath("attributes", "alias"))
    cnam_lookups_enabled: bool | None = Field(
        default=None, validation_alias=AliasPath("attributes", "cnam_lookups_enabled")
    )
    number_type: Annotated[Literal["inum", "longcode", "standard", "toll-free", "tollfree"] | str, OpenEnum] | None = (
        Field(default=None, validation_alias=AliasPath("attributes", "number_type"))
    )
    rate_center: str | None = Field(default=None, validation_alias=AliasPath("attributes", "rate_center"))
    state: str | None = Field(default=None, validation_alias=AliasPath("attributes", "state"))
    inbound_rate: Amount | None = Field(default=None, validation_alias=AliasPath("attributes", "inbound_rate"))
    monthly_cost: Amount | None = Field(default=None, validation_alias=AliasPath("attributes", "monthly_cost"))
    setup_cost: Amount | None = Field(default=None, validation_alias=AliasPath("attributes", "setup_cost"))
    rate_type: str | None = Field(default=None, validation_alias=AliasPath("attributes", "rate_type"))
    iso_country: str | None = Field(default=None, validation_alias=AliasPath("attributes", "iso_country"))
    tier: str | None = Field(default=None, validation_alias=AliasPath("attributes", "tier"))
    status: str | None = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    messaging_enabled: bool | None = Field(default=None, validation_alias=AliasPath("attributes", "messaging_enabled"))
    note: str | None = Field(default=None, validation_alias=AliasPath("attributes", "note"))


class AvailableCode(Model):
    """An area code, or an area code with an exchange, that has numbers for sale."""

    id: Identifier
    type: Annotated[Literal["areacode", "exchange"] | str, OpenEnum] | None = None


class PageLinks(Model):
    """The links of a document; of a page, `next` is there where more items exist."""

    next: str | None = None
    self_: str | None = Field(default=None, validation_alias="self", serialization_alias="self")


class AvailableCodeListDocument(Model):
    """A document with a list of `AvailableCode`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[AvailableCode, ...]
    links: PageLinks | None = None


class AvailableNumber(Model):
    """A resource, flat: its attributes are fields.

    Attributes:
        type: For example number.
        monthly_cost: US dollars a month.
        setup_cost: US dollars once.
        value: For example 16463439507.
        number_type: For example standard.
        inbound_rate: US dollars a minute of inbound calls. For example 0.012.
        rate_type: For example local.
        iso_country: For example US.
        tier: For example Standard.
    """

    id: Identifier
    type: str | None = None
    monthly_cost: Amount = Field(validation_alias=AliasPath("attributes", "monthly_cost"))
    setup_cost: Amount = Field(validation_alias=AliasPath("attributes", "setup_cost"))
    value: Identifier = Field(validation_alias=AliasPath("attributes", "value"))
    number_type: Annotated[Literal["inum", "longcode", "standard", "toll-free", "tollfree"] | str, OpenEnum] | None = (
        Field(default=None, validation_alias=AliasPath("attributes", "number_type"))
    )
    rate_center: str | None = Field(default=None, validation_alias=AliasPath("attributes", "rate_center"))
    state: str | None = Field(default=None, validation_alias=AliasPath("attributes", "state"))
    inbound_rate: Amount | None = Field(default=None, validation_alias=AliasPath("attributes", "inbound_rate"))
    rate_type: str | None = Field(default=None, validation_alias=AliasPath("attributes", "rate_type"))
    iso_country: str | None = Field(default=None, validation_alias=AliasPath("attributes", "iso_country"))
    tier: str | None = Field(default=None, validation_alias=AliasPath("attributes", "tier"))


class AvailableNumberListDocument(Model):
    """A document with a list of `AvailableNumber`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[AvailableNumber, ...]
    links: PageLinks | None = None


class BillingAddress(Model):
    """The address on the losing carrier's bill."""

    street: Annotated[str | None, EmptyIsNone] = None
    street2: Annotated[str | None, EmptyIsNone] = None
    city: Annotated[str | None, EmptyIsNone] = None
    state: Annotated[str | None, EmptyIsNone] = None
    zip: Annotated[str | None, EmptyIsNone] = None
    country: Annotated[str | None, EmptyIsNone] = None


class Callback(Model):
    """Where messages are called back, flat.

    Attributes:
        product: What is called back. For example dlr.
        api_version: The account's webhook format; v2.2 leaves it out. For example 2.1.
    """

    type: str = "callback"
    callback_url: str = Field(validation_alias=AliasPath("attributes", "callback_url"))
    product: str | None = Field(default=None, validation_alias=AliasPath("attributes", "product"))
    api_version: str | None = Field(default=None, validation_alias=AliasPath("attributes", "api_version"))


class CallbackDocument(Model):
    """A document with one `Callback`.

    Attributes:
        data: Where messages are called back, flat.
    """

    data: Callback


class CallbackSetting(Model):
    """Where messages are called back.

    Attributes:
        callback_url: A public address.
    """

    callback_url: str


class CdrExport(Model):
    """An export of call detail records, flat.

    Attributes:
        status: processing, completed or failed; others may come. For example completed.
        expires_at: Until when the file can be fetched: three days.
        download_url: Where the file is, on another host; no credentials go there.
        total_cost: US dollars.
        call_subtotal: US dollars.
        connect_fees: US dollars.
        cnamlookup_fees: US dollars.
        usf_fees: US dollars.
        ccrf: US dollars.
        filter_parameters: Which calls were asked for, as it came; only filters that were given.
    """

    id: Identifier = Field(validation_alias=AliasChoices("id", AliasPath("data", "id")))
    type: str = Field(default="cdrexport", validation_alias=AliasChoices("type", AliasPath("data", "type")))
    status: str = Field(
        validation_alias=AliasChoices(AliasPath("attributes", "status"), AliasPath("data", "attributes", "status"))
    )
    requested_at: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "requested_at"), AliasPath("data", "attributes", "requested_at")
        ),
    )
    created_at: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "created_at"), AliasPath("data", "attributes", "created_at")
        ),
    )
    expires_at: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "expires_at"), AliasPath("data", "attributes", "expires_at")
        ),
    )
    download_url: Annotated[str | None, EmptyIsNone] = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "download_url"), AliasPath("data", "attributes", "download_url")
        ),
    )
    callback_url: Annotated[str | None, EmptyIsNone] = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "callback_url"), AliasPath("data", "attributes", "callback_url")
        ),
    )
    num_calls: int | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "num_calls"), AliasPath("data", "attributes", "num_calls")
        ),
    )
    billed_minutes: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "billed_minutes"), AliasPath("data", "attributes", "billed_minutes")
        ),
    )
    total_cost: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "total_cost"), AliasPath("data", "attributes", "total_cost")
        ),
    )
    call_subtotal: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "call_subtotal"), AliasPath("data", "attributes", "call_subtotal")
        ),
    )
    connect_fees: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "connect_fees"), AliasPath("data", "attributes", "connect_fees")
        ),
    )
    cnamlookup_fees: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "cnamlookup_fees"), AliasPath("data", "attributes", "cnamlookup_fees")
        ),
    )
    usf_fees: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(AliasPath("attributes", "usf_fees"), AliasPath("data", "attributes", "usf_fees")),
    )
    ccrf: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(AliasPath("attributes", "ccrf"), AliasPath("data", "attributes", "ccrf")),
    )
    filter_parameters: JsonValue | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("attributes", "filter_parameters"), AliasPath("data", "attributes", "filter_parameters")
        ),
    )


class CdrExportDocument(Model):
    """A document with one `CdrExport`.

    Attributes:
        data: An export of call detail records, flat.
    """

    data: CdrExport


class CdrExportListDocument(Model):
    """A document with a list of `CdrExport`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[CdrExport, ...]
    links: PageLinks | None = None


class CdrFilters(Model):
    """Which calls to export. The two times are at most 92 days apart.

    Attributes:
        start_call_start_time: In UTC; calls that began then or later. For example 2019-01-01 00:00:00.
        start_call_end_time: In UTC; calls that began before. For example 2019-02-01 00:00:00.
        number_aliases: The aliases of your numbers.
        number_aliases_contains: Parts of aliases.
        duration_greater_than: Seconds.
    """

    start_call_start_time: str
    start_call_end_time: str
    number_aliases: tuple[str, ...] | None = None
    number_aliases_contains: tuple[str, ...] | None = None
    destination_numbers: tuple[str, ...] | None = None
    callerid_numbers: tuple[str, ...] | None = None
    custom_x_tags: tuple[str, ...] | None = None
    caller_ip: str | None = None
    duration_greater_than: int | None = None


class CnamNumbers(Model):
    """The numbers that show a record."""

    data: tuple[ResourceIdentifier, ...] | None = None


class CnamRelationships(Model):
    """What a record belongs to.

    Attributes:
        numbers: The numbers that show a record.
    """

    numbers: CnamNumbers | None = None


class CnamRecord(Model):
    """A caller name, flat: its attributes are fields.

    Three kinds of answer hold one: lists, details and changes hold a whole record; `associate` answers
    with its id and `date_created` alone; `unassociate` with `date_created` alone.

    Attributes:
        id: The record's id. Empty in the answer to `unassociate`: the number shows no record any more.
        relationships: What a record belongs to.
        value: The name that is shown, in capitals; None where the answer holds no whole record.
        is_approved: Whether the vendor has approved it; only then can a number show it.
        rejection_reason: Why the vendor refused it, or None.
        creation_datetime: When it was created; some old records have none.
        approval_datetime: When it was approved; some old records have none.
        date_created: When the change of a number was asked for; only `associate` and `unassociate` answer with it.
    """

    id: Annotated[str, NoneIsEmpty]
    type: str = "cnam"
    relationships: CnamRelationships | None = None
    value: str | None = Field(default=None, validation_alias=AliasPath("attributes", "value"))
    is_approved: bool | None = Field(default=None, validation_alias=AliasPath("attributes", "is_approved"))
    rejection_reason: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "rejection_reason")
    )
    creation_datetime: Timestamp | None = Field(
        default=None, validation_alias=AliasPath("attributes", "creation_datetime")
    )
    approval_datetime: Timestamp | None = Field(
        default=None, validation_alias=AliasPath("attributes", "approval_datetime")
    )
    date_created: HttpDate | None = Field(default=None, validation_alias=AliasPath("attributes", "date_created"))


class NewCnamRecord(Model):
    """The body that creates a record; the vendor documents it without the `data` around it."""

    value: str


class CnamRecordChange(Model):
    """A change of a record.

    Attributes:
        attributes: The body that creates a record; the vendor documents it without the `data` around it.
    """

    type: str = "cnam"
    attributes: NewCnamRecord


class CnamRecordChangeDocument(Model):
    """The body that changes a record.

    Attributes:
        data: A change of a record.
    """

    data: CnamRecordChange


class CnamRecordDocument(Model):
    """The answer that holds one record.

    Attributes:
        data: A caller name, flat: its attributes are fields.
    """

    data: CnamRecord


class CnamRecordListDocument(Model):
    """A page of records.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[CnamRecord, ...]
    links: PageLinks | None = None


class DeliveryReceipt(Model):
    """What a carrier reported about a message.

    Attributes:
        status_code: For example 1003.
    """

    level: int | None = None
    status: str | None = None
    status_code: str | None = None
    status_code_description: str | None = None
    timestamp: Timestamp | None = None

    @property
    def meaning(self) -> str | None:
        """What the code says, or None where there is no code or its meaning is not known."""
        found = STATUS_CODES.get(str(self.status_code))
        return found.words if found else None

    @property
    def is_final(self) -> bool | None:
        """Whether the code is the last word, or None where there is no code or its meaning is not known."""
        found = STATUS_CODES.get(str(self.status_code))
        return found.is_final if found else None


class E911Address(Model):
    """An address that emergency services are sent to, flat: its attributes are fields.

    Attributes:
        label: Its name on the account, unique there.
        state: Two letters: a US state or a Canadian province.
        country: US or CA; a few old addresses have USA.
        zip: The US zip code or Canadian postal code.
        address_type: The kind of unit, such as Suite, or None where there is none.
        address_type_number: The unit, such as 200 or A-1, or None where there is none.
    """

    id: Identifier
    type: str = "e911"
    label: str = Field(validation_alias=AliasPath("attributes", "label"))
    first_name: str = Field(validation_alias=AliasPath("attributes", "first_name"))
    last_name: str = Field(validation_alias=AliasPath("attributes", "last_name"))
    street_number: str = Field(validation_alias=AliasPath("attributes", "street_number"))
    street_name: str = Field(validation_alias=AliasPath("attributes", "street_name"))
    city: str = Field(validation_alias=AliasPath("attributes", "city"))
    state: str = Field(validation_alias=AliasPath("attributes", "state"))
    country: str = Field(validation_alias=AliasPath("attributes", "country"))
    zip: str = Field(validation_alias=AliasPath("attributes", "zip"))
    address_type: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "address_type")
    )
    address_type_number: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "address_type_number")
    )


class E911AddressChanges(Model):
    """The attributes of an address to change.

    One that is not given stays as it is; an empty unit removes it.
    """

    label: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    street_number: str | None = None
    street_name: str | None = None
    address_type: str | None = None
    address_type_number: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    zip: str | None = None


class E911AddressChange(Model):
    """A change of an address.

    Attributes:
        attributes: The attributes of an address to change. One that is not given stays as it is; an empty unit removes
            it.
    """

    type: str = "e911"
    attributes: E911AddressChanges


class E911AddressChangeDocument(Model):
    """The body that changes an address.

    Attributes:
        data: A change of an address.
    """

    data: E911AddressChange


class E911AddressDocument(Model):
    """The answer that holds one address.

    Attributes:
        data: An address that emergency services are sent to, flat: its attributes are fields.
    """

    data: E911Address


class E911AddressListDocument(Model):
    """A page of addresses.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[E911Address, ...]
    links: PageLinks | None = None


class E911Number(Model):
    """A phone number that has an address.

    Attributes:
        id: The phone number. Where the vendor gives an internal id instead, that one is left out.
        value: The phone number.
        alias: The number's name on the account.
    """

    id: Identifier = Field(validation_alias=AliasChoices(AliasPath("attributes", "value"), "id"))
    type: str = "number"
    value: str = Field(validation_alias=AliasChoices(AliasPath("attributes", "value"), "id"))
    alias: str | None = Field(default=None, validation_alias=AliasPath("attributes", "alias"))


class E911NumberListDocument(Model):
    """A page of the numbers that have an address.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[E911Number, ...]
    links: PageLinks | None = None


class EdgeStrategy(Model):
    """A choice of the vendor's edges, by which a route prefers those near to you.

    Attributes:
        name: For example US-East-VA.
        naptr: For example us-east-va.sip.flowroute.com.
        firewall_rules: The addresses to let in, as a text.
    """

    id: Identifier
    type: str = "edge_strategy"
    name: str | None = Field(default=None, validation_alias=AliasPath("attributes", "name"))
    description: str | None = Field(default=None, validation_alias=AliasPath("attributes", "description"))
    naptr: str | None = Field(default=None, validation_alias=AliasPath("attributes", "naptr"))
    firewall_rules: str | None = Field(default=None, validation_alias=AliasPath("attributes", "firewall_rules"))


class EdgeStrategyListDocument(Model):
    """A document with a list of `EdgeStrategy`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[EdgeStrategy, ...]
    links: PageLinks | None = None


class ErrorObject(Model):
    """One reason why a call was refused.

    Attributes:
        detail: A sentence, or an object keyed like the request whose leaves are lists of sentences.
    """

    id: str | None = None
    status: int | str | None = None
    title: str | None = None
    detail: JsonValue | None = None


class ErrorDocument(Model):
    """What the vendor says about a refused call."""

    errors: tuple[ErrorObject, ...] | None = None


class LetterDetails(Model):
    """Where a letter of authorization is mailed to; the vendor has not built it yet."""

    email: Annotated[str | None, EmptyIsNone] = None
    cc: Annotated[str | None, EmptyIsNone] = None


class LetterOfAuthorization(Model):
    """The letter by which the losing carrier is told to release the numbers, flat.

    Attributes:
        numbers: Ten digits each, without country code.
        loa_copy: The text of the letter, or where it is.
    """

    type: str = "loa"
    numbers: tuple[Identifier, ...] | None = Field(default=None, validation_alias=AliasPath("attributes", "numbers"))
    billing_name: str | None = Field(default=None, validation_alias=AliasPath("attributes", "billing_name"))
    street: str | None = Field(default=None, validation_alias=AliasPath("attributes", "street"))
    street2: str | None = Field(default=None, validation_alias=AliasPath("attributes", "street2"))
    city: str | None = Field(default=None, validation_alias=AliasPath("attributes", "city"))
    state: str | None = Field(default=None, validation_alias=AliasPath("attributes", "state"))
    zip: str | None = Field(default=None, validation_alias=AliasPath("attributes", "zip"))
    country: str | None = Field(default=None, validation_alias=AliasPath("attributes", "country"))
    provider: str | None = Field(default=None, validation_alias=AliasPath("attributes", "provider"))
    usage_type: str | None = Field(default=None, validation_alias=AliasPath("attributes", "usage_type"))
    company: str | None = Field(default=None, validation_alias=AliasPath("attributes", "company"))
    loa_copy: str | None = Field(default=None, validation_alias=AliasPath("attributes", "loa_copy"))
    signature_name: str | None = Field(default=None, validation_alias=AliasPath("attributes", "signature_name"))
    signature_title: str | None = Field(default=None, validation_alias=AliasPath("attributes", "signature_title"))


class LetterOfAuthorizationDocument(Model):
    """A document with one `LetterOfAuthorization`.

    Attributes:
        data: The letter by which the losing carrier is told to release the numbers, flat.
    """

    data: LetterOfAuthorization


class Media(Model):
    """A resource, flat: its attributes are fields.

    Attributes:
        type: For example media.
        file_size: Size in bytes.
        mime_type: For example image/png.
        url: Where the file can be fetched, for about seven days.
    """

    id: Identifier
    type: str | None = None
    file_name: str | None = Field(default=None, validation_alias=AliasPath("attributes", "file_name"))
    file_size: int | None = Field(default=None, validation_alias=AliasPath("attributes", "file_size"))
    mime_type: str | None = Field(default=None, validation_alias=AliasPath("attributes", "mime_type"))
    url: str | None = Field(default=None, validation_alias=AliasPath("attributes", "url"))


class MediaRelationship(Model):
    """The files of a message."""

    data: tuple[ResourceIdentifier, ...] | None = None


class MessageRelationships(Model):
    """What a message is connected to.

    Attributes:
        media: The files of a message.
    """

    media: MediaRelationship | None = None


class Message(Model):
    """A resource, flat: its attributes are fields.

    Attributes:
        relationships: What a message is connected to.
        type: For example message.
        amount_display: For example $0.0040.
        amount_nanodollars: For example 4000000.
    """

    id: Identifier
    relationships: MessageRelationships | None = None
    type: str | None = None
    from_: PhoneNumber = Field(validation_alias=AliasPath("attributes", "from"))
    to: PhoneNumber = Field(validation_alias=AliasPath("attributes", "to"))
    amount_display: str | None = Field(default=None, validation_alias=AliasPath("attributes", "amount_display"))
    amount_nanodollars: Nanodollars | None = Field(
        default=None, validation_alias=AliasPath("attributes", "amount_nanodollars")
    )
    body: str | None = Field(default=None, validation_alias=AliasPath("attributes", "body"))
    delivery_receipts: tuple[DeliveryReceipt, ...] | None = Field(
        default=None, validation_alias=AliasPath("attributes", "delivery_receipts")
    )
    direction: str | None = Field(default=None, validation_alias=AliasPath("attributes", "direction"))
    is_mms: bool | None = Field(default=None, validation_alias=AliasPath("attributes", "is_mms"))
    message_encoding: int | None = Field(default=None, validation_alias=AliasPath("attributes", "message_encoding"))
    message_type: Annotated[Literal["longcode", "toll-free"] | str, OpenEnum] | None = Field(
        default=None, validation_alias=AliasPath("attributes", "message_type")
    )
    status: str | None = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    timestamp: Timestamp | None = Field(default=None, validation_alias=AliasPath("attributes", "timestamp"))


class MessageDocument(Model):
    """A document with one `Message`."""

    data: Message
    included: tuple[Media, ...] | None = None


class MessagePageLinks(Model):
    """The links of a page of messages."""

    next: str | None = None


class MessageListDocument(Model):
    """A document with a list of `Message`.

    Attributes:
        links: The links of a page of messages.
    """

    data: tuple[Message, ...]
    links: MessagePageLinks | None = None


class MessageProvisioningNumbers(Model):
    """What became of each number of a task."""

    successful: tuple[Identifier, ...] = ()
    processing: tuple[Identifier, ...] = ()
    failed: tuple[Identifier, ...] = ()


class MessageProvisioning(Model):
    """A task that enables or disables messaging, for one number or for several, flat.

    Attributes:
        type: For example message_provisioning_status.
        status: Such as processing. For example processing.
        tn: The number, where the task is about one.
    """

    id: Identifier
    type: str | None = None
    status: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    tn: Annotated[Identifier | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "tn"))
    message: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "message")
    )
    numbers: MessageProvisioningNumbers | None = Field(
        default=None, validation_alias=AliasPath("attributes", "numbers")
    )


class MessageProvisioningDocument(Model):
    """A document with one `MessageProvisioning`.

    Attributes:
        data: A task that enables or disables messaging, for one number or for several, flat.
    """

    data: MessageProvisioning


class MessageProvisioningRequest(Model):
    """The numbers that messaging is enabled or disabled for.

    Attributes:
        numbers: In 11-digit E.164 format.
        callback_url: Called when the task ends.
        email: Whether the account's contact is sent a mail when the task changes.
    """

    numbers: tuple[str, ...]
    action: Annotated[Literal["disable", "enable"] | str, OpenEnum]
    callback_url: str | None = None
    email: bool | None = None


class NewCdrExportAttributes(Model):
    """Which calls to export.

    Attributes:
        filter_parameters: Which calls to export. The two times are at most 92 days apart.
        callback_url: Called when the export ends.
    """

    filter_parameters: CdrFilters
    callback_url: str | None = None


class NewCdrExport(Model):
    """An export that is asked for.

    Attributes:
        attributes: Which calls to export.
    """

    type: str = "cdrexport"
    attributes: NewCdrExportAttributes


class NewCdrExportDocument(Model):
    """The body that asks for an export.

    Attributes:
        data: An export that is asked for.
    """

    data: NewCdrExport


class NewE911AddressAttributes(Model):
    """What a new address is made of."""

    label: str
    first_name: str
    last_name: str
    street_number: str
    street_name: str
    city: str
    state: str
    country: str
    zip: str
    address_type: str | None = None
    address_type_number: str | None = None


class NewE911Address(Model):
    """A new address.

    Attributes:
        attributes: What a new address is made of.
    """

    type: str = "e911"
    attributes: NewE911AddressAttributes


class NewE911AddressDocument(Model):
    """The body that creates or validates an address.

    Attributes:
        data: A new address.
    """

    data: NewE911Address


class NewMessage(Model):
    """An SMS or MMS that is to be sent."""

    from_: str = Field(validation_alias="from", serialization_alias="from")
    to: str
    body: str | None = None
    media_urls: tuple[str, ...] | None = None
    is_mms: bool | None = None
    dlr_callback: str | None = None


class PortOrderPresets(Model):
    """What the numbers are set up with once they are ported."""

    cnam_id: Annotated[str | None, EmptyIsNone] = None
    e911_id: Annotated[str | None, EmptyIsNone] = None
    primary_route_id: Annotated[str | None, EmptyIsNone] = None
    failover_route_id: Annotated[str | None, EmptyIsNone] = None
    alias: Annotated[str | None, EmptyIsNone] = None


class NewPortOrderAttributes(Model):
    """What a port order is made of.

    Attributes:
        billing_name: The name on the losing carrier's bill.
        state: Two letters.
        country: US or CA.
        provider: The losing carrier.
        numbers: In E.164 format with a plus.
        usage_type: Business or Residential.
        provider_account: The account at the losing carrier.
        pin: The PIN at the losing carrier.
        last_4_ssn: The last four digits of the social security number.
        desired_completion_date: At most 30 days away.
        status_url: Called when the status changes.
        loa_details: Where a letter of authorization is mailed to; the vendor has not built it yet.
        presets: What the numbers are set up with once they are ported.
    """

    billing_name: str
    street: str
    city: str
    state: str
    country: str
    provider: str
    numbers: tuple[str, ...]
    street2: str | None = None
    zip: str | None = None
    usage_type: str | None = None
    company: str | None = None
    billing_number: str | None = None
    provider_account: Annotated[Secret | None, EmptyIsNone] = None
    pin: Annotated[Secret | None, EmptyIsNone] = None
    last_4_ssn: Annotated[Secret | None, EmptyIsNone] = None
    alias: str | None = None
    desired_completion_date: Date | None = None
    enable_cnam_lookups: bool | None = None
    status_url: str | None = None
    loa_details: LetterDetails | None = None
    business_documents: tuple[str, ...] | None = None
    presets: PortOrderPresets | None = None


class NewPortOrder(Model):
    """A new port order.

    Attributes:
        attributes: What a port order is made of.
    """

    type: str = "portorder"
    attributes: NewPortOrderAttributes


class NewPortOrderDocument(Model):
    """The body that creates a port order.

    Attributes:
        data: A new port order.
    """

    data: NewPortOrder


class NewPortOrderFile(Model):
    """A document that the vendor fetches.

    Attributes:
        url: Where it can be fetched; `?filename=` may name it.
    """

    url: str


class NewPortOrderUpload(Model):
    """A document that is going to be uploaded."""

    filename: str


class NewRouteAttributes(Model):
    """What an inbound route is made of.

    Attributes:
        route_type: For example sip-reg.
    """

    alias: str
    route_type: Annotated[Literal["host", "number", "sip-reg", "uri"] | str, OpenEnum] = "sip-reg"
    value: str
    edge_strategy_id: int | None = None


class NewRoute(Model):
    """An inbound route that is to be created.

    Attributes:
        type: For example route.
        attributes: What an inbound route is made of.
    """

    type: str = "route"
    attributes: NewRouteAttributes


class NewRouteDocument(Model):
    """A document with one `NewRoute`.

    Attributes:
        data: An inbound route that is to be created.
    """

    data: NewRoute


class NumberChange(Model):
    """A change of a number. A field that is not given stays as it is; null clears the alias.

    Attributes:
        cnam_lookups_enabled: Whether callers' names are looked up; each look-up is charged.
        messaging_enabled: Whether the number can send and receive messages; it is priced.
        messaging_email: Whether the account's contact is sent a mail when messaging is set up.
        messaging_callback_url: Called when messaging is set up.
        alias: A name of your own, of 64 characters at most.
    """

    type: str = "number"
    cnam_lookups_enabled: bool | None = None
    messaging_enabled: bool | None = None
    messaging_email: bool | None = None
    messaging_callback_url: str | None = None
    alias: str | None = None


class Route(Model):
    """A resource, flat: its attributes are fields.

    Attributes:
        type: For example route.
    """

    id: Identifier
    type: str = "route"
    alias: str | None = Field(default=None, validation_alias=AliasPath("attributes", "alias"))
    route_type: Annotated[Literal["host", "number", "sip-reg", "uri"] | str, OpenEnum] | None = Field(
        default=None, validation_alias=AliasPath("attributes", "route_type")
    )
    value: str | None = Field(default=None, validation_alias=AliasPath("attributes", "value"))
    edge_strategy_id: int | None = Field(default=None, validation_alias=AliasPath("attributes", "edge_strategy_id"))


class NumberDocument(Model):
    """A document with one `AccountNumber`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: AccountNumber
    included: tuple[Route, ...] | None = None
    links: PageLinks | None = None


class NumberListDocument(Model):
    """A document with a list of `AccountNumber`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[AccountNumber, ...]
    links: PageLinks | None = None


class Portability(Model):
    """Which numbers can be ported. One may be in both `portable` and `hypernetwork_enabled`."""

    portable: tuple[Identifier, ...] = ()
    nonportable: tuple[Identifier, ...] = ()
    hypernetwork_enabled: tuple[Identifier, ...] = ()


class PortabilityCheck(Model):
    """The numbers whose portability is asked for.

    Attributes:
        numbers: In E.164 format with a plus.
    """

    numbers: tuple[str, ...]


class PortabilityDocument(Model):
    """A document with one `Portability`.

    Attributes:
        data: Which numbers can be ported. One may be in both `portable` and `hypernetwork_enabled`.
    """

    data: Portability


class PortOrder(Model):
    """A request to bring numbers over from another carrier, flat.

    Attributes:
        status: pending, processing, submitted, accepted, rejected, review, completed, canceled or cancelled,
            abandoned, hard_canceled; others may come. For example pending.
        group_id: The group that a request was split into.
        cost: US dollars.
        business_documents: As they came; two shapes are known.
        comments: As they came.
    """

    id: Identifier
    type: str = "portorder"
    status: str | None = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    status_updated_at: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "status_updated_at")
    )
    group_id: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "group_id")
    )
    alias: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "alias"))
    numbers: tuple[Identifier, ...] | None = Field(default=None, validation_alias=AliasPath("attributes", "numbers"))
    cost: Amount | None = Field(default=None, validation_alias=AliasPath("attributes", "cost"))
    billing_name: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "billing_name")
    )
    billing_number: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "billing_number")
    )
    billing_address: BillingAddress | None = Field(
        default=None, validation_alias=AliasPath("attributes", "billing_address")
    )
    company: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "company")
    )
    provider: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "provider")
    )
    provider_account: Annotated[Secret | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "provider_account")
    )
    pin: Annotated[Secret | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "pin"))
    last_4_ssn: Annotated[Secret | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "last_4_ssn")
    )
    usage_type: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "usage_type")
    )
    desired_completion_date: Annotated[Date | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "desired_completion_date")
    )
    enable_cnam_lookups: bool | None = Field(
        default=None, validation_alias=AliasPath("attributes", "enable_cnam_lookups")
    )
    status_url: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "status_url")
    )
    loa_details: LetterDetails | None = Field(default=None, validation_alias=AliasPath("attributes", "loa_details"))
    presets: PortOrderPresets | None = Field(default=None, validation_alias=AliasPath("attributes", "presets"))
    business_documents: tuple[JsonValue, ...] | None = Field(
        default=None, validation_alias=AliasPath("attributes", "business_documents")
    )
    comments: tuple[JsonValue, ...] | None = Field(default=None, validation_alias=AliasPath("attributes", "comments"))


class PortOrderCancellationStatus(Model):
    """The status that ends a port order."""

    status: str = "cancelled"


class PortOrderCancellation(Model):
    """The end of a port order.

    Attributes:
        attributes: The status that ends a port order.
    """

    type: str = "portorder"
    attributes: PortOrderCancellationStatus


class PortOrderCancellationDocument(Model):
    """The body that cancels a port order.

    Attributes:
        data: The end of a port order.
    """

    data: PortOrderCancellation


class PortOrderChanges(Model):
    """The attributes of a port order to change. One that is not given stays as it is.

    Attributes:
        billing_name: The name on the losing carrier's bill.
        state: Two letters.
        country: US or CA.
        provider: The losing carrier.
        usage_type: Business or Residential.
        provider_account: The account at the losing carrier.
        pin: The PIN at the losing carrier.
        last_4_ssn: The last four digits of the social security number.
        desired_completion_date: At most 30 days away.
        status_url: Called when the status changes.
        loa_details: Where a letter of authorization is mailed to; the vendor has not built it yet.
        presets: What the numbers are set up with once they are ported.
    """

    billing_name: str | None = None
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    provider: str | None = None
    usage_type: str | None = None
    company: str | None = None
    billing_number: str | None = None
    provider_account: Annotated[Secret | None, EmptyIsNone] = None
    pin: Annotated[Secret | None, EmptyIsNone] = None
    last_4_ssn: Annotated[Secret | None, EmptyIsNone] = None
    alias: str | None = None
    desired_completion_date: Date | None = None
    enable_cnam_lookups: bool | None = None
    status_url: str | None = None
    loa_details: LetterDetails | None = None
    business_documents: tuple[str, ...] | None = None
    presets: PortOrderPresets | None = None


class PortOrderChange(Model):
    """A change of a port order.

    Attributes:
        attributes: The attributes of a port order to change. One that is not given stays as it is.
    """

    type: str = "portorder"
    attributes: PortOrderChanges


class PortOrderChangeDocument(Model):
    """The body that changes a port order.

    Attributes:
        data: A change of a port order.
    """

    data: PortOrderChange


class PortOrderDocument(Model):
    """A document with one `PortOrder`.

    Attributes:
        data: A request to bring numbers over from another carrier, flat.
    """

    data: PortOrder


class PortOrderFile(Model):
    """A document of a port order, or where it can be fetched or uploaded, flat.

    Attributes:
        id: None where the answer has none.
        status: pending, processing, complete or error; others may come.
        url: On another host, good until `expires`; no credentials go there.
    """

    id: Annotated[str | None, EmptyIsNone] = None
    type: str = "portorder-file"
    filename: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "filename")
    )
    file: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "file"))
    original_url: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "original_url")
    )
    status: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    url: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "url"))
    expires: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "expires")
    )


class PortOrderFileDocument(Model):
    """A document with one `PortOrderFile`.

    Attributes:
        data: A document of a port order, or where it can be fetched or uploaded, flat.
    """

    data: PortOrderFile


class PortOrderGroupOrders(Model):
    """The orders of a group."""

    data: tuple[PortOrder, ...] = ()


class PortOrderGroup(Model):
    """What became of a new port order, flat: a group of orders, or a single one, as the type tells.

    Attributes:
        type: For example portorder_group.
        status: What the orders come to, or the status of the one order.
        group_id: Of a single order; a group has it as its id.
        orders: The orders of a group.
    """

    id: Identifier
    type: str | None = None
    status: Annotated[str | None, EmptyIsNone] = Field(default=None, validation_alias=AliasPath("attributes", "status"))
    group_id: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "group_id")
    )
    orders: PortOrderGroupOrders | None = Field(default=None, validation_alias=AliasPath("attributes", "orders"))


class PortOrderGroupDocument(Model):
    """A document with one `PortOrderGroup`.

    Attributes:
        data: What became of a new port order, flat: a group of orders, or a single one, as the type tells.
    """

    data: PortOrderGroup


class PortOrderGroupNumbers(Model):
    """Numbers to add to a group of port orders."""

    add: tuple[str, ...]


class PortOrderSummary(Model):
    """A port order in a list.

    Attributes:
        status: pending, processing, submitted, accepted, rejected, review, completed, canceled or cancelled,
            abandoned, hard_canceled; others may come. For example pending.
    """

    id: Identifier = Field(validation_alias=AliasChoices("id", AliasPath("attributes", "id")))
    type: str = "portorder"
    alias: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasChoices(AliasPath("attributes", "alias"), "alias")
    )
    status: str | None = Field(default=None, validation_alias=AliasChoices(AliasPath("attributes", "status"), "status"))
    group_id: Annotated[str | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasChoices(AliasPath("attributes", "group_id"), "group_id")
    )
    numbers: tuple[str, ...] | None = Field(
        default=None, validation_alias=AliasChoices(AliasPath("attributes", "numbers"), "numbers")
    )


class PortOrderListDocument(Model):
    """A list of port orders, or of those of a group with its status.

    Attributes:
        status: Of a group, what its orders come to, such as Requires Action.
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[PortOrderSummary, ...] = Field(
        validation_alias=AliasChoices(
            AliasPath("data", "attributes", "orders", "data"), AliasPath("data", "attributes", "orders"), "data"
        )
    )
    status: str | None = Field(
        default=None,
        validation_alias=AliasChoices(
            AliasPath("data", "attributes", "status"), AliasPath("data", "attributes", "group_status")
        ),
    )
    links: PageLinks | None = None


class PortOrderNumbersChange(Model):
    """Numbers to add to a port order and to remove from it; either may be empty."""

    add: tuple[str, ...] | None = None
    remove: tuple[str, ...] | None = None


class PortOrderStatus(Model):
    """How far a port order is.

    Attributes:
        status: pending, processing, submitted, accepted, rejected, review, completed, canceled or cancelled,
            abandoned, hard_canceled; others may come. For example pending.
    """

    id: Identifier
    type: str = "portorder"
    status: str = Field(validation_alias=AliasPath("attributes", "status"))
    status_updated_at: Annotated[Timestamp | None, EmptyIsNone] = Field(
        default=None, validation_alias=AliasPath("attributes", "status_updated_at")
    )


class PortOrderStatusDocument(Model):
    """A document with one `PortOrderStatus`.

    Attributes:
        data: How far a port order is.
    """

    data: PortOrderStatus


class PriceDetails(Model):
    """What a message costs.

    Attributes:
        base_rate: US dollars a segment. For example 0.0040.
        surcharge_rate: US dollars a segment that carriers add. For example 0.0030.
        segment_count: Into how many parts it is cut. For example 1.
        charged_cost: US dollars in all. For example 0.0070.
    """

    base_rate: Amount | None = None
    surcharge_rate: Amount | None = None
    segment_count: int | None = None
    charged_cost: Amount | None = None


class PurchaseOptions(Model):
    """What to set up with a number that is purchased.

    Attributes:
        cnam_lookups_enabled: Whether callers' names are looked up; each look-up is charged.
        messaging_enabled: Whether the number can send and receive messages; it is priced.
        messaging_email: Whether the account's contact is sent a mail when messaging is set up.
        messaging_callback_url: Called when messaging is set up.
    """

    cnam_lookups_enabled: bool | None = None
    messaging_enabled: bool | None = None
    messaging_email: bool | None = None
    messaging_callback_url: str | None = None


class RouteChanges(Model):
    """The attributes of a route to change. One that is not given stays as it is."""

    alias: str | None = None
    route_type: Annotated[Literal["host", "number", "uri"] | str, OpenEnum] | None = None
    value: str | None = None
    edge_strategy_id: int | None = None


class RouteChange(Model):
    """A change of a route.

    Attributes:
        attributes: The attributes of a route to change. One that is not given stays as it is.
    """

    type: str = "route"
    attributes: RouteChanges


class RouteChangeDocument(Model):
    """The body that changes a route.

    Attributes:
        data: A change of a route.
    """

    data: RouteChange


class RouteDocumentLinks(Model):
    """The links of a created route.

    Attributes:
        self_: For example https://api.flowroute.com/routes/99670.
    """

    self_: str | None = Field(default=None, validation_alias="self", serialization_alias="self")


class RouteDocument(Model):
    """A document with one `Route`.

    Attributes:
        links: The links of a created route.
    """

    data: Route
    links: RouteDocumentLinks | None = None


class RouteIdentifier(Model):
    """The type and the id of an inbound route.

    Attributes:
        type: For example route.
    """

    id: Identifier
    type: str = "route"


class RouteListDocument(Model):
    """A document with a list of `Route`.

    Attributes:
        links: The links of a document; of a page, `next` is there where more items exist.
    """

    data: tuple[Route, ...]
    links: PageLinks | None = None


class RouteRelationship(Model):
    """A connection to an inbound route, as it is sent.

    Attributes:
        data: The type and the id of an inbound route.
    """

    data: RouteIdentifier


class SentMessage(Model):
    """A message that was accepted for sending.

    Attributes:
        type: For example message.
    """

    id: Identifier
    type: str = "message"
    price_details: PriceDetails | None = Field(
        default=None,
        validation_alias=AliasChoices(AliasPath("attributes", "price_details"), "price_details", "attributes"),
    )


class SentMessageDocument(Model):
    """A document with one `SentMessage`.

    Attributes:
        data: A message that was accepted for sending.
    """

    data: SentMessage


class SignedLetterAttributes(Model):
    """The letter as it was read, and who signs it.

    Attributes:
        numbers: Ten digits each, without country code.
        loa_copy: The text of the letter, or where it is.
    """

    signature_name: str | None
    signature_title: str | None
    numbers: tuple[Identifier, ...] | None = None
    billing_name: str | None = None
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    provider: str | None = None
    usage_type: str | None = None
    company: str | None = None
    loa_copy: str | None = None


class SignedLetter(Model):
    """A letter of authorization with its signature.

    Attributes:
        attributes: The letter as it was read, and who signs it.
    """

    type: str = "loa"
    attributes: SignedLetterAttributes


class SignedLetterDocument(Model):
    """The body that signs a letter of authorization.

    Attributes:
        data: A letter of authorization with its signature.
    """

    data: SignedLetter

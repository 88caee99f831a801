"""The objects of the API's requests and responses, and the types of their fields. Generated; see spec/templates."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AliasPath, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, JsonValue
from pydantic_core import PydanticCustomError, core_schema

from flowroute_openapi.types import Operation

__all__ = [
    "Amount",
    "Identifier",
    "Model",
    "Nanodollars",
    "OpenEnum",
    "PhoneNumber",
    "ReadStrictly",
    "Timestamp",
    "AccountNumber",
    "AvailableCode",
    "AvailableCodeListDocument",
    "AvailableNumber",
    "AvailableNumberListDocument",
    "DeliveryReceipt",
    "ErrorDocument",
    "ErrorObject",
    "Media",
    "MediaRelationship",
    "Message",
    "MessageDocument",
    "MessageListDocument",
    "MessagePageLinks",
    "MessageRelationships",
    "NewMessage",
    "NewRoute",
    "NewRouteAttributes",
    "NewRouteDocument",
    "NumberDocument",
    "NumberListDocument",
    "NumberRelationships",
    "PageLinks",
    "Relationship",
    "ResourceIdentifier",
    "Route",
    "RouteDocument",
    "RouteDocumentLinks",
    "RouteIdentifier",
    "RouteListDocument",
    "RouteRelationship",
    "SentMessage",
    "SentMessageDocument",
]


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


Timestamp = Annotated[datetime, AfterValidator(_aware)]
"""An aware `datetime`. The API's times are in UTC; one without an offset is read as UTC."""


class ReadStrictly:
    """Marks a type that is never guessed: where it cannot be read, nor can the object that it belongs to."""

    from_json: ClassVar[core_schema.CoreSchema]

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
    from_json = core_schema.union_schema(
        [core_schema.str_schema(min_length=1, strict=True), _TEXT_OF_WHOLE_NUMBER],
        mode="left_to_right",
        custom_error_type="identifier",
        custom_error_message="Input should be an identifier: a text that is not empty, or a whole number",
    )


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


@lru_cache(maxsize=1024)
def _exact(number: float) -> Decimal:
    return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))


class _Amount(ReadStrictly):
    """Reads an amount from JSON by way of a float and a cache: prices repeat, and it takes half the time.

    The shortest digits that give a float back are those that the JSON had, up to 15 of them. True is no amount.
    """

    from_json = core_schema.union_schema(
        [
            core_schema.no_info_after_validator_function(
                _exact, core_schema.float_schema(allow_inf_nan=False, strict=True)
            ),
            core_schema.no_info_after_validator_function(
                Decimal, core_schema.str_schema(pattern=r"^-?[0-9]+(\.[0-9]+)?$", strict=True)
            ),
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
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )


class _Nanodollars(ReadStrictly):
    from_json = core_schema.union_schema(
        [
            core_schema.int_schema(strict=True),
            core_schema.no_info_after_validator_function(
                int, core_schema.str_schema(pattern="^-?[0-9]{1,30}$", strict=True)
            ),
        ],
        mode="left_to_right",
        custom_error_type="nanodollars",
        custom_error_message="Input should be a whole number, or its digits",
    )


Identifier = Annotated[str, _Identifier]
"""What tells a resource from others of its type: a text that is not empty, or a whole number as its digits."""

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
    )

    @property
    def unread(self) -> Mapping[str, JsonValue]:
        """What of the answer could not be read: the raw values by the names of the fields, which have their defaults.

        An item of a list stands there as `name[index]`, and was left out of the list. It may hold personal data, and is
        in no `repr` and no dump.
        """
        found: Mapping[str, JsonValue] = self.__dict__.get(UNREAD, {})
        return MappingProxyType(found)


# Type hints of an operation name it, and its module does without models until there are any.
sys.modules[Operation.__module__].__dict__["Model"] = Model


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
    """

    cnam_preset: Relationship | None = None
    e911_address: Relationship | None = None
    failover_route: Relationship | None = None
    primary_route: Relationship | None = None


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
    value: str = Field(validation_alias=AliasPath("attributes", "value"))
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
    value: str = Field(validation_alias=AliasPath("attributes", "value"))
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


class ErrorObject(Model):
    """One reason why a call was refused.

    Attributes:
        detail: A sentence, or an object keyed like the request whose leaves are lists of sentences.
    """

    id: str | None = None
    status: int | None = None
    title: str | None = None
    detail: JsonValue | None = None


class ErrorDocument(Model):
    """What the vendor says about a refused call."""

    errors: tuple[ErrorObject, ...] | None = None


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


class NewMessage(Model):
    """An SMS or MMS that is to be sent."""

    from_: str = Field(validation_alias="from", serialization_alias="from")
    to: str
    body: str | None = None
    media_urls: tuple[str, ...] | None = None
    is_mms: bool | None = None
    dlr_callback: str | None = None


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


class SentMessageDocument(Model):
    """A document with one `SentMessage`.

    Attributes:
        data: A message that was accepted for sending.
    """

    data: SentMessage

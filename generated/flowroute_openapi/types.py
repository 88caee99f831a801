"""What generated and hand-written operations are made of: `Model`, `Operation` and the values in them. No I/O.

Generated; see spec/templates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, ClassVar, Generic, TypeAlias, TypeVar, cast
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import core_schema

__all__ = ["Amount", "Date", "Model", "OpenEnum", "Operation", "QueryValue", "Timestamp", "path_segment", "query_pairs"]

Date: TypeAlias = date
"""A calendar day. It has a name of its own, since a field called `date` would hide the type of the same name."""

QueryValue: TypeAlias = str | int | float | bool | Decimal | date | None
"""What a query parameter can be; None leaves it out. A `datetime` is a `date`, and must be aware."""

ResponseT_co = TypeVar("ResponseT_co", covariant=True)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


Timestamp = Annotated[datetime, AfterValidator(_aware)]
"""An aware `datetime`. The API's times are in UTC; one without an offset is read as UTC."""


@lru_cache(maxsize=1024)
def _exact(number: float) -> Decimal:
    return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))


class _JsonNumber:
    """Reads an amount from JSON by way of a float and a cache: prices repeat, and it takes half the time.

    The shortest digits that give a float back are those that the JSON had, up to 15 of them.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        from_json = core_schema.no_info_after_validator_function(_exact, core_schema.float_schema(allow_inf_nan=False))
        return core_schema.json_or_python_schema(
            json_schema=from_json,
            python_schema=handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )


Amount = Annotated[Decimal, _JsonNumber]
"""An exact `Decimal`, such as a price in US dollars."""


class OpenEnum:
    """Marks an enumeration that the API may extend: the type names the known values, any string is accepted.

    Validated as a plain string, which is quicker than trying the known values first.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.str_schema()


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


@dataclass(frozen=True, slots=True)
class Operation(Generic[ResponseT_co]):
    """One call of the API, as a value: building it does no I/O.

    Attributes:
        name: The operation's name in the document (`operationId`).
        method: The HTTP method, in capitals.
        route: The path with the names of its parameters, such as `/v2/numbers/{id}`; safe to log.
        path: The path with the parameters' values, percent-encoded.
        response: The model of a successful answer; `None`'s type where it has no body.
        repeatable: Whether sending it twice has the effect of sending it once.
        query: Names and values of the query, not yet encoded.
        body: The JSON body.
    """

    name: str
    method: str
    route: str
    path: str = field(repr=False)
    response: type[ResponseT_co]
    repeatable: bool
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Model | None = field(default=None, repr=False)

    def encode_body(self) -> bytes | None:
        """Give the JSON of the body, without the fields that are None."""
        if self.body is None:
            return None
        return self.body.model_dump_json(by_alias=True, exclude_none=True).encode()

    def decode(self, content: bytes) -> ResponseT_co:
        """Turn the bytes of a successful answer into the response, in one pass.

        Raises:
            pydantic.ValidationError: If they are not JSON of the response's shape.
        """
        if issubclass(self.response, Model):
            return self.response.model_validate_json(content)
        return cast("ResponseT_co", None)


def path_segment(name: str, value: str) -> str:
    """Percent-encode a path parameter.

    Raises:
        ValueError: If the value would change which resource the path names.
    """
    if value in {"", ".", ".."}:
        msg = f"{name} must name a resource: it cannot be empty or dots"
        raise ValueError(msg)
    return quote(value, safe="")


def query_pairs(parameters: Iterable[tuple[str, QueryValue | Sequence[QueryValue]]]) -> tuple[tuple[str, str], ...]:
    """Give the query parameters that are not None, as text.

    Raises:
        ValueError: If a time is naive, or a number is not finite.
    """
    return tuple(
        (name, _query_text(name, item))
        for name, value in parameters
        for item in (value if isinstance(value, Sequence) and not isinstance(value, str) else (value,))
        if item is not None
    )


def _query_text(name: str, value: str | float | bool | Decimal | date) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            if value.tzinfo is None:
                msg = f"{name} must be a date or an aware datetime: this one has no time zone"
                raise ValueError(msg)
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            number = Decimal(str(value))
            if not number.is_finite():
                msg = f"{name} must be a finite number"
                raise ValueError(msg)
            return format(number, "f")

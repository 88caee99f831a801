"""Calls of the API as values: `Operation`, and how its path and query are written. No I/O, and no import of pydantic.

Generated; see spec/templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, cast
from urllib.parse import quote

if TYPE_CHECKING:  # models are imported by the calls that have them
    from flowroute_openapi.models import Model

__all__ = ["Date", "Operation", "QueryValue", "RateGroup", "path_segment", "query_pairs"]

Date: TypeAlias = date
"""A calendar day. It has a name of its own, since a field called `date` would hide the type of the same name."""

QueryValue: TypeAlias = str | int | float | bool | Decimal | date | None
"""What a query parameter can be; None leaves it out. A `datetime` is a `date`, and must be aware."""

RateGroup: TypeAlias = Literal["api", "sms", "mms"]
"""Which of the vendor's rate limits a call counts towards."""

SENT: Mapping[str, bool] = MappingProxyType({"sent": True})
"""The serialization context of a body that is sent: only there are secrets written out."""

ResponseT_co = TypeVar("ResponseT_co", covariant=True)


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
        charges: Whether it can cost money or reaches a person.
        rate_group: Which of the vendor's rate limits it counts towards.
        look_at: Where to look when its answer is lost and it must not be sent again; None where nothing is known.
        expected_id: The id that a successful answer must carry, where the path names the resource that it is about.
        done_if_gone: Whether 404 to a repetition means that an earlier attempt did it.
        may_be_empty: Whether success may come without a body; the answer is None then.
    """

    name: str
    method: str
    route: str
    path: str = field(repr=False)
    response: type[ResponseT_co]
    repeatable: bool
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Model | None = field(default=None, repr=False)
    charges: bool = False
    rate_group: RateGroup = "api"
    look_at: str | None = None
    expected_id: str | None = field(default=None, repr=False)
    done_if_gone: bool = False
    may_be_empty: bool = False

    def encode_body(self) -> bytes | None:
        """Return the JSON of the body.

        Fields that are None are left out. Of a PATCH, those that were given as None are sent as null, which clears them.
        """
        body = self.body
        if body is None:
            return None
        if self.method == "PATCH":
            return body.model_dump_json(by_alias=True, exclude=_not_given(body), context=SENT).encode()
        return body.model_dump_json(by_alias=True, exclude_none=True, context=SENT).encode()

    def decode(self, content: bytes) -> ResponseT_co:
        """Turn the bytes of a successful answer into the response, in one pass, or field by field where that fails.

        Raises:
            flowroute_openapi.reading.UnreadableError: If they are not JSON of the response's shape.
        """
        if self.response is NoneType or (self.may_be_empty and not content.strip()):
            return cast("ResponseT_co", None)
        model = cast("type[Model]", self.response)
        try:
            return cast("ResponseT_co", model.model_validate_json(content))
        except ValueError:  # pydantic's, which is not imported here
            from flowroute_openapi.reading import read  # noqa: PLC0415 - seldom needed

            return cast("ResponseT_co", read(model, content))


def _not_given(body: Model) -> dict[str, Any]:
    """Return the fields that are None without having been set, as pydantic's `exclude` takes them."""
    found: dict[str, Any] = {}
    for name in type(body).model_fields:
        value = getattr(body, name)
        if value is None and name not in body.model_fields_set:
            found[name] = True
        elif value is not None and hasattr(value, "model_fields_set") and (inner := _not_given(value)):
            found[name] = inner
    return found


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

"""Calls of the API as values: `Operation`, and how its path and query are written. No I/O, and no import of pydantic.

Generated; see spec/templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Generic, Literal, Self, TypeAlias, TypeVar, cast
from urllib.parse import quote, quote_plus
from uuid import UUID

if TYPE_CHECKING:  # models are imported by the calls that have them
    from flowroute_openapi.models import Model

__all__ = [
    "AnswerFormat",
    "BodyFormat",
    "Date",
    "File",
    "Operation",
    "QueryValue",
    "RateGroup",
    "header_pairs",
    "joined",
    "members",
    "path_segment",
    "query_pairs",
    "warn_deprecated",
]

Date: TypeAlias = date
"""A calendar day. It has a name of its own, since a field called `date` would hide the type of the same name."""

QueryValue: TypeAlias = str | int | float | bool | Decimal | date | UUID | None
"""What a parameter can be; None leaves it out. A `datetime` is a `date`, and must be aware."""

BodyFormat: TypeAlias = Literal["json", "form", "multipart", "text", "bytes"]
"""How a body is written."""

AnswerFormat: TypeAlias = Literal["json", "text", "bytes"]
"""How the body of a successful answer is read."""

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class File(bytes):
    """The content of a file, as a field of a multipart body, with its own name and media type.

    Bytes that are no `File` are sent too, with the name of the field and as `application/octet-stream`.
    """

    name: str
    media_type: str

    def __new__(cls, content: bytes, name: str, media_type: str = "application/octet-stream") -> Self:
        """Keep the name and the media type beside the content.

        Args:
            content: The content.
            name: The name of the file, without a folder.
            media_type: The media type, such as `image/png`.

        Raises:
            ValueError: If the media type is none.
        """
        if not _MEDIA_TYPE.fullmatch(media_type):
            msg = "media_type must be a media type, such as image/png"
            raise ValueError(msg)
        file = super().__new__(cls, content)
        file.name, file.media_type = name, media_type
        return file

    def __getnewargs__(self) -> tuple[bytes, str, str]:  # type: ignore[override]
        """Return what a copy is made from."""
        return bytes(self), self.name, self.media_type


JSON_API = "application/vnd.api+json"

_RESERVED = ":/?@!$'()*,;="
"""The reserved characters that have no meaning of their own in a query."""

_OURS = frozenset({"flowroute_async", "flowroute_openapi"})

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
        unescaped: Names in the query whose values keep reserved characters, such as a slash.
        body: The body: a model, a sequence of models or values, a text, or bytes.
        body_format: How the body is written.
        content_type: The media type of the body.
        part_types: The media types of the parts of a multipart body, by field, where the description names them.
        headers: Names and values of further headers.
        answer_format: How the body of a successful answer is read.
        server: The address that serves this operation in place of the API's own; None where there is none.
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
    unescaped: tuple[str, ...] = ()
    body: object = field(default=None, repr=False)
    body_format: BodyFormat = "json"
    content_type: str = JSON_API
    part_types: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    answer_format: AnswerFormat = "json"
    server: str | None = None
    charges: bool = False
    rate_group: RateGroup = "api"
    look_at: str | None = None
    expected_id: str | None = field(default=None, repr=False)
    done_if_gone: bool = False
    may_be_empty: bool = False

    def encode_query(self) -> str:
        """Return the query as it stands in the address, behind the question mark; empty where there is none."""
        return "&".join(
            f"{quote_plus(name)}={quote_plus(value, safe=_RESERVED if name in self.unescaped else ',')}"
            for name, value in self.query
        )

    def encode_body(self) -> bytes | None:
        """Return the body as bytes; None where there is none.

        Fields that are None are left out. Of a PATCH, those that were given as None are sent as null, which clears them.
        """
        if self.body is None:
            return None
        from flowroute_openapi.bodies import encode  # noqa: PLC0415 - calls without a body do without pydantic

        keeps_null = self.method == "PATCH"
        return encode(self.body, self.body_format, keeps_null=keeps_null, part_types=dict(self.part_types))

    def body_type(self) -> str:
        """Return the value of the content-type header, which for multipart names the boundary."""
        if self.body_format != "multipart":
            return self.content_type
        from flowroute_openapi.bodies import boundary  # noqa: PLC0415 - see above

        return f"{self.content_type}; boundary={boundary(self.body)}"

    def decode(self, content: bytes) -> ResponseT_co:
        """Turn the bytes of a successful answer into the response, in one pass, or field by field where that fails.

        Raises:
            flowroute_openapi.reading.UnreadableError: If they are not JSON of the response's shape.
        """
        if self.response is NoneType or (self.may_be_empty and not content.strip()):
            return cast("ResponseT_co", None)
        if self.answer_format == "bytes":
            return cast("ResponseT_co", content)
        if self.answer_format == "text":
            return cast("ResponseT_co", content.decode("utf-8", errors="replace"))
        if not hasattr(self.response, "model_validate_json"):
            from flowroute_openapi.reading import read_value  # noqa: PLC0415 - few answers are no objects

            return cast("ResponseT_co", read_value(self.response, content))
        model = cast("type[Model]", self.response)
        try:
            return cast("ResponseT_co", model.model_validate_json(content))
        except ValueError:  # pydantic's, which is not imported here
            from flowroute_openapi.reading import read  # noqa: PLC0415 - seldom needed

            return cast("ResponseT_co", read(model, content))


def path_segment(name: str, value: QueryValue | Sequence[QueryValue]) -> str:
    """Percent-encode a path parameter; of a sequence, each value, with commas between them.

    Raises:
        ValueError: If the value would change which resource the path names.
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(path_segment(name, one) for one in value) or path_segment(name, "")
    text = "" if value is None else _text(name, value)
    if text in {"", ".", ".."}:
        msg = f"{name} must name a resource: it cannot be empty or dots"
        raise ValueError(msg)
    return quote(text, safe="")


def query_pairs(parameters: Iterable[tuple[str, QueryValue | Sequence[QueryValue]]]) -> tuple[tuple[str, str], ...]:
    """Return the query parameters that are not None, as text; a sequence gives one pair for each value.

    Raises:
        ValueError: If a time is naive, or a number is not finite.
    """
    return tuple(
        (name, _text(name, item))
        for name, value in parameters
        for item in (value if isinstance(value, Sequence) and not isinstance(value, str) else (value,))
        if item is not None
    )


def joined(name: str, value: QueryValue | Sequence[QueryValue], separator: str) -> str | None:
    """Return the values of a sequence as one text, such as `WA,OR`; None where there are none.

    Raises:
        ValueError: If a value holds the separator, which would make two of it.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None if value is None else _text(name, value)
    texts = [_text(name, one) for one in value if one is not None]
    if any(separator in one for one in texts):
        msg = f"{name} must not hold {separator!r}, which stands between its values"
        raise ValueError(msg)
    return separator.join(texts) if texts else None


def members(
    name: str, value: Mapping[str, QueryValue] | None, *, brackets: bool, separator: str | None = None
) -> Iterable[tuple[str, QueryValue]]:
    """Return the members of an object as parameters of their own, as `name[member]`, or as one text."""
    given = {key: one for key, one in (value or {}).items() if one is not None}
    if separator is not None:
        return [(name, joined(name, [part for pair in given.items() for part in pair], separator))] if given else []
    return [(f"{name}[{key}]" if brackets else key, one) for key, one in given.items()]


def header_pairs(parameters: Iterable[tuple[str, QueryValue | Sequence[QueryValue]]]) -> tuple[tuple[str, str], ...]:
    """Return the headers that are not None, as text; the values of a sequence with commas between them.

    Raises:
        ValueError: If a value holds what no header can.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in parameters:
        text = joined(name, value, ",")
        if text is None:
            continue
        if not text.isascii() or not text.isprintable():
            msg = f"{name} must be printable ASCII text, as every header"
            raise ValueError(msg)
        pairs.append((name, text.strip()))
    return tuple(pairs)


def warn_deprecated(what: str) -> None:
    """Warn that the vendor has deprecated something, at the line of the caller's own code."""
    import inspect  # noqa: PLC0415 - only deprecated calls need it
    import warnings  # noqa: PLC0415 - see above

    level = 1
    frame = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        frame = frame.f_back
        level += 1
    warnings.warn(f"{what} is deprecated by the vendor", DeprecationWarning, stacklevel=level - (frame is None))


def _text(name: str, value: str | float | bool | Decimal | date | UUID) -> str:
    match value:
        case str() | UUID():
            return str(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            if value.tzinfo is None:
                msg = f"{name} must be a date or an aware datetime: this one has no time zone"
                raise ValueError(msg)
            try:
                moment = value.astimezone(UTC)
            except OverflowError:
                msg = f"{name} must be a time whose UTC lies within the calendar"
                raise ValueError(msg) from None
            return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
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

"""How the bodies of requests are written: as JSON, as forms, and as several parts. Generated; see spec/templates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_jsonable_python

from flowroute_openapi.types import SENT, BodyFormat, File, QueryValue, query_pairs, warn_deprecated

__all__ = ["boundary", "encode", "warn_of_deprecated_fields"]


def encode(
    body: object,
    body_format: BodyFormat,
    *,
    keeps_null: bool = False,
    part_types: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return a body as bytes, without the fields that are None.

    Args:
        body: The body.
        body_format: How it is written.
        keeps_null: Whether a field of a model that was given as None is written as null.
        part_types: The media types of parts, by field.

    Raises:
        ValueError: If a field cannot be written, such as a time without a zone in a form.
    """
    match body_format:
        case "json":
            if isinstance(body, BaseModel):
                left_out = _not_given(body) if keeps_null else None
                return body.model_dump_json(
                    by_alias=True, exclude=left_out, exclude_none=not keeps_null, context=SENT
                ).encode()
            return _several(body, keeps_null=keeps_null)
        case "form":
            return urlencode(query_pairs((name, cast("QueryValue", value)) for name, value in _fields(body))).encode()
        case "multipart":
            return _multipart(body, part_types)
        case "text":
            return cast("str", body).encode()
        case "bytes":
            return bytes(cast("bytes", body))


def _several(body: object, *, keeps_null: bool) -> bytes:
    adapter: TypeAdapter[object] = TypeAdapter(object)
    left_out, context = _not_given(body) if keeps_null else None, cast("dict[str, Any]", SENT)
    return adapter.dump_json(
        _with_numbers(body), by_alias=True, exclude=left_out, exclude_none=not keeps_null, context=context
    )


def _with_numbers(value: object) -> object:
    """Return a value whose exact amounts are numbers, as those of models are where they are sent."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_with_numbers(one) for one in cast("Sequence[object]", value)]
    if isinstance(value, dict):
        return {name: _with_numbers(one) for name, one in cast("dict[str, object]", value).items()}
    return value


def _not_given(body: object) -> dict[Any, Any]:
    """Return the fields that are None without having been set, as pydantic's `exclude` takes them."""
    members: Iterable[tuple[object, object]] = ()
    given: Collection[object] = ()
    if isinstance(body, BaseModel):
        members, given = ((name, body.__dict__.get(name)) for name in type(body).model_fields), body.model_fields_set
    elif isinstance(body, list | tuple):
        members = enumerate(cast("Sequence[object]", body))
        given = range(len(cast("Sequence[object]", body)))
    found: dict[Any, Any] = {}
    for key, value in members:
        if value is None and key not in given:
            found[key] = True
        elif inner := _not_given(value):
            found[key] = inner
    return found


def boundary(body: object) -> str:
    """Return what stands between the parts of a body: the same for the same parts, and in none of them."""
    digest = hashlib.sha256()
    for _, content, _ in _parts(body):
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:40]


def warn_of_deprecated_fields(body: object) -> None:
    """Warn of each field of a body that is given and that the vendor has deprecated."""
    for model in _models(body):
        for name in sorted(model.model_fields_set):
            field = type(model).model_fields.get(name)
            if field is not None and field.deprecated and model.__dict__.get(name) is not None:
                warn_deprecated(f"{name} of {type(model).__name__}")


def _models(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for member in value.__dict__.values():
            yield from _models(member)
    elif isinstance(value, list | tuple):
        for member in cast("tuple[object, ...]", value):
            yield from _models(member)


def _fields(body: object) -> Iterator[tuple[str, object]]:
    """The fields that are given, by their names on the wire; objects stay as they are."""
    if not isinstance(body, BaseModel):
        yield from ((name, value) for name, value in cast("Mapping[str, object]", body).items() if value is not None)
        return
    given = body.model_dump(by_alias=True, exclude_none=True, context=SENT)
    for name, field in type(body).model_fields.items():
        alias, value = field.serialization_alias or name, cast("object", body.__dict__.get(name))
        several = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        if alias in given and any(isinstance(one, BaseModel) for one in several):
            given[alias] = value
    yield from given.items()


def _multipart(body: object, part_types: Mapping[str, str]) -> bytes:
    edge = boundary(body).encode()
    written = b""
    for disposition, content, kind in _parts(body, part_types):
        head = f"Content-Disposition: form-data; {disposition}\r\n" + (f"Content-Type: {kind}\r\n" if kind else "")
        written += b"--" + edge + b"\r\n" + head.encode() + b"\r\n" + content + b"\r\n"
    return written + b"--" + edge + b"--\r\n"


def _parts(body: object, part_types: Mapping[str, str] = MappingProxyType({})) -> Iterator[tuple[str, bytes, str]]:
    """The parts: how each is disposed, its content, and its media type."""
    for name, value in _fields(body):
        for one in cast("tuple[object, ...]", value) if isinstance(value, list | tuple) else (value,):
            quoted = _quoted(name)
            kind = part_types.get(name, "")
            if isinstance(one, bytes):
                file = one if isinstance(one, File) else File(one, name, kind or "application/octet-stream")
                yield f'name="{quoted}"; filename="{_quoted(file.name)}"', one, file.media_type
            elif isinstance(one, BaseModel):
                text = one.model_dump_json(by_alias=True, exclude_none=True, context=SENT)
                yield f'name="{quoted}"', text.encode(), kind or "application/json"
            elif isinstance(one, Mapping):
                text = json.dumps(to_jsonable_python(one, by_alias=True, exclude_none=True))
                yield f'name="{quoted}"', text.encode(), kind or "application/json"
            else:
                ((_, text),) = query_pairs(((name, cast("QueryValue", one)),))
                yield f'name="{quoted}"', text.encode(), kind


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

"""Objects of the API from JSON, where one pass of validation failed: field by field, so that one odd value loses no other.

Strict are the fields that are required, and identifiers, phone numbers and amounts of money wherever they stand. An
object with a strict field that cannot be read cannot be read. Any other field that cannot be read has its default, and
an item of a list that cannot be read is left out; name and raw value stand in the object's `unread`. Half of a surrogate
pair and bytes that are no UTF-8 become U+FFFD; a strict field with one cannot be read. Generated; see spec/templates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, TypeAlias, TypeGuard, TypeVar, Union, cast, get_args, get_origin

from pydantic import AliasChoices, AliasPath, ConfigDict, JsonValue, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from flowroute_openapi.models import UNREAD, Model, ReadStrictly

__all__ = [
    "Fault",
    "UnreadableError",
    "UnreadableRecordError",
    "extended",
    "from_json",
    "read",
    "read_object",
    "read_value",
]

ModelT = TypeVar("ModelT", bound=Model)
Place: TypeAlias = tuple[str | int, ...]

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACED, _BYTE_ORDER_MARK = "\ufffd", "\ufeff"
_MISSING = object()
_HIDDEN = str(SecretStr("value"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot be read. Shows no value.

    Attributes:
        place: The names and indexes that lead to it in the JSON.
        kind: pydantic's name of the fault, such as "missing".
        problem: The fault in words.
    """

    place: Place
    kind: str
    problem: str

    def __str__(self) -> str:
        """Name the place and the fault."""
        return f"{'.'.join(map(str, self.place)) or 'body'}: {self.problem}"


class UnreadableError(ValueError):
    """An object of the API cannot be read. The text names places and shows no value.

    Attributes:
        faults: What is wrong with it, at least one fault.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(map(str, faults)))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.faults,)


class UnreadableRecordError(UnreadableError, Generic[ModelT]):
    """A record of a page cannot be read.

    Attributes:
        before: The records before it.
        record: The record as it came.
        index: Its place on the page, from 0.
    """

    def __init__(self, faults: Sequence[Fault], before: Sequence[ModelT], record: JsonValue) -> None:
        super().__init__(faults)
        self.before: tuple[ModelT, ...] = tuple(before)
        self.record = record
        self.index: int = len(self.before)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.faults, self.before, self.record)


def read(model: type[ModelT], content: bytes | str) -> ModelT:
    """Read an object from JSON: in one pass, or else field by field.

    Raises:
        UnreadableRecordError: If it is a page, and a record on it cannot be read.
        UnreadableError: If it is no JSON, or cannot be read.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        refused = _faults(error, ())
    try:
        raw = from_json(content)
    except (ValueError, RecursionError):
        raise UnreadableError(refused) from None
    return read_object(model, raw)


def read_value(kind: object, content: bytes | str) -> object:
    """Read what is no object of its own from JSON: a list, a value, or one of several.

    Raises:
        UnreadableError: If it is no JSON, or cannot be read.
    """
    try:
        raw = from_json(content)
    except (ValueError, RecursionError):
        raise UnreadableError([Fault((), "json_invalid", "Invalid JSON")]) from None
    return _Reading("", {}, strict=True, is_page=False).value(kind, raw, ())


def from_json(content: bytes | str) -> JsonValue:
    """Decode JSON, in UTF-8, or in UTF-16 or UTF-32 where it begins so.

    Half of a surrogate pair and bytes that are no text become U+FFFD, and a byte order mark is left out. A whole number
    of more digits than Python converts stays the text of its digits.

    Raises:
        ValueError: If it is no JSON.
        RecursionError: If it is nested too deeply.
    """
    text = content if isinstance(content, str) else content.decode(json.detect_encoding(content), "replace")
    return _without_surrogates(cast("JsonValue", json.loads(text.removeprefix(_BYTE_ORDER_MARK), parse_int=_whole)))


def _whole(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:  # sys.set_int_max_str_digits
        return digits


def read_object(model: type[ModelT], raw: JsonValue) -> ModelT:
    """Read an object from decoded JSON, as `read` does.

    Raises:
        UnreadableRecordError: If it is a page, and a record on it cannot be read.
        UnreadableError: If it cannot be read.
    """
    try:
        return _object(model, raw, (), is_page=True)
    except RecursionError:
        raise UnreadableError([Fault((), "recursion_loop", "nested too deeply")]) from None


def extended(model: type[ModelT], base: Model, unread: Mapping[str, JsonValue], **fields: object) -> ModelT:
    """Return an object as a model that adds fields to its own. The values are read already, and not validated again.

    Args:
        model: The model that adds fields.
        base: The object.
        unread: What could not be read of the fields added, by name.
        **fields: The fields added.
    """
    values: dict[str, Any] = {**dict(base), **fields}
    result = model.model_construct(**values)
    _keep_unread(result, {**base.unread, **unread})
    return result


def _without_surrogates(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return _SURROGATE.sub(_REPLACED, value)
        case list():
            return [_without_surrogates(item) for item in value]
        case dict():
            return {_SURROGATE.sub(_REPLACED, name): _without_surrogates(member) for name, member in value.items()}
        case _:
            return value


def _faults(error: ValidationError, place: Place) -> list[Fault]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # The text of an error that a validator raised may quote the value.
    return [
        Fault((*place, *one["loc"]), one["type"], "Value error" if one["type"] == "value_error" else one["msg"])
        for one in found
    ]


def _keep_unread(result: Model, unread: Mapping[str, JsonValue]) -> None:
    if unread:
        vars(result)[UNREAD] = dict(unread)


def _object(model: type[ModelT], raw: JsonValue, place: Place, *, is_page: bool = False) -> ModelT:
    text = json.dumps(raw, ensure_ascii=False)
    is_damaged = _REPLACED in text
    if not is_damaged or not isinstance(raw, dict):
        try:
            return model.model_validate_json(text)
        except ValidationError as error:
            if not isinstance(raw, dict):
                raise UnreadableError(_faults(error, place)) from None
    values: dict[str, Any] = dict(raw) if model.model_config.get("extra") == "allow" else {}
    unread: dict[str, JsonValue] = {}
    faults: list[Fault] = []
    for field in _fields(model):
        try:
            values[field.name] = field.read(raw, place, unread, is_page=is_page)
        except UnreadableRecordError:
            raise
        except UnreadableError as error:
            faults.extend(error.faults)
    if faults:
        raise UnreadableError(faults)
    result = model.model_construct(**values)
    _keep_unread(result, unread)
    return result


class _Field:
    """How a field of a model is found and read."""

    def __init__(self, name: str, info: FieldInfo) -> None:
        self.name = name
        self._type: object = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        self._is_strict: bool = info.is_required() or _is_marked(self._type)
        self._paths: Sequence[Place] = (*_paths(info.validation_alias), (name,))
        self._info = info

    def read(
        self, raw: Mapping[str, JsonValue], place: Place, unread: dict[str, JsonValue], *, is_page: bool
    ) -> object:
        """Read the field of an object.

        Raises:
            UnreadableError: If it is strict and cannot be read, or is required and not there.
        """
        path, found = self._find(raw)
        if found is _MISSING:
            if self._info.is_required():
                raise UnreadableError([Fault((*place, *path), "missing", "Field required")])
            return self._default()
        value = cast("JsonValue", found)
        left_out: dict[str, JsonValue] = {}
        reading = _Reading(self.name, left_out, strict=self._is_strict, is_page=is_page)
        try:
            result = reading.value(self._type, value, (*place, *path))
        except UnreadableError:
            if self._is_strict:
                raise
            unread[self.name] = _HIDDEN if _is_secret(self._type) else value
            return self._default()
        unread.update(left_out)
        return result

    def _default(self) -> object:
        return self._info.get_default(call_default_factory=True, validated_data={})

    def _find(self, raw: Mapping[str, JsonValue]) -> tuple[Place, object]:
        """Return where the value stands, and the value."""
        for path in self._paths:
            value: object = raw
            for key in path:
                value = cast("dict[object, object]", value).get(key, _MISSING) if isinstance(value, dict) else _MISSING
            if value is not _MISSING:
                return path, value
        return self._paths[0], _MISSING


class _Reading:
    """The reading of one field."""

    def __init__(self, name: str, unread: dict[str, JsonValue], *, strict: bool, is_page: bool) -> None:
        self._name = name
        self._unread = unread
        self._strict = strict
        self._is_page = is_page

    def value(self, kind: object, raw: JsonValue, place: Place) -> object:
        """Read a value of a type, which may be a model, a tuple, or what pydantic knows.

        Raises:
            UnreadableError: If it cannot be read.
        """
        inner = _without_none(kind)
        is_plain = inner is kind
        if _is_model(inner) and (raw is not None or is_plain):
            found = _object(inner, raw, place)
            return found if is_plain else _adapter(kind).validate_python(found)
        if isinstance(raw, list) and get_origin(inner) is tuple:
            return _adapter(kind).validate_python(self._items(get_args(inner)[0], raw, place))
        if _names_something(kind) and isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
            return str(raw)
        if self._strict and _REPLACED in json.dumps(raw, ensure_ascii=False):
            raise UnreadableError([Fault(place, "string_unicode", "Input should be whole text")])
        try:
            return _adapter(kind).validate_json(json.dumps(raw))
        except ValidationError as error:
            raise UnreadableError(_faults(error, place)) from None

    def _items(self, kind: object, raw: Sequence[JsonValue], place: Place) -> tuple[object, ...]:
        items: list[object] = []
        for index, item in enumerate(raw):
            try:
                items.append(self.value(kind, item, (*place, index)))
            except UnreadableError as error:
                if not self._strict:
                    self._unread[f"{self._name}[{index}]"] = _HIDDEN if _is_secret(kind) else item
                elif self._is_page and _is_model(kind):
                    raise UnreadableRecordError(error.faults, cast("list[Model]", items), item) from None
                else:
                    raise
        return tuple(items)


@cache
def _fields(model: type[Model]) -> Sequence[_Field]:
    model.model_rebuild()
    return [_Field(name, info) for name, info in model.model_fields.items()]


def _paths(alias: str | AliasPath | AliasChoices | None) -> list[Place]:
    match alias:
        case None:
            return []
        case str():
            return [(alias,)]
        case AliasPath():
            return [tuple(alias.path)]
        case _:
            return [path for choice in alias.choices for path in _paths(choice)]


def _without_none(kind: object) -> object:
    """Return a type without `None` and without what annotates it; a union of several types as it is."""
    if get_origin(kind) is Annotated:
        return _without_none(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return _without_none(kinds[0]) if len(kinds) == 1 else kind
    return kind


def _is_model(kind: object) -> TypeGuard[type[Model]]:
    return isinstance(kind, type) and issubclass(kind, Model)


def _names_something(kind: object) -> bool:
    """Whether a type is an identifier, which may come as a whole number."""
    return any(
        isinstance(mark, type) and issubclass(mark, ReadStrictly) and mark.or_whole_number for mark in _marks(kind)
    )


def _marks(kind: object) -> tuple[object, ...]:
    inner = get_args(kind)
    if get_origin(kind) is Annotated:
        return (*inner[1:], *_marks(inner[0]))
    return tuple(mark for one in inner if get_origin(kind) in {Union, UnionType} for mark in _marks(one))


def _is_marked(kind: object) -> bool:
    if isinstance(kind, ReadStrictly) or (isinstance(kind, type) and issubclass(kind, ReadStrictly)):
        return True
    return any(_is_marked(part) for part in get_args(kind))


def _is_secret(kind: object) -> bool:
    return kind is SecretStr or any(_is_secret(part) for part in get_args(kind))


@cache
def _adapter(kind: object) -> TypeAdapter[object]:
    return TypeAdapter(
        cast("type[object]", kind), config=ConfigDict(coerce_numbers_to_str=True, hide_input_in_errors=True)
    )

"""The columns of exported records: their names, types and values."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel

from flowroute_openapi.models import Model

_MONEY_DIGITS, _MONEY_DECIMALS = 38, 9


class Columns:
    """A column for each field of a model; `from_` is called `from`.

    Attributes:
        names: Their names, in order.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = {name: name.removesuffix("_") for name in model.model_fields}
        self._renames = {field: name for field, name in self._fields.items() if field != name}
        self.names: tuple[str, ...] = tuple(self._fields.values())

    def texts(self, record: str) -> Mapping[str, object]:
        """Return a record as plain values for a line of text."""
        values: dict[str, object] = json.loads(record)
        return {self._fields[name]: _text(value) for name, value in values.items() if name in self._fields}

    def line(self, record: str) -> str:
        """Return a record as a JSON object."""
        if not self._renames:
            return record
        values: dict[str, object] = json.loads(record)
        return json.dumps({self._fields.get(name, name): value for name, value in values.items()}, ensure_ascii=False)

    def values(self, record: str) -> dict[str, object]:
        """Return a record as Python's own values."""
        found = self._model.model_validate_json(record)
        return {column: _value(getattr(found, name)) for name, column in self._fields.items()}

    def arrow_types(self, arrow: Any) -> list[tuple[str, object]]:  # noqa: ANN401 - pyarrow has no types
        """Return the names and types of a Parquet file's columns."""
        return [
            (column, _arrow_type(arrow, self._model.model_fields[name].annotation))
            for name, column in self._fields.items()
        ]


def _text(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _value(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_none=True)
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        return json.dumps([one.model_dump(mode="json") if isinstance(one, BaseModel) else one for one in parts])
    return value


def _arrow_type(arrow: Any, annotation: object) -> object:  # noqa: ANN401 - pyarrow has no types
    kinds = _kinds(annotation)
    if Decimal in kinds:
        return arrow.decimal128(_MONEY_DIGITS, _MONEY_DECIMALS)
    if datetime in kinds:
        return arrow.timestamp("us", tz="UTC")
    if bool in kinds:
        return arrow.bool_()
    return arrow.int64() if int in kinds and str not in kinds else arrow.string()


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    inner = get_args(annotation)
    if not inner or get_origin(annotation) in {tuple, list, dict}:
        return {annotation}
    return set[object]().union(*(_kinds(one) for one in inner))

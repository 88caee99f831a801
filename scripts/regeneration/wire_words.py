"""What the description says of how a value is read, beyond JSON Schema: the `x-` words and formats of a schema."""

from dataclasses import dataclass
from typing import Any

from openapi_python_client.parser.properties import ModelProperty, Property
from openapi_python_client.schema import DataType, Reference, Schema

from regeneration.api import Api
from regeneration.shapes import shape_of


@dataclass(frozen=True)
class Words:
    """The words of one property.

    Attributes:
        format: Its `format`, or "" where it has none.
        reads_as: `x-reads-as`: string, decimal, json, time or array; "" where its type says it all.
        nullable: Whether null may come.
        empty_is_null: `x-empty-is-null`: an empty string means that there is no value.
        null_is_empty: `x-null-is-empty`: null means an empty string.
        found_at: `x-found-at`: the places in the resource where it may stand, as lists of keys.
        always: `x-always`: it is there, at one of these places, though the schema requires none of them.
        defaults_to_empty: Whether its `default` is an empty list.
    """

    format: str = ""
    reads_as: str = ""
    nullable: bool = False
    empty_is_null: bool = False
    null_is_empty: bool = False
    found_at: tuple[tuple[str, ...], ...] = ()
    always: bool = False
    defaults_to_empty: bool = False


def schema_of(owner: ModelProperty, prop: Property) -> Schema | None:
    """Return the schema of a property as it stands in its owner, or None where it is a mere reference."""
    found = (owner.data.properties or {}).get(prop.name)
    return found if isinstance(found, Schema) else None


def words_of(owner: ModelProperty, prop: Property, *, api: Api) -> Words:
    """Return the words of a property of a model.

    Args:
        owner: The model.
        prop: The property.
        api: The description that its references lead into.
    """
    schema = schema_of(owner, prop)
    if schema is None:
        return Words()
    said: dict[str, Any] = schema.model_extra or {}
    return Words(
        format=schema.schema_format.get_untrusted_value() if schema.schema_format else "",
        reads_as=str(said.get("x-reads-as", "")),
        nullable=_may_be_null(schema, api),
        empty_is_null=said.get("x-empty-is-null") is True,
        null_is_empty=said.get("x-null-is-empty") is True,
        found_at=tuple(tuple(str(place).split(".")) for place in said.get("x-found-at", ())),
        always=said.get("x-always") is True,
        defaults_to_empty=schema.default == [],
    )


def _may_be_null(schema: Schema | Reference, api: Api) -> bool:
    if isinstance(schema, Reference):
        return shape_of(api, {"$ref": schema.ref.get_untrusted_value()}).nullable
    types = schema.type if isinstance(schema.type, list) else [schema.type]
    return (
        schema.nullable
        or DataType.NULL in types
        or None in (schema.enum or [])
        or any(_may_be_null(one, api) for one in schema.anyOf + schema.oneOf)
    )


def model_words(model: ModelProperty) -> dict[str, Any]:
    """Return the `x-` words of a whole model."""
    return model.data.model_extra or {}

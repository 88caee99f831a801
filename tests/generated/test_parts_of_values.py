"""`allOf` of single values is read as one value, and refused by its schema where no value can be it."""

import json

import pytest
from jsonschema import Draft202012Validator

from regeneration.api import Api
from regeneration.contradictions import contradictions
from regeneration.generator_input import generator_input
from regeneration.reading import Json, Object
from regeneration.samples import sample
from regeneration.shapes import canonical, words_for

NO_API = Api({})
TEXT: Json = {"type": "string"}
LIST: Json = {"type": "array", "items": {}}
KINDS: Json = {"type": "string", "enum": ["fixed", "mobile"]}


def with_field(name: str, schema: Json) -> Object:
    return {"properties": {name: schema}}


def described(schema: Json) -> Object:
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Base": {"type": "string"}, "Line": schema}}}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([TEXT, KINDS], 'string enum ["fixed", "mobile"]'),
        ([{"enum": ["fixed", "mobile", "voip"]}, KINDS], 'string enum ["fixed", "mobile"]'),
        ([TEXT, {"pattern": "^[0-9]+$"}, {"maxLength": 3}], 'string pattern "^[0-9]+$"'),
        ([{"type": "number"}, {"type": "integer"}], "integer"),
        (
            [{"type": ["string", "null"]}, {"type": ["string", "null"], "format": "date"}],
            'string format "date" or null',
        ),
        ([{"allOf": [TEXT, KINDS]}, {"description": "The kind of line."}], 'string enum ["fixed", "mobile"]'),
    ],
)
def test_parts_of_a_single_value_are_read_as_one_schema(parts: list[Json], words: str) -> None:
    schema: Json = {"allOf": parts}
    assert words_for(NO_API, schema) == words
    value = sample(NO_API, schema, sent=True, full=True)
    Draft202012Validator(schema).validate(value)
    assert list(contradictions(described(schema))) == []


def test_one_schema_in_parts_and_at_once_mean_the_same() -> None:
    assert canonical(NO_API, {"allOf": [TEXT, KINDS]}) == canonical(NO_API, KINDS)


def test_the_generator_gets_one_value_and_no_object_of_parts() -> None:
    document = described({"type": "object", "properties": {"kind": {"allOf": [TEXT, KINDS]}}})
    said = json.dumps(generator_input(Api(document), [], simple=frozenset()))
    assert "allOf" not in said
    assert '"enum": ["fixed", "mobile"]' in said


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"allOf": [TEXT, {"type": "integer"}]}, "no value is all that its parts (allOf) ask for, string and integer;"),
        ({"type": "boolean", "allOf": [{"$ref": "#/components/schemas/Base"}]}, "boolean and string"),
        ({"allOf": [KINDS, {"const": "voip"}]}, 'string among "fixed", "mobile" and a value among "voip"'),
        ({"allOf": [{"anyOf": [TEXT, {"type": "null"}]}, {"type": "array", "items": TEXT}]}, "string and array"),
        (
            {"allOf": [with_field("a", with_field("b", TEXT)), with_field("a", with_field("b", LIST))]},
            "no value of a.b is",
        ),
        (with_field("x", {"items": {"allOf": [TEXT, LIST]}}), "(at components.schemas.Line.properties.x.items)"),
    ],
)
def test_what_no_value_can_be_is_refused_by_schema_and_field(schema: Json, said: str) -> None:
    (fault,) = contradictions(described(schema))
    assert fault.startswith("the schema Line: ")
    assert said in fault
    assert "correct it in spec/corrections.overlay.yaml" in fault


def test_in_an_operation_it_is_refused_by_the_operation() -> None:
    body: Json = {"content": {"application/json": {"schema": {"allOf": [TEXT, {"type": "object"}]}}}}
    operation: Json = {"operationId": "order", "requestBody": body, "responses": {}}
    (fault,) = contradictions({"paths": {"/v2/orders": {"post": operation}}})
    assert fault.startswith("order (POST /v2/orders): no value is all")


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#/components/schemas/Line"}, TEXT]},
        {"allOf": [{"properties": {"a": {"oneOf": [TEXT, {"type": "integer"}]}}}, {"properties": {"a": TEXT}}]},
        {"allOf": [{"type": "object"}, {"required": ["a"]}], "nullable": True},
        {"example": {"allOf": [TEXT, {"type": "integer"}]}},
        {"properties": {"allOf": {"type": "array"}}},
        {"allOf": [{"type": ["string", "integer"]}, {"type": ["integer", "boolean"]}]},
        {"allOf": [{"type": "string", "nullable": True, "enum": ["a", None]}, {"enum": ["a", None]}]},
    ],
)
def test_what_a_value_can_be_is_not_refused(schema: Json) -> None:
    assert list(contradictions(described(schema))) == []


def test_a_tuple_is_made_of_a_value_of_each_kind() -> None:
    assert sample(NO_API, {"type": "array", "prefixItems": [KINDS, {"type": "integer"}]}, sent=False, full=True) == [
        "fixed",
        7,
    ]

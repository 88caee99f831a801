"""Fields of a request body that no property describes can be sent all the same."""

from typing import Any, cast

import pytest

from regeneration.body_fields import with_all_fields
from regeneration.comparison import compare
from regeneration.contradictions import contradictions
from regeneration.reading import Json, Object

TEXT: Object = {"type": "string"}
KIND: Object = {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}}


def document(schema: Json, **schemas: Json) -> Object:
    body: Object = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation: Object = {"operationId": "order", "requestBody": body, "responses": {"204": {"description": "x"}}}
    info: Object = {"title": "t", "version": "1"}
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": {"/orders": {"post": operation}},
        "components": {"schemas": schemas},
    }


def named(schema: Json, **schemas: Json) -> Any:
    said, faults = with_all_fields(document(schema, **schemas))
    assert faults == []
    components = cast("Any", said["components"])["schemas"]
    return components["Order"] if "Order" in components else body_of(said)


def body_of(said: Any) -> Any:
    return said["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]


ORDER: Object = {"$ref": "#/components/schemas/Order"}
BASE: Object = {"type": "object", "required": ["b"], "properties": {"a": TEXT}}


@pytest.mark.parametrize(
    ("schema", "required", "fields"),
    [
        (KIND | {"required": ["kind", "b"]}, ["kind", "b"], ["kind", "b"]),
        ({"required": ["a", "b"], "properties": {"a": TEXT}}, ["a", "b"], ["a", "b"]),
        ({"allOf": [BASE, {"type": "object", "required": ["a", "z"]}]}, ["b", "z"], ["b", "z"]),
        ({"allOf": [BASE, {"type": "object", "properties": {"b": TEXT}}]}, None, None),
        (KIND | {"properties": {"kind": TEXT, "b": TEXT}, "anyOf": [{"required": ["b"]}]}, ["kind"], ["kind", "b"]),
    ],
)
def test_what_is_required_becomes_a_property(schema: Object, required: Json, fields: Json) -> None:
    found = named(ORDER, Order=schema)
    assert found.get("required") == required
    assert (list(found["properties"]) if "properties" in found else None) == fields


def test_at_every_depth_and_of_the_type_that_further_members_have() -> None:
    rows: Object = {"type": "array", "items": BASE | {"additionalProperties": {"type": "integer"}}}
    found = named({"type": "object", "properties": {"rows": rows}})
    assert found["properties"]["rows"]["items"]["properties"]["b"] == {"type": "integer"}
    first, second = named({"oneOf": [BASE, KIND]})["oneOf"]
    assert (list(first["properties"]), list(second["properties"])) == (["a", "b"], ["kind"])


def test_what_conditions_describe_becomes_an_optional_property() -> None:
    found = named(
        KIND
        | {
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["x", "w"], "properties": {"x": {"type": "integer"}}},
            "else": {"properties": {"y": TEXT}},
            "dependentRequired": {"kind": ["z"]},
        }
    )
    assert found["required"] == ["kind"]
    assert found["properties"].keys() == {"kind", "w", "x", "y", "z"}
    assert found["properties"]["x"] == {"type": "integer"}
    assert found["properties"]["kind"] == TEXT


def test_a_required_field_that_is_forbidden_too_is_refused_by_operation_and_field() -> None:
    _, faults = with_all_fields(document(KIND | {"required": ["kind", "b"], "additionalProperties": False}))
    (fault,) = faults
    assert fault.startswith("order (POST /orders): its request body requires b, which no property describes")
    assert "spec/corrections.overlay.yaml" in fault


def test_a_condition_is_told_as_one_and_that_nothing_checks_it() -> None:
    then: Object = {"required": ["x"], "properties": {"x": TEXT}}
    after = document(KIND | {"if": {"properties": {"kind": {"const": "a"}}}, "then": then})
    condition, field = compare(document(KIND), after).changes
    assert str(condition).startswith("condition added: order body (if ")
    assert "not checked before a call is sent" in str(condition)
    assert condition.breaking
    assert str(field) == "field added: order body.x (string, where a condition holds)"
    (gone,) = [one for one in compare(after, document(KIND)).changes if one.kind == "condition"]
    assert (gone.what, gone.breaking) == ("removed", False)


def test_an_object_that_requires_itself_is_refused_by_schema_and_fields() -> None:
    def one(field: str, other: Object) -> Object:
        return {"type": "object", "required": [field], "properties": {field: other}}

    first, second = {"$ref": "#/components/schemas/First"}, {"$ref": "#/components/schemas/Second"}
    inner: Object = one("inner", one("first", cast("Object", first)))
    (fault,) = contradictions(document(TEXT, First=one("second", cast("Object", second)), Second=inner))
    assert (
        "the schema First: no value of it ends, since it requires itself by second of First, inner.first of Second"
        in fault
    )
    several: Object = {"type": "array", "items": cast("Object", first)}
    assert list(contradictions(document(TEXT, First=one("others", several)))) == []
    may_be_null: Object = {"allOf": [cast("Object", first)], "nullable": True}
    assert list(contradictions(document(TEXT, First=one("other", may_be_null)))) == []

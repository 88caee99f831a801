"""A document with every shape of schema and operation that a vendor may come to use."""

from typing import cast

from regeneration.document import Json, Object

SCHEMAS: dict[str, Json] = {
    "Shape": {
        "type": "object",
        "required": ["needed", "needed_or_null"],
        "properties": {
            "needed": {"type": "string"},
            "needed_or_null": {"type": "string", "nullable": True},
            "nullable_number": {"type": "number", "nullable": True},
            "chosen": {"type": "string", "enum": ["a", "b"]},
            "chosen_or_null": {"type": "string", "enum": ["a", "b"], "nullable": True},
            "chosen_number": {"type": "integer", "enum": [1, 2]},
            "uuid": {"type": "string", "format": "uuid"},
            "date": {"type": "string", "format": "date"},
            "moment": {"type": "string", "format": "date-time"},
            "flag": {"type": "boolean", "default": True},
            "count": {"type": "integer", "default": 3},
            "price": {"type": "number", "default": 1.5},
            "word": {"type": "string", "default": "plain"},
            "anything": {},
            "free": {"type": "object", "additionalProperties": True},
            "texts": {"type": "object", "additionalProperties": {"type": "string"}},
            "inner": {
                "type": "object",
                "properties": {"deep": {"type": "object", "properties": {"x": {"type": "integer"}}}},
            },
            "items": {"type": "array", "items": {"type": "object", "properties": {"y": {"type": "string"}}}},
            "words": {"type": "array", "items": {"type": "string"}},
            "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
            "parent": {"$ref": "#/components/schemas/Shape"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Shape"}},
            "one_or_other": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
            "referred_or_null": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Leaf"}]},
            "from": {"type": "string"},
            "type": {"type": "string"},
            "copy": {"type": "string"},
            "model_x": {"type": "string"},
        },
    },
    "Leaf": {"type": "object", "properties": {"name": {"type": "string"}}},
    "Error": {"type": "object", "properties": {"detail": {"type": "string"}}},
    "Flat": {
        "type": "object",
        "required": ["id", "attributes"],
        "properties": {
            "id": {"type": "string"},
            "type": {"type": "string"},
            "links": {"type": "object", "properties": {"self": {"type": "string"}}},
            "attributes": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "description": "The inner id."},
                    "type": {"type": "string"},
                    "date": {"type": "string", "format": "date", "nullable": True},
                    "opened": {"type": "string", "format": "date"},
                    "from": {"type": "string"},
                    "copy": {"type": "string"},
                    "model_x": {"type": "string"},
                },
            },
        },
    },
}


def with_shapes(changed: Object) -> Object:
    """Add the shapes and their operations to a document."""
    cast("Object", cast("Object", changed["components"])["schemas"]).update(SCHEMAS)
    paths = cast("dict[str, Object]", changed["paths"])
    paths["/v2/shapes/{shape-id}/{from}"] = {
        "get": {
            "operationId": "list_shapes",
            "tags": ["shapes"],
            "parameters": [
                {"in": "path", "name": "from", "required": True, "schema": {"type": "string"}},
                {"in": "path", "name": "shape-id", "required": True, "schema": {"type": "string"}},
                {"in": "query", "name": "limit", "schema": {"type": "integer"}},
                {"in": "query", "name": "offset", "schema": {"type": "integer"}},
                {"in": "query", "name": "filter[tag]", "schema": {"type": "array", "items": {"type": "string"}}},
                {"in": "query", "name": "since", "required": True, "schema": {"type": "string", "format": "date"}},
                {"in": "query", "name": "flag", "schema": {"type": "boolean"}},
                {"in": "query", "name": "at_most", "schema": {"type": "number"}},
                {"in": "query", "name": "level", "schema": {"type": "integer", "enum": [1, 2]}},
            ],
            "responses": {"200": _answer("Flat")},
        },
    }
    paths["/v2/shapes"] = {
        "post": {
            "operationId": "create_shape",
            "x-repeatable": False,
            "x-charges": True,
            "x-rate-group": "sms",
            "x-rate-group-with": {"mms": ["words", "from"]},
            "x-look-at": "Look at the shapes.",
            "tags": ["shapes"],
            "requestBody": {"required": True, "content": _content("Shape")},
            "responses": {
                "204": {"description": "nothing to say"},
                "201": _answer("Shape"),
                "202": _answer("Leaf"),
                "422": _answer("Error"),
            },
        },
        "put": {
            "operationId": "replace_shape",
            "x-repeatable": True,
            "tags": ["shapes"],
            "requestBody": {"content": _content("Shape")},
            "responses": {"204": {"description": "done"}},
        },
    }
    paths["/v2/shapes/{shape-id}"] = {
        "get": {
            "operationId": "get_shape",
            "tags": ["shapes"],
            "parameters": [{"in": "path", "name": "shape-id", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "One.", "content": _media(_DOCUMENT)}},
        },
        "delete": {
            "operationId": "delete_shape",
            "tags": ["shapes"],
            "x-repeatable": True,
            "x-done-if-gone": True,
            "parameters": [{"in": "path", "name": "shape-id", "required": True, "schema": {"type": "string"}}],
            "responses": {"204": {"description": "done"}},
        },
    }
    return changed


_DOCUMENT: Json = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"allOf": [{"$ref": "#/components/schemas/Flat"}]}},
}


def _answer(schema: str) -> Json:
    return {"description": "An answer.", "content": _content(schema)}


def _content(schema: str) -> Object:
    return _media({"$ref": f"#/components/schemas/{schema}"})


def _media(schema: Json) -> Object:
    return {"application/vnd.api+json": {"schema": schema}}

"""A document that says all that OpenAPI 3.0 lets a document say, once."""

import json
from collections.abc import Iterator

from regeneration.document import Json, Object

_TEXT: Json = {"type": "string"}
_PARAMETERS: list[Json] = [
    {
        "in": "query",
        "name": "kinds",
        "required": True,
        "style": "spaceDelimited",
        "explode": True,
        "allowReserved": True,
        "allowEmptyValue": True,
        "deprecated": True,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": ["a", "b"]},
            "minItems": 1,
            "uniqueItems": True,
        },
        "examples": {"one": {"value": ["a"], "summary": "s"}},
        "x-own": 1,
    },
    {
        "in": "query",
        "name": "where",
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"z": _TEXT}}, "example": {"z": "1"}}
        },
    },
    {
        "in": "header",
        "name": "X-Level",
        "schema": {"type": "integer", "minimum": 0, "maximum": 5, "default": 2, "format": "int32"},
    },
]
_ANSWER: Json = {
    "description": "d",
    "headers": {"X-Total": {"description": "h", "required": True, "schema": {"type": "integer"}, "example": 3}},
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Either"}, "example": {"k": 1}}},
    "links": {"next": {"operationId": "upload", "parameters": {"id": "$response.body#/id"}, "description": "d"}},
    "x-own": 1,
}
_UPLOAD: Json = {
    "operationId": "upload",
    "tags": ["a", "b"],
    "summary": "s",
    "description": "d",
    "deprecated": True,
    "externalDocs": {"url": "https://docs.example.com/y"},
    "x-own": {"b": 1},
    "parameters": _PARAMETERS,
    "requestBody": {
        "description": "d",
        "required": True,
        "x-own": 1,
        "content": {
            "multipart/form-data": {
                "schema": {"$ref": "#/components/schemas/Form"},
                "encoding": {"file": {"contentType": "image/png", "headers": {"X": {"schema": _TEXT}}}},
                "examples": {"one": {"value": {"a": 1}}},
            }
        },
    },
    "responses": {"200": _ANSWER, "default": {"$ref": "#/components/responses/Fault"}},
    "callbacks": {"done": {"{$url}": {"post": {"responses": {"200": {"description": "x"}}}}}},
    "security": [{"basic": []}, {"other": ["s"]}],
}
_RICH: Object = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1", "contact": {"name": "n"}, "license": {"name": "l"}},
    "servers": [
        {
            "url": "https://{region}.example.com",
            "description": "d",
            "variables": {"region": {"default": "a", "enum": ["a", "b"], "description": "x"}},
        }
    ],
    "tags": [{"name": "a", "description": "b"}],
    "externalDocs": {"url": "https://docs.example.com"},
    "security": [{"basic": []}],
    "paths": {
        "/a/{id}": {
            "summary": "s",
            "description": "d",
            "servers": [{"url": "https://files.example.com"}],
            "parameters": [
                {"in": "path", "name": "id", "required": True, "schema": _TEXT, "description": "d", "example": "e"}
            ],
            "post": _UPLOAD,
        }
    },
    "components": {
        "responses": {
            "Fault": {
                "description": "e",
                "content": {"application/json": {"schema": {"type": "object", "properties": {"m": _TEXT}}}},
            }
        },
        "schemas": {
            "Form": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "inner": {
                        "type": "object",
                        "properties": {"d": {"type": "string", "pattern": "^a", "minLength": 1, "maxLength": 3}},
                    },
                },
                "additionalProperties": False,
                "minProperties": 1,
            },
            "Either": {
                "title": "t",
                "description": "d",
                "discriminator": {"propertyName": "k", "mapping": {"x": "#/components/schemas/One"}},
                "oneOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Other"}],
                "externalDocs": {"url": "https://docs.example.com/z"},
            },
            "One": {
                "type": "object",
                "properties": {
                    "k": _TEXT,
                    "a": {
                        "type": "number",
                        "nullable": True,
                        "multipleOf": 2,
                        "exclusiveMinimum": True,
                        "minimum": 0,
                        "deprecated": True,
                        "readOnly": True,
                        "xml": {"name": "n"},
                        "example": 4,
                    },
                    "m": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
            },
            "Other": {
                "allOf": [
                    {"$ref": "#/components/schemas/One"},
                    {
                        "type": "object",
                        "properties": {"y": {"type": "string", "writeOnly": True, "x-own": "w"}},
                        "required": ["y"],
                    },
                ],
                "not": _TEXT,
            },
        },
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "basic", "description": "d"},
            "other": {
                "type": "oauth2",
                "flows": {"implicit": {"authorizationUrl": "https://a.example.com", "scopes": {"s": "d"}}},
            },
        },
    },
    "x-own": {"a": 1},
}

RICH: Object = json.loads(json.dumps(_RICH))
"""The document; each place holds what is its own."""


def places(node: Json, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of everything in a document."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, member in members:
        yield (*place, key)
        yield from places(member, (*place, key))

# ruff: noqa: E501 - a grid reads best with one construct to a line
"""Every construct that a document may use for a call, on the wire: each is proven, or refused by name."""

import itertools
from pathlib import Path

import pytest

from behaviour import behaviours
from regeneration.api import Api
from regeneration.generation import generate
from regeneration.proof import prove
from regeneration.reading import Json, Object
from regeneration.validity import faults
from regeneration.wire import plans

PROJECT = Path(__file__).parents[2]
SCALARS: dict[str, Object] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "choice": {"type": "string", "enum": ["a", "b"]},
    "level": {"type": "integer", "enum": [1, 10]},
    "digits": {"type": "string", "pattern": "^[0-9]{3}$"},
    "either": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    "shared": {"$ref": "#/components/schemas/Word"},
}
ITEM: Object = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "count": {"type": "integer", "default": 3},
        "price": {"type": "number"},
        "when": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
REFERENCE: Json = {"$ref": "#/components/schemas/Item"}
BODIES: dict[str, Object] = {
    "json": {"application/json": {"schema": REFERENCE}},
    "json_api": {"application/vnd.api+json": {"schema": REFERENCE}},
    "list": {"application/json": {"schema": {"type": "array", "items": REFERENCE}}},
    "texts": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
    "either": {"application/json": {"schema": {"oneOf": [REFERENCE, {"$ref": "#/components/schemas/Other"}]}}},
    "form": {"application/x-www-form-urlencoded": {"schema": REFERENCE}},
    "multipart": {"multipart/form-data": {"schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, "note": {"type": "string"}}}}},
    "text": {"text/plain": {"schema": {"type": "string"}}},
    "bytes": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}  # fmt: skip
ANSWERS: dict[str, Object] = {
    "object": {"200": {"description": "", "content": {"application/json": {"schema": REFERENCE}}}},
    "list": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": REFERENCE}}}}},
    "either": {"200": {"description": "", "content": {"application/json": {"schema": {"oneOf": [REFERENCE, {"$ref": "#/components/schemas/Other"}]}}}}},
    "text": {"200": {"description": "", "content": {"text/csv": {"schema": {"type": "string"}}}}},
    "bytes": {"200": {"description": "", "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
    "default": {"default": {"description": "", "content": {"application/json": {"schema": REFERENCE}}}},
    "range": {"2XX": {"description": "", "content": {"application/json": {"schema": REFERENCE}}}},
    "nothing": {"204": {"description": ""}},
    "sometimes": {"200": {"description": "", "content": {"application/json": {"schema": REFERENCE}}}, "204": {"description": ""}},
    "untyped": {"200": {"description": "", "content": {"application/json": {"schema": {}}}}},
}  # fmt: skip


def grid() -> Object:
    """Return a document with an operation for each combination."""
    paths: Object = {}
    parameters: list[tuple[str, Object]] = []
    for name, schema in SCALARS.items():
        for required in (True, False):
            parameters.append(
                (f"query {name} {required}", {"in": "query", "name": "q", "schema": schema, "required": required})
            )
            parameters.append(
                (f"header {name} {required}", {"in": "header", "name": "X-H", "schema": schema, "required": required})
            )
        parameters.append((f"path {name}", {"in": "path", "name": "q", "schema": schema, "required": True}))
        for style, explode in itertools.product(("form", "spaceDelimited", "pipeDelimited"), (True, False)):
            if name in {"text", "choice", "level", "day", "uuid"} and (style == "form" or not explode):
                array: Json = {"type": "array", "items": schema}
                shown: Object = {"in": "query", "name": "q[]", "schema": array, "style": style, "explode": explode}
                parameters.append((f"query list {name} {style} {explode}", shown))
    folded: Json = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    parameters += [
        ("query deep", {"in": "query", "name": "filter", "schema": folded, "style": "deepObject", "explode": True}),
        ("query object", {"in": "query", "name": "filter", "schema": folded}),
        ("header list", {"in": "header", "name": "X-L", "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}}),
        ("query any", {"in": "query", "name": "q", "schema": {}}),
        ("query body", {"in": "query", "name": "body", "schema": {"type": "string"}}),
    ]  # fmt: skip
    for place, (name, parameter) in enumerate(parameters):
        path = f"/p{place}/{{q}}" if parameter["in"] == "path" else f"/p{place}"
        paths[path] = {"get": {"operationId": name, "parameters": [parameter], "responses": ANSWERS["object"]}}
    for name, content in BODIES.items():
        for required in (True, False):
            body: Json = {"required": required, "content": content}
            path = f"/b/{name}/{required}"
            paths[path] = {
                "post": {"operationId": f"send {name} {required}", "requestBody": body, "responses": ANSWERS["nothing"]}
            }
    for name, responses in ANSWERS.items():
        paths[f"/a/{name}"] = {"get": {"operationId": f"get {name}", "responses": responses}}
    other: Object = {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}
    schemas: Object = {"Item": ITEM, "Other": other, "Word": {"type": "string"}}
    info: Object = {"title": "t", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


@pytest.mark.parametrize(("version", "simple"), [("3.0.3", False), ("3.1.0", False), ("3.0.3", True)])
def test_every_combination_arrives_as_the_document_says_and_its_answer_decodes(
    tmp_path: Path, version: str, *, simple: bool
) -> None:
    document = {**grid(), "openapi": version}
    assert faults(document) == []
    api = Api(document)
    written, refused = plans(api)
    assert refused == []
    assert len(written) > 100
    treated = behaviours(document, must_say=False)
    simplified = [*api.schemas, *(one.operation.python_name for one in written)] if simple else []
    generate(api, written, treated, tmp_path / "flowroute_openapi", PROJECT / "spec", simple=simplified)
    assert prove(api, written, treated, tmp_path, None, typed=False) == []


REFUSED: dict[str, tuple[Object, str]] = {
    "cookie": ({"parameters": [{"in": "cookie", "name": "c", "schema": {"type": "string"}}]}, "the cookie parameter c"),
    "content": (
        {"parameters": [{"in": "query", "name": "c", "content": {"application/json": {"schema": {"type": "object"}}}}]},
        "the query parameter c is written as application/json",
    ),
    "matrix": (
        {"parameters": [{"in": "query", "name": "c", "schema": {"type": "array", "items": {"type": "array"}}}]},
        "the query parameter c is a list of objects or of lists",
    ),
    "connection": (
        {"parameters": [{"in": "header", "name": "Host", "schema": {"type": "string"}}]},
        "the header parameter Host is a header that belongs to the connection",
    ),
    "xml": (
        {"requestBody": {"content": {"application/xml": {"schema": {"type": "object", "properties": {"a": {}}}}}}},
        "its request body is application/xml with a structure",
    ),
    "nested form": (
        {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}}}}}}},
        "whose field a is an object",
    ),
    "no success": ({"responses": {"302": {"description": ""}}}, "its answers name no success (they are: 302)"),
    "another host": ({"servers": [{"url": "https://example.org"}]}, "its own server https://example.org lies outside"),
    "no https": ({"servers": [{"url": "http://files.example.com"}]}, "is no https address"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_by_operation_construct_and_place(name: str) -> None:
    words, said = REFUSED[name]
    operation: Object = {"operationId": "odd_call", "responses": {"204": {"description": ""}}, **words}
    document: Object = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/odd": {"post": operation}},
    }
    written, refused = plans(Api(document))
    assert written == ()
    (sentence,) = refused
    assert sentence.startswith("odd_call (POST /odd): ")
    assert said in sentence


def test_two_operations_with_one_name_are_refused_with_both_places() -> None:
    answers: Json = {"204": {"description": ""}}
    document: Object = {
        "paths": {
            "/a": {"get": {"operationId": "list_things", "responses": answers}},
            "/b": {"get": {"operationId": "list-things", "tags": ["other"], "responses": answers}},
        }
    }
    (sentence,) = plans(Api(document))[1]
    assert "list_things (GET /b)" in sentence
    assert "GET /a" in sentence

# ruff: noqa: E501 - a grid reads best with one construct to a line
"""Every construct that a document may use for a call, on the wire: each is proven, or refused by name."""

import itertools
from pathlib import Path

import pytest

from regeneration.access import unsendable_security
from regeneration.api import Api
from regeneration.behaviour import behaviours
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
    "parts": {"multipart/form-data": {"schema": {"type": "object", "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}, "about": REFERENCE}}, "encoding": {"files": {"contentType": "image/png, image/jpeg"}, "about": {"contentType": "application/vnd.api+json"}}}},
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
    "one_or_several": {"200": {"description": "", "content": {"application/json": {"schema": {"anyOf": [{"type": "array", "items": REFERENCE}, REFERENCE]}}}}},
    "defaults": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object", "properties": {"day": {"type": "string", "format": "date", "default": "2020-01-01"}, "at": {"type": "string", "format": "date-time", "default": "2020-01-01T00:00:00Z"}, "words": {"type": "array", "items": {"type": "string"}, "default": []}}}}}}},
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
        ("query reserved", {"in": "query", "name": "q", "schema": {"type": "string"}, "allowReserved": True}),
        ("query pipes", {"in": "query", "name": "q", "schema": {"type": "array", "items": {"type": "string"}}, "style": "pipeDelimited", "explode": True}),
        ("query mixed", {"in": "query", "name": "q", "schema": {"enum": ["low", 1, True]}}),
        ("query rate", {"in": "query", "name": "q", "schema": {"type": "number", "enum": [0.5, 1]}}),
        ("query part", {"in": "query", "name": "q", "schema": {"$ref": "#/components/schemas/Item/properties/when"}}),
        ("query keyword", {"in": "query", "name": "from", "schema": {"type": "string"}}),
        ("query unlettered", {"in": "query", "name": "$", "schema": {"type": "string"}}),
        ("query body", {"in": "query", "name": "body", "schema": {"type": "string"}}),
    ]  # fmt: skip
    for names in (["a-b", "a_b", "aB"], ["limit", "offset", "self"], ["class", "class_"], ["größe", "価格", "1st"]):
        alike: list[Json] = [{"in": "query", "name": one, "schema": {"type": "string"}} for one in names]
        alike.append({"in": "header", "name": "Self", "schema": {"type": "string"}})
        paths[f"/alike/{len(paths)}"] = {
            "get": {"operationId": f"alike {len(paths)}", "parameters": alike, "responses": ANSWERS["object"]}
        }
    odd: list[Json] = [
        {"in": "path", "name": one, "required": True, "schema": {"type": "string"}}
        for one in ("from", "to-day", "v2~", "é")
    ]
    paths["/odd/{from}-{to-day}/{v2~}.{é}"] = {
        "get": {"operationId": "odd path", "parameters": odd, "responses": ANSWERS["object"]}
    }
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
    "form of lists": (
        {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object"}}}}}}}},
        "its request body is application/x-www-form-urlencoded whose field a is a list of objects",
    ),
    "variables": ({"servers": [{"url": "https://{where}.example.com"}]}, "has a variable without a default"),
    "long name": ({"operationId": "odd_call" * 20}, "would have 160 letters"),
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
    (sentence,) = plans(Api(document))[1]
    assert sentence.startswith(("odd_call (POST /odd): ", "POST /odd: "))
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


def test_the_variables_of_a_server_have_their_defaults() -> None:
    server: Json = {
        "url": "https://{where}.example.com/{v}",
        "variables": {"where": {"default": "eu"}, "v": {"default": "v3"}},
    }
    operation: Json = {"operationId": "call", "servers": [server], "responses": {"204": {"description": ""}}}
    document: Object = {"servers": [{"url": "https://api.example.com"}], "paths": {"/a": {"get": operation}}}
    (plan,), refused = plans(Api(document))
    assert (plan.server, refused) == ("https://eu.example.com/v3", [])


def test_names_of_our_own_are_not_those_of_filters() -> None:
    paging: list[Json] = [{"in": "query", "name": name, "schema": {"type": "integer"}} for name in ("limit", "offset")]
    filters: list[Json] = [
        {"in": "query", "name": name, "schema": {"type": "string"}} for name in ("details", "help", "kind")
    ]
    operation: Json = {
        "operationId": "list_things",
        "parameters": [*paging, *filters],
        "responses": {"204": {"description": ""}},
    }
    own = {"ListThingsQuery": {"details", "help"}}
    ((plan,), _) = plans(Api({"paths": {"/a": {"get": operation}}}), own)
    assert [one.python_name for one in plan.parameters] == ["limit", "offset", "details_query", "help_query", "kind"]


def test_what_http_basic_does_not_open_is_refused() -> None:
    schemes: Json = {"basic": {"type": "http", "scheme": "basic"}, "token": {"type": "http", "scheme": "bearer"}}
    answers: Json = {"204": {"description": ""}}
    document: Object = {
        "components": {"securitySchemes": schemes},
        "security": [{"basic": []}],
        "paths": {
            "/a": {"get": {"operationId": "a", "responses": answers}},
            "/b": {"get": {"operationId": "b", "security": [{"token": []}], "responses": answers}},
            "/c": {"get": {"operationId": "c", "security": [{"token": []}, {"basic": []}], "responses": answers}},
            "/d": {"get": {"operationId": "d", "security": [], "responses": answers}},
        },
    }
    assert list(unsendable_security(Api(document))) == [
        "b (GET /b): its security needs token, and only HTTP Basic is sent"
    ]

"""A document that tries to break out of the texts, names and values that the templates write."""

import copy

from regeneration.document import Json, Object

MARKER = "BROKEN_OUT"
ESCAPES = (
    '"""\nopen("BROKEN_OUT", "w")\n"""',
    '"; open("BROKEN_OUT", "w"); "',
    "'; open('BROKEN_OUT', 'w'); '",
    '\\"""; open("BROKEN_OUT", "w") #',
    '{open("BROKEN_OUT", "w")}',
    "{{ 7 * 7 }}{% raw %}",
    "ends with a backslash \\",
    'ends with a quote "',
    "\\",
    '"',
    "\x00 \x1b \u2028 \N{SNOWMAN} \\N{SNOWMAN} \\x41 \\u0041",
    "a\nline\r\nand\tanother",
)
FIELD_NAMES = (
    "from",
    "class",
    "type",
    "copy",
    "json",
    "schema",
    "validate",
    "construct",
    "model_x",
    "model_config",
    "model_fields",
    "self",
    "cls",
    "None",
    "_private",
    "__dunder__",
    "1st",
    "with space",
    "with-hyphen",
    'with"quote',
    "with\\backslash",
    "with{brace}",
    "Ünïcode",
    "str",
    "int",
    "bool",
    "tuple",
    "date",
    "Decimal",
    "Literal",
    "Annotated",
    "Field",
    "AliasPath",
    "Model",
    "UUID",
    "dict",
    "list",
    "print",
)


def hostile_document() -> Object:
    """A document with a tag, operations and schemas that are meant to do harm."""
    paths: dict[str, Json] = {}
    schemas: Object = {}
    for place, text in enumerate(ESCAPES):
        schemas[f"Hostile{place}"] = _schema(place, text)
        schemas[f"Bare{place}"] = {"type": "object", "description": text, "properties": {"plain": {"type": "string"}}}
        schemas[f"Empty{place}"] = {"type": "object", "description": text}
        paths[f"/v2/hostile/{place}/{{id}}"] = {"post": _operation(place, text), "get": _listing(place, text)}
    schemas["Names"] = _names(FIELD_NAMES)
    schemas["FlatNames"] = {
        "type": "object",
        "required": ["id", "attributes"],
        "properties": {
            "id": {"type": "string"},
            "alias": {"type": "string"},
            "attributes": _names((*FIELD_NAMES, "id", "alias")),
        },
    }
    paths["/v2/names"] = {"post": _posting("Names"), "get": _getting("FlatNames")}
    head: Object = {"openapi": "3.0.3", "info": {"title": "Harm", "version": "1"}}
    return head | {
        "servers": [{"url": "https://api.flowroute.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schema(place: int, text: str) -> Json:
    return {
        "type": "object",
        "title": f"Hostile {place} {text}",
        "description": text,
        "properties": {
            "described": {"type": "string", "description": text, "example": text},
            "defaulted": {"type": "string", "default": text},
            "chosen": {"type": "string", "enum": ["plain", text]},
            text: {"type": "string", "description": text},
        },
    }


def _operation(place: int, text: str) -> Object:
    return {
        "operationId": f"hostile_post_{place} {text}",
        "x-repeatable": False,
        "x-look-at": text,
        "tags": ["hostile"],
        "summary": text,
        "description": text,
        "parameters": [_path_parameter(text)],
        "requestBody": {"description": text, "required": True, "content": _content(f"Hostile{place}")},
        "responses": {"200": {"description": text, "content": _content(f"Hostile{place}")}},
    }


def _listing(place: int, text: str) -> Object:
    paging: list[Json] = [{"in": "query", "name": name, "schema": {"type": "integer"}} for name in ("limit", "offset")]
    filters: list[Json] = [
        {"in": "query", "name": f"filter {text}", "description": text, "schema": {"type": "string", "default": text}},
        {"in": "query", "name": "chosen", "schema": {"type": "string", "enum": ["plain", text]}},
        {"in": "query", "name": "from", "required": True, "schema": {"type": "string"}},
    ]
    return {
        "operationId": f"hostile_list_{place}",
        "tags": ["hostile"],
        "parameters": [_path_parameter(text), *copy.deepcopy(paging), *filters],
        "responses": {"200": {"description": text, "content": _content(f"Hostile{place}")}},
    }


def _path_parameter(text: str) -> Json:
    return {"in": "path", "name": "id", "required": True, "description": text, "schema": {"type": "string"}}


def _names(names: tuple[str, ...]) -> Json:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def _posting(schema: str) -> Object:
    return {
        "operationId": "post_names",
        "x-repeatable": False,
        "tags": ["hostile"],
        "requestBody": {"required": True, "content": _content(schema)},
        "responses": {"201": {"description": "ok", "content": _content(schema)}},
    }


def _getting(schema: str) -> Object:
    return {
        "operationId": "get_names",
        "tags": ["hostile"],
        "responses": {"200": {"description": "ok", "content": _content(schema)}},
    }


def _content(schema: str) -> Object:
    return {"application/vnd.api+json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}

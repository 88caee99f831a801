"""The document that the generator reads: the same API in fewer words.

The generator knows fewer constructs than OpenAPI has, and leaves out with a warning what it does not know. So each
operation is handed to it as JSON in and JSON out, with references to parameters, bodies and answers followed, and how
it is really written on the wire (`wire`) goes to the templates beside it. Schemas stay as they are where the generator
can express them; where it cannot, they are put into simpler words, which say less of what is allowed, and the same of
what is written.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias, cast

from regeneration.api import Api, reference_name
from regeneration.reading import Json, Object
from regeneration.shapes import Shape, shape_of
from regeneration.wire import OperationPlan, ParameterPlan

JSON = "application/json"
_Saying: TypeAlias = Callable[[Api, Json], Json]
DEPRECATED = "Deprecated by the vendor."
"""What the description of a deprecated field begins with, by which the templates know it."""

_KEPT_BESIDE_TYPE = ("title", "description", "example", "default", "format")
_COMPARABLE = (str, int)


def generator_input(api: Api, plans: Sequence[OperationPlan], *, simple: Collection[str] = ()) -> Object:
    """Return the document for the generator.

    Args:
        api: The description.
        plans: How its operations are written.
        simple: The components and the functions whose schemas are put into simpler words.
    """
    paths: dict[str, Json] = {}
    for plan in plans:
        said = _simplified if plan.operation.python_name in simple else _marked
        path = plan.operation.path
        for place, one in enumerate(plan.parameters):
            if one.where == "path":
                path = path.replace(f"{{{one.name}}}", f"{{{parameter_key(place)}}}")
        item = paths.setdefault(path, {})
        cast("Object", item)[plan.operation.method.lower()] = _operation(api, plan, said)
    schemas: Object = {
        name: _simplified(api, schema) if name in simple else _marked(api, schema)
        for name, schema in api.schemas.items()
    }
    info = api.document.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    return {
        "openapi": "3.1.0" if simple else api.document.get("openapi"),
        "info": {"title": str(title), "version": str(version)},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(api: Api, plan: OperationPlan, schema_said: _Saying) -> Object:
    node = plan.operation.node
    said: Object = {
        "operationId": plan.operation.python_name,
        "tags": [plan.operation.tag],
        "parameters": [_parameter(api, one, place, schema_said) for place, one in enumerate(plan.parameters)],
        "responses": {plan.answer.status: _answer(api, plan, schema_said)},
    }
    said |= {word: node[word] for word in ("summary", "description") if isinstance(node.get(word), str)}
    if plan.operation.deprecated:
        said["description"] = f"{DEPRECATED} {said.get('description', '')}".strip()
    if plan.body is not None:
        schema = {"text": {"type": "string"}, "bytes": {"type": "string", "format": "binary"}}.get(plan.body.format)
        content: Json = schema_said(api, plan.body.schema) if schema is None else cast("Object", schema)
        said["requestBody"] = {
            "required": plan.body.required,
            "content": {JSON: {"schema": _described(api, content, plan.body.description, schema_said)}},
        }
    return said


def _answer(api: Api, plan: OperationPlan, schema_said: _Saying) -> Object:
    answer = plan.answer
    if answer.format == "none":
        return {"description": ""}
    if answer.format == "json":
        schemas = [schema_said(api, one) for one in answer.schemas]
        schema: Json = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    else:
        schema = {"type": "string"} if answer.format == "text" else {"type": "string", "format": "binary"}
    return {"description": "", "content": {JSON: {"schema": schema}}}


def _parameter(api: Api, plan: ParameterPlan, place: int, schema_said: _Saying) -> Object:
    schema: Json = {} if plan.is_object else schema_said(api, plan.schema)
    described = f"{DEPRECATED} {plan.description}".strip() if plan.deprecated else plan.description
    # The generator takes a header for text only, and a path for what is required: the template writes any value.
    return {
        "in": "query" if plan.where == "header" else plan.where,
        "name": parameter_key(place),
        "required": plan.required,
        "schema": _described(api, schema, described, schema_said),
    }


def parameter_key(place: int) -> str:
    """Return the name by which the generator knows a parameter, whose own may be that of another one in Python."""
    return f"p{place}"


def _described(api: Api, schema: Json, text: str, schema_said: _Saying) -> Json:
    """Put the text of a parameter or a body into its schema, where the generator reads it."""
    if not text or not isinstance(schema, dict) or "description" in schema:
        return schema
    if "$ref" in schema:
        referred = reference_name(schema)
        simple = shape_of(api, schema)
        if referred is None or simple.properties or simple.choices or simple.parts or simple.types & {"object"}:
            return schema
        schema = schema_said(api, api.resolve(schema))
        if not isinstance(schema, dict):
            return schema
    return {**schema, "description": text}


def _simplified(api: Api, schema: Json) -> Json:
    return _schema(api, schema, ())


def _marked(api: Api, schema: Json, followed: tuple[str, ...] = ()) -> Json:
    """Return a schema as it is, but for what the generator cannot read; deprecated fields have a mark."""
    if isinstance(schema, bool):
        return {}
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("enum"), list) and not _is_plain(schema["enum"]):
        return _simplified(api, schema)
    if isinstance(schema.get("allOf"), list) and _is_single(api, schema):
        return _simplified(api, schema)
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference_name(schema) is None:  # a part of another schema is written out
        return {} if reference in followed else _marked(api, api.resolve(schema), (*followed, reference))
    said: Object = {}
    for word, member in schema.items():
        if word == "properties" and isinstance(member, dict):
            said[word] = {name: _marked_field(api, one, followed) for name, one in member.items()}
        elif word in {"allOf", "anyOf", "oneOf", "prefixItems"} and isinstance(member, list):
            said[word] = [_marked(api, one, followed) for one in member]
        elif word == "items" or (word == "additionalProperties" and not isinstance(member, bool)):
            said[word] = _marked(api, member, followed)
        else:
            said[word] = member
    return said


def _is_plain(values: Json) -> bool:
    """Whether the generator can express an enumeration: all its values are texts, or all are whole numbers."""
    kinds = {type(one) for one in (values if isinstance(values, list) else []) if one is not None}
    return kinds in (set(), {str}, {int})


def _is_single(api: Api, schema: Json) -> bool:
    """Whether several parts describe a single value, such as a text: the generator makes objects of parts."""
    shape = shape_of(api, schema)
    return shape.name is None and not shape.parts and not shape.properties and bool(shape.types - {"object", "null"})


def _marked_field(api: Api, schema: Json, followed: tuple[str, ...]) -> Json:
    marked = _marked(api, schema, followed)
    if not isinstance(marked, dict) or not shape_of(api, schema).deprecated:
        return marked
    text = f"{DEPRECATED} {marked.get('description', '')}".strip()
    return {"description": text, "allOf": [marked]} if "$ref" in marked else {**marked, "description": text}


def _schema(api: Api, schema: Json, open_names: tuple[str, ...]) -> Json:  # noqa: PLR0911 - one for each kind
    """Return a schema in words that the generator knows; what JSON Schema can say and types cannot is left open."""
    if not isinstance(schema, dict):
        return {}
    if (name := reference_name(schema)) is not None:
        return {"$ref": f"#/components/schemas/{name}"}
    if "$ref" in schema:
        return _schema(api, api.resolve(schema), open_names)
    shape = shape_of(api, schema)
    if shape.name is not None:  # it only points to one other
        return _pointing(api, schema, shape)
    texts = _texts(shape)
    if shape.enum is not None:
        return _enumeration(shape, texts)
    if shape.choices:
        return _choices(api, shape, texts, open_names)
    if shape.parts:
        return _composed(api, shape, texts, open_names)
    types = sorted(shape.types - {"null"})
    if len(types) > 1:
        several: list[Json] = [_typed(api, shape, one, {}, open_names) for one in types]
        return {**texts, "anyOf": several + _null(shape)}
    one = _typed(api, shape, types[0] if types else _implied(shape), texts, open_names)
    return _or_null(one, shape, texts)


def _pointing(api: Api, schema: Object, shape: Shape) -> Json:
    reference: Json = {"$ref": f"#/components/schemas/{shape.name}"}
    texts = {key: value for key, value in schema.items() if key in {"description", "title"}}
    inner = shape_of(api, api.schemas[str(shape.name)])
    if shape.nullable and not inner.nullable:
        return {**texts, "anyOf": [reference, {"type": "null"}]}
    return {**texts, "allOf": [reference]}


def _texts(shape: Shape) -> Object:
    texts: Object = {word: shape.texts[word] for word in ("title", "description", "example") if word in shape.texts}
    texts = {word: text for word, text in texts.items() if word == "example" or isinstance(text, str)}
    if shape.deprecated:
        texts["description"] = f"{DEPRECATED} {texts.get('description', '')}".strip()
    return texts | {word: value for word, value in shape.others.items() if word.startswith("x-")}


def _enumeration(shape: Shape, texts: Object) -> Json:
    values = list(dict.fromkeys(one for one in shape.enum or () if isinstance(one, _COMPARABLE) and one is not True))
    for kind, name in ((str, "string"), (int, "integer")):
        same = [one for one in values if isinstance(one, kind) and not isinstance(one, bool)]
        if same and len(same) == len(shape.enum or ()):
            default = {"default": shape.default} if shape.default in same else {}
            return {**texts, "type": name, "enum": [*same, *([None] if shape.nullable else [])], **default}
    types = sorted(shape.types - {"null"})
    if len(types) == 1 and types[0] in {"boolean", "number", "string", "integer"}:
        return _or_null({**texts, "type": types[0]}, shape, texts)
    return texts


def _choices(api: Api, shape: Shape, texts: Object, open_names: tuple[str, ...]) -> Json:
    own = shape.properties or shape.required
    choices: list[Json] = []
    for one in shape.choices:
        inner = shape_of(api, one)
        only_requires = inner.required and not (inner.properties or inner.types or inner.choices or inner.parts)
        if own and (only_requires or inner.name is None):
            choices.clear()
            break
        choices.append(_schema(api, one, open_names))
    if own and not choices:  # an object of which some fields are needed: all of its fields may be there
        merged = _merged(api, shape, open_names)
        return merged if merged is not None else texts
    if len(shape.choices) == 1:
        choices = choices[:1]
    return {**texts, "anyOf": choices + _null(shape)}


def _composed(api: Api, shape: Shape, texts: Object, open_names: tuple[str, ...]) -> Json:
    merged = _merged(api, shape, open_names)
    if merged is not None:
        return _or_null({**merged, **texts}, shape, texts)
    return texts


def _merged(api: Api, shape: Shape, open_names: tuple[str, ...]) -> Object | None:
    """Return the object that has the fields of all parts; None if they are no objects."""
    properties: Object = {}
    required: set[str] = set()
    for part in _flat(api, shape, 0):
        if part is None:
            return None
        for name, member in part.properties.items():
            if name in properties and shape_of(api, member).types == frozenset() and not reference_name(member):
                continue  # it only says more about a field that is known
            properties[name] = member
        required |= part.required
    if not properties:
        return None
    return _object(api, properties, required, {}, open_names)


def _flat(api: Api, shape: Shape, depth: int) -> Iterator[Shape | None]:
    if depth > 20 or shape.types - {"object", "null"} or shape.items is not None:  # noqa: PLR2004 - no document needs more
        yield None
        return
    yield shape
    for part in shape.parts:
        yield from _flat(api, shape_of(api, part), depth + 1)
    for choice in shape.choices:
        for one in _flat(api, shape_of(api, choice), depth + 1):
            if one is None:
                yield None
            else:
                yield Shape(properties=one.properties)  # any of them may be there, none must


def _typed(api: Api, shape: Shape, kind: str, texts: Object, open_names: tuple[str, ...]) -> Object:
    said: Object = {**texts, "type": kind}
    if kind == "object":
        return {**texts, **_object(api, shape.properties, shape.required, {"rest": shape.rest}, open_names)}
    if kind == "array":
        said |= {"default": []} if shape.default == [] else {}
        return {**said, "items": _schema(api, shape.items if shape.items is not None else {}, open_names)}
    if kind == "":
        return texts
    if isinstance(shape.format, str):
        said["format"] = shape.format
    if shape.has_default and _fits(shape.default, kind, shape.format):
        said["default"] = shape.default
    return said


def _object(
    api: Api, properties: Object, required: frozenset[str] | set[str], words: Object, open_names: tuple[str, ...]
) -> Object:
    members: Object = {}
    for name, member in properties.items():
        simple = _schema(api, member, open_names)
        shape = shape_of(api, member)
        if shape.deprecated and isinstance(simple, dict) and DEPRECATED not in str(simple.get("description")):
            text = f"{DEPRECATED} {simple.get('description', '')}".strip()
            simple = {"description": text, "allOf": [simple]} if "$ref" in simple else {**simple, "description": text}
        members[name] = simple
    said: Object = {"type": "object", "properties": members}
    if needed := [one for one in properties if one in required]:
        said["required"] = cast("list[Json]", needed)
    if not members and isinstance(words.get("rest"), dict):
        said["additionalProperties"] = True
    return said


def _fits(value: Json, kind: str, form: Json) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "string":
        return isinstance(value, str) and form is None
    return isinstance(value, int) if kind == "integer" else isinstance(value, int | float) and kind == "number"


def _implied(shape: Shape) -> str:
    if shape.properties or isinstance(shape.rest, dict):
        return "object"
    return "array" if shape.items is not None else ""


def _null(shape: Shape) -> list[Json]:
    return [{"type": "null"}] if shape.nullable else []


def _or_null(one: Object, shape: Shape, texts: Object) -> Json:
    if not shape.nullable or "type" not in one:
        return one
    if isinstance(one["type"], str) and "properties" not in one:
        return {**one, "type": [one["type"], "null"]}
    inner = {key: value for key, value in one.items() if key not in texts or key == "properties"}
    return {**texts, "anyOf": [inner, {"type": "null"}]}

"""How each operation is written on the wire, as the document says; what cannot be written is refused by name."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from regeneration.access import Refusal, server_of
from regeneration.api import Api, OperationNode, parameter_name, query_class_name
from regeneration.reading import Json, Object
from regeneration.shapes import Shape, canonical, media_types, shape_of

BodyFormat: TypeAlias = Literal["json", "form", "multipart", "text", "bytes"]
AnswerFormat: TypeAlias = Literal["json", "text", "bytes", "none"]

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "simple": ","}
_STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "path": ("simple",),
    "header": ("simple",),
}
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_CONNECTION_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "cookie", "expect"}
)
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_CONTAINER_DEPTH = 24
_LONGEST_NAME = 100
_USED_BY_FUNCTIONS = frozenset(
    {"cast", "header_pairs", "joined", "members", "models", "path_segment", "query_pairs", "type", "warn_deprecated"}
    | {"warn_of_deprecated_fields"}
)


@dataclass(frozen=True, slots=True)
class ParameterPlan:
    """How a parameter is written.

    Attributes:
        where: query, path or header.
        name: Its name on the wire.
        python_name: Its name in Python.
        schema: What it can be.
        required: Whether it must be given.
        separator: What stands between the values of an array; None where each is written with the name.
        brackets: Whether the members of an object are written as `name[member]`.
        is_object: Whether it is an object.
        reserved: Whether its value keeps the reserved characters of an address.
    """

    where: str
    name: str
    python_name: str
    schema: Json
    required: bool
    separator: str | None
    brackets: bool
    is_object: bool
    reserved: bool
    deprecated: bool
    description: str


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How a body is written.

    Attributes:
        part_types: The media types of the parts of a multipart body, by field, where the document names them.
    """

    format: BodyFormat
    content_type: str
    schema: Json
    required: bool
    description: str
    part_types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """How an answer is read.

    Attributes:
        format: As JSON, text, bytes, or not at all.
        schemas: What it can be; several where successes differ.
        may_be_empty: Whether some success has no body.
        accept: The media types to ask for.
        status: The first status that it comes with.
    """

    format: AnswerFormat
    schemas: tuple[Json, ...]
    may_be_empty: bool
    accept: tuple[str, ...]
    status: str = "200"


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """How an operation is written, and its answer read."""

    operation: OperationNode
    parameters: tuple[ParameterPlan, ...]
    body: BodyPlan | None
    answer: AnswerPlan
    server: str | None

    def at(self, where: str) -> tuple[ParameterPlan, ...]:
        """Return the parameters of a location."""
        return tuple(one for one in self.parameters if one.where == where)


def plans(
    api: Api, own_arguments: Mapping[str, Collection[str]] = MappingProxyType({})
) -> tuple[tuple[OperationPlan, ...], list[str]]:
    """Return how each operation is written, and a sentence for each that cannot be.

    Args:
        api: The description.
        own_arguments: The names that parameters must not have in Python, by the name of the TypedDict of a list.
    """
    found: list[OperationPlan] = []
    refusals: list[str] = []
    for operation in api.operations:
        said: list[str] = []
        plan = _plan(api, operation, said, own_arguments.get(query_class_name(operation.python_name), ()))
        refusals += [f"{_label(operation)}: {one}" for one in said]
        if plan is not None and not said:
            found.append(plan)
    return tuple(found), refusals + list(_same_names(api.operations))


def _label(operation: OperationNode) -> str:
    return f"{operation.python_name} ({operation.place})"


def _same_names(operations: Sequence[OperationNode]) -> Iterator[str]:
    taken = dict.fromkeys(("bodies", "models", "reading", "types"), "a module") | {"api": "a package"}
    for one in operations:
        if len(one.python_name) > _LONGEST_NAME:
            yield (
                f"{one.place}: its name in Python would have {len(one.python_name)} letters; "
                "give it a shorter operationId in spec/corrections.overlay.yaml"
            )
        if one.python_name in taken:
            yield (
                f"{_label(one)}: its name is taken by {taken[one.python_name]}; "
                "give it another operationId in spec/corrections.overlay.yaml"
            )
        taken.setdefault(one.python_name, f"{one.place} ({one.name})")


def _plan(api: Api, operation: OperationNode, said: list[str], own: Collection[str]) -> OperationPlan | None:
    parameters: list[ParameterPlan] = []
    for (where, name), node in operation.parameters.items():
        try:
            if where != "header" or name.lower() not in _IGNORED_HEADERS:  # OpenAPI: these are described elsewhere
                parameters.append(_parameter(api, where, name, node))
        except Refusal as refusal:
            said.append(f"the {where} parameter {name} {refusal}")
    said.extend(_path_faults(operation))
    body: BodyPlan | None = None
    answer = AnswerPlan("none", (), may_be_empty=True, accept=())
    server: str | None = None
    try:
        body = _body(api, operation)
    except Refusal as refusal:
        said.append(f"its request body {refusal}")
    try:
        answer = _answer(api, operation)
    except Refusal as refusal:
        said.append(f"its {refusal}")
    try:
        server = server_of(api, operation)
    except Refusal as refusal:
        said.append(f"its own server {refusal}")
    return OperationPlan(operation, tuple(_named(parameters, own)), body, answer, server)


def _named(parameters: Sequence[ParameterPlan], own: Collection[str]) -> Iterator[ParameterPlan]:
    """Return parameters with names in Python that neither another one, nor the function, nor our own code has."""
    taken = {"body", *_USED_BY_FUNCTIONS, *own}
    for one in parameters:
        name = one.python_name
        if name in taken or name.rstrip("_") in own:  # an option loses the underscore that a Python word has
            name = f"{name.rstrip('_')}_{one.where}"
        while name in taken:
            name = f"{name}_{len(taken)}"
        taken.add(name)
        yield replace(one, python_name=name)


def _path_faults(operation: OperationNode) -> Iterator[str]:
    named = re.findall(r"{([^{}]*)}", operation.path)
    if re.search(r"[?#]", operation.path):
        yield f"the path {operation.path} has a query of its own, which only parameters can have here"
        return
    if re.search(r"[{}]", re.sub(r"{[^{}./\\]+}", "", operation.path)):
        yield f"the path {operation.path} has braces that name no parameter"
        return
    known = {name for where, name in operation.parameters if where == "path"}
    if missing := [name for name in named if name not in known]:
        yield f"the path names {', '.join(missing)}, which no path parameter describes"
    if spare := sorted(known - set(named)):
        yield f"the path parameter {', '.join(spare)} is not in the path"
    if len(named) != len(set(named)):
        yield "the path names a parameter twice"


def _parameter(api: Api, where: str, name: str, node: Object) -> ParameterPlan:
    if where not in _STYLES:
        raise Refusal(f"stands in the {where}, which is not sent")
    if "schema" not in node:
        kinds = ", ".join(media_types(node)) or "nothing"
        raise Refusal(f"is written as {kinds} (`content`), which is not supported")
    usual = "form" if where == "query" else "simple"
    style = str(node.get("style", usual))
    if style not in _STYLES[where]:
        raise Refusal(f"has the style {style}, which is not supported there")
    explode = node.get("explode", style == "form") is True
    if where == "header":
        _check_header_name(name)
    if where == "path" and node.get("required") is not True:
        raise Refusal("is optional, which no part of a path can be")
    kind = _kind(api, node["schema"], f"{where} parameter")
    if kind == "object":
        if where != "query":
            raise Refusal(f"is an object, which a {where} parameter cannot be here")
        if style in {"spaceDelimited", "pipeDelimited"}:
            raise Refusal(f"is an object in the style {style}, which is not supported")
    elif style == "deepObject":
        raise Refusal("has the style deepObject and is no object")
    described = node.get("description")
    return ParameterPlan(
        where=where,
        name=name,
        python_name=parameter_name(name),
        schema=node["schema"],
        required=node.get("required") is True,
        separator=None if explode and where == "query" else _DELIMITERS.get(style, ","),
        brackets=style == "deepObject",
        is_object=kind == "object",
        reserved=where == "query" and node.get("allowReserved") is True,
        deprecated=node.get("deprecated") is True or shape_of(api, node["schema"]).deprecated,
        description=described if isinstance(described, str) else "",
    )


def _check_header_name(name: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise Refusal("has a name that no header can have")
    if name.lower() in _CONNECTION_HEADERS:
        raise Refusal("is a header that belongs to the connection")


def _kind(api: Api, schema: Json, what: str) -> Literal["scalar", "array", "object", "any"]:
    """Return what a parameter is; refuse what cannot be written as a parameter."""
    shape = shape_of(api, schema)
    kinds = {_one_kind(api, one, what) for one in _alternatives(api, schema)}
    if "object" in kinds:
        if kinds != {"object"}:
            raise Refusal("is an object or something else, which is not supported")
        for name, member in shape.properties.items():
            if any(_one_kind(api, one, what) != "scalar" for one in _alternatives(api, member)):
                raise Refusal(f"is an object whose member {name} is no single value, which is not supported")
    return "object" if "object" in kinds else "array" if "array" in kinds else "scalar" if "scalar" in kinds else "any"


def _one_kind(api: Api, shape: Shape, what: str) -> Literal["scalar", "array", "object", "any"]:
    types = shape.types - {"null"}
    if "array" in types or shape.items is not None:
        for item in _alternatives(api, shape.items if shape.items is not None else {}):
            if item.types - _SCALARS or item.properties or item.items is not None:
                raise Refusal("is a list of objects or of lists, which is not supported")
        return "array"
    if "object" in types or shape.properties or isinstance(shape.rest, dict):
        return "object"
    if shape.format == "binary":
        raise Refusal(f"is binary, which a {what} cannot be")
    if shape.parts:
        raise Refusal("is made of several parts (allOf), which is not supported")
    return "scalar" if types or shape.enum is not None else "any"


def _alternatives(api: Api, schema: Json, depth: int = 0) -> Iterator[Shape]:
    shape = shape_of(api, schema)
    if depth > _CONTAINER_DEPTH:
        raise Refusal("is made of alternatives of alternatives without an end")
    if not shape.choices:
        yield shape
    for one in shape.choices:
        yield from _alternatives(api, one, depth + 1)


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json"))


def _body(api: Api, operation: OperationNode) -> BodyPlan | None:
    node = operation.body
    if node is None:
        return None
    content = media_types(node)
    if not content:
        raise Refusal("has no media type")
    described = node.get("description")
    text = described if isinstance(described, str) else ""
    required = node.get("required") is True
    for kind, schema in content.items():
        if is_json(kind) or kind == "*/*":
            return BodyPlan("json", "application/json" if kind == "*/*" else kind, schema, required, text)
    raw = node.get("content")
    for kind, schema in content.items():
        base = kind.partition(";")[0].strip().lower()
        if base in {FORM, MULTIPART}:
            media = raw[kind] if isinstance(raw, dict) else {}
            media = media if isinstance(media, dict) else {}
            _check_form(api, base, schema, media)
            types = tuple(_part_types(media)) if base == MULTIPART else ()
            return BodyPlan("form" if base == FORM else "multipart", base, schema, required, text, types)
    kind, schema = next(iter(content.items()))
    is_text = kind.startswith("text/")
    _check_opaque(api, kind, schema)
    media = (
        "text/plain; charset=utf-8"
        if kind in {"text/*", "text/plain"}
        else kind.replace("*/*", "application/octet-stream")
    )
    return BodyPlan("text" if is_text else "bytes", media, schema, required, text)


def _part_types(media: Object) -> Iterator[tuple[str, str]]:
    """Yield the media type of each part for which the document names one that is no pattern."""
    encoding = media.get("encoding")
    for name, how in encoding.items() if isinstance(encoding, dict) else ():
        kinds = str(how.get("contentType", "")).split(",") if isinstance(how, dict) else []
        if found := next((kind.strip() for kind in kinds if _MEDIA_TYPE.fullmatch(kind.strip())), None):
            yield name, found


def _check_form(api: Api, kind: str, schema: Json, media: Object) -> None:
    shape = shape_of(api, schema)
    if not shape.properties and not shape.parts:
        raise Refusal(f"is {kind} without named fields")
    if shape.choices:
        raise Refusal(f"is {kind} with alternatives (oneOf), which is not supported")
    encoding = media.get("encoding")
    for name, how in encoding.items() if isinstance(encoding, dict) else ():
        if isinstance(how, dict) and how.keys() & {"style", "explode", "headers", "allowReserved"}:
            raise Refusal(f"is {kind} whose field {name} has an encoding of its own")
    if kind == FORM:
        for name, member in shape.properties.items():
            try:
                kinds = {_one_kind(api, one, "form field") for one in _alternatives(api, member)}
            except Refusal as refusal:
                raise Refusal(f"is {kind} whose field {name} {refusal}") from None
            if "object" in kinds:
                raise Refusal(f"is {kind} whose field {name} is an object, which a form cannot hold")


def _check_opaque(api: Api, kind: str, schema: Json) -> None:
    """Refuse a media type that is neither JSON nor a form, unless it is only a text or bytes."""
    shape = shape_of(api, schema if schema is not None else {})
    if shape.types - {"string", "null"} or shape.properties or shape.choices or shape.parts or shape.items is not None:
        raise Refusal(f"is {kind} with a structure, which is not supported: only JSON and forms have one")


def _answer(api: Api, operation: OperationNode) -> AnswerPlan:
    statuses = [one for one in operation.answers if re.fullmatch(r"2(?:\d\d|XX)", one, re.IGNORECASE)]
    statuses = statuses or [one for one in operation.answers if one == "default"]
    if not statuses:
        known = ", ".join(operation.answers) or "none"
        raise Refusal(f"answers name no success (they are: {known})")
    found: dict[str, tuple[AnswerFormat, Json, str]] = {}
    empty, first = False, ""
    for status in statuses:
        content = media_types(operation.answers[status])
        if not content:
            empty = True
            continue
        kind, schema = _preferred(content)
        try:
            form = _answer_format(api, kind, schema)
        except Refusal as refusal:
            raise Refusal(f"answer {status} {refusal}") from None
        first = first or status
        found.setdefault(f"{form} {canonical(api, schema if schema is not None else {})}", (form, schema, kind))
    formats = {form for form, _, _ in found.values()}
    if len(formats) > 1:
        raise Refusal(f"answers are of several kinds ({', '.join(sorted(kind for _, _, kind in found.values()))})")
    if not found:
        return AnswerPlan("none", (), may_be_empty=True, accept=(), status=_number(statuses[0]))
    schemas = tuple(schema if schema is not None else {} for _, schema, _ in found.values())
    accept = tuple(dict.fromkeys(kind.partition(";")[0] for _, _, kind in found.values()))
    return AnswerPlan(next(iter(formats)), schemas, empty, accept, _number(first))


def _number(status: str) -> str:
    return status if status.isdigit() else "200"


def _preferred(content: dict[str, Json]) -> tuple[str, Json]:
    return next(((kind, schema) for kind, schema in content.items() if is_json(kind)), next(iter(content.items())))


def _answer_format(api: Api, kind: str, schema: Json) -> AnswerFormat:
    shape = shape_of(api, schema if schema is not None else {})
    structured = shape.types - {"string", "null"} or shape.properties or shape.choices or shape.parts or shape.items
    if is_json(kind) or (kind == "*/*" and structured):
        return "json"
    if structured:
        raise Refusal(f"is {kind} with a structure, which is not supported: only JSON has one")
    is_text = kind.startswith("text/") or kind.partition(";")[0].endswith(("/xml", "+xml", "/yaml", "/javascript"))
    return "text" if is_text and shape.format != "binary" else "bytes"

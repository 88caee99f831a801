"""Every operation as a call, with a good answer to it, made from the examples of the description."""

import copy
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import yaml  # type: ignore[import-untyped] # its types are a package of their own

import flowroute_openapi
from flowroute_openapi.types import Operation

DESCRIPTION: dict[str, Any] = yaml.load(
    (Path(__file__).parents[1] / "spec/flowroute.complete.yaml").read_bytes(),
    yaml.CSafeLoader,  # which takes an eighth of the time that the project's own reader takes
)


@dataclass(frozen=True)
class Call:
    """A call and a good answer to it."""

    operation: Operation[object]
    status: int
    body: bytes


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference within the description."""
    while "$ref" in node:
        found: Any = DESCRIPTION
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Return the name, the place and the description of each operation."""
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            yield operation["operationId"], f"{method.upper()} {path}", operation


def examples(media: Mapping[str, Any]) -> dict[str, object]:
    """Return the examples of a body, by name."""
    named = {name: resolved(one)["value"] for name, one in media.get("examples", {}).items()}
    return named | ({"example": media["example"]} if "example" in media else {})


def described_call(name: str, values: Mapping[str, object] = MappingProxyType({})) -> Call:
    """Return an operation as a call.

    Args:
        name: The operation's name.
        values: Other values than those of the examples, by the names of parameters and of fields of the body.
    """
    (described,) = [operation for one, _, operation in operations() if one == name]
    function = cast("Callable[..., Operation[object]]", getattr(flowroute_openapi, name))
    arguments: dict[str, object] = {}
    for parameter in map(resolved, described.get("parameters", ())):
        schema = parameter["schema"]
        if "example" in schema:
            value = values.get(parameter["name"], schema["example"])
            is_time = any(one.get("format") == "date-time" for one in (schema, *schema.get("anyOf", ())))
            arguments[parameter["name"]] = datetime.fromisoformat(str(value)) if is_time else value
    if "requestBody" in described:
        media = next(media for kind, media in described["requestBody"]["content"].items() if kind.endswith("json"))
        example, *_ = examples(media).values()
        kind = inspect.get_annotations(function, eval_str=True)["body"]
        model = kind if isinstance(kind, type) else kind.__args__[0]
        arguments["body"] = cast("Any", model).model_validate(_with_values(copy.deepcopy(example), values))
    operation = function(**arguments)
    status, answer = _good_answer(described)
    if isinstance(answer, dict) and operation.expected_id is not None:  # examples are about resources of their own
        answer["data"]["id"] = operation.expected_id
        if operation.route.startswith("/v2/numbers/{id}"):
            answer["data"]["attributes"]["value"] = operation.expected_id
    return Call(operation, status, b"" if answer is None else json.dumps(answer).encode())


def _good_answer(described: Mapping[str, Any]) -> tuple[int, Any]:
    good = {status: resolved(one) for status, one in described["responses"].items() if str(status).startswith("2")}
    for status, response in good.items():
        for media in response.get("content", {}).values():
            for example in examples(media).values():
                return int(status), copy.deepcopy(example)
    return int(next(iter(good))), None


def _with_values(value: Any, values: Mapping[str, object], key: str = "") -> Any:
    match value:
        case dict():
            return {name: _with_values(member, values, name) for name, member in value.items()}
        case list():
            return [_with_values(item, values, key) for item in value]
        case _:
            return values.get(key, value)

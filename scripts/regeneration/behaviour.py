"""How an operation may be treated, as its `x-` words in the description say; what they leave out is refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from regeneration.document import DocumentError, Json, Object, endpoints, resolve, same_place

READING = frozenset({"GET", "HEAD", "OPTIONS"})
RATE_GROUPS = ("api", "sms", "mms")
_ANSWERED = re.compile(r"2\d\d|2XX|default")
_LAST_PARAMETER = re.compile(r"{([^{}]+)}$")


@dataclass(frozen=True)
class Behaviour:
    """How one operation may be treated.

    Attributes:
        repeatable: `x-repeatable`: whether sending it twice has the effect of sending it once.
        not_repeatable_with: `x-not-repeatable-with`: fields of the body that make it not repeatable where one is set.
        charges: `x-charges`: whether it can cost money or reaches a person.
        rate_group: `x-rate-group`: which of the vendor's rate limits it counts towards.
        rate_group_with: `x-rate-group-with`: another limit, where one of these fields of the body is set.
        look_at: `x-look-at`: where to look when its answer is lost.
        expected_id: The path parameter whose value the answer's id repeats; `x-expected-id`, or what its shape shows.
        done_if_gone: `x-done-if-gone`: whether 404 to a repetition means that an earlier attempt did it.
    """

    repeatable: bool
    not_repeatable_with: tuple[str, ...]
    charges: bool
    rate_group: str
    rate_group_with: Mapping[str, tuple[str, ...]]
    look_at: str | None
    expected_id: str | None
    done_if_gone: bool


def behaviours(document: Object, *, must_say: bool = True) -> dict[str, Behaviour]:
    """Return how each operation may be treated, by its `same_place`.

    Args:
        document: The description.
        must_say: Whether each operation that changes something must say whether it can be repeated; of one that need
            not and does not, it is assumed that it cannot be.

    Raises:
        DocumentError: If operations do not say whether they can be repeated, or say what cannot be; one line for each.
    """
    found: dict[str, Behaviour] = {}
    faults: list[str] = []
    for name, place, operation in endpoints(document):
        method, _ = place.split(" ", 1)
        if same_place(place) in found:
            faults.append(f"{name} ({place}) is told from another operation by the names of parameters alone")
        elif must_say and "x-repeatable" not in operation and method not in READING:
            faults.append(
                f"{name} ({place}) does not say whether sending it twice has the effect of sending it once: "
                "add x-repeatable to it in spec/additions.overlay.yaml"
            )
        else:
            try:
                found[same_place(place)] = _behaviour(document, name, place, operation)
            except DocumentError as fault:
                faults.append(str(fault))
    if faults:
        raise DocumentError("\n".join(faults))
    return found


def _behaviour(document: Object, name: str, place: str, operation: Object) -> Behaviour:
    method, path = place.split(" ", 1)
    group = _text(name, operation, "x-rate-group") or "api"
    exceptions = cast("Object", operation.get("x-rate-group-with", {}))
    for one in (group, *exceptions):
        if one not in RATE_GROUPS:
            raise DocumentError(f"{name}: x-rate-group is one of {', '.join(RATE_GROUPS)}, not {one}")
    _check_fields(
        document,
        name,
        operation,
        {
            *_fields(operation.get("x-not-repeatable-with")),
            *(field for fields in exceptions.values() for field in _fields(fields)),
        },
    )
    return Behaviour(
        repeatable=_flag(name, operation, "x-repeatable", default=method in READING),
        not_repeatable_with=_fields(operation.get("x-not-repeatable-with")),
        charges=_flag(name, operation, "x-charges", default=False),
        rate_group=group,
        rate_group_with={key: _fields(fields) for key, fields in exceptions.items()},
        look_at=_text(name, operation, "x-look-at"),
        expected_id=_expected_id(document, name, path, operation),
        done_if_gone=_flag(name, operation, "x-done-if-gone", default=False),
    )


def _check_fields(document: Object, name: str, operation: Object, fields: set[str]) -> None:
    """Refuse behaviour that depends on fields which the body does not have."""
    body = operation.get("requestBody")
    content = cast("dict[str, Object]", resolve(document, body).get("content", {})) if isinstance(body, dict) else {}
    known = {field for media in content.values() for field in _properties(document, media.get("schema"))}
    if missing := ", ".join(sorted(fields - known)):
        raise DocumentError(f"{name}: how it may be treated depends on {missing}, which its body does not have")


def _flag(name: str, operation: Object, word: str, *, default: bool) -> bool:
    value = operation.get(word, default)
    if not isinstance(value, bool):
        raise DocumentError(f"{name}: {word} is true or false, not {value!r}")
    return value


def _text(name: str, operation: Object, word: str) -> str | None:
    value = operation.get(word)
    if value is not None and not isinstance(value, str):
        raise DocumentError(f"{name}: {word} is a text, not {value!r}")
    return value


def _fields(names: Json) -> tuple[str, ...]:
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _expected_id(document: Object, name: str, path: str, operation: Object) -> str | None:
    """Return the parameter that names the resource of the answer, where the path ends with it."""
    said = operation.get("x-expected-id")
    if said is False:
        return None
    if said is not None and f"{{{said}}}" not in path:
        raise DocumentError(f"{name}: x-expected-id names no parameter of the path: {said}")
    if isinstance(said, str):
        return said
    last = _LAST_PARAMETER.search(path)
    return last[1] if last and _answers_with_an_id(document, operation) else None


def _answers_with_an_id(document: Object, operation: Object) -> bool:
    responses = cast("dict[str, Object]", operation.get("responses", {}))
    for status, response in responses.items():
        if _ANSWERED.fullmatch(status):
            for media in cast("dict[str, Object]", resolve(document, response).get("content", {})).values():
                if "id" in _properties(document, _properties(document, media.get("schema")).get("data")):
                    return True
    return False


def _properties(document: Object, schema: Json) -> Object:
    if not isinstance(schema, dict):
        return {}
    schema = resolve(document, schema)
    found = dict(cast("Object", schema.get("properties", {})))
    for part in cast("list[Json]", schema.get("allOf", [])):
        found |= _properties(document, part)
    return found

"""One odd value anywhere in any object of the API: nothing that is strict is guessed, and nothing else is lost.

What is strict is worked out here from the fields alone, and not by the code that reads.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AliasChoices, AliasPath, ConfigDict, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from flowroute_openapi import models
from flowroute_openapi.models import Model, ReadStrictly
from flowroute_openapi.reading import UnreadableError, UnreadableRecordError, read
from tests.described_calls import described_call, operations

Place: TypeAlias = tuple[str | int, ...]


def within(kind: Any, found: dict[type[Model], None]) -> dict[type[Model], None]:
    """Collect a model and those that its fields hold, in order."""
    if isinstance(kind, type) and issubclass(kind, Model) and kind not in found:
        found[kind] = None
        kind.model_rebuild()
        for info in kind.model_fields.values():
            within(info.annotation, found)
    for part in get_args(kind):
        within(part, found)
    return found


ANSWERS = {described_call(name).operation.response: None for name, _, _ in operations()}
MODELS = [*{model: None for answer in (*ANSWERS, models.ErrorDocument) for model in within(answer, {})}]
"""The models of answers; nothing is decoded into those of requests."""

ODD: list[Any] = [
    None,
    "",
    "odd",
    " ",
    True,
    -1,
    0.5,
    1e300,
    [],
    {},
    ["odd"],
    {"odd": 1},
    "a\ud83d",
    "1_003",
    "0x10",
    "\u0661",
]
BODIES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures/vendor_bodies.json").read_text(encoding="utf-8")
)
PRINTED: dict[str, type[Model]] = {
    "area_codes": models.AvailableCodeListDocument,
    "exchanges": models.AvailableCodeListDocument,
    "search": models.AvailableNumberListDocument,
    "number_details": models.NumberDocument,
    "account_numbers": models.NumberListDocument,
    "routes": models.RouteListDocument,
    "messages": models.MessageListDocument,
    "message_details": models.MessageDocument,
    "message_sent": models.SentMessageDocument,
}
SAMPLES = [
    *("12065550100", 7, 1.25, "2024-01-02T03:04:05Z", "2024-01-02", True, "7fc8c70a-ca58-430c-b383-b89df84f8083"),
    *("Fri, 01 Jun 2018 00:17:52 GMT", {"k": "v"}, ["v"]),
]


def bare(kind: Any) -> Any:
    """Strip a type of what annotates it and of None."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return bare(kinds[0]) if len(kinds) == 1 else kind
    return kind


def whole_type(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def is_model(kind: Any) -> bool:
    return isinstance(bare(kind), type) and issubclass(bare(kind), Model)


def path_of(name: str, info: FieldInfo) -> Place:
    alias = info.validation_alias
    if isinstance(alias, AliasChoices):
        alias = alias.choices[0]
    return tuple(alias.path) if isinstance(alias, AliasPath) else (alias or name,)


def never_guessed(kind: Any) -> bool:
    return (isinstance(kind, type) and issubclass(kind, ReadStrictly)) or any(map(never_guessed, get_args(kind)))


def sample(kind: Any, seen: tuple[Any, ...] = ()) -> Any:
    """Make JSON that a type reads."""
    inner = bare(kind)
    if is_model(kind):
        return {} if inner in seen else document(inner, (*seen, inner))
    if get_origin(inner) is tuple:
        return [sample(get_args(inner)[0], seen), sample(get_args(inner)[0], seen)]
    for value in SAMPLES:
        if can_be_read(kind, value):
            return value
    raise AssertionError(f"no sample of {kind}")


def put(tree: dict[str, Any], path: Place, value: Any) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(str(key), {})
    tree[str(path[-1])] = value


def document(model: type[Model], seen: tuple[Any, ...] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        value = sample(whole_type(info), seen or (model,))
        if value != {} or info.is_required():
            put(made, path_of(name, info), value)
    return made


def places(tree: Any, path: Place = ()) -> Iterator[Place]:
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def with_value(tree: Any, place: Place, value: Any) -> Any:
    tree = copy.deepcopy(tree)
    parent = tree
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return tree


@dataclass(frozen=True)
class Link:
    """A field, or an item of a list, on the way to a place; `names` leads to it from the outermost model.

    Twins are fields that are read from the same place.
    """

    names: Place
    kind: Any
    is_strict: bool
    twins: tuple[Place, ...] = ()


def links(model: type[Model], place: Place) -> list[Link]:
    """Return the fields and items that lead to a place, from the outside inwards; none for what lies between them."""
    found: list[Link] = []
    names: Place = ()
    while place:
        ways = [(path_of(name, info), name, info) for name, info in model.model_fields.items()]
        way = next((way for way in ways if place[: len(way[0])] == way[0]), None)
        if way is None:
            return []
        path, name, info = way
        kind = whole_type(info)
        is_strict = info.is_required() or never_guessed(kind)
        twins = tuple((*names, other) for at, other, _ in ways if at == path and other != name)
        names, place = (*names, name), place[len(path) :]
        found.append(Link(names, kind, is_strict, twins))
        while place and get_origin(bare(kind)) is tuple:
            kind, names, place = get_args(bare(kind))[0], (*names, place[0]), place[1:]
            found.append(Link(names, kind, is_strict))
        if not is_model(kind):
            break
        model = bare(kind)
    return found


way_to = cache(links)
GONE = object()


def leaves(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Return what an object holds, by names of fields and places in lists."""
    if isinstance(value, Model):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    else:
        yield path, value.get_secret_value() if isinstance(value, SecretStr) else value


def unread_values(value: Any) -> Iterator[Any]:
    if isinstance(value, Model):
        yield from value.unread.values()
        for name in type(value).model_fields:
            yield from unread_values(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from unread_values(item)


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config=ConfigDict(coerce_numbers_to_str=True))


def can_be_read(kind: Any, value: Any) -> bool:
    try:
        adapter_of(kind).validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_reads_what_it_describes_in_one_pass(model: type[Model]) -> None:
    assert not list(unread_values(model.model_validate_json(json.dumps(document(model)))))


def outcome(model: type[Model], body: Any) -> Model | UnreadableError:
    try:
        return read(model, json.dumps(body))
    except UnreadableError as error:
        return error


def is_within(path: Place, others: Iterable[Place]) -> bool:
    return any(path[: len(other)] == other for other in others)


def check(model: type[Model], good: Any, before: Mapping[Place, Any], place: Place, odd: Any) -> None:
    """Put an odd value in place of a good one, and see what becomes of the rest, which was read to `before`."""
    way = way_to(model, place)
    if not way:
        return
    lenient = next((link for link in reversed(way) if not link.is_strict), None)
    found = outcome(model, with_value(good, place, odd))
    if isinstance(found, UnreadableError):
        assert lenient is None
        if isinstance(found, UnreadableRecordError) and any(isinstance(key, int) for key in place):
            page: Any = read(model, json.dumps(good))
            index = next(key for key in place if isinstance(key, int))
            assert (found.index, found.before) == (index, page.data[: found.index])
        return
    after = dict(leaves(found))
    # Where an item is left out, those behind it move up.
    lost = (lenient or way[-1]).names
    lost = lost[:-1] if isinstance(lost[-1], int) else lost
    gone = (lost, *(lenient or way[-1]).twins)
    changed = [path for path in before.keys() | after.keys() if before.get(path, GONE) != after.get(path, GONE)]
    assert [path for path in changed if not is_within(path, gone)] == []
    leaf = way[-1]
    if not is_model(leaf.kind) and not isinstance(odd, list | dict) and not can_be_read(leaf.kind, odd):
        plain = re.sub("[\ud800-\udfff]", "\ufffd", odd) if isinstance(odd, str) else odd
        texts = [str(raw) for raw in unread_values(found)]
        assert plain in after.values() or any(str(plain) in text or repr(plain) in text for text in texts)
    if (
        never_guessed(leaf.kind)
        and odd is not None
        and leaf.is_strict
        and after.keys() == before.keys()
        and after[leaf.names] is not None
    ):
        assert not isinstance(odd, bool | list | dict)
        written, read_as = str(odd).strip().removeprefix("+").lower(), str(after[leaf.names]).lower()
        assert read_as == written or after[leaf.names] == odd


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_one_odd_value_is_strictly_refused_or_loses_nothing_else(model: type[Model]) -> None:
    good = document(model)
    before = dict(leaves(read(model, json.dumps(good))))
    for place in places(good):
        for odd in ODD:
            check(model, good, before, place, odd)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(PRINTED)), st.data())
@settings(max_examples=300)
def test_any_value_anywhere_in_a_printed_answer_is_strictly_refused_or_loses_nothing_else(
    name: str, data: st.DataObject
) -> None:
    model, good = PRINTED[name], BODIES[name]
    before = dict(leaves(read(model, json.dumps(good))))
    check(model, good, before, data.draw(st.sampled_from(list(places(good)))), data.draw(values))


def test_a_strict_text_with_half_of_an_emoji_is_refused_though_the_half_could_be_replaced() -> None:
    seen = 0
    for model in MODELS:
        good = document(model)
        for place in places(good):
            way = links(model, place)
            if way and all(link.is_strict for link in way) and bare(way[-1].kind) is str:
                seen += 1
                with pytest.raises(UnreadableError):
                    read(model, json.dumps(with_value(good, place, "12065550100\ud83d")))
    assert seen

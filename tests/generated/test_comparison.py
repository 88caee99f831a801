"""The report misses no word, and marks as breaking what breaks somebody."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from regeneration.comparison import compare
from regeneration.document import DocumentError, Json
from tests.generated.rich_document import RICH, places

MEANINGLESS = {("openapi",)}
"""What says nothing of the API: a newer version of the format."""


def _without(place: tuple[str | int, ...]) -> Any:
    changed: Any = copy.deepcopy(RICH)
    owner = changed
    for key in place[:-1]:
        owner = owner[key]
    del owner[place[-1]]
    return changed


def _altered(place: tuple[str | int, ...]) -> Any:
    changed: Any = copy.deepcopy(RICH)
    owner = changed
    for key in place[:-1]:
        owner = owner[key]
    value: Json = owner[place[-1]]
    if isinstance(value, bool):
        owner[place[-1]] = not value
    elif isinstance(value, str):
        owner[place[-1]] = f"{value}x"
    elif isinstance(value, int | float):
        owner[place[-1]] = value + 1
    return changed


@pytest.mark.parametrize("change", [_without, _altered])
def test_no_word_of_a_description_goes_or_changes_untold(change: Callable[[tuple[str | int, ...]], Any]) -> None:
    missed: list[str] = []
    looked_at = 0
    for place in places(RICH):
        changed = change(place)
        if place in MEANINGLESS or changed == RICH:
            continue
        looked_at += 1
        try:
            if compare(RICH, changed).empty:
                missed.append(".".join(map(str, place)))
        except DocumentError:
            continue  # a reference that names nothing is refused
    assert missed == []
    assert looked_at > 100


def test_the_same_description_in_another_order_means_the_same() -> None:
    def turned(node: Json) -> Json:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return [turned(one) for one in node] if isinstance(node, list) else node

    changed: Any = turned(RICH)
    assert compare(RICH, changed).empty


def _operation(document: Any) -> Any:
    return document["paths"]["/a/{id}"]["post"]


def _query(**words: Json) -> dict[str, Json]:
    return {"in": "query", "name": "new", "schema": {"type": "string"}, **words}


def _field(name: str) -> Callable[[Any], Any]:
    return lambda document: document["components"]["schemas"][name]


MARKS: dict[str, tuple[Callable[[Any], object], str]] = {
    "an optional parameter comes": (lambda d: _operation(d)["parameters"].append(_query()), ""),
    "a required parameter comes": (lambda d: _operation(d)["parameters"].append(_query(required=True)), "callers"),
    "a parameter goes": (lambda d: _operation(d)["parameters"].pop(), "callers"),
    "a parameter need not be given": (lambda d: _operation(d)["parameters"][0].update(required=False), ""),
    "a parameter is written otherwise": (lambda d: _operation(d)["parameters"][0].update(style="pipeDelimited"), ""),
    "a value comes to a filter": (
        lambda d: _operation(d)["parameters"][0]["schema"]["items"]["enum"].append("c"),
        "",
    ),
    "a value of a filter goes": (
        lambda d: _operation(d)["parameters"][0]["schema"]["items"]["enum"].pop(),
        "callers",
    ),
    "a limit is lower": (lambda d: _operation(d)["parameters"][2]["schema"].update(maximum=4), "callers"),
    "a limit is higher": (lambda d: _operation(d)["parameters"][2]["schema"].update(maximum=6), ""),
    "a least value above nothing": (lambda d: _operation(d)["parameters"][2]["schema"].update(minimum=1), "callers"),
    "a default is another": (lambda d: _operation(d)["parameters"][2]["schema"].update(default=3), "callers"),
    "a body may be left out": (lambda d: _operation(d)["requestBody"].update(required=False), ""),
    "a body goes": (lambda d: _operation(d).pop("requestBody"), "callers"),
    "a field of a body is required": (lambda d: _field("Form")(d)["required"].append("inner"), "callers"),
    "a field of a body goes": (lambda d: _field("Form")(d)["properties"].pop("inner"), "callers"),
    "a field of an answer goes": (lambda d: _field("One")(d)["properties"].pop("m"), "readers"),
    "a field of an answer comes": (lambda d: _field("One")(d)["properties"].update(n={"type": "string"}), ""),
    "a field of an answer may be null": (
        lambda d: _field("One")(d)["properties"]["k"].update(nullable=True),
        "readers",
    ),
    "a field of an answer is null no more": (lambda d: _field("One")(d)["properties"]["a"].pop("nullable"), ""),
    "a success has another body": (
        lambda d: _field("Either")(d).update(oneOf=[{"type": "array", "items": {"type": "string"}}]),
        "readers",
    ),
    "an error is described": (lambda d: _operation(d)["responses"].update({"429": {"description": "x"}}), ""),
    "a header of an answer goes": (lambda d: _operation(d)["responses"]["200"].pop("headers"), "readers"),
    "a second server comes": (lambda d: d["servers"].append({"url": "https://b.example.com"}), ""),
    "the first server is another": (lambda d: d["servers"][0].update(url="https://{region}.example.org"), "callers"),
    "the operation moves to another server": (
        lambda d: d["paths"]["/a/{id}"].update(servers=[{"url": "https://b.example.com"}]),
        "callers",
    ),
    "another key is enough": (lambda d: _operation(d)["security"].append({"third": []}), ""),
    "a key is enough no more": (lambda d: _operation(d)["security"].pop(), "callers"),
    "no key is needed": (lambda d: _operation(d).update(security=[]), ""),
    "something is deprecated": (lambda d: _field("One")(d)["properties"]["k"].update(deprecated=True), ""),
    "the tag is another": (lambda d: _operation(d).update(tags=["c"]), "callers"),
    "a second tag is another": (lambda d: _operation(d).update(tags=["a", "c"]), ""),
    "the name is another": (lambda d: _operation(d).update(operationId="send"), "callers"),
    "the path is another": (lambda d: d["paths"].update({"/b/{id}": d["paths"].pop("/a/{id}")}), "callers"),
}  # fmt: skip


@pytest.mark.parametrize("name", MARKS)
def test_a_change_is_marked_for_whom_it_breaks(name: str) -> None:
    change, broken = MARKS[name]
    changed: Any = copy.deepcopy(RICH)
    change(changed)
    found = compare(RICH, changed)
    assert found.changes, found.texts
    assert sorted({side.value for one in found.changes for side in one.breaks}) == broken.split()

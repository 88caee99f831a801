"""Corrections that the vendor has made by now, or whose target is gone: each stops the regeneration and is named."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regeneration.overlay import Finding, aged, applied, run
from regeneration.reading import Object, read

SPEC = Path(__file__).parents[2] / "spec"
VENDORS = read(SPEC / "flowroute.yaml")
CORRECTIONS = read(SPEC / "corrections.overlay.yaml")
ACTIONS = cast("list[Object]", CORRECTIONS["actions"])
STANDING = applied(copy.deepcopy(VENDORS), CORRECTIONS)


def found(vendors: Object) -> Sequence[Finding]:
    return aged("corrections", STANDING, applied(copy.deepcopy(vendors), CORRECTIONS))


def corrected_by_the_vendor(*positions: int) -> Object:
    document = copy.deepcopy(VENDORS)
    run(document, {"actions": cast("Any", [ACTIONS[position - 1] for position in positions])})
    return document


def first_halves(position: int) -> list[int]:
    """Return the removals before an action that make room for it."""
    target = str(ACTIONS[position - 1]["target"])
    before = position - 1
    removes = before > 0 and "remove" in ACTIONS[before - 1] and str(ACTIONS[before - 1]["target"]).startswith(target)
    return [before] if removes and "update" in ACTIONS[position - 1] else []


REACHED = [
    position
    for position, step in enumerate(STANDING.steps, start=1)
    if any(run(copy.deepcopy(VENDORS), {"actions": cast("Any", [step.action])})[0].met)
]
"""The corrections whose targets the vendor's document has as it is."""


def test_a_document_that_stands_has_nothing_to_be_named() -> None:
    assert found(VENDORS) == []


@given(st.sampled_from(REACHED))
@settings(max_examples=8, deadline=None)
def test_a_correction_that_the_vendor_has_made_is_named(position: int) -> None:
    group = [*first_halves(position), position]
    named = {one.position for one in found(corrected_by_the_vendor(*group)) if one.stops}
    follows = position + 1 <= len(ACTIONS) and position in first_halves(position + 1)
    assert named & {*group} or follows  # the first half alone leaves the vendor's document without the place


@pytest.mark.parametrize("position", [position for position in REACHED if first_halves(position)])
def test_what_is_removed_and_put_back_as_the_vendor_has_it_is_named(position: int) -> None:
    group = {*first_halves(position), position}
    assert group & {one.position for one in found(corrected_by_the_vendor(*sorted(group))) if one.stops}


@pytest.mark.parametrize("position", [position for position, one in enumerate(ACTIONS, start=1) if "copy" in one])
def test_a_copy_whose_place_the_vendor_has_taken_is_named(position: int) -> None:
    document = cast("Any", copy.deepcopy(VENDORS))
    name = str(ACTIONS[position - 1]["target"]).rpartition(".")[2]
    document["components"]["schemas"][name] = {"type": "object", "properties": {"colour": {"type": "string"}}}
    named = [one for one in found(document) if one.stops]
    assert [one.position for one in named] == [position]
    assert f"the vendor's document has $.components.schemas.{name} by now" in str(named[0])


def test_all_corrections_are_named_at_once_where_the_vendor_has_made_them_all() -> None:
    named = {one.position for one in found(corrected_by_the_vendor(*range(1, len(ACTIONS) + 1))) if one.stops}
    copies = [str(one["target"]) for one in ACTIONS if "copy" in one]
    for position, action in enumerate(ACTIONS, start=1):
        is_within_a_copy = any(str(action["target"]).startswith(target) for target in copies)
        assert position in named or is_within_a_copy or set(first_halves(position)) & named, action["target"]


@given(st.sampled_from(REACHED))
@settings(max_examples=8, deadline=None)
def test_a_correction_whose_target_is_gone_is_named(position: int) -> None:
    document = copy.deepcopy(VENDORS)
    target = ACTIONS[position - 1]["target"]
    run(document, {"actions": [{"target": target, "remove": True}]})
    assert position in {one.position for one in found(document) if one.stops}

"""The report of a regeneration: changes, what they touch, corrections that aged, a verdict, lines for the changelog."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from regeneration.api import Api, OperationNode, query_class_name
from regeneration.changes import Change, Comparison
from regeneration.members import Members
from regeneration.overlay import Finding
from regeneration.shapes import media_types, shape_of
from regeneration.wire import OperationPlan

NOTHING = "Nothing changed: both descriptions mean the same."
_CURSORS = frozenset(
    {"cursor", "page_token", "pagetoken", "next_token", "nexttoken", "after", "before", "continuation"}
    | {"starting_after", "ending_before", "marker"}
)
_PAGE_NUMBERS = frozenset({"page", "page_number"})
_MOST_TEXTS = 8
_PARTS = frozenset({"parameter", "body", "schema", "field"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a regeneration found.

    Attributes:
        is_whole: Whether the whole descriptions could be compared.
        changes: The changes, with what they touch.
        hidden: Changes of the vendor's document that the overlays put something else in the place of.
        texts: The places where only words changed.
        corrections: The actions of the overlays that aged.
        refusals: Why the document is refused; empty where it is not.
        without_method: The operations that the facade does not offer.
        cursors: The lists that no paginator fits, each with what it pages by.
        python: Python names that came, went or changed.
    """

    changes: tuple[Change, ...] = ()
    hidden: tuple[Change, ...] = ()
    texts: tuple[str, ...] = ()
    corrections: tuple[Finding, ...] = ()
    refusals: tuple[str, ...] = ()
    without_method: tuple[str, ...] = ()
    cursors: tuple[tuple[str, str], ...] = ()
    python: tuple[Change, ...] = ()
    is_whole: bool = True

    @property
    def nothing_changed(self) -> bool:
        """Whether both documents mean the same, and every action of the overlays is as good as it was."""
        told = (self.changes, self.python, self.texts, self.hidden, self.corrections)
        return self.is_whole and not any(told)

    @property
    def verdict(self) -> str:
        """Which part of the version number moves: major, minor, patch, or none."""
        told = [*self.changes, *self.python]
        if any(change.breaking for change in told):
            return "major"
        if any(change.kind != "version" for change in told):
            return "minor"
        return "patch" if told or self.texts else "none"

    def lines(self) -> list[str]:
        """Return the report for people, one thing to a line."""
        lines = [_line(change) for change in (*self.changes, *self.python)]
        if self.texts:
            more = f" and {len(self.texts) - _MOST_TEXTS} more" if len(self.texts) > _MOST_TEXTS else ""
            lines.append(f"texts changed in {len(self.texts)} places: {', '.join(self.texts[:_MOST_TEXTS])}{more}")
        lines += [f"in the vendor's document, and overridden by our overlays: {change}" for change in self.hidden]
        if self.nothing_changed:
            lines = [NOTHING]
        elif not self.is_whole:
            lines.append("The whole descriptions were not compared, since the new one is not valid.")
        lines += [f"correction: {finding}" for finding in self.corrections]
        lines += [
            f"without a facade method: {one} (reachable at once through client.send)" for one in self.without_method
        ]
        lines += [
            f"{one}: it pages by {means}; no paginator fits it, which pages by limit and offset"
            for one, means in self.cursors
        ]
        if self.changes or self.python or self.texts:
            lines.append(f"version: {self.verdict}{_because(self)}")
            lines += ["for CHANGELOG.md:", *self.changelog()]
        return lines

    def changelog(self) -> list[str]:
        """Return lines that CHANGELOG.md can take: one for an operation that comes or goes, with its own parts."""
        changes = list(_without_parts(self.changes))
        lines = [f"- **Breaking:** {_sentence(one)}" for one in (*changes, *self.python) if one.breaking]
        lines += [f"- {_sentence(one)}" for one in changes if not one.breaking]
        if self.texts:
            lines.append(f"- Texts of the description changed in {len(self.texts)} places.")
        return lines

    def as_json(self) -> str:
        """Return the report for programs."""
        told = {
            "verdict": self.verdict,
            "nothing_changed": self.nothing_changed,
            "changes": [_as_object(one) for one in self.changes],
            "python": [_as_object(one) for one in self.python],
            "overridden": [_as_object(one) for one in self.hidden],
            "texts": list(self.texts),
            "corrections": [
                {
                    "overlay": one.overlay,
                    "action": one.position,
                    "target": one.target,
                    "age": one.age.value,
                    "stops": one.stops,
                    "text": one.text,
                    "likely_target": one.likely,
                }
                for one in self.corrections
            ],
            "refusals": list(self.refusals),
            "without_facade_method": list(self.without_method),
            "without_paginator": [one for one, _ in self.cursors],
            "changelog": self.changelog(),
        }
        return json.dumps(told, indent=2)


def report(
    comparison: Comparison,
    vendors: Comparison,
    named: Sequence[Change],
    after: Api,
    members: Members,
    *,
    plans: Sequence[OperationPlan] = (),
    corrections: Sequence[Finding] = (),
    refusals: Sequence[str] = (),
) -> Report:
    """Make a report.

    Args:
        comparison: The changes of the whole description.
        vendors: The changes of the vendor's document alone.
        named: The operations whose operationId the vendor changed.
        after: The later description.
        members: What uses the operations.
        plans: How the operations are written, with the names of their arguments in Python.
        corrections: The actions of the overlays that aged.
        refusals: Why the document is refused.
    """
    names = {one.name: one.python_name for one in after.operations}
    arguments = {(one.operation.name, p.name): p.python_name for one in plans for p in one.parameters}
    changes = tuple(_touching(change, members, names, arguments) for change in comparison.changes)
    seen = {_gist(change) for change in comparison.changes}
    return Report(
        changes=changes,
        hidden=tuple(change for change in (*vendors.changes, *named) if _gist(change) not in seen),
        texts=comparison.texts,
        corrections=tuple(corrections),
        refusals=tuple(refusals),
        without_method=tuple(_named(one) for one in after.operations if not members.has_method(one.python_name)),
        cursors=tuple((_named(one), means) for one in after.operations if (means := _paged_otherwise(after, one))),
    )


def with_python(told: Report, changes: Iterable[Change], members: Members) -> Report:
    """Return a report that tells what changed in the generated names, too."""
    return replace(told, python=tuple(_touching(change, members, {}, {}) for change in changes))


def _named(operation: OperationNode) -> str:
    return (
        operation.python_name
        if operation.python_name == operation.name
        else f"{operation.python_name} ({operation.place})"
    )


def _touching(
    change: Change, members: Members, names: Mapping[str, str], arguments: Mapping[tuple[str, str], str]
) -> Change:
    python = change.python or tuple(dict.fromkeys(names.get(one, one) for one in sorted(change.operations)))
    # The project imports operations without the name of their package.
    touches = [one for name in python for one in members.touched(name)] if change.kind != "tag" else []
    detail = change.detail
    if change.kind == "parameter":
        operation, _, rest = change.place.partition("(")
        name = rest.rstrip(")").partition(",")[0]
        argument = arguments.get((operation, name), name)
        option = argument.rstrip("_").replace("_", "-")
        taking = {f"`{one}`" for name in python for one in members.filtering.get(query_class_name(name), ())}
        touches = [f"{one[:-1]} --{option}`" if one in taking else one for one in touches]
        if argument != name and change.what != "removed":
            detail = f"{detail}; {argument} in Python"
    return replace(change, python=python, touches=tuple(dict.fromkeys(touches)), detail=detail)


def _line(change: Change) -> str:
    parts = [str(change)]
    if change.breaking:
        parts.append("breaks " + " and ".join(sorted(change.breaks)))
    if change.kind in {"operation", "tag"} and change.python:
        parts.append(f"in Python {', '.join(change.python)}")
    if change.touches:
        parts.append(f"touches {', '.join(change.touches)}")
    return "; ".join(parts)


def _sentence(change: Change) -> str:
    touches = [one for one in change.touches if one.startswith(("client.", "`"))]
    used = f" ({', '.join(touches)})" if touches else ""
    detail = f": {change.detail}" if change.detail else ""
    return f"{change.kind.capitalize()} {change.what}, `{change.place}`{detail}{used}."


def _without_parts(changes: Sequence[Change]) -> Iterator[Change]:
    """Leave out what is said by an operation that comes or goes: its parameters, its body, and schemas of its own."""
    whole: dict[str, set[str]] = {}
    for one in changes:
        if one.kind == "operation":
            whole.setdefault(one.what, set()).update(one.operations)
    for one in changes:
        if one.kind not in _PARTS or not one.operations or not one.operations <= whole.get(one.what, set()):
            yield one


def _because(told: Report) -> str:
    broken = sum(change.breaking for change in (*told.changes, *told.python))
    return f" ({broken} breaking {'change' if broken == 1 else 'changes'})" if broken else ""


def _as_object(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "what": change.what,
        "place": change.place,
        "detail": change.detail,
        "breaking": change.breaking,
        "breaks": sorted(change.breaks),
        "operations": sorted(change.operations),
        "python": list(change.python),
        "touches": list(change.touches),
    }


def _gist(change: Change) -> tuple[str, str, str]:
    """What two changes share that are the same one, in a document before and after its correction."""
    last = change.place.replace("(", ".").rstrip(")").rpartition(".")[2]
    return change.kind, change.what, last


def _paged_otherwise(api: Api, operation: OperationNode) -> str:
    """Return what a list pages by where that is neither limit nor offset; nothing for any other operation."""
    query = {name.lower() for where, name in operation.parameters if where == "query"}
    means = "a cursor" if query & _CURSORS else "the number of a page" if query & _PAGE_NUMBERS else ""
    if {"limit", "offset"} <= query or not means:
        return ""
    schemas = [
        schema for status, node in operation.answers.items() if status[:1] in "2d"
        for schema in media_types(node).values()
    ]  # fmt: skip
    return means if any(_lists(api, schema) for schema in schemas) else ""


def _lists(api: Api, schema: object) -> bool:
    shape = shape_of(api, schema)  # type: ignore[arg-type]
    return "array" in shape.types or any("array" in shape_of(api, one).types for one in shape.properties.values())


def refused(told: Report) -> Iterator[str]:
    """Return the sentences of a refusal, the actions of the overlays that stop it among them."""
    yield from told.refusals
    for finding in told.corrections:
        if finding.stops:
            yield str(finding)

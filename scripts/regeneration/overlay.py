"""Overlays: apply their actions to a document, and find those that have aged since an earlier document.

An action is written against a fault or a gap of the vendor's document. When the vendor changes it, the action
may lose its target, meet only some of its places, say what the vendor says by now, or override what the vendor has
changed. All of it is found in one run, by comparing where the action applied to the earlier document with where it
applies now.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Protocol, TypeAlias, TypeVar, cast

import oas_patch.overlay
from jsonpath_ng.ext.parser import ExtendedJsonPathParser

from regeneration.places import Place, as_jsonpath, at, leaves, likely_place, stable
from regeneration.reading import DocumentError, Json, Object

T = TypeVar("T", bound=Json)
MISSING = object()
_Value: TypeAlias = "Json | object"


class Age(StrEnum):
    """What became of an action. The first four stop a regeneration."""

    DEAD = "dead"
    MENDED = "mended"
    THERE = "already there"
    FOLLOWS = "follows from another"
    PARTIAL = "partly dead"
    PARTLY_MENDED = "mended in part"
    OVERRIDES = "overrides"


STOPPING = frozenset({Age.DEAD, Age.MENDED, Age.THERE, Age.FOLLOWS})


@dataclass(frozen=True, slots=True)
class Finding:
    """An action that has aged.

    Attributes:
        overlay: The name of the overlay.
        position: Which of its actions it is, from 1.
        target: The action's target.
        age: What became of it.
        text: What that means, and what to do, in one sentence.
        evidence: The action's description.
        likely: The target that it should probably have now, or None.
    """

    overlay: str
    position: int
    target: str
    age: Age
    text: str
    evidence: str
    likely: str | None = None

    @property
    def stops(self) -> bool:
        """Whether the regeneration stops for it."""
        return self.age in STOPPING

    def __str__(self) -> str:
        likely = f"; likely target now: {self.likely}" if self.likely else ""
        age = "" if self.text.startswith("mended") else f", {self.age}"
        return f"{self.overlay}, action {self.position}{age}: {self.text}: {self.target}{likely} ({self.evidence})"


@dataclass(frozen=True, slots=True)
class Step:
    """What an action met.

    Attributes:
        action: The action.
        met: The values that it met, by place, as they were before it.
        names: The same places with the names of lists' entries in place of their indices.
        source: The value that it copied, or None.
    """

    action: Object
    met: Mapping[Place, Json]
    names: Mapping[Place, Place]
    source: Json = None


@dataclass(frozen=True)
class Application:
    """An overlay applied to a document.

    Attributes:
        original: The document as it was.
        overlay: The overlay.
        steps: What each of its actions met.
        final: The document as they left it.
    """

    original: Object = field(repr=False)
    overlay: Object = field(repr=False)
    steps: Sequence[Step] = field(repr=False)
    final: Object = field(repr=False)

    @cached_property
    def _replay(self) -> "_Replay":
        return _Replay(_copy(self.original), cast("list[Json]", self.overlay.get("actions", [])))

    def before(self, position: int) -> Object:
        """Return the document as it was before an action, counted from 1; to be asked for in their order."""
        return self._replay.to(position)


@dataclass(slots=True)
class _Replay:
    """A document to which actions are applied once more, one after the other."""

    document: Object
    actions: list[Json]
    done: int = 0

    def to(self, position: int) -> Object:
        """Apply all actions before one."""
        run(self.document, {"actions": self.actions[self.done : position - 1]})
        self.done = max(self.done, position - 1)
        return self.document


class _Match(Protocol):
    path: object
    context: "_Match | None"
    value: Json


def correct(document: Object, overlay: Object) -> Object:
    """Apply each action of an overlay, in order.

    Raises:
        DocumentError: If an action's target matches nothing: its fault is gone, or was written differently.
    """
    for position, step in enumerate(run(document, overlay), start=1):
        if not step.met and "copy" not in step.action:
            raise DocumentError(
                f"overlay action {position} matches nothing: {step.action['target']}\n"
                f"  {step.action.get('description', 'no description')}"
            )
        if "copy" in step.action and step.source is None:
            raise DocumentError(f"overlay action {position} copies from nothing: {step.action['copy']}")
    return _copy(document)


def applied(document: Object, overlay: Object) -> Application:
    """Apply an overlay to a document in place, and keep what is needed to see how its actions age."""
    original = _copy(document)
    return Application(original, overlay, run(document, overlay), document)


def run(document: Object, overlay: Object) -> list[Step]:
    """Apply each action of an overlay to a document in place, and return what each one met.

    An action that meets nothing changes nothing.

    Args:
        document: The document.
        overlay: The overlay.
    """
    steps: list[Step] = []
    for action in cast("list[Object]", overlay.get("actions", [])):
        met = {place: _copy(value) for place, value in _find(document, str(action["target"]))}
        names = {place: stable(document, place) for place in met}
        source: Json = None
        if "copy" in action:
            source = next((_copy(value) for _, value in _find(document, str(action["copy"]))), None)
        if met or source is not None:
            try:
                oas_patch.overlay.apply_overlay(document, {"actions": [_copy(action)]})
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as fault:
                raise DocumentError(f"an overlay's action cannot be applied to {action['target']}: {fault}") from fault
        steps.append(Step(action, met, names, source))
    return steps


def aged(name: str, before: Application, after: Application) -> list[Finding]:
    """Compare what an overlay's actions met in an earlier document with what they meet in a later one.

    Args:
        name: What the overlay is called.
        before: Its application to the earlier document.
        after: Its application to the later one.
    """
    findings: list[Finding] = []
    ageing = _Ageing(before, after)
    for position, later in enumerate(after.steps, start=1):
        for age, text, likely in ageing.of(position):
            evidence = str(later.action.get("description", "no description"))
            findings.append(Finding(name, position, str(later.action["target"]), age, text, evidence, likely))
    return findings


_Aged: TypeAlias = tuple[Age, str, "str | None"]


@dataclass(slots=True)
class _Ageing:
    """Finds what became of actions, one after the other."""

    before: Application
    after: Application
    made_nothing: list[tuple[int, Place]] = field(default_factory=list[tuple[int, Place]])
    copied: set[Place] = field(default_factory=set[Place])

    def of(self, position: int) -> Iterator[_Aged]:
        """Return what became of an action."""
        earlier, later = self.before.steps[position - 1], self.after.steps[position - 1]
        if "copy" in later.action:
            yield from self._of_copy(earlier, later, position)
        elif not later.met:
            yield from self._of_dead(earlier, position)
        else:
            yield from self._of_lost_places(earlier, later, position)
            if "update" in later.action:
                yield from _compare_updates(earlier, later)
            elif "remove" in later.action:
                yield from self._of_restored(earlier, later)
                yield from _compare_removals(earlier, later, self.copied)

    def _of_restored(self, earlier: Step, later: Step) -> Iterator[_Aged]:
        """Find what is removed and put back by a later action just as the vendor has it by now."""
        then = {
            earlier.names[place]: at(self.before.final, place, MISSING) != value for place, value in earlier.met.items()
        }
        restored = [place for place, value in later.met.items() if at(self.after.final, place, MISSING) == value]
        if not any(then.get(later.names[place], True) for place in restored):
            return
        back = "and a later action puts it back as the vendor's document has it by now"
        if len(restored) == len(later.met):
            yield Age.MENDED, f"mended: remove it with what puts it back, it removes something {back}", None
        else:
            places = ", ".join(as_jsonpath(self.after.original, place) for place in restored[:5])
            yield Age.PARTLY_MENDED, f"mended: leave out {places}, it removes something there {back}", None

    def _of_copy(self, earlier: Step, later: Step, position: int) -> Iterator[_Aged]:
        now, then = later.met, earlier.met
        if now and not then:
            yield Age.THERE, f"mended: remove it, the vendor's document has {later.action['target']} by now", None
        if later.source is not None:
            if earlier.source is not None:
                self.copied |= {place for place, _ in _find(self.after.before(position), str(later.action["copy"]))}
            return
        document = self.before.before(position)
        places = [place for place, _ in _find(document, str(later.action["copy"]))]
        likely = [likely_place(document, self.after.before(position), place) for place in places]
        document = _copy(document)
        run(document, {"actions": [earlier.action]})
        self.made_nothing += [(position, place) for place, _ in _find(document, str(later.action["target"]))]
        found = next((f"copy {as_jsonpath(self.after.original, one)}" for one in likely if one), None)
        yield Age.DEAD, f"what it copies is gone, {later.action['copy']}", found

    def _of_dead(self, earlier: Step, position: int) -> Iterator[_Aged]:
        for number, made in self.made_nothing:
            if any(place[: len(made)] == made for place in earlier.met):
                yield Age.FOLLOWS, f"it meets nothing, since action {number} made nothing", None
                return
        found: dict[str, None] = {}
        if earlier.met:
            document, now = self.before.before(position), self.after.before(position)
            likely = [likely_place(document, now, place) for place in earlier.met]
            found = {as_jsonpath(now, place): None for place in likely if place is not None}
        yield Age.DEAD, "it meets nothing any more; remove it, or give it the new target", " and ".join(found) or None

    def _of_lost_places(self, earlier: Step, later: Step, position: int) -> Iterator[_Aged]:
        now = set(later.names.values())
        lost = [place for place, name in earlier.names.items() if name not in now]
        if not lost:
            return
        document, after = self.before.before(position), self.after.before(position)
        moved = {place: likely_place(document, after, place) for place in lost}
        gone = [place for place, likely in moved.items() if likely is None or stable(after, likely) not in now]
        if gone:
            where = ", ".join(_lost(document, after, place, moved[place]) for place in gone)
            yield Age.PARTIAL, f"it meets {len(now)} places, and no longer {where}", None


def _compare_updates(earlier: Step, later: Step) -> Iterator[_Aged]:
    then = {earlier.names[place]: value for place, value in earlier.met.items()}
    update = later.action["update"]
    mended: dict[str, None] = {}
    still: dict[str, None] = {}
    overridden: dict[str, None] = {}
    for place, value in later.met.items():
        was = then.get(later.names[place], MISSING)
        if isinstance(update, list) and isinstance(value, list):
            yield from _already_listed(update, value)
            still["its entries"] = None
            continue
        for path, ours in leaves(update):
            if path[-1:] == ("$ref",):  # it takes the place of all that stands beside it
                path = path[:-1]  # noqa: PLW2901
                ours = {"$ref": ours}  # noqa: PLW2901
            theirs, before = at(value, path, MISSING), at(was, path, MISSING)
            word = ".".join(map(str, path)) or "the value"
            if theirs == ours:
                mended[word] = None
            else:
                still[word] = None
                if _clashes(theirs, ours) and _plain(theirs) != _plain(before) and before is not theirs:
                    overridden[f"{word}: the vendor says {_brief(theirs)} now, this makes it {_brief(ours)}"] = None
    if mended and not still:
        yield Age.MENDED, "mended: remove it, the vendor's document says the same by now", None
    elif gained := [word for word in mended if word not in still and _changed(earlier, word, update)]:
        rest = ", ".join(still)
        yield (
            Age.PARTLY_MENDED,
            f"mended: remove {', '.join(gained)} from it, the vendor says so by now (it still makes {rest})",
            None,
        )
    if overridden:
        yield Age.OVERRIDES, f"it overrides what the vendor has changed ({'; '.join(overridden)})", None


def _changed(earlier: Step, word: str, update: Json) -> bool:
    """Whether the action changed that word in the earlier document."""
    path = tuple(word.split(".")) if word != "the value" else ()
    ours = at(update, path, MISSING)
    return any(at(value, path, MISSING) != ours for value in earlier.met.values())


def _already_listed(update: list[Json], value: list[Json]) -> Iterator[_Aged]:
    """Find the entries of a list that the document has by now, parameters by their names."""
    for entry in update:
        named = isinstance(entry, dict) and "name" in entry
        if any(_same_entry(one, entry) if named else one == entry for one in value):
            what = entry["name"] if isinstance(entry, dict) and "name" in entry else _brief(entry)
            yield Age.THERE, f"mended: remove {what} from it, the vendor's document has it by now", None


def _same_entry(one: Json, other: Json) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and one.get("name") == other.get("name")


def _compare_removals(earlier: Step, later: Step, copied: set[Place]) -> Iterator[_Aged]:
    then = {earlier.names[place]: value for place, value in earlier.met.items()}
    for place, value in later.met.items():
        if place in copied:  # it lives on elsewhere
            continue
        was = then.get(later.names[place], MISSING)
        if was is not MISSING and _plain(was) != _plain(value):
            new = dict(leaves(value))
            old = dict(leaves(cast("Json", was)))
            words = [".".join(map(str, path)) for path in new if new[path] != old.get(path, MISSING)]
            words += [f"{'.'.join(map(str, path))} (gone)" for path in old if path not in new]
            what = ", ".join(words[:5])
            yield Age.OVERRIDES, f"it removes what the vendor has changed ({what})", None


def _lost(before: Object, after: Object, place: Place, likely: Place | None) -> str:
    text = as_jsonpath(before, place)
    return f"{text}, likely {as_jsonpath(after, likely)} now" if likely else text


def _find(document: Object, target: str) -> Iterator[tuple[Place, Json]]:
    for match in cast("list[_Match]", _parsed(target).find(document)):
        yield _place(match), match.value


def _place(match: _Match) -> Place:
    keys: list[str | int] = []
    node: _Match | None = match
    while node is not None:
        fields, indices = getattr(node.path, "fields", None), getattr(node.path, "indices", None)
        if fields:
            keys.append(str(fields[0]))
        elif indices:
            keys.append(int(indices[0]))
        node = node.context
    return tuple(reversed(keys))


class _Query(Protocol):
    def find(self, document: Json) -> object: ...


_PARSER = ExtendedJsonPathParser()


@lru_cache(maxsize=2048)
def _parsed(target: str) -> _Query:
    try:
        return cast("_Query", _PARSER.parse(target))
    except Exception as fault:
        raise DocumentError(f"an overlay has a target that is no JSONPath: {target}") from fault


oas_patch.overlay.parse = _parsed  # it builds a parser for each target each time, which takes longer than all the rest


def _clashes(theirs: _Value, ours: Json) -> bool:
    return theirs is not MISSING and not (isinstance(theirs, dict) and isinstance(ours, dict) and "$ref" not in ours)


def _plain(value: _Value) -> str:
    return "" if value is MISSING else json.dumps(value, sort_keys=True)


def _brief(value: _Value) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what a line can hold


def _copy(value: T) -> T:
    return cast("T", json.loads(json.dumps(value)))

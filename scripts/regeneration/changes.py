"""What changed between two descriptions of an API: each change with what it breaks, for whom, and where it is felt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Side(StrEnum):
    """Who has to do with a part of the description."""

    CALLERS = "callers"
    READERS = "readers"


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        kind: What changed, such as `parameter`.
        what: How: added, removed or changed.
        place: Where, in the words of the document.
        detail: From what to what.
        breaks: Whose code it can break; empty for nobody's.
        operations: The names of the operations that it is part of.
        python: The names in Python that it is about.
        touches: The facade methods, commands, handlers and tests that use what changed.
    """

    kind: str
    what: str
    place: str
    detail: str = ""
    breaks: frozenset[Side] = frozenset()
    operations: frozenset[str] = field(default=frozenset(), repr=False)
    python: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()

    @property
    def breaking(self) -> bool:
        """Whether it can break somebody's code."""
        return bool(self.breaks)

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.kind} {self.what}: {self.place}{detail}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes between two descriptions.

    Attributes:
        changes: The changes, texts aside.
        texts: The places where only what is said to people changed.
    """

    changes: tuple[Change, ...]
    texts: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether both descriptions mean the same and say it in the same words."""
        return not self.changes and not self.texts


def keyed(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Return each key with what became of it: added, removed or kept."""
    for key in sorted(before.keys() | after.keys()):
        yield key, "kept" if key in before and key in after else "added" if key in after else "removed"


def with_operations(change: Change, names: frozenset[str]) -> Change:
    """Return a change with the operations that it is part of."""
    return replace(change, operations=change.operations | names)

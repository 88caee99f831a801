"""Where a walk through a list stands, as a value and as a resume token. Pure: no I/O."""

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.types import Operation

_PAGING = frozenset({"limit", "offset"})


def list_key(operation: Operation[object], *, without: frozenset[str] = frozenset()) -> str:
    """Return a text that only walks through the same list share: the operation's name, and a digest of its filters.

    Args:
        operation: The call of a page.
        without: Parameters that do not count, besides limit and offset.
    """
    filters = sorted(pair for pair in operation.query if pair[0] not in _PAGING | without)
    digest = hashlib.sha256(json.dumps([operation.path, filters]).encode()).hexdigest()[:16]
    return f"{operation.name}:{digest}"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands.

    Attributes:
        list_key: Which list it is, and with which filters.
        offset: How many items of the list lie before it.
        given: How many items the walk has given; counts towards `max_items`.
        until: The end of the list's period that was fixed when the walk began, as ISO 8601, or None.
        last: A digest of the last item before it: where items were added meanwhile, it comes again.
    """

    list_key: str
    offset: int = 0
    given: int = 0
    until: str | None = None
    last: str | None = None

    def after(self, count: int, given: int | None = None, last: HasId | None = None) -> "Position":
        """Return the position that many items further on."""
        return replace(
            self,
            offset=self.offset + count,
            given=self.given + (count if given is None else given),
            last=self.last if last is None else digest(last),
        )

    @property
    def token(self) -> str:
        """The position as an opaque text."""
        values = [self.list_key, self.offset, self.given, self.until, self.last]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    @classmethod
    def from_token(cls, token: str, list_key: str) -> "Position":
        """Read a token back.

        Raises:
            InvalidArgumentError: If it is no resume token, or belongs to another list or other filters.
        """
        position: Position | None = None
        with suppress(ValueError, TypeError, RecursionError):
            match json.loads(base64.urlsafe_b64decode(token)):
                case [str(key), int(offset), int(given), str() | None as until, str() | None as last] if (
                    offset >= 0 and given >= 0 and _is_moment_or_none(until)
                ):
                    position = cls(key, int(offset), int(given), until, last)
                case _:
                    pass
        name = list_key.partition(":")[0]
        if position is None or position.list_key.partition(":")[0] != name:
            raise InvalidArgumentError("resume", f"a resume token of {name}", given="something else")
        if position.list_key != list_key:
            raise InvalidArgumentError("resume", f"a resume token of {name} with these filters", given="with others")
        return position


def _is_moment_or_none(text: str | None) -> bool:
    return text is None or datetime.fromisoformat(text).tzinfo is not None


def digest(item: HasId) -> str:
    """Return a short text that stands for an item in a resume token."""
    return hashlib.sha256(str(item.id).encode(errors="replace")).hexdigest()[:16]

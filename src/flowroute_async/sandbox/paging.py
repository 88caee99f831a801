"""Pages: limit and offset, clamped; and the links of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode

from flowroute_async.sandbox.call import Call
from flowroute_async.sandbox.errors import invalid
from flowroute_async.sandbox.options import VENDOR_PAGE, Options

T = TypeVar("T")
UNLIMITED = 2**31
_DEFAULT = 10


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows a page shows."""

    limit: int
    offset: int

    @property
    def reach(self) -> int:
        """How many rows to fetch from `offset`: one more than shown tells whether there is a next page."""
        return self.limit + 1

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows from the offset on, as far as `reach`."""
        return rows[self.offset : self.offset + self.reach]

    def cut_from_end(self, rows: Sequence[T], low: int, high: int) -> Sequence[T]:
        """Return rows as `cut` does, of those between two positions, the last ones first."""
        stop = high - self.offset
        return rows[max(low, stop - self.reach) : max(low, stop)][::-1]


def window(call: Call, options: Options, maximum: int = VENDOR_PAGE) -> Window:
    """Read limit and offset.

    Args:
        call: The request.
        options: They may lower the maximum.
        maximum: The endpoint's longest page.

    Raises:
        ApiError: If a value is no integer, or out of range.
    """
    if options.max_page < VENDOR_PAGE:
        maximum = min(maximum, options.max_page)
    limit = _integer(call, "limit", _DEFAULT, least=1)
    offset = _integer(call, "offset", 0, least=0)
    # inferred: that a limit beyond the maximum is clamped, and that the links show the clamped one.
    return Window(min(limit, maximum), offset)


def page(call: Call, shown: Window, rows: Sequence[object], filters: Mapping[str, str]) -> dict[str, object]:
    """Make the body of a list.

    Args:
        call: The request.
        shown: Its window.
        rows: The window's rows, and one more if there is a next page.
        filters: The filters in their normalised form.
    """
    return page_with_links(shown, rows, filters, call.url(quote(call.path)))


def page_with_links(shown: Window, rows: Sequence[object], filters: Mapping[str, str], url: str) -> dict[str, object]:
    """Make the body of a list whose links have the given address."""
    # The vendor's links show filters in order of their names, then limit and offset.
    query = {name: filters[name] for name in sorted(filters)} | {"limit": str(shown.limit)}
    links = {"self": f"{url}?{urlencode(query | {'offset': str(shown.offset)})}"}
    if len(rows) > shown.limit:
        links["next"] = f"{url}?{urlencode(query | {'offset': str(shown.offset + shown.limit)})}"
    return {"data": list(rows[: shown.limit]), "links": links}


def link(call: Call, query: Mapping[str, str]) -> str:
    """Make a link to another page of the same list."""
    return f"{call.url(quote(call.path))}?{urlencode(query)}"


def _integer(call: Call, name: str, default: int, *, least: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    # inferred: the bodies; that negative and non-integer values are refused is what the documentation implies.
    if not (text.isascii() and text.removeprefix("-").isdecimal()) or len(text) > len(str(UNLIMITED)):
        raise invalid({name: ["Not a valid integer."]})
    if int(text) < least:
        raise invalid({name: [f"Must be greater than or equal to {least}."]})
    return int(text)

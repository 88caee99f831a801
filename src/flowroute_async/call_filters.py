"""Which calls an export of call detail records holds."""

from collections.abc import Sequence
from typing import TypedDict

from flowroute_async.arguments import HasId


class CallFilters(TypedDict, total=False):
    """Which calls to export.

    Attributes:
        number_aliases: Calls of numbers with exactly one of these aliases.
        number_aliases_contains: Calls of numbers whose alias contains one of these texts.
        destination_numbers: Calls to these numbers.
        callerid_numbers: Calls from these numbers.
        custom_x_tags: Calls with one of these tags of yours.
        caller_ip: Calls from this IP address.
        duration_greater_than: Calls longer than so many seconds.
    """

    number_aliases: Sequence[str]
    number_aliases_contains: Sequence[str]
    destination_numbers: Sequence[str | HasId]
    callerid_numbers: Sequence[str | HasId]
    custom_x_tags: Sequence[str]
    caller_ip: str
    duration_greater_than: int

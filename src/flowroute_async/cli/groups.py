"""The groups of commands: what the help says of each, and where it is, without importing any."""

from collections.abc import Mapping
from typing import NamedTuple


class Group(NamedTuple):
    """A group of commands, or a command of its own.

    Attributes:
        text: What the help says of it.
        modules: The modules of this package with its commands; the first has it as `app`.
    """

    text: str
    modules: tuple[str, ...]


GROUPS: Mapping[str, Group] = {
    "numbers": Group(
        "Phone numbers: for sale, and on the account.",
        (
            "numbers",
            "number_changes",
            "route_changes",
            "callbacks",
            "bulk_search",
            "purchase_many",
            "purchase_plan",
            "get_many",
            "number_rows",
        ),
    ),
    "routes": Group("Inbound voice routes.", ("routes", "route_changes")),
    "messages": Group(
        "SMS and MMS: send them, and look at what was sent and received.",
        ("messages", "messaging", "callbacks", "history", "send_many"),
    ),
    "e911": Group(
        "E911: the addresses that emergency services are sent to, and which number has which.",
        ("e911", "e911_create_many"),
    ),
    "cnam": Group("CNAM: the names that calls from your numbers show.", ("cnam",)),
    "cdr": Group("Call records: exports, and their files.", ("cdr",)),
    "porting": Group("Numbers of other carriers that are to come to the account.", ("porting",)),
    "call": Group("Any operation of the API's description, whether it has a command of its own or not.", ("call",)),
    "webhooks": Group("Inbound messages, delivery receipts and notifications.", ("webhooks",)),
    "config": Group("Keys and profiles: where they come from, and whether they work.", ("config",)),
    "sandbox": Group("Serve a local Flowroute until Ctrl-C, to try out on; or act on one that runs.", ("sandbox",)),
}

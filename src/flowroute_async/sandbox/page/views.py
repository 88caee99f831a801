"""The page's views: what each of them shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.faults import Fault
from flowroute_async.sandbox.page.forms import CALLBACKS, FAULT_OPERATIONS, KINDS, UNITS
from flowroute_async.sandbox.page.policy import IMAGE_HOSTS
from flowroute_async.sandbox.records import Media, Message
from flowroute_async.sandbox.snapshot import Snapshot

# A page that is renewed each second shows the latest of what has no bound.
_CONVERSATIONS = 50
_MESSAGES = 100
_REQUESTS = 100
_DELIVERIES = 50


@dataclass(frozen=True, slots=True)
class View:
    """One view.

    Attributes:
        path: Where it is, below the page's path.
        title: Its title.
        template: The file that draws it.
        content: Gives what it shows, by the query.
    """

    path: str
    title: str
    template: str
    content: Callable[[Control, Snapshot, Mapping[str, str]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages between one number of the account and one other number, oldest first."""

    own: str
    peer: str
    messages: list[Message]

    @property
    def latest(self) -> Message:
        """The latest message."""
        return self.messages[-1]

    @property
    def query(self) -> str:
        """The query that chooses it."""
        return urlencode({"own": self.own, "peer": self.peer}, errors="replace")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A message's file as the page can show it.

    Attributes:
        name: The file's name.
        host: Where it is, empty for a file that the message holds itself.
        picture: Its URL, if it can be shown without asking another host.
        link: Its URL, if it can be followed.
    """

    name: str
    host: str
    picture: str | None
    link: str | None


def attachment_of(media: Media) -> Attachment:
    """Decide how a file is shown: as a picture, as a link, or by its name only."""
    try:
        url = urlsplit(media.url)
        host = url.hostname or ""
    except ValueError:
        return Attachment(media.file_name, "", None, None)
    if url.scheme == "data":
        picture = media.url if url.path.startswith("image/") else None
        return Attachment("picture" if picture else "file", "", picture, None)
    link = media.url if url.scheme in {"http", "https"} else None
    is_picture = url.scheme == "http" and host in IMAGE_HOSTS and media.mime_type.startswith("image/")
    return Attachment(PurePosixPath(media.file_name).name, host, media.url if is_picture else None, link)


def in_words(fault: Fault) -> str:
    """Say what a fault does."""
    parts: list[str] = []
    if fault.delay:
        parts.append(f"waits {fault.delay:g} s")
    if fault.drop is not None:
        parts.append(f"drops the connection {fault.drop} the effect")
    elif fault.status is not None:
        parts.append(f"answers {fault.status}{' after the effect' if fault.after_effect else ''}")
    if fault.drop is None and fault.retry_after is not None:
        parts.append(f"Retry-After: {fault.retry_after}")
    if fault.drop is None and fault.headers:
        parts.append("more headers")
    if fault.truncate:
        parts.append("cuts the answer in half")
    return ", ".join(parts) or "changes nothing"


def _messages(_control: Control, snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    together: dict[tuple[str, str], list[Message]] = {}
    for message in snapshot.messages:
        inbound = message.direction == "inbound"
        between = (message.recipient, message.sender) if inbound else (message.sender, message.recipient)
        together.setdefault(between, []).append(message)
    conversations = sorted(
        (Conversation(own, peer, messages) for (own, peer), messages in together.items()),
        key=lambda conversation: (conversation.latest.at, conversation.latest.order),
        reverse=True,
    )
    own, peer = query.get("own", ""), query.get("peer", "")
    matching = (item for item in conversations if own in {"", item.own} and peer in {"", item.peer})
    shown = next(matching, Conversation(own, peer, []) if own and peer else None)
    return {
        "numbers": snapshot.numbers,
        "conversations": conversations[:_CONVERSATIONS],
        "more_conversations": len(conversations) - _CONVERSATIONS,
        "shown": shown,
        "thread": shown.messages[-_MESSAGES:] if shown else [],
        "more_messages": len(shown.messages) - _MESSAGES if shown else 0,
        # Only what the address of the page says: a form must not change under the reader's hands.
        "chosen": {"own": own, "peer": peer},
    }


def _numbers(_control: Control, snapshot: Snapshot, _query: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "numbers": snapshot.numbers,
        "routes": snapshot.routes,
        "addresses": snapshot.addresses,
        "route_of": {route.id: route for route in snapshot.routes},
        "address_of": {address.id: address for address in snapshot.addresses},
        "name_of": {name.id: name for name in snapshot.names},
    }


def _names(_control: Control, snapshot: Snapshot, _query: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "decided": [name for name in snapshot.names if name.is_approved or name.rejection_reason is not None],
        "numbers_of": {
            name.id: [number.id for number in snapshot.numbers if number.cnam == name.id] for name in snapshot.names
        },
    }


def _requests(control: Control, _snapshot: Snapshot, _query: Mapping[str, str]) -> Mapping[str, object]:
    requests = list(enumerate(control.requests(), 1))
    return {
        "requests": requests[: -_REQUESTS - 1 : -1],
        "all_requests": len(requests),
        "faults": control.faults(),
        "operations": FAULT_OPERATIONS,
        "kinds": KINDS,
    }


def _account(control: Control, snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "asked": query.get("ask", ""),
        "state_path": control.state_path,
        "units": UNITS,
        "kinds": CALLBACKS,
        "callbacks": snapshot.callbacks,
        "deliveries": snapshot.deliveries[: -_DELIVERIES - 1 : -1],
    }


VIEWS = (
    View("/", "Messages", "messages.html", _messages),
    View("/numbers", "Numbers", "numbers.html", _numbers),
    View("/names", "Caller names", "names.html", _names),
    View("/requests", "Requests", "requests.html", _requests),
    View("/account", "Account", "account.html", _account),
)
"""The views, in the order of the menu."""

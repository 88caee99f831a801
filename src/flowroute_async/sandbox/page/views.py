"""The page's views: what each of them shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.faults import Fault
from flowroute_async.sandbox.page.forms import CALLBACKS, FAULT_OPERATIONS, KINDS, ROUTE_TYPES, UNITS
from flowroute_async.sandbox.page.inspection import (
    RequestDetail,
    WebhookDetail,
    curl_of_request,
    curl_of_webhook,
    is_found,
)
from flowroute_async.sandbox.page.policy import IMAGE_HOSTS
from flowroute_async.sandbox.records import Media, Message
from flowroute_async.sandbox.snapshot import Snapshot

# A page that is renewed each second shows the latest of what has no bound.
_CONVERSATIONS = 50
_MESSAGES = 100
_REQUESTS = 100
_DELIVERIES = 100
_FOR_SALE = 10
_NUMBERS = 200

CLASSES: Mapping[str, str] = {"": "all", "done": "done", "failed": "refused or dropped", "dropped": "dropped"}
"""How requests ended, by the name that the form sends."""

DELIVERY_STATUSES = ("pending", "delivered", "failed", "refused")
"""What can become of a webhook."""


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
        picture: Its URL, if it can be shown without asking another machine.
        is_own: Whether that asks nobody but the sandbox: others are asked when the reader opens the picture.
        link: Its URL, if it can be followed.
    """

    name: str
    host: str
    picture: str | None
    link: str | None
    is_own: bool = False


def attachment_of(media: Media, base_url: str) -> Attachment:
    """Decide how a file is shown: as a picture, as a picture to open, as a link, or by its name only.

    Args:
        media: The file.
        base_url: The sandbox's address.
    """
    try:
        url = urlsplit(media.url)
        host = url.hostname or ""
    except ValueError:
        return Attachment(media.file_name, "", None, None)
    if url.scheme == "data":
        picture = media.url if url.path.startswith("image/") else None
        return Attachment("picture" if picture else "file", "", picture, None, is_own=True)
    link = media.url if url.scheme in {"http", "https"} else None
    is_picture = url.scheme == "http" and host in IMAGE_HOSTS and media.mime_type.startswith("image/")
    is_own = media.url.startswith(f"{base_url}/")
    return Attachment(PurePosixPath(media.file_name).name, host, media.url if is_picture else None, link, is_own=is_own)


def in_words(fault: Fault) -> str:
    """Describe what a fault does."""
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


def is_of_class(status: int | None, wanted: str) -> bool:
    """Return whether a request ended in one of the ways that `CLASSES` lists."""
    is_done = status is not None and status < 400  # noqa: PLR2004 - where errors begin
    return {"done": is_done, "failed": not is_done, "dropped": status is None}.get(wanted, True)


def _messages(_control: Control, snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    together: dict[tuple[str, str], list[Message]] = {}
    for message in snapshot.messages:
        inbound = message.direction == "inbound"
        between = (message.recipient, message.sender) if inbound else (message.sender, message.recipient)
        together.setdefault(between, []).append(message)
    wanted = query.get("q", "")
    conversations = sorted(
        (
            Conversation(own, peer, messages)
            for (own, peer), messages in together.items()
            if is_found(wanted, own, peer, *(message.body or "" for message in messages))
        ),
        key=lambda conversation: (conversation.latest.at, conversation.latest.order),
        reverse=True,
    )
    own, peer = query.get("own", ""), query.get("peer", "")
    matching = (item for item in conversations if own in {"", item.own} and peer in {"", item.peer})
    shown = next(matching, Conversation(own, peer, together.get((own, peer), [])) if own and peer else None)
    return {
        "numbers": snapshot.numbers,
        "conversations": conversations[:_CONVERSATIONS],
        "more_conversations": len(conversations) - _CONVERSATIONS,
        "shown": shown,
        "thread": shown.messages[-_MESSAGES:] if shown else [],
        "more_messages": len(shown.messages) - _MESSAGES if shown else 0,
        # Only what the address of the page says: a form must not change under the reader's hands.
        "chosen": {"own": own, "peer": peer, "q": wanted},
        "is_new": not snapshot.numbers and not snapshot.messages,
    }


def _numbers(control: Control, snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    search = query.get("q", "")
    found = [
        number
        for number in snapshot.numbers
        if is_found(search, number.id, number.rate_center, number.state, number.alias or "")
    ]
    return {
        "numbers": found[:_NUMBERS],
        "more_numbers": len(found) - _NUMBERS,
        "routes": snapshot.routes,
        "addresses": snapshot.addresses,
        "route_of": {route.id: route for route in snapshot.routes},
        "address_of": {address.id: address for address in snapshot.addresses},
        "name_of": {name.id: name for name in snapshot.names},
        "wanted": {name: query.get(name, "") for name in ("starts_with", "contains", "state", "q")},
        "route_types": ROUTE_TYPES,
        **_for_sale(control, query),
    }


def _for_sale(control: Control, query: Mapping[str, str]) -> Mapping[str, object]:
    wanted = {name: value for name in ("starts_with", "contains", "state") if (value := query.get(name, "").strip())}
    if not wanted and "find" not in query:
        return {"for_sale": None, "refusal": ""}
    try:
        found = control.perform("GET", "/v2/numbers/available", query=wanted | {"limit": str(_FOR_SALE)})
    except ValueError as error:
        return {"for_sale": [], "refusal": str(error)}
    return {"for_sale": found["data"], "refusal": ""}


def _names(_control: Control, snapshot: Snapshot, _query: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "decided": [name for name in snapshot.names if name.is_approved or name.rejection_reason is not None],
        "numbers_of": {
            name.id: [number.id for number in snapshot.numbers if number.cnam == name.id] for name in snapshot.names
        },
    }


def _requests(control: Control, _snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    requests = control.requests()
    wanted, only = query.get("q", ""), query.get("only", "")
    found = [
        request
        for request in reversed(requests)
        if is_of_class(request.status, only)
        and is_found(wanted, request.method, request.path, request.query, request.operation, request.body)
    ]
    return {
        "requests": found[:_REQUESTS],
        "found": len(found),
        "all_requests": len(requests),
        "wanted": {"q": wanted, "only": only},
        "classes": CLASSES,
        "keep": urlencode({"q": wanted, "only": only}, errors="replace"),
        "detail": _request_detail(control, query),
        "faults": control.faults(),
        "operations": FAULT_OPERATIONS,
        "kinds": KINDS,
    }


def _request_detail(control: Control, query: Mapping[str, str]) -> RequestDetail | None:
    try:
        request = control.request(query.get("show", ""))
        return RequestDetail(request, control.answer(request.number), curl_of_request(request, query["base_url"]))
    except LookupError:
        return None


def _webhooks(control: Control, snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    wanted, only = query.get("q", ""), query.get("only", "")
    found = [
        delivery
        for delivery in reversed(snapshot.deliveries)
        if only in {"", delivery.status} and is_found(wanted, delivery.url, delivery.payload)
    ]
    shown = next((delivery for delivery in snapshot.deliveries if delivery.id == query.get("show")), None)
    return {
        "kinds": CALLBACKS,
        "callbacks": snapshot.callbacks,
        "deliveries": found[:_DELIVERIES],
        "found": len(found),
        "all_deliveries": len(snapshot.deliveries),
        "wanted": {"q": wanted, "only": only},
        "statuses": DELIVERY_STATUSES,
        "keep": urlencode({"q": wanted, "only": only}, errors="replace"),
        "detail": shown and WebhookDetail(shown, control.attempts(shown.id), curl_of_webhook(shown)),
    }


def _account(control: Control, _snapshot: Snapshot, query: Mapping[str, str]) -> Mapping[str, object]:
    return {"asked": query.get("ask", ""), "state_path": control.state_path, "units": UNITS}


VIEWS = (
    View("/", "Messages", "messages.html", _messages),
    View("/numbers", "Numbers", "numbers.html", _numbers),
    View("/names", "Caller names", "names.html", _names),
    View("/requests", "Requests", "requests.html", _requests),
    View("/webhooks", "Webhooks", "webhooks.html", _webhooks),
    View("/account", "Account", "account.html", _account),
)
"""The views, in the order of the menu."""

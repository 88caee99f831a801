"""The page's views: what each of them shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.deliveries import HEADERS
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
from flowroute_async.sandbox.page.reading import Reading
from flowroute_async.sandbox.phone_numbers import without_typography
from flowroute_async.sandbox.receipt_codes import status_of
from flowroute_async.sandbox.records import Media, Message

# A page that is renewed each second shows the latest of what has no bound.
_CONVERSATIONS = 50
_MESSAGES = 100
_REQUESTS = 100
_DELIVERIES = 100
_FOR_SALE = 10
_NUMBERS = 200
_NAMES = 200
_NUMBERS_OF_NAME = 20

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
    content: Callable[[Control, Reading, Mapping[str, str]], Mapping[str, object]]


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


def state_of(message: Message, now: datetime) -> str:
    """Describe what has become of a message that was sent."""
    if message.buffered_at is None or message.buffered_at > now.timestamp():
        return "submitted"
    status, description = status_of(message.code)
    description = description.removeprefix("Message ")
    return {"delivery success": "delivered", "delivery failure": f"failed: {description}"}.get(status, description)


def _messages(_control: Control, reading: Reading, query: Mapping[str, str]) -> Mapping[str, object]:
    wanted, own, peer = query.get("q", ""), query.get("own", ""), query.get("peer", "")
    conversations = reading.conversations(wanted, _CONVERSATIONS)
    if wanted and not own and not peer:
        first = next(iter(conversations.shown), None)
        shown = first and reading.conversation(first.own, first.peer, _MESSAGES)
    else:
        shown = reading.conversation(own, peer, _MESSAGES)
    numbers = reading.numbers("", _NUMBERS)
    return {
        "numbers": numbers,
        "conversations": conversations,
        "shown": shown,
        # Only what the address of the page says: a form must not change under the reader's hands.
        "chosen": {"own": own, "peer": peer, "q": wanted},
        "is_new": not numbers.found and not conversations.found,
    }


def _numbers(control: Control, reading: Reading, query: Mapping[str, str]) -> Mapping[str, object]:
    numbers = reading.numbers(query.get("q", ""), _NUMBERS)
    return {
        "numbers": numbers,
        "routes": reading.routes(_NUMBERS),
        "addresses": reading.addresses(_NUMBERS),
        "related": reading.related(numbers.shown),
        "wanted": {name: query.get(name, "") for name in ("starts_with", "contains", "state", "q")},
        "route_types": ROUTE_TYPES,
        **_for_sale(control, query),
    }


def _for_sale(control: Control, query: Mapping[str, str]) -> Mapping[str, object]:
    given = {"state": query.get("state", "").strip()}
    given |= {name: without_typography(query.get(name, "")) for name in ("starts_with", "contains")}
    wanted = {name: value for name, value in given.items() if value}
    if not wanted and "find" not in query:
        return {"for_sale": None, "refusal": ""}
    try:
        found = control.perform("GET", "/v2/numbers/available", query=wanted | {"limit": str(_FOR_SALE)})
    except ValueError as error:
        return {"for_sale": [], "refusal": str(error)}
    return {"for_sale": found["data"], "refusal": ""}


def _names(_control: Control, reading: Reading, _query: Mapping[str, str]) -> Mapping[str, object]:
    decided = reading.names(is_waiting=False, most=_NAMES)
    return {
        "waiting": reading.names(is_waiting=True, most=_NAMES),
        "decided": decided,
        "numbers_of": {name.id: reading.numbers_with_name(name.id, _NUMBERS_OF_NAME) for name in decided.shown},
    }


def _requests(control: Control, _reading: Reading, query: Mapping[str, str]) -> Mapping[str, object]:
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


def _webhooks(control: Control, reading: Reading, query: Mapping[str, str]) -> Mapping[str, object]:
    wanted, only = query.get("q", ""), query.get("only", "")
    shown = reading.webhook(query.get("show", ""))
    return {
        "kinds": CALLBACKS,
        "callbacks": reading.callbacks(),
        "deliveries": reading.webhooks(wanted, only, _DELIVERIES),
        "all_deliveries": reading.webhook_count(),
        "wanted": {"q": wanted, "only": only},
        "statuses": DELIVERY_STATUSES,
        "keep": urlencode({"q": wanted, "only": only}, errors="replace"),
        "detail": shown and WebhookDetail(shown, HEADERS, control.attempts(shown.id), curl_of_webhook(shown)),
    }


def _account(control: Control, _reading: Reading, query: Mapping[str, str]) -> Mapping[str, object]:
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

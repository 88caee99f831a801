"""Requests and webhooks opened on the page: readable bodies, curl commands that repeat them, what a search finds."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.phone_numbers import without_typography
from flowroute_async.sandbox.records import Delivery
from flowroute_async.sandbox.request_log import Answer, RequestRecord

_SHOWN_CHARACTERS = 20_000
_LONG_ID = 20
# Headers that curl sets itself, or that say how the bytes went.
_NOT_REPEATED = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "transfer-encoding", "user-agent"}
)
# What stands in a URL's path as it is, besides letters and digits.
_PLAIN_IN_PATH = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """One request, opened.

    Attributes:
        request: The request.
        answer: What it was answered, if that is still known.
        curl: The command that repeats it, with placeholders for the keys.
    """

    request: RequestRecord
    answer: Answer | None
    curl: str


@dataclass(frozen=True, slots=True)
class WebhookDetail:
    """One webhook, opened.

    Attributes:
        delivery: The webhook.
        headers: What its request says besides what every request does.
        attempts: What came of each attempt.
        curl: The command that repeats it.
    """

    delivery: Delivery
    headers: Mapping[str, str]
    attempts: list[Attempt]
    curl: str


def readable(body: str) -> str:
    """Return a body as a person reads it: JSON indented, the rest as it is; of a long one the beginning."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}\n..."


def content_of(delivery: Delivery) -> str:
    """Return in a few words what a webhook says."""
    try:
        payload: object = json.loads(delivery.payload)
    except ValueError:
        return ""
    if not isinstance(payload, dict):
        return ""
    document = cast("dict[str, object]", payload)
    inner = document.get("data", document)
    data = cast("dict[str, object]", inner) if isinstance(inner, dict) else document
    attributes = data.get("attributes", data)
    status = cast("dict[str, object]", attributes).get("status") if isinstance(attributes, dict) else None
    id_ = str(data.get("id", ""))
    words = (str(data.get("type", "message")).replace("_", " "), status, id_ if len(id_) < _LONG_ID else f"{id_[:13]}…")
    return ", ".join(str(word) for word in words if word)


def curl_of_request(request: RequestRecord, base_url: str) -> str:
    """Return the curl command that repeats a request.

    Args:
        request: The request.
        base_url: The sandbox's address.
    """
    query = f"?{request.query}" if request.query else ""
    url = f"{base_url}{quote(request.path, safe=_PLAIN_IN_PATH)}{query}"
    parts = ["curl", *_method(request.method, request.body), shlex.quote(url), '-u "$FR_ACCESS_KEY:$FR_SECRET_KEY"']
    for name, value in request.headers.items():
        if name not in _NOT_REPEATED and (name, value) != ("accept", "*/*"):
            parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    return _joined(parts, request.body)


def curl_of_webhook(delivery: Delivery) -> str:
    """Return the curl command that repeats a webhook."""
    return _joined(["curl", shlex.quote(delivery.url), "-H 'content-type: application/json'"], delivery.payload)


def is_found(wanted: str, *texts: object) -> bool:
    """Return whether all words of a search are in some of the texts, or the phone number that it is, in any form."""
    if not wanted:
        return True
    text = "\n".join(map(str, texts)).lower()
    if all(word in text for word in wanted.lower().split()):
        return True
    number = without_typography(wanted).lstrip("+")
    return number.isdecimal() and number in text


def _method(method: str, body: str) -> list[str]:
    is_usual = method == ("POST" if body else "GET")
    return [] if is_usual else ["--head"] if method == "HEAD" else [f"-X {method}"]


def _joined(parts: list[str], body: str) -> str:
    if body:
        parts.append(f"--data-raw {shlex.quote(body)}")
    return " \\\n  ".join([" ".join(parts[:2]), *parts[2:]])

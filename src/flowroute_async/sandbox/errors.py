"""The vendor's error bodies."""

from collections.abc import Mapping
from typing import cast
from uuid import uuid4

_TITLES = {
    400: "Client Error",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Resource not found",
    405: "Method Not Allowed",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


REFUSAL = "the refusal's status and text"
"""What is inferred of most refusals: that there is one is documented, and no more."""


class ApiError(Exception):
    """A refusal in the vendor's form.

    Args:
        status: The HTTP status.
        detail: Text, or an object keyed like the request.
        title: Left out of the body when None.
        has_id: Whether the body names the request; some of the vendor's do not.
        headers: Further response headers.
        inferred: What of the answer rests on inference; empty if nothing does.
    """

    def __init__(
        self,
        status: int,
        detail: object,
        title: str | None = None,
        *,
        has_id: bool = True,
        headers: Mapping[str, str] | None = None,
        inferred: str = "",
    ) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.inferred = inferred
        self.headers: dict[str, str] = dict(headers or {})
        error: dict[str, object] = {"detail": detail, "status": status}
        if has_id:
            error["id"] = str(uuid4())
        if title is not None:
            error["title"] = title
        self.body: dict[str, list[dict[str, object]]] = {"errors": [error]}

    @property
    def sentence(self) -> str:
        """What is wrong, for a person: the texts of the detail, with the names of what they are about."""
        (error,) = self.body["errors"]
        return "; ".join(_texts(error["detail"])) or str(error.get("title", self))


def _texts(detail: object, name: str = "") -> list[str]:
    if isinstance(detail, dict):
        named = cast("dict[str, object]", detail)
        return [text for key, value in named.items() for text in _texts(value, key)]
    if isinstance(detail, list):
        return [text for value in cast("list[object]", detail) for text in _texts(value, name)]
    return [f"{name}: {detail}" if name else str(detail)] if detail else []


def unauthorized() -> ApiError:
    """The keys are missing or wrong."""
    # inferred: the challenge header.
    return ApiError(
        401, "Authentication failed.", "Unauthorized", headers={"www-authenticate": 'Basic realm="flowroute"'}
    )


def not_authorized(inferred: str = "") -> ApiError:
    """The account may not do that; the vendor's body names no request."""
    return ApiError(403, "", "ActionNotAuthorizedError", has_id=False, inferred=inferred)


def messaging_disabled() -> ApiError:
    """The number cannot send messages, or not yet; the text says how it can."""
    words = "Messaging is not enabled for this number; enable it, and wait until that task has ended."
    return ApiError(403, words, "ActionNotAuthorizedError", inferred=REFUSAL)


def insufficient_funds() -> ApiError:
    """The balance does not cover it."""
    # The status is what a client of the vendor's expects of purchases, E911 and CNAM alike.
    words = "Insufficient funds to perform this operation"
    return ApiError(403, words, "Insufficient funds", inferred="the body of the refusal")


def not_found(inferred: str = "") -> ApiError:
    """The account has no such thing."""
    return ApiError(404, "Could not find that resource on your account.", inferred=inferred)


def unknown_path() -> ApiError:
    """The API has no such path; in the vendor's body the status is a text, and nothing else is there."""
    error = ApiError(404, "")
    error.body = {
        "errors": [
            {
                "status": "404 Not Found: The requested URL was not found on the server. If you entered the URL "
                "manually please check your spelling."
            }
        ]
    }
    return error


def method_not_allowed(allowed: str) -> ApiError:
    """The path knows other methods only."""
    return ApiError(
        405, "The method is not allowed for the requested URL.", "Method Not Allowed", headers={"allow": allowed}
    )


def unreadable() -> ApiError:
    """The body's JSON or its encoding is broken."""
    words = "The request body could not be read."
    return ApiError(400, words, "Bad Request", inferred=REFUSAL)


def unsupported_media_type() -> ApiError:
    """The body is neither JSON nor a form."""
    words = "The body of the request is neither JSON nor a form."
    return ApiError(415, words, "Unsupported Media Type", inferred="the body of the refusal")


def too_many_requests() -> ApiError:
    """A rate limit was passed."""
    words = "You are sending too many requests at once."
    return ApiError(429, words, "Too Many Requests", inferred="the body of the refusal, and that it has no Retry-After")


def out_of_order() -> ApiError:
    """A service behind the API does not answer."""
    words = "The Message Provision API is unavailable."
    return ApiError(503, words, "Service Unavailable", inferred="the body of the refusal")


def invalid(detail: object, *, observed: bool = False) -> ApiError:
    """A value breaks a rule; the vendor's body has no title.

    Args:
        detail: Text, or an object keyed like the request.
        observed: Whether the vendor was seen to refuse this so; else status and text are inferred.
    """
    return ApiError(422, detail, inferred="" if observed else REFUSAL)


def plain(status: int) -> ApiError:
    """Any other status, for scripted faults."""
    return ApiError(status, "The sandbox was told to answer so.", _TITLES.get(status))

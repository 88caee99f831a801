"""One API call as the operations see it, and what they answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

from flowroute_async.sandbox.bodies import read_body
from flowroute_async.sandbox.errors import ApiError, invalid

JSON_API = "application/vnd.api+json"


@dataclass(frozen=True)  # without slots, which a cached property does not go with
class Call:
    """A request: its path and query are read, its body when an operation asks for it.

    Attributes:
        operation: Which operation it asks for.
        base_url: Scheme and host, for links.
        path: The path as asked for, without a slash at the end.
        ids: What stands in the variable parts of the path.
        query: The query's values; of repeated names the last one.
        content_type: The label of the body, or an empty text.
        content: The body's bytes.
    """

    operation: str
    base_url: str
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str = ""
    content: bytes = b""

    @cached_property
    def body(self) -> Mapping[str, object]:
        """The body's members; empty when there is no body.

        Raises:
            ApiError: If the body cannot be read.
        """
        return read_body(self.content_type, self.content)

    def url(self, path: str) -> str:
        """Make a link to a path of this server."""
        return self.base_url + path

    @property
    def version(self) -> str:
        """The version of the API that the path names, as `v2.1`."""
        return self.path.split("/")[1]

    @property
    def wrapped(self) -> bool:
        """Whether the body has the JSON:API form (`data`), rather than the compact one."""
        return "data" in self.body

    @property
    def attributes(self) -> Mapping[str, object]:
        """The attributes in the body, whichever form it has.

        Raises:
            ApiError: If the JSON:API form is incomplete.
        """
        if not self.wrapped:
            return self.body
        data = _members(self.body["data"])
        attributes = None if data is None else _members(data.get("attributes"))
        if attributes is None:
            raise invalid({"data": {"attributes": ["Missing data for required field."]}})
        return attributes

    @property
    def reference(self) -> str:
        """The id in a body that names a resource.

        Raises:
            ApiError: If there is none.
        """
        data = _members(self.body.get("data"))
        id_ = None if data is None else data.get("id")
        if isinstance(id_, bool) or not isinstance(id_, str | int):
            raise invalid({"data": {"id": ["Missing data for required field."]}})
        return str(id_)

    def rejected(self, faults: Mapping[str, str], *, observed: bool = False) -> ApiError:
        """Make the refusal of attributes: its detail is keyed like the request.

        Args:
            faults: What is wrong with each.
            observed: Whether the vendor was seen to refuse this so.
        """
        detail = {name: [text] for name, text in faults.items()}
        return invalid({"data": {"attributes": detail}} if self.wrapped else detail, observed=observed)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: The HTTP status.
        body: The body.
        headers: The headers.
        inferred: What of it rests on inference; empty if nothing does.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    inferred: str = ""

    @classmethod
    def json(cls, status: int, payload: object, headers: Mapping[str, str] | None = None) -> "Reply":
        """Answer with a JSON body of the vendor's type."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        return cls(status, body, {"content-type": JSON_API, **(headers or {})})

    @classmethod
    def of_error(cls, error: ApiError) -> "Reply":
        """Answer with an error."""
        return replace(cls.json(error.status, error.body, error.headers), inferred=error.inferred)


NO_CONTENT = Reply(204)


def _members(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None

"""What is sent for an operation: its address, headers and body."""

from collections.abc import Mapping

from flowroute_async.config import BASE_URL, Config
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.exchange import Request
from flowroute_async.version import __version__
from flowroute_openapi.types import Operation


class RequestBuilder:
    """Builds the requests of a client and all its copies."""

    def __init__(self, config: Config) -> None:
        self._base_url = config.base_url
        self._headers = {
            "authorization": config.credentials.authorization,
            "accept": "application/vnd.api+json, application/json",
            "accept-encoding": "gzip",
            # An answer of before, told as that of now, would say that what was sent or bought was not.
            "cache-control": "no-cache",
            "user-agent": f"flowroute-async/{__version__}",
        }

    def build(self, operation: Operation[object]) -> Request:
        """Build the request of an operation.

        Raises:
            InvalidArgumentError: If a text has no encoding.
        """
        try:
            content = operation.encode_body()
            query = f"?{operation.encode_query()}" if operation.query else ""
        except ValueError:  # half of a surrogate pair, which no encoding has
            raise InvalidArgumentError("every text", "encodable as UTF-8") from None
        return Request(
            operation.method,
            f"{self._server_of(operation)}{operation.path}{query}",
            self._headers_of(operation, has_body=content is not None),
            content,
        )

    def _server_of(self, operation: Operation[object]) -> str:
        """Return the address that serves an operation: one of its own is used with the vendor's API alone."""
        return operation.server if operation.server and self._base_url == BASE_URL else self._base_url

    def _headers_of(self, operation: Operation[object], *, has_body: bool) -> Mapping[str, str]:
        if not has_body and not operation.headers:
            return self._headers
        kind = {"content-type": operation.body_type()} if has_body else {}
        return {**self._headers, **kind, **{name.lower(): value for name, value in operation.headers}}

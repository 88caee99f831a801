"""The store of files beside the API: addresses that carry their own permission, as of S3, and refuse any other."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply

_SECRET = b"the sandbox signs what it hands out, and keeps nothing secret"
_MOMENT = "%Y%m%dT%H%M%SZ"
_OTHER_NAME = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


def presigned(account: Account, call: Call, path: str, seconds: float, *, method: str = "GET") -> str:
    """Make an address of a file that can be used for some time, without keys.

    It is on another host than the API where this machine has another name, so that a client which shows its keys to
    every host is found out.

    Args:
        account: The account, for the time.
        call: The request that asks for the address.
        path: The file's path.
        seconds: How long it can be used, by the clock.
        method: What can be done with it.
    """
    return f"{_host(call.base_url)}{path}?{urlencode(_permission(account.clock.now(), path, round(seconds), method))}"


def refusal(account: Account, call: Call, method: str, *, authorization: bool) -> Reply | None:
    """Return the refusal of a request without a good permission, or None.

    Args:
        account: The account, for the time.
        call: The request.
        method: Its method.
        authorization: Whether it has an Authorization header, which the real store takes for a second permission.
    """
    if authorization:
        words = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
        return _error(400, "InvalidArgument", words + "parameter or the Authorization header should be specified")
    try:
        begun = datetime.strptime(call.query["X-Amz-Date"], _MOMENT).replace(tzinfo=UTC)
        seconds = int(call.query["X-Amz-Expires"])
        good = hmac.compare_digest(call.query["X-Amz-Signature"], _signature(begun, call.path, seconds, method))
        over = begun + timedelta(seconds=seconds) <= account.clock.now()
    except (KeyError, ValueError, TypeError, OverflowError):
        return _error(403, "AccessDenied", "Access Denied")
    if not good:
        words = "The request signature we calculated does not match the signature you provided."
        return _error(403, "SignatureDoesNotMatch", words)
    return _error(403, "AccessDenied", "Request has expired") if over else None


def missing() -> Reply:
    """Return the answer of a file that is not there."""
    return _error(404, "NoSuchKey", "The specified key does not exist.")


def _permission(begun: datetime, path: str, seconds: int, method: str) -> dict[str, object]:
    return {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"SANDBOX/{begun:%Y%m%d}/us-west-2/s3/aws4_request",
        "X-Amz-Date": begun.strftime(_MOMENT),
        "X-Amz-Expires": seconds,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": _signature(begun, path, seconds, method),
    }


def _signature(begun: datetime, path: str, seconds: int, method: str) -> str:
    signed = f"{method} {path} {begun.strftime(_MOMENT)} {seconds}"
    return hmac.new(_SECRET, signed.encode(), sha256).hexdigest()


def _host(base_url: str) -> str:
    parts = urlsplit(base_url)
    name, colon, port = parts.netloc.partition(":")
    return f"{parts.scheme}://{_OTHER_NAME.get(name, name)}{colon}{port}"


def _error(status: int, code: str, message: str) -> Reply:
    body = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>'
    return Reply(status, body.encode(), {"content-type": "application/xml"})

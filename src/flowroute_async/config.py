"""How a client is set up: credentials, address, times and limits, each checked once and then frozen."""

import base64
import hashlib
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, Literal, ParamSpec, TypeAlias, TypeVar, get_args
from urllib.parse import urlsplit

from flowroute_async.errors import ConfigurationError

__all__ = ["Credentials", "MessagesVersion", "Options", "Rates"]

BASE_URL = "https://api.flowroute.com"
BASE_URL_VARIABLE = "FR_BASE_URL"
ACCESS_KEY_VARIABLE = "FR_ACCESS_KEY"
SECRET_KEY_VARIABLE = "FR_SECRET_KEY"  # noqa: S105 - the name of a variable, not a key

_LOOPBACK_NAMES = frozenset({"localhost", "::1"})
_VERSION = re.compile(r"(/v2(?:\.\d+)?)/*$")
_MAX_CONCURRENCY = 1000
_MAX_RETRIES = 100


SelfT = TypeVar("SelfT")
P = ParamSpec("P")


def hide_arguments(construct: Callable[Concatenate[SelfT, P], None]) -> Callable[Concatenate[SelfT, P], None]:
    """Make a constructor that takes keys or passwords leave none in the traceback of a `ConfigurationError`.

    Tracebacks can show the variables of each frame: those of `traceback` with `capture_locals`, rich, Sentry.
    """

    @wraps(construct)
    def checked(self: SelfT, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            construct(self, *args, **kwargs)
        except ConfigurationError as error:
            refusal = error.with_traceback(None)
            refusal.__context__ = refusal.__cause__ = None  # a library's error, whose text may quote what was given
        else:
            return
        del args, kwargs
        raise refusal

    return checked


class Credentials:
    """An access key and a secret key, which nothing shows: no repr, no text, no pickle."""

    __slots__ = ("account", "authorization")

    @hide_arguments
    def __init__(self, access_key: str | None = None, secret_key: str | None = None) -> None:
        """Check the keys, or those of the environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`).

        Raises:
            ConfigurationError: If a key is missing, or has signs that no key has.
        """
        access = _key("access_key", access_key, ACCESS_KEY_VARIABLE)
        secret = _key("secret_key", secret_key, SECRET_KEY_VARIABLE)
        if ":" in access:
            raise ConfigurationError("access_key must not contain a colon, which ends the user in HTTP Basic")
        self.authorization: str = "Basic " + base64.b64encode(f"{access}:{secret}".encode()).decode()
        """The value of the Authorization header (RFC 7617)."""
        self.account: str = hashlib.sha256(f"flowroute access key {access}".encode()).hexdigest()[:16]
        """A digest of the access key, which tells one account from another."""

    def __repr__(self) -> str:
        """Show that there are keys, and nothing of them."""
        return "Credentials(hidden)"

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("credentials are not pickled; build the client anew where it is needed")


def _key(argument: str, value: str | None, variable: str) -> str:
    key: object = os.environ.get(variable) if value is None else value
    if not isinstance(key, str) or not key:
        raise ConfigurationError(f"no {argument}: pass {argument}= or set {variable}")
    if not key.isprintable() or any(sign.isspace() for sign in key):
        raise ConfigurationError(f"{argument} must be one word of printable signs, without spaces or line ends")
    return key


def refuse_other_type(name: str, value: object, kind: type) -> None:
    """Accept an option of its type, or None where it is left out.

    Raises:
        ConfigurationError: If it is anything else; the text does not show it.
    """
    if value is not None and not isinstance(value, kind):
        raise ConfigurationError(f"{name} must be of type {kind.__name__}, not {type(value).__name__}")


def checked_base_url(url: str) -> str:
    """Return the address of the API without a slash at its end.

    Raises:
        ConfigurationError: If it is no https URL (http is for this machine's own loopback addresses only), or has a
            user, a query or a fragment.
    """
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise ConfigurationError("base_url is not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("base_url must not hold credentials: pass access_key= and secret_key=")
    if not parts.hostname or not port_is_valid or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise ConfigurationError(
            "base_url must be scheme, host and, if need be, port and path: https://api.example.com"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ConfigurationError(
            "base_url must begin with https://, since the keys go with every request; "
            "http:// is accepted for loopback hosts only (127.0.0.1, ::1, localhost)"
        )
    if version := _VERSION.search(parts.path):
        raise ConfigurationError(f"base_url must end before {version[1]}, which each call brings along")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    parts = host.split(".")
    octets = len(parts) == 4 and all(part.isascii() and part.isdigit() and int(part) <= 255 for part in parts)  # noqa: PLR2004 - IPv4
    return host in _LOOPBACK_NAMES or (octets and parts[0] == "127")


@dataclass(frozen=True)  # without slots, as `Config`
class Options:
    """What may differ from call to call.

    Attributes:
        timeout: Seconds for one attempt, from connecting to the last byte.
        deadline: Seconds for the whole call: queueing, pacing, pauses and all attempts.
        max_retries: How often a call is sent again at the most.
    """

    timeout: float = 30.0
    deadline: float = 120.0
    max_retries: int = 4

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        _positive("timeout", self.timeout, "seconds")
        _positive("deadline", self.deadline, "seconds")
        _whole("max_retries", self.max_retries, 0, _MAX_RETRIES)

    def updated(self, timeout: float | None, deadline: float | None, max_retries: int | None) -> "Options":
        """Return these options with those that are given.

        Raises:
            ConfigurationError: If one is out of its range.
        """
        return Options(
            self.timeout if timeout is None else timeout,
            self.deadline if deadline is None else deadline,
            self.max_retries if max_retries is None else max_retries,
        )


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a second that the account is allowed, by kind of call; None where that is not known.

    Where it is known, calls are paced evenly. Where it is not, they go as they come until the server answers 429; the
    client then finds the rate and holds it.

    Attributes:
        api: All calls but sending messages.
        sms: Sending SMS; the vendor allows 5 a second.
        mms: Sending MMS; the vendor allows 1 a second.
    """

    api: float | None = None
    sms: float | None = 5.0
    mms: float | None = 1.0

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        for name in ("api", "sms", "mms"):
            if (rate := getattr(self, name)) is not None:
                _positive(f"rates.{name}", rate, "requests a second")


MessagesVersion: TypeAlias = Literal["2.1", "2.2"]
"""Which version of the API messages go by; 2.2 says what a message costs as it is sent."""


@dataclass(frozen=True)  # without slots the class itself has the defaults, which the client's constructor shows
class Config:
    """What is fixed for a client and all that share its connections.

    Attributes:
        credentials: The keys.
        base_url: The address of the API.
        max_concurrency: Connections, and so requests in flight, from 1 to 1000.
        max_response_bytes: The largest body that is accepted, decompressed; None for a limit by operation, near what
            its largest page needs.
        rates: The requests a second that the account is allowed.
        messages_version: Which version of the API messages go by, "2.1" or "2.2".
    """

    credentials: Credentials
    base_url: str = BASE_URL
    max_concurrency: int = 20
    max_response_bytes: int | None = None
    rates: Rates = field(default_factory=Rates)
    messages_version: MessagesVersion = "2.1"

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        if self.messages_version not in get_args(MessagesVersion):
            raise ConfigurationError('messages_version must be "2.1" or "2.2"')
        object.__setattr__(self, "base_url", checked_base_url(self.base_url))
        _whole("max_concurrency", self.max_concurrency, 1, _MAX_CONCURRENCY)
        if self.max_response_bytes is not None:
            _whole("max_response_bytes", self.max_response_bytes, 1, None)


def _positive(name: str, value: object, unit: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < math.inf:
        raise ConfigurationError(f"{name} must be a finite number of {unit} above 0, not {value!r}")


def _whole(name: str, value: object, lowest: int, highest: int | None) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest or (highest and value > highest):
        bounds = f"from {lowest} to {highest}" if highest else f"of at least {lowest}"
        raise ConfigurationError(f"{name} must be a whole number {bounds}, not {value!r}")

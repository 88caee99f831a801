"""The values of inbound routes: hosts, phone numbers and SIP addresses. Pure.

Source: the vendor's pages create-an-inbound-route and on weighted routing; RFC 3261 for SIP addresses,
RFC 1123 for host names.
"""

import ipaddress
import re

from flowroute_async.arguments import kind, north_american_number, plain, text
from flowroute_async.errors import InvalidArgumentError

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?")
_USER = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()&=+$,/]|%[0-9A-Fa-f]{2})+")
_PARAMETER = re.compile(r"[A-Za-z0-9\-_.!~*'%+]+(?:=[A-Za-z0-9\-_.!~*'%+\[\]/:&$]*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_PORT = re.compile(r"[0-9]{1,5}")
_SCHEMES = {"sip", "sips", "tel", "http", "https", "mailto", "udp", "tcp", "tls", "ws", "wss", "h323", "iax", "iax2"}
_TRANSPORTS = ("udp", "tcp", "tls")
_LONGEST_HOST, _LAST_PORT, _LARGEST_WEIGHT = 253, 65535, 1000


def route_value(route_type: object, value: object) -> str:
    """Return a route's value as it is sent.

    Args:
        route_type: "host", "number" or "uri".
        value: The value, with `;transport=` and `;weight=` as the vendor has them.

    Raises:
        InvalidArgumentError: If it is not of the route's type; the text says what is wrong and shows no address.
    """
    checked = plain(text("value", value)).strip()
    if re.search(r"[^!-~]", checked) and route_type in {"host", "uri"}:
        raise _refused("without spaces and in ASCII, a name of other letters in its xn-- form", kind(checked))
    match route_type:
        case "number":
            number, weight = _weight_apart(checked)
            return north_american_number("value", number) + weight
        case "host":
            host, *parameters = checked.split(";")
            _check_host(host, "an IP address or host name, with :port if need be")
            _check_parameters(parameters)
            return checked
        case "uri":
            return _uri(checked)
        case _:
            raise InvalidArgumentError("route_type", '"host", "number" or "uri"', given=kind(route_type))


def _uri(checked: str) -> str:
    allowed = "a SIP address such as sip:user@example.com:5060;transport=tls"
    address, *parameters = checked.split(";")
    scheme = _SCHEME.fullmatch(address)
    if scheme and scheme[1].lower() in {"sip", "sips"}:
        address = scheme[2]
    elif scheme and "@" not in scheme[1]:
        given = scheme[1] if scheme[1].lower() in _SCHEMES else kind(checked)
        raise _refused(f"{allowed}, by the scheme sip or sips", given)
    user, at, host = address.rpartition("@")
    if not at or not user:
        raise _refused(f"{allowed}, with a user before the @", kind(checked))
    if ":" in user:
        raise _refused(f"{allowed}, without a password", "one with a password")
    if not _USER.fullmatch(user):
        raise _refused(f"{allowed}, with a user of the signs that RFC 3261 allows there", kind(checked))
    _check_host(host, allowed)
    _check_parameters(parameters)
    return checked


def _check_host(authority: str, allowed: str) -> None:
    if "@" in authority or "/" in authority or authority.partition(":")[0].lower() in _SCHEMES:
        raise _refused(f"{allowed}, without a scheme, a user and a path", kind(authority))
    if authority.count(":") > 1 and not authority.startswith("["):
        raise _refused(f"{allowed}, an IPv6 address in brackets such as [2001:db8::1]", kind(authority))
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise _refused(allowed, kind(authority))
    host, port = parts.groups()
    if port is not None and not (_PORT.fullmatch(port) and 1 <= int(port) <= _LAST_PORT):
        given = f"port {port}" if _PORT.fullmatch(port) else kind(port)
        raise _refused(f"{allowed}, with a port from 1 to {_LAST_PORT}", given)
    if host.startswith("["):
        if ":" not in host or not _is_ip(host[1:-1]):
            raise _refused(f"{allowed}, with an IPv6 address in the brackets", kind(host))
    else:
        _check_name(host, allowed)


def _check_name(host: str, allowed: str) -> None:
    labels = host.split(".")
    if labels[-1].isdigit():
        if not _is_ip(host):
            raise _refused(f"{allowed}, an IPv4 address of four numbers from 0 to 255", kind(host))
        return
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(f"{allowed}, of letters, digits, hyphens and single dots", kind(host))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _check_parameters(parameters: list[str]) -> None:
    names: list[str] = []
    for place, parameter in enumerate(parameters):
        if not _PARAMETER.fullmatch(parameter):
            raise _refused("followed by parameters such as ;transport=tls and ;weight=500", kind(parameter))
        name, _, given = parameter.partition("=")
        names.append(name.lower())
        if names[-1] == "transport" and given.lower() not in _TRANSPORTS:
            raise _refused(f"with a transport of {', '.join(_TRANSPORTS)}", kind(given))
        if names[-1] == "weight":
            _check_weight(given)
            if place < len(parameters) - 1:
                raise _refused("with ;weight= at its end", "with more behind it")
    if len(set(names)) < len(names):
        raise _refused("with each parameter once", "with one of them twice")


def _check_weight(given: str) -> None:
    if not re.fullmatch(r"[0-9]{1,4}", given) or int(given) > _LARGEST_WEIGHT:
        shown = given if re.fullmatch(r"-?[0-9.]{1,12}", given) else kind(given)
        raise _refused(f"with a weight from 0 to {_LARGEST_WEIGHT}", shown)


def _weight_apart(checked: str) -> tuple[str, str]:
    number, *parameters = checked.split(";")
    if not parameters:
        return number, ""
    if len(parameters) > 1 or not parameters[0].lower().startswith("weight="):
        raise _refused("a phone number, with ;weight= at its end if need be", "with something else behind it")
    _check_weight(parameters[0].partition("=")[2])
    return number, f";{parameters[0]}"


def _refused(allowed: str, given: str) -> InvalidArgumentError:
    return InvalidArgumentError("value", allowed, given=given)

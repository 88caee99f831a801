"""Where operations are sent, and how they are allowed: the servers and the security of a document."""

import re
from collections.abc import Iterator

from regeneration.api import Api, OperationNode
from regeneration.reading import Json


class Refusal(Exception):  # noqa: N818 - it is the answer to a document, and no fault of the program
    """A construct that cannot be written; the text names it and where it stands."""


def server_of(api: Api, operation: OperationNode) -> str | None:
    """Return the address of the server that an operation has of its own; None where that of the document serves it.

    Raises:
        Refusal: If it cannot be sent there.
    """
    if not operation.servers:
        return None
    first = operation.servers[0]
    url = first.get("url") if isinstance(first, dict) else None
    if not isinstance(url, str):
        raise Refusal("has no address")
    url = _filled(url, first.get("variables") if isinstance(first, dict) else None)
    if url.startswith("/"):
        raise Refusal(f"{url} is relative to the document, which is not supported")
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:/[^?#{}\s]*)?", url):
        raise Refusal(f"{url} is no https address without a query")
    if url.rstrip("/") == _main_server(api).rstrip("/"):
        return None
    main = _host(_main_server(api))
    if main and _site(_host(url)) != _site(main):
        raise Refusal(f"{url} lies outside {_site(main)}: the account's keys are not sent there")
    return url.rstrip("/")


def _filled(url: str, variables: Json) -> str:
    """Put the defaults of a server's variables into its address."""
    for name, variable in (variables if isinstance(variables, dict) else {}).items():
        default = variable.get("default") if isinstance(variable, dict) else None
        if isinstance(default, str):
            url = url.replace(f"{{{name}}}", default)
    if "{" in url:
        raise Refusal(f"{url} has a variable without a default")
    return url


def _main_server(api: Api) -> str:
    servers = api.document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else {}
    if not isinstance(first, dict):
        return ""
    try:
        return _filled(str(first.get("url", "")), first.get("variables"))
    except Refusal:
        return ""


def _host(url: str) -> str:
    found = re.match(r"https?://([^/:?#]+)", url)
    return found[1].lower() if found else ""


def _site(host: str) -> str:
    """The domain that a host belongs to: its last two labels."""
    return ".".join(host.split(".")[-2:])


def unsendable_security(api: Api) -> Iterator[str]:
    """Yield a sentence for each operation that HTTP Basic alone does not open, which is all that a client sends."""
    components = api.document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    basic = {
        name
        for name, given in (schemes if isinstance(schemes, dict) else {}).items()
        if (scheme := api.resolve(given)).get("type") == "http" and str(scheme.get("scheme")).lower() == "basic"
    }
    for operation in api.operations:
        alternatives = operation.security if isinstance(operation.security, list) else []
        needed = [sorted(one) for one in alternatives if isinstance(one, dict)]
        if needed and not any(set(one) <= basic for one in needed):
            kinds = " or ".join(" with ".join(one) for one in needed)
            label = f"{operation.python_name} ({operation.place})"
            yield f"{label}: its security needs {kinds}, and only HTTP Basic is sent"

"""Which method and path is which operation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flowroute_async.sandbox import (
    callbacks,
    cdr_exports,
    cnam,
    described,
    e911,
    messages,
    numbers,
    porting,
    porting_documents,
    provisioning,
    routes,
)
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply

Handler = Callable[[Account, Call], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and a path that an operation answers.

    Attributes:
        method: The HTTP method.
        path: What the path must match.
        handler: What answers.
        is_stored: Whether it is of the store beside the API, whose addresses carry their own permission.
        inferred: What of its successes rests on inference; empty if nothing does.
    """

    method: str
    path: re.Pattern[str]
    handler: Handler
    is_stored: bool = False
    inferred: str = ""

    @property
    def operation(self) -> str:
        """The operation's name."""
        return self.handler.__name__


_CALLBACK = "|".join(callbacks.CALLBACK_TYPES)
# What a variable part of a path can be: not a word that stands for something else in its place.
_PARTS = {
    "callback": _CALLBACK,
    "message": rf"(?!(?:{_CALLBACK})$)[^/]+",
    "number": r"(?!available$)[^/]+",
    "route": r"(?!edge_strategies$)[^/]+",
    "address": r"(?!validate$)[^/]+",
    "record": r"[^/]+",
    "order": r"(?!portability$)[^/]+",
    "preset": "cnam_id|e911_id|primary_route_id|failover_route_id|alias",
    "export": r"[^/]+",
    "task": r"[^/]+",
    "file": r"[^/]+",
}

_SPELLINGS = {
    "MESSAGES": r"/v2(?:\.[12])?/messages",
    # The vendor's pages of a newer version of the numbers, and samples made from them, call these.
    "NUMBERS": r"/v2(?:\.1)?/numbers",
    # The vendor's own clients use the singular, its documentation the plural.
    "CNAM": "cnams?",
    # The vendor's pages spell these both ways.
    "LOA": "(?:loa|LOA)",
    "PRESETS": "presets?",
}


# What of successes rests on inference; the rest is documented, or seen in clients and answers.
_INFERRED = {
    "get_number_callback": "all of it, from a document of the vendor that was never released",
    "delete_number_callback": "all of it, from a document of the vendor that was never released",
    "delete_account_callback": "that the older version has it too",
    "check_portability": "which numbers can be ported",
    "create_port_order": "status and body",
    "list_port_orders": "that filters stand in the query, and the order",
    "add_port_order_group_numbers": "which order is answered",
    "get_message_provisioning": "the words for success and failure",
}
_FOLDERS = (f"{cdr_exports.FOLDER}/", f"{porting_documents.FOLDER}/")


def _endpoint(method: str, path: str, handler: Handler) -> Endpoint:
    pattern = re.sub(r"\\\{(\w+)\\\}", lambda part: f"(?P<{part[1]}>{_PARTS[part[1]]})", re.escape(path))
    for word, spellings in _SPELLINGS.items():
        pattern = pattern.replace(word, spellings)
    inferred = "" if path.startswith("/v2.2/") else _INFERRED.get(handler.__name__, "")
    return Endpoint(method, re.compile(pattern), handler, path.startswith(_FOLDERS), inferred)


_HANDLED = tuple(
    _endpoint(method, path, handler)
    for method, path, handler in (
        ("GET", "NUMBERS/available", numbers.search_available_numbers),
        ("GET", "/v2/numbers/available/areacodes", numbers.list_available_area_codes),
        ("GET", "/v2/numbers/available/exchanges", numbers.list_available_exchanges),
        ("GET", "/v2/numbers/available/tiers", numbers.list_available_tiers),
        ("GET", "NUMBERS", numbers.list_numbers),
        ("GET", "NUMBERS/{number}", numbers.get_number),
        ("POST", "NUMBERS/{number}", numbers.purchase_number),
        ("PATCH", "/v2/numbers/{number}", numbers.update_number),
        ("DELETE", "/v2/numbers/{number}", numbers.release_number),
        ("POST", "/v2/numbers/{number}/relationships/{callback}", callbacks.set_number_callback),
        ("GET", "/v2/numbers/{number}/relationships/{callback}", callbacks.get_number_callback),
        ("DELETE", "/v2/numbers/{number}/relationships/{callback}", callbacks.delete_number_callback),
        ("PATCH", "/v2/numbers/{number}/relationships/primary_route", routes.set_primary_route),
        ("DELETE", "/v2/numbers/{number}/relationships/primary_route", routes.remove_primary_route),
        ("PATCH", "/v2/numbers/{number}/relationships/failover_route", routes.set_failover_route),
        ("DELETE", "/v2/numbers/{number}/relationships/failover_route", routes.remove_failover_route),
        ("GET", "/v2/routes", routes.list_routes),
        ("POST", "/v2/routes", routes.create_route),
        ("GET", "/v2/routes/edge_strategies", routes.list_edge_strategies),
        ("PATCH", "/v2/routes/{route}", routes.update_route),
        ("DELETE", "/v2/routes/{route}", routes.delete_route),
        ("POST", "MESSAGES", messages.send_message),
        ("GET", "MESSAGES", messages.list_messages),
        ("PUT", "MESSAGES/{callback}", callbacks.set_account_callback),
        ("GET", "MESSAGES/{callback}", callbacks.get_account_callback),
        ("DELETE", "/v2.2/messages/{callback}", callbacks.delete_account_callback),
        ("DELETE", "MESSAGES/{callback}", callbacks.delete_account_callback),
        ("GET", "MESSAGES/{message}", messages.get_message),
        ("GET", "/v2/e911s", e911.list_e911_addresses),
        ("POST", "/v2/e911s", e911.create_e911_address),
        ("POST", "/v2/e911s/validate", e911.validate_e911_address),
        ("GET", "/v2/e911s/{address}", e911.get_e911_address),
        ("PATCH", "/v2/e911s/{address}", e911.update_e911_address),
        ("DELETE", "/v2/e911s/{address}", e911.delete_e911_address),
        ("GET", "/v2/e911s/{address}/relationships/numbers", e911.list_e911_numbers),
        ("PATCH", "/v2/numbers/{number}/relationships/e911s/{address}", e911.associate_e911_address),
        ("DELETE", "/v2/numbers/{number}/relationships/e911s", e911.unassociate_e911_address),
        ("GET", "/v2/cnams", cnam.list_cnam_records),
        ("POST", "/v2/cnams", cnam.create_cnam_record),
        ("GET", "/v2/cnams/{record}", cnam.get_cnam_record),
        ("PATCH", "/v2/cnams/{record}", cnam.update_cnam_record),
        ("DELETE", "/v2/cnams/{record}", cnam.delete_cnam_record),
        ("PATCH", "/v2/numbers/{number}/relationships/CNAM/{record}", cnam.associate_cnam_record),
        ("DELETE", "/v2/numbers/{number}/relationships/CNAM", cnam.unassociate_cnam_record),
        ("POST", "/v2/portorders/portability", porting.check_portability),
        ("GET", "/v2/portorders", porting.list_port_orders),
        ("POST", "/v2/portorders", porting.create_port_order),
        ("GET", "/v2/portorders/{order}", porting.get_port_order),
        ("PATCH", "/v2/portorders/{order}", porting.update_port_order),
        ("GET", "/v2/portorders/{order}/status", porting.get_port_order_status),
        ("PATCH", "/v2/portorders/{order}/status", porting.cancel_port_order),
        ("PATCH", "/v2/portorders/{order}/relationships/numbers", porting.change_port_order_numbers),
        ("POST", "/v2/portorders/{order}/numbers", porting.add_port_order_group_numbers),
        ("DELETE", "/v2/portorders/{order}/PRESETS/{preset}", porting.remove_port_order_preset),
        ("GET", "/v2/portorders/{order}/LOA", porting.get_letter_of_authorization),
        ("POST", "/v2/portorders/{order}/LOA", porting.sign_letter_of_authorization),
        ("POST", "/v2/portorders/{order}/upload_file", porting_documents.create_port_order_upload),
        ("POST", "/v2/portorders/{order}/files", porting_documents.add_port_order_file),
        ("GET", "/v2/portorders/{order}/files/{file}", porting_documents.get_port_order_file),
        ("POST", "/v2/cdrs/exports", cdr_exports.create_cdr_export),
        ("GET", "/v2/cdrs/exports", cdr_exports.list_cdr_exports),
        ("GET", "/v2/cdrs/exports/{export}", cdr_exports.get_cdr_export),
        ("POST", "/v2/message-provision", provisioning.provision_messaging),
        ("GET", "/v2/message-provision/status/{task}", provisioning.get_message_provisioning),
        ("GET", f"{cdr_exports.FOLDER}/{{file}}", cdr_exports.download_cdr_file),
        ("GET", f"{porting_documents.FOLDER}/{{order}}/{{file}}", porting_documents.get_stored_document),
        ("PUT", f"{porting_documents.FOLDER}/{{order}}/{{file}}", porting_documents.put_stored_document),
    )
)
_DESCRIBED = tuple(described.operations())
ENDPOINTS = (
    # A path that is written out wins over one with a variable part.
    *(
        Endpoint(one.method, one.path, one.handler, inferred=described.SENTENCE)
        for one in _DESCRIBED
        if not one.path.groups
    ),
    *_HANDLED,
    *(
        Endpoint(one.method, one.path, one.handler, inferred=described.SENTENCE)
        for one in _DESCRIBED
        if one.path.groups
    ),
)
"""All endpoints."""

OPERATIONS = tuple(dict.fromkeys(endpoint.operation for endpoint in ENDPOINTS))
"""The names of all operations."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a request asks for.

    Attributes:
        endpoint: The endpoint, if there is one.
        ids: What stands in the variable parts of its path.
        allowed: The methods that the path knows.
    """

    endpoint: Endpoint | None
    ids: Mapping[str, str]
    allowed: tuple[str, ...]


def find(method: str, path: str) -> Match:
    """Find the endpoint of a request: HEAD is what GET is, as everywhere on the web.

    Args:
        method: The HTTP method.
        path: The decoded path, without a slash at the end.
    """
    allowed: list[str] = []
    for endpoint in ENDPOINTS:
        found = endpoint.path.fullmatch(path)
        if found is not None:
            if endpoint.method == ("GET" if method == "HEAD" else method):
                return Match(endpoint, found.groupdict(), (method,))
            allowed += ["GET", "HEAD"] if endpoint.method == "GET" else [endpoint.method]
    return Match(None, {}, tuple(allowed))

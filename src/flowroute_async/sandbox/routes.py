"""Inbound routes, and which of them a number uses."""

import re
from dataclasses import replace
from typing import Literal

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.errors import ApiError, invalid, not_authorized, not_found
from flowroute_async.sandbox.paging import page, window
from flowroute_async.sandbox.records import Route

_WEIGHT = r"(?:;weight=[0-9]+)?"
_VALUES = {
    "host": re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?{_WEIGHT}"),
    "number": re.compile(rf"1[0-9]{{10}}{_WEIGHT}"),
    "uri": re.compile(
        rf"sips?:[^@\s;]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?(?:;transport=(?:tcp|udp|tls))?{_WEIGHT}"
    ),
}
_TYPES = ("host", "sip-reg", "uri", "number")
_EDGES = {2: ("US-West-OR", "Oregon", "us-west-or"), 4: ("US-East-VA", "North Virginia", "us-east-va")}
_BUILT_IN = "0"


def list_routes(account: Account, call: Call) -> Reply:
    """List the account's routes; the built-in one comes first."""
    shown = window(call, account.options)
    kind = call.query.get("route_type")
    if kind is not None and kind not in _TYPES:
        raise invalid({"route_type": ["Not a valid choice."]})
    found = account.routes.ascending if kind is None else account.routes.group("route_type", kind)
    edges = account.options.shape != "2018"
    rows = [resource(call, account.routes.rows[id_], edges=edges) for _, id_ in shown.cut(found)]
    return Reply.json(200, page(call, shown, rows, {} if kind is None else {"route_type": kind}))


def create_route(account: Account, call: Call) -> Reply:
    """Create a route."""
    fields = _checked(account, call, None)
    route = account.routes.put(replace(fields, id=account.new_id()))
    account.count(call.operation, route.alias)
    # The link of a new route lacks the version.
    links = {"self": call.url(f"/routes/{route.id}")}
    return Reply.json(201, {"data": resource(call, route) | {"links": links}, "links": links})


def update_route(account: Account, call: Call) -> Reply:
    """Change some of a route's attributes."""
    route = _changeable(account, call.ids["route"])
    changed = account.routes.put(_checked(account, call, route))
    account.count(call.operation, route.id)
    return Reply.json(200, {"data": resource(call, changed)})


def delete_route(account: Account, call: Call) -> Reply:
    """Delete a route that no number uses."""
    route = _changeable(account, call.ids["route"])
    if any(account.numbers.group(relation, route.id) for relation in ("primary_route", "failover_route")):
        raise ApiError(
            403,
            "Please disassociate all numbers before deleting.",
            "This Route has numbers still associated to it.",
        )
    account.routes.remove(route.id)
    account.count(call.operation, route.id)
    return NO_CONTENT


def list_edge_strategies(account: Account, call: Call) -> Reply:
    """List the edges that calls can prefer; their ids are integers, and the list has no links."""
    shown = window(call, account.options)
    rows = [
        {
            "attributes": {
                "description": f"Prefers the edge in {place}.",
                "firewall_rules": "34.226.36.32/28",
                "name": name,
                "naptr": f"{label}.sip.flowroute.com",
            },
            "id": id_,
            "type": "edge_strategy",
        }
        for id_, (name, place, label) in shown.cut(list(_EDGES.items()))[: shown.limit]
    ]
    return Reply.json(200, {"data": rows})


def set_primary_route(account: Account, call: Call) -> Reply:
    """Choose the route that a number's calls take."""
    return _assign(account, call, "primary_route", call.reference)


def set_failover_route(account: Account, call: Call) -> Reply:
    """Choose the route that a number's calls take when the primary one fails."""
    return _assign(account, call, "failover_route", call.reference)


def remove_primary_route(account: Account, call: Call) -> Reply:
    """Remove the primary route of a number."""
    return _assign(account, call, "primary_route", None)


def remove_failover_route(account: Account, call: Call) -> Reply:
    """Remove the failover route of a number."""
    return _assign(account, call, "failover_route", None)


def resource(call: Call, route: Route, *, edges: bool = False) -> dict[str, object]:
    """Write a route as the API does.

    Args:
        call: The request.
        route: The route.
        edges: Whether a route without an edge strategy says so, as those of today do.
    """
    attributes: dict[str, object] = {"route_type": route.route_type, "alias": route.alias, "value": route.value}
    if edges or route.edge_strategy_id is not None:
        attributes["edge_strategy_id"] = route.edge_strategy_id
    return {
        "attributes": attributes,
        "type": "route",
        "id": route.id,
        "links": {"self": call.url(f"/v2/routes/{route.id}")},
    }


def _assign(
    account: Account, call: Call, relationship: Literal["primary_route", "failover_route"], route: str | None
) -> Reply:
    number = account.owned(call.ids["number"])
    if route is not None and account.routes.get(route) is None:
        raise not_found()
    if relationship == "primary_route":
        account.numbers.put(replace(number, primary_route=route))
    else:
        account.numbers.put(replace(number, failover_route=route))
    account.count(call.operation, number.id)
    return NO_CONTENT


def _changeable(account: Account, id_: str) -> Route:
    route = account.routes.get(id_)
    if route is None:
        raise not_found()
    if id_ == _BUILT_IN:
        raise not_authorized("that the built-in route cannot be changed")
    return route


def _checked(account: Account, call: Call, old: Route | None) -> Route:
    attributes = call.attributes
    values = {
        "alias": attributes.get("alias", old and old.alias),
        "route_type": attributes.get("route_type", old and old.route_type),
        "value": attributes.get("value", old and old.value),
    }
    edge = attributes.get("edge_strategy_id", old and old.edge_strategy_id)
    # inferred: the texts.
    faults = {
        name: "Missing data for required field." if value is None else "Not a valid string."
        for name, value in values.items()
        if not isinstance(value, str) or not value
    }
    kind, value = values["route_type"], values["value"]
    if "route_type" not in faults and kind not in _VALUES:
        faults["route_type"] = "Not a valid choice."  # the built-in type cannot be created
    elif not faults and not _VALUES[str(kind)].fullmatch(str(value)):
        faults["value"] = "Not a valid value for this route type."
    if edge is not None and (isinstance(edge, bool) or not isinstance(edge, int) or edge not in _EDGES):
        faults["edge_strategy_id"] = "Not a valid choice."
    if faults:
        raise call.rejected(faults)
    alias = str(values["alias"])
    if any(old is None or route.id != old.id for route in account.routes.where("alias", alias)):
        raise ApiError(403, "A route with that alias already exists.", "Forbidden", inferred="the refusal's text")
    return Route("" if old is None else old.id, alias, str(kind), str(value), edge if isinstance(edge, int) else None)

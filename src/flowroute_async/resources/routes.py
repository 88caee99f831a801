"""`client.routes`: where calls to the account's numbers go."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.pagination import Paginator
from flowroute_async.route_values import route_value
from flowroute_async.sender import Sender
from flowroute_openapi import (
    ListEdgeStrategiesQuery,
    ListRoutesQuery,
    create_route,
    delete_route,
    list_edge_strategies,
    list_routes,
    remove_failover_route,
    remove_primary_route,
    set_failover_route,
    set_primary_route,
    update_route,
)
from flowroute_openapi.models import (
    EdgeStrategy,
    NewRoute,
    NewRouteAttributes,
    NewRouteDocument,
    Route,
    RouteChange,
    RouteChangeDocument,
    RouteChanges,
    RouteIdentifier,
    RouteRelationship,
)

__all__ = ["RouteFields", "RouteType", "Routes"]

RouteType: TypeAlias = Literal["host", "number", "uri"]

CLEARABLE = frozenset({"edge_strategy_id"})
"""What None clears in `RouteFields`."""


class RouteFields(TypedDict, total=False):
    """What to change of a route. What is not given stays as it is; None clears the edge strategy, and nothing else.

    Attributes:
        alias: A name of your own, unique among your routes.
        route_type: "host", "number" or "uri"; only with a value of that form.
        value: As in `Routes.create`.
        edge_strategy_id: The edge strategy to use; None for none.
    """

    alias: str
    route_type: RouteType
    value: str
    edge_strategy_id: int | HasId | None


class Routes:
    """Inbound voice routes."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListRoutesQuery],
    ) -> Paginator[Route]:
        """List the routes of the account; the first is the built-in `sip-reg` with id `"0"`.

        Args:
            page_size: Routes to a page, from 1 to 200, which is the default.
            max_items: The most routes to give, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: `route_type`.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListRoutesQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_routes(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def create(
        self,
        *,
        alias: str,
        route_type: RouteType,
        value: str,
        edge_strategy_id: int | HasId | None = None,
    ) -> Route:
        """Create a route. Not repeated by itself: a second one would be refused, or be a second route.

        Args:
            alias: A name of your own, unique among your routes.
            route_type: "host", "number" or "uri".
            value: For "host" an IP address or host name, with `:port` if need be; for "number" a phone number; for
                "uri" a SIP address, `sip:user@domain[:port][;transport=tcp|udp|tls]`. `;weight=N` may follow, N from 0
                to 1000.
            edge_strategy_id: The edge strategy to use, or its resource, see `edge_strategies`.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            PermissionDeniedError: If there is such a route already.
        """
        attributes = NewRouteAttributes(
            alias=arguments.text("alias", alias),
            route_type=route_type,
            value=route_value(route_type, value),
            edge_strategy_id=_strategy(edge_strategy_id),
        )
        document = await self._sender.send(create_route(NewRouteDocument(data=NewRoute(attributes=attributes))))
        return document.data

    async def update(self, route: str | HasId, **changes: Unpack[RouteFields]) -> Route:
        """Change a route; every number that uses it takes the change at once.

        Args:
            route: The route's id, or the resource.
            **changes: What to change, see `RouteFields`. None clears `edge_strategy_id`, and nothing else; what is not
                given stays.

        Raises:
            InvalidArgumentError: If a change is not of its form, something else than the edge strategy is None, or
                nothing changes.
            NotFoundError: If the account does not have the route.
        """
        route_id, body = arguments.resource_id("route", route), _changes(changes)
        document = RouteChangeDocument(data=RouteChange(attributes=body))
        return (await self._sender.send(update_route(route_id, document))).data

    async def delete(self, route: str | HasId) -> None:
        """Delete a route that no number uses.

        Args:
            route: The route's id, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
            PermissionDeniedError: If a number uses it, as primary or failover route.
        """
        await self._sender.send(delete_route(arguments.resource_id("route", route)))

    async def remove_primary(self, number: str | HasId) -> None:
        """Remove the primary route of a number: **calls to it go to its failover route, or nowhere**.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
        """
        await self._sender.send(remove_primary_route(arguments.phone_number("number", number)))

    async def remove_failover(self, number: str | HasId) -> None:
        """Remove the failover route of a number.

        Args:
            number: The number, in any usual form, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
        """
        await self._sender.send(remove_failover_route(arguments.phone_number("number", number)))

    def edge_strategies(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListEdgeStrategiesQuery],
    ) -> Paginator[EdgeStrategy]:
        """List the edge strategies, by which a route prefers edges of the vendor's that are near to you.

        Args:
            page_size: Strategies to a page, from 1 to 200, which is the default.
            max_items: The most strategies to return, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters; there are none yet.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListEdgeStrategiesQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_edge_strategies(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def set_primary(self, number: str | HasId, route: str | HasId) -> None:
        """Send calls to a number of the account along a route.

        Args:
            number: The number, in any usual form, or the resource.
            route: The route's id, or the resource.

        Raises:
            InvalidArgumentError: If one of them is not of that form.
            NotFoundError: If the account does not have it.
        """
        await self._sender.send(set_primary_route(arguments.phone_number("number", number), _relationship(route)))

    async def set_failover(self, number: str | HasId, route: str | HasId) -> None:
        """Send calls to a number of the account along a route where the primary route fails.

        Args:
            number: The number, in any usual form, or the resource.
            route: The route's id, or the resource.

        Raises:
            InvalidArgumentError: If one of them is not of that form.
            NotFoundError: If the account does not have it.
        """
        await self._sender.send(set_failover_route(arguments.phone_number("number", number), _relationship(route)))


def _relationship(route: str | HasId) -> RouteRelationship:
    return RouteRelationship(data=RouteIdentifier(id=arguments.resource_id("route", route)))


def _changes(given: Mapping[str, object]) -> RouteChanges:
    known = RouteFields.__annotations__
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; a route has {', '.join(known)}")
    if not given:
        raise InvalidArgumentError("changes", f"at least one of {', '.join(known)}")
    arguments.clear_only(given, CLEARABLE)
    if "route_type" in given and "value" not in given:
        raise InvalidArgumentError("route_type", "given together with a value of that form")
    checked: dict[str, Any] = {}
    if "alias" in given:
        checked["alias"] = arguments.text("alias", given["alias"])
    if "value" in given:
        checked["value"] = _value(given)
    if "route_type" in given:
        checked["route_type"] = given["route_type"]
    if "edge_strategy_id" in given:
        checked["edge_strategy_id"] = _strategy(given["edge_strategy_id"])
    return RouteChanges(**checked)


def _value(given: Mapping[str, object]) -> str:
    """Check a value by its kind or, where that does not change and is not known, by all kinds."""
    if "route_type" in given:
        return route_value(given["route_type"], given["value"])
    for route_type in ("number", "host"):
        with suppress(InvalidArgumentError):
            return route_value(route_type, given["value"])
    return route_value("uri", given["value"])


def _strategy(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, HasId) and value.id.isascii() and value.id.isdigit():
        value = int(value.id)
    return arguments.whole_number("edge_strategy_id", value, 1, None)

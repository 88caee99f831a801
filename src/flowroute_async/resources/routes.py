"""`client.routes`: where calls to the account's numbers go."""

from typing import Literal, TypeAlias, Unpack

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.pagination import Paginator
from flowroute_async.route_values import route_value
from flowroute_async.sender import Sender
from flowroute_openapi.api.routes import (
    ListRoutesQuery,
    create_route,
    list_routes,
    set_failover_route,
    set_primary_route,
)
from flowroute_openapi.models import (
    NewRoute,
    NewRouteAttributes,
    NewRouteDocument,
    Route,
    RouteIdentifier,
    RouteRelationship,
)

__all__ = ["RouteType", "Routes"]

RouteType: TypeAlias = Literal["host", "number", "uri"]


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
        self, *, alias: str, route_type: RouteType, value: str, edge_strategy_id: int | None = None
    ) -> Route:
        """Create a route. Not repeated by itself: a second one would be refused, or be a second route.

        Args:
            alias: A name of your own, unique among your routes.
            route_type: "host", "number" or "uri".
            value: For "host" an IP address or host name, with `:port` if need be; for "number" a phone number; for
                "uri" a SIP address, `sip:user@domain[:port][;transport=tcp|udp|tls]`. `;weight=N` may follow, N from 0
                to 1000.
            edge_strategy_id: The edge strategy to use.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            PermissionDeniedError: If there is such a route already.
        """
        attributes = NewRouteAttributes(
            alias=arguments.text("alias", alias),
            route_type=route_type,
            value=route_value(route_type, value),
            edge_strategy_id=None
            if edge_strategy_id is None
            else arguments.whole_number("edge_strategy_id", edge_strategy_id, 1, None),
        )
        document = await self._sender.send(create_route(NewRouteDocument(data=NewRoute(attributes=attributes))))
        return document.data

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

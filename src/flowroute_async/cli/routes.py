"""`flowroute routes`: where calls to the account's numbers go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, Unpack, get_args

import typer

from flowroute_async.cli.command import command, group
from flowroute_async.cli.options import MaxItems, Number, PageSize, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import completed, one_of, whole
from flowroute_openapi import ListRoutesQuery, list_routes

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group("routes")


def _route_id(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        problem = f"{text!r} is no number. The route's id is wanted, not its alias: `flowroute routes list` shows it"
        raise typer.BadParameter(problem)
    return text


_route_id.__name__ = "str"  # which some versions of typer show as the argument's type

RouteKind: TypeAlias = Literal["host", "number", "uri"]
_TYPES: tuple[str, ...] = get_args(RouteKind)

RouteId: TypeAlias = Annotated[
    str, typer.Argument(metavar="ROUTE", parser=_route_id, help="The route's id, as `routes list` shows it.")
]


@command(app, "list", descriptions=described(list_routes), examples="routes list")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListRoutesQuery],
) -> None:
    """List the routes of the account."""
    from flowroute_openapi.models import Route

    found = client.routes.list(max_items=max_items, page_size=page_size, **filters)
    await output.items(found, Route, ("id", "alias", "route_type", "value"))


@command(
    app,
    "create",
    examples="""
    routes create host sip.example.com --alias office
    routes create number 12065550142 --alias mobile
    """,
)
async def create(
    client: FlowrouteClient,
    output: Output,
    *,
    route_type: Annotated[
        RouteKind,
        typer.Argument(
            metavar="TYPE",
            parser=one_of(_TYPES),
            autocompletion=completed(_TYPES),
            help="What calls are sent to.",
        ),
    ],
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE",
            help="A host with its port if need be, a phone number, or a SIP address such as sip:me@pbx.",
        ),
    ],
    alias: Annotated[str, typer.Option(help="A name of your own for it.")],
    edge_strategy_id: Annotated[
        int | None, typer.Option(parser=whole(0), metavar="N", help="The edge strategy to use.")
    ] = None,
) -> None:
    """Create a route."""
    created = await client.routes.create(
        alias=alias, route_type=route_type, value=value, edge_strategy_id=edge_strategy_id
    )
    output.item(created)


@command(app, "set-primary", examples="routes set-primary 12065550100 20001")
async def set_primary(client: FlowrouteClient, output: Output, *, number: Number, route: RouteId) -> None:
    """Send calls to a number along a route."""
    await client.routes.set_primary(number, route)
    output.say(f"Calls to {number} now take route {route}.")


@command(app, "set-failover", examples="routes set-failover 12065550100 20002")
async def set_failover(client: FlowrouteClient, output: Output, *, number: Number, route: RouteId) -> None:
    """Send calls to a number along a route where the primary route fails."""
    await client.routes.set_failover(number, route)
    output.say(f"Calls to {number} take route {route} if the primary one fails.")

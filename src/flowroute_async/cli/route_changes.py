"""`flowroute routes update` and `delete`, `edge-strategies`, and `numbers routes`: which route a number has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowroute_async.cli.command import command, subgroup
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.numbers import app as numbers_app
from flowroute_async.cli.options import MaxItems, Number, PageSize, Yes, cleared, clearing
from flowroute_async.cli.output import Output
from flowroute_async.cli.routes import RouteId, RouteKind, app
from flowroute_async.cli.values import whole

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

of_number: typer.Typer = subgroup(numbers_app, "routes", "Which routes calls to a number take.")


@command(app, "update", examples="routes update 20001 --value sip2.example.com")
async def update(
    client: FlowrouteClient,
    output: Output,
    *,
    route: RouteId,
    alias: Annotated[str | None, typer.Option(help="A name of your own for it.")] = None,
    route_type: Annotated[RouteKind | None, typer.Option("--type", metavar="TYPE", help="host, number or uri.")] = None,
    value: Annotated[str | None, typer.Option(help="Where its calls go, as in `routes create`.")] = None,
    edge_strategy_id: Annotated[
        int | None, typer.Option(parser=whole(0), metavar="N", help="The edge strategy to use.")
    ] = None,
    clear: Annotated[list[str] | None, clearing("edge_strategy_id")] = None,
) -> None:
    """Change a route; every number that uses it takes the change at once."""
    given: Mapping[str, object] = {
        "alias": alias,
        "route_type": route_type,
        "value": value,
        "edge_strategy_id": edge_strategy_id,
    }
    changes: Any = {name: value for name, value in given.items() if value is not None}
    output.item(await client.routes.update(route, **changes, **cleared(clear, changes)))


@command(app, "delete", examples="routes delete 20001")
async def delete(client: FlowrouteClient, output: Output, *, route: RouteId, yes: Yes = False) -> None:
    """Delete a route that no number uses."""
    ask(f"Route {route} will be deleted.", yes=yes)
    await client.routes.delete(route)
    output.say(f"Route {route} is deleted.")


@command(app, "edge-strategies", examples="routes edge-strategies")
async def edge_strategies(
    client: FlowrouteClient, output: Output, *, max_items: MaxItems = None, page_size: PageSize = None
) -> None:
    """List the edge strategies that a route can use."""
    from flowroute_openapi.models import EdgeStrategy

    found = client.routes.edge_strategies(max_items=max_items, page_size=page_size)
    await output.items(found, EdgeStrategy, ("id", "name", "description", "naptr"))


@command(of_number, "set", examples="numbers routes set 12065550100 --primary 20001 --failover 20002")
async def set_(
    client: FlowrouteClient,
    output: Output,
    *,
    number: Number,
    primary: Annotated[str | None, typer.Option(metavar="ROUTE", help="The id of the route that calls take.")] = None,
    failover: Annotated[
        str | None, typer.Option(metavar="ROUTE", help="The id of the route that they take where that one fails.")
    ] = None,
) -> None:
    """Set the routes of calls to a number."""
    if primary is None and failover is None:
        raise typer.BadParameter("one of --primary and --failover is wanted")
    if primary is not None:
        await client.routes.set_primary(number, primary)
        output.say(f"Calls to {number} now take route {primary}.")
    if failover is not None:
        await client.routes.set_failover(number, failover)
        output.say(f"Calls to {number} take route {failover} if the primary one fails.")


@command(of_number, "remove", examples="numbers routes remove 12065550100 --failover")
async def remove(
    client: FlowrouteClient,
    output: Output,
    *,
    number: Number,
    primary: Annotated[bool, typer.Option("--primary", help="The route that calls take.")] = False,
    failover: Annotated[bool, typer.Option("--failover", help="The one that they take where that fails.")] = False,
    yes: Yes = False,
) -> None:
    """Remove a number's route."""
    if not primary and not failover:
        raise typer.BadParameter("one of --primary and --failover is wanted")
    if primary:
        lost = "reach nothing" if failover else "take its failover route, or reach nothing"
        ask(f"Calls to {number} will {lost}.", yes=yes)
        await client.routes.remove_primary(number)
        output.say(f"{number} has no primary route any more.")
    if failover:
        await client.routes.remove_failover(number)
        output.say(f"{number} has no failover route any more.")

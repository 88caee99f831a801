"""`flowroute numbers`: what is for sale, and what is on the account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias, Unpack, cast

import typer

from flowroute_async.cli.command import command, group
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.options import PHONE_NUMBER, MaxItems, Number, PageSize, Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.errors import NotSentError, ServerError, StatusError
from flowroute_async.money import dollars
from flowroute_openapi import (
    ListAvailableAreaCodesQuery,
    ListAvailableExchangesQuery,
    ListNumbersQuery,
    SearchAvailableNumbersQuery,
    list_available_area_codes,
    list_available_exchanges,
    list_numbers,
    search_available_numbers,
)

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.number_changes import NumberOptions
    from flowroute_async.resources.number_details import NumberDetails
    from flowroute_openapi.models import Route

app: typer.Typer = group("numbers")

FOR_SALE_COLUMNS = ("id", "state", "rate_center", "number_type", "setup_cost", "monthly_cost")

CnamLookups: TypeAlias = Annotated[
    bool | None, typer.Option(help="Look up the names of callers; each look-up is charged.")
]
Messaging: TypeAlias = Annotated[
    bool | None, typer.Option(help="Let them send and receive messages; enabling it is charged.")
]

# Pages that a list fetches together once it turns out to be long.
_PREFETCH = 4


@command(
    app,
    "search",
    descriptions=described(search_available_numbers),
    examples="""
    numbers search --state WA --max-items 5
    numbers search --starts-with 206 --contains 77 --output csv
    """,
)
async def search(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[SearchAvailableNumbersQuery],
) -> None:
    """Search the numbers for sale."""
    from flowroute_openapi.models import AvailableNumber

    found = client.numbers.search(max_items=max_items, page_size=page_size, prefetch=_PREFETCH, **filters)
    await output.items(found, AvailableNumber, FOR_SALE_COLUMNS)


@command(app, "list", descriptions=described(list_numbers), examples="numbers list --output csv > numbers.csv")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListNumbersQuery],
) -> None:
    """List the numbers on the account."""
    from flowroute_openapi.models import AccountNumber

    found = client.numbers.list(max_items=max_items, page_size=page_size, prefetch=_PREFETCH, **filters)
    await output.items(found, AccountNumber, ("id", "alias", "state", "rate_center", "number_type", "monthly_cost"))


@command(app, "get", examples="numbers get 12065550100")
async def get(client: FlowrouteClient, output: Output, *, number: Number) -> None:
    """Show a number of the account, and what it is connected to."""
    show_number(output, await client.numbers.get(number))


@command(
    app,
    "area-codes",
    descriptions=described(list_available_area_codes),
    examples="numbers area-codes --max-setup-cost 5",
)
async def area_codes(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListAvailableAreaCodesQuery],
) -> None:
    """List the area codes in which numbers are for sale."""
    from flowroute_openapi.models import AvailableCode

    found = client.numbers.area_codes(max_items=max_items, page_size=page_size, **filters)
    await output.items(found, AvailableCode, ("id", "type"))


@command(
    app, "exchanges", descriptions=described(list_available_exchanges), examples="numbers exchanges --areacode 206"
)
async def exchanges(
    client: FlowrouteClient,
    output: Output,
    *,
    max_items: MaxItems = None,
    page_size: PageSize = None,
    **filters: Unpack[ListAvailableExchangesQuery],
) -> None:
    """List the exchanges (area code and the next three digits) in which numbers are for sale."""
    from flowroute_openapi.models import AvailableCode

    found = client.numbers.exchanges(max_items=max_items, page_size=page_size, prefetch=_PREFETCH, **filters)
    await output.items(found, AvailableCode, ("id", "type"))


@command(app, "purchase", examples="numbers purchase 12065550100 12065550101")
async def purchase(
    client: FlowrouteClient,
    output: Output,
    *,
    numbers: Annotated[
        list[str], typer.Argument(parser=PHONE_NUMBER, metavar="NUMBER...", help="Numbers that are for sale.")
    ],
    cnam_lookups_enabled: CnamLookups = None,
    messaging_enabled: Messaging = None,
    yes: Yes = False,
) -> None:
    """Buy numbers. It costs money.

    If an answer is lost, the account is asked whether the number was bought; nothing is bought twice. The first that
    fails ends it: what was bought is shown, and the exit code is that of the failure.
    """
    wanted = [*dict.fromkeys(numbers)]
    options = number_options(cnam_lookups_enabled=cnam_lookups_enabled, messaging_enabled=messaging_enabled)
    if not yes:
        more = priced_options(options)
        also = f" {more} will be enabled for each, at the usual price on top." if more else ""
        ask(f"{'; '.join([await _offer(client, number) for number in wanted])} will be bought.{also}", yes=yes)
    bought: list[NumberDetails] = []
    state = "may have been bought, look before you buy it"  # where it is interrupted
    try:
        for number in wanted:
            bought.append(await client.numbers.purchase(number, **options))  # noqa: PERF401 - what was bought is shown in any case
    except (NotSentError, StatusError) as error:
        if not isinstance(error, ServerError):
            state = "was not bought"
        raise
    finally:
        if len(wanted) == 1 and bought:
            show_number(output, bought[0])
        elif bought:
            await output.items(_each(bought), type(bought[0]), ("id", "state", "rate_center", "number_type"))
            for one in bought:
                if one.incomplete is not None:
                    output.say(f"{one.id}: {one.incomplete}")
        if len(bought) < len(wanted):
            failed, *rest = wanted[len(bought) :]
            untried = f" Not tried: {', '.join(rest)}." if rest else ""
            output.say(f"{len(bought)} of {len(wanted)} numbers were bought. {failed} {state}.{untried}")


def number_options(**given: bool | None) -> NumberOptions:
    """Return what is to be set up with a number, without what was not said."""
    return cast("NumberOptions", {name: value for name, value in given.items() if value is not None})


def priced_options(options: Mapping[str, object]) -> str:
    """Name what is charged of what is to be set up with a number, or return ""."""
    words = {"cnam_lookups_enabled": "looking up callers' names", "messaging_enabled": "messaging"}
    return " and ".join(text for name, text in words.items() if options.get(name)).capitalize()


async def _each(numbers: Sequence[NumberDetails]) -> AsyncIterator[NumberDetails]:
    for number in numbers:
        yield number


def show_number(output: Output, number: NumberDetails) -> None:
    """Write a number with what it is connected to, and say what could not be done."""
    output.item(
        number,
        relationships=None,
        routes=None,
        primary_route=_route(number.primary_route_id, number.primary_route),
        failover_route=_route(number.failover_route_id, number.failover_route),
        e911_address=number.e911_address_id,
        cnam_record=number.cnam_record_id,
        incomplete=None,
    )
    if number.incomplete is not None:
        output.say(number.incomplete)


def _route(route_id: str | None, route: Route | None) -> str | None:
    return f"{route_id} ({route.alias})" if route is not None and route.alias else route_id


async def _offer(client: FlowrouteClient, number: str) -> str:
    page = await client.numbers.search(starts_with=number, max_items=1)
    if not page.items or page.items[0].id != number:
        return f"{number}, which the search does not show as for sale,"
    offer = page.items[0]
    place = ", ".join(filter(None, (offer.rate_center, offer.state)))
    return f"{number} ({place}) for US${dollars(offer.setup_cost)} and US${dollars(offer.monthly_cost)} a month"

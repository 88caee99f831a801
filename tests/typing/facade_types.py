"""What type checkers must say about the facade and the low level; checked by them, never run."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_type

from flowroute_async import FlowrouteClient, MessageDetails, NumberDetails, Page, Paginator, RawResponse, webhooks
from flowroute_openapi import (
    Operation,
    get_message,
    search_available_numbers,
    set_primary_route,
)
from flowroute_openapi.models import (
    AccountNumber,
    AvailableCode,
    AvailableNumber,
    AvailableNumberListDocument,
    Media,
    Message,
    MessageDocument,
    Route,
    RouteIdentifier,
    RouteRelationship,
    SentMessage,
)


async def numbers(client: FlowrouteClient) -> None:
    found = client.numbers.search(state="WA", contains="777", ends_with=None, page_size=100, max_items=500, prefetch=2)
    assert_type(found, Paginator[AvailableNumber])
    assert_type(await found, Page[AvailableNumber])
    assert_type((await found).items, tuple[AvailableNumber, ...])
    assert_type((await found).resume_token, str | None)
    assert_type(found.pages(resume="token"), AsyncIterator[Page[AvailableNumber]])
    async for number in found:
        assert_type(number, AvailableNumber)
        assert_type(number.id, str)
        assert_type(number.rate_center, str | None)
        assert_type(number.setup_cost, Decimal)
    async for page in found.pages():
        assert_type(page, Page[AvailableNumber])
    async for code in client.numbers.area_codes(max_setup_cost=Decimal(3)):
        assert_type(code, AvailableCode)
    assert_type(client.numbers.exchanges(areacode="206", max_setup_cost=3.5), Paginator[AvailableCode])
    assert_type(client.numbers.list(alias="Office"), Paginator[AccountNumber])
    bought = await client.numbers.purchase("12065550100")
    assert_type(bought, NumberDetails)
    assert_type(await client.numbers.get(bought), NumberDetails)
    assert_type(bought.primary_route_id, str | None)
    assert_type(bought.primary_route, Route | None)


async def mistakes(client: FlowrouteClient) -> None:
    """Each of these raises when it runs; where a type checker no longer names one, its comment is one too many."""
    found = client.numbers.search()
    for _ in found:  # type: ignore[attr-defined] # a forgotten async
        pass
    list(found)  # type: ignore[call-overload] # likewise
    len(found)  # type: ignore[arg-type] # it has no length
    _ = found[0]  # type: ignore[index] # only its pages have places
    _ = found.items  # type: ignore[attr-defined] # a forgotten await
    _ = client.numbers.get("12065550100").id  # type: ignore[attr-defined] # likewise
    for _ in found.pages():  # type: ignore[attr-defined] # a forgotten async
        pass
    for _ in client.numbers.get_many(["12065550100"]):  # type: ignore[attr-defined] # likewise
        pass
    async for _ in await found:  # type: ignore[attr-defined] # a page is no stream
        pass
    assert_type((await found)[0], AvailableNumber)
    assert_type((await found)[:2], tuple[AvailableNumber, ...])


async def routes(client: FlowrouteClient) -> None:
    route = await client.routes.create(alias="a", route_type="host", value="sip.example.com", edge_strategy_id=2)
    assert_type(route, Route)
    assert_type(client.routes.list(route_type="host"), Paginator[Route])
    await client.routes.set_primary("12065550100", route)
    await client.routes.set_failover("12065550100", "83834")


async def messages(client: FlowrouteClient) -> None:
    sent = await client.messages.send(from_="12065550100", to="12065550101", body="hello")
    assert_type(sent, SentMessage)
    message = await client.messages.get(sent)
    assert_type(message, MessageDetails)
    assert_type(message.timestamp, datetime | None)
    assert_type(message.from_, str)
    assert_type((await client.messages.get("mdr2-1")).media, tuple[Media, ...])
    listed = client.messages.list(start_date=date(2024, 1, 1), end_date=datetime.now(UTC))
    assert_type(listed, Paginator[Message])


async def low_level(client: FlowrouteClient) -> None:
    operation = search_available_numbers(state="WA")
    assert_type(operation, Operation[AvailableNumberListDocument])
    assert_type(await client.send(operation), AvailableNumberListDocument)
    assert_type(await client.send_raw(operation), RawResponse[AvailableNumberListDocument])
    assert_type(await client.send(get_message("mdr2-1")), MessageDocument)
    setting = set_primary_route("12065550100", RouteRelationship(data=RouteIdentifier(id="1")))
    assert_type(setting, Operation[None])


def every_kind(body: bytes) -> str:
    """Each kind of webhook is handled, and a checker knows that no other can come."""
    match webhooks.parse(body):
        case webhooks.InboundMessage() as message:
            return message.from_
        case webhooks.DeliveryReceipt() as receipt:
            assert_type(receipt.status_code, str | None)
            return receipt.status
        case webhooks.Notification() as notification:
            return notification.event_type
        case webhooks.UnknownWebhook():
            return ""


async def life(client: FlowrouteClient) -> None:
    async with client as entered:
        assert_type(entered, FlowrouteClient)
    assert_type(client.with_options(timeout=1.0), FlowrouteClient)
    with client.options(deadline=1.0) as nothing:
        assert_type(nothing, None)


async def wrong(client: FlowrouteClient) -> None:
    """Each line is an error; a checker that lets one pass reports the comment as unused."""
    client.numbers.search(stat="WA")  # type: ignore[call-arg]  # no such filter
    client.numbers.search(ends_with=77)  # type: ignore[arg-type]  # leading zeros would be lost
    client.numbers.search(limit=5)  # type: ignore[call-arg]  # the word for it is page_size or max_items
    client.messages.list()  # type: ignore[call-arg]  # start_date is needed
    await client.routes.create(alias="a", route_type="sip-reg", value="x")  # type: ignore[arg-type]  # it is built in
    FlowrouteClient("access", "secret")  # type: ignore[call-arg]  # options are given by name

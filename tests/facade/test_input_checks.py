"""Wrong arguments are refused before anything is sent, by name, with what is allowed, and without personal data."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import pytest

from flowroute_async import InvalidArgumentError, NumberDetails
from flowroute_async.addresses import changed_address
from flowroute_async.caller_names import caller_name
from flowroute_async.jobs import NumberQuery
from flowroute_async.pagination import Paginator
from flowroute_async.resources.messages import Messages
from flowroute_async.resources.numbers import Numbers
from flowroute_async.resources.routes import Routes
from flowroute_openapi import Operation
from flowroute_openapi.models import (
    AvailableCode,
    AvailableNumber,
    NewMessage,
    NewRouteDocument,
    Route,
    RouteRelationship,
    SentMessage,
)
from tests.stand_in import StandIn

T = TypeVar("T")


class Sent(BaseException):
    """A call got as far as being sent."""

    def __init__(self, operation: Operation[object]) -> None:
        self.operation = operation


class Sending(StandIn):
    """A sender that stops at the first call, and shows it."""

    async def send_raw(self, operation: Operation[T], /) -> NoReturn:
        raise Sent(operation)


NUMBERS, ROUTES, MESSAGES = Numbers(Sending()), Routes(Sending()), Messages(Sending())
PHONE, OTHER = "12065550100", "12065550101"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Nothing here waits: one loop is enough."""
    return "asyncio"


async def sent(call: Awaitable[object]) -> Operation[Any]:
    with pytest.raises(Sent) as caught:
        await call
    return caught.value.operation


async def refused(call: Callable[[], Any]) -> InvalidArgumentError:
    """Make a call that must be refused before it is sent."""
    try:
        result = call()
        if isinstance(result, Paginator):
            pytest.fail("the list was built")
        await result
    except InvalidArgumentError as error:
        failure = error
    assert str(failure).endswith("; nothing was sent")
    assert failure.argument in str(failure)
    assert failure.allowed in str(failure)
    return failure


def listed(number: str) -> AvailableNumber:
    """A number for sale, as the server lists it."""
    return AvailableNumber(id=number, value=number, number_type="inum", monthly_cost=Decimal(1), setup_cost=Decimal(1))


@pytest.mark.parametrize(
    "written",
    [
        "12065550100",
        "2065550100",
        "206\u2011555\u20110100",
        "+1\u00a0(206)\u00a0555\u20130100",
        "\u202a+1 206 555 0100\u202c",
        "\u200e(206)\u00ad555\u22120100\ufeff",
        "\uff0b1\uff08206\uff09555\uff0d0100",
        "206/555-0100",
        "+12065550100",
        "+1 (206) 555-0100",
        "1-206-555-0100",
        "206.555.0100",
        "(206) 555 0100",
        " 206 555 0100 ",
        AvailableNumber(
            id=PHONE, type="number", value=PHONE, number_type="standard", monthly_cost=Decimal(1), setup_cost=Decimal(1)
        ),
        NumberDetails(id=PHONE, value=PHONE),
    ],
)
async def test_phone_numbers_are_sent_as_11_digits(written: str) -> None:
    assert (await sent(NUMBERS.get(written))).path == f"/v2/numbers/{PHONE}"
    assert (await sent(NUMBERS.purchase(written))).path == f"/v2/numbers/{PHONE}"
    assert (await sent(ROUTES.set_primary(written, "0"))).path.startswith(f"/v2/numbers/{PHONE}/")
    assert (await sent(ROUTES.set_failover(written, "0"))).path.startswith(f"/v2/numbers/{PHONE}/")
    message = (await sent(MESSAGES.send(from_=written, to=written, body="x"))).body
    assert isinstance(message, NewMessage)
    assert (message.from_, message.to) == (PHONE, PHONE)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "555-0100",
        "+2065550100",
        "22065550100",
        "112065550100",
        "10065550100",
        "12061550100",
        "1206555010a",
        "\u0661\u0662\u0660\u0666\u0665\u0665\u0665\u0660\u0661\u0660\u0660",
        "120\u0666555010\u0660",
        "sip:12065550100@example.com",
        "../../v2/routes",
        12065550100,
        None,
        b"12065550100",
        ["12065550100"],
    ],
)
async def test_what_is_no_north_american_number_is_refused(written: Any) -> None:
    calls: dict[str, list[Callable[[], Awaitable[object]]]] = {
        "number": [
            lambda: NUMBERS.get(written),
            lambda: NUMBERS.purchase(written),
            lambda: ROUTES.set_primary(written, "1"),
            lambda: ROUTES.set_failover(written, "1"),
        ],
        "from_": [lambda: MESSAGES.send(from_=written, to=OTHER, body="x")],
        "to": [lambda: MESSAGES.send(from_=PHONE, to=written, body="x")],
    }
    for argument, each in calls.items():
        for call in each:
            error = await refused(call)
            assert error.argument == argument
            assert "12065550100" in error.allowed
            if written and str(written) not in error.allowed:
                assert str(written) not in str(error).replace(error.allowed, "")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+44 20 7946 0958", "442079460958"),
        ("442079460958", "442079460958"),
        (" 442079460958\n", "442079460958"),
        ("tel:+44-20-7946-0958", "442079460958"),
        ("+\uff14\uff14 20 7946 0958", "442079460958"),
        ("+883 510 001 234 567", "883510001234567"),
        ("883510001234567", "883510001234567"),
        ("+33 1 23 45 67 89", "33123456789"),
        (listed("883510001234567"), "883510001234567"),
        (listed("4512345678"), "4512345678"),
        (listed("442079460958"), "442079460958"),
        (NumberDetails(id="6562345678", value="6562345678"), "6562345678"),
    ],
)
async def test_a_number_of_another_country_that_the_server_listed_is_looked_up_and_bought(
    written: Any, digits: str
) -> None:
    assert (await sent(NUMBERS.get(written))).path == f"/v2/numbers/{digits}"
    assert (await sent(NUMBERS.purchase(written))).path == f"/v2/numbers/{digits}"
    assert (await sent(ROUTES.set_primary(written, "0"))).path.startswith(f"/v2/numbers/{digits}/")


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("2065550100.0", "*********00"),
        ("206 555 0100 5", "*********05"),
        ("206-555-0100-12", "**********12"),
        ("+1 206 555 0100 x5", "a number with an extension"),
        ("(206) 555-0100 Ext. 12", "a number with an extension"),
        ("206.555.0100,,5#", "a number with an extension"),
        ("tel:+1-206-555-0100;ext=5", "a number with an extension"),
        ("+44 (0)20 7946 0958", "one with (0), which is dialled within its country only"),
        ("tel:tel:2065550100", "a text of 18 characters"),
    ],
)
async def test_a_number_with_more_behind_it_is_not_taken_for_another_number(written: str, given: str) -> None:
    for call in (lambda: NUMBERS.get(written), lambda: NUMBERS.purchase(written), lambda: NUMBERS.release(written)):
        assert (await refused(call)).given == given


@pytest.mark.parametrize("written", ["+44 20 7946 0958", "883510001234567", listed("442079460958")])
async def test_messages_go_to_north_american_numbers_only(written: Any) -> None:
    assert (await refused(lambda: MESSAGES.send(from_=PHONE, to=written, body="x"))).argument == "to"
    assert (await refused(lambda: MESSAGES.send(from_=written, to=PHONE, body="x"))).argument == "from_"


@pytest.mark.parametrize("code", ["24273", "242733", " 2427-33 "])
async def test_a_short_code_is_refused_as_one(code: str) -> None:
    for error in (
        await refused(lambda: MESSAGES.send(from_=PHONE, to=code, body="x")),
        await refused(lambda: MESSAGES.send(from_=code, to=PHONE, body="x")),
    ):
        assert "supports no short codes" in str(error)
        assert error.given == "a short code of five or six digits"


@pytest.mark.parametrize("resource", [Route(id="83834", value="12065550100"), SentMessage(id="mdr2-1")])
async def test_a_resource_that_is_no_number_is_refused(resource: Any) -> None:
    assert (await refused(lambda: NUMBERS.get(resource))).argument == "number"


async def test_a_refused_phone_number_is_shown_by_its_last_two_digits_only() -> None:
    error = await refused(lambda: NUMBERS.get("206555019"))
    assert error.given == "*******19"
    assert "20655" not in str(error).replace(error.allowed, "")
    assert "20655" not in repr(error).replace(error.allowed, "")


@pytest.mark.parametrize(
    ("written", "code"),
    [("wa", "WA"), ("WA", "WA"), ("Bc", "BC"), ("Washington", "WA"), ("british\u00a0columbia", "BC"), ("D.C.", "DC")],
)
async def test_states_are_sent_as_two_capitals(written: str, code: str) -> None:
    assert ("state", code) in (await sent(NUMBERS.search(state=written))).query


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("standard", "longcode"),
        ("Standard", "longcode"),
        ("longcode", "longcode"),
        ("tollfree", "toll-free"),
        ("toll-free", "toll-free"),
        ("a-kind-of-2030", "a-kind-of-2030"),
    ],
)
async def test_the_words_that_answers_use_for_kinds_of_number_are_understood_by_search(written: str, word: str) -> None:
    assert ("number_type", word) in (await sent(NUMBERS.search(number_type=written))).query


@pytest.mark.parametrize(
    ("filters", "argument"),
    [
        ({"state": "Cascadia"}, "state"),
        ({"state": "W"}, "state"),
        ({"state": "W1"}, "state"),
        ({"state": ""}, "state"),
        ({"state": 5}, "state"),
        ({"starts_with": 206}, "starts_with"),
        ({"starts_with": ""}, "starts_with"),
        ({"starts_with": "206-"}, "starts_with"),
        ({"starts_with": "2" * 16}, "starts_with"),
        ({"ends_with": 77}, "ends_with"),
        ({"ends_with": "+77"}, "ends_with"),
        ({"contains": "0a"}, "contains"),
        ({"contains": "\u0661"}, "contains"),
        ({"rate_center": " "}, "rate_center"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": 201}, "page_size"),
        ({"max_items": -1}, "max_items"),
        ({"prefetch": 1000}, "prefetch"),
    ],
)
async def test_a_filter_of_the_search_that_cannot_match_is_refused(filters: dict[str, Any], argument: str) -> None:
    assert (await refused(lambda: NUMBERS.search(**filters))).argument == argument


@pytest.mark.parametrize(
    "filters",
    [
        {"starts_with": "1206"},
        {"starts_with": "+1206"},
        {"ends_with": "0077"},
        {"contains": "007"},
        {"rate_center": "SEATTLE"},
        {"number_type": "toll-free"},
        {"iso_country": "US"},
        {"order_by": "monthly_cost,desc"},
    ],
)
async def test_good_filters_of_the_search_are_sent_as_they_are(filters: dict[str, Any]) -> None:
    assert set(filters.items()) <= set((await sent(NUMBERS.search(**filters))).query)


async def test_a_filter_that_is_none_is_left_out() -> None:
    operation = await sent(NUMBERS.search(state=None, contains=None))
    assert operation.query == (("limit", "200"), ("offset", "0"))


@pytest.mark.parametrize(
    ("build", "largest"),
    [
        (NUMBERS.search, 200),
        (NUMBERS.list, 200),
        (NUMBERS.exchanges, 200),
        (NUMBERS.area_codes, 400),
        (ROUTES.list, 200),
    ],
)
async def test_page_sizes_keep_to_the_maximum_of_each_endpoint(
    build: Callable[..., Paginator[Any]], largest: int
) -> None:
    assert dict((await sent(build())).query)["limit"] == str(largest)
    assert dict((await sent(build(page_size=largest))).query)["limit"] == str(largest)
    error = await refused(lambda: build(page_size=largest + 1))
    assert error.allowed == f"a whole number of items, from 1 to {largest}"
    assert error.given == str(largest + 1)


async def test_the_page_size_of_messages_has_no_maximum() -> None:
    today = date(2017, 12, 1)
    assert dict((await sent(MESSAGES.list(start_date=today))).query)["limit"] == "200"
    assert dict((await sent(MESSAGES.list(start_date=today, page_size=5000))).query)["limit"] == "5000"
    assert (await refused(lambda: MESSAGES.list(start_date=today, page_size=0))).argument == "page_size"


@pytest.mark.parametrize("cost", [0, 1, 3.25, Decimal("3.99"), Decimal("1E+1")])
async def test_costs_are_sent_as_plain_numbers(cost: float | Decimal) -> None:
    for operation in (
        await sent(NUMBERS.area_codes(max_setup_cost=cost)),
        await sent(NUMBERS.exchanges(max_setup_cost=cost)),
    ):
        assert Decimal(dict(operation.query)["max_setup_cost"]) == Decimal(str(cost))
        assert "E" not in dict(operation.query)["max_setup_cost"]


@pytest.mark.parametrize("cost", [-1, float("nan"), float("inf"), Decimal("NaN"), Decimal("-0.01"), "3", True])
async def test_what_is_no_cost_is_refused(cost: Any) -> None:
    assert (await refused(lambda: NUMBERS.area_codes(max_setup_cost=cost))).argument == "max_setup_cost"
    assert (await refused(lambda: NUMBERS.exchanges(max_setup_cost=cost))).argument == "max_setup_cost"


@pytest.mark.parametrize("code", [206, "20", "2066", "106", "", "abc"])
async def test_what_is_no_area_code_is_refused(code: Any) -> None:
    assert (await refused(lambda: NUMBERS.exchanges(areacode=code))).argument == "areacode"


async def test_an_area_code_may_be_the_resource_itself() -> None:
    code: Any = AvailableCode(id="206", type="areacode")
    assert dict((await sent(NUMBERS.exchanges(areacode=code))).query)["areacode"] == "206"


async def test_an_alias_keeps_to_its_length() -> None:
    assert dict((await sent(NUMBERS.list(alias="x" * 64))).query)["alias"] == "x" * 64
    error = await refused(lambda: NUMBERS.list(alias="secret name " * 6))
    assert (error.argument, error.given) == ("alias", "72 characters")
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("moment", "texts"),
    [
        (date(2017, 12, 1), ("2017-12-01", "2017-12-01T23:59:59.999Z")),
        (datetime(2017, 12, 1, 10, 30, tzinfo=UTC), ("2017-12-01T10:30:00.000Z",) * 2),
        (datetime(2017, 12, 1, 23, 0, tzinfo=timezone(timedelta(hours=-8))), ("2017-12-02T07:00:00.000Z",) * 2),
    ],
)
async def test_dates_and_aware_times_are_sent_in_utc(moment: date, texts: tuple[str, str]) -> None:
    query = dict((await sent(MESSAGES.list(start_date=moment, end_date=moment))).query)
    assert (query["start_date"], query["end_date"]) == texts


@pytest.mark.parametrize("moment", [datetime(2017, 12, 1), "2017-12-01", 1512086400])  # noqa: DTZ001 - the naive one is refused
async def test_a_naive_time_or_a_text_is_no_point_in_time(moment: Any) -> None:
    assert (await refused(lambda: MESSAGES.list(start_date=moment))).argument == "start_date"
    start = date(2017, 12, 1)
    assert (await refused(lambda: MESSAGES.list(start_date=start, end_date=moment))).argument == "end_date"


async def test_the_list_of_messages_needs_a_start() -> None:
    untyped: Any = MESSAGES
    assert (await refused(untyped.list)).argument == "start_date"
    assert (await refused(lambda: untyped.list(start_date=None))).argument == "start_date"


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({}, "body"),
        ({"is_mms": True}, "body"),
        ({"media_urls": []}, "body"),
        ({"body": "   "}, "body"),
        ({"body": 5}, "body"),
        ({"body": "x", "media_urls": "https://example.com/a.png"}, "media_urls"),
        ({"body": "x", "media_urls": ["ftp://example.com/a.png"]}, "media_urls[0]"),
        ({"media_urls": ["https://example.com/a.png", "cat.png"]}, "media_urls[1]"),
        ({"media_urls": ["https://user:pass@example.com/a.png"]}, "media_urls[0]"),
        ({"media_urls": ["https://example.com/a.png"], "is_mms": False}, "is_mms"),
        ({"body": "x", "dlr_callback": "example.com"}, "dlr_callback"),
        ({"body": "x", "is_mms": "false"}, "is_mms"),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused(arguments: dict[str, Any], argument: str) -> None:
    error = await refused(lambda: MESSAGES.send(from_=PHONE, to=OTHER, **arguments))
    assert error.argument == argument
    assert PHONE not in str(error)
    assert "pass@" not in str(error)


@pytest.mark.parametrize(
    ("arguments", "is_mms"),
    [
        ({"body": "hello"}, None),
        ({"body": "hello", "is_mms": True}, True),
        ({"body": "hello", "is_mms": False}, False),
        ({"media_urls": ["https://example.com/a.png"]}, True),
        ({"media_urls": ("http://example.com/a.png?x=1#y",), "body": "hello"}, True),
        ({"body": "hello", "dlr_callback": "https://example.com/dlr"}, None),
    ],
)
async def test_a_message_with_media_is_an_mms(arguments: dict[str, Any], is_mms: bool | None) -> None:  # noqa: FBT001 - a value of the table
    message = (await sent(MESSAGES.send(from_=PHONE, to=OTHER, **arguments))).body
    assert isinstance(message, NewMessage)
    assert message.is_mms is is_mms


@pytest.mark.parametrize("message", ["", ".", "..", "mdr2 1", "a/b", "a?b", "a#b", "a\nb", 5, None])
async def test_what_is_no_id_is_refused(message: Any) -> None:
    assert (await refused(lambda: MESSAGES.get(message))).argument == "message"
    assert (await refused(lambda: ROUTES.set_primary(PHONE, message))).argument == "route"
    assert (await refused(lambda: ROUTES.set_failover(PHONE, message))).argument == "route"


async def test_resources_stand_for_their_ids() -> None:
    sent_message = SentMessage(id="mdr2-1")
    assert (await sent(MESSAGES.get(sent_message))).path == "/v2.1/messages/mdr2-1"
    body = (await sent(ROUTES.set_primary(NumberDetails(id=PHONE, value=PHONE), Route(id="83834")))).body
    assert isinstance(body, RouteRelationship)
    assert (body.data.id, body.data.type) == ("83834", "route")


@pytest.mark.parametrize(
    ("route_type", "value", "expected"),
    [
        ("host", "198.51.100.7", None),
        ("host", "sip.example.com:5060", None),
        ("host", "[2001:db8::1]:5060", None),
        ("host", "sip.example.com;weight=10", None),
        ("number", "+1 (206) 555-0100", PHONE),
        ("number", "12065550100;weight=5", "12065550100;weight=5"),
        ("uri", "sip:user@example.com", None),
        ("uri", "sips:user@example.com:5061;transport=tls", None),
        ("uri", "user@example.com;transport=udp;weight=2", None),
    ],
)
async def test_a_routes_value_fits_its_kind(route_type: Any, value: str, expected: str | None) -> None:
    body = (await sent(ROUTES.create(alias="a", route_type=route_type, value=value, edge_strategy_id=2))).body
    assert isinstance(body, NewRouteDocument)
    attributes = body.data.attributes
    assert (attributes.route_type, attributes.value) == (route_type, expected or value)
    assert attributes.edge_strategy_id == 2


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"route_type": "host", "value": "not a host"}, "value"),
        ({"route_type": "host", "value": "sip:user@example.com"}, "value"),
        ({"route_type": "host", "value": "-example.com"}, "value"),
        ({"route_type": "number", "value": "sip.example.com"}, "value"),
        ({"route_type": "number", "value": "5550100"}, "value"),
        ({"route_type": "uri", "value": "example.com"}, "value"),
        ({"route_type": "uri", "value": "https://example.com"}, "value"),
        ({"route_type": "uri", "value": "sip:a b@example.com"}, "value"),
        ({"route_type": "host", "value": ""}, "value"),
        ({"route_type": "host", "value": None}, "value"),
        ({"route_type": "sip-reg", "value": "x"}, "route_type"),
        ({"route_type": "HOST", "value": "example.com"}, "route_type"),
        ({"route_type": None, "value": "example.com"}, "route_type"),
        ({"route_type": "host", "value": "example.com", "alias": " "}, "alias"),
    ],
)
async def test_a_route_that_cannot_be_is_refused(arguments: dict[str, Any], argument: str) -> None:
    error = await refused(lambda: ROUTES.create(**{"alias": "a", **arguments}))
    assert error.argument == argument
    assert "a b@example.com" not in str(error)


@pytest.mark.parametrize("edge", ["2", 0, -1, True, 2.5])
async def test_an_edge_strategy_is_a_whole_number(edge: Any) -> None:
    error = await refused(
        lambda: ROUTES.create(alias="a", route_type="host", value="example.com", edge_strategy_id=edge)
    )
    assert error.argument == "edge_strategy_id"


@pytest.mark.parametrize("name", ["limit", "offset", "area_code"])
def test_a_filter_that_a_list_does_not_have_is_refused_when_the_list_is_asked_for(name: str) -> None:
    wrong: dict[str, Any] = {name: "5"}
    lists: tuple[Callable[..., object], ...] = (
        NUMBERS.search, NUMBERS.list, NUMBERS.area_codes, ROUTES.list, MESSAGES.list, NumberQuery,
    )  # fmt: skip
    for some in lists:
        with pytest.raises(TypeError, match=f"no filter {name}; the filters are .* page_size and max_items"):
            some(**wrong)


@pytest.mark.parametrize(
    ("given", "said"),
    [(5, "not an int"), ([1, 2], "not a list of 2"), ("", "not an empty text"), ("  ", "not a blank text")],
)
async def test_what_is_refused_is_named_by_its_kind(given: object, said: str) -> None:
    wrong: Any = given
    with pytest.raises(InvalidArgumentError, match=said):
        await MESSAGES.send(from_=PHONE, to=wrong, body="x")
    with pytest.raises(InvalidArgumentError, match=said):
        caller_name("value", wrong)
    with pytest.raises(InvalidArgumentError, match=said):
        changed_address({"city": wrong})

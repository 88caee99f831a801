"""The E911 operations as values, their answers, and `client.e911` on a sender that records."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import pytest

from flowroute_async.errors import BadRequestError, InvalidArgumentError, ValidationFailedError, status_error
from flowroute_async.resources.e911 import E911
from flowroute_async.response import RawResponse
from flowroute_openapi import get_e911_address, list_e911_addresses, list_e911_numbers
from flowroute_openapi.models import (
    E911Address,
    E911AddressDocument,
    E911AddressListDocument,
    E911Number,
    E911NumberListDocument,
)
from flowroute_openapi.types import Operation
from tests.stand_in import StandIn

T = TypeVar("T")

# The bodies that the vendor's Ruby SDK shows. Of the list, a stray brace and a doubled "self" are mended.
LISTED = """{"data": [
  {"attributes": {"address_type": "", "address_type_number": "", "city": "Seattle", "country": "US",
    "first_name": "Death", "label": "Funeral Homes", "last_name": "Crow", "state": "WA", "street_name": "Smith St",
    "street_number": "123", "zip": "98101"},
   "id": "22127", "links": {"self": "https://api.flowroute.com/v2/e911s/22127"}, "type": "e911"},
  {"attributes": {"address_type": "", "address_type_number": "", "city": "Seattle", "country": "US",
    "first_name": "Jim", "label": "Smith Tower", "last_name": "Law", "state": "WA", "street_name": "Smith St",
    "street_number": "123", "zip": "98101"},
   "id": "22124", "links": {"self": "https://api.flowroute.com/v2/e911s/22124"}, "type": "e911"},
  {"attributes": {"address_type": "", "address_type_number": "", "city": "Seattle", "country": "US",
    "first_name": "Bob", "label": "First e911 record", "last_name": "Law", "state": "WA", "street_name": "Smith St",
    "street_number": "123", "zip": "98101"},
   "id": "22120", "links": {"self": "https://api.flowroute.com/v2/e911s/22120"}, "type": "e911"}],
 "links": {"next": "https://api.flowroute.com/v2/e911s?state=WA&limit=3&offset=3",
  "self": "https://api.flowroute.com/v2/e911s?state=WA&limit=3&offset=0"}}"""
DETAILED = """{"data": {"attributes": {"address_type": "", "address_type_number": "", "city": "Seattle",
  "country": "US", "first_name": "Death", "label": "Funeral Homes", "last_name": "Crow", "state": "WA",
  "street_name": "Smith St", "street_number": "123", "zip": "98101"}, "id": "22127",
  "links": {"self": "https://api.flowroute.com/v2/e911s/22127"}, "type": "e911"}}"""
CREATED = """{"data": {"attributes": {"address_type": "Suite", "address_type_number": "200", "city": "Tacoma",
  "country": "US", "first_name": "Janet", "label": "Home", "last_name": "Doe", "state": "WA",
  "street_name": "N Vassault", "street_number": "3910", "zip": "98407"}, "id": "21907",
  "links": {"self": "https://api.flowroute.com/v2/e911s/21907"}, "type": "e911"}}"""
UPDATED = """{"data": {"attributes": {"address_type": "Apartment", "address_type_number": "666", "city": "Seattle",
  "country": "US", "first_name": "Jim", "label": "Funeral Homes", "last_name": "Law", "state": "WA",
  "street_name": "Smith St", "street_number": "123", "zip": "98101"}, "id": "21907",
  "links": {"self": "https://api.flowroute.com/v2/e911s/21907"}, "type": "e911"}}"""
NUMBERS = """{"data": [{"attributes": {"alias": null, "value": "12062011682"}, "id": "12062011682",
  "links": {"self": "https://api.flowroute.com/v2/numbers/12062011682"}, "type": "number"}],
 "links": {"self": "https://api.flowroute.com/v2/e911s/21907/relationships/numbers?limit=10&offset=0"}}"""

HOME: dict[str, Any] = {
    "label": "Home",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
}


class Recorder(StandIn):
    """A sender that records the operations and answers with the given body."""

    def __init__(self, answer: str = "") -> None:
        self.answer = answer.encode()
        self.sent: list[Operation[Any]] = []

    async def send(self, operation: Operation[T], /) -> T:
        self.sent.append(operation)
        return operation.decode(self.answer)

    @property
    def request(self) -> tuple[str, str, dict[str, str], object]:
        """The one request: method, path, query, body."""
        (operation,) = self.sent
        body = operation.encode_body()
        return operation.method, operation.path, dict(operation.query), None if body is None else json.loads(body)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # nothing here waits for anything


def address() -> E911Address:
    return E911AddressDocument.model_validate_json(CREATED).data


def test_an_address_is_flat_and_its_absent_unit_is_none() -> None:
    document = E911AddressListDocument.model_validate_json(LISTED)
    first = document.data[0]
    assert first == E911Address(
        id="22127",
        label="Funeral Homes",
        first_name="Death",
        last_name="Crow",
        street_number="123",
        street_name="Smith St",
        city="Seattle",
        state="WA",
        country="US",
        zip="98101",
    )
    assert (first.address_type, first.address_type_number) == (None, None)
    assert [item.id for item in document.data] == ["22127", "22124", "22120"]
    assert document.links is not None
    assert document.links.next == "https://api.flowroute.com/v2/e911s?state=WA&limit=3&offset=3"
    assert E911AddressDocument.model_validate_json(DETAILED).data == first


@pytest.mark.parametrize(
    ("body", "kind", "number"), [(CREATED, "Suite", "200"), (UPDATED, "Apartment", "666")], ids=["created", "updated"]
)
def test_a_unit_is_read(body: str, kind: str, number: str) -> None:
    found = E911AddressDocument.model_validate_json(body).data
    assert (found.id, found.address_type, found.address_type_number) == ("21907", kind, number)


def test_an_answer_may_leave_the_unit_out_write_numbers_as_integers_and_add_members() -> None:
    body = json.loads(CREATED)
    attributes = body["data"]["attributes"]
    del attributes["address_type"], attributes["address_type_number"]
    attributes |= {"street_number": 3910, "alias": None}
    found = E911AddressDocument.model_validate_json(json.dumps(body)).data
    assert (found.address_type, found.address_type_number, found.street_number) == (None, None, "3910")


def test_the_id_of_a_listed_number_is_the_phone_number_even_where_the_vendor_gives_an_internal_id() -> None:
    document = E911NumberListDocument.model_validate_json(NUMBERS)
    assert document.data == (E911Number(id="12062011682", value="12062011682"),)
    internal = NUMBERS.replace('"id": "12062011682"', '"id": "682705"')
    assert E911NumberListDocument.model_validate_json(internal).data == document.data


def test_lists_are_asked_for_with_limit_offset_and_the_documented_filters() -> None:
    operation = list_e911_addresses(limit=3, offset=6, state="WA", label="home", city="sea", street_name="smith")
    assert (operation.method, operation.path, operation.repeatable) == ("GET", "/v2/e911s", True)
    assert dict(operation.query) == {
        "limit": "3",
        "offset": "6",
        "state": "WA",
        "label": "home",
        "city": "sea",
        "street_name": "smith",
    }
    assert list_e911_addresses().query == ()
    numbers = list_e911_numbers("21907", limit=1, offset=0)
    assert (numbers.path, numbers.query) == (
        "/v2/e911s/21907/relationships/numbers",
        (("limit", "1"), ("offset", "0")),
    )


@pytest.mark.anyio
async def test_list_gives_pages_of_the_documented_maximum_and_checks_the_state() -> None:
    sender = Recorder(LISTED)
    page = await E911(sender).list(state="wa", city="Seattle")
    assert [item.label for item in page.items] == ["Funeral Homes", "Smith Tower", "First e911 record"]
    assert page.has_more
    query = {"limit": "2000", "offset": "0", "state": "WA", "city": "Seattle"}
    assert sender.request == ("GET", "/v2/e911s", query, None)
    with pytest.raises(InvalidArgumentError, match="state"):
        E911(sender).list(state="Cascadia")
    await E911(sender).list(state="Washington")
    assert ("state", "WA") in sender.sent[-1].query


@pytest.mark.anyio
async def test_both_lists_take_the_arguments_of_paging() -> None:
    e911 = E911(Recorder(LISTED))
    assert [item.id async for item in e911.list(max_items=2)] == ["22127", "22124"]
    assert [item async for item in e911.numbers("21907", max_items=0)] == []
    largest: dict[str, int] = {"list": 2000, "numbers": 200}
    lists: dict[str, Callable[..., object]] = {"list": e911.list, "numbers": partial(e911.numbers, "21907")}
    for name, paged in lists.items():
        for argument, value in {"page_size": largest[name] + 1, "max_items": -1, "prefetch": -1}.items():
            with pytest.raises(InvalidArgumentError, match=argument):
                paged(**{argument: value})


@pytest.mark.anyio
@pytest.mark.parametrize("given", ["21907", address()], ids=["id", "object"])
async def test_an_address_is_named_by_its_id_or_by_itself(given: str | E911Address) -> None:
    sender = Recorder(CREATED)
    assert await E911(sender).get(given) == address()
    assert sender.request == ("GET", "/v2/e911s/21907", {}, None)
    sender = Recorder()
    await E911(sender).delete(given)
    assert sender.request == ("DELETE", "/v2/e911s/21907", {}, None)
    sender = Recorder(NUMBERS)
    assert [number.id async for number in E911(sender).numbers(given, page_size=10)] == ["12062011682"]
    query = {"limit": "10", "offset": "0"}
    assert sender.request == ("GET", "/v2/e911s/21907/relationships/numbers", query, None)


@pytest.mark.anyio
async def test_create_and_validate_send_the_same_wrapped_body() -> None:
    body = {"data": {"type": "e911", "attributes": HOME | {"country": "US"}}}
    sender = Recorder(CREATED)
    assert await E911(sender).create(**HOME) == address()
    assert sender.request == ("POST", "/v2/e911s", {}, body)
    sender = Recorder()
    await E911(sender).validate(**HOME)
    assert sender.request == ("POST", "/v2/e911s/validate", {}, body)


@pytest.mark.anyio
async def test_a_bad_address_is_refused_before_anything_is_sent() -> None:
    sender = Recorder()
    for call in (
        E911(sender).create(**HOME | {"zip": "1"}),
        E911(sender).validate(**HOME | {"zip": "1"}),
        E911(sender).update("21907", zip="1"),
        E911(sender).update("21907"),
        E911(sender).get(""),
        E911(sender).associate("12062011682", ""),
        E911(sender).associate("911", "21907"),
        E911(sender).unassociate("682705"),
    ):
        with pytest.raises(InvalidArgumentError):
            await call
    assert sender.sent == []


@pytest.mark.anyio
async def test_update_sends_only_what_changes_and_uses_only_the_id_of_the_object() -> None:
    sender = Recorder(UPDATED)
    updated = await E911(sender).update(address(), city="Seattle", zip="98101")
    assert updated.address_type_number == "666"
    body = {"data": {"type": "e911", "attributes": {"city": "Seattle", "zip": "98101"}}}
    assert sender.request == ("PATCH", "/v2/e911s/21907", {}, body)


@pytest.mark.anyio
async def test_update_removes_a_unit_that_is_given_as_none() -> None:
    sender = Recorder(UPDATED)
    await E911(sender).update("21907", address_type=None, address_type_number=None)
    body = {"data": {"type": "e911", "attributes": {"address_type": "", "address_type_number": ""}}}
    assert sender.request == ("PATCH", "/v2/e911s/21907", {}, body)


@pytest.mark.anyio
@pytest.mark.parametrize("number", ["+1 (206) 201-1682", E911Number(id="12062011682", value="12062011682")])
async def test_numbers_are_given_in_any_usual_form_or_as_objects(number: str | E911Number) -> None:
    sender = Recorder()
    await E911(sender).associate(number, address())
    assert sender.request == ("PATCH", "/v2/numbers/12062011682/relationships/e911s/21907", {}, None)
    sender = Recorder()
    await E911(sender).unassociate(number)
    assert sender.request == ("DELETE", "/v2/numbers/12062011682/relationships/e911s", {}, None)


@pytest.mark.anyio
async def test_everything_but_create_may_be_repeated() -> None:
    sender = Recorder(CREATED)
    e911 = E911(sender)
    await e911.get("1")
    await e911.create(**HOME)
    await e911.update("1", city="Seattle")
    sender.answer = b""
    await e911.validate(**HOME)
    await e911.delete("1")
    await e911.associate("12062011682", "1")
    await e911.unassociate("12062011682")
    sender.answer = LISTED.encode()
    await e911.list()
    sender.answer = NUMBERS.encode()
    await e911.numbers("1")
    assert {operation.name: operation.repeatable for operation in sender.sent} == {
        "get_e911_address": True,
        "create_e911_address": False,
        "update_e911_address": True,
        "validate_e911_address": True,
        "delete_e911_address": True,
        "associate_e911_address": True,
        "unassociate_e911_address": True,
        "list_e911_addresses": True,
        "list_e911_numbers": True,
    }


@pytest.mark.anyio
async def test_what_may_be_logged_of_a_call_names_neither_number_nor_address() -> None:
    sender = Recorder(CREATED)
    e911 = E911(sender)
    await e911.create(**HOME)
    sender.answer = b""
    await e911.associate("12062011682", "21907")
    await e911.unassociate("12062011682")
    shown = cast("list[object]", sender.sent)
    assert not any(part in repr(operation) for operation in shown for part in ("12062011682", "21907", "Vassault"))


def refused(status: int, **error: object) -> object:
    content = json.dumps({"errors": [{"id": "7fcfd1cd", "status": status, **error}]}).encode()
    return status_error(RawResponse(get_e911_address("1"), status, {}, content, elapsed=0.1, attempts=1))


def test_a_refused_part_and_an_address_that_cannot_be_located_are_different_errors() -> None:
    message = "ZIP code must be at least 4 and at most 7 digits long"
    part = refused(422, detail={"data": {"attributes": {"zip": [message]}}})
    assert isinstance(part, ValidationFailedError)
    assert part.field_errors == (("data.attributes.zip", message),)
    place = refused(
        400, title="Client Error", detail="Could not geocode this address. Please check the validity of it."
    )
    assert isinstance(place, BadRequestError)
    assert place.field_errors == ()

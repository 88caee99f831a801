"""The CNAM operations as values, their answers, and `client.cnam` on a sender that records."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.resources.cnam import Cnam
from flowroute_openapi import list_cnam_records
from flowroute_openapi.models import CnamRecord, CnamRecordDocument, CnamRecordListDocument
from flowroute_openapi.types import Operation
from tests.stand_in import StandIn

T = TypeVar("T")

# The bodies that the vendor's Ruby SDK shows; that of `associate`, a Ruby hash there, is written as JSON.
LISTED = """{"data": [
  {"attributes": {"approval_datetime": "2018-04-23 17:04:30.829341+00:00",
    "creation_datetime": "2018-04-19 21:03:04.932192+00:00", "is_approved": true, "rejection_reason": null,
    "value": "BROWN BAG"},
   "id": "22790", "links": {"self": "https://api.flowroute.com/v2/cnams/22790"}, "type": "cnam"},
  {"attributes": {"approval_datetime": "2018-05-23 18:58:46.052602+00:00",
    "creation_datetime": "2018-05-22 23:38:27.794911+00:00", "is_approved": true, "rejection_reason": null,
    "value": "LEATHER REBEL"},
   "id": "23221", "links": {"self": "https://api.flowroute.com/v2/cnams/23221"}, "type": "cnam"},
  {"attributes": {"approval_datetime": "2018-05-23 18:58:46.052602+00:00",
    "creation_datetime": "2018-05-22 23:42:00.786818+00:00", "is_approved": true, "rejection_reason": null,
    "value": "MORBO"},
   "id": "23224", "links": {"self": "https://api.flowroute.com/v2/cnams/23224"}, "type": "cnam"}],
 "links": {"next": "https://api.flowroute.com/v2/cnams?is_approved=True&limit=3&offset=3",
  "self": "https://api.flowroute.com/v2/cnams?is_approved=True&limit=3&offset=0"}}"""
DETAILED = """{"data": {"attributes": {"approval_datetime": "2018-04-23 17:04:30.829341+00:00",
  "creation_datetime": "2018-04-19 21:03:04.932192+00:00", "is_approved": true, "rejection_reason": null,
  "value": "BROWN BAG"}, "id": "22790", "links": {"self": "https://api.flowroute.com/v2/cnams/22790"},
  "relationships": {"numbers": {"data": []}}, "type": "cnam"}}"""
CREATED = """{"data": {"attributes": {"approval_datetime": null,
  "creation_datetime": "2018-07-10 23:14:28.529156+00:00", "is_approved": false, "rejection_reason": null,
  "value": "AH76WX"}, "id": "24169", "links": {"self": "https://api.flowroute.com/v2/cnams/24169"}, "type": "cnam"}}"""
ASSOCIATED = """{"data": {"attributes": {"date_created": "Fri, 01 Jun 2018 00:17:52 GMT"},
  "id": 22790, "type": "cnam"}}"""
UNASSOCIATED = """{"data": {"attributes": {"date_created": "Tue, 10 Jul 2018 23:48:50 GMT"},
  "id": null, "type": "cnam"}}"""

BROWN_BAG = CnamRecord(
    id="22790",
    value="BROWN BAG",
    is_approved=True,
    creation_datetime=datetime(2018, 4, 19, 21, 3, 4, 932192, UTC),
    approval_datetime=datetime(2018, 4, 23, 17, 4, 30, 829341, UTC),
)


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


def record(body: str) -> CnamRecord:
    return CnamRecordDocument.model_validate_json(body).data


def test_listed_records_have_aware_times() -> None:
    document = CnamRecordListDocument.model_validate_json(LISTED)
    assert document.data[0] == BROWN_BAG
    assert [item.value for item in document.data] == ["BROWN BAG", "LEATHER REBEL", "MORBO"]
    assert document.links is not None
    assert document.links.next == "https://api.flowroute.com/v2/cnams?is_approved=True&limit=3&offset=3"


def test_details_name_the_numbers_that_show_the_record() -> None:
    found = record(DETAILED)
    assert found.relationships is not None
    assert found.relationships.numbers is not None
    assert found.relationships.numbers.data == ()
    assert found.model_copy(update={"relationships": None}) == BROWN_BAG
    shown = record(DETAILED.replace("[]", '[{"id": "12062011682", "type": "number"}]'))
    assert shown.relationships is not None
    assert shown.relationships.numbers is not None
    assert shown.relationships.numbers.data is not None
    assert [number.id for number in shown.relationships.numbers.data] == ["12062011682"]


def test_a_new_record_waits_for_approval() -> None:
    assert record(CREATED) == CnamRecord(
        id="24169",
        value="AH76WX",
        is_approved=False,
        creation_datetime=datetime(2018, 7, 10, 23, 14, 28, 529156, UTC),
    )


def test_the_answer_to_associate_is_the_record_by_its_id_and_an_aware_time() -> None:
    assert record(ASSOCIATED) == CnamRecord(id="22790", date_created=datetime(2018, 6, 1, 0, 17, 52, tzinfo=UTC))


def test_the_answer_to_unassociate_is_no_record_and_an_aware_time() -> None:
    found = record(UNASSOCIATED)
    assert found == CnamRecord(id="", date_created=datetime(2018, 7, 10, 23, 48, 50, tzinfo=UTC))


def test_old_records_may_lack_times_and_have_an_empty_reason() -> None:
    body = json.loads(DETAILED)
    body["data"]["attributes"] |= {"approval_datetime": None, "creation_datetime": None, "rejection_reason": ""}
    found = record(json.dumps(body))
    assert (found.is_approved, found.approval_datetime, found.creation_datetime, found.rejection_reason) == (
        True,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("time", ["2018-06-01 00:17:52+00:00", "2018-06-01T00:17:52Z", "2018-06-01 00:17:52"])
def test_the_time_of_an_association_may_have_the_other_form(time: str) -> None:
    assert record(ASSOCIATED.replace("Fri, 01 Jun 2018 00:17:52 GMT", time)) == record(ASSOCIATED)


@pytest.mark.parametrize("time", ["Fri, 99 Foo", "soon", ""])
def test_a_time_that_cannot_be_read_is_a_validation_error(time: str) -> None:
    with pytest.raises(ValueError, match="date_created"):
        record(ASSOCIATED.replace("Fri, 01 Jun 2018 00:17:52 GMT", time))


def test_lists_are_asked_for_with_limit_offset_and_the_documented_filters() -> None:
    operation = list_cnam_records(limit=3, offset=6, is_approved=False, value="bag")
    assert (operation.method, operation.path, operation.repeatable) == ("GET", "/v2/cnams", True)
    assert dict(operation.query) == {"limit": "3", "offset": "6", "is_approved": "false", "value": "bag"}
    assert list_cnam_records().query == ()


@pytest.mark.anyio
async def test_list_has_no_largest_page() -> None:
    sender = Recorder(LISTED)
    page = await Cnam(sender).list(is_approved=True, page_size=5000)
    assert [item.id for item in page.items] == ["22790", "23221", "23224"]
    query = {"limit": "5000", "offset": "0", "is_approved": "true"}
    assert sender.request == ("GET", "/v2/cnams", query, None)


@pytest.mark.anyio
async def test_list_takes_the_arguments_of_paging() -> None:
    cnam = Cnam(Recorder(LISTED))
    assert [item.id async for item in cnam.list(max_items=2)] == ["22790", "23221"]
    with pytest.raises(InvalidArgumentError, match="page_size"):
        cnam.list(page_size=0)
    with pytest.raises(InvalidArgumentError, match="max_items"):
        cnam.list(max_items=-1)
    with pytest.raises(InvalidArgumentError, match="prefetch"):
        cnam.list(prefetch=-1)


@pytest.mark.anyio
@pytest.mark.parametrize("given", ["22790", BROWN_BAG], ids=["id", "object"])
async def test_a_record_is_named_by_its_id_or_by_itself(given: str | CnamRecord) -> None:
    sender = Recorder(DETAILED)
    assert (await Cnam(sender).get(given)).value == "BROWN BAG"
    assert sender.request == ("GET", "/v2/cnams/22790", {}, None)
    sender = Recorder()
    await Cnam(sender).delete(given)
    assert sender.request == ("DELETE", "/v2/cnams/22790", {}, None)


@pytest.mark.anyio
async def test_create_sends_the_bare_value_in_capitals() -> None:
    sender = Recorder(CREATED)
    assert (await Cnam(sender).create("ah76wx")).id == "24169"
    assert sender.request == ("POST", "/v2/cnams", {}, {"value": "AH76WX"})


@pytest.mark.anyio
async def test_update_sends_the_wrapped_value_in_capitals() -> None:
    sender = Recorder(CREATED)
    assert (await Cnam(sender).update("24169", "My Business")).is_approved is False
    body = {"data": {"type": "cnam", "attributes": {"value": "MY BUSINESS"}}}
    assert sender.request == ("PATCH", "/v2/cnams/24169", {}, body)


@pytest.mark.anyio
@pytest.mark.parametrize("number", ["+1 (206) 201-1682", "2062011682", "1.206.201.1682"])
async def test_numbers_are_given_in_any_usual_form_and_the_path_is_the_documented_plural(number: str) -> None:
    sender = Recorder(ASSOCIATED)
    assert (await Cnam(sender).associate(number, BROWN_BAG)).id == "22790"
    assert sender.request == ("PATCH", "/v2/numbers/12062011682/relationships/cnams/22790", {}, None)
    sender = Recorder(UNASSOCIATED)
    assert (await Cnam(sender).unassociate(number)).date_created == datetime(2018, 7, 10, 23, 48, 50, tzinfo=UTC)
    assert sender.request == ("DELETE", "/v2/numbers/12062011682/relationships/cnams", {}, None)


@pytest.mark.anyio
async def test_bad_arguments_are_refused_before_anything_is_sent() -> None:
    sender = Recorder(CREATED)
    for call in (
        Cnam(sender).create("12065550100"),
        Cnam(sender).create("MORE THAN 15 SIGNS"),
        Cnam(sender).update("24169", ""),
        Cnam(sender).update("", "GOOD NAME"),
        Cnam(sender).get(record(UNASSOCIATED)),
        Cnam(sender).associate("911", "22790"),
        Cnam(sender).associate("12062011682", record(UNASSOCIATED)),
        Cnam(sender).unassociate(""),
    ):
        with pytest.raises(InvalidArgumentError):
            await call
    assert sender.sent == []


@pytest.mark.anyio
async def test_what_costs_money_is_not_repeated() -> None:
    sender = Recorder(CREATED)
    cnam = Cnam(sender)
    await cnam.get("1")
    await cnam.create("NAME")
    await cnam.update("1", "NAME")
    await cnam.associate("12062011682", "1")
    await cnam.unassociate("12062011682")
    await cnam.delete("1")
    sender.answer = LISTED.encode()
    await cnam.list()
    assert {operation.name: operation.repeatable for operation in sender.sent} == {
        "get_cnam_record": True,
        "create_cnam_record": False,
        "update_cnam_record": True,
        "associate_cnam_record": False,
        "unassociate_cnam_record": True,
        "delete_cnam_record": True,
        "list_cnam_records": True,
    }

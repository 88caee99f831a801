"""What is changed of numbers and routes: None clears, what is not given stays, and what makes no sense is not sent."""

import json
from collections.abc import Awaitable
from typing import Any, TypeVar

import pytest

from flowroute_async import InvalidArgumentError
from flowroute_async.resources.message_provisioning import MessageProvisioning
from flowroute_async.resources.messages import Messages
from flowroute_async.resources.numbers import Numbers
from flowroute_async.resources.routes import Routes
from flowroute_async.response import RawResponse
from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.testing import InstantClock, client_of
from flowroute_openapi import models
from flowroute_openapi.models import EdgeStrategy
from flowroute_openapi.types import Operation
from tests.described_calls import described_call
from tests.stand_in import StandIn

T = TypeVar("T")

NUMBER = "12065550100"
URL = "https://example.com/hook"

pytestmark = pytest.mark.anyio


class Recorder(StandIn):
    """Keeps what is sent, and answers as the description's examples do."""

    def __init__(self, status: int | None = None, **answer: object) -> None:
        self.sent: list[Operation[Any]] = []
        self.status = status
        self.answer = answer

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        self.sent.append(operation)
        call = described_call(operation.name)
        body = json.dumps(self.answer).encode() if self.answer else call.body
        return RawResponse(operation, self.status or call.status, {}, body, elapsed=0.1, attempts=1)

    @property
    def body(self) -> Any:
        (operation,) = self.sent
        return json.loads(operation.encode_body() or b"null")


async def test_an_alias_is_cleared_by_none_and_what_is_not_given_stays() -> None:
    sender = Recorder()
    await Numbers(sender).update(NUMBER, alias=None)
    assert sender.body == {"type": "number", "alias": None}
    sender = Recorder()
    await Numbers(sender).update(NUMBER, cnam_lookups_enabled=True)
    assert sender.body == {"type": "number", "cnam_lookups_enabled": True}


async def test_enabling_messaging_is_not_repeated_and_other_changes_are() -> None:
    sender = Recorder()
    await Numbers(sender).update(NUMBER, alias="desk")
    await Numbers(sender).update(NUMBER, messaging_enabled=True, messaging_email=False, messaging_callback_url=URL)
    assert [operation.repeatable for operation in sender.sent] == [True, False]


async def test_a_purchase_without_options_has_no_body() -> None:
    sender = Recorder()
    await Numbers(sender).purchase(NUMBER)
    assert sender.sent[0].encode_body() is None


async def test_a_purchase_whose_messaging_failed_says_that_it_was_bought_and_what_to_repeat() -> None:
    bought = await Numbers(Recorder(207)).purchase(NUMBER, messaging_enabled=True)
    assert bought.incomplete is not None
    assert "was bought" in bought.incomplete
    assert "message_provisioning.enable, and nothing else" in bought.incomplete
    changed = await Numbers(Recorder(207)).update(NUMBER, messaging_enabled=True)
    assert changed.incomplete is not None
    assert "was changed" in changed.incomplete
    assert (await Numbers(Recorder()).purchase(NUMBER)).incomplete is None


@pytest.mark.parametrize("kind", ["message_provisioning_status", "messaging-provision"])
async def test_the_task_that_sets_messaging_up_is_known(kind: str) -> None:
    answer = json.loads(described_call("purchase_number").body)
    answer["included"] += [{"type": kind, "id": "task-1", "attributes": {"status": "processing", "tn": NUMBER}}]
    bought = await Numbers(Recorder(**answer)).purchase(NUMBER, messaging_enabled=True)
    assert bought.message_provisioning_id == "task-1"
    assert [route.id for route in bought.routes] == ["0"]


# Of no type, since type checkers refuse most of what is wrong below.
NUMBERS: Any = Numbers(Recorder())
ROUTES: Any = Routes(Recorder())
MESSAGES: Any = Messages(Recorder())
PROVISIONING: Any = MessageProvisioning(Recorder())


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: NUMBERS.update(NUMBER), "changes"),
        (lambda: NUMBERS.update(NUMBER, alias=""), "alias"),
        (lambda: NUMBERS.update(NUMBER, alias="x" * 65), "alias"),
        (lambda: NUMBERS.update(NUMBER, cnam_lookups_enabled="true"), "cnam_lookups_enabled"),
        (lambda: NUMBERS.update(NUMBER, messaging_enabled=None), "messaging_enabled"),
        (lambda: NUMBERS.update(NUMBER, messaging_email=True), "messaging_email"),
        (lambda: NUMBERS.purchase(NUMBER, messaging_callback_url=URL), "messaging_callback_url"),
        (lambda: NUMBERS.set_callback(NUMBER, "sms_callback", URL), "kind"),
        (lambda: NUMBERS.set_callback(NUMBER, "sms", "example.com"), "url"),
        (lambda: NUMBERS.get_callback(NUMBER, "fax"), "kind"),
        (lambda: NUMBERS.delete_callback("911", "sms"), "number"),
        (lambda: NUMBERS.release("911"), "number"),
        (lambda: PROVISIONING.wait("task", -1), "seconds"),
        (lambda: PROVISIONING.enable(NUMBER, wait="long"), "wait"),
        (lambda: MESSAGES.set_callback("sms", "ftp://example.com"), "url"),
        (lambda: MESSAGES.get_callback(None), "kind"),
        (lambda: MESSAGES.delete_callback("SMS"), "kind"),
        (lambda: ROUTES.update("1"), "changes"),
        (lambda: ROUTES.update("1", route_type="host"), "route_type"),
        (lambda: ROUTES.update("1", route_type="host", value="sip:a@example.com"), "value"),
        (lambda: ROUTES.update("1", value="no value of any kind"), "value"),
        (lambda: ROUTES.update("1", edge_strategy_id="4"), "edge_strategy_id"),
        (lambda: ROUTES.update("", alias="x"), "route"),
        (lambda: ROUTES.delete(""), "route"),
        (lambda: ROUTES.remove_primary("911"), "number"),
        (lambda: ROUTES.remove_failover("911"), "number"),
        (PROVISIONING.enable, "numbers"),
        (lambda: PROVISIONING.disable("911"), "numbers[0]"),
        (lambda: PROVISIONING.enable(NUMBER, email="yes"), "email"),
        (lambda: PROVISIONING.status(""), "task"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name_before_anything_is_sent(call: Any, argument: str) -> None:
    waiting: Awaitable[object] = call()
    with pytest.raises(InvalidArgumentError) as caught:
        await waiting
    assert caught.value.argument == argument
    assert not any(resource._sender.sent for resource in (NUMBERS, ROUTES, MESSAGES, PROVISIONING))


async def test_a_field_that_there_is_not_is_refused() -> None:
    unknown: dict[str, Any] = {"colour": "red"}
    with pytest.raises(TypeError, match="there is no colour; a number has"):
        await NUMBERS.update(NUMBER, **unknown)
    with pytest.raises(TypeError, match="there is no colour; a route has"):
        await ROUTES.update("1", **unknown)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"edge_strategy_id": None}, {"edge_strategy_id": None}),
        ({"edge_strategy_id": EdgeStrategy(id="4")}, {"edge_strategy_id": 4}),
        ({"value": "1 206 555 0100"}, {"value": "12065550100"}),
        ({"value": "sip.example.com:5060"}, {"value": "sip.example.com:5060"}),
        ({"value": "sip:desk@example.com"}, {"value": "sip:desk@example.com"}),
        ({"alias": "desk", "route_type": "uri", "value": "sip:a@b.example"}, None),
    ],
)
async def test_a_change_of_a_route_holds_only_what_changes(
    changes: dict[str, Any], sent: dict[str, object] | None
) -> None:
    sender = Recorder()
    await Routes(sender).update("98396", **changes)
    assert sender.body == {"data": {"type": "route", "attributes": changes if sent is None else sent}}


async def test_messages_of_version_2_2_go_with_a_plus_and_say_what_they_cost() -> None:
    sender = Recorder()
    messages = Messages(sender, version="2.2")
    sent = await messages.send(from_=NUMBER, to="206 555 0101", body="hello")
    assert sender.body == {"from": f"+{NUMBER}", "to": "+12065550101", "body": "hello"}
    assert sent.price_details is not None
    assert str(sent.price_details.charged_cost) == "0.0070"
    await messages.get(sent)
    await messages.list(start_date=messages._sender.clock.now())
    await messages.set_callback("mms_dlr", URL)
    await messages.get_callback("mms_dlr")
    await messages.delete_callback("mms_dlr")
    assert all(operation.path.startswith("/v2.2/messages") for operation in sender.sent)
    assert sender.sent[0].rate_group == "sms"


async def test_messaging_is_waited_for_by_the_task_the_number_or_the_call_that_begins_it() -> None:
    sandbox = Sandbox(numbers=100, clock=SandboxClock.frozen(), provisioning_delay=20)
    clock = InstantClock(passed=sandbox.control.advance, now=sandbox.clock.now)
    seen: list[str | None] = []

    def note(task: models.MessageProvisioning) -> None:
        seen.append(task.status)

    async with client_of(sandbox, clock=clock) as client:
        offers = (await client.numbers.search(max_items=2)).items
        number = await client.numbers.purchase(offers[0], messaging_enabled=True)
        early = await client.message_provisioning.wait(number, 3)
        assert (early.status, clock.pauses) == ("processing", [1.0, 2.0])
        assert (await client.message_provisioning.status(number)).id == early.id
        assert (await client.message_provisioning.wait(early, 60, progress=note)).status == "successful"
        assert seen == ["processing"] * 5 + ["successful"]
        assert clock.pauses[2:] == [1.0, 2.0, 4.0, 5.0, 5.0]
        assert (await client.numbers.get(number)).messaging_enabled is True
        other = await client.numbers.purchase(offers[1])
        with pytest.raises(InvalidArgumentError, match="a number for which messaging is being set up"):
            await client.message_provisioning.wait(other, 60)
        assert (await client.message_provisioning.enable(other, wait=60, progress=note)).status == "successful"
        assert (await client.message_provisioning.disable(other)).status == "processing"
    sandbox.close()


async def test_a_lost_answer_to_a_purchase_leaves_its_task_known() -> None:
    sandbox = Sandbox(numbers=100, clock=SandboxClock.frozen())
    sandbox.control.add_fault("purchase_number", drop="after")
    async with client_of(sandbox, clock=InstantClock(passed=sandbox.control.advance)) as client:
        number = await client.numbers.purchase(
            (await client.numbers.search(max_items=1)).items[0], messaging_enabled=True
        )
        assert (await client.message_provisioning.wait(number, 60)).status == "successful"
    sandbox.close()

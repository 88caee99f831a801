"""Commands that change what the account has, over a socket: numbers, routes, callbacks, messaging."""

import json
from pathlib import Path
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox


@pytest.fixture
def found(flowroute: Any) -> Any:
    """Run a command that must succeed; its output as JSON."""

    def run(*arguments: str) -> Any:
        ended = flowroute(*arguments, "--output", "json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    return run


@pytest.fixture
def route(found: Any) -> str:
    return str(found("routes", "create", "--alias", "desk", "host", "sip.example.com")["id"])


def test_an_alias_is_given_and_cleared(found: Any, number: str) -> None:
    assert found("numbers", "update", number, "--alias", "Front desk")["alias"] == "Front desk"
    assert found("numbers", "update", number, "--clear", "alias")["alias"] is None
    assert found("numbers", "get", number)["alias"] is None


def test_an_alias_cannot_be_given_and_cleared(flowroute: Any, number: str) -> None:
    ended = flowroute("numbers", "update", number, "--alias", "a", "--clear", "alias")

    assert (ended.code, ended.out) == (2, "")
    assert "exclude each other" in ended.err


@pytest.mark.parametrize("group", ["numbers", "routes", "e911", "porting"])
def test_what_cannot_be_cleared_is_refused_with_what_can_be(flowroute: Any, sandbox: Sandbox, group: str) -> None:
    ended = flowroute(group, "update", "12065550100", "--clear", "state")
    assert (ended.code, ended.out) == (2, "")
    assert "'state' is not one of" in ended.err
    assert sandbox.control.requests() == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("numbers", "update", "NUMBER", "--messaging-enabled"), "Messaging will be enabled"),
        (("numbers", "update", "NUMBER", "--cnam-lookups-enabled"), "Looking up callers' names will be enabled"),
        (("numbers", "release", "NUMBER"), "anybody may buy it"),
        (("messages", "enable", "NUMBER"), "at the usual price"),
        (("messages", "disable", "NUMBER"), "neither send nor receive"),
        (("numbers", "routes", "remove", "NUMBER", "--primary"), "or reach nothing"),
        (("routes", "delete", "20001"), "will be deleted"),
    ],
)
def test_what_costs_or_loses_something_asks_and_sends_nothing_without_a_yes(
    flowroute: Any, sandbox: Sandbox, number: str, command: tuple[str, ...], words: str
) -> None:
    before = len(sandbox.control.requests())

    ended = flowroute(*(number if word == "NUMBER" else word for word in command))

    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert len(sandbox.control.requests()) == before


def test_a_number_is_released(flowroute: Any, found: Any, number: str) -> None:
    assert flowroute("numbers", "release", number, "--yes").code == 0
    assert flowroute("numbers", "get", number).code == 4
    assert found("numbers", "search", "--starts-with", number)[0]["id"] == number


def test_several_numbers_are_bought_with_one_question(flowroute: Any, found: Any, sandbox: Sandbox) -> None:
    offers = [one["id"] for one in found("numbers", "search", "--state", "WA", "--max-items", "3")]
    asked = flowroute("numbers", "purchase", *offers)
    assert asked.code == 2
    assert all(offer in asked.err for offer in offers)

    bought = found("numbers", "purchase", *offers, "--yes")

    assert [one["id"] for one in bought] == offers
    assert sandbox.control.effects()["purchase_number"] == dict.fromkeys(offers, 1)


def test_where_one_of_several_cannot_be_bought_those_before_it_are_shown(flowroute: Any, found: Any) -> None:
    (offer,) = found("numbers", "search", "--state", "WA", "--max-items", "1")

    ended = flowroute("numbers", "purchase", offer["id"], "12065550100", "--yes", "--output", "json")

    assert ended.code == 4
    assert "1 of 2 numbers were bought. 12065550100 was not bought.\n" in ended.err
    assert [one["id"] for one in json.loads(ended.out)] == [offer["id"]]


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ({"status": 403}, 1, "was not bought"),
        ({"status": 500, "after_effect": True}, 0, ""),  # settled by asking
        ({"drop": "before"}, 5, "may have been bought, look before you buy it"),
    ],
)
def test_a_purchase_of_several_says_what_became_of_the_one_that_failed_and_of_the_rest(
    flowroute: Any, found: Any, sandbox: Sandbox, *, fault: Any, code: int, said: str
) -> None:
    first, second, third = [one["id"] for one in found("numbers", "search", "--state", "WA", "--max-items", "3")]
    sandbox.control.add_fault("purchase_number", delay=0)  # of the first
    sandbox.control.add_fault("purchase_number", **fault)

    ended = flowroute("numbers", "purchase", first, second, third, "--yes", "--output", "json")

    bought = [first] if code else [first, second, third]
    assert ended.code == code
    assert [one["id"] for one in json.loads(ended.out)] == bought
    assert sandbox.control.effects()["purchase_number"] == dict.fromkeys(bought, 1)
    sentence = f"1 of 3 numbers were bought. {second} {said}. Not tried: {third}.\n"
    assert (sentence in ended.err) is bool(code)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("numbers", "purchase", "FIRST", "--messaging-enabled"), "The number was bought, and messaging could not"),
        (("numbers", "purchase", "FIRST", "SECOND", "--messaging-enabled"), "FIRST: The number was bought, and mess"),
        (("numbers", "update", "OWN", "--messaging-enabled"), "The number was changed, and messaging could not"),
        (("numbers", "purchase-many", "--count", "2", "--max-cost", "9", "--messaging-enabled"), "2 bought without m"),
        (("numbers", "update-many", "FILE"), "1 times: The number was changed, and messaging could not"),
        (("call", "purchase_number", "--id", "FIRST", "--body", '{"messaging_enabled": true}'), "in part only"),
    ],
)
def test_what_was_done_in_part_is_said_with_what_to_repeat(
    flowroute: Any, found: Any, sandbox: Sandbox, tmp_path: Path, *, command: tuple[str, ...], said: str
) -> None:
    first, second, number = (one["id"] for one in found("numbers", "search", "--state", "WA", "--max-items", "3"))
    found("numbers", "purchase", number, "--yes")
    file = tmp_path / "numbers.csv"
    file.write_text(f"number,messaging_enabled\n{number},true\n")
    sandbox.control.set_options(provisioning_down=True)
    named = {"FIRST": first, "SECOND": second, "OWN": number, "FILE": str(file)}

    ended = flowroute(*(named.get(word, word) for word in command), "--yes")

    assert ended.code == 0, ended.err
    assert said.replace("FIRST", first) in ended.err
    assert "epeat" in ended.err
    assert "and nothing else" in ended.err


def test_tiers_and_edge_strategies_are_listed(found: Any) -> None:
    assert found("numbers", "tiers")
    assert found("routes", "edge-strategies")[0].keys() >= {"id", "name"}


def test_a_route_is_changed_and_deleted(flowroute: Any, found: Any, route: str) -> None:
    changed = found("routes", "update", route, "--alias", "hall", "--value", "sip2.example.com", "--type", "host")
    assert (changed["alias"], changed["value"]) == ("hall", "sip2.example.com")
    strategy = found("routes", "edge-strategies")[0]["id"]
    assert found("routes", "update", route, "--edge-strategy-id", str(strategy))["id"] == route
    assert found("routes", "update", route, "--clear", "edge_strategy_id")["id"] == route
    assert flowroute("routes", "delete", route, "--yes").code == 0
    assert route not in {one["id"] for one in found("routes", "list")}


def test_routes_of_a_number_are_set_and_removed(flowroute: Any, found: Any, number: str, route: str) -> None:
    assert flowroute("numbers", "routes", "set", number, "--primary", route, "--failover", route).code == 0
    relationships = found("numbers", "get", number)["relationships"]
    assert relationships["primary_route"]["data"]["id"] == relationships["failover_route"]["data"]["id"] == route
    assert flowroute("numbers", "routes", "remove", number, "--primary", "--failover", "--yes").code == 0
    relationships = found("numbers", "get", number)["relationships"]
    assert relationships["primary_route"]["data"] is relationships["failover_route"]["data"] is None


@pytest.mark.parametrize("command", [("set",), ("remove",)])
def test_which_route_of_a_number_is_meant_must_be_said(flowroute: Any, number: str, command: tuple[str, ...]) -> None:
    ended = flowroute("numbers", "routes", *command, number)

    assert (ended.code, ended.out) == (2, "")
    assert "one of --primary and --failover is wanted" in ended.err


def test_callbacks_of_a_number_and_of_the_account_are_set_shown_and_removed(
    flowroute: Any, found: Any, number: str
) -> None:
    for place in (("numbers", "callbacks"), ("messages", "callbacks")):
        subject = (number,) if place[0] == "numbers" else ()
        assert flowroute(*place, "set", *subject, "sms", "https://example.com/sms").code == 0
        assert found(*place, "get", *subject, "sms")["callback_url"] == "https://example.com/sms"
        assert flowroute(*place, "delete", *subject, "sms").code == 0
        assert flowroute(*place, "get", *subject, "sms").code == 4


def test_a_kind_of_callback_that_there_is_not_is_refused_with_those_that_there_are(flowroute: Any) -> None:
    ended = flowroute("messages", "callbacks", "set", "fax", "https://example.com/fax")

    assert (ended.code, ended.out) == (2, "")
    assert "sms_dlr" in ended.err


def test_messaging_is_enabled_by_a_task_that_can_be_asked_about(found: Any, number: str) -> None:
    task = found("messages", "enable", number, "--yes")

    assert found("messages", "provisioning", task["id"])["id"] == task["id"]

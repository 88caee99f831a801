"""Every command does what it says."""

import json
from decimal import Decimal
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox

ADDRESS = (
    *("--label", "Office", "--first-name", "Janet", "--last-name", "Doe", "--street-number", "3910"),
    *("--street-name", "N Vassault", "--city", "Tacoma", "--state", "WA", "--zip", "98407"),
)


@pytest.fixture
def found(flowroute: Any) -> Any:
    """Run a command, which succeeds, and give its JSON."""

    def run(*arguments: str) -> Any:
        ended = flowroute(*arguments, "--output", "json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    return run


def test_search_takes_the_documents_filters(found: Any, sandbox: Sandbox) -> None:
    numbers = found("numbers", "search", "--starts-with", "1206", "--contains", "77", "--max-items", "3")
    assert len(numbers) == 3
    assert all(one["id"].startswith("1206") and "77" in one["id"] for one in numbers)
    assert all(isinstance(one["monthly_cost"], str) for one in numbers)


def test_page_size_decides_how_many_requests_a_list_takes(found: Any, sandbox: Sandbox) -> None:
    assert len(found("numbers", "search", "--max-items", "30", "--page-size", "10")) == 30
    assert len(sandbox.control.requests()) == 3


def test_area_codes_and_exchanges_are_listed(found: Any, sandbox: Sandbox) -> None:
    assert "206" in [one["id"] for one in found("numbers", "area-codes", "--max-setup-cost", "5.50")]
    exchanges = found("numbers", "exchanges", "--areacode", "206", "--max-items", "4")
    assert len(exchanges) == 4
    assert all(one["id"].startswith("206") for one in exchanges)


def test_a_number_is_bought_listed_and_shown(found: Any, flowroute: Any, number: str) -> None:
    assert [one["id"] for one in found("numbers", "list", "--starts-with", "1")] == [number]
    assert found("numbers", "get", number)["id"] == number
    shown = flowroute("numbers", "get", f"+1 ({number[1:4]}) {number[4:7]}-{number[7:]}")
    assert "primary route" in shown.out
    assert "0 (sip-reg)" in shown.out


def test_purchase_gives_the_number_that_was_bought(found: Any, sandbox: Sandbox) -> None:
    (offer,) = found("numbers", "search", "--max-items", "1")
    assert found("numbers", "purchase", offer["id"], "--yes")["id"] == offer["id"]
    assert sandbox.control.effects()["purchase_number"] == {offer["id"]: 1}


def test_a_route_is_created_listed_and_set(found: Any, flowroute: Any, number: str) -> None:
    route = found("routes", "create", "host", "192.0.2.1:5060", "--alias", "pbx")
    assert route["value"] == "192.0.2.1:5060"
    assert [one["id"] for one in found("routes", "list", "--route-type", "host")] == [route["id"]]
    for command, field in (("set-primary", "primary_route"), ("set-failover", "failover_route")):
        ended = flowroute("routes", command, number, route["id"])
        assert (ended.code, ended.out) == (0, "")
        assert route["id"] in ended.err
        assert found("numbers", "get", number)["relationships"][field]["data"]["id"] == route["id"]


def test_a_message_is_sent_listed_and_shown(found: Any, number: str) -> None:
    sent = found("messages", "send", "--from", number, "--to", "+1 206 555 0100", "--body", "hello", "--yes")
    message = found("messages", "get", sent["id"])
    assert (message["body"], message["from"], message["to"]) == ("hello", number, "12065550100")
    (listed,) = found("messages", "list", "--start-date", "2020-01-01")
    assert listed["id"] == sent["id"]
    assert found("messages", "list", "--start-date", "2020-01-01", "--end-date", "2020-01-02T00:00:00+00:00") == []


def test_media_make_an_mms_which_is_shown_with_them(found: Any, flowroute: Any, number: str) -> None:
    media = ("--media-url", "https://example.com/a.png", "--media-url", "https://example.com/b.png")
    sent = found("messages", "send", "--from", number, "--to", "12065550100", *media, "--yes")
    message = found("messages", "get", sent["id"])
    assert message["is_mms"] is True
    assert [item["file_name"] for item in message["media"]] == ["a.png", "b.png"]
    shown = flowroute("messages", "get", sent["id"]).out
    assert all(item["url"] in shown.replace("\n", "") for item in message["media"])


def test_an_address_lives_its_whole_life(found: Any, flowroute: Any, number: str) -> None:
    assert flowroute("e911", "validate", *ADDRESS).code == 0
    address = found("e911", "create", *ADDRESS, "--address-type", "suite", "--address-type-number", "200", "--yes")[
        "id"
    ]
    assert found("e911", "get", address)["address_type"] == "Suite"
    assert found("e911", "update", address, "--label", "Depot", "--clear", "unit", "--yes")["label"] == "Depot"
    (listed,) = found("e911", "list", "--state", "WA", "--label", "dep")
    assert (listed["id"], listed["address_type"]) == (address, None)
    assert flowroute("e911", "associate", number, address, "--yes").code == 0
    assert [one["id"] for one in found("e911", "numbers", address)] == [number]
    assert flowroute("e911", "delete", address, "--yes").code == 1
    assert flowroute("e911", "unassociate", number, "--yes").code == 0
    assert flowroute("e911", "delete", address, "--yes").code == 0
    assert found("e911", "list") == []


def test_a_caller_name_lives_its_whole_life(found: Any, flowroute: Any, number: str, sandbox: Sandbox) -> None:
    record = found("cnam", "create", "Acme", "--yes")["id"]
    assert found("cnam", "update", record, "Acme Inc")["value"] == "ACME INC"
    sandbox.control.approve_cnam(record)
    assert [one["id"] for one in found("cnam", "list", "--is-approved", "--value", "acme")] == [record]
    assert found("cnam", "list", "--no-is-approved") == []
    assert found("cnam", "associate", number, record, "--yes")["id"] == record
    assert found("cnam", "get", record)["is_approved"] is True
    assert found("cnam", "unassociate", number, "--yes")["id"] == ""
    assert flowroute("cnam", "delete", record, "--yes").code == 0
    assert flowroute("cnam", "get", record).code == 4


@pytest.mark.parametrize(
    ("text", "segments"), [("a" * 160, 1), ("a" * 161, 2), ("\u20ac" * 81, 2), ("\U0001f600" * 36, 2)]
)
def test_what_a_text_is_charged_as_is_told_without_keys(
    flowroute: Any, environment: dict[str, str | None], sandbox: Sandbox, text: str, segments: int
) -> None:
    environment |= {"FR_ACCESS_KEY": None, "FR_SECRET_KEY": None}
    ended = flowroute("messages", "estimate", text, "--rate", "0.0040", "--output", "json")
    told = json.loads(ended.out)
    assert (told["segments"], told["price"]) == (segments, str(Decimal("0.004") * segments))
    assert sandbox.control.requests() == []


def test_config_check_tells_where_the_keys_come_from(found: Any, sandbox: Sandbox) -> None:
    checked = found("config", "check")
    assert (checked["keys_from"], checked["works"]) == ("the environment", True)
    assert [one.operation for one in sandbox.control.requests()] == ["list_numbers"]


def test_every_command_and_group_explains_itself(flowroute: Any) -> None:
    groups = {
        "numbers": "search list get area-codes exchanges purchase bulk-search purchase-many purchase-plan get-many "
        "update-many release-many",
        "routes": "list create set-primary set-failover",
        "messages": "send list get history send-many",
        "e911": "list get validate create update delete associate unassociate numbers create-many",
        "cnam": "list get create update delete associate unassociate",
        "webhooks": "listen",
        "config": "check set-keys forget-keys adopt-job",
        "sandbox": "",
    }
    overview = flowroute("--help").out
    assert "Exit codes" in overview
    for name, commands in groups.items():
        assert name in overview
        listed = flowroute(name, "--help").out
        for command in commands.split():
            assert command in listed
            assert flowroute(name, command, "--help").code == 0


def test_a_filter_of_the_document_is_an_option_with_the_documents_text(flowroute: Any) -> None:
    shown = flowroute("numbers", "search", "--help").out
    assert "--rate-center" in shown
    assert "longcode" in shown


def test_no_help_invites_to_give_a_flag_a_value_or_shows_how_it_is_made(flowroute: Any) -> None:
    for command in (
        (),
        ("numbers",),
        ("numbers", "bulk-search"),
        ("numbers", "purchase-many"),
        ("numbers", "purchase-plan"),
        ("numbers", "get-many"),
        ("numbers", "update-many"),
        ("numbers", "release-many"),
        ("messages", "send"),
        ("messages", "send-many"),
        ("messages", "history"),
        ("e911", "create-many"),
        ("routes", "create"),
        ("e911", "update"),
        ("cnam", "list"),
        ("config", "set-keys"),
        ("config", "forget-keys"),
        ("webhooks", "listen"),
        ("sandbox",),
    ):
        shown = flowroute(*command, "--help").out
        assert "bool" not in shown
        assert "<parse>" not in shown


def test_the_version_is_shown(flowroute: Any) -> None:
    assert flowroute("--version").out.count(".") == 2

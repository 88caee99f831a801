"""What fails is told in a sentence and a hint on stderr, with a stable exit code, and nothing on stdout."""

import re
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox

ADDRESS = (
    *("--label", "Office", "--first-name", "Janet", "--last-name", "Doe", "--street-number", "3910"),
    *("--street-name", "N Vassault", "--city", "Tacoma", "--zip", "98407"),
)
BILL = ("--billing-name", "Janet Doe", "--street", "3910 N Vassault", "--city", "Tacoma", "--provider", "Acme")
SEND = ("messages", "send", "--to", "12065550100", "--body", "a secret text", "--yes")


def test_what_the_server_refuses_ends_with_1(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("list_numbers", status=400)
    ended = flowroute("numbers", "list")
    assert (ended.code, ended.out) == (1, "")
    assert "HTTP 400" in ended.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("numbers", "search", "--starts-with", "abc"), "--starts-with must be"),
        (("numbers", "search", "--page-size", "999"), "--page-size must be"),
        (("numbers", "search", "--max-items", "-1"), "--max-items"),
        (("numbers", "get", "12"), "NUMBER must be"),
        (("messages", "list", "--start-date", "yesterday"), "--start-date"),
        (("messages", "list", "--start-date", "2026-01-31T12:00:00"), "--start-date must be"),
        (("messages", "list"), "--start-date"),
        (("messages", "send", "--from", "12", "--to", "12065550100", "--body", "x", "--yes"), "--from must be"),
        (("messages", "send", "--from", "12065550101", "--to", "12065550100", "--yes"), "--body must be"),
        ((*SEND, "--from", "12065550101", "--media-url", "file"), "--media-url[0] must be"),
        (("e911", "update", "1"), "changes must be"),
        (("numbers", "update", "12065550100", "--messaging-enabled", "--alias", "x" * 65, "--yes"), "--alias must be"),
        (("numbers", "update", "12065550100"), "changes must be"),
        (("numbers", "update", "12", "--messaging-enabled", "--yes"), "NUMBER must be"),
        (("numbers", "release", "12", "--yes"), "NUMBER must be"),
        (("numbers", "release-many", "12", "--yes"), "must be"),
        (("messages", "enable", "12", "--yes"), "must be"),
        (("messages", "disable", "12", "--yes"), "must be"),
        (("e911", "create", *ADDRESS, "--state", "ZZ", "--yes"), "--state must be one of AL,"),
        (("e911", "associate", "12", "1", "--yes"), "NUMBER must be"),
        (("e911", "unassociate", "12", "--yes"), "NUMBER must be"),
        (("e911", "delete", "a b", "--yes"), "ADDRESS must be"),
        (("cnam", "associate", "12", "1", "--yes"), "NUMBER must be"),
        (("cnam", "unassociate", "12", "--yes"), "NUMBER must be"),
        (("cnam", "delete", "a/b", "--yes"), "RECORD must be"),
        (("porting", "create", "12", *BILL, "--state", "WA", "--yes"), "must be"),
        (("porting", "create", "12065550100", *BILL, "--state", "", "--yes"), "--state must be"),
        (("porting", "cancel", "a/b", "--yes"), "ORDER must be"),
        (("porting", "add-numbers", "a/b", "12065550100", "--yes"), "GROUP must be"),
        (("porting", "add-numbers", "1", "12", "--yes"), "must be"),
        (("routes", "delete", "office", "--yes"), "id is wanted, not its alias"),
        (("numbers", "routes", "remove", "12", "--primary", "--yes"), "NUMBER must be"),
        (("e911", "update", "1", "--state", "ZZ", "--zip", "98407-1234"), "2 faults: --state must be one of AL,"),
        (("e911", "update", "1", "--state", "ZZ", "--zip", "98407-1234"), "; --zip must be the first five digits of"),
        (("cnam", "create", "123", "--yes"), "NAME must be"),
        (("routes", "create", "host", "a b", "--alias", "x"), "VALUE must be"),
        (("numbers", "bulk-search", "--state-codes", "Cascadia"), "--state-codes must be"),
        (("--sandbox", "--base-url", "https://example.com", "numbers", "list"), "exclude each other"),
        (("numbers", "nothing"), "nothing"),
        (("numbers", "list", "--output", "xml"), "'xml' is not one of table, json, jsonl, csv"),
        (("numbers", "list", "--max-items", "many"), "'many' is not a whole number of 0 or more"),
        (("numbers", "list", "--page-size", "0"), "'0' is not a whole number of 1 or more"),
        (("numbers", "area-codes", "--max-setup-cost", "nan"), "'nan' is not a number of 0 or more"),
        (("routes", "create", "fax", "x", "--alias", "x"), "'fax' is not one of host, number, uri"),
        (("routes", "set-primary", "12065550100", "office"), "id is wanted, not its alias"),
        (("webhooks", "listen", "--port", "99999"), "'99999' is not a whole number from 0 to 65535"),
        (("--deadline", "soon", "numbers", "list"), "'soon' is not a number of 0.001 or more"),
        (("--max-retries", "101", "numbers", "list"), "'101' is not a whole number from 0 to 100"),
    ],
)
def test_a_wrong_argument_ends_with_2_names_it_as_typed_and_sends_nothing(
    flowroute: Any, sandbox: Sandbox, arguments: tuple[str, ...], named: str
) -> None:
    for words in (arguments, [word for word in arguments if word != "--yes"]):  # it is said before any question
        ended = flowroute(*words)
        assert (ended.code, ended.out) == (2, "")
        assert named in " ".join(re.sub("[│╭╮╰╯─]", "", ended.err).split())
        assert sandbox.control.requests() == []


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("numbers", "buy", "12065550100"), "'purchase'"),
        (("numbers", "delete", "12065550100"), "'release'"),
        (("numbers", "buy-many"), "'purchase-many'"),
        (("numbers", "ls"), "'list'"),
        (("numbers", "find"), "'search'"),
        (("messages", "text"), "'send'"),
        (("cnam", "add"), "'create' or 'associate'"),
        (("routes", "rm", "1"), "'delete'"),
        (("numbers", "routes", "unset"), "'set'"),
        (("porting", "loa", "get"), "'show'"),
        (("sms",), "'messages'"),
        (("nmbers", "list"), "'numbers'"),
        (("call", "get_numbers"), "'get_number' or 'list_numbers' or 'update_number'"),
        (("numbers", "xyzzy"), ""),
    ],
)
def test_a_command_that_is_none_is_refused_and_what_it_may_mean_is_suggested(
    flowroute: Any, arguments: tuple[str, ...], meant: str
) -> None:
    ended = flowroute(*arguments)
    assert (ended.code, ended.out) == (2, "")
    *_, sentence = ended.err.splitlines()
    word = next(word for word in reversed(arguments) if f"{word!r}." in sentence)
    assert sentence == f"Error: No such command {word!r}." + (f" Did you mean {meant}?" if meant else "")


def test_missing_keys_end_with_3_and_a_hint(flowroute: Any, environment: Any) -> None:
    environment |= {"FR_ACCESS_KEY": None, "FR_SECRET_KEY": None}
    ended = flowroute("numbers", "list")
    assert (ended.code, ended.out) == (3, "")
    assert "no keys" in ended.err
    assert "--sandbox" in ended.err


def test_half_of_the_keys_end_with_3(flowroute: Any, environment: Any) -> None:
    environment["FR_SECRET_KEY"] = None
    ended = flowroute("numbers", "list")
    assert ended.code == 3
    assert "no secret key" in ended.err


def test_keys_that_are_not_accepted_end_with_3(flowroute: Any, environment: Any, sandbox: Sandbox) -> None:
    environment["FR_SECRET_KEY"] = "canarywrong"
    ended = flowroute("numbers", "list")
    assert ended.code == 3
    assert "config check" in ended.err


def test_an_address_that_is_no_https_ends_with_3(flowroute: Any) -> None:
    ended = flowroute("--base-url", "http://example.com", "numbers", "list")
    assert ended.code == 3
    assert "https://" in ended.err


def test_what_is_not_there_ends_with_4(flowroute: Any, sandbox: Sandbox) -> None:
    assert flowroute("numbers", "get", "12065550199").code == 4
    assert flowroute("e911", "get", "77").code == 4


def test_an_unknown_outcome_ends_with_5_and_warns_of_a_repetition(
    flowroute: Any, sandbox: Sandbox, number: str
) -> None:
    sandbox.control.add_fault("send_message", drop="after")
    ended = flowroute(*SEND, "--from", number)
    assert (ended.code, ended.out) == (5, "")
    assert "do it twice" in ended.err
    assert "a secret text" not in ended.err
    assert "12065550100" not in ended.err


def test_a_number_that_is_not_for_sale_is_not_looked_for_on_the_account(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute("numbers", "purchase", "12065550199", "--yes")
    assert ended.code == 4
    assert ended.err.endswith("The number is not for sale, or not any more; search again.\n")


def test_sending_from_a_number_of_somebody_else_asks_whose_it_is(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute(*SEND, "--from", "12065550199")
    assert ended.code == 1
    assert ended.err.endswith("Is --from on this account, with messaging enabled? `flowroute numbers get` shows it.\n")


def test_a_deadline_ends_a_call_that_takes_longer(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("list_numbers", delay=30)
    ended = flowroute("--deadline", "0.05", "numbers", "list")
    assert ended.code == 1
    assert "within 0.05 seconds" in ended.err


def test_retries_are_as_many_as_was_said(flowroute: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("list_numbers", status=503, retry_after=0, times=9)
    assert flowroute("--max-retries", "1", "numbers", "list").code == 1
    assert len(sandbox.control.requests()) == 2


def test_a_lost_answer_to_a_purchase_is_settled(flowroute: Any, sandbox: Sandbox) -> None:
    wanted = flowroute("numbers", "search", "--max-items", "1", "--output", "csv").out.splitlines()[1].split(",")[0]
    sandbox.control.add_fault("purchase_number", drop="after")
    ended = flowroute("numbers", "purchase", wanted, "--yes")
    assert ended.code == 0
    assert wanted in ended.out


def test_a_network_that_is_not_there_says_that_nothing_happened(flowroute: Any) -> None:
    ended = flowroute("--max-retries", "0", "--base-url", "http://127.0.0.1:1", "numbers", "list")
    assert ended.code == 1
    assert "Nothing happened" in ended.err


def test_a_list_that_breaks_puts_out_whole_json_or_none(flowroute: Any, sandbox: Sandbox) -> None:
    assert flowroute("numbers", "search", "--max-items", "5").code == 0
    sandbox.control.add_fault("search_available_numbers", status=400)
    assert flowroute("numbers", "search", "--output", "json").out == ""


def test_a_fault_of_the_program_shows_neither_traceback_nor_values(flowroute: Any, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise KeyError("canary")

    monkeypatch.setattr("flowroute_async.cli.account.find_profile", fail)
    ended = flowroute("numbers", "list")
    assert ended.code == 1
    assert "KeyError" in ended.err
    assert "report" in ended.err


def test_a_sandboxs_state_file_that_is_none_ends_with_3(flowroute: Any, tmp_path: Any) -> None:
    path = tmp_path / "state"
    path.write_text("not a database, but long enough to be looked at" * 100)
    ended = flowroute("--sandbox-state", str(path), "numbers", "list")
    assert ended.code == 3
    assert str(path) in ended.err.replace("\n", "")


def test_control_signs_of_the_server_do_not_reach_the_terminal(flowroute: Any, sandbox: Sandbox) -> None:
    body = '{"errors": [{"title": "bad", "detail": "\\u001b[31mred\\u202e"}]}'
    sandbox.control.add_fault("list_numbers", status=400, body=body)
    ended = flowroute("numbers", "list")
    assert "HTTP 400" in ended.err
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err


def test_a_route_that_is_refused_leads_to_the_alias(flowroute: Any) -> None:
    create = ("routes", "create", "host", "sip.example.com", "--alias", "office")
    assert flowroute(*create).code == 0
    ended = flowroute(*create)
    assert (ended.code, ended.out) == (1, "")
    assert "Is the alias taken?" in ended.err

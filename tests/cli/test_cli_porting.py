"""`flowroute porting`, over a socket: from the check to the signature, with a question before what binds."""

import json
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox

CREATE = (
    *("porting", "create", "12065550142", "--billing-name", "Janet Doe", "--street", "3910 N Vassault"),
    *("--city", "Tacoma", "--state", "WA", "--zip", "98407", "--provider", "Acme"),
)


@pytest.fixture
def order(flowroute: Any, sandbox: Sandbox) -> str:
    ended = flowroute(*CREATE, "--yes", "--output", "json")
    assert ended.code == 0, ended.err
    (made,) = json.loads(flowroute("porting", "list", "--output", "json").out)
    return str(made["id"])


def test_an_order_is_checked_created_listed_and_shown(flowroute: Any, order: str) -> None:
    assert "12065550142" in flowroute("porting", "check", "12065550142", "--output", "json").out
    listed = json.loads(flowroute("porting", "list", "--status", "pending", "--output", "json").out)
    assert [one["id"] for one in listed] == [order]
    assert json.loads(flowroute("porting", "get", order, "--output", "json").out)["billing_name"] == "Janet Doe"
    assert "pending" in flowroute("porting", "status", order).out


def test_a_part_that_may_be_empty_is_cleared_and_no_other(flowroute: Any, order: str) -> None:
    update = ("porting", "update", order, "--output", "json")
    assert json.loads(flowroute(*update, "--company", "Acme", "--alias", "first").out)["company"] == "Acme"
    cleared = json.loads(flowroute(*update, "--clear", "company").out)
    assert (cleared["company"], cleared["alias"]) == (None, "first")
    for wrong in (("--clear", "city"), ("--clear", "color"), ("--alias", "a", "--clear", "alias")):
        ended = flowroute(*update, *wrong)
        assert (ended.code, ended.out) == (2, "")
        assert wrong[-1] in ended.err


def test_a_group_shows_its_orders_and_what_they_come_to(flowroute: Any, order: str) -> None:
    group = json.loads(flowroute("porting", "get", order, "--output", "json").out)["group_id"]
    shown = flowroute("porting", "group", group, "--output", "json")
    assert [one["id"] for one in json.loads(shown.out)] == [order]
    assert shown.err == f"Group {group}: requires action.\n"
    assert flowroute("porting", "group", "1").code == 4


def test_a_document_that_is_not_there_is_said(flowroute: Any, order: str, tmp_path: Any) -> None:
    ended = flowroute("porting", "add-document", order, str(tmp_path / "no.pdf"))
    assert (ended.code, ended.out) == (1, "")
    assert "no.pdf: No such file" in ended.err


def test_an_account_without_orders_lists_none(flowroute: Any, sandbox: Sandbox) -> None:
    ended = flowroute("porting", "list", "--output", "json")

    assert (ended.code, json.loads(ended.out)) == (0, [])


def test_details_numbers_presets_and_documents_are_changed(flowroute: Any, order: str) -> None:
    assert (
        json.loads(flowroute("porting", "update", order, "--alias", "home", "--output", "json").out)["alias"] == "home"
    )
    changed = flowroute("porting", "numbers", order, "--add", "12065550144", "--add", "12065550145", "--output", "json")
    assert json.loads(changed.out)["numbers"] == ["+12065550142", "+12065550144", "+12065550145"]
    route = json.loads(flowroute("routes", "create", "--alias", "p", "host", "h.example.com", "--output", "json").out)
    assert flowroute("porting", "presets", order, "--primary-route-id", route["id"]).code == 0
    assert flowroute("porting", "presets", order, "--remove", "primary_route_id").code == 0
    assert flowroute("porting", "add-document", order, "https://example.com/bill.pdf").code == 0


@pytest.mark.usefixtures("sandbox")
def test_every_part_can_be_given_and_what_may_be_empty_is_cleared(flowroute: Any) -> None:
    made = flowroute(
        *("porting", "create", "12065550142", "--billing-name", "Janet Doe", "--street", "3910 N Vassault"),
        *("--street2", "Rear", "--city", "Tacoma", "--state", "wa", "--zip", "98407", "--provider", "Acme"),
        *("--usage-type", "Business", "--company", "Doe Ltd", "--billing-number", "12065550199", "--alias", "first"),
        *("--enable-cnam-lookups", "--status-url", "https://example.com/s", "--yes", "--output", "json"),
    )
    assert made.code == 0, made.err
    number = json.loads(made.out)["orders"]["data"][0]["id"]
    changed = flowroute("porting", "update", number, "--street", "1 Main St", "--provider", "Other", "--output", "json")
    before = json.loads(changed.out)
    assert (before["billing_address"]["street"], before["provider"]) == ("1 Main St", "Other")
    names = ("alias", "company", "status_url", "street2", "billing_number", "pin")
    cleared = flowroute("porting", "update", number, *(f"--clear={name}" for name in names), "--output", "json")
    after = json.loads(cleared.out)
    assert not any([after["billing_address"]["street2"], *(after[name] for name in names if name != "street2")])
    same = before.keys() - {*names, "billing_address", "modified_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    both = flowroute("porting", "update", number, "--alias", "home", "--clear", "alias")
    assert (both.code, "--alias and --clear alias exclude each other" in both.err) == (2, True)


def test_numbers_are_added_to_a_group_and_a_document_is_fetched(flowroute: Any, order: str, tmp_path: Any) -> None:
    group = json.loads(flowroute("porting", "get", order, "--output", "json").out)["group_id"]
    assert flowroute("porting", "add-numbers", group, "12065550146").code == 2
    assert flowroute("porting", "add-numbers", group, "12065550146", "--yes").code == 0
    added = json.loads(
        flowroute("porting", "add-document", order, "https://example.com/bill.pdf", "--output", "json").out
    )
    shown = flowroute("porting", "document", order, added["id"], "--output", "json")
    assert json.loads(shown.out)["url"]
    (tmp_path / "there.pdf").write_text("mine")
    refused = flowroute("porting", "document", order, added["id"], "--file", str(tmp_path / "there.pdf"))
    assert (refused.code, refused.out) == (2, "")
    assert "there.pdf is there already" in refused.err


def test_a_letter_is_shown_and_signed_once_the_signer_agrees(flowroute: Any, sandbox: Sandbox, order: str) -> None:
    assert "Janet Doe" in flowroute("porting", "loa", "show", order).out
    sign = ("porting", "loa", "sign", order, "--name", "Janet Doe", "--title", "Owner")

    refused = flowroute(*sign)

    assert refused.code == 2
    assert "It is binding, and a fee follows." in refused.err
    assert "sign_letter_of_authorization" not in sandbox.control.effects()
    assert flowroute(*sign, "--yes").code == 0
    assert "processing" in flowroute("porting", "status", order).out


def test_an_order_is_cancelled_after_a_question(flowroute: Any, order: str) -> None:
    assert flowroute("porting", "cancel", order).code == 2
    assert "cancel" in flowroute("porting", "cancel", order, "--yes").out


def test_secrets_are_asked_for_and_never_shown(flowroute: Any, order: str) -> None:
    for form in ("json", "table", "csv"):
        ended = flowroute(
            "porting", "update", order, "--ask", "pin", "--output", form, typed="canary-93117\n"
        )  # which sees to canaries
        assert ended.code == 0
    assert flowroute("porting", "get", order, "--output", "json").code == 0
    wrong = flowroute("porting", "update", order, "--ask", "password")
    assert (wrong.code, wrong.out) == (2, "")

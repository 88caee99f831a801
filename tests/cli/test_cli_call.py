"""`flowroute call`: any operation of the description."""

import json
from pathlib import Path

import flowroute_openapi
from tests.cli.conftest import Flowroute


def test_every_operation_of_the_description_can_be_called(flowroute: Flowroute) -> None:
    ended = flowroute("call", "--help")
    operations = [name for name in flowroute_openapi.__all__ if name.islower()]
    assert len(operations) > 60
    assert [name for name in operations if name not in ended.out] == []


def test_an_operation_without_a_command_is_sent_typed(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "list_available_tiers", "--limit", "1", "--output", "json")
    assert ended.code == 0, ended.err
    assert len(json.loads(ended.out)["data"]) == 1


def test_a_value_of_another_type_is_refused_by_name(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "list_available_tiers", "--limit", "many")
    assert ended.code == 2
    assert "--limit" in ended.err


def test_what_costs_money_asks_first(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "purchase_number", "--id", "12065550100")
    assert ended.code == 2
    assert "purchase_number can cost money or reach a person" in ended.err


def test_a_body_is_checked_before_it_is_sent(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "send_message", "--yes", "--body", "{}")
    assert ended.code == 2
    assert "--body: from" in ended.err


def test_a_body_can_come_from_a_file(flowroute: Flowroute, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text('{"value": "NAME"}', encoding="utf-8")
    ended = flowroute(
        "--sandbox", "call", "create_cnam_record", "--body", f"@{tmp_path / 'body.json'}", "--yes", "--output", "json"
    )
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["data"]["value"] == "NAME"


def test_an_empty_path_is_refused_before_it_is_sent(flowroute: Flowroute) -> None:
    ended = flowroute("--sandbox", "call", "get_number", "--id", "")
    assert ended.code == 2
    assert "id must name a resource" in ended.err
